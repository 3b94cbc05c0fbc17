"""What was typed into forms and not saved yet: kept on leaving each field, so that a kill or a power cut loses nothing.

Drafts live in this PC's store alone; saving the form is what writes the log.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import Connection

from ala_desktop.fields import check
from ala_desktop.fields.values import Value
from ala_desktop.services.desk import Desk


class Draft(NamedTuple):
    """A form left in the middle.

    Attributes:
        kind, record: which record; a new one has its id already.
        base: the log position at which it was read; None for a new one.
        at: when it was last typed on, UTC.
        typed: changed fields, in normal form.
    """

    kind: str
    record: str
    base: int | None
    at: str
    typed: Mapping[str, Value]

    @property
    def is_new(self) -> bool:
        """Whether the record was never saved."""
        return self.base is None


class Drafts:
    """The drafts of this PC."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def keep(self, kind: str, record: str, base: int | None, typed: Mapping[str, Value]) -> None:
        """Keep what was typed in place of what was kept before; nothing typed keeps nothing."""
        if not typed:
            self.drop(record)
            return
        text = json.dumps(dict(typed), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        with self._desk.store.writing() as connection:
            connection.exec_driver_sql(
                "INSERT OR REPLACE INTO draft (record, kind, base, at, typed) VALUES (?, ?, ?, ?, ?)",
                (record, kind, base, self._desk.clock.now(), text),
            )

    def drop(self, record: str) -> None:
        """Forget the draft of a record: it was saved, or the clerk let it go."""
        with self._desk.reading() as connection:
            if not _rows(connection, " WHERE record = ?", (record,)):
                return
        with self._desk.store.writing() as connection:
            connection.exec_driver_sql("DELETE FROM draft WHERE record = ?", (record,))

    def of(self, record: str) -> Draft | None:
        """The draft of a record; None when there is none, or none that this version can read."""
        with self._desk.reading() as connection:
            found = self._sound(_rows(connection, " WHERE record = ?", (record,)))
        return found[0] if found else None

    def all(self) -> list[Draft]:
        """Every draft, the latest first."""
        with self._desk.reading() as connection:
            return self._sound(_rows(connection, " ORDER BY at DESC, record", ()))

    def _sound(self, drafts: list[Draft]) -> list[Draft]:
        """Drafts of known kinds, without fields or values that this version does not know."""
        kept: list[Draft] = []
        for draft in drafts:
            spec = self._desk.catalog.get(draft.kind)
            if spec is None:
                continue
            known = {name: value for name, value in draft.typed.items() if name in spec.fields}
            wrong = check.problems(spec, known)
            kept.append(draft._replace(typed={n: v for n, v in known.items() if n not in wrong}))
        return [draft for draft in kept if draft.typed]


def _rows(connection: Connection, rest: str, arguments: tuple[str, ...]) -> list[Draft]:
    query = f"SELECT kind, record, base, at, typed FROM draft{rest}"  # noqa: S608
    return [
        Draft(kind, record, base, at, json.loads(typed))
        for kind, record, base, at, typed in connection.exec_driver_sql(query, arguments)
    ]
