"""The import of a register from beginning to end, in one dialog: choose, preview, run, account."""

from __future__ import annotations

from pathlib import Path

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

from ala_desktop.core.errors import Mendable
from ala_desktop.services.registers.importing import Importing
from ala_desktop.services.registers.preview import PastImport, Preview
from ala_desktop.services.registers.report import ImportReport
from ala_desktop.services.registers.undo import UndoReport
from ala_desktop.ui.ask import confirm
from ala_desktop.ui.files import ask_save
from ala_desktop.ui.importing.choose_step import REGISTERS, ChooseStep
from ala_desktop.ui.importing.preview_step import PreviewStep
from ala_desktop.ui.importing.report_step import ReportStep
from ala_desktop.ui.page import Surroundings
from ala_desktop.ui.phrases import counted
from ala_desktop.ui.theme import STEP, heading_font
from ala_desktop.ui.work import Job, Lane


class ImportDialog(QDialog):
    """Brings a register in. Nothing is written before the preview was seen and "Importa" pressed."""

    def __init__(self, around: Surroundings, kind: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._around, self._importing = around, Importing(around.desk)
        self._preview: Preview | None = None
        self._job: Job | None = None
        self.setWindowTitle("Importa un registro")
        self.choose, self.preview, self.report = ChooseStep(self._importing, kind), PreviewStep(), ReportStep()
        self.stack = QStackedWidget(self)
        for step in (self.choose, self.preview, self.report):
            self.stack.addWidget(step)
        title = QLabel("Importa un registro", self)
        title.setFont(heading_font(17))
        column = QVBoxLayout(self)
        column.setContentsMargins(STEP * 3, STEP * 2, STEP * 3, STEP * 2)
        column.setSpacing(STEP)
        column.addWidget(title)
        column.addWidget(self.stack, 1)
        column.addLayout(self._foot())
        self.choose.chosen.connect(self._judge)
        self.choose.undo.connect(self._ask_undo)
        self.preview.apply.toggled.connect(lambda _: self._judge())
        self.report.save.clicked.connect(self._ask_where)
        self.resize(1080, 640)
        self._show(self.choose)

    def _foot(self) -> QHBoxLayout:
        self.busy, self.bar = QLabel(self), QProgressBar(self)
        self.bar.setFixedWidth(220)
        self.bar.setTextVisible(False)
        self.halt = QPushButton("Ferma", self)
        self.halt.clicked.connect(self._stop)
        self.back = QPushButton("Indietro", self)
        self.back.clicked.connect(lambda: self._show(self.choose))
        self.leave = QPushButton("Chiudi", self)
        self.leave.clicked.connect(self.reject)
        self.onward = QPushButton(self)
        self.onward.setProperty("main", "true")
        self.onward.clicked.connect(self.go_on)
        row = QHBoxLayout()
        row.setSpacing(STEP)
        for widget in (self.busy, self.bar, self.halt):
            row.addWidget(widget)
        row.addStretch(1)
        for widget in (self.back, self.leave, self.onward):
            row.addWidget(widget)
        self.onward.setDefault(True)
        return row

    def _show(self, step: QWidget) -> None:
        self.stack.setCurrentWidget(step)
        if step is self.choose:
            self.choose.show_history()
        self._judge()

    def _judge(self) -> None:
        """Buttons say what can be done now."""
        step, busy = self.stack.currentWidget(), self._job is not None
        self.back.setVisible(step is not self.choose and not busy)
        self.leave.setEnabled(not busy)
        self.onward.setVisible(step is not self.report)
        for widget in (self.busy, self.bar, self.halt):
            widget.setVisible(busy)
        if step is self.choose:
            self.onward.setText("Mostra l'anteprima")
            self.onward.setEnabled(self.choose.path is not None and not busy)
        elif self._preview is not None:
            rows = self._rows(self._preview)
            self.onward.setText(f"Importa {counted(rows, 'riga', 'righe')}")
            self.onward.setEnabled(rows > 0 and not busy)

    def _rows(self, preview: Preview) -> int:
        """Rows that would write something; those that differ from the store do so only with consent."""
        report = preview.report
        differing = len({difference.line for difference in report.differences})
        return report.taken + report.with_warnings - (0 if self.preview.accepted else differing)

    def go_on(self) -> None:
        """From the file to its preview, from the preview to the import."""
        if self._job is not None:
            return
        if self.stack.currentWidget() is self.choose:
            self._read()
        elif self._preview is not None:
            self._run(self._preview)

    def _read(self) -> None:
        kind, path = self.choose.kind, self.choose.path
        if path is None:
            return
        self.choose.strip.clear()
        self._begin("Lettura del registro…")
        task = self._importing.preview
        self._job = self._around.work.run(Lane.READ, lambda _: task(kind, path), self._read_done, self._refused)
        self._judge()

    def _read_done(self, preview: Preview) -> None:
        self._job, self._preview = None, preview
        self.preview.show_preview(preview)
        self._show(self.preview)
        self.preview.table.setFocus()  # where a second Enter does nothing: the preview is there to be seen

    def _run(self, preview: Preview) -> None:
        importing, accept = self._importing, self.preview.accepted

        def task(job: Job) -> ImportReport:
            return importing.run(preview, accept_changes=accept, progress=job.progress, stop=job.stopped)

        self._begin("Importazione…")
        self._job = job = self._around.work.run(Lane.WRITE, task, self._ran, self._refused)
        job.progressed.connect(self._progressed)
        self._judge()

    def _ran(self, report: ImportReport) -> None:
        self._job = None
        self.report.show_report(report)
        self._show(self.report)
        rows = counted(report.taken + report.with_warnings, "riga importata", "righe importate")
        self._around.wishes.say.emit(f"{REGISTERS[report.kind]}: {rows}")

    def _ask_undo(self, past: PastImport) -> None:
        if confirm(
            self,
            "Annulla importazione",
            f"Vengono tolte le schede portate da «{past.file}». Quelle modificate dopo restano, e vengono elencate.",
            "Annulla importazione",
            "Lascia com'è",
        ):
            self.take_back(past.import_id)

    def take_back(self, import_id: str) -> None:
        """Undo an import."""
        importing = self._importing
        self._begin("Annullamento dell'importazione…")
        self._job = job = self._around.work.run(
            Lane.WRITE,
            lambda job: importing.undo(import_id, progress=job.progress, stop=job.stopped),
            self._undone,
            self._refused,
        )
        job.progressed.connect(self._progressed)
        self._judge()

    def _undone(self, report: UndoReport) -> None:
        self._job = None
        self.report.show_undo(report)
        self._show(self.report)

    def _begin(self, text: str) -> None:
        self.busy.setText(text)
        self.bar.setRange(0, 0)
        self.halt.setEnabled(True)

    def _progressed(self, done: int, total: int) -> None:
        self.bar.setRange(0, total)
        self.bar.setValue(done)

    def _stop(self) -> None:
        if self._job:
            self._job.stop()
            self.halt.setEnabled(False)
            self.busy.setText("Si ferma appena possibile…")

    def _refused(self, problem: Mendable) -> None:
        self._job = None
        step = self.stack.currentWidget()
        strip = self.choose.strip if step is self.choose else self.preview.strip
        strip.tell(problem.title, problem.cause, problem.next_step)
        self._judge()

    def _ask_where(self) -> None:
        chosen = ask_save(self, "Salva le righe rifiutate", "righe-rifiutate.csv", "Fogli CSV (*.csv)")
        if chosen:
            self.save_refused(chosen)

    def save_refused(self, target: Path) -> None:
        """Write the refused rows with their reasons."""
        if self._preview is None:
            return
        try:
            count = self._importing.write_refused(self._preview, target)
        except Mendable as problem:
            self.report.strip.tell(problem.title, problem.cause, problem.next_step)
            return
        self.report.strip.tell(
            f"{counted(count, 'riga salvata', 'righe salvate')} in {target.name}",
            "Correggere le righe nel file e importarlo come il primo: quelle già prese non si ripetono.",
            grave=False,
        )

    def reject(self) -> None:
        """Closing waits for what is under way."""
        if self._job is None:
            super().reject()
