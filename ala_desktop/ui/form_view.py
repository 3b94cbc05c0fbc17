"""A record open on a page: the way back, its name, the form with its panels, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ala_desktop.core.errors import Mendable
from ala_desktop.core.tenants import is_comune
from ala_desktop.services import naming
from ala_desktop.services.drafts import Draft
from ala_desktop.services.forms import Forms
from ala_desktop.services.linked import VERDICT
from ala_desktop.services.row import Row
from ala_desktop.ui.duplicates.linked_notice import LinkedNotice
from ala_desktop.ui.duplicates.twin_watch import TwinWatch
from ala_desktop.ui.editors.base import Means
from ala_desktop.ui.elided import ElidedLabel
from ala_desktop.ui.icons import icon
from ala_desktop.ui.layouts.choose import LAYOUTS
from ala_desktop.ui.page import Changed, Surroundings
from ala_desktop.ui.panels.base import Panel
from ala_desktop.ui.record_form import RecordForm
from ala_desktop.ui.theme import STEP, name_font
from ala_desktop.ui.work import Lane


class FormView(QWidget):
    """One record, open.

    Signals:
        closed(): back to the list.
    """

    closed = Signal()

    def __init__(
        self,
        around: Surroundings,
        forms: Forms,
        means: Means,
        kind: str,
        panels: tuple[Callable[[Surroundings, Means], Panel], ...] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._around, self._forms = around, forms
        self._may_ask = is_comune(around.desk.tenant)
        self._named: Row | None = None
        self._name = ""
        self.form = RecordForm(around, forms, means, kind, self)
        self.panels = [make(around, means) for make in panels]
        after = LAYOUTS[kind].panels_after
        for place, panel in enumerate(self.panels):
            above = len(LAYOUTS[kind].sections) if after is None else after
            self.form.panels.insertWidget(above + place, panel)
        self.form.panels.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        column.addLayout(self._top())
        self.linked = LinkedNotice(around, self)
        column.addWidget(self.linked)
        column.addWidget(self.form, 1)
        column.addWidget(self._bottom())
        self.twins = TwinWatch(around, self.form)
        self.form.saved.connect(self._saved)
        self.form.touched.connect(self._show_state)

    def _top(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(STEP)
        back = QPushButton(self.form.spec.plural, self)
        back.setIcon(icon("back", self.palette().link().color().name()))
        back.setProperty("link", "true")
        back.setToolTip("Torna all'elenco (Esc)")
        back.clicked.connect(self.leave)
        self.title = ElidedLabel(parent=self)
        self.title.setFont(name_font(self.font()))
        self.state = QLabel(self)
        self.state.setProperty("role", "muted")
        row.addWidget(back)
        row.addWidget(self.title, 1)
        row.addWidget(self.state)
        return row

    def _bottom(self) -> QFrame:
        bar = QFrame(self)
        row = QHBoxLayout(bar)
        row.setContentsMargins(0, STEP, 0, 0)
        row.setSpacing(STEP)
        self.remove = QPushButton("Elimina", bar)
        self.remove.clicked.connect(self._delete)
        self.to_list = QPushButton("Torna all'elenco", bar)
        self.to_list.setToolTip("Esc: quanto scritto e non salvato resta come bozza")
        self.to_list.clicked.connect(self.leave)
        self.keep = QPushButton("Salva", bar)
        self.keep.setToolTip("Ctrl+S")
        self.keep.setProperty("main", "true")
        self.keep.clicked.connect(self.save)
        self.ask = QPushButton("Chiedi ad ALA…", bar)
        self.ask.setToolTip("Una richiesta ad ALA su questa scheda")
        self.ask.clicked.connect(self._ask_ala)
        row.addWidget(self.remove)
        row.addWidget(self.ask)
        row.addStretch(1)
        row.addWidget(self.to_list)
        row.addWidget(self.keep)
        return bar

    def show_row(self, row: Row, draft: Draft | None = None) -> None:
        """Show a record, with what was typed and not saved."""
        self.form.show_row(row, draft)
        self.linked.show_row(row)
        self.form.lock(locked=row.published)
        self._show_panels()
        self._show_state()
        self.form.focus_first()

    def save(self) -> None:
        """Save what was typed."""
        self.form.save()

    def _saved(self, _: Row) -> None:
        self._show_panels()
        self._show_state()

    def _show_panels(self) -> None:
        for panel in self.panels:
            panel.setVisible(not self.form.is_new)
            if not self.form.is_new:
                panel.show_row(self.form.row)

    def _show_state(self) -> None:
        spec, row = self.form.spec, self.form.row
        if self._named != row:
            self._named, self._name = row, naming.name_of(self._around.desk, row.kind, row.values)
        self.title.setText(f"{spec.label}: scheda nuova" if self.form.is_new else self._name)
        dirty = self.form.dirty
        self.state.setText(
            "Pubblicato da ALA: sola lettura" if row.published else "Modifiche da salvare" if dirty else ""
        )
        if self.keep.hasFocus() and not (dirty or self.form.is_new):
            self.to_list.setFocus()  # saved: Qt would go to the far end of the form
        self.keep.setEnabled(dirty or self.form.is_new)
        self.keep.setVisible(not row.published)
        self.remove.setVisible(not self.form.is_new and not row.published)
        self.ask.setVisible(not self.form.is_new and not row.published and self._may_ask)

    def refresh(self, changed: Changed | None) -> None:
        """The record may have changed elsewhere: show it anew unless something is being typed here."""
        row = self.form.row
        for panel in self.panels:
            if not self.form.is_new:
                panel.refresh(row, changed)
        if changed is None or any(kind == VERDICT for kind, _ in changed):
            self.linked.show_row(row)
            self.twins.look()
            if self._leads_elsewhere():
                return
        if self.form.is_new or self.form.saving or (changed is not None and (row.kind, row.id) not in changed):
            return
        fresh = self._around.desk.get(row.kind, row.id)
        if fresh.values == row.values:
            return
        if not self.form.dirty:
            self.form.show_row(fresh)
            return
        self.form.strip.tell(
            "Questa scheda è cambiata nel frattempo",
            "Sono arrivate modifiche da un altro PC o da ALA.",
            "Salvando restano entrambe; se riguardano lo stesso campo si decide nella pagina Scambio con ALA.",
            grave=False,
        )

    def _leads_elsewhere(self) -> bool:
        """The open record was linked behind another one, here or on another PC: show that one."""
        row = self.form.row
        busy = self.form.is_new or self.form.dirty or self.form.saving or not self.isVisible()
        if busy or self._around.desk.linked.kept(row.id) == row.id:
            return False
        self.show_row(*self._forms.open(row.kind, row.id))
        return True

    def leave(self) -> None:
        """Back to the list; what was typed and not saved stays as a draft."""
        if self.form.dirty:
            self.form.keep_draft()
            self._around.wishes.say.emit("Bozza conservata: si ritrova riaprendo la scheda o dalla pagina Oggi")
        self.closed.emit()

    def _ask_ala(self) -> None:
        """A request about this record; what was typed here and not saved stays as a draft."""
        row = self.form.row
        self.leave()
        self._around.wishes.ask_ala.emit(row.kind, row.id)

    def _delete(self) -> None:
        row, forms = self.form.row, self._forms

        def gone(rows: list[Row]) -> None:
            self.closed.emit()
            self._around.wishes.deleted.emit(rows)

        self._around.work.run(Lane.WRITE, lambda _: forms.delete(row), gone, self._refused)

    def _refused(self, problem: Mendable) -> None:
        self.form.strip.tell(problem.title, problem.cause, problem.next_step)
