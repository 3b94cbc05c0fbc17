"""A line of text that gives way where room is scarce: it ends in an ellipsis then, and the tip says it all."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

_LEAST = 48
"""Pixels that remain of a text, whatever the room."""


class ElidedLabel(QLabel):
    """One line. `text()` is what is shown; `whole` is all of it."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._yielding, self._tail = "", ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.put(text)

    @property
    def whole(self) -> str:
        """All of the text."""
        return self._yielding + self._tail

    def setText(self, text: str) -> None:
        """Show a text; its end gives way."""
        self.put(text)

    def put(self, text: str, tail: str = "") -> None:
        """Show a text of which the end gives way, and behind it a tail that always stays."""
        self._yielding, self._tail = text, tail
        self._fit()
        self.updateGeometry()

    def _fit(self) -> None:
        metrics = self.fontMetrics()
        room = max(self.contentsRect().width() - metrics.horizontalAdvance(self._tail), _LEAST)
        shown = metrics.elidedText(self._yielding, Qt.TextElideMode.ElideRight, room) + self._tail
        if shown != self.text():
            super().setText(shown)
        hidden = "" if shown == self.whole else self.whole
        self.setToolTip(hidden)
        self.setAccessibleName(hidden)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width holds more or less."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """So does another font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def sizeHint(self) -> QSize:
        """Room for all of it."""
        margins = self.contentsMargins()
        wide = self.fontMetrics().horizontalAdvance(self.whole) + margins.left() + margins.right() + 1
        return QSize(wide, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """It gives way nearly to nothing."""
        return QSize(min(self.sizeHint().width(), _LEAST), super().minimumSizeHint().height())
