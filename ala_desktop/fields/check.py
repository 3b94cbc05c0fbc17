"""Whether the values of a record or of an edit are what its kind declares. Used by the hub and by every service."""

from __future__ import annotations

from collections.abc import Mapping

from ala_desktop.fields.spec import DELETED, RecordSpec
from ala_desktop.fields.values import Value

MOST_TEXT = 20_000
"""Characters of a value in a field that this version does not know."""
MOST_SEALED = 64_000
"""Characters of a sealed value: the longest note, in the longest letters, sealed and written as text."""


def value_problem(spec: RecordSpec, name: str, value: Value, *, sealed: bool = False) -> str | None:
    """Why `value` may not stand in field `name`, in Italian, or None.

    `sealed` values are opaque text; fields of a newer version are accepted as they are, within a length.
    """
    if value is not None and type(value) not in (str, int):
        return "tipo di valore errato"
    if name == DELETED:
        return None if value in (None, 1) else "valore errato"
    known = spec.fields.get(name)
    if known is None or (sealed and known.sealed):
        most = MOST_TEXT if known is None else MOST_SEALED
        return "valore troppo lungo" if isinstance(value, str) and len(value) > most else None
    return known.kind.check(value)


def problems(spec: RecordSpec, values: Mapping[str, Value], *, sealed: bool = False) -> dict[str, str]:
    """The fields of `values` that cannot stand, each with its reason in Italian; empty when all is well."""
    found: dict[str, str] = {}
    for name, value in values.items():
        reason = value_problem(spec, name, value, sealed=sealed)
        if reason:
            found[name] = reason
    return found


def missing(spec: RecordSpec, values: Mapping[str, Value]) -> list[str]:
    """Names of required fields that `values` leaves empty."""
    return [f.name for f in spec.fields.values() if f.required and values.get(f.name) in (None, "")]
