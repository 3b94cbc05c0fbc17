"""Enter presses the button that has the focus, as in every dialog; Qt does so in dialogs alone. Imported by the prompt.

Classes with many enumerations are reached through their modules, as in `message`.
"""

from __future__ import annotations

from PySide6 import QtCore, QtGui
from PySide6.QtWidgets import QPushButton, QWidget


def press_focused(window: QWidget, event: QtGui.QKeyEvent) -> bool:
    """Press the focused button of `window` if `event` is Enter; whether it was so.

    To be asked with keys that nobody has taken.
    """
    if event.key() not in (QtCore.Qt.Key.Key_Return, QtCore.Qt.Key.Key_Enter):
        return False
    focused = window.focusWidget()
    if not isinstance(focused, QPushButton) or not focused.isEnabled():
        return False
    focused.click()
    return True
