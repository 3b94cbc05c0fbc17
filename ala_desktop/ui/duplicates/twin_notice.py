"""A notice under a field: somebody registered this already, why it seems so, and what can be done about it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from ala_desktop.services.duplicates import Twin
from ala_desktop.ui.theme import STEP

OPEN, LINK, APART = "Apri", "Collega", "Non è un duplicato"


class TwinNotice(QFrame):
    """One possible twin.

    Signals:
        wanted(str): one of `OPEN`, `LINK`, `APART`.
    """

    wanted = Signal(str)

    def __init__(self, twin: Twin, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.twin = twin
        self.setProperty("role", "notice")
        row = QHBoxLayout(self)
        row.setContentsMargins(STEP + 4, STEP // 2, STEP, STEP // 2)
        row.setSpacing(STEP)
        reason = twin.reason[0].lower() + twin.reason[1:]
        self.text = QLabel(f"Già registrato: {twin.name} – {reason}", self)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setWordWrap(True)
        row.addWidget(self.text, 1)
        self.buttons: dict[str, QPushButton] = {}
        for word, tip in (
            (OPEN, "Mostra la scheda già registrata; quanto scritto qui resta come bozza"),
            (LINK, "Sono la stessa: da qui in poi se ne vede una sola. Si può annullare"),
            (APART, "Sono due schede diverse: non chiederlo più, su nessun PC"),
        ):
            self.buttons[word] = button = QPushButton(word, self)
            button.setProperty("link", "true")
            button.setToolTip(tip)
            button.clicked.connect(lambda _=False, word=word: self.wanted.emit(word))
            row.addWidget(button)
        self.setAccessibleName(self.text.text())

    def announce(self) -> None:
        """Have a screen reader say it."""
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))
