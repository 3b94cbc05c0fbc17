"""A table that paints quickly whatever runs behind it, and copies itself with its headings."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from PySide6.QtCore import QItemSelectionModel, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget


class TableView(QTableView):
    """Rows that are chosen whole; Enter or a double click opens one.

    Signals:
        chosen(int): open this row.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._empty_text = ""
        self._widths: list[tuple[int, int]] = []
        self._fitting = False
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(self.fontMetrics().height() + 12)
        heads = self.horizontalHeader()
        heads.setHighlightSections(False)
        heads.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        heads.setMinimumSectionSize(40)
        self.doubleClicked.connect(lambda index: self.chosen.emit(index.row()))

    def set_widths(self, characters: Sequence[int]) -> None:
        """Room for so many characters and for the headings; see `resizeEvent` for what is left or lacks."""
        unit = self.fontMetrics().averageCharWidth()
        heads = self.horizontalHeader()
        heads.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        bold = heads.font()
        bold.setBold(True)
        metrics = QFontMetrics(bold)
        for column, count in enumerate(characters):
            text = str(self.model().headerData(column, Qt.Orientation.Horizontal) or "")
            least = metrics.horizontalAdvance(text) + 24
            self._widths.append((least, max(count * unit + 16, least)))
        heads.sectionResized.connect(self._resized_by_hand)
        self._fit()

    def _resized_by_hand(self) -> None:
        if not self._fitting:
            self._widths = []  # from here on the columns are as the clerk made them

    def _fit(self) -> None:
        """Give the widest column what is left; take what lacks from all, down to their headings."""
        if not self._widths:
            return
        self._fitting = True
        wanted = [wish for _, wish in self._widths]
        free = self.viewport().width() - sum(wanted)
        if free >= 0:
            wanted[wanted.index(max(wanted))] += free
        else:
            slack = [wish - least for least, wish in self._widths]
            share = min(1.0, -free / (sum(slack) or 1))
            wanted = [wish - ceil(loose * share) for wish, loose in zip(wanted, slack, strict=True)]
        for column, width in enumerate(wanted):
            self.setColumnWidth(column, width)
        self._fitting = False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the columns to the new width, unless the clerk has set them."""
        super().resizeEvent(event)
        self._fit()

    def say_when_empty(self, text: str) -> None:
        """What to read where no row is."""
        self._empty_text = text
        self.viewport().update()

    def current_row(self) -> int:
        """The row with the focus; -1 when there is none."""
        return self.currentIndex().row()

    def go_to(self, row: int) -> None:
        """Choose a row and bring it into view."""
        if 0 <= row < self.model().rowCount():
            index = self.model().index(row, 0)
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self.selectionModel().setCurrentIndex(index, flags)
            self.scrollTo(index)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """With the focus there is always a chosen row: it is what shows where the keys act."""
        super().focusInEvent(event)
        if self.selectionModel() is not None and not self.selectionModel().hasSelection():
            self.go_to(self.row_to_begin_at())

    def row_to_begin_at(self) -> int:
        """The row that is chosen when the focus comes and none is."""
        return max(self.current_row(), 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the row."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current_row() >= 0:
            self.chosen.emit(self.current_row())
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint from Python, which holds the interpreter's lock for the whole painting.

        Called straight from Qt, each of some 1,500 `data` calls would wait for the lock anew: beside a busy thread a
        page took 300 ms, this way 25 ms.
        """
        super().paintEvent(event)
        if self._empty_text and not self.model().rowCount():
            painter = QPainter(self.viewport())
            painter.setPen(self.palette().placeholderText().color())
            place = self.viewport().rect().adjusted(16, 24, -16, -16)
            painter.drawText(place, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, self._empty_text)
            painter.end()

    def sizeHint(self) -> QSize:
        return QSize(640, 320)
