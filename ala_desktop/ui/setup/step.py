"""What the steps of a set-up have in common: a title, a sentence, fields, and whether one may go on."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from ala_desktop.ui.message import MessageStrip
from ala_desktop.ui.theme import STEP, heading_font


class Step(QWidget):
    """One step.

    Signals:
        changed(): something was typed.

    Attributes:
        onward: what the button that goes on says.
    """

    changed = Signal()
    onward = "Avanti"

    def __init__(self, title: str, about: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        heading = QLabel(title, self)
        heading.setFont(heading_font(17))
        sentence = QLabel(about, self)
        sentence.setWordWrap(True)
        self.strip = MessageStrip(self)
        for widget in (heading, sentence, self.strip):
            column.addWidget(widget)
        column.addSpacing(STEP)
        self.form = QVBoxLayout()
        self.form.setSpacing(STEP // 2)
        column.addLayout(self.form)
        column.addStretch(1)

    def field(self, label: str, widget: QWidget, note: QLabel | None = None) -> None:
        """Add a field under its label, and what is said of it."""
        above = QLabel(label, self)
        above.setBuddy(widget)
        widget.setAccessibleName(label.replace("&", ""))
        self.form.addWidget(above)
        self.form.addWidget(widget)
        if note:
            note.setWordWrap(True)
            note.setProperty("role", "muted")
            self.form.addWidget(note)
        self.form.addSpacing(STEP)

    def enter(self) -> None:
        """The step comes into view."""

    def lacks(self) -> str:
        """What is still to be done before going on, in Italian; empty when nothing is."""
        return ""
