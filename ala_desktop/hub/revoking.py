"""Shutting a device out, letting it back in, and its frames that come by other hands meanwhile.

A revoked device may not even ask. What it wrote before, and a stick or another device brings later, cannot be told from
what a thief writes on it: such a frame is kept aside, and a person admits or drops it.
"""

from __future__ import annotations

from typing import NamedTuple

from ala_desktop.core.clock import Clock
from ala_desktop.core.errors import Mendable
from ala_desktop.core.tenants import ALA
from ala_desktop.hub.identity import Identity
from ala_desktop.hub.intake import Intake
from ala_desktop.hub.store import Device, Held, Store
from ala_desktop.hub.trunk import Trunk
from ala_desktop.sync import envelope, rights
from ala_desktop.sync.declined import Declined
from ala_desktop.sync.protocol import Entry, Malformed, decode_lines


class Kept(NamedTuple):
    """A frame that waits for a person's judgement, as that person is told of it.

    Attributes:
        frame: hash of its header: its name.
        device: who signed it. received: when it came, UTC.
        transactions: how many. since, until: the first and the last of them by the author's clock.
        authors: who saved them. kinds: kinds of record that they put on.
        next: whether it goes on from what the log has of that device: others have to wait for it.
    """

    frame: str
    device: Device
    received: str
    transactions: int
    since: str
    until: str
    authors: list[str]
    kinds: list[str]
    next: bool


def revoke(store: Store, identity: Identity, clock: Clock, device: str, *, revoked: bool) -> Device:
    """Shut a device out, or let it back in; it holds from the next request on. May be repeated.

    Nothing is lost either way: what the device sent stays in the log, what it has not sent stays on it. The log says it
    too, so that a hub that is put back to before it learns it again from whoever has the log.

    Raises:
        Mendable: nobody knows this device.
    """
    known = store.device(device)
    if known is None:
        raise Mendable(
            "PC non trovato",
            f"Nessun PC collegato ha il codice «{device}».",
            "Ricopiare il codice da «ala-hub devices».",
        )
    with store.locked(known.tenant) as tenancy:
        Trunk(tenancy, known.tenant, identity).revoke(device, clock.now(), revoked=revoked)
    return known._replace(revoked=revoked)


class Quarantine:
    """Frames of revoked devices that came by other hands."""

    def __init__(self, store: Store, intake: Intake, clock: Clock) -> None:
        self._store = store
        self._intake = intake
        self._clock = clock

    def keep(self, device: Device, sealed: bytes) -> bool:
        """Keep a frame of a revoked device aside; False for one that is none of its own, or is in the log already."""
        try:
            frame = envelope.split(sealed)
            envelope.verify(sealed, frame, device.sign_key)
        except Malformed:
            return False
        header = frame.header
        own = (header.device, header.device_name) == (device.device, device.name)
        may = rights.may_append(device.tenant, header.tenant)
        if not own or not may or self._store.entry(header.tenant, frame.hash) is not None:
            return False
        with self._store.locked(header.tenant) as tenancy:
            tenancy.hold(Held(header.tenant, frame.hash, device.device, self._clock.now(), sealed))
        return True

    def all(self) -> list[Kept]:
        """What waits, by log and device, in the order in which it was written."""
        return [
            self._told(held, device)
            for tenant in self._store.heads()
            for device in self._writers(tenant)
            for held in sorted(self._of(device, tenant), key=lambda held: envelope.split(held.sealed).header.first)
        ]

    def _writers(self, tenant: str) -> list[Device]:
        return [device for office in dict.fromkeys((tenant, ALA)) for device in self._store.devices(office)]

    def _of(self, device: Device, tenant: str) -> list[Held]:
        """What is held of a device for a log; what came into it another way meanwhile waits no more."""
        held = [held for held in self._store.held(tenant) if held.device == device.device]
        return [one for one in held if self._store.entry(tenant, one.header_hash) is None]

    def _told(self, held: Held, device: Device) -> Kept:
        frame = envelope.split(held.sealed)
        before = self._store.precedents(frame.header, frame.hash, []).before
        goes_on = before is not None and frame.header.first == before.next_device_seq
        try:
            transactions, _ = decode_lines(envelope.payload_of(frame).lines)
        except Malformed:
            transactions = []
        moments = sorted(transaction.at for transaction in transactions) or [""]
        return Kept(
            held.header_hash, device, held.received, frame.header.count, moments[0], moments[-1],
            sorted({transaction.author for transaction in transactions}),
            sorted({op.kind for transaction in transactions for op in transaction.ops}), goes_on,
        )  # fmt: skip

    def admit(self, frame: str) -> Entry:
        """Take a frame into the log after all, as if its device had sent it now.

        Raises:
            Mendable: there is no such frame, or it does not fit: an earlier one of the device is missing.
        """
        held, device = self._one(frame)
        try:
            entry = self._intake.admit(device._replace(revoked=False), held.sealed)
        except Declined as problem:
            raise Mendable(
                "Il lotto non si può ammettere",
                f"Non segue quanto la centrale ha già di quel PC, oppure non è integro ({problem}).",
                "Ammettere prima i lotti precedenti dello stesso PC; altrimenti scartarlo.",
            ) from problem
        self._release(held)
        return entry

    def drop(self, frame: str) -> Kept:
        """Let a frame go for good.

        Raises:
            Mendable: there is no such frame.
        """
        held, device = self._one(frame)
        told = self._told(held, device)
        self._release(held)
        return told

    def _release(self, held: Held) -> None:
        with self._store.locked(held.tenant) as tenancy:
            tenancy.release(held.header_hash)

    def _one(self, frame: str) -> tuple[Held, Device]:
        for tenant in self._store.heads():
            for held in self._store.held(tenant):
                device = self._store.device(held.device)
                if held.header_hash == frame and device is not None:
                    return held, device
        raise Mendable(
            "Lotto non trovato", f"Nessun lotto in attesa ha il codice «{frame}».", "Vedere «ala-hub quarantine»."
        )
