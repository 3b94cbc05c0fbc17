"""The promises themselves, checked without folding: no silent loser, no false conflict (DESIGN 9, 1 and 2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ala_desktop.fields.values import Value
from tests.property.oracle import DELETED, WITHIN, Ancestry, Cell, Intent, Model, Saved, TransactionKey


@dataclass(frozen=True)
class _Write:
    place: int
    key: TransactionKey
    value: Value
    intent: Intent
    ancestry: Ancestry

    def rests_on(self, other: _Write) -> bool:
        """Whether its author wrote the other one before, or had it on the screen."""
        return self.follows(other) or self.intent.sight.holds(other.key)

    def follows(self, other: _Write) -> bool:
        """Whether it was saved on the same store, later."""
        return self.key != other.key and self.ancestry.wrote(*self.key, other.key)


def broken(admitted: list[Saved], records: dict[str, Model], ancestry: Ancestry) -> Iterator[str]:
    """What was lost silently, and what was asked without cause; one line each. `records` is what a replica shows."""
    yield from _ahead(admitted)
    writes, closing, records_of = _cells(admitted, ancestry)
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


def _ahead(admitted: list[Saved]) -> Iterator[str]:
    """Nothing stands before what its author had seen."""
    place = {saved.key: at for at, saved in enumerate(admitted)}
    for saved in admitted:
        for intent in saved.intents:
            if any(intent.sight.holds(key) for key in intent.sight.arrived if place.get(key, -1) > place[saved.key]):
                yield f"{saved.key} stands before what it rests on"


def _cells(
    admitted: list[Saved], ancestry: Ancestry
) -> tuple[dict[Cell, list[_Write]], set[tuple[str, str, TransactionKey]], dict[str, list[_Write]]]:
    writes: dict[Cell, list[_Write]] = {}
    records: dict[str, list[_Write]] = {}
    closing: set[tuple[str, str, TransactionKey]] = set()
    for place, saved in enumerate(admitted):
        for intent in saved.intents:
            for name, (_, value) in intent.cells.items():
                if value is not None or not intent.new:
                    write = _Write(place, saved.key, value, intent, ancestry)
                    writes.setdefault((intent.id, name), []).append(write)
                    records.setdefault(intent.id, []).append(write)
            closing.update((intent.id, name, key) for name, key in intent.closes)
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
        other.follows(write) or any(other.rests_on(one) for one in alike if one is not other)
        for other in cell
        if other.value != write.value
    )


def _justified(key: TransactionKey, value: Value, others: list[_Write], name: str) -> bool:
    """Whether somebody else wrote something different on the cell, which the author of the claim had not seen."""
    mine = next(write for write in others if write.key == key)
    return any(
        other.key != key and not mine.rests_on(other) and (other.value != value or name == DELETED) for other in others
    )
