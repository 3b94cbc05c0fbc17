"""A page of lists and forms: what Alloggi, Nuclei e persone, Domande and Contributi have in common."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from ala_desktop.core.errors import Mendable
from ala_desktop.rules.duplicates import KINDS
from ala_desktop.services.forms import Forms
from ala_desktop.services.listing import ListSpec
from ala_desktop.ui.duplicates.view import DuplicatesView
from ala_desktop.ui.editors.base import Means
from ala_desktop.ui.form_view import FormView
from ala_desktop.ui.list_panel import ListPanel
from ala_desktop.ui.page import Changed, Page, Surroundings
from ala_desktop.ui.panels.base import Panel

PanelMaker = Callable[[Surroundings, Means], Panel]


class RecordsPage(Page):
    """Lists under tabs, and a form for each kind of record.

    Attributes:
        specs: the lists, from left to right.
        panels: for a kind, what stands under its form.
        register: kinds of record that an office register brings; the page offers to import it.
    """

    specs: tuple[ListSpec, ...] = ()
    panels: dict[str, tuple[PanelMaker, ...]] = {}
    register = ""

    def __init__(self, around: Surroundings, forms: Forms, means: Means, parent: QWidget | None = None) -> None:
        super().__init__(around, parent)
        self._forms, self._means = forms, means
        self._views: dict[str, FormView] = {}
        self._duplicates: DuplicatesView | None = None
        self.stack = QStackedWidget(self)
        self.lists = [ListPanel(around, spec) for spec in self.specs]
        self.tabs = QTabWidget()  # a page with one list has no use for it and never shows it
        self.tabs.setDocumentMode(True)
        for panel in self.lists:
            panel.chosen.connect(self.open)
            if len(self.lists) > 1:
                self.tabs.addTab(self._padded(panel), around.desk.catalog[panel.listing.spec.kind].plural)
        self.tabs.currentChanged.connect(self._entered)
        self.stack.addWidget(self.tabs if len(self.lists) > 1 else self.lists[0])
        self.body.addWidget(self.stack, 1)
        self._add_commands()

    @staticmethod
    def _padded(panel: ListPanel) -> QWidget:
        """A tab's body with some air above it."""
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 8, 0, 0)
        column.addWidget(panel)
        return body

    def _add_commands(self) -> None:
        self._list_commands: list[QPushButton] = []
        if self.register:
            bring = QPushButton("Importa un registro", self)
            bring.clicked.connect(lambda: self.around.wishes.import_register.emit(self.register))
            self._list_commands.append(bring)
        self.make = QPushButton("Nuova scheda", self)
        self.make.setToolTip("Ctrl+N")
        self.make.setProperty("main", "true")
        self.make.clicked.connect(self.new)
        self._list_commands.append(self.make)
        if any(kind in KINDS for kind in self.kinds):
            self._list_commands.insert(0, self._duplicates_button())
        for button in self._list_commands:
            self.commands.addWidget(button)

    def _duplicates_button(self) -> QPushButton:
        button = QPushButton("Possibili duplicati", self)
        button.setToolTip("Schede che forse sono registrate due volte, e quelle già collegate")
        button.clicked.connect(self.show_duplicates)
        return button

    def show_duplicates(self) -> None:
        """All possible duplicates among this page's records, in the place of the list."""
        if self.view:
            self.view.leave()
        if self._duplicates is None:
            self._duplicates = DuplicatesView(self.around, self.kinds, self.title, self)
            self._duplicates.closed.connect(self.back)
            self.stack.addWidget(self._duplicates)
        self._show_list_commands(shown=False)
        self.stack.setCurrentWidget(self._duplicates)
        self._duplicates.refresh(None)
        self._duplicates.take_focus()

    @property
    def duplicates(self) -> DuplicatesView | None:
        """The possible duplicates, while they are in front."""
        front = self.stack.currentWidget()
        return front if isinstance(front, DuplicatesView) else None

    @property
    def list(self) -> ListPanel:
        """The list in front."""
        return self.lists[max(self.tabs.currentIndex(), 0)]

    @property
    def view(self) -> FormView | None:
        """The open record's view; None while a list is shown."""
        front = self.stack.currentWidget()
        return front if isinstance(front, FormView) else None

    def _entered(self) -> None:
        self.list.enter()

    def refresh(self, changed: Changed | None) -> None:
        """Lists read what changed when they are in view; an open form is shown anew unless it is being typed on."""
        for panel in self.lists:
            panel.refresh(changed)
        if self.view:
            self.view.refresh(changed)
        elif self.duplicates:
            self.duplicates.refresh(changed)
        elif changed is None:
            self.list.enter()

    def open(self, kind: str, record: str) -> None:
        """Show a record in its form, with its draft if it has one."""
        if self.view:
            self.view.leave()
        try:
            row, draft = self._forms.open(kind, record)
        except Mendable as problem:
            self.tell(problem)
            return
        self._show(kind)
        self._views[kind].show_row(row, draft)

    def new(self) -> None:
        """An empty form of the kind of the list in front."""
        if self.view:
            self.view.leave()
        kind = self.list.listing.spec.kind
        self._show(kind)
        self._views[kind].show_row(self._forms.blank(kind))

    def _show(self, kind: str) -> None:
        if kind not in self._views:
            view = FormView(self.around, self._forms, self._means, kind, self.panels.get(kind, ()), self)
            view.closed.connect(self.back)
            self._views[kind] = view
            self.stack.addWidget(view)
        for place, panel in enumerate(self.lists):
            if panel.listing.spec.kind == kind:
                self.tabs.setCurrentIndex(place)
        self._show_list_commands(shown=False)
        self.stack.setCurrentWidget(self._views[kind])

    def _show_list_commands(self, *, shown: bool) -> None:
        """The page's heading and commands belong to the lists; an open record has its own."""
        for widget in (self.heading, *self._list_commands):
            widget.setVisible(shown)

    def back(self) -> None:
        """To the list, on the row of the record that was open."""
        was = self.view
        self.stack.setCurrentIndex(0)
        self._show_list_commands(shown=True)
        self.list.enter()
        if was:
            self.list.select(self.around.desk.linked.kept(was.form.row.id))
        self.list.table.setFocus()

    def save(self) -> None:
        """Ctrl+S."""
        if self.view:
            self.view.save()

    def search(self) -> None:
        """Ctrl+F: back to the list, if something else is open, and to its search field."""
        self.escape()
        self.list.focus_search()

    def take_focus(self) -> None:
        """To the rows of a list; to the field of a form that was left last."""
        if self.duplicates:
            self.duplicates.take_focus()
        elif not self.view:
            self.list.table.setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif self.view.focusWidget() is None:
            self.view.form.focus_first()
        else:
            super().take_focus()

    def escape(self) -> bool:
        """Esc leaves the form, or the possible duplicates."""
        if self.view:
            self.view.leave()
            return True
        if self.duplicates:
            self.back()
            return True
        return False

    def may_leave(self) -> bool:
        """Another page may come; what was typed is kept as a draft."""
        if self.view and self.view.form.dirty:
            self.view.form.keep_draft()
        return True
