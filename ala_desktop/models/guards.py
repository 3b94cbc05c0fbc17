"""Triggers: no row changes without its entry in the log, and a frozen family does not change at all.

They read a flag row that is set and cleared inside the same transaction (SYNC 28).
"""

from __future__ import annotations

from collections.abc import Iterator

from ala_desktop.fields.spec import Catalog, Freeze, RecordSpec

SAVE, FOLD = 1, 2
"""Values of the flag: a save through the log, and the fold itself."""

_MODE = "(SELECT mode FROM write_guard)"


def statements(catalog: Catalog) -> Iterator[str]:
    """`CREATE TRIGGER` for every kind, in a fixed order."""
    for spec in catalog.values():
        for event in ("INSERT", "UPDATE", "DELETE"):
            yield (
                f"CREATE TRIGGER {spec.kind}_logged_{event.lower()} BEFORE {event} ON {spec.kind} WHEN {_MODE} = 0 "
                f"BEGIN SELECT RAISE(ABORT, 'ala: {spec.kind} written outside the log'); END"
            )
        if spec.freeze:
            yield from _frozen(spec, spec.freeze)


def _frozen(spec: RecordSpec, freeze: Freeze) -> Iterator[str]:
    states = ", ".join(f"'{state}'" for state in sorted(freeze.states))
    for event, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD")):
        if freeze.within is None and event == "INSERT":
            continue
        holder = f"{row}.id" if freeze.within is None else f"{row}.{freeze.within}"
        yield (
            f"CREATE TRIGGER {spec.kind}_frozen_{event.lower()} BEFORE {event} ON {spec.kind} "
            f"WHEN {_MODE} < {FOLD} AND (SELECT {freeze.field} FROM {freeze.kind} WHERE id = {holder}) IN ({states}) "
            f"BEGIN SELECT RAISE(ABORT, 'ala: {spec.kind} is frozen'); END"
        )
