"""Pairing the rows of a register with stored applications or grants, which have no code of their own.

One row answers to one stored case: equal ones first, then the likest of those that can be the same. What is left is
new, so two like rows of one file are two cases, and the same file again adds nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection

from ala_desktop.core.text import fold
from ala_desktop.fields.identifiers import fiscal_code_key
from ala_desktop.fields.kinds import FiscalCode, Iban
from ala_desktop.fields.spec import RecordSpec
from ala_desktop.fields.values import Value
from ala_desktop.services.registers.plan import Known


class CaseTraits(NamedTuple):
    """How cases of one kind are told apart.

    Attributes:
        kind: of record. code: the field of the codice fiscale. name: that of a name, compared where a code lacks.
        fixed: fields in which the same case is always equal; the last is what an office tells cases apart by.
        day: a field of days: two cases with different years (applications) or days (grants) are two.
    """

    kind: str
    code: str
    name: str
    fixed: tuple[str, ...]
    day: str

    @property
    def by_year(self) -> bool:
        """Whether only the year of `day` tells cases apart: a protocol's numbers start anew every year."""
        return self.kind == "housing_application"


@dataclass(slots=True)
class CaseRow:
    """A row: its place, its values by field (empty cells left out), its own id, and the stored case it answers to."""

    place: int
    put: dict[str, Value]
    own_id: str | None
    known: Known | None = None


def pair(connection: Connection, spec: RecordSpec, traits: CaseTraits, rows: list[CaseRow]) -> None:
    """Set `known` of the rows that answer to a stored living case."""
    stored = _stored(connection, spec, traits, rows)
    buckets: dict[tuple[Value, ...], list[Known]] = {}
    for known in stored.values():
        buckets.setdefault(_bucket(traits, known.values), []).append(known)
    taken: set[str] = set()

    def take(row: CaseRow, known: Known | None) -> None:
        if known is not None and known.record not in taken:
            taken.add(known.record)
            row.known = known

    for row in rows:
        take(row, stored.get(row.own_id or ""))
    for row in rows:
        if row.known is None:
            free = (k for k in buckets.get(_bucket(traits, row.put), ()) if k.record not in taken)
            take(row, next((known for known in free if _is(spec, traits, known, row.put)), None))
    for row in rows:
        if row.known is None:
            free = [k for k in buckets.get(_bucket(traits, row.put), ()) if k.record not in taken]
            alike = [known for known in free if _may_be(traits, known.values, row.put)]
            take(row, min(alike, key=lambda known: _differing(spec, known, row.put), default=None))


def _stored(connection: Connection, spec: RecordSpec, traits: CaseTraits, rows: Iterable[CaseRow]) -> dict[str, Known]:
    """The living cases that rows may be about, by id, by id."""
    column = traits.fixed[-1]
    rows = list(rows)
    read = {column, traits.code, traits.name, traits.day, *traits.fixed, *(name for row in rows for name in row.put)}
    names = [name for name in spec.fields if name in read]
    query = (
        f"SELECT id, {', '.join(names)} FROM {spec.kind} WHERE _deleted IS NULL AND "  # noqa: S608
        f"({column} IN (SELECT value FROM json_each(?)) OR {column} IS NULL OR "
        "id IN (SELECT value FROM json_each(?))) ORDER BY id"
    )
    values = json.dumps(list({row.put[column] for row in rows if column in row.put}))
    ids = json.dumps([row.own_id for row in rows if row.own_id])
    found = connection.exec_driver_sql(query, (values, ids))
    return {record: Known(record, dict(zip(names, cells, strict=True))) for record, *cells in found}


def _bucket(traits: CaseTraits, values: dict[str, Value]) -> tuple[Value, ...]:
    return tuple(values.get(name) for name in traits.fixed)


def _differing(spec: RecordSpec, known: Known, put: dict[str, Value]) -> int:
    """In how many fields a row says otherwise; codes are compared without spaces and case."""
    count = 0
    for name, value in put.items():
        old = known.values.get(name)
        if old == value:
            continue
        is_code = isinstance(spec.fields[name].kind, (FiscalCode, Iban)) and old is not None
        count += not (is_code and fiscal_code_key(str(old)) == fiscal_code_key(str(value)))
    return count


def _says_enough(traits: CaseTraits, stored: dict[str, Value], put: dict[str, Value]) -> bool:
    """Whether a row can be about a stored case: it has the number or the amount, or else the very day."""
    day = put.get(traits.day)
    return put.get(traits.fixed[-1]) is not None or (day is not None and stored.get(traits.day) == day)


def _is(spec: RecordSpec, traits: CaseTraits, known: Known, put: dict[str, Value]) -> bool:
    """Whether a row says nothing else than a stored case; one that says too little must be equal in all."""
    if _differing(spec, known, put):
        return False
    every = all(put.get(name) == value for name, value in known.values.items())
    return every or _says_enough(traits, known.values, put)


def _may_be(traits: CaseTraits, stored: dict[str, Value], put: dict[str, Value]) -> bool:
    """Whether a row that differs can still be about a stored case: the person is the same, and so is the time."""
    if not _says_enough(traits, stored, put):
        return False
    there, here = stored.get(traits.day), put.get(traits.day)
    if there is not None and here is not None:
        length = 4 if traits.by_year else 10
        if str(there)[:length] != str(here)[:length]:
            return False
    there, here = stored.get(traits.code), put.get(traits.code)
    if there is not None and here is not None:
        return fiscal_code_key(str(there)) == fiscal_code_key(str(here))
    there, here = stored.get(traits.name), put.get(traits.name)
    return there is not None and here is not None and fold(str(there)) == fold(str(here))
