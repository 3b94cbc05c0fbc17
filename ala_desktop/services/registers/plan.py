"""What an import would do with every row of a register, before anything is written.

Each register (`units`, `people`, `cases`) fills a `Plan`; `importing` carries it out and
reports. Pure: nothing here reads the store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from ala_desktop.core.ids import NewId
from ala_desktop.core.text import clean
from ala_desktop.exchange.columns import Column
from ala_desktop.exchange.judging import CellNote, Readings
from ala_desktop.exchange.tables import Table
from ala_desktop.fields.identifiers import fiscal_code_key
from ala_desktop.fields.kinds import FiscalCode, Iban
from ala_desktop.fields.spec import Field, RecordSpec
from ala_desktop.fields.values import Value
from ala_desktop.sync.capture import Change


class Outcome(StrEnum):
    """What becomes of a row; every row after the headings has exactly one."""

    TAKEN = "taken"
    WITH_WARNINGS = "with_warnings"
    REFUSED = "refused"
    DUPLICATE = "duplicate"
    NOT_ROW = "not_row"


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A row that adds nothing: that of line `of` again, or what is stored as `record` already."""

    line: int
    of: int | None
    record: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """A field whose value in the file is not the stored one; applied only with consent.

    Attributes:
        line: of the row in the file.
        kind, record, field: the cell.
        label: of the field, Italian. stored, file: both values as a person reads them.
    """

    line: int
    kind: str
    record: str
    field: str
    label: str
    stored: str
    file: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A register that was read, and what planning needs besides.

    Attributes:
        table, columns, readings: from `exchange`.
        position: the log position at which stored records are read.
        new_id: mints the ids of new records.
        source: how the file is called in the records it brings, `nuclei.csv (22/11/2026)`.
    """

    table: Table
    columns: list[Column]
    readings: Readings
    position: int
    new_id: NewId
    source: str

    def place_of(self, kind: str, field: str) -> int | None:
        """The place of a field among the values of a row; None when the file lacks its column."""
        for place, column in enumerate(self.columns):
            if column.kind == kind and column.field.name == field:
                return place
        return None

    def heading_of(self, kind: str, field: Field) -> str:
        """The heading under which the file keeps a field; its label when the file lacks it."""
        place = self.place_of(kind, field.name)
        return field.label if place is None else self.columns[place].heading


class Transaction(NamedTuple):
    """Changes that become one transaction of the log, and the places of the rows that they carry."""

    changes: list[Change]
    places: tuple[int, ...]


class Known(NamedTuple):
    """A record that a row may be about: stored, or new in this file.

    Attributes:
        record: its id. values: its fields, those that the file has at least.
        place: of the file's first row about it; None before one was met.
        creation: its values once more, when this same import creates it.
        also: the values of the records that it stands for: a row that repeats one of them says nothing new.
    """

    record: str
    values: dict[str, Value]
    place: int | None = None
    creation: dict[str, Value] | None = None
    also: tuple[dict[str, Value], ...] = ()


class Correction(NamedTuple):
    """What consent to the differences of a row would write.

    Attributes:
        place: of the row. change: the edit. stored: the record's values as they were read.
        creation: the values of a record that this same import creates, which are then changed before it is saved.
    """

    place: int
    change: Change
    stored: Mapping[str, Value]
    creation: dict[str, Value] | None


class Plan:
    """Verdicts and writes, by place of the row in the table.

    Attributes:
        outcomes: one per row.
        notes: what is to be said of a row's cells: reasons of refusal, or warnings.
        duplicates, differences: by place.
        transactions: in the order in which they are saved. corrections: saved after them, with consent only.
        fresh: places of the rows that bring something new.
        totals: figures of this register over a set of such places; the register says which.
    """

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self._lines = sheet.table.lines
        readings = sheet.readings
        self.outcomes: list[Outcome] = [Outcome.TAKEN] * len(sheet.table.rows)
        for place in readings.unreadable:
            self.outcomes[place] = Outcome.REFUSED
        for place in readings.skipped:
            self.outcomes[place] = Outcome.NOT_ROW
        self.notes: dict[int, list[CellNote]] = {}
        for place, notes in readings.warned.items():
            self.notes[place] = list(notes)
        self.notes.update(readings.unreadable)
        self.duplicates: dict[int, Duplicate] = {}
        self.differences: dict[int, list[Difference]] = {}
        self.transactions: list[Transaction] = []
        self.corrections: list[Correction] = []
        self.fresh: set[int] = set()
        self.totals: Callable[[Set[int]], dict[str, object]] = lambda places: {}

    def rows(self) -> Iterator[tuple[int, tuple[Value, ...]]]:
        """Places and values of the rows that can be read."""
        outcomes = self.outcomes
        for place, values in enumerate(self.sheet.readings.values):
            if outcomes[place] is Outcome.TAKEN:
                yield place, values

    def warn(self, place: int, column: str, value: str, reason: str) -> None:
        """Take the row all the same, and say what looks wrong."""
        self.notes.setdefault(place, []).append(CellNote(column, value, reason))

    def duplicate(self, place: int, *, of: int | None = None, record: str | None = None) -> None:
        """The row is that of place `of`, or the stored `record`, again; nothing else is said of it."""
        self.outcomes[place] = Outcome.DUPLICATE
        self.notes.pop(place, None)
        line = None if of is None else self._lines[of]
        self.duplicates[place] = Duplicate(self._lines[place], line, None if of is not None else record)

    def differ(self, place: int, spec: RecordSpec, known: Known, put: Mapping[str, Value]) -> bool:
        """Show every field in which `put` differs from what is known, and note what consent would write.

        An empty cell says nothing, so it never differs. Returns whether any field does.
        """
        found: dict[str, Value] = {}
        for name, value in put.items():
            old = known.values.get(name)
            if value is None or old == value or _same(spec, name, old, value):
                continue
            if any(value == other.get(name) or _same(spec, name, other.get(name), value) for other in known.also):
                continue
            found[name] = value
            kind = spec.fields[name].kind
            self.differences.setdefault(place, []).append(
                Difference(
                    self._lines[place], spec.kind, known.record, name, spec.fields[name].label, kind.show(old),
                    kind.show(value),
                )
            )  # fmt: skip
        if found:
            change = Change(spec.kind, known.record, found, self.sheet.position)
            self.corrections.append(Correction(place, change, known.values, known.creation))
        return bool(found)

    def settle(self) -> None:
        """Say of every row with a warning or a difference that it has one."""
        for place in self.notes.keys() | self.differences.keys():
            if self.outcomes[place] is Outcome.TAKEN:
                self.outcomes[place] = Outcome.WITH_WARNINGS
        for place in self.sheet.table.beyond.keys() & self.fresh:
            self.outcomes[place] = Outcome.WITH_WARNINGS
            self.warn(place, "", self.sheet.table.beyond[place][0], "la riga ha più celle dell'intestazione")


def _same(spec: RecordSpec, name: str, old: Value, value: Value) -> bool:
    """Whether two codes are equal though written otherwise: spaces and case do not count."""
    if not isinstance(spec.fields[name].kind, (FiscalCode, Iban)) or old is None:
        return False
    return fiscal_code_key(str(old)) == fiscal_code_key(str(value))


class EqualRows:
    """Finds rows whose cells are all equal to those of an earlier row."""

    def __init__(self, sheet: Sheet) -> None:
        self._rows = sheet.table.rows
        self._first: dict[tuple[str, ...], int] = {}

    def earlier(self, place: int) -> int | None:
        """The place of the first row equal to this one; None when this is the first, which is remembered."""
        row = tuple(self._rows[place])
        first = self._first.setdefault(row, place)
        return None if first == place else first

    def equal(self, one: int, other: int) -> bool:
        """Whether two rows have equal cells, spaces apart."""
        first, second = self._rows[one], self._rows[other]
        return first == second or [clean(cell) for cell in first] == [clean(cell) for cell in second]
