"""What ALA opens over its list of requests: an answer, the record concerned, the values of a discordant field.

They work on the desk of the comune's log, which the caller keeps open while they are.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ala_desktop.core.errors import Mendable
from ala_desktop.services.desk import Desk
from ala_desktop.services.forms import Forms
from ala_desktop.services.lookup import Lookup
from ala_desktop.services.sharing.asking_forms import AnsweringForms
from ala_desktop.services.sharing.conflict_choices import Choices
from ala_desktop.services.sharing.conflicts import Choice, Conflict
from ala_desktop.services.sharing.requests import REPLY, Request
from ala_desktop.services.sharing.save_words import SaveWords
from ala_desktop.ui.editors.base import Means
from ala_desktop.ui.message import MessageStrip
from ala_desktop.ui.page import Surroundings
from ala_desktop.ui.pages.exchange.conflict_detail import ConflictDetail
from ala_desktop.ui.pages.requests import wording
from ala_desktop.ui.record_form import RecordForm
from ala_desktop.ui.theme import STEP
from ala_desktop.ui.work import Lane

_SIZE = (860, 560)
_MOST_SHOWN = 500
"""Letters of the question that an answer is written under."""


def means_of(around: Surroundings) -> Means:
    """Means of editors on the records of `around.desk`; another record is not opened from there."""
    return Means(around.desk.clock.today, Lookup(around.desk), around.work, lambda *_: None)


class _Dialog(QDialog):
    """A dialog on a comune's log."""

    def __init__(self, around: Surroundings, desk: Desk, title: str, request: Request, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.around, self.request = replace(around, desk=desk), request
        self.setWindowTitle(title)
        if parent:
            self.setFont(parent.font())
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(STEP * 3, STEP * 2, STEP * 3, STEP * 2)
        self.column.setSpacing(STEP)
        head = QLabel(f"{request.subject}\n{wording.head(request, agency=True)}", self)
        head.setTextFormat(Qt.TextFormat.PlainText)
        head.setWordWrap(True)
        self.column.addWidget(head)
        self.resize(*_SIZE)

    def question(self, text: str) -> None:
        """What the comune wrote, or what to know before reading on; as far as there is room."""
        if text:
            shown = QLabel(text if len(text) <= _MOST_SHOWN else text[:_MOST_SHOWN] + "…", self)
            shown.setTextFormat(Qt.TextFormat.PlainText)
            shown.setWordWrap(True)
            shown.setProperty("role", "muted")
            self.column.addWidget(shown)

    def row_of(self, *buttons: QPushButton) -> None:
        """Buttons at the foot, the last one the main one."""
        row = QHBoxLayout()
        row.setSpacing(STEP)
        row.addStretch(1)
        for button in buttons:
            row.addWidget(button)
        self.column.addLayout(row)

    def way_out(self, text: str) -> QPushButton:
        """The button that leaves."""
        button = QPushButton(text, self)
        button.clicked.connect(self.reject)
        return button


class AnswerDialog(_Dialog):
    """ALA's answer to a request; accepted once it is saved."""

    def __init__(self, around: Surroundings, desk: Desk, request: Request, parent: QWidget | None = None) -> None:
        super().__init__(around, desk, "Rispondi al Comune", request, parent)
        self.question(request.text)
        self.forms = AnsweringForms(desk, request.id)
        self.form = RecordForm(self.around, self.forms, means_of(self.around), REPLY, self)
        self.form.panels.addStretch(1)
        self.column.addWidget(self.form, 1)
        self.answer = QPushButton("Rispondi", self)
        self.answer.setToolTip("Ctrl+S: parte con il prossimo scambio")
        self.answer.setProperty("main", "true")
        self.answer.setDefault(False)
        self.answer.clicked.connect(self.save)
        self.row_of(self.way_out("Torna all'elenco"), self.answer)
        QShortcut(QKeySequence("Ctrl+S"), self, self.save)
        self.form.saved.connect(lambda _: self.accept())
        self.form.show_row(*self.forms.started())
        self.form.focus_first()

    def save(self) -> None:
        """Ctrl+S."""
        self.form.save()

    def reject(self) -> None:
        """Esc: what was typed stays as a draft."""
        if self.form.dirty:
            self.form.keep_draft()
        super().reject()


class RecordDialog(_Dialog):
    """The record that a request is about, to read."""

    def __init__(self, around: Surroundings, desk: Desk, request: Request, parent: QWidget | None = None) -> None:
        super().__init__(around, desk, "Scheda del Comune, in sola lettura", request, parent)
        about = request.about
        kind, record = SaveWords(desk).to_open(about.kind, about.id) if about else ("", "")
        self.question("I campi che il Comune tiene per sé qui restano vuoti: ALA non li legge.")
        self.form = RecordForm(self.around, Forms(desk), means_of(self.around), kind, self)
        self.form.show_row(desk.get(kind, record))
        self.form.lock(locked=True)
        self.column.addWidget(self.form, 1)
        self.row_of(self.way_out("Chiudi"))


class DecideDialog(_Dialog):
    """The values of the discordant field that a comune left to ALA; accepted once one was chosen."""

    def __init__(self, around: Surroundings, desk: Desk, request: Request, parent: QWidget | None = None) -> None:
        super().__init__(around, desk, "Decidi il dato discordante", request, parent)
        self._choices = Choices(desk)
        self.strip = MessageStrip(self)
        self.column.addWidget(self.strip)
        self.detail = ConflictDetail(self.around, means_of(self.around), self, agency=True)
        self.detail.decided.connect(self._decide)
        self.column.addWidget(self.detail, 1)
        self.row_of(self.way_out("Torna all'elenco"))
        about = request.about
        found = self._choices.of(about.kind, about.id) if about else []
        self.conflicts = [one for one in found if about and one.id == about.conflict]
        self.detail.show_conflicts(about.name if about else "", self.conflicts)
        if not self.conflicts:
            self.strip.tell(
                "Il dato non è più discordante",
                "Il Comune l'ha deciso nel frattempo, oppure è stato scritto un altro valore.",
                "Rispondere a parole, se serve.",
                grave=False,
            )
        self.detail.focus_first()

    def _decide(self, conflict: Conflict, choice: Choice) -> None:
        choices = self._choices
        self.around.work.run(
            Lane.WRITE, lambda _: choices.decide(conflict.id, choice), lambda _: self.accept(), self._refused
        )

    def _refused(self, problem: Mendable) -> None:
        self.strip.tell(problem.title, problem.cause, problem.next_step)
