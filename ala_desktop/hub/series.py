"""Who numbers a comune's minutes definitively (ADR 6): read from the log, moved by the hub, kept to at admission.

The last `Lease` of the log names the holder; before the first one it is the comune's first device. There is no table
besides, so a log that is given back to a restored hub brings its holder along.
"""

from __future__ import annotations

from ala_desktop.core.clock import Clock
from ala_desktop.core.errors import Mendable
from ala_desktop.hub.identity import Identity
from ala_desktop.hub.judging import Verdict
from ala_desktop.hub.store import Device, Reading, Store, Tenancy
from ala_desktop.hub.trunk import Trunk
from ala_desktop.sync import envelope
from ala_desktop.sync.notices import Lease, open_notice
from ala_desktop.sync.protocol import Op, Transaction

_NUMBER, _REGISTER = "minutes_number", "emergency_register"


def leased_to(here: Reading, hub: str) -> str | None:
    """The device that the series were moved to last; None where they never were."""
    holder = None
    for _, sealed in here.frames_of(hub):
        notice = open_notice(envelope.split(sealed))
        if isinstance(notice, Lease):
            holder = notice.device
    return holder


def verdicts(
    here: Tenancy, hub: str, device: str, transactions: list[Transaction], own: list[Verdict | None]
) -> list[Verdict | None]:
    """`own`, and for definitive numbers of a device that the series were taken from that it may not give them.

    As long as they were never moved nothing is asked: what a second PC numbered before it joined is followed, in the
    same breath, by its emergency register (`services.sittings.numbering`). Later such a number is let through only if
    the same frame makes it an emergency one.
    """
    given = [_definitive(transaction) for transaction in transactions]
    if not any(given) or leased_to(here, hub) in (None, device):
        return own
    settled = {op.id for transaction in transactions for op in transaction.ops if _becomes_emergency(op)}
    return [
        verdict or (Verdict("not_holder", "") if numbers - settled else None)
        for numbers, verdict in zip(given, own, strict=True)
    ]


def _definitive(transaction: Transaction) -> set[str]:
    """Ids of the definitive numbers that a transaction gives."""
    return {op.id for op in transaction.ops if op.kind == _NUMBER and _gives(op)}


def _gives(op: Op) -> bool:
    if op.base is None:
        return op.put.get(_REGISTER) is None
    change = op.put.get(_REGISTER)
    return isinstance(change, tuple) and change[1] is None


def _becomes_emergency(op: Op) -> bool:
    change = op.put.get(_REGISTER)
    return op.kind == _NUMBER and isinstance(change, tuple) and change[1] is not None


def _holder(here: Reading, hub: str) -> str:
    """Who numbers now; empty in a comune without devices."""
    first = min(here.devices(), key=lambda device: device.ordinal, default=None)
    return leased_to(here, hub) or (first.device if first else "")


class Series:
    """Moves the series of a comune from a device that was lost."""

    def __init__(self, store: Store, identity: Identity, clock: Clock) -> None:
        self._store = store
        self._identity = identity
        self._clock = clock

    def holder(self, tenant: str) -> str:
        """The device that numbers a tenant's minutes."""
        with self._store.reading(tenant) as here:
            return _holder(here, self._identity.hub)

    def shut_out_and_move(self, lost: str, heir: str) -> Device:
        """Revoke the device that holds the series and give them to another one, under one lock; returns the heir.

        The heir numbers once it has received this place of the log. Nothing of the lost one is admitted after it
        but by a person, and no definitive number then: so the heir knows every number that there will ever be. May be
        repeated.

        Raises:
            Mendable: one of them is not known, they are of two comuni, the heir is shut out too, or the series are not
                the lost one's.
        """
        known, new = self._known(lost), self._known(heir)
        if known.tenant != new.tenant or known.device == new.device:
            raise Mendable(
                "La numerazione non può passare a quel PC",
                f"«{new.name}» non è un altro PC dello stesso comune.",
                "Indicare un altro PC del comune, come in «ala-hub devices».",
            )
        with self._store.locked(known.tenant) as tenancy:
            self._refuse_unfit(tenancy, known, new)
            trunk = Trunk(tenancy, known.tenant, self._identity)
            trunk.revoke(known.device, self._clock.now(), revoked=True)
            if leased_to(tenancy, self._identity.hub) != new.device:
                trunk.say(Lease(self._clock.now(), new.device))
        return new

    def _refuse_unfit(self, tenancy: Tenancy, lost: Device, heir: Device) -> None:
        devices = {device.device: device for device in tenancy.devices()}
        if devices[heir.device].revoked:
            raise Mendable(
                "La numerazione non può passare a quel PC",
                f"«{heir.name}» è escluso dallo scambio.",
                "Indicare un PC che scambia.",
            )
        holder = _holder(tenancy, self._identity.hub)
        if holder not in (lost.device, heir.device):
            raise Mendable(
                "La numerazione è di un altro PC",
                f"I verbali li numera «{devices[holder].name}», non «{lost.name}»: nulla è cambiato.",
                "Per escludere il PC e basta, ripetere il comando senza --series-to.",
            )

    def _known(self, device: str) -> Device:
        known = self._store.device(device)
        if known is None:
            raise Mendable(
                "PC non trovato",
                f"Nessun PC collegato ha il codice «{device}».",
                "Ricopiare il codice da «ala-hub devices».",
            )
        return known
