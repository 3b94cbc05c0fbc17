"""A register as a table of texts, whatever file it came in: CSV, XLSX or ODS, recognised by its content.

No field is read here (see `judging`); nothing is stored. Imported by `services`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from ala_desktop.core.text import clean
from ala_desktop.exchange import bounds
from ala_desktop.exchange.archives import inspect
from ala_desktop.exchange.sheets import read_sheets
from ala_desktop.exchange.texts import ENCODINGS, SEPARATORS, read_text


@dataclass(frozen=True, slots=True)
class Table:
    """The rows under the headings of a register.

    Attributes:
        path: the file.
        form: `CSV`, `XLSX` or `ODS`.
        encoding: for people, `Windows-1252`; None for a spreadsheet.
        separator: the sign between cells; None for a spreadsheet.
        sheet: the sheet's name; None for a CSV.
        header_line: physical line (or sheet's row) of the headings, from 1.
        headings: cleaned texts, in the file's order.
        rows: texts of the cells, each row as long as `headings`; every row after the headings, empty ones too.
        lines: physical line (or sheet's row) on which each of `rows` begins.
        beyond: cells to the right of the last heading, by place in `rows`, where there are any.
        damaged: some cells hold U+FFFD for a byte that was no letter.
    """

    path: Path
    form: str
    encoding: str | None
    separator: str | None
    sheet: str | None
    header_line: int
    headings: tuple[str, ...]
    rows: list[list[str]]
    lines: list[int]
    beyond: dict[int, list[str]]
    damaged: bool = False

    @property
    def separator_name(self) -> str:
        """The separator in Italian words; empty for a spreadsheet."""
        return SEPARATORS.get(self.separator or "", "")


def read_table(path: Path, known: frozenset[str]) -> Table:
    """Read a register whose headings are found among `known` (folded texts).

    Raises:
        Mendable: no file, too large, binary, damaged, or without any known heading; told from its first bytes
            wherever that is possible.
    """
    head = bounds.head_of(path)
    bounds.refuse_old_workbook(path, head)
    if bounds.is_archive(head):
        form = inspect(path)
        found = read_sheets(path, known)
        if len(found.rows) > bounds.MOST_ROWS:
            raise bounds.too_many_rows(path)
        lines = list(range(1, len(found.rows) + 1))
        return _below(Table(path, form, None, None, found.sheet, 0, (), found.rows, lines, {}), found.place.row)
    text = read_text(path, head, known)
    encoding = ENCODINGS[text.encoding]
    table = Table(path, "CSV", encoding, text.separator, None, 0, (), text.rows, text.lines, {}, text.damaged)
    return _below(table, text.place.row)


def _below(table: Table, header: int) -> Table:
    """The table with what stands above its headings taken off, and all rows of one length."""
    headings = [clean(cell) for cell in table.rows[header]]
    while headings and not headings[-1]:
        headings.pop()
    width = len(headings)
    rows = table.rows[header + 1 :]
    beyond: dict[int, list[str]] = {}
    for place, row in enumerate(rows):
        if len(row) == width:
            continue
        if len(row) < width:
            rows[place] = row + [""] * (width - len(row))
        else:
            if any(cell.strip() for cell in row[width:]):
                beyond[place] = row[width:]
            rows[place] = row[:width]
    below = table.lines[header + 1 :]
    return replace(
        table, header_line=table.lines[header], headings=tuple(headings), rows=rows, lines=below, beyond=beyond
    )
