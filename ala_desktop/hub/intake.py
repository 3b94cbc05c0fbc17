"""Admission of frames (SYNC 10 to 15): checked first, then ordered under the tenant's lock. The hub never folds.

The checks stand in the order of SYNC 14; the size cap and the device's right to ask at all were settled before.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ala_desktop.fields.spec import Catalog
from ala_desktop.hub import rights, series
from ala_desktop.hub.judging import Verdict, is_id, judge
from ala_desktop.hub.store import Admitted, Device, Store, Tenancy, Writer
from ala_desktop.hub.wholesale import all_sound
from ala_desktop.sync import chain, envelope
from ala_desktop.sync.declined import Declined
from ala_desktop.sync.envelope import Frame
from ala_desktop.sync.protocol import (
    MOST_TRANSACTION_BYTES,
    Entry,
    Header,
    Malformed,
    Position,
    Refused,
    Transaction,
)
from ala_desktop.sync.upcast import upcast


class _Checked(NamedTuple):
    """A frame that was found whole, and what was found in it without looking at others.

    Attributes:
        writer: the chain that it was checked against.
        verdicts: for each transaction, why it may not stand, or None.
    """

    frame: Frame
    sealed: bytes
    writer: Writer
    transactions: list[Transaction]
    verdicts: list[Verdict | None]


class _Sorted(NamedTuple):
    """The frame's transactions sorted into those that stand and those that do not.

    Attributes:
        refused: those that do not, in order.
        lost: records whose creation was refused, and the seq of the last refused put on each.
        found: records that were created after all.
    """

    refused: list[Refused]
    lost: dict[str, int]
    found: set[str]


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
        tenant = frame.header.tenant
        writer = self._store.writer(tenant, frame.header.incarnation)
        if not _continues(frame.header, writer):  # as every frame that was taken already
            known = self._store.entry(tenant, frame.hash)
            if known is not None:
                return known
        checked = self._checked(device, frame, sealed, writer)
        with self._store.locked(tenant) as tenancy:
            return _append(tenancy, checked)

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

    def _checked(self, device: Device, frame: Frame, sealed: bytes, writer: Writer) -> _Checked:
        """Decompress, continue the device's chain, and judge each transaction by itself."""
        header = frame.header
        if writer.device not in ("", device.device):
            raise Declined("broken_chain", "another device's incarnation")
        if not _continues(header, writer):
            raise Declined(
                "broken_chain", f"expected {writer.next_device_seq} after {writer.previous[:8] or 'nothing'}"
            )
        try:
            transactions = envelope.open_lines(frame, writer.head)
            lengths = _lengths(frame)
        except Malformed as problem:
            raise Declined("bad_frame", str(problem)) from problem
        present = upcast(self._catalog, transactions)
        verdicts: list[Verdict | None] = [None] * len(transactions)
        if not all_sound(self._catalog, present, lengths):
            verdicts = [judge(self._catalog, *pair) for pair in zip(present, lengths, strict=True)]
        verdicts = rights.verdicts(self._catalog, device.tenant, header.tenant, present, verdicts)
        return _Checked(frame, sealed, writer, transactions, verdicts)


def _continues(header: Header, writer: Writer) -> bool:
    return (header.first, header.previous) == (writer.next_device_seq, writer.previous)


def _lengths(frame: Frame) -> list[int]:
    """Bytes of each line; where the whole payload is within one transaction's limit, nobody needs to know."""
    if frame.header.size <= MOST_TRANSACTION_BYTES:
        return [0] * frame.header.count
    return [len(line) for line in envelope.payload_of(frame).lines]


def _append(tenancy: Tenancy, checked: _Checked) -> Entry:
    """Give the frame its place, under the tenant's lock (SYNC 10)."""
    header = checked.frame.header
    if tenancy.writer(header.incarnation) != checked.writer:
        known = tenancy.entry(checked.frame.hash)
        if known is not None:
            return known
        raise Declined("broken_chain", "the device sent another frame at the same time")
    end = tenancy.position()
    _refuse_ahead(checked.transactions, end)
    verdicts = series.verdicts(tenancy, header.hub, header.device, checked.transactions, checked.verdicts)
    checked = checked._replace(verdicts=verdicts)
    result = _sort_out(tenancy, checked, end.seq + 1)
    entry = Entry(end.seq + 1, header.count, checked.frame.hash, result.refused)
    admitted = Admitted(header, entry, chain.hub_chain(end.chain, entry), checked.sealed)
    tenancy.append(admitted, refused=result.lost, cleared=result.found)
    return entry


def _refuse_ahead(transactions: list[Transaction], end: Position) -> None:
    """Nothing is ordered before what it rests on (SYNC 13)."""
    furthest = max((op.base or 0 for transaction in transactions for op in transaction.ops), default=0)
    if furthest > end.seq:
        raise Declined("behind", f"rests on {furthest}, the log ends at {end.seq}")


def _sort_out(tenancy: Tenancy, checked: _Checked, first_seq: int) -> _Sorted:
    """Refuse what does not stand, and what rests on a creation of the same device that was refused (SYNC 12).

    Other devices know nothing of that creation: where they write on such a record, they have it from somebody else. So
    has the device itself, where it read the record after the last refusal had come back.
    """
    records = {op.id for transaction in checked.transactions for op in transaction.ops if is_id(op.id)}
    before = tenancy.refused_among(checked.frame.header.device, records)
    if not before and not any(checked.verdicts):
        return _Sorted([], {}, set())
    missing = dict(before)
    refused: list[Refused] = []
    for index, (transaction, own) in enumerate(zip(checked.transactions, checked.verdicts, strict=True)):
        created = {op.id for op in transaction.ops if op.base is None}
        verdict = own or _needs(transaction, missing, created)
        if verdict:
            refused.append(Refused(index, *verdict))
            put_on = {op.id for op in transaction.ops}
            missing.update(dict.fromkeys(created | (put_on & missing.keys()), first_seq + index))
        else:
            for record in created & missing.keys():
                del missing[record]
    # Only what can be an id is noted: nothing can ever rest on the rest, and it may be as long as a save.
    lost = {record: seq for record, seq in missing.items() if before.get(record) != seq and is_id(record)}
    return _Sorted(refused, lost, before.keys() - missing.keys())


def _needs(transaction: Transaction, missing: Mapping[str, int], created: set[str]) -> Verdict | None:
    for op in transaction.ops:
        if op.id not in created and (op.base or 0) < missing.get(op.id, 0):
            return Verdict("needs_refused", op.id)
    return None
