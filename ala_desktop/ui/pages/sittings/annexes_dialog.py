"""The annexes of a sitting, over its screen: what is attached here freezes with the minutes."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ala_desktop.services.sittings.sitting_file import SittingFile
from ala_desktop.ui.editors.base import Means
from ala_desktop.ui.page import Surroundings
from ala_desktop.ui.pages.sittings.session import SittingSession
from ala_desktop.ui.panels.attachments import AttachmentsPanel
from ala_desktop.ui.theme import STEP


class AnnexesDialog(QDialog):
    """The panel «Allegati» of a sitting."""

    def __init__(
        self, around: Surroundings, means: Means, session: SittingSession, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Allegati della seduta")
        self.panel = AttachmentsPanel(around, means)
        column = QVBoxLayout(self)
        column.setContentsMargins(STEP * 2, STEP * 2, STEP * 2, STEP * 2)
        column.setSpacing(STEP)
        column.addWidget(self.panel)
        column.addStretch(1)
        close = QPushButton("Chiudi", self)
        close.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(close)
        column.addLayout(row)
        self.resize(1000, 420)
        session.shown.connect(self._show)
        self._show(session.known)

    def _show(self, file: SittingFile) -> None:
        self.panel.show_row(file.sitting)
        for button in (self.panel.add, self.panel.remove):
            button.setEnabled(button.isEnabled() and not file.approved)
        self.panel.setAcceptDrops(not file.approved)
