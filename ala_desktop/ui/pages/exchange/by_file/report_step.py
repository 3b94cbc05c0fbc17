"""Last step: what came with ALA's answer, and what remains to be done."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from ala_desktop.services.sharing.exchange import Report
from ala_desktop.services.sharing.exchange_state import Summary
from ala_desktop.ui.pages.exchange.wording import brought, notes
from ala_desktop.ui.phrases import counted
from ala_desktop.ui.theme import STEP, heading_font


class ReportStep(QWidget):
    """The account of an answer."""

    def __init__(self) -> None:
        super().__init__()
        self.title, self.lines = QLabel(self), QLabel(self)
        self.title.setFont(heading_font(14))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        for label in (self.title, self.lines):
            label.setWordWrap(True)
            column.addWidget(label)
        column.addStretch(1)

    def show_report(self, report: Report, summary: Summary) -> None:
        """What was read, and how this PC stands with ALA now."""
        self.title.setText("Lettura fermata" if report.stopped else "Risposta di ALA letta")
        came = brought(report)
        lines = [f"{came[0].upper()}{came[1:]}.", *notes(report)]
        if report.stopped:
            lines.append("Leggere di nuovo lo stesso file completa la lettura: quanto è già arrivato resta.")
        if report.rejected:
            lines.append("Quanto è da correggere si trova nella scheda «Da correggere», con il suo motivo.")
        if summary.discordant:
            waits = counted(summary.discordant, "dato discordante aspetta", "dati discordanti aspettano")
            lines.append(f"{waits} una scelta nella scheda «Dati discordanti».")
        if summary.to_send and not report.stopped:
            waits = counted(summary.to_send, "modifica resta", "modifiche restano")
            lines.append(f"{waits} da inviare: partono con il prossimo file per ALA.")
        self.lines.setText("\n".join(lines))
