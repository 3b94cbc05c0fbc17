"""Last step: what the import did, the refused rows to mend, and the way back."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from ala_desktop.services.registers.report import ImportReport
from ala_desktop.services.registers.undo import UndoReport
from ala_desktop.ui.message import MessageStrip
from ala_desktop.ui.panels.small_table import SmallTable
from ala_desktop.ui.phrases import counted
from ala_desktop.ui.theme import STEP, heading_font


class ReportStep(QWidget):
    """The account of an import, or of its undoing."""

    def __init__(self) -> None:
        super().__init__()
        self.title = QLabel(self)
        self.title.setFont(heading_font(14))
        self.lines = QLabel(self)
        self.lines.setWordWrap(True)
        self.strip = MessageStrip(self)
        self.table = SmallTable("Righe rifiutate", [("Riga", 8), ("Colonna", 20), ("Valore", 26), ("Perché", 50)])
        self.save = QPushButton("Salva le righe rifiutate in un CSV da correggere…", self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        for widget in (self.title, self.lines, self.strip, self.table):
            column.addWidget(widget)
        column.addWidget(self.save, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)

    def show_report(self, report: ImportReport) -> None:
        """What an import did."""
        self.strip.clear()
        self.title.setText("Importazione conclusa" if not report.not_done else "Importazione fermata")
        repeated = sum(one.of is not None for one in report.duplicates)
        texts = [
            counted(report.taken, "riga presa senza avvisi", "righe prese senza avvisi"),
            counted(report.with_warnings, "riga con avvisi", "righe con avvisi"),
            counted(len(report.refused), "riga rifiutata", "righe rifiutate"),
            counted(len(report.duplicates) - repeated, "riga già presente", "righe già presenti"),
        ]
        if repeated:
            texts.append(counted(repeated, "riga ripetuta nel file", "righe ripetute nel file"))
        if report.not_done:
            texts.append(counted(report.not_done, "riga lasciata", "righe lasciate") + " quando è stata fermata")
        self.lines.setText("\n".join(texts))
        self.table.put([(str(one.line), one.column, one.value, one.reason) for one in report.refused])
        self.table.setVisible(bool(report.refused))
        self.save.setVisible(bool(report.refused))

    def show_undo(self, report: UndoReport) -> None:
        """What taking an import back did."""
        self.strip.clear()
        self.title.setText("Importazione annullata" if not report.not_done else "Annullamento fermato a metà")
        texts = [counted(report.removed, "scheda tolta", "schede tolte")]
        if report.restored:
            texts.append(counted(report.restored, "valore rimesso com'era", "valori rimessi com'erano"))
        if report.not_done:
            texts.append(counted(report.not_done, "scheda ancora da togliere", "schede ancora da togliere"))
        if report.left:
            texts.append(counted(len(report.left), "scheda rimane", "schede rimangono") + ", con il motivo accanto:")
        self.lines.setText("\n".join(texts))
        self.table.put([("", one.name, "", one.reason) for one in report.left])
        self.table.setVisible(bool(report.left))
        self.save.hide()
