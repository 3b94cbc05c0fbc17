"""Writing records as a CSV or a spreadsheet whose headings the import recognises again.

Which records, and in which order, is the business of `services.exporting`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from ala_desktop.core.errors import Mendable
from ala_desktop.core.files import write_whole
from ala_desktop.exchange.columns import ID_HEADING
from ala_desktop.exchange.escaping import escape, is_formula_like
from ala_desktop.fields.kinds import Day, FieldKind, Money, Number, Reference, Year
from ala_desktop.fields.spec import Field, RecordSpec
from ala_desktop.fields.values import Value

_FIRST_SHEET_DAY = "1900-03-01"
"""Before it the calendars of spreadsheets disagree; such days are written as text."""
_EXACT = 10**15
"""Numbers below are exact in a spreadsheet's cell."""


class Heading(NamedTuple):
    """A column of an export: its heading and the kind of its values."""

    text: str
    kind: FieldKind


def exported(spec: RecordSpec) -> list[Field]:
    """The fields that an export of one kind holds: all but what is secret."""
    return [field for field in spec.fields.values() if not field.secret]


def headings_of(spec: RecordSpec) -> list[Heading]:
    """The columns of an export of one kind: the record's id, then every exported field under its label."""
    own = Heading(ID_HEADING, Reference(spec.kind))
    return [own, *(Heading(field.label, field.kind) for field in exported(spec))]


def write_register(path: Path, title: str, headings: Sequence[Heading], rows: Iterable[Sequence[Value]]) -> int:
    """Write rows of values (normal form, one per heading) to `path`, CSV or XLSX by its suffix; returns how many.

    Raises:
        Mendable: another suffix, or the file cannot be written.
    """
    match path.suffix.lower():
        case ".csv":
            content, count = _csv(headings, rows)
        case ".xlsx":
            content, count = _xlsx(title, headings, rows)
        case _:
            raise Mendable(
                "Formato di esportazione non previsto",
                f"«{path.name}» non finisce né per .csv né per .xlsx.",
                "Scegliere un nome di file che finisca per .csv oppure .xlsx.",
            )
    write_whole(path, content)
    return count


def csv_bytes(rows: Iterable[Sequence[str]]) -> bytes:
    """Rows of texts as a CSV that Excel opens in Italian: UTF-8 with its mark, semicolons, formulas disarmed."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerows([escape(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _csv(headings: Sequence[Heading], rows: Iterable[Sequence[Value]]) -> tuple[bytes, int]:
    shows = [heading.kind.show for heading in headings]
    texts: list[list[str]] = [[heading.text for heading in headings]]
    texts += [[show(value) for show, value in zip(shows, row, strict=True)] for row in rows]
    return csv_bytes(texts), len(texts) - 1


class _Formats:
    """The looks of a workbook's cells."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self.heading = book.add_format({"bold": True, "bottom": 1})
        self.day = book.add_format({"num_format": "dd/mm/yyyy"})
        self.text = book.add_format()
        self.guarded = book.add_format({"quote_prefix": True})
        self._numbers: dict[str, Any] = {}

    def number(self, kind: Number) -> Any:
        """The format of a kind of number: decimals, euro, no point in a year."""
        pattern = "0" if isinstance(kind, Year) or not kind.scale else "#,##0." + "0" * kind.scale
        if isinstance(kind, Money):
            pattern += " €"
        if pattern not in self._numbers:
            self._numbers[pattern] = self._book.add_format({"num_format": pattern})
        return self._numbers[pattern]


def _xlsx(title: str, headings: Sequence[Heading], rows: Iterable[Sequence[Value]]) -> tuple[bytes, int]:
    # It takes long to load, and seldom is anything exported.
    import xlsxwriter  # pyright: ignore[reportMissingTypeStubs]

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    count = 0
    workbook: Any = xlsxwriter.Workbook(out, options)
    with workbook as book:
        # Without a fixed time the same rows would never make the same file twice.
        book.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001 - a spreadsheet knows no zone
        sheet = book.add_worksheet(_sheet_name(title))
        formats = _Formats(book)
        for place, heading in enumerate(headings):
            sheet.write_string(0, place, heading.text, formats.heading)
            sheet.set_column(place, place, max(10, min(40, len(heading.text) + 2)))
        sheet.freeze_panes(1, 0)
        for count, row in enumerate(rows, start=1):
            for place, (heading, value) in enumerate(zip(headings, row, strict=True)):
                _write_cell(sheet, count, place, heading.kind, value, formats)
        if count:
            sheet.autofilter(0, 0, count, len(headings) - 1)
    return out.getvalue(), count


def _write_cell(sheet: Any, row: int, place: int, kind: FieldKind, value: Value, formats: _Formats) -> None:
    if value is None:
        return
    if isinstance(kind, Number) and isinstance(value, int) and abs(value) < _EXACT:
        sheet.write_number(row, place, value / 10**kind.scale, formats.number(kind))
    elif isinstance(kind, Day) and str(value) >= _FIRST_SHEET_DAY:
        sheet.write_datetime(row, place, date.fromisoformat(str(value)), formats.day)
    else:
        text = kind.show(value)
        sheet.write_string(row, place, text, formats.guarded if is_formula_like(text) else formats.text)


def _sheet_name(title: str) -> str:
    """A name that a spreadsheet accepts: at most 31 characters, without its own signs."""
    return "".join(" " if sign in "[]:*?/\\'" else sign for sign in title)[:31].strip() or "Elenco"
