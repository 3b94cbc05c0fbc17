"""The head of the page: the big button, how this PC stands with ALA, and an exchange while it runs.

On a PC without a network the button asks for the exchange by file, which has a dialog of its own.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ala_desktop.core.errors import Mendable
from ala_desktop.services.sharing.exchange import Advance, Exchange, Report
from ala_desktop.services.sharing.exchange_state import Summary
from ala_desktop.sync.complaints import Away
from ala_desktop.ui.message import MessageStrip
from ala_desktop.ui.page import Surroundings
from ala_desktop.ui.pages.exchange import wording
from ala_desktop.ui.theme import STEP
from ala_desktop.ui.work import Job, Lane

_ANY = 2**53
_NOW = ("Scambia ora", "Ctrl+E: riceve le novità e invia ciò che aspetta")
_BY_FILE = ("Scambia per file…", "Ctrl+E: prepara un file per ALA, o ne legge la risposta")


class ExchangeBand(QWidget):
    """Starts an exchange, shows how far it is, lets it be stopped, and says how it went.

    Signals:
        ended(): an exchange is over, however it went.
        by_file(): this PC has no network; an exchange by file is wanted.

    Attributes:
        report: what the last exchange did; None before the first, or when it did not succeed.
    """

    ended = Signal()
    by_file = Signal()
    _advanced = Signal(str, int, int)

    def __init__(self, around: Surroundings, exchange: Exchange, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._around, self._exchange = around, exchange
        self._job: Job | None = None
        self._summary: Summary | None = None
        self._left = _ANY  # what waited after the exchange that `report` tells of; once more waits, that is told first
        self.report: Report | None = None
        self._told = ""  # what it did, in words
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        column.addWidget(self._card())
        self.strip = MessageStrip(self)
        column.addWidget(self.strip)
        self._advanced.connect(self._show_advance, Qt.ConnectionType.QueuedConnection)
        self._show_running(running=False)

    def _card(self) -> QFrame:
        frame = QFrame(self)
        frame.setProperty("role", "card")
        row = QHBoxLayout(frame)
        row.setContentsMargins(STEP * 2, STEP * 2, STEP * 2, STEP * 2)
        row.setSpacing(STEP * 3)
        self.go = QPushButton(_NOW[0], frame)
        self.go.setAutoDefault(True)
        self.go.setProperty("main", "true")
        self.go.setToolTip(_NOW[1])
        large = self.go.font()
        large.setPointSize(12)
        self.go.setFont(large)
        self.go.setMinimumSize(176, 48)
        self.go.clicked.connect(self.start)
        row.addWidget(self.go)
        words = QVBoxLayout()
        words.setSpacing(2)
        self.headline = QLabel(frame)
        bold = self.headline.font()
        bold.setBold(True)
        self.headline.setFont(bold)
        self.headline.setWordWrap(True)
        self.detail = QLabel(frame)
        self.detail.setProperty("role", "muted")
        for label in (self.headline, self.detail):
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            words.addWidget(label)
        row.addLayout(words, 1)
        self.bar = QProgressBar(frame)
        self.bar.setFixedWidth(240)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Avanzamento dello scambio")
        self.stop = QPushButton("Ferma", frame)
        self.stop.setAutoDefault(True)
        self.stop.clicked.connect(self._stop)
        row.addWidget(self.bar)
        row.addWidget(self.stop)
        return frame

    @property
    def running(self) -> bool:
        """Whether an exchange is under way."""
        return self._job is not None

    def show_summary(self, summary: Summary) -> None:
        """How this PC stands with ALA; while an exchange runs, its progress is shown instead."""
        self._summary = summary
        text, tip = _BY_FILE if summary.by_file else _NOW
        self.go.setText(text)
        self.go.setToolTip(tip)
        if self.running:
            return
        last, standing = wording.last(summary, self._around.desk.clock.now()), wording.standing(summary)
        self._left = min(self._left, summary.to_send)
        if self.report and summary.to_send <= self._left:
            self._say(self._told, f"{last} · {standing}")
        elif summary.last_exchange is None and not summary.to_send:
            self._say(last, standing)
        else:
            self._say(standing, last)

    def _say(self, headline: str, detail: str) -> None:
        self.headline.setText(headline)
        self.detail.setText(detail)

    def start(self) -> None:
        """Exchange now, on the network's thread; a second press while it runs does nothing."""
        if self._summary and self._summary.by_file:
            self.by_file.emit()
            return
        if self.running:
            return
        self.report, self._left = None, _ANY
        self.strip.clear()
        exchange = self._exchange

        def run(job: Job) -> Report:
            def tell(advance: Advance) -> None:
                self._advanced.emit(*advance)
                job.progress(advance.done, advance.total)

            return exchange.round(tell, job.stopped)

        self._job = self._around.work.run(Lane.NETWORK, run, self._done, self._failed, label="Scambio con ALA")
        self._job.ended.connect(self._over)
        self._show_running(running=True)
        self._say("Scambio in corso", "Si può continuare a lavorare nelle altre pagine.")

    def _show_running(self, *, running: bool) -> None:
        before, after = (self.go, self.stop) if running else (self.stop, self.go)
        after.setEnabled(True)
        self.stop.setVisible(True)
        if before.hasFocus():
            after.setFocus()  # whoever pressed the one has the other at hand
        before.setEnabled(False)
        self.stop.setVisible(running)
        self.bar.setVisible(running)
        self.bar.setRange(0, 0)

    def _show_advance(self, phase: str, done: int, total: int) -> None:
        if self.running and self.stop.isEnabled():
            self.detail.setText(wording.advance(phase, done, total))
            self.bar.setRange(0, total)
            self.bar.setValue(done)

    def _stop(self) -> None:
        if self._job:
            self._job.stop()
            self.stop.setEnabled(False)
            self.detail.setText("Si ferma appena possibile…")

    def _over(self) -> None:
        self._job = None
        self._show_running(running=False)
        if self.report:
            self._say(self._told, "")  # the summary that is at hand is from before
        elif self._summary:
            self.show_summary(self._summary)

    def _done(self, report: Report) -> None:
        self.report, self._told = report, wording.outcome(report)
        self.ended.emit()

    def tell_answer(self, report: Report) -> None:
        """An answer that came by file was read."""
        self.strip.clear()
        self.report, self._told, self._left = report, wording.answer(report), _ANY

    def _failed(self, problem: Mendable) -> None:
        self.strip.tell(problem.title, problem.cause, problem.next_step, grave=not isinstance(problem, Away))
        self.ended.emit()
