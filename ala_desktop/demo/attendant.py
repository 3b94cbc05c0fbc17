"""Answers the windows that ask something while the program waits for them, and notices those that nobody expected.

A dialog of the program runs its own event loop inside the click that opened it; so its answer is prepared before.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QMessageBox,
    QPlainTextEdit,
    QWidget,
)

from ala_desktop.demo.trouble import DemoFailed

_LOOK = 5
"""Milliseconds between two looks at the screen."""

_ATTENDED = "attended"

Act = Callable[[Any], object]


class Attendant(QObject):
    """Stands by. What goes wrong in an answer is kept and raised where the hands are (`check`)."""

    def __init__(self) -> None:
        super().__init__()
        self._expected: deque[tuple[type[QWidget], Act]] = deque()
        self._failure: BaseException | None = None
        self._timer = QTimer(self, interval=_LOOK)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def expect(self, kind: type[QWidget], act: Act) -> None:
        """Prepare the answer to the next window of this kind."""
        self._expected.append((kind, act))

    def expect_file(self, path: object) -> None:
        """Prepare the answer to the next window that asks for a file."""
        self.expect(QFileDialog, lambda dialog: _answer_file(dialog, str(path)))

    def check(self) -> None:
        """Raise what went wrong in an answer, once."""
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure

    def leave(self) -> None:
        """Look no more. Its timer ends here, on the window's thread, and not wherever its memory is given back."""
        self._timer.stop()
        self.deleteLater()

    def finished(self) -> None:
        """Every window that was expected has come.

        Raises:
            DemoFailed: one has not.
        """
        self.check()
        if self._expected:
            raise DemoFailed(f"non si è aperta la finestra {self._expected[0][0].__name__}")

    def _look(self) -> None:
        asking = self._menu() or QApplication.activeModalWidget()
        if asking is None or asking.property(_ATTENDED) or not asking.isVisible():
            return
        asking.setProperty(_ATTENDED, True)  # noqa: FBT003 - Qt's own way
        QTimer.singleShot(0, lambda: self._attend(asking))  # this timer must go on looking while the answer is given

    def _menu(self) -> QWidget | None:
        """A menu that is open and expected; lists that open under a field are the hands' own business."""
        popup = QApplication.activePopupWidget()
        wanted = bool(self._expected) and self._expected[0][0] is QMenu
        return popup if wanted and isinstance(popup, QMenu) else None

    def _attend(self, asking: QWidget) -> None:
        try:
            if not self._expected or not isinstance(asking, self._expected[0][0]):
                raise DemoFailed(f"si è aperta una finestra che nessuno aspettava: {_told(asking)}")
            _, act = self._expected.popleft()
            act(asking)
            if isinstance(asking, QMenu):
                asking.setProperty(_ATTENDED, None)  # the same menu opens again
        except BaseException as fault:  # noqa: BLE001 - raised again by `check`, outside the event loop
            self._failure = self._failure or fault
            self._expected.clear()
            for window in QApplication.topLevelWidgets():
                if window.isVisible() and isinstance(window, QDialog):
                    window.done(0)
                elif window.isVisible() and isinstance(window, QMenu):
                    window.close()


def _answer_file(dialog: QFileDialog, path: str) -> None:
    line = dialog.findChild(QLineEdit, "fileNameEdit")
    if line is None:
        raise DemoFailed("la finestra dei file non ha dove scrivere il nome")
    line.setText(path)
    dialog.accept()


def _told(window: QWidget) -> str:
    """What a window says, for the account of what went wrong."""
    parts = [window.windowTitle()]
    if isinstance(window, QMessageBox):
        parts += [window.text(), window.informativeText()]
    else:
        parts += [label.text() for label in window.findChildren(QLabel) if label.isVisible()]
        parts += [text.toPlainText() for text in window.findChildren(QPlainTextEdit) if text.isReadOnly()]
    return " / ".join(" ".join(part.split()) for part in parts if part.strip())
