"""What all editors share. One small module per family of kinds derives from this; `choose` picks one for a field."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ala_desktop.fields.kinds import FieldKind
from ala_desktop.fields.values import Value
from ala_desktop.services.lookup import Lookup
from ala_desktop.ui.work import Work


@dataclass(frozen=True)
class Means:
    """What editors need besides their kind.

    Attributes:
        today: the calendar day, for dates typed as `oggi` or `+30`.
        lookup: finds records that a field can refer to.
        work: background threads.
        open_record: shows a record that a field refers to.
    """

    today: Callable[[], date]
    lookup: Lookup
    work: Work
    open_record: Callable[[str, str], None]


class Editor(QWidget):
    """Shows and takes one value of a field's kind.

    Signals:
        edited(): the clerk changed something.
        left(): the clerk is done with it for now; time to check.
        passed(): Enter was pressed: move on to the next field.
    """

    edited = Signal()
    left = Signal()
    passed = Signal()

    def __init__(self, kind: FieldKind, means: Means, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind, self.means = kind, means
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(4)
        self._main: QWidget = self

    def take(self, main: QWidget) -> None:
        """Make `main` the widget that holds the focus and carries the accessible name."""
        self._main = main
        self.row.addWidget(main, 1)
        self.setFocusProxy(main)
        main.installEventFilter(self)

    @property
    def main(self) -> QWidget:
        """The widget with the focus."""
        return self._main

    def put(self, value: Value) -> None:
        """Show a value."""
        raise NotImplementedError

    def read(self) -> Value:
        """The value that stands here.

        Raises:
            ValueProblem: what was typed is no value of this kind; the reason in Italian.
        """
        raise NotImplementedError

    def settle(self) -> None:
        """Write what was typed in its usual form, if it can be read; called on leaving."""

    def lock(self, *, locked: bool) -> None:
        """Let it be read but not changed."""
        self._main.setEnabled(not locked)

    def mark(self, state: str) -> None:
        """Draw the edge for a state: `wrong`, `odd` or none; a sentence beside the field says the same."""
        for name in ("wrong", "odd"):
            self._main.setProperty(name, "true" if name == state else "false")
        self._main.style().unpolish(self._main)
        self._main.style().polish(self._main)

    def describe(self, name: str, description: str) -> None:
        """What a screen reader says of it."""
        self._main.setAccessibleName(name)
        self._main.setAccessibleDescription(description)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Leaving checks; Enter moves on."""
        if watched is self._main:
            if event.type() == QEvent.Type.FocusOut:
                self.left.emit()
            elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and self.moves_on(event):
                self.passed.emit()
                return True
        return super().eventFilter(watched, event)

    def moves_on(self, event: QKeyEvent) -> bool:
        """Whether this key means "next field"; never inside notes."""
        return event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers().value & ~_KEYPAD


_KEYPAD = Qt.KeyboardModifier.KeypadModifier.value
