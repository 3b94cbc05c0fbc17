"""The passphrase prompt: the first thing that the clerk sees. It imports next to nothing, so that it paints at once."""

from __future__ import annotations

from PySide6 import QtGui
from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from ala_desktop.ui.keys import press_focused
from ala_desktop.ui.message import MessageStrip
from ala_desktop.ui.theme import STEP, heading_font


class Prompt(QWidget):
    """Asks for the passphrase.

    Signals:
        entered(str): the clerk pressed Enter.
        lost(): the passphrase is lost; the recovery sheet is at hand.
        painted(): the prompt stands on the screen for the first time.
    """

    entered = Signal(str)
    lost = Signal()
    painted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("ALA Desktop")
        self._was_painted = False
        column = QVBoxLayout(self)
        column.setContentsMargins(STEP * 4, STEP * 3, STEP * 4, STEP * 3)
        column.setSpacing(STEP)
        title = QLabel("ALA Desktop", self)
        title.setFont(heading_font(20))
        subtitle = QLabel("Servizi abitativi dell'Ambito di Lodi", self)
        subtitle.setProperty("role", "muted")
        self._field = QLineEdit(self)
        self._field.setEchoMode(QLineEdit.EchoMode.Password)
        self._field.setAccessibleName("Frase d'accesso")
        self._field.returnPressed.connect(self._enter)
        label = QLabel("&Frase d'accesso", self)
        label.setBuddy(self._field)
        self._strip = MessageStrip(self)
        for widget in (title, subtitle):
            column.addWidget(widget)
        column.addSpacing(STEP)
        for widget in (label, self._field, self._strip):
            column.addWidget(widget)
        column.addStretch(1)
        column.addLayout(self._buttons())
        self.resize(480, 300)
        self._field.setFocus()
        QShortcut(QKeySequence("Esc"), self, self.close)  # nothing is open yet

    def _buttons(self) -> QHBoxLayout:
        self._lost = QPushButton("Ho perso la frase d'accesso", self)
        self._lost.setProperty("link", "true")
        self._lost.clicked.connect(self.lost)
        self._open = QPushButton("Apri", self)
        self._open.setProperty("main", "true")
        self._open.clicked.connect(self._enter)
        row = QHBoxLayout()
        row.addWidget(self._lost)
        row.addStretch(1)
        row.addWidget(self._open)
        return row

    def _enter(self) -> None:
        if not self._open.isEnabled():
            return
        if not self._field.text():
            self._strip.tell("Scrivere la frase d'accesso", "Il campo è vuoto.", grave=False)
            return
        self.wait()
        self.entered.emit(self._field.text())

    def wait(self) -> None:
        """Say that the store is being opened; nothing can be pressed meanwhile."""
        self._strip.clear()
        self._open.setText("Apertura…")
        for widget in (self._field, self._open, self._lost):
            widget.setEnabled(False)

    def ready(self) -> None:
        """Take another try."""
        self._open.setText("Apri")
        for widget in (self._field, self._open, self._lost):
            widget.setEnabled(True)

    def tell(self, title: str, cause: str, next_step: str) -> None:
        """Say why the store did not open, and let the clerk try again."""
        self.ready()
        self._strip.tell(title, cause, next_step)
        self.resize(self.width(), max(self.height(), self.heightForWidth(self.width())))
        self._field.selectAll()
        self._field.setFocus()

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        """Enter on a button presses it."""
        if not press_focused(self, event):
            super().keyPressEvent(event)

    def paintEvent(self, event: QtGui.QPaintEvent) -> None:
        """Note the first painting, after which the rest of the program loads."""
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            self.painted.emit()
