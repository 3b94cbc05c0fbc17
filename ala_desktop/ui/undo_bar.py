"""A strip that offers to take back what was done just now, until the next one or until it is closed."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from ala_desktop.ui.theme import STEP


class UndoBar(QFrame):
    """`Scheda eliminata. Ripristina`.

    Signals:
        taken_back(object): what was offered.
    """

    taken_back = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "notice")
        self._done: object = None
        row = QHBoxLayout(self)
        row.setContentsMargins(STEP * 2, STEP // 2, STEP, STEP // 2)
        self.text = QLabel(self)
        self.take_back = QPushButton("Ripristina", self)
        self.take_back.setToolTip("Ctrl+Z")
        self.take_back.clicked.connect(self.press)
        close = QPushButton("Chiudi", self)
        close.setProperty("link", "true")
        close.clicked.connect(self.hide)
        row.addWidget(self.text)
        row.addWidget(self.take_back)
        row.addStretch(1)
        row.addWidget(close)
        self.hide()

    def offer(self, done: object, told: str, word: str = "Ripristina") -> None:
        """Offer to take this back; `told` says what was done, `word` stands on the button."""
        self._done = done
        self.text.setText(told)
        self.take_back.setText(word)
        self.show()

    def press(self) -> None:
        """Take it back, once."""
        if self._done is not None and self.isVisible():
            done, self._done = self._done, None
            self.hide()
            self.taken_back.emit(done)
