"""A refused save on its form: its values laid over the record, corrected there, and sent as a new save."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ala_desktop.core.errors import Mendable
from ala_desktop.fields.values import Value
from ala_desktop.services.forms import Forms
from ala_desktop.services.sharing.corrections import Correction, Corrections, Part
from ala_desktop.services.units import ToConfirm
from ala_desktop.ui.ask import confirm
from ala_desktop.ui.editors.base import Means
from ala_desktop.ui.icons import icon
from ala_desktop.ui.layouts.choose import LAYOUTS
from ala_desktop.ui.message import MessageStrip
from ala_desktop.ui.page import Surroundings
from ala_desktop.ui.pages.exchange.refused_values import RefusedValues
from ala_desktop.ui.pages.exchange.wording import breakable
from ala_desktop.ui.phrases import counted
from ala_desktop.ui.record_form import RecordForm
from ala_desktop.ui.theme import STEP, name_font
from ala_desktop.ui.work import Lane


class CorrectionView(QWidget):
    """One correction, open.

    Signals:
        closed(): back to the list; what was typed stays as a draft.
        done(str): it is corrected or let go, which the text says.
    """

    closed = Signal()
    done = Signal(str)

    def __init__(
        self,
        around: Surroundings,
        forms: Forms,
        means: Means,
        corrections: Corrections,
        correction: Correction,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._around, self._forms, self._means = around, forms, means
        self._corrections, self.correction = corrections, correction
        self._parts = [part for part in correction.parts if LAYOUTS[part.kind].sections]
        self.opened: dict[str, RecordForm] = {}
        self._sending = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        column.addLayout(self._top())
        self.reason = MessageStrip(self)
        self.reason.tell(
            f"ALA non ha potuto registrare questo salvataggio: {correction.what[:1].lower()}{correction.what[1:]}",
            f"{correction.reason}.", self._next_step(), grave=False,
        )  # fmt: skip
        column.addWidget(self.reason)
        self.which = self._choice()
        column.addWidget(self.which)
        self.stack = QStackedWidget(self)
        column.addWidget(self.stack, 1)
        column.addLayout(self._bottom())
        if self._parts:
            self._show_part(self._at_fault())
        else:
            self.stack.addWidget(RefusedValues(around, means, correction.parts))

    def _next_step(self) -> str:
        others = len(self.correction.parts) - len(self._parts)
        if self.correction.code in ("unknown_kind", "not_allowed"):
            return (
                "Di solito dipende dalla centrale, non da quanto è scritto: avvisare ALA e rinviare quando avrà "
                "provveduto."
            )
        if not self._parts:
            return (
                "Questa scheda si corregge nella sua pagina. Si può rinviare com'era, oppure lasciar perdere e "
                "riscrivere quanto serve."
            )
        text = "Correggere qui sotto e premere «Rinvia»: parte come salvataggio nuovo con il prossimo scambio."
        if others:
            text += f" Insieme {counted(others, 'altra scheda riparte com’era', 'altre schede ripartono com’erano')}."
        return text

    def _top(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(STEP)
        back = QPushButton("Scambio con ALA", self)
        back.setIcon(icon("back", self.palette().link().color().name()))
        back.setProperty("link", "true")
        back.setToolTip("Torna all'elenco (Esc)")
        back.clicked.connect(self.leave)
        title = QLabel(breakable(self.correction.name), self)
        title.setFont(name_font(self.font()))
        title.setWordWrap(True)
        title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        row.addWidget(back)
        row.addWidget(title, 1)
        return row

    def _choice(self) -> QComboBox:
        box = QComboBox(self)
        box.setAccessibleName("Scheda da correggere")
        for place, part in enumerate(self._parts, start=1):
            box.addItem(f"Scheda {place} di {len(self._parts)}: {part.name}", part.id)
        box.setVisible(len(self._parts) > 1)
        box.activated.connect(lambda place: self._show_part(self._parts[place]))
        return box

    def _bottom(self) -> QHBoxLayout:
        drop = QPushButton("Lascia perdere…", self)
        drop.setAutoDefault(True)
        drop.clicked.connect(self.let_go)
        leave = QPushButton("Torna all'elenco", self)
        leave.setAutoDefault(True)
        leave.setToolTip("Esc: quanto scritto resta come bozza")
        leave.clicked.connect(self.leave)
        self.go = QPushButton("Rinvia" if self._parts else "Rinvia com'era", self)
        self.go.setAutoDefault(True)
        self.go.setToolTip("Ctrl+S")
        self.go.setProperty("main", "true")
        self.go.clicked.connect(self.send)
        row = QHBoxLayout()
        row.setSpacing(STEP)
        row.addWidget(drop)
        row.addStretch(1)
        row.addWidget(leave)
        row.addWidget(self.go)
        return row

    # --- forms -----------------------------------------------------------------------------------------------------

    def _at_fault(self) -> Part:
        """The record that the reason is about, if it is one with a form; else the first."""
        fault = self.correction.fault
        return next((part for part in self._parts if fault and part.id == fault[0]), self._parts[0])

    def _show_part(self, part: Part) -> None:
        if part.id not in self.opened:
            self.opened[part.id] = form = RecordForm(self._around, self._forms, self._means, part.kind, self)
            form.panels.addStretch(1)
            form.show_row(self._corrections.row(part))
            form.prefill({name: value for name, value in self._typed(part).items() if name in form.boxes})
            self.stack.addWidget(form)
        self.stack.setCurrentWidget(self.opened[part.id])
        self.which.setCurrentIndex(self._parts.index(part))
        QTimer.singleShot(0, self, lambda: self._focus(part))

    def _typed(self, part: Part) -> dict[str, Value]:
        """What was refused, and over it what was typed here before."""
        draft = self._forms.drafts.of(part.id)
        return {**part.values, **(draft.typed if draft else {})}

    def _focus(self, part: Part) -> None:
        fault, form = self.correction.fault, self.opened[part.id]
        if fault and fault[0] == part.id and fault[1] in form.boxes:
            form.boxes[fault[1]].editor.setFocus()
        else:
            form.focus_first()

    # --- ways out --------------------------------------------------------------------------------------------------

    def send(self) -> None:
        """Check all forms that were opened, and save the correction."""
        if self._sending:
            return
        for part in self._parts:
            form = self.opened.get(part.id)
            if form is not None and not self._sound(form):
                self._show_part(part)
                form.save()  # with something wrong it saves nothing and lists what is wrong
                return
        puts = {part.id: self._put(part, self.opened[part.id]) for part in self._parts if part.id in self.opened}
        self._send(puts, confirmed=False)

    def _sound(self, form: RecordForm) -> bool:
        for box in form.boxes.values():
            box.editor.settle()
        checked = [box.check(whole=True) for box in form.boxes.values()]  # every field says what is wrong with it
        return all(checked)

    def _put(self, part: Part, form: RecordForm) -> dict[str, Value]:
        """What the form says, and the refused values of fields that no form shows."""
        hidden = {name: value for name, value in part.values.items() if name not in form.boxes}
        return {**hidden, **form.changes()}

    def _send(self, puts: dict[str, dict[str, Value]], *, confirmed: bool) -> None:
        self._sending = True
        corrections, correction = self._corrections, self.correction
        self._around.work.run(
            Lane.WRITE,
            lambda _: corrections.resend(correction, puts, confirmed=confirmed),
            lambda _: self.done.emit("Corretto: parte con il prossimo scambio"),
            lambda problem: self._refused(problem, puts),
        )

    def _refused(self, problem: Mendable, puts: dict[str, dict[str, Value]]) -> None:
        self._sending = False
        if isinstance(problem, ToConfirm):
            if confirm(self, problem.title, "\n".join(problem.questions), "Sì, rinvia"):
                self._send(puts, confirmed=True)
            return
        self.reason.tell(problem.title, problem.cause, problem.next_step)

    def let_go(self) -> None:
        """Drop it, if the clerk means it."""
        if confirm(
            self,
            "Lasciar perdere?",
            f"«{self.correction.name}» resta nel registro, senza effetto, e non torna tra gli invii da correggere.",
            "Sì, lascia perdere",
        ):
            corrections, correction = self._corrections, self.correction
            self._around.work.run(
                Lane.WRITE, lambda _: corrections.drop([correction]), lambda _: self.done.emit("Lasciato perdere")
            )

    def forget(self) -> None:
        """Drop the drafts that the forms kept while they were left, after the correction was closed."""
        drafts, ids = self._forms.drafts, list(self.opened)
        self._around.work.run(Lane.WRITE, lambda _: [drafts.drop(record) for record in ids])

    def keep_drafts(self) -> None:
        """Keep what was typed."""
        for form in self.opened.values():
            if form.dirty:
                form.keep_draft()

    def leave(self) -> None:
        """Back to the list; what was typed stays as a draft."""
        self.keep_drafts()
        self.closed.emit()
