"""A list over any number of records: the order as an array of row numbers, pages of prepared text, and search.

Only numbers are held for all rows (and, once somebody searches, the folded text of the searched columns); what is
shown is read page by page. `lists` says what each list shows; `ui.table_model` shows it.
"""

from __future__ import annotations

import json
import threading
from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection

from ala_desktop.exchange.escaping import escape
from ala_desktop.fields.kinds import Choice, FieldKind, Floor, Number, Text
from ala_desktop.fields.spec import DELETED
from ala_desktop.models.engine import ALPHABET
from ala_desktop.rules.duplicates import KINDS
from ala_desktop.services.desk import Desk
from ala_desktop.services.linked import shown, texts_behind
from ala_desktop.services.search_text import Order, SearchText, words_of

_NUMBERS = msgspec.json.Decoder(list[int])


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list.

    Attributes:
        name: a field of the kind, or a name of its own when `sql` is given.
        width: in characters.
        heading: what stands above it; the field's label when empty.
        sql: an expression over the alias `t`; empty for the field itself.
        kind: how an expression's value is shown; the field's own kind when None.
        searched: the list's search looks here, although no field says so.
    """

    name: str
    width: int
    heading: str = ""
    sql: str = ""
    kind: FieldKind | None = None
    searched: bool = False


class Echo(NamedTuple):
    """That a record of another kind shows in this list; its rows: `SELECT column FROM table WHERE by = its id`."""

    kind: str
    column: str
    table: str
    by: str


@dataclass(frozen=True, slots=True)
class ListSpec:
    """What a list shows.

    Attributes:
        kind: kind of record.
        columns: from left to right.
        order: fields of the index that gives the order at opening.
        newest_first: that order is read backwards.
        by_name: those fields are names, which stand in the order of the alphabet rather than of the index.
        narrowed_by: a field with few values by which the list can be narrowed, or empty.
        echoes: which rows of this list show something of a record of another kind.
    """

    kind: str
    columns: tuple[Column, ...]
    order: tuple[str, ...]
    newest_first: bool = False
    by_name: bool = False
    narrowed_by: str = ""
    echoes: tuple[Echo, ...] = ()


class Heading(NamedTuple):
    """What the head of a column needs: text, width in characters, whether its cells stand to the right."""

    text: str
    width: int
    right: bool


class Wanted(NamedTuple):
    """Which rows in which order.

    Attributes:
        text: what was typed into the search.
        column: place of the column to sort by; None for the list's own order.
        descending: backwards.
        only: the value of `narrowed_by` to keep; None for all.
    """

    text: str = ""
    column: int | None = None
    descending: bool = False
    only: str | None = None


class Line(NamedTuple):
    """A row as it is shown: the record's id and the texts of its cells. An absent record has an empty id."""

    id: str
    cells: tuple[str, ...]


class Listing:
    """One opened list. `rows` and `warm` belong on the reading thread; `page` is quick enough for the window's."""

    def __init__(self, desk: Desk, spec: ListSpec) -> None:
        self._desk, self.spec = desk, spec
        self._record = desk.catalog[spec.kind]
        self._sql = [column.sql or f"t.{column.name}" for column in spec.columns]
        self._kinds = [column.kind or self._record.fields[column.name].kind for column in spec.columns]
        cells = ", ".join(self._sql)
        self._page = f"SELECT t.rowid, t.id, {cells} FROM {spec.kind} t WHERE t.rowid IN "  # noqa: S608
        self._absent = Line("", ("",) * len(spec.columns))
        self._text = SearchText(spec.kind, self._searched())
        self._guard = threading.Lock()
        self._changed: set[str] = set()
        self._ordered: tuple[Wanted, Order] | None = None

    def _searched(self) -> list[str]:
        names = [field.name for field in self._record.fields.values() if field.searched]
        fields = [f"t.{name}" for name in names]
        if self.spec.kind in KINDS and names:
            fields.append(f"({texts_behind(self.spec.kind, names)})")
        return fields + [sql for column, sql in zip(self.spec.columns, self._sql, strict=True) if column.searched]

    @property
    def headings(self) -> list[Heading]:
        """The heads of the columns."""
        return [
            Heading(column.heading or self._record.fields[column.name].label, column.width, isinstance(kind, Number))
            for column, kind in zip(self.spec.columns, self._kinds, strict=True)
        ]

    @property
    def choices(self) -> dict[str, str]:
        """Values and labels by which the list can be narrowed; empty when it cannot."""
        kind = self._record.fields[self.spec.narrowed_by].kind if self.spec.narrowed_by else None
        return kind.options if isinstance(kind, Choice) else {}

    def rows(self, wanted: Wanted, stopped: Callable[[], bool] = lambda: False) -> array[int]:
        """Numbers of the living rows that are wanted, in their order."""
        with self._desk.reading() as connection:
            self._take_up_changes(connection)
            plain = wanted._replace(text="")
            if self._ordered is None or self._ordered[0] != plain:
                self._ordered = (plain, Order(self._order(connection, plain)))
            ordered = self._ordered[1]
            words = words_of(wanted.text)
            if not words or stopped():
                return ordered.numbers
            self._text.load(connection, stopped)
        return self._text.among(ordered, words)

    def warm(self, stopped: Callable[[], bool] = lambda: False) -> None:
        """Read the searchable text, so that the first search need not."""
        with self._desk.reading() as connection:
            self._take_up_changes(connection)
            self._text.load(connection, stopped)

    def _order(self, connection: Connection, plain: Wanted) -> array[int]:
        test = f" AND t.{self.spec.narrowed_by} = ?" if plain.only is not None else ""
        test += f" AND {shown('t')}" if self.spec.kind in KINDS else ""
        found = connection.exec_driver_sql(
            f"SELECT json_group_array(number) FROM (SELECT t.rowid AS number FROM {self.spec.kind} t "  # noqa: S608
            f"WHERE t.{DELETED} IS NULL{test} ORDER BY {self._terms(plain)})",
            (plain.only,) if plain.only is not None else (),
        ).scalar()
        return array("q", _NUMBERS.decode(str(found)))

    def _terms(self, plain: Wanted) -> str:
        """SQL to sort by; the list's own order comes from an index and costs no sorting, unless it is one of names."""
        if plain.column is None:
            way = " DESC" if self.spec.newest_first != plain.descending else ""
            terms = [_alphabetical(f"t.{name}") if self.spec.by_name else f"t.{name}" for name in self.spec.order]
            return ", ".join(f"{term}{way}" for term in terms)
        sql, way = self._sql[plain.column], " DESC" if plain.descending else ""
        terms = _sorting(self._kinds[plain.column], sql)
        own = ", ".join(f"t.{name}" for name in self.spec.order)
        return f"{sql} IS NULL, " + "".join(f"{term}{way}, " for term in terms) + own

    def page(self, numbers: Sequence[int]) -> list[Line]:
        """These rows, in this order, as they are shown; a row that is gone is an absent line."""
        within = f"({','.join(map(str, numbers))})"
        with self._desk.reading() as connection:
            found = connection.exec_driver_sql(self._page + within).all()
        shows = [kind.show for kind in self._kinds]
        lines = {
            number: Line(record, tuple(["" if v is None else show(v) for show, v in zip(shows, cells, strict=True)]))
            for number, record, *cells in found
        }
        return [lines.get(number, self._absent) for number in numbers]

    def number_of(self, record: str) -> int | None:
        """The row number of a record, so that it can be found again in the order; None when it is not here."""
        with self._desk.reading() as connection:
            query = f"SELECT rowid FROM {self.spec.kind} WHERE id = ?"  # noqa: S608
            return connection.exec_driver_sql(query, (record,)).scalar()

    def as_table(self, numbers: Sequence[int]) -> str:
        """Headings and rows with tabs between, for pasting into a spreadsheet; nothing in it can run as a formula."""
        lines = [tuple(heading.text for heading in self.headings)]
        lines += [line.cells for line in self.page(numbers) if line.id]
        return "\n".join("\t".join(escape(cell.replace("\t", " ")) for cell in cells) for cells in lines)

    def note(self, changed: Iterable[tuple[str, str]]) -> bool:
        """Take note of (kind, id) that changed, from any thread; whether this list may show them otherwise now."""
        watched = {self.spec.kind, *(echo.kind for echo in self.spec.echoes)}
        mine = {f"{kind}:{record}" for kind, record in changed if kind in watched}
        with self._guard:
            self._changed |= mine
        return bool(mine)

    def _take_up_changes(self, connection: Connection) -> None:
        with self._guard:
            changed, self._changed = self._changed, set()
        if not changed:
            return
        self._ordered = None
        ids: dict[str, list[str]] = {}
        for entry in changed:
            kind, _, record = entry.partition(":")
            ids.setdefault(kind, []).append(record)
        own = ids.pop(self.spec.kind, [])
        for kind, column, table, by in self.spec.echoes:
            query = f"SELECT {column} FROM {table} WHERE {by} IN (SELECT value FROM json_each(?))"  # noqa: S608
            if kind in ids:
                own += connection.exec_driver_sql(query, (json.dumps(ids[kind]),)).scalars()
        self._text.note(connection, own)


def _sorting(kind: FieldKind, sql: str) -> list[str]:
    """SQL terms that sort values of `kind` as a person would."""
    if isinstance(kind, Floor):
        below = f"CASE WHEN {sql} GLOB 'S[0-9]' THEN -substr({sql}, 2) "
        named = f"WHEN {sql} = 'T' THEN 0 WHEN {sql} = 'R' THEN 0.3 WHEN {sql} = 'M' THEN 0.6 "
        return [f"{below}{named}WHEN {sql} GLOB '[0-9]*' THEN {sql} + 0 ELSE 99 END"]
    if isinstance(kind, Text):
        return [f"CAST({sql} AS INTEGER)", _alphabetical(sql)]
    return [sql]


def _alphabetical(sql: str) -> str:
    """`core.text.alphabetical` in SQL; Python is asked only about letters that SQLite does not know."""
    return f"CASE WHEN {sql} GLOB '*[^ -~]*' THEN {ALPHABET}({sql}) ELSE lower(replace({sql}, '''', '')) END"
