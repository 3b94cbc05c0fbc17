"""The status bar: what was just done, work under way, and how this PC stands with ALA."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QStatusBar, QWidget

from ala_desktop.services.sharing.exchange_state import Summary
from ala_desktop.ui.phrases import ago, counted, local_day, unanswered
from ala_desktop.ui.work import Job

_SAID_FOR = 8_000
"""Milliseconds that a short message stays."""

_SOON = 700
"""Milliseconds after which work under way is shown; what is quicker shows nothing."""


def exchange_text(summary: Summary, now: str) -> str:
    """`Ultimo scambio 3 giorni fa · 12 modifiche da inviare · 1 dato discordante` (DOMAIN 12). Offline is no error."""
    if not summary.enrolled:
        parts = ["PC non ancora collegato ad ALA"]
        if summary.asked_to_join:
            parts.append(f"richiesta senza risposta dal {local_day(summary.asked_to_join)}")
    elif summary.last_exchange is None:
        parts = ["Nessuno scambio ancora fatto"]
    else:
        parts = [f"Ultimo scambio {ago(summary.last_exchange, now)}"]
    if summary.to_send:
        parts.append(counted(summary.to_send, "modifica da inviare", "modifiche da inviare"))
    if summary.to_correct:
        parts.append(counted(summary.to_correct, "invio da correggere", "invii da correggere"))
    if summary.discordant:
        parts.append(counted(summary.discordant, "dato discordante", "dati discordanti"))
    if summary.letters_since:
        parts.append(unanswered(summary.letters, summary.letters_since))
    return " · ".join(parts)


class Status(QStatusBar):
    """The bar at the foot of the window."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self._job: Job | None = None
        self.label = QLabel(self)
        self.bar = QProgressBar(self)
        self.bar.setFixedWidth(160)
        self.bar.setTextVisible(False)
        self.stop = QPushButton("Ferma", self)
        self.stop.clicked.connect(self._stop)
        self.exchange = QLabel(self)
        self.exchange.setContentsMargins(8, 0, 8, 0)
        for widget in (self.label, self.bar, self.stop, self.exchange):
            self.addPermanentWidget(widget)
        self._show_job(visible=False)

    def say(self, text: str) -> None:
        """A short sentence that goes by itself."""
        self.showMessage(text, _SAID_FOR)

    def show_exchange(self, summary: Summary, now: str) -> None:
        """How this PC stands with ALA."""
        self.exchange.setText(exchange_text(summary, now))
        self.exchange.setAccessibleName(self.exchange.text())

    def watch(self, job: Job) -> None:
        """Show a job while it runs, if it lasts."""
        self._job = job
        job.progressed.connect(self._progressed)
        job.ended.connect(lambda: self._ended(job))
        QTimer.singleShot(_SOON, self, lambda: self._show_job(visible=self._job is job))

    def _show_job(self, *, visible: bool) -> None:
        if visible and self._job:
            self.label.setText(self._job.label)
            self.stop.setEnabled(not self._job.stopped())
            self.bar.setAccessibleName(self._job.label)
        for widget in (self.label, self.bar, self.stop):
            widget.setVisible(visible)
        self.bar.setRange(0, 0)

    def _progressed(self, done: int, total: int) -> None:
        self.bar.setRange(0, total)
        self.bar.setValue(done)

    def _ended(self, job: Job) -> None:
        if self._job is job:
            self._job = None
            self._show_job(visible=False)

    def _stop(self) -> None:
        if self._job:
            self._job.stop()
            self.stop.setEnabled(False)
            self.label.setText("Si ferma appena possibile…")
