"""The reference pipe's tables as kinds of record: all that a hub needs to know of them.

Floats become scaled integers and booleans 0 or 1, since a value is text, integer or nothing (ADR 2).
"""

from __future__ import annotations

from functools import cache

from ala_desktop.fields.kinds import Choice, Day, FieldKind, FiscalCode, Number, Reference, Text, YesNo
from ala_desktop.fields.spec import Catalog, Field, RecordSpec
from bench.pipe import workload

SCALES = {"surface_m2": 1, "lat": 6, "lon": 6, "score": 1, "hours": 1}
"""Decimals of the workload's numbers, by field; the others have none."""
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
    return Number(scale=SCALES.get(name, 0)) if isinstance(sample, (int, float)) else _TEXTS


def is_text(table: str, name: str) -> bool:
    """Whether a field takes a line of any text."""
    return _kind(table, name) is _TEXTS


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
