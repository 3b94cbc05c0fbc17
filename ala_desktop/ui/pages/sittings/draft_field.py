"""A field of the sitting or of an item: saved as it is left, since a sitting is minuted in one go and has no "save".

What was typed stays until the store has it: a refused save or an exchange that arrives meanwhile never takes it away.
"""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ala_desktop.fields.spec import Field
from ala_desktop.fields.values import Value, ValueProblem
from ala_desktop.services.row import Row
from ala_desktop.ui.editors.base import Means
from ala_desktop.ui.editors.text import NotesEditor
from ala_desktop.ui.field_box import FieldBox

KEPT_AFTER = 30_000
"""Milliseconds after which notes that are still being typed are saved as they are."""
_TALL = 16_777_215


class DraftField(FieldBox):
    """One field.

    Signals:
        leaving(object, str, object): save this value (third) of this field (second) of the row as it was read (first).
    """

    leaving = Signal(object, str, object)

    def __init__(self, field: Field, means: Means, lines: int = 0, parent: QWidget | None = None) -> None:
        """`lines`: for notes, how many are seen at least; they grow with the window."""
        super().__init__(field, means, parent)
        self._row: Row | None = None
        self._dirty = False
        self._sent: tuple[Value] | None = None
        self._timer = QTimer(self, singleShot=True, interval=KEPT_AFTER)
        self._timer.timeout.connect(self.leave)
        if isinstance(self.editor, NotesEditor):
            self._grow(self.editor, lines)
        self.editor.edited.connect(self._touched)
        self.left.connect(lambda _: self.leave())
        self.passed.connect(lambda _: self.focusNextChild())

    def _grow(self, editor: NotesEditor, lines: int) -> None:
        editor.text.setMinimumHeight(editor.fontMetrics().lineSpacing() * lines + 20)
        editor.text.setMaximumHeight(_TALL)
        column = self.layout()
        if isinstance(column, QVBoxLayout):
            for place in range(column.count()):
                column.setStretch(place, int(place == column.indexOf(editor)))

    def show_row(self, row: Row) -> None:
        """Draw the row's value, unless something is being typed over it."""
        value = row[self.field.name]
        same = self._row is not None and self._row.id == row.id
        if same and self._dirty and not self._holds(value):
            return
        if not same or not self._holds(value):
            self.put(value)
        self._row, self._dirty, self._sent = row, False, None
        self._timer.stop()

    def _holds(self, value: Value) -> bool:
        try:
            return self.read() == value
        except ValueProblem:
            return False

    def _touched(self) -> None:
        self._dirty = True
        if isinstance(self.editor, NotesEditor) and not self._timer.isActive():
            self._timer.start()

    def leave(self) -> bool:
        """Save what was typed, if it can be read; False when it cannot."""
        if self._row is None or not self._dirty:
            return True
        if not self.check(whole=True):
            return False
        value = self.read()
        if value == self._row[self.field.name]:
            self._dirty = False
        elif self._sent != (value,):
            self._sent = (value,)
            self.leaving.emit(self._row, self.field.name, value)
        return True

    def _say(self, role: str, mark: str, text: str) -> None:
        """Room is scarce on this screen: help goes into the tip, only what is wrong or odd takes a line."""
        if role == "muted":
            self.setToolTip(text)
            text = ""
        super()._say(role, mark, text)
