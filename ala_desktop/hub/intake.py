"""Admission of frames (SYNC 10 to 15): checked first, then ordered under the tenant's lock. The hub never folds.

The checks stand in the order of SYNC 14; the size cap and the device's right to ask at all were settled before.
"""

from __future__ import annotations

from typing import NamedTuple

from ala_desktop.fields.spec import Catalog
from ala_desktop.hub import rights, series, twins
from ala_desktop.hub.judging import Verdict, judge
from ala_desktop.hub.refusing import sort_out
from ala_desktop.hub.sight import Sight, is_pinned, knows_all
from ala_desktop.hub.store import Admitted, Device, Precedents, Store, Tenancy
from ala_desktop.hub.wholesale import all_sound
from ala_desktop.sync import chain, envelope
from ala_desktop.sync.declined import Declined
from ala_desktop.sync.envelope import Frame
from ala_desktop.sync.protocol import (
    MOST_TRANSACTION_BYTES,
    Entry,
    Header,
    Malformed,
    Transaction,
)
from ala_desktop.sync.upcast import upcast


class _Checked(NamedTuple):
    """A frame that was found whole, and what was found in it without looking at others.

    Attributes:
        found: what it rests on.
        verdicts: for each transaction, why it may not stand, or None.
    """

    frame: Frame
    sealed: bytes
    found: Precedents
    transactions: list[Transaction]
    verdicts: list[Verdict | None]


class Intake:
    """Takes frames into the logs of their tenants."""

    def __init__(self, store: Store, catalog: Catalog, hub: str) -> None:
        self._store = store
        self._catalog = catalog
        self._hub = hub

    def admit(self, device: Device, sealed: bytes) -> Entry:
        """Take a frame that `device` sent; the same frame again gets the same answer and changes nothing.

        Raises:
            Declined: the frame as a whole cannot be taken; nothing was written.
        """
        frame = self._own_frame(device, sealed)
        header = frame.header
        found = self._store.precedents(header, frame.hash, [place for _, _, place in header.seen])
        if found.entry is not None:
            return found.entry
        self._refuse_unfounded(header, found)
        checked = self._checked(device, frame, sealed, found)
        with self._store.locked(header.tenant) as tenancy:
            return _append(tenancy, checked)

    def _refuse_unfounded(self, header: Header, found: Precedents) -> None:
        """Nothing is ordered before what its author had seen (SYNC 13)."""
        if all(found.seqs.get(place) == seq for _, seq, place in header.seen):
            return
        with self._store.reading(header.tenant) as here:
            if not knows_all(here, header, found):
                raise Declined("behind", "rests on a place that this log does not know")

    def _own_frame(self, device: Device, sealed: bytes) -> Frame:
        """The frame, of this hub and this device, signed, and for a log that it may write."""
        try:
            frame = envelope.split(sealed)
        except Malformed as problem:
            raise Declined("bad_frame", str(problem)) from problem
        header = frame.header
        try:
            envelope.verify(sealed, frame, device.sign_key)
        except Malformed as problem:
            raise Declined("bad_signature", str(problem)) from problem
        if header.device != device.device or header.device_name != device.name:
            raise Declined("bad_signature", "the header names another device")
        rights.refuse_foreign_log(device, header.tenant)
        if header.hub != self._hub:
            raise Declined("foreign_hub", header.hub)
        if device.revoked:
            raise Declined("revoked", device.device)
        return frame

    def _checked(self, device: Device, frame: Frame, sealed: bytes, found: Precedents) -> _Checked:
        """Decompress, continue the device's chain, and judge each transaction by itself."""
        header, before = frame.header, found.before
        if before is None or header.first != before.next_device_seq:
            raise Declined("broken_chain", f"{header.first} does not follow {header.previous[:8] or 'nothing'}")
        try:
            transactions = envelope.open_lines(frame, before.head)
            lengths = _lengths(frame)
        except Malformed as problem:
            raise Declined("bad_frame", str(problem)) from problem
        present = upcast(self._catalog, transactions)
        verdicts: list[Verdict | None] = [None] * len(transactions)
        if not all_sound(self._catalog, present, lengths):
            verdicts = [judge(self._catalog, *pair) for pair in zip(present, lengths, strict=True)]
        verdicts = rights.verdicts(self._catalog, device.tenant, header.tenant, present, verdicts)
        return _Checked(frame, sealed, found, transactions, verdicts)


def _lengths(frame: Frame) -> list[int]:
    """Bytes of each line; where the whole payload is within one transaction's limit, nobody needs to know."""
    if frame.header.size <= MOST_TRANSACTION_BYTES:
        return [0] * frame.header.count
    return [len(line) for line in envelope.payload_of(frame).lines]


def _append(tenancy: Tenancy, checked: _Checked) -> Entry:
    """Give the frame its place, under the tenant's lock (SYNC 10)."""
    header = checked.frame.header
    kin = tenancy.kin(header, checked.frame.hash)
    if kin.entry is not None:
        return kin.entry
    end = tenancy.position()
    bases = {op.base for transaction in checked.transactions for op in transaction.ops if op.base}
    if not is_pinned(header, bases, end.seq):
        raise Declined("behind", f"rests on what its header does not name, or beyond {end.seq}")
    verdicts = series.verdicts(tenancy, header.hub, header.device, checked.transactions, checked.verdicts)
    again = twins.repeated(tenancy, checked.frame, end.seq + 1, kin)
    sight = Sight(tenancy, header, checked.found.seqs)
    result = sort_out(tenancy, header.device, checked.transactions, end.seq + 1, sight, verdicts, again)
    entry = Entry(end.seq + 1, header.count, checked.frame.hash, result.refused)
    admitted = Admitted(header, entry, chain.hub_chain(end.chain, entry), checked.sealed)
    tenancy.append(admitted, refused=result.lost, cleared=result.found)
    return entry
