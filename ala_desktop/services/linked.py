"""Which records are shown as another one: a local table that follows from the verdicts on duplicates (ADR 21).

It is made anew whenever a verdict changed, or whether one of the records is deleted; queries join it. `duplicates`
writes the verdicts. The rows themselves are never rewritten, so that taking a link back gives back what was.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlalchemy import Connection

from ala_desktop.fields.spec import DELETED, Catalog
from ala_desktop.models.engine import Store
from ala_desktop.rules.duplicates import KINDS
from ala_desktop.rules.linking import Verdict, pair, stand_for

VERDICT = "duplicate_link"
"""The kind of record that keeps a verdict."""
_IN = "(SELECT value FROM json_each(?))"


def shown(alias: str) -> str:
    """SQL: whether the row of `alias` is shown itself."""
    return f"{alias}.id NOT IN (SELECT other FROM linked_record)"  # noqa: S608


def standing(column: str) -> str:
    """SQL: the id of the record that is shown for the one that `column` refers to."""
    return f"coalesce((SELECT kept FROM linked_record WHERE other = {column}), {column})"  # noqa: S608


def among(column: str) -> str:
    """SQL: the ids of all records that `column`, the id of a shown one, stands for; itself too."""
    return f"(SELECT {column} UNION ALL SELECT other FROM linked_record WHERE kept = {column})"  # noqa: S608


FIRST_TIME = (
    "NOT EXISTS (SELECT 1 FROM household_member e WHERE e.household_id = m.household_id AND e._deleted IS NULL "  # noqa: S608
    f"AND e.id < m.id AND {standing('e.person_id')} = {standing('m.person_id')})"
)
"""SQL: whether the membership `m` is the first of its person in its household: linked people are one."""


def texts_behind(kind: str, names: Iterable[str]) -> str:
    """SQL: the texts of these fields in all records that the row of `t` stands for: a search finds it by them."""
    text = " || ' ' || ".join(f"coalesce(o.{name}, '')" for name in names)
    return f"SELECT group_concat({text}, ' ') FROM linked_record l JOIN {kind} o ON o.id = l.other WHERE l.kept = t.id"  # noqa: S608


class Linked:
    """The table of one store.

    Attributes:
        members: ids of all records that are linked, shown or not.
    """

    def __init__(self, store: Store, catalog: Catalog) -> None:
        self._store = store
        self._kinds = [kind for kind in KINDS if kind in catalog] if VERDICT in catalog else []
        self.members: frozenset[str] = frozenset()
        self.renew()

    def follow(self, changed: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """Make the table anew if what changed concerns it; returns what changed with the records linked with those."""
        if not any(kind == VERDICT or record in self.members for kind, record in changed):
            return changed
        before = self.members
        told = set(changed)
        more = set(self.renew())
        with self._store.reading() as connection:
            touched = [record for _, record in changed if record in before | self.members]
            more.update(_grouped(connection, touched))
        return [*changed, *sorted(more - told)]

    def renew(self) -> list[tuple[str, str]]:
        """Make the table anew from the verdicts; returns (kind, id) of the records that are shown otherwise now."""
        if not self._kinds:
            return []
        with self._store.reading() as connection:
            old, new = _stored(connection), self._worked_out(connection)
        self.members = frozenset(record for other, (_, kept) in new.items() for record in (other, kept))
        if old == new:
            return []
        with self._store.writing() as connection:
            old, new = _stored(connection), self._worked_out(connection)
            connection.exec_driver_sql("DELETE FROM linked_record")
            if new:
                rows = [(other, kind, kept) for other, (kind, kept) in new.items()]
                connection.exec_driver_sql("INSERT INTO linked_record (other, kind, kept) VALUES (?, ?, ?)", rows)
        self.members = frozenset(record for other, (_, kept) in new.items() for record in (other, kept))
        differing = [(other, pairs.get(other)) for pairs in (old, new) for other in old.keys() | new.keys()
                     if old.get(other) != new.get(other)]  # fmt: skip
        return [(found[0], record) for other, found in differing if found for record in (other, found[1])]

    def _worked_out(self, connection: Connection) -> dict[str, tuple[str, str]]:
        """By id of each record that is not shown: its kind, and the one that is shown for it."""
        told: dict[str, list[Verdict]] = {}
        query = (
            f"SELECT record_kind, first_id, second_id, verdict, kept_id FROM {VERDICT} "  # noqa: S608
            f"WHERE {DELETED} IS NULL AND verdict IS NOT NULL"
        )
        for kind, first, second, verdict, kept in connection.exec_driver_sql(query):
            if kind in self._kinds and first and second and first != second:
                told.setdefault(kind, []).append(Verdict(*pair(first, second), verdict, kept))
        found: dict[str, tuple[str, str]] = {}
        for kind, verdicts in told.items():
            living = _living(connection, kind, {end for verdict in verdicts for end in verdict[:2]})
            found.update((other, (kind, kept)) for other, kept in stand_for(verdicts, living).items())
        return found

    def kept(self, record: str) -> str:
        """The id of the record that is shown for this one: itself, unless it is linked."""
        if record not in self.members:
            return record
        with self._store.reading() as connection:
            query = "SELECT kept FROM linked_record WHERE other = ?"
            return connection.exec_driver_sql(query, (record,)).scalar() or record

    def group(self, record: str) -> list[str]:
        """The ids of all records that are shown as this one, the shown one first."""
        kept = self.kept(record)
        if kept not in self.members:
            return [kept]
        with self._store.reading() as connection:
            query = "SELECT other FROM linked_record WHERE kept = ? ORDER BY other"
            return [kept, *connection.exec_driver_sql(query, (kept,)).scalars()]


def kept_of(connection: Connection, records: Iterable[str]) -> dict[str, str]:
    """By id of those among `records` that are not shown, the id of the one that is shown for it."""
    query = f"SELECT other, kept FROM linked_record WHERE other IN {_IN}"  # noqa: S608
    rows = connection.exec_driver_sql(query, (json.dumps(list(records)),))
    return {str(other): str(kept) for other, kept in rows}


def _stored(connection: Connection) -> dict[str, tuple[str, str]]:
    rows = connection.exec_driver_sql("SELECT other, kind, kept FROM linked_record")
    return {other: (kind, kept) for other, kind, kept in rows}


def _living(connection: Connection, kind: str, records: Iterable[str]) -> set[str]:
    query = f"SELECT id FROM {kind} WHERE {DELETED} IS NULL AND id IN {_IN}"  # noqa: S608
    return set(connection.exec_driver_sql(query, (json.dumps(list(records)),)).scalars())


def _grouped(connection: Connection, records: Iterable[str]) -> list[tuple[str, str]]:
    """(kind, id) of all records that are shown as one with any of `records`."""
    kept = (
        f"SELECT kept FROM linked_record WHERE kept IN {_IN} "  # noqa: S608
        f"UNION SELECT kept FROM linked_record WHERE other IN {_IN}"
    )
    query = (
        f"SELECT kind, other FROM linked_record WHERE kept IN ({kept}) "  # noqa: S608
        f"UNION SELECT kind, kept FROM linked_record WHERE kept IN ({kept})"
    )
    asked = json.dumps(list(records))
    return [(kind, record) for kind, record in connection.exec_driver_sql(query, (asked,) * 4)]
