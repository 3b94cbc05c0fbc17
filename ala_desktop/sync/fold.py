"""The fold: what one transaction does to the state. Pure; every replica runs this same function (SYNC 16 to 18).

A write conflicts only if the cell's last writer is unseen by its author, of another incarnation, and the values
differ. Then the field's policy decides: AUTO takes the later, SET unites, ASK parks the newcomer as a claim.
"""

from __future__ import annotations

from typing import NamedTuple

from ala_desktop.fields.spec import DELETED, Merge
from ala_desktop.fields.values import Value
from ala_desktop.sync.protocol import Op, Pair, Transaction, pairs_of, plain_values
from ala_desktop.sync.state import Claim, Folded, Stamp, State


class Origin(NamedTuple):
    """Where a transaction stands: its place in the log, and the incarnation and PC that wrote it."""

    seq: int
    incarnation: str
    device: str


class _Write(NamedTuple):
    """One transaction being folded."""

    transaction: Transaction
    origin: Origin

    @property
    def stamp(self) -> Stamp:
        return Stamp(self.origin.seq, self.origin.incarnation)

    def unseen(self, writer: Stamp, base: int) -> bool:
        """Whether `writer` is somebody else's write that the author had not seen (SYNC 7, 8)."""
        return writer.seq > base and writer.incarnation != self.origin.incarnation

    def claim(self, op: Op, field: str, old: Value, new: Value, *, late: bool = False) -> Claim:
        """The author's claim on a cell."""
        at, author = self.transaction.at, self.transaction.author
        seq, incarnation, device = self.origin
        return Claim(op.kind, op.id, field, incarnation, seq, new, old, author, device, at, late)


def fold(state: State, transaction: Transaction, origin: Origin) -> None:
    """Fold one admitted transaction into `state`, which holds every record that it concerns."""
    write = _Write(transaction, origin)
    closing = _closes_sitting(state, transaction)
    for op in transaction.ops:
        record = state.records.get(op.id)
        if record is None:
            _begin(state, op, write)
        elif record.kind == op.kind:
            _edit(state, record, op, write, pinned=op.id in closing)
    for parent in closing:
        _retire_strangers(state, parent, write)


def _begin(state: State, op: Op, write: _Write) -> None:
    """The first put on a record: its creation, or an edit that arrived before it (a placeholder, SYNC 13)."""
    group = write.transaction.group
    if op.base is None:
        record = Folded(op.kind, plain_values(op), group, write.stamp)
    else:
        record = Folded(op.kind, {}, group, Stamp(0, ""))
        for name, (_, new) in pairs_of(op).items():
            record.put(name, new)
            record.stamps[name] = write.stamp
    if state.frozen(record):
        record.values[DELETED] = 1
        record.claims[DELETED, write.origin.incarnation] = write.claim(op, DELETED, None, None, late=True)
    state.add(op.id, record)


def _edit(state: State, record: Folded, op: Op, write: _Write, *, pinned: bool) -> None:
    """A put on a record that is there already."""
    pairs = pairs_of(op)
    for field, incarnation, seq in op.closes:
        claim = record.claims.get((field, incarnation))
        if claim is not None and claim.seq == seq:
            del record.claims[field, incarnation]
    if not pinned and state.frozen(record):
        _park_late(record, op, pairs, write)
        return
    if pinned:
        _pin(record, op, pairs, write)
        return
    _settle_deletion(record, op, pairs, write)
    for name, pair in pairs.items():
        _write_cell(state, record, op, name, pair, write)
    if op.base is None and record.created.seq == 0:
        record.created = write.stamp
    state.note_parent(op.id, record)


def _park_late(record: Folded, op: Op, pairs: dict[str, Pair], write: _Write) -> None:
    """A put on a frozen record has no effect and waits as a rectification to make (SYNC 18)."""
    for name, (old, new) in pairs.items():
        if new != record.values.get(name):
            record.claims[name, write.origin.incarnation] = write.claim(op, name, old, new, late=True)


def _settle_deletion(record: Folded, op: Op, pairs: dict[str, Pair], write: _Write) -> None:
    """A delete against any unseen write in the record, in either order, is asked (SYNC 16)."""
    base, mine = op.base or 0, (DELETED, write.origin.incarnation)
    if record.deleted and DELETED not in pairs and write.unseen(record.writer(DELETED), base):
        record.claims[mine] = write.claim(op, DELETED, None, None)
    deletes = pairs.get(DELETED, (None, None))[1] == 1
    if deletes and any(write.unseen(stamp, base) for stamp in record.stamps.values()):
        old, new = pairs.pop(DELETED)
        record.claims[mine] = write.claim(op, DELETED, old, new)


def _write_cell(state: State, record: Folded, op: Op, name: str, pair: Pair, write: _Write) -> None:
    old, new = pair
    mine = (name, write.origin.incarnation)
    if not write.unseen(record.writer(name), op.base or 0):
        record.put(name, new)
        record.stamps[name] = write.stamp
        record.claims.pop(mine, None)
        return
    current = record.values.get(name)
    if new == current:
        record.claims.pop(mine, None)
        return
    spec = state.catalog.get(op.kind)
    field = spec.fields.get(name) if spec else None
    policy = field.merge if field else Merge.ASK
    if policy is Merge.ASK:
        record.claims[mine] = write.claim(op, name, old, new)
        return
    record.put(name, _united(old, new, current) if policy is Merge.SET else new)
    record.stamps[name] = write.stamp
    record.claims.pop(mine, None)


def _united(old: Value, new: Value, current: Value) -> Value:
    """A set with what the author added, without what the author took out."""
    before, after, now = ({w for w in str(v or "").split("\n") if w} for v in (old, new, current))
    return "\n".join(sorted((now | (after - before)) - (before - after))) or None


def _closes_sitting(state: State, transaction: Transaction) -> set[str]:
    """Ids of the records that this transaction pins: those it puts together with the state that freezes them."""
    closing: set[str] = set()
    for op in transaction.ops:
        spec = state.catalog.get(op.kind)
        if spec is None or spec.freeze is None or spec.freeze.within is not None:
            continue
        pair = op.put.get(spec.freeze.field)
        record = state.records.get(op.id)
        if (
            isinstance(pair, tuple)
            and pair[1] in spec.freeze.states
            and record is not None
            and not state.frozen(record)
        ):
            closing.add(op.id)
    if not closing:
        return closing
    family = {child for parent in closing for child in state.children.get(parent, set())}
    return closing | {op.id for op in transaction.ops if op.id in family}


def _pin(record: Folded, op: Op, pairs: dict[str, Pair], write: _Write) -> None:
    """Make the record what the approver saw; what others wrote unseen becomes a rectification to make (ADR 7)."""
    for name in sorted({*record.values, *pairs}):
        wanted = pairs[name][1] if name in pairs else None
        current, writer = record.values.get(name), record.writer(name)
        if current != wanted and write.unseen(writer, op.base or 0):
            record.claims[name, writer.incarnation] = Claim(
                op.kind, op.id, name, writer.incarnation, writer.seq, current, wanted, "", "", "", rectification=True
            )
        elif name not in pairs:
            continue
        record.put(name, wanted)
        record.stamps[name] = write.stamp


def _retire_strangers(state: State, parent: str, write: _Write) -> None:
    """Records of a frozen family that the approver had never seen do not belong to the minutes."""
    pinned = {op.id for op in write.transaction.ops}
    bases = [op.base or 0 for op in write.transaction.ops if op.id == parent]
    for child in sorted(state.children.get(parent, set()) - pinned):
        record = state.records[child]
        if record.deleted or not write.unseen(record.created, bases[0]):
            continue
        creator = record.created
        record.values[DELETED] = 1
        record.stamps[DELETED] = write.stamp
        record.claims[DELETED, creator.incarnation] = Claim(
            record.kind, child, DELETED, creator.incarnation, creator.seq, None, 1, "", "", "", rectification=True
        )
