"""The exchange by file from beginning to end: write a file for ALA, carry it, read the answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from ala_desktop.core.errors import Mendable
from ala_desktop.services.sharing.exchange import Advance, Report
from ala_desktop.services.sharing.exchange_state import ExchangeState, Summary
from ala_desktop.services.sharing.file_exchange import FileExchange, Letter
from ala_desktop.ui.files import LastFolder, ask_open_several, ask_save
from ala_desktop.ui.page import Surroundings
from ala_desktop.ui.pages.exchange import wording
from ala_desktop.ui.pages.exchange.by_file.report_step import ReportStep
from ala_desktop.ui.pages.exchange.by_file.start_step import StartStep
from ala_desktop.ui.pages.exchange.by_file.written_step import WrittenStep
from ala_desktop.ui.theme import STEP, heading_font
from ala_desktop.ui.work import Job, Lane

_Done = TypeVar("_Done")
_SIZE = (760, 620)


class FileDialog(QDialog):
    """Writes files for ALA and reads its answers, one after the other until it is closed.

    Signals:
        changed(): how this PC stands with ALA may have changed.
        answered(object): an answer was read; its `Report`.
    """

    changed = Signal()
    answered = Signal(object)
    _advanced = Signal(str, int, int)

    def __init__(
        self, around: Surroundings, files: FileExchange, folder: LastFolder, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._around, self._files, self._folder = around, files, folder
        self._state = ExchangeState(around.desk)
        self._job: Job | None = None
        self.setWindowTitle("Scambia per file")
        self.start, self.written, self.outcome = StartStep(), WrittenStep(), ReportStep()
        self.stack = QStackedWidget(self)
        for step in (self.start, self.written, self.outcome):
            self.stack.addWidget(step)
        title = QLabel("Scambia per file", self)
        title.setFont(heading_font(17))
        column = QVBoxLayout(self)
        column.setContentsMargins(STEP * 3, STEP * 2, STEP * 3, STEP * 2)
        column.setSpacing(STEP)
        column.addWidget(title)
        column.addWidget(self.stack, 1)
        column.addLayout(self._foot())
        self.start.write.connect(self._choose_target)
        self.start.read.connect(self._choose_answer)
        self._advanced.connect(self._show_advance, Qt.ConnectionType.QueuedConnection)
        self.setMinimumSize(*_SIZE)  # a minimum of its own: else long messages would make it grow past small screens
        self._judge()
        self.begin()

    def _foot(self) -> QHBoxLayout:
        self.busy, self.bar = QLabel(self), QProgressBar(self)
        self.bar.setFixedWidth(160)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Avanzamento della lettura")
        self.halt = QPushButton("Ferma", self)
        self.halt.clicked.connect(self._stop)
        self.back = QPushButton("Indietro", self)
        self.back.clicked.connect(self.begin)
        self.leave = QPushButton("Chiudi", self)
        self.leave.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.setSpacing(STEP)
        for widget in (self.busy, self.bar, self.halt):
            row.addWidget(widget)
        row.addStretch(1)
        for widget in (self.back, self.leave):
            row.addWidget(widget)
        return row

    def _judge(self) -> None:
        """Buttons say what can be done now."""
        busy, first = self._job is not None, self.stack.currentWidget() is self.start
        for widget in (self.busy, self.bar, self.halt):
            widget.setVisible(busy)
        self.halt.setEnabled(True)
        self.back.setVisible(not first and not busy)
        self.leave.setEnabled(not busy)
        self.start.setEnabled(not busy)

    def begin(self) -> None:
        """Go to the first step, with what is so now."""
        self.start.strip.clear()
        self.stack.setCurrentWidget(self.start)
        self._judge()
        self._look(self.start.show_summary)

    def _look(self, show: Callable[[Summary], None]) -> None:
        state = self._state

        def shown(summary: Summary) -> None:
            if isValid(self):  # else closed meanwhile
                show(summary)

        self._around.work.run(Lane.READ, lambda _: state.summary(), shown)

    # --- writing ---------------------------------------------------------------------------------------------------

    def _choose_target(self) -> None:
        desk = self._around.desk
        suggested = wording.file_name("ala", desk.comune_name, desk.clock.today())
        if target := ask_save(self, "Dove scrivere il file per ALA", suggested, wording.ALA_FILES, self._folder):
            self.write_to(target)

    def write_to(self, target: Path) -> None:
        """Write what waits into a file, or into parts beside it."""
        files, most = self._files, self.start.most
        self._run("Scrittura del file per ALA…", lambda _: files.write(target, most), self._wrote, stoppable=False)

    def _wrote(self, letter: Letter) -> None:
        self.written.show_letter(letter, by_mail=self.start.by_mail.isChecked())
        self._step_to(self.written)
        self._around.wishes.say.emit("File per ALA scritto")

    # --- reading ---------------------------------------------------------------------------------------------------

    def _choose_answer(self) -> None:
        if chosen := ask_open_several(self, "Scegli la risposta di ALA", wording.ALA_FILES, self._folder):
            self.read_files(chosen)

    def read_files(self, chosen: Sequence[Path]) -> None:
        """Read an answer of ALA: its file, or some of its parts."""
        files = self._files

        def read(job: Job) -> Report:
            def tell(advance: Advance) -> None:
                self._advanced.emit(*advance)

            return files.read(chosen, tell, job.stopped)

        self._run("Lettura della risposta di ALA…", read, self._has_read, stoppable=True)

    def _has_read(self, report: Report) -> None:
        self.answered.emit(report)
        self._around.wishes.say.emit(wording.answer(report))
        self._look(lambda summary: self._account(report, summary))

    def _account(self, report: Report, summary: Summary) -> None:
        self.outcome.show_report(report, summary)
        self._step_to(self.outcome)

    # --- what runs -------------------------------------------------------------------------------------------------

    def _run(self, told: str, task: Callable[[Job], _Done], done: Callable[[_Done], Any], *, stoppable: bool) -> None:
        if self._job:
            return

        def follow(result: _Done) -> None:
            done(result)
            self.changed.emit()

        self.start.strip.clear()
        self.busy.setText(told)
        self.bar.setRange(0, 0)
        self._job = self._around.work.run(Lane.NETWORK, task, follow, self._refused)
        self._job.ended.connect(self._over)
        self._judge()
        self.halt.setVisible(stoppable)
        if stoppable:
            self.halt.setFocus()

    def _over(self) -> None:
        self._job = None
        self._judge()

    def _show_advance(self, phase: str, done: int, total: int) -> None:
        if self._job and not self._job.stopped():
            self.busy.setText(wording.advance(phase, done, total))
            self.bar.setRange(0, total)
            self.bar.setValue(done)

    def _stop(self) -> None:
        if self._job:
            self._job.stop()
            self.halt.setEnabled(False)
            self.busy.setText("Si ferma appena possibile…")

    def _step_to(self, step: QWidget) -> None:
        self.stack.setCurrentWidget(step)
        self._judge()
        self.leave.setDefault(True)
        self.leave.setFocus()

    def _refused(self, problem: Mendable) -> None:
        self.start.strip.tell(problem.title, problem.cause, problem.next_step)
        self.stack.setCurrentWidget(self.start)
        self._judge()
        self._look(self.start.show_summary)
        self.changed.emit()

    def reject(self) -> None:
        """Closing waits for what is under way."""
        if self._job is None:
            super().reject()
