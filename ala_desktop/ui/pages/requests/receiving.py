"""The page "Richieste dei Comuni" of ALA: what all comuni ask, the answers, the values that they leave to ALA."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from PySide6.QtWidgets import QDialog, QWidget

from ala_desktop.core.errors import Mendable
from ala_desktop.core.tenants import name_of
from ala_desktop.models.requests import DISCORDANT
from ala_desktop.rules import requests as rules
from ala_desktop.services.desk import Desk
from ala_desktop.services.sharing.requests import KIND, Request
from ala_desktop.ui.page import Surroundings
from ala_desktop.ui.pages.requests import wording
from ala_desktop.ui.pages.requests.dialogs import AnswerDialog, DecideDialog, RecordDialog
from ala_desktop.ui.pages.requests.page import Deed, RequestsPage
from ala_desktop.ui.work import Lane

_TAKE = Deed(
    "Prendi in carico", "Il Comune lo vede con il prossimo scambio", lambda at, one: at.take(one.id),
    "Richiesta presa in carico",
)  # fmt: skip
_RELEASE = Deed(
    "Annulla presa in carico", "La richiesta torna aperta", lambda at, one: at.release(one.id),
    "La richiesta è di nuovo aperta",
)  # fmt: skip
_RECALL = Deed(
    "Annulla risposta", "La risposta è eliminata, e la richiesta torna da rispondere",
    lambda at, one: at.recall(one.replies[-1].id), "Risposta annullata",
)  # fmt: skip

Opening = Callable[[Surroundings, Desk, Request, QWidget], QDialog]


class ComuniRequestsPage(RequestsPage):
    """What the comuni ask."""

    name, title = "requests", "Richieste dei Comuni"
    kinds = (KIND,)
    agency = True
    about = (
        "Tutto ciò che i Comuni chiedono ad ALA; in alto quanto aspetta, con la scadenza più vicina per prima.",
        "Invio risponde; su un dato discordante mostra i valori, e quello scelto vale per il Comune, a firma di ALA.",
        "Ctrl+O apre in sola lettura la scheda di cui si tratta.",
        "Il Comune può sempre ritirare una richiesta e decidere da solo: se intanto ALA ha risposto, restano entrambi.",
        "Le richieste arrivano e le risposte partono con lo scambio.",
    )
    columns = (("Comune", 20), ("Oggetto", 36), ("Che cosa si chiede", 30), ("Stato", 34), ("Entro il", 11))
    empty = "Nessuna richiesta dei Comuni. Arrivano con lo scambio."

    def __init__(self, around: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(around, parent)
        self.take = self.button(_TAKE.text, _TAKE.tip, lambda: self.carry_out(_TAKE))
        self.release = self.button(_RELEASE.text, _RELEASE.tip, lambda: self.carry_out(_RELEASE))
        self.recall = self.button(_RECALL.text, _RECALL.tip, lambda: self.carry_out(_RECALL))
        self.buttons.addStretch(1)
        self.decide = self.button("Decidi il dato…", "Invio", lambda: self.over(DecideDialog, "Dato deciso"), main=True)
        self.answer = self.button("Rispondi…", "Invio", lambda: self.over(AnswerDialog, "Risposta pronta"), main=True)
        self.show_buttons(None)

    def cells(self, request: Request) -> tuple[str, ...]:
        state = wording.state(request)
        return name_of(request.tenant), request.subject, wording.kind(request), state, wording.due(request)

    def show_buttons(self, request: Request | None) -> None:
        waits = bool(request and request.state.waits)
        discordant = bool(request and request.type == DISCORDANT and request.about)
        self.take.setVisible(bool(request and rules.may_take(request.state) is None))
        self.release.setVisible(bool(request and rules.may_release(request.state) is None))
        self.recall.setVisible(bool(request and request.state is rules.State.ANSWERED and not discordant))
        self.decide.setVisible(waits and discordant)
        self.answer.setVisible(waits)
        main = "false" if waits and discordant else "true"
        if self.answer.property("main") != main:
            self.answer.setProperty("main", main)
            self.answer.style().unpolish(self.answer)
            self.answer.style().polish(self.answer)

    def enter(self) -> None:
        if self.front and self.front.state.waits:
            (self.decide if self.front.type == DISCORDANT and self.front.about else self.answer).click()

    def open_about(self) -> None:
        if self.front and self.front.about and self._sections(self.front.about.kind):
            self.over(RecordDialog, "")

    def over(self, opening: Opening, said: str) -> None:
        """Open a dialog on the comune's log; what is said if it was accepted."""
        request = self.front
        if request is None:
            return
        self.strip.clear()
        held = ExitStack()
        try:
            dialog = opening(self.around, held.enter_context(self.book.at(request.tenant)), request, self)
            accepted = self.show_over(dialog)
            dialog.deleteLater()
        except Mendable as problem:
            self.refused(problem)
            return
        finally:
            self.around.work.run(Lane.WRITE, lambda _: held.close())  # after the drafts that wait there to be kept
        if accepted and said:
            self.done(f"{said}: parte con il prossimo scambio")

    def open(self, kind: str, record: str) -> None:
        """A request in the list."""
        self._wanted = record
        self.refresh(None)

    def show_over(self, dialog: QDialog) -> bool:
        """Show a dialog until it is closed; whether it was accepted."""
        return dialog.exec() == QDialog.DialogCode.Accepted
