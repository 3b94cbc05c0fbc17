"""The reference pipe's rows and edits as records of ours, in a store of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ala_desktop.fields.spec import DELETED, RecordSpec
from ala_desktop.fields.values import Value
from ala_desktop.models import guards
from ala_desktop.models.catalog import build
from ala_desktop.services.desk import Desk
from ala_desktop.sync.capture import Change
from bench import office
from bench.pipe import workload
from bench.pipe_catalog import SCALES, catalog


def value_of(name: str, value: Any) -> Value:
    """A value of the workload in normal form."""
    if name in SCALES and value is not None:
        return round(value * 10 ** SCALES[name])
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
