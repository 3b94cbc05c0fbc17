"""The promises themselves, checked without folding: no silent loser, no false conflict (DESIGN 9, 1 and 2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ala_desktop.fields.values import Value
from tests.property.oracle import DELETED, WITHIN, Cell, Intent, Model, Saved, TransactionKey


@dataclass(frozen=True)
class _Write:
    place: int
    key: TransactionKey
    value: Value
    intent: Intent


def broken(admitted: list[Saved], records: dict[str, Model]) -> Iterator[str]:
    """What was lost silently, and what was asked without cause; one line each. `records` is what a replica shows."""
    writes, closing, records_of = _cells(admitted)
    for cell, all_of_cell in writes.items():
        model = records.get(cell[0])
        if model is None:
            yield f"{cell}: the record is gone"
            continue
        for write in all_of_cell:
            if not _accounted(write, all_of_cell, model, cell[1], closing):
                yield f"{cell}: {write.value!r} of {write.key} was lost silently"
    for record, model in records.items():
        for (name, _), parked in model.parked.items():
            others = records_of[record] if name == DELETED else writes.get((record, name), [])
            if not parked.rectification and not _justified(parked.key, parked.value, others, name):
                yield f"{(record, name)}: {parked.value!r} of {parked.key} is a false conflict"
            if parked.rectification and model.kind not in {*WITHIN, "sitting"}:
                yield f"{(record, name)}: a rectification where nothing freezes"


def _cells(
    admitted: list[Saved],
) -> tuple[dict[Cell, list[_Write]], set[tuple[str, str, TransactionKey]], dict[str, list[_Write]]]:
    writes: dict[Cell, list[_Write]] = {}
    records: dict[str, list[_Write]] = {}
    closing: set[tuple[str, str, TransactionKey]] = set()
    for place, saved in enumerate(admitted):
        for intent in saved.intents:
            for name, (_, value) in intent.cells.items():
                if value is not None or not intent.new:
                    write = _Write(place, saved.key, value, intent)
                    writes.setdefault((intent.id, name), []).append(write)
                    records.setdefault(intent.id, []).append(write)
            closing.update((intent.id, name, key) for name, _, key in intent.closes)
    return writes, closing, records


def _accounted(
    write: _Write, cell: list[_Write], model: Model, name: str, closing: set[tuple[str, str, TransactionKey]]
) -> bool:
    """Live, parked, resolved by name, or replaced by somebody who had seen it (or the like of it), or by its author."""
    if model.cells.get(name) == write.value:
        return True
    if any(parked.value == write.value for (field, _), parked in model.parked.items() if field == name):
        return True
    if (write.intent.id, name, write.key) in closing:
        return True
    alike = [other for other in cell if other.value == write.value]
    return any(
        (other.key[0] == write.key[0] and other.place > write.place)
        or any(other.intent.sight.holds(one.key) or other.key[0] == one.key[0] for one in alike if one is not other)
        for other in cell
        if other.value != write.value
    )


def _justified(key: TransactionKey, value: Value, others: list[_Write], name: str) -> bool:
    """Whether somebody else wrote something different on the cell, which the author of the claim had not seen."""
    mine = next(write for write in others if write.key == key)
    return any(
        other.key[0] != key[0] and not mine.intent.sight.holds(other.key) and (other.value != value or name == DELETED)
        for other in others
    )
