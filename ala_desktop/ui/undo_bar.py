"""A strip that offers to take a deletion back, until the next one or until it is closed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from ala_desktop.services.row import Row
from ala_desktop.ui.theme import STEP


class UndoBar(QFrame):
    """`Scheda eliminata. Ripristina`.

    Signals:
        restore(object): the rows to restore.
    """

    restore = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "notice")
        self._rows: list[Row] = []
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

    def offer(self, rows: Sequence[Row], told: str) -> None:
        """Offer to restore these rows; `told` says what happened to them."""
        self._rows = list(rows)
        self.text.setText(told)
        self.show()

    def press(self) -> None:
        """Take the deletion back, once."""
        if self._rows and self.isVisible():
            rows, self._rows = self._rows, []
            self.hide()
            self.restore.emit(rows)
