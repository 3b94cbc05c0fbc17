"""The page "Chiedi ad ALA" of a comune: what was asked, what came back, a new question, a withdrawal."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from ala_desktop.core.errors import Mendable
from ala_desktop.fields.values import show_date
from ala_desktop.rules import requests as rules
from ala_desktop.services.drafts import Draft
from ala_desktop.services.row import Row
from ala_desktop.services.sharing.asking_forms import AskingForms
from ala_desktop.services.sharing.requests import KIND, Request, Requests
from ala_desktop.services.sharing.save_words import SaveWords
from ala_desktop.ui.editors.base import Means
from ala_desktop.ui.form_view import FormView
from ala_desktop.ui.page import Surroundings
from ala_desktop.ui.pages.requests import wording
from ala_desktop.ui.pages.requests.page import Deed, RequestsPage

_WITHDRAW = Deed(
    "Ritira la richiesta", "Canc: il Comune decide da solo", lambda at, one: at.withdraw(one.id),
    "Richiesta ritirata: decide il Comune",
)  # fmt: skip
_RESTORE = Deed(
    "Annulla ritiro", "La richiesta torna ad aspettare ALA", lambda at, one: at.restore(one.id),
    "La richiesta aspetta di nuovo ALA",
)  # fmt: skip


class AskView(FormView):
    """The form of a new request.

    Signals:
        asked(object): the saved request's row.
    """

    asked = Signal(object)

    def __init__(self, around: Surroundings, forms: AskingForms, means: Means, parent: QWidget | None = None) -> None:
        super().__init__(around, forms, means, KIND, (), parent)
        self._asking = forms
        self.keep.setText("Chiedi ad ALA")
        self.keep.setToolTip("Ctrl+S: parte con il prossimo scambio")
        self.about = QLabel(self)
        self.about.setWordWrap(True)
        self.form.panels.insertWidget(0, self.about)
        self.form.saved.connect(self.asked)

    def show_row(self, row: Row, draft: Draft | None = None) -> None:
        """Show a new request, and which record it is about."""
        about = self._asking.about(row.id)
        self.about.setText(f"La richiesta riguarda: {about.name}" if about else "")
        self.about.setVisible(bool(about))
        super().show_row(row, draft)


class AskAlaPage(RequestsPage):
    """What this comune asked ALA."""

    name, title = "requests", "Chiedi ad ALA"
    kinds = (KIND,)
    about = (
        "Pareri, quesiti e casi che il Comune passa ad ALA, con le risposte. Ctrl+N ne scrive una nuova.",
        "«Chiedi ad ALA…» in fondo a una scheda scrive una richiesta su quella scheda; un dato discordante si rimette "
        "ad ALA dalla pagina Scambio con ALA.",
        "Richieste e risposte viaggiano con lo scambio: una richiesta nuova parte con il prossimo.",
        "Canc ritira la richiesta scelta: il Comune può sempre decidere da solo. Il ritiro si può annullare.",
        "Invio o Ctrl+O apre la scheda di cui si tratta.",
    )
    columns = (("Oggetto", 40), ("Che cosa si chiede", 30), ("Stato", 34), ("Entro il", 11), ("Chiesto il", 11))
    empty = "Nessuna richiesta. Ctrl+N ne scrive una nuova."

    def __init__(self, around: Surroundings, means: Means, parent: QWidget | None = None) -> None:
        super().__init__(around, parent)
        self._forms = AskingForms(around.desk)
        self.view = AskView(around, self._forms, means, self)
        self.view.closed.connect(self.back)
        self.view.asked.connect(self._asked)
        self.stack.addWidget(self.view)
        self.make = QPushButton("Nuova richiesta", self)
        self.make.setToolTip("Ctrl+N")
        self.make.setProperty("main", "true")
        self.make.clicked.connect(self.new)
        self.commands.addWidget(self.make)
        self.withdraw = self.button(_WITHDRAW.text, _WITHDRAW.tip, self._withdraw)
        self.restore = self.button(_RESTORE.text, _RESTORE.tip, lambda: self.carry_out(_RESTORE))
        self.buttons.addStretch(1)
        context = Qt.ShortcutContext.WidgetShortcut
        QShortcut(QKeySequence(Qt.Key.Key_Delete), self.table, self._withdraw, context=context)
        self.show_buttons(None)

    def cells(self, request: Request) -> tuple[str, ...]:
        day = show_date(request.asked_on)
        return request.subject, wording.kind(request), wording.state(request), wording.due(request), day

    def show_buttons(self, request: Request | None) -> None:
        self.withdraw.setVisible(bool(request and rules.may_withdraw(request.state) is None))
        replies = len(request.replies) if request else 0
        self.restore.setVisible(bool(request and rules.may_restore(request.state, replies) is None))

    def enter(self) -> None:
        self.open_about()

    def open_about(self) -> None:
        if self.front and self.front.about and self.stack.currentIndex() == 0:
            words, about = SaveWords(self.around.desk), self.front.about
            self.around.wishes.open_record.emit(*words.to_open(about.kind, about.id))

    def _withdraw(self) -> None:
        if self.front and rules.may_withdraw(self.front.state) is None:
            self.carry_out(_WITHDRAW)

    # --- a new one -------------------------------------------------------------------------------------------------

    @property
    def asking(self) -> bool:
        """Whether a new request is being written."""
        return self.stack.currentWidget() is self.view

    def new(self) -> None:
        """Ctrl+N: an empty request, or the one that was left in the middle."""
        draft = self._forms.started()
        if draft and not self.asking:
            self._write(self._forms.resume(draft), draft)
        else:
            self._leave()
            self._write(self._forms.ask(None))

    def ask(self, kind: str, record: str) -> None:
        """A new request about a record."""
        self._leave()
        try:
            self._write(self._forms.ask(Requests(self.around.desk).about(kind, record)))
        except Mendable as problem:
            self.tell(problem)

    def open(self, kind: str, record: str) -> None:
        """A request in the list, or one that was left in the middle."""
        draft = self._forms.drafts.of(record)
        if draft and draft.is_new:
            self._leave()
            self._write(self._forms.resume(draft), draft)
        else:
            self._wanted = record
            self.back()

    def _write(self, row: Row, draft: Draft | None = None) -> None:
        self.heading.hide()
        self.make.hide()
        self.strip.clear()
        self.stack.setCurrentWidget(self.view)
        self.view.show_row(row, draft)

    def _leave(self) -> None:
        if self.asking:
            self.view.leave()

    def back(self) -> None:
        """To the list."""
        self.stack.setCurrentIndex(0)
        self.heading.show()
        self.make.show()
        self.refresh(None)
        self.table.setFocus()

    def _asked(self, row: Row) -> None:
        self._wanted = row.id
        self.around.wishes.say.emit("Richiesta pronta: parte con il prossimo scambio")
        self.back()

    def save(self) -> None:
        """Ctrl+S: ask."""
        if self.asking:
            self.view.save()

    def escape(self) -> bool:
        """Esc leaves the form."""
        if self.asking:
            self.view.leave()
            return True
        return False

    def may_leave(self) -> bool:
        """What was typed is kept as a draft."""
        if self.asking and self.view.form.dirty:
            self.view.form.keep_draft()
        return True
