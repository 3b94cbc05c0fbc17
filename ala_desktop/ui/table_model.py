"""The model of a list: row numbers for all rows, prepared text for the pages near the window."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from ala_desktop.services.listing import Heading, Line

_PAGE_BITS = 7
_PAGE = 1 << _PAGE_BITS
"""Rows read at once: about three screens."""

_PAGES_KEPT = 64
_EN_SPACE = "\u2002"
_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_ALIGNMENT = int(Qt.ItemDataRole.TextAlignmentRole)
_TOOL_TIP = int(Qt.ItemDataRole.ToolTipRole)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class Source(Protocol):
    """What a list is read from; `services.listing.Listing` is one."""

    @property
    def headings(self) -> list[Heading]:
        """The heads of the columns."""
        ...

    def page(self, numbers: Sequence[int]) -> list[Line]:
        """These rows, in this order, as they are shown; quick enough for the window's thread."""
        ...


class TableModel(QAbstractTableModel):
    """Shows a `Source`. The order arrives from a background thread through `put`."""

    def __init__(self, listing: Source) -> None:
        super().__init__()
        self._listing = listing
        self._headings = listing.headings
        self._aligned = [_RIGHT if heading.right else _LEFT for heading in self._headings]
        self._numbers: array[int] = array("q")
        self._pages: OrderedDict[int, list[Line]] = OrderedDict()

    def put(self, numbers: array[int]) -> None:
        """Show these rows in this order."""
        self.beginResetModel()
        self._numbers = numbers
        self._pages.clear()
        self.endResetModel()

    def repaint(self) -> None:
        """Read the shown pages anew: values changed, the order did not."""
        self._pages.clear()
        if self._numbers:
            last = self.index(len(self._numbers) - 1, len(self._headings) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    @property
    def numbers(self) -> array[int]:
        """The row numbers, in order."""
        return self._numbers

    def line(self, row: int) -> Line:
        """A row's id and texts; reads its page if it is not at hand."""
        page, place = row >> _PAGE_BITS, row & (_PAGE - 1)
        lines = self._pages.get(page)
        if lines is None:
            first = page << _PAGE_BITS
            lines = self._pages[page] = self._spaced(self._listing.page(self._numbers[first : first + _PAGE]))
            if len(self._pages) > _PAGES_KEPT:
                self._pages.popitem(last=False)
        return lines[place]

    def _spaced(self, lines: list[Line]) -> list[Line]:
        """Figures keep a little distance from the column to their right; done here, once a page, it costs nothing."""
        ends = [_EN_SPACE if heading.right else "" for heading in self._headings]
        return [Line(line.id, tuple(map(str.__add__, line.cells, ends))) for line in lines]

    def row_of(self, number: int) -> int:
        """Where a row number stands; -1 when it is not in the list."""
        try:
            return self._numbers.index(number)
        except ValueError:
            return -1

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._numbers)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._headings)

    def data(self, index: Index, role: int = _DISPLAY) -> str | int | None:
        if role in (_DISPLAY, _TOOL_TIP):
            return self.line(index.row()).cells[index.column()]
        if role == _ALIGNMENT:
            return self._aligned[index.column()]
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> str | int | None:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == _DISPLAY:
            return self._headings[section].text
        return self._aligned[section] if role == _ALIGNMENT else None
