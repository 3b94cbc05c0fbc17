"""When nobody uses the window: the moment for work that nobody waits for, as checking the store."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QWindow

from ala_desktop.ui.work import Work

_MILLISECONDS = 120_000
_USE = {
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
}


class Quiet(QObject):
    """Watches one window.

    It listens to the native window, which hears of each key and each move of the mouse once; a filter on the whole
    application would be asked about every event of every widget.

    Signals:
        came(): for two minutes nobody has used the window, and nothing runs in the background; once, until it is used
            again.
    """

    came = Signal()

    def __init__(self, work: Work, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self.timer = QTimer(self, singleShot=True, interval=_MILLISECONDS)
        self.timer.timeout.connect(self._passed)

    def watch(self, window: QWindow) -> None:
        """Begin to watch a window, which is used just now."""
        window.removeEventFilter(self)
        window.installEventFilter(self)
        self.timer.start()

    def eventFilter(self, _: QObject, event: QEvent) -> bool:
        if event.type() in _USE:
            self.timer.start()
        return False

    def _passed(self) -> None:
        if self._work.pending:
            self.timer.start()
        else:
            self.came.emit()
