"""Triggers: no row changes without its entry in the log, and a frozen family does not change at all.

They read a flag row that is set and cleared inside the same transaction (SYNC 28).
"""

from __future__ import annotations

from collections.abc import Iterator

from ala_desktop.fields.spec import Catalog, Freeze, RecordSpec

SAVE, FOLD = 1, 2
"""Values of the flag: a save through the log, and the fold itself."""

_MODE = "coalesce((SELECT mode FROM write_guard), 0)"


def statements(catalog: Catalog) -> Iterator[str]:
    """`CREATE TRIGGER` for every kind, in a fixed order.

    A write outside the log FAILs rather than ABORTs: its first row is refused before anything changed, so nothing is to
    be undone, and SQLite need not keep the pages of every single row aside (a seventh of the time of a bulk insert).
    """
    for spec in catalog.values():
        for event in ("INSERT", "UPDATE", "DELETE"):
            yield (
                f"CREATE TRIGGER {spec.kind}_logged_{event.lower()} BEFORE {event} ON {spec.kind} WHEN {_MODE} = 0 "
                f"BEGIN SELECT RAISE(FAIL, 'ala: {spec.kind} written outside the log'); END"
            )
        if spec.freeze:
            yield from _frozen(spec, spec.freeze)


def _frozen(spec: RecordSpec, freeze: Freeze) -> Iterator[str]:
    """What a row belongs to now, and what it would belong to: neither may be frozen."""
    stands = f"(SELECT {freeze.within or 'id'} FROM {spec.kind} WHERE id = NEW.id)"
    holders = {
        "INSERT": [stands],  # INSERT OR REPLACE deletes without asking the trigger of deletions
        "UPDATE": [f"OLD.{freeze.within or 'id'}"],
        "DELETE": [f"OLD.{freeze.within or 'id'}"],
    }
    if freeze.within is not None:
        holders["INSERT"].append(f"NEW.{freeze.within}")
        holders["UPDATE"].append(f"NEW.{freeze.within}")
    states = ", ".join(f"'{state}'" for state in sorted(freeze.states))
    for event, among in holders.items():
        frozen = f"SELECT 1 FROM {freeze.kind} WHERE id IN ({', '.join(among)}) AND {freeze.field} IN ({states})"
        yield (
            f"CREATE TRIGGER {spec.kind}_frozen_{event.lower()} BEFORE {event} ON {spec.kind} "
            f"WHEN {_MODE} < {FOLD} AND EXISTS ({frozen}) "
            f"BEGIN SELECT RAISE(ABORT, 'ala: {spec.kind} is frozen'); END"
        )
