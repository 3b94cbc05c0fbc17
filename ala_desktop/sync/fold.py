"""The fold: what one transaction does to the state. Pure; every replica runs this same function (SYNC 16 to 18).

A write conflicts only if the cell's last writer is unseen by its author, of another incarnation, and the values
differ. Then the field's policy decides: AUTO takes the later, SET unites, ASK parks the newcomer as a claim.
"""

from __future__ import annotations

from itertools import chain
from typing import NamedTuple

from ala_desktop.fields.spec import DELETED, Catalog, Merge
from ala_desktop.fields.values import Value
from ala_desktop.sync.protocol import Op, Pair, Transaction, pairs_of, plain_values
from ala_desktop.sync.state import NOBODY, Claim, Folded, Stamp, State


class Origin(NamedTuple):
    """Where a transaction stands: its place in the log, and the incarnation and PC that wrote it."""

    seq: int
    incarnation: str
    device: str

    def sees(self, writer: Stamp, base: int) -> bool:
        """Whether the author knew of a write when reading at `base`; the own ones are always known (SYNC 7, 8)."""
        return writer.seq <= base or writer.incarnation == self.incarnation


class _Write(NamedTuple):
    """One transaction being folded."""

    transaction: Transaction
    origin: Origin

    @property
    def stamp(self) -> Stamp:
        return Stamp(self.origin.seq, self.origin.incarnation)

    def unseen(self, writer: Stamp, base: int) -> bool:
        """Whether `writer` is somebody else's write that the author had not seen (SYNC 7, 8)."""
        return not self.origin.sees(writer, base)

    def claim(self, op: Op, field: str, old: Value, new: Value, *, late: bool = False) -> Claim:
        """The author's claim on a cell."""
        at, author = self.transaction.at, self.transaction.author
        seq, incarnation, device = self.origin
        return Claim(op.kind, op.id, field, incarnation, seq, new, old, author, device, at, late)


def fold(state: State, transaction: Transaction, origin: Origin) -> None:
    """Fold one admitted transaction into `state`, which holds every record that it concerns."""
    write = _Write(transaction, origin)
    closing = _closing(state, transaction)
    pinned = _pinned(state, transaction, closing)
    for op in transaction.ops:
        record = state.records.get(op.id)
        if record is None:
            _begin(state, op, write, pinned=op.id in pinned)
        elif record.kind == op.kind:
            _edit(state, record, op, write, pinned=op.id in pinned)
    for parent in sorted(closing):
        _retire_strangers(state, parent, pinned, write)
        _turn_into_rectifications(state, parent)


def _begin(state: State, op: Op, write: _Write, *, pinned: bool) -> None:
    """The first put on a record: its creation, or an edit that arrived before it (a placeholder, SYNC 13)."""
    group = write.transaction.group
    if op.base is None:
        record = Folded(op.kind, plain_values(op), group, write.stamp)
    else:
        record = Folded(op.kind, {}, group, NOBODY)
        for name, (_, new) in pairs_of(op).items():
            record.put(name, new)
            record.stamps[name] = write.stamp
    state.add(op.id, record)
    if not pinned:
        _retire_latecomer(state, record, op, write)


def _retire_latecomer(state: State, record: Folded, op: Op, write: _Write) -> None:
    """A record that joins a family after it was frozen does not belong to the minutes (SYNC 18)."""
    if state.within(record) is not None and state.frozen(record):
        record.values[DELETED] = 1
        record.claims[DELETED, write.origin.incarnation] = write.claim(op, DELETED, None, None, late=True)


def _edit(state: State, record: Folded, op: Op, write: _Write, *, pinned: bool) -> None:
    """A put on a record that is there already."""
    pairs = pairs_of(op)
    for field, incarnation, seq in op.closes:
        claim = record.claims.get((field, incarnation))
        if claim is not None and claim.seq == seq:
            del record.claims[field, incarnation]
    if pinned:
        _pin(state, record, op, pairs, write)
        return
    if state.frozen(record):
        _park_late(record, op, pairs, write)
        return
    joined = _keep_in_family(state, record, op, pairs, write)
    _settle_deletion(record, op, pairs, write)
    for name, pair in pairs.items():
        _write_cell(state, record, op, name, pair, write)
    if op.base is None and record.created.seq == 0:
        record.created, record.group = write.stamp, write.transaction.group
    state.note_parent(op.id, record)
    if joined:
        _retire_latecomer(state, record, op, write)


def _keep_in_family(state: State, record: Folded, op: Op, pairs: dict[str, Pair], write: _Write) -> bool:
    """A member of a family never moves to another (ADR 7): such a put is parked. Returns whether it joins one now."""
    within = state.within(record)
    if within is None or within not in pairs:
        return False
    current = record.values.get(within)
    if current is None:
        return True
    old, new = pairs.pop(within)
    if new != current:
        record.claims[within, write.origin.incarnation] = write.claim(op, within, old, new, late=True)
    return False


def _park_late(record: Folded, op: Op, pairs: dict[str, Pair], write: _Write) -> None:
    """A put on a frozen record has no effect and waits as a rectification to make (SYNC 18)."""
    for name, (old, new) in pairs.items():
        if new != record.values.get(name):
            record.claims[name, write.origin.incarnation] = write.claim(op, name, old, new, late=True)
        else:
            record.claims.pop((name, write.origin.incarnation), None)


def _settle_deletion(record: Folded, op: Op, pairs: dict[str, Pair], write: _Write) -> None:
    """A delete against any unseen write in the record, in either order, is asked (SYNC 16)."""
    base, mine = op.base or 0, (DELETED, write.origin.incarnation)
    if record.deleted and DELETED not in pairs and write.unseen(record.writer(DELETED), base):
        record.claims[mine] = write.claim(op, DELETED, None, None)
    deletes = pairs.get(DELETED, (None, None))[1] == 1 and not record.deleted
    parked = (Stamp(claim.seq, claim.incarnation) for claim in record.claims.values())
    writers = chain((record.created,), record.stamps.values(), parked)
    if deletes and any(write.unseen(stamp, base) for stamp in writers):
        old, new = pairs.pop(DELETED)
        record.claims[mine] = write.claim(op, DELETED, old, new)


def _write_cell(state: State, record: Folded, op: Op, name: str, pair: Pair, write: _Write) -> None:
    old, new = pair
    mine = (name, write.origin.incarnation)
    current = record.values.get(name)
    spec = state.catalog.get(op.kind)
    field = spec.fields.get(name) if spec else None
    policy = field.merge if field else Merge.ASK
    if write.unseen(record.writer(name), op.base or 0):
        if new == current:
            record.claims.pop(mine, None)
            return
        if policy is Merge.ASK:
            record.claims[mine] = write.claim(op, name, old, new)
            return
    # An own write of a set may have united what its author still has not seen: only what differs is put.
    record.put(name, _united(old, new, current) if policy is Merge.SET else new)
    record.stamps[name] = write.stamp
    record.claims.pop(mine, None)


def _united(old: Value, new: Value, current: Value) -> Value:
    """A set with what the author added, without what the author took out."""
    before, after, now = ({w for w in str(v or "").split("\n") if w} for v in (old, new, current))
    return "\n".join(sorted((now | (after - before)) - (before - after))) or None


def _closing(state: State, transaction: Transaction) -> set[str]:
    """Ids of the records that this transaction freezes."""
    closing: set[str] = set()
    for op in transaction.ops:
        if freezes(state.catalog, op):
            record = state.records.get(op.id)
            if record is None or (record.kind == op.kind and not state.frozen(record)):
                closing.add(op.id)
    return closing


def freezes(catalog: Catalog, op: Op) -> bool:
    """Whether an op writes the state that freezes its record, and with it the record's family."""
    freeze = catalog.freezes.get(op.kind)
    return freeze is not None and freeze.within is None and written(op, freeze.field) in freeze.states


def _pinned(state: State, transaction: Transaction, closing: set[str]) -> set[str]:
    """Ids of the records that this transaction pins: what it puts together with the state that freezes them."""
    pinned = set(closing)
    for op in transaction.ops if closing else ():
        freeze = state.catalog.freezes.get(op.kind)
        if freeze and freeze.within:
            record = state.records.get(op.id)
            holder = record.values.get(freeze.within) if record else None
            if (holder or written(op, freeze.within)) in closing:
                pinned.add(op.id)
    return pinned


def written(op: Op, name: str) -> Value:
    """The value that an op puts in a cell; None also when it does not put there."""
    value = op.put.get(name)
    return value[1] if isinstance(value, tuple) else value


def _pin(state: State, record: Folded, op: Op, pairs: dict[str, Pair], write: _Write) -> None:
    """Make the record what the approver saw; what others wrote unseen becomes a rectification to make (ADR 7)."""
    within = state.within(record)
    for name in sorted({*record.values, *pairs}):
        current, writer = record.values.get(name), record.writer(name)
        if name == within and current is not None:
            continue
        wanted = pairs[name][1] if name in pairs else None
        if current != wanted and write.unseen(writer, op.base or 0):
            record.claims[name, writer.incarnation] = Claim(
                op.kind, op.id, name, writer.incarnation, writer.seq, current, wanted, "", "", "", rectification=True
            )
        elif name not in pairs:
            continue
        record.put(name, wanted)
        record.stamps[name] = write.stamp
        record.claims.pop((name, write.origin.incarnation), None)
    state.note_parent(op.id, record)


def _retire_strangers(state: State, parent: str, pinned: set[str], write: _Write) -> None:
    """Records of a frozen family that the approver had not seen, or seen deleted, do not belong to the minutes."""
    base = max((op.base or 0 for op in write.transaction.ops if op.id == parent), default=0)
    for child in sorted(state.children.get(parent, set()) - pinned):
        record = state.records[child]
        writer = record.writer(DELETED) if DELETED in record.stamps else record.created
        if record.deleted or not write.unseen(writer, base):
            continue
        record.values[DELETED] = 1
        record.stamps[DELETED] = write.stamp
        record.claims[DELETED, writer.incarnation] = Claim(
            record.kind, child, DELETED, writer.incarnation, writer.seq, None, None, "", "", "", rectification=True
        )


def _turn_into_rectifications(state: State, parent: str) -> None:
    """What waits for a decision on minutes that are closed can only be rectified."""
    for member in (parent, *state.children.get(parent, ())):
        claims = state.records[member].claims
        for key, claim in claims.items():
            claims[key] = claim._replace(rectification=True)
