"""The reference pipe's workload as records of ours: the same rows and edits, in a catalog and a store of their own.

Floats become scaled integers and booleans 0 or 1, since a value is text, integer or nothing (ADR 2).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from ala_desktop.fields.kinds import Choice, Day, FieldKind, FiscalCode, Number, Reference, Text, YesNo
from ala_desktop.fields.spec import DELETED, Catalog, Field, RecordSpec
from ala_desktop.fields.values import Value
from ala_desktop.models import guards
from ala_desktop.models.catalog import build
from ala_desktop.services.desk import Desk
from ala_desktop.sync.capture import Change
from bench import office
from bench.pipe import workload

_SCALES = {"surface_m2": 1, "lat": 6, "lon": 6, "score": 1, "hours": 1}
_NAMED: dict[str, FieldKind] = {
    "fiscal_code": FiscalCode(),
    "unit_id": Reference("housing_unit"),
    "status": Choice({state: state for state in workload.STATI}),
    "birth_date": Day(),
    "submitted_on": Day(),
    "opened_on": Day(),
    "closed_on": Day(),
    "notes": Text(4000, lines=True),
    "description": Text(4000, lines=True),
}
_FLAGS = {"elevator", "accessible", "disability", "urgent"}
_TEXTS = Text(400)


@cache
def _kind(table: str, name: str) -> FieldKind:
    """The kind that a field of the workload would have if it were ours."""
    if name in _NAMED:
        return _NAMED[name]
    if name in _FLAGS:
        return YesNo()
    sample = next(row[name] for row in workload.rows(200) if row["tbl"] == table and row[name] is not None)
    return Number(scale=_SCALES.get(name, 0)) if isinstance(sample, (int, float)) else _TEXTS


@cache
def catalog() -> Catalog:
    """The pipe's three tables as kinds of record; every field at its default policy."""
    return Catalog(
        [
            RecordSpec(
                table, table, table, {name: Field(name, _kind(table, name), name) for name in workload.FIELDS[table]}
            )
            for table in workload.TABLES
        ]
    )


def value_of(name: str, value: Any) -> Value:
    """A value of the workload in normal form."""
    if name in _SCALES and value is not None:
        return round(value * 10 ** _SCALES[name])
    return int(value) if isinstance(value, bool) else value


def values_of(row: dict[str, Any]) -> dict[str, Value]:
    """The fields of a row of the workload that hold something, in normal form."""
    return {name: value_of(name, row[name]) for name in workload.FIELDS[row["tbl"]] if row[name] is not None}


def creations(rows: list[dict[str, Any]]) -> Iterator[list[Change]]:
    """One transaction for each row of the workload."""
    for row in rows:
        yield [Change(row["tbl"], row["id"], values_of(row))]


def edits(desk: Desk, rows: list[dict[str, Any]], wanted: list[tuple[int, str, Any]]) -> Iterator[list[Change]]:
    """One transaction for each edit, each read and changed by somebody who looked at the row first."""
    for index, name, new in wanted:
        seen = desk.get(rows[index]["tbl"], rows[index]["id"])
        yield [Change(seen.kind, seen.id, {name: value_of(name, new)}, seen.position, seen.values)]


def make_desk(folder: Path) -> Desk:
    """A new office, open, whose encrypted store holds this catalog's tables in the place of the program's own."""
    desk = office.new_desk(folder, catalog())
    with desk.store.structuring() as connection:
        for kind in build():
            connection.exec_driver_sql(f"DROP TABLE {kind}")
        for spec in catalog().values():
            connection.exec_driver_sql(_create(spec))
        for statement in guards.statements(catalog()):
            connection.exec_driver_sql(statement)
    return desk


def _create(spec: RecordSpec) -> str:
    columns = [f"{name} {'INTEGER' if field.kind.stored is int else 'VARCHAR'}" for name, field in spec.fields.items()]
    meta = f"id VARCHAR NOT NULL PRIMARY KEY, {DELETED} INTEGER, extra VARCHAR, group_id VARCHAR, created_seq INTEGER"
    return f"CREATE TABLE {spec.kind} ({meta}, created_by VARCHAR, {', '.join(columns)})"
