"""A strip that tells what went wrong, why, and what to do now; never by colour alone. Imported by the prompt.

Classes with many enumerations (`Qt`, `QAccessible`) are reached through their modules, when there is something to tell:
naming them costs 40 ms.
"""

from __future__ import annotations

from PySide6 import QtCore, QtGui
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QVBoxLayout, QWidget

from ala_desktop.ui.theme import STEP


class MessageStrip(QFrame):
    """Title, cause and next step under each other; hidden until it has something to say.

    Attributes:
        below: room for buttons that lead to what is to be mended; emptied by the next message.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "trouble")
        column = QVBoxLayout(self)
        column.setContentsMargins(STEP + 4, STEP, STEP + 4, STEP)
        column.setSpacing(2)
        self._lines = [QLabel(self) for _ in range(3)]
        for label in self._lines:
            label.setWordWrap(True)
            label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.MinimumExpanding)
            column.addWidget(label)
        self.below = QVBoxLayout()
        self.below.setSpacing(0)
        column.addLayout(self.below)
        bold = self._lines[0].font()
        bold.setBold(True)
        self._lines[0].setFont(bold)
        self.hide()

    def tell(self, title: str, cause: str = "", next_step: str = "", *, grave: bool = True) -> None:
        """Show a message. A grave one says so in a word, so that it does not depend on its colour."""
        while (item := self.below.takeAt(0)) is not None:
            if widget := item.widget():
                widget.deleteLater()
        self.setProperty("role", "trouble" if grave else "notice")
        self.style().unpolish(self)
        self.style().polish(self)
        for label, text in zip(self._lines, (title, cause, next_step), strict=True):
            label.setText(text)
            label.setTextInteractionFlags(QtCore.Qt.TextInteractionFlag.TextSelectableByMouse)
            label.setVisible(bool(text))
        self.setAccessibleName(". ".join(text for text in (title, cause, next_step) if text))
        self.show()
        alert = QtGui.QAccessibleEvent(self, QtGui.QAccessible.Event.Alert)
        QtGui.QAccessible.updateAccessibility(alert)

    def clear(self) -> None:
        """Say nothing."""
        self.hide()
