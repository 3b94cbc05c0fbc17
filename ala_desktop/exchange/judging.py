"""Reading the cells of a register as the values of their fields, a whole column at a time.

Equal texts of a column are read once. What may stand in a field is the business of `fields.kinds`; whether a row is
new, repeated or different from what is stored, that of `services`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from ala_desktop.core.text import clean
from ala_desktop.exchange.columns import Column
from ala_desktop.exchange.tables import Table
from ala_desktop.exchange.texts import UNDECODED
from ala_desktop.fields.kinds import Day, FieldKind, Text
from ala_desktop.fields.values import Value, ValueProblem

_Reader = Callable[[str, date], Value]
_Warner = Callable[[Value], list[str]]


@dataclass(frozen=True, slots=True)
class CellNote:
    """What is to be said of one cell: its column's heading, its text as it stood, and the reason in Italian."""

    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Readings:
    """The cells of a table as values.

    Attributes:
        columns: those that were read, in the file's order.
        values: for each row of the table, one value per column; None where a cell is empty or unreadable.
        unreadable: by place of the row, the cells that cannot be read or are out of range.
        warned: by place of the row, the cells that are taken and look wrong.
        skipped: places of rows that are no rows: all cells empty, or the total.
    """

    columns: tuple[Column, ...]
    values: list[tuple[Value, ...]]
    unreadable: dict[int, list[CellNote]]
    warned: dict[int, list[CellNote]]
    skipped: set[int]


class _Column:
    """The values of a column's texts, each read once; what could not be read, or looks wrong, beside them."""

    def __init__(self, texts: Iterable[str], read: _Reader, today: date, warn: _Warner | None) -> None:
        self.values: dict[str, Value] = {}
        self.unreadable: dict[str, str] = {}
        self.warned: dict[str, str] = {}
        for text in set(texts):
            try:
                value = read(text, today)
            except ValueProblem as problem:
                value = None
                self.unreadable[text] = problem.reason
            self.values[text] = value
            if warn is not None and value is not None and (reasons := warn(value)):
                self.warned[text] = "; ".join(reasons)

    def warn_undecoded(self) -> None:
        """Warn of readable texts in which a byte was no letter."""
        for text in self.values:
            if UNDECODED in text and text not in self.unreadable:
                self.warned[text] = "contiene un carattere illeggibile"


def read_cells(
    table: Table, columns: Sequence[Column], today: date, *, verified: Collection[str] = (), lines: bool = False
) -> Readings:
    """Read `columns` of a table as of `today` (which two-digit years need).

    `verified` names the fields whose own warnings count (codice fiscale, IBAN). Line ends within a cell become
    spaces, unless `lines`: then fields of several lines keep them.
    """
    skipped = _no_rows(table.rows)
    by_index = list(zip(*table.rows, strict=True)) if table.rows else [()] * len(table.headings)
    unreadable: dict[int, list[CellNote]] = {}
    warned: dict[int, list[CellNote]] = {}
    read: list[list[Value]] = []
    for column in columns:
        kind = column.field.kind
        warn = kind.warnings if column.field.name in verified else None
        texts = by_index[column.index]
        found = _Column(texts, _reader(kind, lines), today, warn)
        if table.damaged:
            found.warn_undecoded()
        read.append(list(map(found.values.__getitem__, texts)))
        _note(unreadable, column, texts, found.unreadable, skipped)
        _note(warned, column, texts, found.warned, skipped)
    values = list(zip(*read, strict=True)) if read else [()] * len(table.rows)
    return Readings(tuple(columns), values, unreadable, warned, skipped)


def _note(
    notes: dict[int, list[CellNote]], column: Column, texts: Sequence[str], reasons: dict[str, str], skipped: set[int]
) -> None:
    """Say of every row whose cell has one of these texts what is wrong with it."""
    if not reasons:
        return
    for place, text in enumerate(texts):
        if text in reasons and place not in skipped:
            notes.setdefault(place, []).append(CellNote(column.heading, text.strip(), reasons[text]))


def _no_rows(rows: list[list[str]]) -> set[int]:
    """Places of rows whose cells are all empty, or whose first cell is TOTALE."""
    found: set[int] = set()
    for place, row in enumerate(rows):
        first = row[0] if row else ""
        if first[:1].isalnum() and first[0] not in "tT":
            continue
        if first.strip():
            if len(first) < 40 and first.strip(" \t\r\n\u00a0:.").casefold() == "totale":
                found.add(place)
        elif not "".join(row).strip():
            found.add(place)
    return found


def _reader(kind: FieldKind, lines: bool) -> _Reader:
    """How a register's cell is read as `kind`. Words for days (`oggi`, `+30`) are for the keyboard, not for a file."""
    if isinstance(kind, Day):

        def read_day(text: str, today: date) -> Value:
            if not text[:1].isdecimal() and text.strip() and not text.strip()[0].isdecimal():
                raise ValueProblem("non è una data")
            return kind.parse(text, today)

        return read_day
    if isinstance(kind, Text) and kind.lines and not lines:
        return lambda text, today: kind.parse(clean(text), today)
    return kind.parse
