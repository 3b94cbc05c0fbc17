"""A clerk's hands: keys and clicks on the real widgets, and waiting until the program has done what they asked.

Nothing here knows what a step of the day is about. Windows that ask something are answered by `attendant`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QComboBox, QPushButton, QTableView, QWidget

from ala_desktop.demo.attendant import Attendant
from ala_desktop.demo.trouble import DemoFailed
from ala_desktop.ui.field_box import FieldBox
from ala_desktop.ui.work import Work

W = TypeVar("W", bound=QWidget)

PATIENCE = 60.0
"""Seconds after which something that was waited for counts as not happening."""
_QUIET = 40
"""Milliseconds without work after which the screen has caught up (the window gathers changes for 30)."""
_PLAIN = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier


class Hands:
    """Types, presses and clicks.

    Attributes:
        work: the background threads of the program under the hands; None until it has some.
        attendant: answers the windows that ask something.
    """

    def __init__(self) -> None:
        self.work: Work | None = None
        self.attendant = Attendant()

    # --- waiting ---------------------------------------------------------------------------------------------------

    def until(self, happened: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
        """Let the program work until `happened()` holds; `what` says in Italian what was expected.

        Raises:
            DemoFailed: it did not happen in time, or a window came up that nobody expected.
        """
        end = time.monotonic() + seconds
        while not happened():
            self.attendant.check()
            if time.monotonic() > end:
                raise DemoFailed(f"non è accaduto in {seconds:.0f} secondi: {what}")
            QTest.qWait(2)
        self.attendant.check()

    def settle(self) -> None:
        """Wait until nothing runs in the background and the screen shows what came of it."""
        work, since = self.work, time.monotonic()
        end = since + PATIENCE
        while (time.monotonic() - since) * 1000 < _QUIET:
            QTest.qWait(3)
            self.attendant.check()
            if work is not None and work.pending:
                since = time.monotonic()
                if since > end:
                    raise DemoFailed("il programma lavora ancora dopo un minuto")

    # --- keys and clicks -------------------------------------------------------------------------------------------

    def _bring_forward(self, widget: QWidget) -> None:
        """What a window manager does when a dialog or a list has closed: the window under it is active again."""
        active = QApplication.activeWindow()
        if (active is None or not active.isVisible()) and QApplication.activePopupWidget() is None:
            widget.window().activateWindow()
            self.until(widget.window().isActiveWindow, "la finestra davanti")

    def key(self, widget: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = _PLAIN) -> None:
        """Press one key on a widget."""
        self._bring_forward(widget)
        QTest.keyClick(widget, key, modifier)
        self.attendant.check()

    def write(self, widget: QWidget, text: str) -> None:
        """Type a text where the widget's cursor stands; letters that no keyboard of Qt's tests knows are sent whole."""
        for letter in text:
            if letter == "\n":
                QTest.keyClick(widget, Qt.Key.Key_Return)
            elif letter.isascii():
                QTest.keyClick(widget, letter)  # type: ignore[call-overload]
            else:
                for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                    QCoreApplication.sendEvent(widget, QKeyEvent(kind, 0, _PLAIN, letter))
        self.attendant.check()

    def type(self, widget: QWidget, text: str) -> None:
        """Go to a field and type over what stands in it."""
        self.go_to(widget)
        QTest.keyClick(widget, Qt.Key.Key_A, CTRL)
        self.write(widget, text)

    def clear(self, widget: QWidget) -> None:
        """Go to a field and empty it."""
        self.type(widget, "")
        self.key(widget, Qt.Key.Key_Delete)

    def go_to(self, widget: QWidget) -> None:
        """Give a widget the focus, as a click or Tab would."""
        if not widget.isVisible() or not widget.isEnabled():
            raise DemoFailed(f"non si può andare su «{named(widget)}»")
        self._bring_forward(widget)
        widget.setFocus(Qt.FocusReason.TabFocusReason)

    def fill(self, box: FieldBox, text: str) -> None:
        """Type into a field of a form and leave it with Enter or Tab, as the field allows."""
        self.type(box.editor.main, text)
        self.key(box.editor.main, Qt.Key.Key_Tab)
        if box.problem:
            raise DemoFailed(f"il campo «{box.field.label}» non accetta «{text}»: {box.problem}")

    def choose(self, box: FieldBox, label: str) -> None:
        """Choose an entry of a field's list by its label."""
        combo = box.editor.main
        if not isinstance(combo, QComboBox):
            raise DemoFailed(f"il campo «{box.field.label}» non è un elenco")
        self.pick(combo, label)

    def pick(self, combo: QComboBox, label: str) -> None:
        """Open a combo box with F4, go down to the entry with this label, take it with Enter."""
        place = combo.findText(label)
        if place < 0:
            raise DemoFailed(f"«{named(combo)}» non ha la voce «{label}»")
        self.go_to(combo)
        self.key(combo, Qt.Key.Key_F4)
        entries = combo.view()
        self.key(entries, Qt.Key.Key_Home)
        for _ in range(place):
            self.key(entries, Qt.Key.Key_Down)
        self.key(entries, Qt.Key.Key_Return)
        QApplication.processEvents()
        self._bring_forward(combo)
        if combo.currentIndex() != place:
            raise DemoFailed(f"«{named(combo)}» non ha preso «{label}»")

    def refer(self, box: FieldBox, words: str) -> None:
        """Type into a field that refers to another record, and take the first one that is offered."""
        line = box.editor.main
        self.type(line, words)
        self.take_offered(words)
        self.settle()
        self.key(line, Qt.Key.Key_Tab)
        if box.read() is None or box.problem:
            raise DemoFailed(f"il campo «{box.field.label}» non ha preso «{words}»")

    def take_offered(self, words: str) -> None:
        """Take the first entry of the list that opened under a field where `words` were typed."""
        self.until(lambda: QApplication.activePopupWidget() is not None, f"le proposte per «{words}»")
        popup = QApplication.activePopupWidget()
        if isinstance(popup, QAbstractItemView):
            if not popup.currentIndex().isValid():
                self.key(popup, Qt.Key.Key_Down)
            self.key(popup, Qt.Key.Key_Return)

    def click(self, button: QPushButton) -> None:
        """Click a button."""
        if not button.isVisible() or not button.isEnabled():
            raise DemoFailed(f"il pulsante «{named(button)}» non si può premere")
        self._bring_forward(button)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        self.attendant.check()

    def click_at(self, widget: QWidget, place: QPoint, *, twice: bool = False) -> None:
        """Click a place of a widget; a second click makes it a double one."""
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, _PLAIN, place)
        if twice:
            QTest.mouseDClick(widget, Qt.MouseButton.LeftButton, _PLAIN, place)
        self.attendant.check()

    def click_row(self, table: QTableView, row: int, *, twice: bool = False) -> None:
        """Click a row of a table."""
        self.click_at(table.viewport(), table.visualRect(table.model().index(row, 0)).center(), twice=twice)


def button(window: QWidget, words: str) -> QPushButton:
    """The visible button of a window with these words on it (as shown, without the accelerator's mark)."""
    for found in window.findChildren(QPushButton):
        if found.isVisible() and found.text().replace("&", "") == words:
            return found
    raise DemoFailed(f"nella finestra «{window.windowTitle()}» manca il pulsante «{words}»")


def named(widget: QWidget) -> str:
    """How a widget is called: its text or its accessible name."""
    text = widget.text() if isinstance(widget, QPushButton) else ""
    return (text or widget.accessibleName() or type(widget).__name__).replace("&", "")
