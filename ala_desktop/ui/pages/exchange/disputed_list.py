"""The records with discordant values, and below them those that came too late for closed minutes."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from ala_desktop.services.sharing.conflicts import Disputed
from ala_desktop.ui.pages.exchange.rows_model import RowsModel, Shown
from ala_desktop.ui.table_view import TableView
from ala_desktop.ui.theme import STEP

Key = tuple[str, str]


class DisputedTable(TableView):
    """One of the two lists. Extended selection, for choosing many at once."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = RowsModel(("Scheda", "Dati"))
        self.setModel(self.rows)
        self.setAccessibleName(name)
        self.set_widths((30, 5))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def put(self, found: list[Disputed], counts: list[int]) -> None:
        """Show these records; the chosen one stays, or the one that took its place."""
        shown = [
            Shown((one.kind, one.id), (one.name, str(count)), one) for one, count in zip(found, counts, strict=True)
        ]
        if shown == self.rows.rows:
            return
        row = self.current_row()
        held = self.rows.rows[row].key if 0 <= row < len(self.rows.rows) else None
        had_selection = self.selectionModel().hasSelection()
        self.rows.put(shown)
        at = self.rows.row_of(held)
        if shown and had_selection:
            self.go_to(at if at >= 0 else min(max(row, 0), len(shown) - 1))

    def chosen_keys(self) -> list[Key]:
        """(kind, id) of the chosen rows, from top to bottom."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self.rows.rows[row].key for row in rows]


class DisputedList(QWidget):
    """Both lists; choosing in one lets go of the other.

    Signals:
        shown(object): the (kind, id) in front changed; None when nothing is.
        entered(): Enter: on to its values.
    """

    shown = Signal(object)
    entered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP // 2)
        self.to_decide = DisputedTable("Schede con dati discordanti", self)
        self.to_decide.say_when_empty("Nessuna scheda da decidere")
        self.late_heading = QLabel("Arrivati a verbale già approvato", self)
        self.late = DisputedTable("Dati arrivati a verbale già approvato", self)
        column.addWidget(QLabel("Schede con dati discordanti", self))
        column.addWidget(self.to_decide, 3)
        column.addWidget(self.late_heading)
        column.addWidget(self.late, 2)
        for table, other in ((self.to_decide, self.late), (self.late, self.to_decide)):
            table.selectionModel().selectionChanged.connect(
                lambda *_, table=table, other=other: self._selected(table, other)
            )
            table.chosen.connect(lambda _: self.entered.emit())

    def put(self, found: list[Disputed]) -> None:
        """Show these records."""
        front = self.front
        deciding = [one for one in found if one.to_decide]
        late = [one for one in found if one.late]
        with QSignalBlocker(self):
            self.to_decide.put(deciding, [one.to_decide for one in deciding])
            self.late.put(late, [one.late for one in late])
            if self.front is None:
                (self.to_decide if deciding else self.late).go_to(0)
        self.late_heading.setVisible(bool(late))
        self.late.setVisible(bool(late))
        if self.front != front or front is None:
            self.shown.emit(self.front)

    @property
    def front(self) -> Key | None:
        """The record whose values are shown."""
        for table in (self.to_decide, self.late):
            keys = table.chosen_keys()
            row = table.current_row()
            if keys and 0 <= row < len(table.rows.rows):
                current = table.rows.rows[row].key
                return current if current in keys else keys[0]
        return None

    @property
    def name(self) -> str:
        """How a person calls the record whose values are shown."""
        front = self.front
        shown = [row for table in (self.to_decide, self.late) for row in table.rows.rows if row.key == front]
        return shown[0].cells[0] if shown else ""

    @property
    def is_late(self) -> bool:
        """Whether the chosen records are of those that came too late."""
        return bool(self.late.chosen_keys())

    def chosen(self) -> list[Key]:
        """The chosen records."""
        return self.to_decide.chosen_keys() or self.late.chosen_keys()

    def go_next(self) -> bool:
        """Choose the record below the one in front, or the one above if it is the last; whether there is another."""
        table = self.late if self.is_late else self.to_decide
        row, count = table.current_row(), len(table.rows.rows)
        if count < 2:
            return False
        table.go_to(row + 1 if row + 1 < count else row - 1)
        return True

    def _selected(self, table: DisputedTable, other: DisputedTable) -> None:
        if table.selectionModel().hasSelection() and other.selectionModel().hasSelection():
            with QSignalBlocker(other.selectionModel()):
                other.clearSelection()
            other.viewport().update()
        self.shown.emit(self.front)
