"""The page Oggi: what waits for the clerk, each with the button that leads there."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ala_desktop.fields.values import show_date
from ala_desktop.services.overview import DraftNote, Overview, Overviews
from ala_desktop.services.sharing.exchange_state import ExchangeState, Summary
from ala_desktop.services.sharing.request_book import RequestBook
from ala_desktop.services.sharing.requests import KIND, Request
from ala_desktop.ui.form_grid import card
from ala_desktop.ui.page import Changed, Page, Surroundings
from ala_desktop.ui.pages.requests import wording as request_wording
from ala_desktop.ui.phrases import counted, local_day_and_time
from ala_desktop.ui.status import exchange_text
from ala_desktop.ui.theme import STEP, heading_font
from ala_desktop.ui.work import Job, Lane

_MONTHS = (
    "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre",
    "novembre", "dicembre",
)  # fmt: skip
_REQUESTS = 4
"""Requests that are named one by one."""
_INDENT = 6
"""Pixels between the edge of a link, which shows its focus, and its text."""
_DAYS = ("lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica")


class _Read(NamedTuple):
    """What was read for the page."""

    overview: Overview
    summary: Summary
    requests: list[Request]


class TodayPage(Page):
    """The office at a glance."""

    name, title = "today", "Oggi"
    about = (
        "Le sedute aperte, ciò che aspetta di essere inviato ad ALA, i dati discordanti, le schede a metà o doppie.",
        "Ogni riga porta dove c'è qualcosa da fare. F5 aggiorna.",
        "Ctrl+1 … Ctrl+8 passano da una pagina all'altra senza il mouse.",
    )

    def __init__(self, around: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(around, parent)
        self._overviews, self._exchange = Overviews(around.desk), ExchangeState(around.desk)
        self._requests = RequestBook(around.desk)
        self._job: Job | None = None
        today = around.desk.clock.today()
        self.heading.setText(f"Oggi, {_DAYS[today.weekday()]} {today.day} {_MONTHS[today.month - 1]} {today.year}")
        self._figures = QHBoxLayout()
        self._figures.setSpacing(STEP * 2)
        self.body.addLayout(self._figures)
        self._tiles = {name: self._tile(title, to) for name, title, to in _TILES}
        grid = QGridLayout()
        grid.setHorizontalSpacing(STEP * 2)
        grid.setVerticalSpacing(STEP * 2)
        self.body.addSpacing(STEP)
        self.body.addLayout(grid)
        self.body.addStretch(1)
        self._cards = {title: self._card(title, grid, place) for place, title in enumerate(_CARDS)}
        for column in (0, 1):
            grid.setColumnStretch(column, 1)

    def first(self) -> QWidget | None:
        """The first thing that leads somewhere."""
        return next((button for button in self.findChildren(QPushButton) if button.isVisible()), None)

    def _tile(self, title: str, to: str) -> QLabel:
        """A figure over its name; the name leads to the page."""
        frame = QFrame(self)
        frame.setProperty("role", "card")
        column = QVBoxLayout(frame)
        column.setContentsMargins(STEP * 2 - _INDENT, STEP, STEP, STEP // 2)
        column.setSpacing(0)
        figure = QLabel("–", frame)
        figure.setContentsMargins(_INDENT, 0, 0, 0)
        figure.setFont(heading_font(20))
        lead = self._lead(title, lambda: self.around.wishes.go_to.emit(to))
        column.addWidget(figure)
        column.addWidget(lead, 0, Qt.AlignmentFlag.AlignLeft)
        self._figures.addWidget(frame, 1)
        return figure

    def _card(self, title: str, grid: QGridLayout, place: int) -> QVBoxLayout:
        holder = QVBoxLayout()
        lines = card(title, self, holder)
        lines.setSpacing(2)
        grid.addLayout(holder, place // 2, place % 2)
        return lines

    def refresh(self, changed: Changed | None) -> None:
        """Read the overview in the background; what is shown stays until it arrives."""
        if self._job:
            self._job.stop()

        def read(job: Job) -> _Read | None:
            if job.stopped():
                return None
            return _Read(self._overviews.now(), self._exchange.summary(), self._requests.waiting())

        self._job = job = self.around.work.run(Lane.READ, read, lambda found: self._show(job, found))

    def _show(self, job: Job, found: _Read | None) -> None:
        if job is not self._job or found is None:
            return
        overview, summary, requests = found
        for name, figure in self._tiles.items():
            figure.setText(f"{getattr(overview, name):,}".replace(",", "."))
        self._fill("Sedute", self._sitting_lines(overview))
        self._fill("Scambio con ALA", self._exchange_lines(summary))
        self._fill("In attesa", [*self._request_lines(requests), *self._waiting_lines(overview, alone=not requests)])
        self._fill("Schede lasciate a metà", self._draft_lines(overview))

    def _fill(self, title: str, lines: list[QWidget]) -> None:
        body = self._cards[title]
        while body.count() > 1:
            if (item := body.takeAt(1)) is not None and (widget := item.widget()):
                widget.deleteLater()
        for line in lines:
            if isinstance(line, QLabel):
                body.addWidget(line)
            else:
                body.addWidget(line, 0, Qt.AlignmentFlag.AlignLeft)
        body.addStretch(1)  # cards of one row are of one height, whatever stands in them

    def _sitting_lines(self, overview: Overview) -> list[QWidget]:
        if not overview.sittings:
            return [self._calm("Nessuna seduta aperta."), self._lead("Prepara una seduta", self._to("sittings"))]
        states = self.around.desk.catalog["sitting"].fields["state"].kind
        lines: list[QWidget] = []
        for one in overview.sittings:
            day = show_date(one.held_on) if one.held_on else "senza data"
            lines.append(
                self._lead(
                    f"{day} · {one.commission} · {states.show(one.state)}",
                    lambda one=one: self.around.wishes.open_record.emit("sitting", one.id),
                )
            )
        return lines

    def _exchange_lines(self, summary: Summary) -> list[QWidget]:
        lines: list[QWidget] = [
            self._calm(part) for part in exchange_text(summary, self.around.desk.clock.now()).split(" · ")
        ]
        word = "Decidi sui dati discordanti" if summary.discordant else "Vai allo scambio con ALA"
        return [*lines, self._lead(word, self._to("exchange"))]

    def _request_lines(self, requests: list[Request]) -> list[QWidget]:
        """What ALA answered or took; on ALA's own PC what the comuni ask, by the day that an answer is due."""
        agency, lines = self._requests.agency, list[QWidget]()
        for one in requests[:_REQUESTS]:
            text = request_wording.asked(one) if agency else request_wording.came(one)
            lines.append(self._lead(text, lambda one=one: self.around.wishes.open_record.emit(KIND, one.id)))
        more = len(requests) - _REQUESTS
        if more > 0:
            lines.append(self._lead(counted(more, "altra richiesta", "altre richieste"), self._to("requests")))
        return lines

    def _waiting_lines(self, overview: Overview, *, alone: bool) -> list[QWidget]:
        if not alone and not overview.pending:
            return []
        if overview.empty and not self._requests.agency:
            return [
                self._calm("L'archivio è ancora vuoto. I registri dell'ufficio si possono importare così come sono."),
                self._lead("Importa un registro", lambda: self.around.wishes.import_register.emit("")),
            ]
        twice = self._duplicate_lines(overview)
        if not overview.pending:
            return [self._calm("Nessuna domanda in attesa di esito."), *twice]
        text = counted(overview.pending, "domanda in attesa di esito", "domande in attesa di esito")
        return [self._lead(text, self._to("applications")), *twice]

    def _duplicate_lines(self, overview: Overview) -> list[QWidget]:
        lines: list[QWidget] = []
        for kind, count in overview.duplicates.items():
            plural = self.around.desk.catalog[kind].plural.lower()
            text = f"{counted(count, 'possibile duplicato', 'possibili duplicati')} fra {_ARTICLES[kind]} {plural}"
            lines.append(self._lead(text, lambda kind=kind: self.around.wishes.duplicates.emit(kind)))
        return lines

    def _draft_lines(self, overview: Overview) -> list[QWidget]:
        if not overview.drafts:
            return [self._calm("Nessuna: tutto quello che è stato scritto è salvato.")]
        lines: list[QWidget] = []
        for one in overview.drafts:
            label = self.around.desk.catalog[one.kind].label
            name = label if one.name == label else f"{label}: {one.name}"
            what = f"{name} · invio da correggere" if one.correction is not None else name
            lines.append(self._lead(f"{what} · {local_day_and_time(one.at)}", lambda one=one: self._resume(one)))
        more = overview.drafts_in_all - len(overview.drafts)
        return [*lines, self._calm(f"e altre {more}")] if more else lines

    def _resume(self, draft: DraftNote) -> None:
        """Go on where the form was left: on the record's page, or where a refused save is corrected."""
        if draft.correction is None:
            self.around.wishes.open_record.emit(draft.kind, draft.id)
        else:
            self.around.wishes.correct.emit(draft.correction)

    def _to(self, page: str) -> Callable[[], None]:
        return lambda: self.around.wishes.go_to.emit(page)

    def _calm(self, text: str) -> QLabel:
        label = QLabel(text, self)
        label.setWordWrap(True)
        label.setProperty("role", "muted")
        label.setContentsMargins(_INDENT, 0, 0, 0)
        return label

    def _lead(self, text: str, go: Callable[[], None]) -> QPushButton:
        button = QPushButton(text, self)
        button.setProperty("link", "true")
        button.clicked.connect(lambda _=False: go())
        return button


_TILES = (
    ("units", "Alloggi", "units"),
    ("vacant", "Alloggi liberi", "units"),
    ("households", "Nuclei familiari", "people"),
    ("people", "Persone", "people"),
    ("applications", "Domande", "applications"),
)
_ARTICLES = {
    "person": "le", "housing_unit": "gli", "building": "i", "housing_application": "le", "intervention": "gli",
}  # fmt: skip
_CARDS = ("Sedute", "In attesa", "Scambio con ALA", "Schede lasciate a metà")
