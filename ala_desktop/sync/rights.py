"""Which logs an office reads and writes, and what of them: the one table, for the hub and for desktops (DESIGN 3).

    office      reads                         writes
    a comune    its own log, AMBITO           its own log, but for what only ALA writes there
    ALA         every log                     ALA and, of what may be published, AMBITO;
                                              in a comune's log decisions on discordant values, and what is ALA's there

Pure. The office of a device follows from its key alone, never from what it sends.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from ala_desktop.core.tenants import ALA, AMBITO, is_comune
from ala_desktop.fields.spec import Catalog, RecordSpec
from ala_desktop.sync.protocol import Transaction


def may_read(office: str, tenant: str) -> bool:
    """Whether devices of `office` may have the log of `tenant`."""
    return tenant in (office, AMBITO) or (office == ALA and is_comune(tenant))


def may_append(office: str, tenant: str) -> bool:
    """Whether devices of `office` may send frames for the log of `tenant`; `forbidden` says what these may hold."""
    return tenant == office or (office == ALA and (tenant == AMBITO or is_comune(tenant)))


def forbidden(catalog: Catalog, office: str, tenant: str, transaction: Transaction) -> str | None:
    """What of a transaction a device of `office` may not write into the log of `tenant`, in Italian; None: it may.

    Kinds that the catalog lacks are not judged here.
    """
    for op in transaction.ops:
        spec = catalog.get(op.kind)
        if spec is not None and not may_put(spec, office, tenant, op):
            return spec.label
    return None


def all_allowed(catalog: Catalog, office: str, tenant: str, transactions: Iterable[Transaction]) -> bool:
    """Whether all of these certainly may be written, as nearly always; a no says nothing yet."""
    if office == ALA == tenant:
        return True
    kinds = {op.kind for transaction in transactions for op in transaction.ops}
    if tenant == AMBITO:
        return office == ALA and kinds <= catalog.published
    return office == tenant and kinds.isdisjoint(catalog.with_agency)


class Writing(Protocol):
    """What is put on one record: an op, or a change on its way to become one."""

    @property
    def base(self) -> int | None:
        """None: it creates the record."""
        ...

    @property
    def put(self) -> Mapping[str, object]:
        """What is written, by field."""
        ...

    @property
    def closes(self) -> Sequence[tuple[str, str, int]]:
        """The claims that it decides."""
        ...


def may_put(spec: RecordSpec, office: str, tenant: str, op: Writing) -> bool:
    """Whether devices of `office` may put this on a record of that kind in the log of `tenant`."""
    if tenant == AMBITO:
        return office == ALA and spec.published
    if office == tenant:
        return tenant == ALA or _by_comune(spec, op)
    return office == ALA and (_by_agency(spec, op) or _decides(spec, op))


def _by_comune(spec: RecordSpec, op: Writing) -> bool:
    """Whether a comune may put this on a record of its own."""
    return (op.base is not None or spec.written_by.comune) and spec.agency_only.isdisjoint(op.put)


def _by_agency(spec: RecordSpec, op: Writing) -> bool:
    """Whether this is ALA's to put into a comune's log."""
    if op.base is None and not spec.written_by.agency:
        return False
    return not op.closes and op.put.keys() <= spec.agency_writes


def _decides(spec: RecordSpec, op: Writing) -> bool:
    """Whether an op does nothing but decide on claims that it names, of values that ALA can read."""
    named = {field for field, _, _ in op.closes}
    return op.base is not None and bool(named) and op.put.keys() <= named and named.isdisjoint(spec.sealed)
