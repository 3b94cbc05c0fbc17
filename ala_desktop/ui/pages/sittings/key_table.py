"""A small table of which single letters act on the chosen row: presences and votes in one key each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QSizePolicy, QWidget

from ala_desktop.ui.table_view import TableView

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_LEAST = 3
"""Lines that a table shows at least."""
_DISPLAY = int(Qt.ItemDataRole.DisplayRole)


class GridLine(NamedTuple):
    """One line of the table.

    Attributes:
        id: what the line stands for.
        cells: its texts.
        tip: what explains it, when the pointer rests on it; empty for the text itself.
        live: whether letters act on it; other lines are drawn pale.
    """

    id: str
    cells: tuple[str, ...]
    tip: str = ""
    live: bool = True


class GridModel(QAbstractTableModel):
    """A handful of lines held in memory."""

    def __init__(self, headings: Sequence[str]) -> None:
        super().__init__()
        self._headings = tuple(headings)
        self.lines: list[GridLine] = []

    def put(self, lines: Sequence[GridLine]) -> None:
        """Show these lines; the selection survives when their number does not change."""
        if len(lines) == len(self.lines):
            self.lines = list(lines)
            if lines:
                self.dataChanged.emit(self.index(0, 0), self.index(len(lines) - 1, len(self._headings) - 1))
            return
        self.beginResetModel()
        self.lines = list(lines)
        self.endResetModel()

    def row_of(self, line_id: str) -> int:
        """Where a line stands; -1 when it is not there."""
        return next((row for row, line in enumerate(self.lines) if line.id == line_id), -1)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._headings)

    def data(self, index: Index, role: int = _DISPLAY) -> object:
        line = self.lines[index.row()]
        if role == _DISPLAY:
            return line.cells[index.column()]
        if role == int(Qt.ItemDataRole.ToolTipRole):
            return line.tip or line.cells[index.column()]
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not self.lines[index.row()].live:
            return Qt.ItemFlag.ItemIsSelectable
        return Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> str | None:
        across = orientation == Qt.Orientation.Horizontal
        return self._headings[section] if across and role == _DISPLAY else None


class KeyTable(TableView):
    """The table.

    Signals:
        keyed(str, str): a letter was pressed on the line with this id. `Canc` comes as `DEL`.
        current(str): the line with this id is the current one now.
        undone(): Ctrl+Z was pressed, and `takes_undo` says that it is meant for this table.

    Attributes:
        takes_undo: whether Ctrl+Z is kept from the window while the table has the focus.
    """

    keyed = Signal(str, str)
    current = Signal(str)
    undone = Signal()
    takes_undo = False

    def __init__(self, grid: GridModel, letters: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._letters = letters
        self._rows = 6
        self.grid = grid
        self.setModel(grid)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setAlternatingRowColors(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.selectionModel().currentRowChanged.connect(self._moved)

    @property
    def current_id(self) -> str:
        """The id of the current line; empty when there is none."""
        row = self.current_row()
        return self.grid.lines[row].id if 0 <= row < len(self.grid.lines) else ""

    def choose(self, line_id: str) -> None:
        """Make a line the current one."""
        self.go_to(self.grid.row_of(line_id))

    def step(self) -> None:
        """Go to the next line on which letters act; stay at the last."""
        for row in range(self.current_row() + 1, len(self.grid.lines)):
            if self.grid.lines[row].live:
                self.go_to(row)
                return

    def press(self, letter: str) -> None:
        """As if the letter had been typed: what the buttons do for those who use the mouse."""
        if self.current_id and self.grid.lines[self.current_row()].live:
            self.keyed.emit(letter, self.current_id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A known letter acts, Canc too; the rest moves as in every table."""
        plain = not event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        letter = event.text().upper()
        if self.takes_undo and event.matches(QKeySequence.StandardKey.Undo):
            self.undone.emit()
        elif plain and letter and letter in self._letters:
            self.press(letter)
        elif plain and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.press("DEL")
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Keep Ctrl+Z from the window's own, while there is something here to take back."""
        override = event if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) else None
        if self.takes_undo and override is not None and override.matches(QKeySequence.StandardKey.Undo):
            event.accept()
            return True
        return super().event(event)

    def row_to_begin_at(self) -> int:
        """The current line if letters act on it, else the first on which they do."""
        here, lines = self.current_row(), self.grid.lines
        if 0 <= here < len(lines) and lines[here].live:
            return here
        return next((row for row, line in enumerate(lines) if line.live), -1)

    def _moved(self, index: QModelIndex) -> None:
        if index.isValid():
            self.current.emit(self.grid.lines[index.row()].id)

    def fit(self, most: int) -> None:
        """Be as tall as the lines need, up to `most` of them; shorter and scrolling where room is scarce."""
        self._rows = min(max(len(self.grid.lines), _LEAST), most)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.updateGeometry()

    def _height_of(self, rows: int) -> int:
        row = self.verticalHeader().defaultSectionSize()
        return self.horizontalHeader().sizeHint().height() + row * rows + 2 * self.frameWidth()

    def sizeHint(self) -> QSize:
        return QSize(240, self._height_of(self._rows))

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self._height_of(_LEAST))
