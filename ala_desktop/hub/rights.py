"""The table of rights (`sync.rights`) as the hub applies it: which log a request is about, and what a frame may hold.

The request or the frame names the log; the right to it comes from the device's key alone (SYNC 15).
"""

from __future__ import annotations

from collections.abc import Mapping

from ala_desktop.core.tenants import ALA
from ala_desktop.fields.spec import Catalog
from ala_desktop.hub.judging import Verdict
from ala_desktop.hub.store import Device
from ala_desktop.sync import rights
from ala_desktop.sync.declined import Declined
from ala_desktop.sync.protocol import Transaction


def log_asked(device: Device, asked: Mapping[str, str]) -> str:
    """The tenant whose log a request is about: the one that its query names, or the device's own.

    Raises:
        Declined: `foreign_tenant`.
    """
    tenant = asked.get("tenant", device.tenant)
    if not rights.may_read(device.tenant, tenant):
        raise Declined("foreign_tenant", tenant[:64])
    return tenant


def refuse_foreign_log(device: Device, tenant: str) -> None:
    """Make sure that a device may send frames for the log of `tenant`.

    Raises:
        Declined: `foreign_tenant`.
    """
    if not rights.may_append(device.tenant, tenant):
        raise Declined("foreign_tenant", tenant)


def refuse_all_but_ala(device: Device) -> None:
    """Make sure that a device is ALA's.

    Raises:
        Declined: `foreign_tenant`.
    """
    if device.tenant != ALA:
        raise Declined("foreign_tenant", device.tenant)


def verdicts(
    catalog: Catalog, office: str, tenant: str, transactions: list[Transaction], own: list[Verdict | None]
) -> list[Verdict | None]:
    """`own`, and for the transactions that it lets stand whether that office may write them there."""
    if rights.all_allowed(catalog, office, tenant, transactions):
        return own
    return [
        verdict or _verdict(rights.forbidden(catalog, office, tenant, transaction))
        for transaction, verdict in zip(transactions, own, strict=True)
    ]


def _verdict(label: str | None) -> Verdict | None:
    return None if label is None else Verdict("not_allowed", label)
