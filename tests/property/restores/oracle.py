"""What must hold when everybody has exchanged until nothing is left: told from what each author had seen.

Nothing here knows of bases, epochs, lines or grafts. A transaction is a number; the world noted what was typed in it,
and which numbers its author had on the screen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ala_desktop.fields.values import Value
from ala_desktop.sync.state import Claim
from tests.property.restores.client import Client
from tests.property.restores.folding import AUTO, KEY, KIND, SEALED, SET, Folding
from tests.property.restores.hub import Hub
from tests.property.restores.log import REPEATED, Log

DELETED = "_deleted"
Cell = tuple[str, str]


@dataclass(frozen=True)
class Meant:
    """A transaction as it was meant: cells as (shown before, written), what it closes.

    `sights`: by record, what its author had seen when reading that record, or had written before.
    """

    cells: dict[Cell, tuple[Value, Value]]
    sights: dict[str, frozenset[int]]
    closes: frozenset[tuple[str, str, int]] = frozenset()


@dataclass
class Ledger:
    """Everything that was ever typed, by transaction, and what went down with a disk."""

    meant: dict[int, Meant] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)


def check(hub: Hub, clients: list[Client], ledger: Ledger) -> None:
    """AssertionError tells the first thing that is not so."""
    for client in clients:
        assert client.log.chain == hub.log.chain, f"{client.device} is not where the hub is"
        assert not client.waiting, f"{client.device} keeps what waits"
        assert not client.flight, f"{client.device} keeps frames"
    folding = Folding(hub.log)
    folding.advance()
    assert {client.folding.digest() for client in clients} <= {folding.digest()}, "the digests differ"
    order, refused = _admitted(hub.log)
    missing = ledger.meant.keys() - ledger.gone - set(order) - refused
    assert not missing, f"never reached the log: {sorted(missing)}"
    wrong = [*_ahead(order, ledger), *_lost(folding, order, ledger), *_asked(folding, hub.log, order, ledger)]
    assert not wrong, wrong[0]


def _admitted(log: Log) -> tuple[list[int], set[int]]:
    """Transactions in the log's order, without repetitions; those that the hub refused."""
    order: list[int] = []
    refused: set[int] = set()
    for entry, frame in zip(log.entries, log.frames, strict=True):
        why = {item.index: item.code for item in entry.refused}
        for index, saved in enumerate(frame.saved):
            if index not in why:
                assert saved.ghost not in order, f"{saved.ghost} counts twice"
                assert b"vietato" not in saved.line, f"{saved.ghost} was refused, and counts"
                order.append(saved.ghost)
            elif why[index] != REPEATED:
                refused.add(saved.ghost)
    return order, refused


def _ahead(order: list[int], ledger: Ledger) -> Iterator[str]:
    """Nothing stands before what its author had seen."""
    place = {ghost: at for at, ghost in enumerate(order)}
    for ghost in order:
        seen = frozenset[int]().union(*ledger.meant[ghost].sights.values())
        if any(place.get(one, -1) > place[ghost] for one in seen):
            yield f"{ghost} stands before what it rests on"


def _writes(order: list[int], ledger: Ledger) -> dict[Cell, list[int]]:
    writes: dict[Cell, list[int]] = {}
    for ghost in order:
        for cell in ledger.meant[ghost].cells:
            writes.setdefault(cell, []).append(ghost)
    return writes


def _lost(folding: Folding, order: list[int], ledger: Ledger) -> Iterator[str]:
    """A value is live, parked, resolved by name, or replaced by somebody who had seen it or the like of it."""
    closed = {(record, name, ghost) for one in order for record, name, ghost in ledger.meant[one].closes}
    for (record, name), ghosts in _writes(order, ledger).items():
        folded = folding.state.records.get(record)
        assert folded, f"{record} is gone"
        live = _plain(record, name, folded.values.get(name))
        parked = [_plain(record, name, c.value) for c in folded.claims.values() if c.field == name]
        values = {ghost: ledger.meant[ghost].cells[record, name][1] for ghost in ghosts}
        for ghost, value in values.items():
            automatic = name in AUTO and folded.kind == KIND
            if automatic or value == live or value in parked or (record, name, ghost) in closed:
                continue
            if name in SET:
                if not _words_kept(ghost, (record, name), str(live or ""), ghosts, ledger):
                    yield f"{ghost}: a word of {value!r} in {record} was lost"
                continue
            alike = {one for one in ghosts if values[one] == value}
            if not any(values[one] != value and alike & ledger.meant[one].sights[record] for one in ghosts):
                yield f"{ghost}: {value!r} in {record}.{name} was lost silently"


def _words_kept(ghost: int, cell: Cell, live: str, ghosts: list[int], ledger: Ledger) -> bool:
    def words(value: Value) -> set[str]:
        return {word for word in str(value or "").split("\n") if word}

    old, new = ledger.meant[ghost].cells[cell]
    pairs = [ledger.meant[one].cells[cell] for one in ghosts if one != ghost]
    taken_out = {word for before, after in pairs for word in words(before) - words(after)}
    return words(new) - words(old) <= words(live) | taken_out


def _asked(folding: Folding, log: Log, order: list[int], ledger: Ledger) -> Iterator[str]:
    """A claim stands against somebody's different value, which its author had not seen; and nobody closed it."""
    writes = _writes(order, ledger)
    closed = {(record, name, ghost) for one in order for record, name, ghost in ledger.meant[one].closes}
    for record, folded in folding.state.records.items():
        for claim in folded.claims.values():
            if claim.rectification:
                assert folded.kind != KIND, f"{record}: a rectification where nothing freezes"
                continue
            ghost = _ghost_at(log, claim.seq)
            if (record, claim.field, ghost) in closed:
                yield f"{ghost}: {claim.field} of {record} was decided, and is asked again"
            others = [one for (rec, name), ghosts in writes.items() for one in ghosts
                      if rec == record and claim.field in (name, DELETED)]  # fmt: skip
            if not any(_against(claim, ghost, one, ledger) for one in others):
                yield f"{ghost}: {claim.field} of {record} is a false conflict"


def _against(claim: Claim, ghost: int, other: int, ledger: Ledger) -> bool:
    mine = ledger.meant[ghost]
    if other == ghost or other in mine.sights[claim.record]:
        return False
    cell = claim.record, claim.field
    if claim.field == DELETED:
        return True
    return ledger.meant[other].cells[cell][1] != _plain(claim.record, claim.field, claim.value)


def _ghost_at(log: Log, seq: int) -> int:
    entry, frame = next((e, f) for e, f in zip(log.entries, log.frames, strict=True) if e.first_seq + e.count > seq)
    return frame.saved[seq - entry.first_seq].ghost


def _plain(record: str, name: str, value: Value) -> Value:
    return KEY.open(KIND, record, name, value) if name in SEALED else value
