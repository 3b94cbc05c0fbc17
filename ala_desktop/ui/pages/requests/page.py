"""What both pages of requests have in common: the list, the request in front below it, what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from ala_desktop.core.errors import Mendable
from ala_desktop.services.sharing.request_book import RequestBook
from ala_desktop.services.sharing.requests import Request, Requests
from ala_desktop.ui.layouts.choose import LAYOUTS
from ala_desktop.ui.message import MessageStrip
from ala_desktop.ui.page import Changed, Page, Surroundings
from ala_desktop.ui.pages.exchange.rows_model import RowsModel, Shown
from ala_desktop.ui.pages.requests.detail import RequestDetail
from ala_desktop.ui.table_view import TableView
from ala_desktop.ui.theme import STEP
from ala_desktop.ui.work import Job, Lane

CONCERNS = frozenset({"request_to_ala", "reply"})


class Deed(NamedTuple):
    """Something to do with the request in front: the button's text, its key as a tip, what is said when it is done."""

    text: str
    tip: str
    do: Callable[[Requests, Request], Request]
    said: str


class RequestsPage(Page):
    """The requests of this office.

    Attributes:
        columns: headings with their widths in characters.
        empty: what to read where there is no request.
        agency: whether this is ALA's page.
    """

    columns: tuple[tuple[str, int], ...] = ()
    empty = ""
    agency = False

    def __init__(self, around: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(around, parent)
        self.book = RequestBook(around.desk)
        self._reading: Job | None = None
        self._wanted = ""
        self.strip = MessageStrip(self)
        self.body.addWidget(self.strip)
        self.stack = QStackedWidget(self)
        self.body.addWidget(self.stack, 1)
        self.stack.addWidget(self._lists())
        around.wishes.exchanged.connect(self._exchanged)

    def _lists(self) -> QWidget:
        both = QWidget(self)
        column = QVBoxLayout(both)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        self.model = RowsModel([heading for heading, _ in self.columns])
        self.table = TableView(both)
        self.table.setModel(self.model)
        self.table.setSelectionMode(TableView.SelectionMode.SingleSelection)
        self.table.setAccessibleName(self.title)
        self.table.set_widths([width for _, width in self.columns])
        self.table.chosen.connect(lambda _: self.enter())
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._show_front())
        self.detail = RequestDetail(agency=self.agency, parent=both)
        self.detail.opened.connect(self.open_about)
        column.addWidget(self.table, 3)
        column.addWidget(self.detail, 4)
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(STEP)
        column.addLayout(self.buttons)
        QShortcut(QKeySequence("Ctrl+O"), self, self.open_about)
        return both

    def button(self, text: str, tip: str, do: Callable[[], object], *, main: bool = False) -> QPushButton:
        """A button under the request in front."""
        made = QPushButton(text, self)
        made.setAutoDefault(True)
        made.setToolTip(tip)
        made.setProperty("main", "true" if main else "false")
        made.clicked.connect(lambda _=False: do())
        self.buttons.addWidget(made)
        return made

    # --- showing ---------------------------------------------------------------------------------------------------

    def first(self) -> QWidget:
        """Work begins at the list."""
        return self.table

    def refresh(self, changed: Changed | None) -> None:
        """Read the requests anew, in the background."""
        if changed is not None and not any(kind in CONCERNS for kind, _ in changed):
            return
        if self._reading:
            self._reading.stop()
        book = self.book
        self._reading = job = self.around.work.run(
            Lane.READ,
            lambda job: None if job.stopped() else book.list(),
            lambda found: self._show(job, found),
            self.tell,
        )

    def _exchanged(self) -> None:
        if self.isVisible():
            self.refresh(None)

    def _show(self, job: Job, found: list[Request] | None) -> None:
        if job is not self._reading or found is None:
            return
        self._reading = None
        self.table.say_when_empty(self.empty)
        held = self._wanted or (self.front.id if self.front else "")
        self._wanted = ""
        row = self.table.current_row()
        self.model.put([Shown(one.id, self.cells(one), one) for one in found])
        at = self.model.row_of(held)
        self.table.go_to(at if at >= 0 else min(max(row, 0), len(found) - 1))
        self._show_front()

    def cells(self, request: Request) -> tuple[str, ...]:
        """A request as a row of the list."""
        raise NotImplementedError

    @property
    def front(self) -> Request | None:
        """The request in front."""
        row = self.table.current_row()
        return self.model.rows[row].thing if 0 <= row < len(self.model.rows) else None

    def _show_front(self) -> None:
        request = self.front
        openable = bool(request and request.about and self._sections(request.about.kind))
        self.detail.put(request, openable=openable)
        self.show_buttons(request)
        if request and request.news and self.isVisible():
            self._mark_seen(request)

    def _sections(self, kind: str) -> bool:
        """Whether a form shows records of this kind."""
        return kind in LAYOUTS and bool(LAYOUTS[kind].sections)

    def _mark_seen(self, request: Request) -> None:
        book = self.book

        def mark(_: Job) -> None:
            with book.at(request.tenant) as desk:
                Requests(desk).mark_seen(request.id)

        self.around.work.run(Lane.WRITE, mark)

    def show_buttons(self, request: Request | None) -> None:
        """What can be done with the request in front."""

    def enter(self) -> None:
        """Enter on the list: what is usually done with the request in front."""

    def open_about(self) -> None:
        """Ctrl+O: the record that the request in front is about."""

    # --- doing -----------------------------------------------------------------------------------------------------

    def carry_out(self, deed: Deed) -> None:
        """Do something with the request in front; the list is read anew afterwards."""
        request, book = self.front, self.book
        if request is None:
            return
        self.strip.clear()

        def work(_: Job) -> Request:
            with book.at(request.tenant) as desk:
                return deed.do(Requests(desk), request)

        self.around.work.run(Lane.WRITE, work, lambda _: self.done(deed.said), self.refused)

    def done(self, said: str) -> None:
        """Something was done: say so and show it."""
        self.around.wishes.say.emit(said)
        self.around.wishes.exchanged.emit()
        self.refresh(None)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def refused(self, problem: Mendable) -> None:
        """Say what went wrong, and show how things stand."""
        self.strip.tell(problem.title, problem.cause, problem.next_step)
        self.refresh(None)
