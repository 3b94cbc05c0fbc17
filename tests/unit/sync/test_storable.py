"""What a hub should have refused is not taken in by a desktop: it would stand in a row as something else."""

from __future__ import annotations

import pytest

from ala_desktop.fields.values import Value
from ala_desktop.models.catalog import build
from ala_desktop.sync.protocol import Malformed, Op, Pair, Put, Transaction
from ala_desktop.sync.storable import refuse_odd_places, refuse_unstorable

CATALOG = build()
ID = "a" * 32


def transaction(kind: str, put: Put, *, record: str = ID, base: int | None = None) -> Transaction:
    return Transaction("2026-11-22T09:00:00Z", "P", None, [Op(kind, record, base, put, [])])


SOUND: list[tuple[str, dict[str, Value]]] = [
    ("housing_unit", {"code": "BL0001", "rent_cents": 12_050, "lift": 1}),
    ("housing_unit", {"of_a_newer_version": "x", "another": 7, "_deleted": 1}),
    ("housing_unit", {"code": ""}),
    ("household", {"notes": "c2VhbGVk"}),
]
UNSOUND: list[tuple[str, dict[str, Value]]] = [
    ("housing_unit", {"rent_cents": "12050"}),
    ("housing_unit", {"code": 1}),
    ("housing_unit", {"rent_cents": 2**53}),
    ("housing_unit", {"of_a_newer_version": -(2**63)}),
    ("housing_unit", {"_deleted": 2}),
    ("housing_unit", {"_deleted": "1"}),
    ("household", {"notes": 5}),
]


@pytest.mark.parametrize(("kind", "values"), SOUND)
def test_what_a_row_can_hold_is_taken(kind: str, values: dict[str, Value]):
    edits: dict[str, Pair] = {name: (None, value) for name, value in values.items()}

    refuse_unstorable(CATALOG, [transaction(kind, Put(values)), transaction(kind, Put(edits), base=4)])


@pytest.mark.parametrize(("kind", "values"), UNSOUND)
def test_what_a_row_cannot_hold_is_not(kind: str, values: dict[str, Value]):
    edits: dict[str, Pair] = {name: (None, value) for name, value in values.items()}

    for put, base in ((Put(values), None), (Put(edits), 4)):
        with pytest.raises(Malformed):
            refuse_unstorable(CATALOG, [transaction(kind, put, base=base)])


@pytest.mark.parametrize("record", ["", "x", "A" * 32, "a" * 33, "a" * 32 + "\n", "a" * 32 + "\n" + "b" * 32])
def test_a_record_needs_an_id(record: str):
    with pytest.raises(Malformed):
        refuse_odd_places(transaction("housing_unit", {"code": "x"}, record=record).ops)


@pytest.mark.parametrize("base", [-1, 2**53])
def test_a_record_was_read_somewhere_in_the_log(base: int):
    with pytest.raises(Malformed):
        refuse_odd_places(transaction("housing_unit", {"code": (None, "x")}, base=base).ops)


def test_places_that_there_can_be_are_taken():
    saves = [transaction("housing_unit", {"code": "x"}), transaction("person", {"surname": (None, "x")}, base=0)]

    saves.append(transaction("person", {"surname": (None, "y")}, base=2**53 - 1))
    refuse_odd_places([op for save in saves for op in save.ops])
