"""The one place where errors are shown: those that the clerk can mend, and faults of the program."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ala_desktop.core import report
from ala_desktop.core.errors import Mendable
from ala_desktop.ui.theme import STEP, heading_font


def show_mendable(parent: QWidget | None, problem: Mendable) -> None:
    """Title, cause and next step, and one button."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setWindowTitle("ALA Desktop")
    box.setText(problem.title)
    box.setInformativeText(f"{problem.cause}\n\n{problem.next_step}")
    box.addButton("Ho capito", QMessageBox.ButtonRole.AcceptRole)
    box.exec()


class FaultDialog(QDialog):
    """A fault of the program: what it means for the clerk's work, and a report that names nobody."""

    def __init__(self, fault: BaseException, kept: Path | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("ALA Desktop")
        self._text = report.describe(fault)
        column = QVBoxLayout(self)
        column.setContentsMargins(STEP * 3, STEP * 3, STEP * 3, STEP * 2)
        column.setSpacing(STEP)
        title = QLabel("Il programma ha avuto un guasto", self)
        title.setFont(heading_font(15))
        column.addWidget(title)
        where = f"Il rapporto è anche nel file {kept}." if kept else "Il rapporto non si è potuto scrivere su file."
        for line in (
            "Non dipende da quanto è stato scritto. Ciò che era salvato è al sicuro, e si può continuare a lavorare.",
            f"Inviare il rapporto ad ALA: non contiene dati personali. {where}",
        ):
            label = QLabel(line, self)
            label.setWordWrap(True)
            column.addWidget(label)
        shown = QPlainTextEdit(self._text, self)
        shown.setReadOnly(True)
        shown.setAccessibleName("Rapporto del guasto")
        column.addWidget(shown, 1)
        column.addLayout(self._buttons())
        self.resize(640, 420)

    def _buttons(self) -> QHBoxLayout:
        copy = QPushButton("Copia il rapporto", self)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._text))
        close = QPushButton("Continua a lavorare", self)
        close.setProperty("main", "true")
        close.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(copy)
        row.addWidget(close)
        return row
