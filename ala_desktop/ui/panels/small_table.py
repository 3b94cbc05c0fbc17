"""A table of a few rows inside a panel: as high as its rows, chosen whole, opened with Enter."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from ala_desktop.ui.table_view import TableView

MOST_SHOWN = 12
"""Rows that stand at once; more are scrolled to."""

_NOWHERE = QModelIndex()
Index = QModelIndex | QPersistentModelIndex


class _Model(QAbstractTableModel):
    """Headings and rows of text."""

    def __init__(self, headings: Sequence[str]) -> None:
        super().__init__()
        self.headings = list(headings)
        self.rows: list[Sequence[str]] = []

    def put(self, rows: list[Sequence[str]]) -> None:
        """Show these rows."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.headings)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.rows[index.row()][index.column()]
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.headings[section]
        return None


class SmallTable(TableView):
    """Rows of text under headings with widths in characters."""

    def __init__(self, name: str, columns: Sequence[tuple[str, int]]) -> None:
        super().__init__()
        self._model = _Model([heading for heading, _ in columns])
        self.setModel(self._model)
        self.setSelectionMode(TableView.SelectionMode.SingleSelection)
        self.setAccessibleName(name)
        self.set_widths([width for _, width in columns])
        self.put([])

    def put(self, rows: list[Sequence[str]]) -> None:
        """Show these rows; the chosen place stays."""
        held = self.current_row()
        self._model.put(rows)
        height = self.verticalHeader().defaultSectionSize()
        shown = min(max(len(rows), 1), MOST_SHOWN)
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + shown * height + 4)
        if rows:
            self.go_to(min(max(held, 0), len(rows) - 1))
