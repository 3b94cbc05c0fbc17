"""A list with its search field, narrowing and count: what a page shows before a record is opened."""

from __future__ import annotations

from array import array

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from ala_desktop.services.listing import Listing, ListSpec, Wanted
from ala_desktop.ui.page import Changed, Surroundings
from ala_desktop.ui.phrases import counted
from ala_desktop.ui.table_model import TableModel
from ala_desktop.ui.table_view import TableView
from ala_desktop.ui.theme import STEP
from ala_desktop.ui.work import Job, Lane

MOST_COPIED = 20_000
"""Rows that one copy takes; beyond that, the export of the whole list is the right tool."""


class SearchField(QLineEdit):
    """Where words to search are typed; Down and Enter go to the rows found.

    Signals:
        to_rows(): go to the rows.
    """

    to_rows = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Down and Enter leave for the rows, Esc empties the field first."""
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.to_rows.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)


class ListPanel(QWidget):
    """One list.

    Signals:
        chosen(str, str): open the record of this kind and id.
        settled(): the rows asked for are shown.
    """

    chosen = Signal(str, str)
    settled = Signal()

    def __init__(self, around: Surroundings, spec: ListSpec, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._around = around
        self.listing = Listing(around.desk, spec)
        self.model = TableModel(self.listing)
        self._sort: tuple[int | None, bool] = (None, False)
        self._job: Job | None = None
        self._stale, self._warm = True, False
        self._held: int | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        column.addLayout(self._top())
        self.table = self._table()
        column.addWidget(self.table, 1)
        QShortcut(QKeySequence("Ctrl+Shift+C"), self, self.copy, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def _top(self) -> QHBoxLayout:
        spec = self._around.desk.catalog[self.listing.spec.kind]
        row = QHBoxLayout()
        row.setSpacing(STEP)
        self.search_field = SearchField(self)
        self.search_field.setPlaceholderText(f"Cerca in {spec.plural} (Ctrl+F)")
        self.search_field.setAccessibleName(f"Cerca in {spec.plural}")
        self.search_field.setClearButtonEnabled(True)
        self.search_field.setMinimumWidth(280)
        self.search_field.textChanged.connect(self.request)
        self.search_field.to_rows.connect(self._to_rows)
        row.addWidget(self.search_field, 1)
        self.narrow = self._narrowing()
        if self.narrow:
            row.addWidget(self.narrow)
        self.count = QLabel(self)
        self.count.setProperty("role", "muted")
        self.count.setMinimumWidth(self.fontMetrics().averageCharWidth() * 24)
        self.count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.count)
        return row

    def _narrowing(self) -> QComboBox | None:
        if not self.listing.choices:
            return None
        field = self._around.desk.catalog[self.listing.spec.kind].fields[self.listing.spec.narrowed_by]
        box = QComboBox(self)
        box.setAccessibleName(f"Mostra solo: {field.label}")
        box.addItem(f"{field.label}: tutte le voci", None)
        for value, label in self.listing.choices.items():
            box.addItem(label, value)
        box.currentIndexChanged.connect(self.request)
        return box

    def _table(self) -> TableView:
        table = TableView(self)
        table.setModel(self.model)
        table.setAccessibleName(self._around.desk.catalog[self.listing.spec.kind].plural)
        table.set_widths([heading.width for heading in self.listing.headings])
        table.chosen.connect(self._choose)
        heads = table.horizontalHeader()
        heads.setSectionsClickable(True)
        heads.sectionClicked.connect(self._sort_by)
        return table

    @property
    def wanted(self) -> Wanted:
        """What the search, the narrowing and the headings ask for."""
        only = self.narrow.currentData() if self.narrow else None
        return Wanted(self.search_field.text(), self._sort[0], self._sort[1], only)

    def request(self) -> None:
        """Have the wanted rows found in the background; an earlier request that still waits is dropped."""
        if self._job:
            self._job.stop()
        wanted, listing = self.wanted, self.listing
        self._stale = False
        self._held = self._number_of_current()

        def find(job: Job) -> array[int] | None:
            return None if job.stopped() else listing.rows(wanted, job.stopped)

        self._job = job = self._around.work.run(Lane.READ, find, lambda numbers: self._show(job, numbers))

    def _show(self, job: Job, numbers: array[int] | None) -> None:
        if job is not self._job or numbers is None:
            return
        self._job = None
        if numbers == self.model.numbers:
            self.model.repaint()
        else:
            self.model.put(numbers)
            self.table.go_to(max(0, self.model.row_of(self._held) if self._held is not None else 0))
        spec = self._around.desk.catalog[self.listing.spec.kind]
        searched = self.search_field.text().strip()
        self.table.say_when_empty(
            f"Nessun risultato per «{searched}»" if searched else "Nessuna scheda in questo elenco"
        )
        self.count.setText(counted(len(numbers), spec.label.lower(), spec.plural.lower()))
        if not self._warm:
            self._warm = True
            self._around.work.run(Lane.READ, lambda job: self.listing.warm(job.stopped))
        self.settled.emit()

    def _number_of_current(self) -> int | None:
        row = self.table.current_row()
        return self.model.numbers[row] if 0 <= row < len(self.model.numbers) else None

    def enter(self) -> None:
        """The list comes into view: read what changed meanwhile."""
        if self._stale:
            self.request()

    def refresh(self, changed: Changed | None) -> None:
        """Take note of what changed; read at once if the list is in view, else when it comes into view."""
        if changed is None or self.listing.note(changed):
            self._stale = True
            if self.isVisible():
                self.request()

    def select(self, record: str) -> None:
        """Choose the row of a record, if it is in the list."""
        number = self.listing.number_of(record)
        if number is not None:
            self.table.go_to(self.model.row_of(number))

    def copy(self) -> None:
        """Copy the chosen rows, or all of them, as a table with headings."""
        rows = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        numbers = [self.model.numbers[row] for row in rows] if len(rows) > 1 else list(self.model.numbers)
        listing, copied = self.listing, numbers[:MOST_COPIED]

        def put(text: str) -> None:
            QGuiApplication.clipboard().setText(text)
            self._around.wishes.say.emit(counted(len(copied), "riga copiata", "righe copiate"))

        self._around.work.run(Lane.READ, lambda _: listing.as_table(copied), put)

    def focus_search(self) -> None:
        """Go to the search field."""
        self.search_field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search_field.selectAll()

    def _to_rows(self) -> None:
        self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if self.table.current_row() < 0:
            self.table.go_to(0)

    def _choose(self, row: int) -> None:
        record = self.model.line(row).id
        if record:
            self.chosen.emit(self.listing.spec.kind, record)

    def _sort_by(self, column: int) -> None:
        """A first click sorts, a second turns the order round, a third gives the list's own order back."""
        now = self._sort
        self._sort = (column, False) if now[0] != column else (None, False) if now[1] else (column, True)
        heads = self.table.horizontalHeader()
        heads.setSortIndicatorShown(self._sort[0] is not None)
        if self._sort[0] is not None:
            way = Qt.SortOrder.DescendingOrder if self._sort[1] else Qt.SortOrder.AscendingOrder
            heads.setSortIndicator(column, way)
        self.request()
        QTimer.singleShot(0, self.table.setFocus)
