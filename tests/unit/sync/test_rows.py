"""Rows come back as they were written, whatever columns they fill and however many fill the same ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from ala_desktop.models.guards import FOLD
from ala_desktop.services.desk import Desk
from ala_desktop.sync.rows import Beginning, Stored
from tests import factory


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return factory.desk(tmp_path)


def ids(count: int) -> list[str]:
    return [f"{number:032x}" for number in range(1, count + 1)]


def stored(desk: Desk) -> dict[str, Stored]:
    """Rows of three shapes that many share, and of some that one row has alone."""
    shapes: list[dict[str, str | int | None]] = [{"code": "A"}, {"code": "B", "lift": 0}, {"lift": 1, "code": "C"}]
    rows: dict[str, Stored] = {}
    for place, record in enumerate(ids(60)):
        rows[record] = Stored(dict(shapes[place % 3]), "import" if place % 2 else None, place or None, "me")
    alone: list[dict[str, str | int | None]] = [
        {"code": "D", "_deleted": 1},
        {"code": "E", "of_a_newer_version": "x", "another": 7},
        {"of_a_newer_version": "y", "_deleted": 1},
        {"extra": "a field of that name"},
        {},
    ]
    rows.update({f"{place:x}" * 32: Stored(values, None, -3, None) for place, values in enumerate(alone, 10)})
    return rows


def test_rows_of_many_shapes_come_back_as_they_were_written(desk: Desk):
    rows = stored(desk)

    with desk.store.writing(FOLD) as connection:
        desk.rows.insert(connection, "housing_unit", list(rows.items()))

    with desk.reading() as connection:
        assert dict(desk.rows.every(connection, "housing_unit")) == rows


def test_rows_that_begin_in_the_log_are_those_that_are_inserted(desk: Desk):
    rows = {record: row for record, row in stored(desk).items() if row.values}
    beginnings: dict[tuple[str, ...], list[Beginning]] = {}
    for record, (values, group, seq, line) in rows.items():
        beginnings.setdefault(tuple(values), []).append((record, group, seq or 0, line or "", *values.values()))

    with desk.store.writing(FOLD) as connection:
        for names, alike in beginnings.items():
            desk.rows.begin(connection, "housing_unit", names, alike)

    with desk.reading() as connection:
        found = dict(desk.rows.every(connection, "housing_unit"))
    assert {record: row.values for record, row in found.items()} == {r: row.values for r, row in rows.items()}
    assert {row.created_seq for row in found.values()} == {row.created_seq or 0 for row in rows.values()}


@pytest.mark.parametrize("count", [1, 20])
def test_values_kept_to_the_comune_stand_open_in_their_columns(desk: Desk, count: int):
    sealed = desk.catalog["person"].sealed
    key = desk.rows.key
    assert key is not None
    name = sorted(sealed)[0]
    rows = {
        record: Stored({"surname": "Conti", name: key.seal("person", record, name, "riservato")}, None, 1, "me")
        for record in ids(count)
    }

    with desk.store.writing(FOLD) as connection:
        desk.rows.insert(connection, "person", list(rows.items()))

    with desk.reading() as connection:
        shown = connection.exec_driver_sql(f"SELECT DISTINCT {name} FROM person").scalars().all()
        assert shown == ["riservato"]
        assert dict(desk.rows.every(connection, "person")) == rows


def test_values_that_this_pc_cannot_open_wait_sealed(desk: Desk):
    name = sorted(desk.catalog["person"].sealed)[0]
    rows = {record: Stored({"surname": "Conti", name: "A" * 40}, None, 1, "me") for record in ids(20)}

    with desk.store.writing(FOLD) as connection:
        desk.rows.insert(connection, "person", list(rows.items()))

    with desk.reading() as connection:
        assert connection.exec_driver_sql(f"SELECT count({name}) FROM person").scalar_one() == 0
        assert dict(desk.rows.every(connection, "person")) == rows
