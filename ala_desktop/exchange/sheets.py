"""Reading a register that is a spreadsheet: every cell as the text that a clerk would have typed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from ala_desktop.exchange import bounds
from ala_desktop.exchange.headings import Place, find

_ROWS_LOOKED_AT = 60
_MOST_SHEETS = 50

Cell = int | float | str | bool | time | date | datetime | timedelta


@dataclass(frozen=True, slots=True)
class SheetRows:
    """All rows of a sheet from its first, those above the headings included.

    Attributes:
        rows: texts of the cells.
        sheet: name of the sheet.
        place: which row holds the headings.
    """

    rows: list[list[str]]
    sheet: str
    place: Place


def read_sheets(path: Path, known: frozenset[str]) -> SheetRows:
    """The sheet of a workbook that shows the most headings among `known` (folded texts).

    Formulas are not computed: the value that the spreadsheet stored with them counts.

    Raises:
        Mendable: damaged, or no sheet with known headings.
    """
    try:
        with CalamineWorkbook.from_path(path) as workbook:  # pyright: ignore[reportUnknownMemberType]
            best = _best_sheet(workbook, known)
    except CalamineError:
        raise bounds.no_register(path, "il file è danneggiato, protetto da password o incompleto") from None
    except OSError as problem:
        raise bounds.unreadable(path, problem) from problem
    if best is None:
        raise bounds.no_register(path, "in nessun foglio si riconoscono le intestazioni attese")
    return best


def _best_sheet(workbook: CalamineWorkbook, known: frozenset[str]) -> SheetRows | None:
    best: tuple[CalamineSheet, Place] | None = None
    for data in workbook.sheets_metadata[:_MOST_SHEETS]:
        if data.typ != SheetTypeEnum.WorkSheet or data.visible != SheetVisibleEnum.Visible:
            continue
        sheet = workbook.get_sheet_by_name(data.name)
        # nrows counts from the first used row, however far down that is: a title has at most this many above it.
        if sheet.start is None or sheet.start[0] > bounds.MOST_CELLS:
            continue
        top = [_texts(row) for row in sheet.to_python(skip_empty_area=False, nrows=_ROWS_LOOKED_AT)]
        place = find(top, known)
        if place and (best is None or place.recognised > best[1].recognised):
            best = (sheet, place)
    if best is None:
        return None
    sheet, place = best
    return SheetRows([_texts(row) for row in sheet.to_python(skip_empty_area=False)], sheet.name, place)


def _texts(row: list[Cell]) -> list[str]:
    return [cell if type(cell) is str else _text(cell) for cell in row]


def _text(cell: Cell) -> str:
    """A cell as it would be typed in Italian: `802,63`, `1000`, `2025-08-28`, `VERO`."""
    match cell:
        case bool():
            return "VERO" if cell else "FALSO"
        case float():
            return number_text(cell)
        case datetime():
            midnight = cell.time() == time.min
            return cell.date().isoformat() if midnight else f"{cell.date().isoformat()} {cell:%H:%M}"
        case date():
            return cell.isoformat()
        case time():
            return f"{cell:%H:%M}"
        case timedelta():
            minutes = int(cell.total_seconds()) // 60
            return f"{minutes // 60}:{minutes % 60:02}"
        case _:
            return str(cell)


def number_text(number: float) -> str:
    """A spreadsheet's number with the fifteen digits that it shows, and a decimal comma."""
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    digits = f"{number:.15g}"
    return (f"{Decimal(digits):f}" if "e" in digits else digits).replace(".", ",")
