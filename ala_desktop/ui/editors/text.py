"""Editors for what is typed on a line (text, numbers, amounts, codes, floors, hours, words) and for notes."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from ala_desktop.fields.kinds import FieldKind, Text
from ala_desktop.fields.values import Value, ValueProblem
from ala_desktop.ui.editors.base import Editor, Means


class LineEditor(Editor):
    """A line of text, read and shown by its kind."""

    def __init__(self, kind: FieldKind, means: Means, parent: QWidget | None = None) -> None:
        super().__init__(kind, means, parent)
        self.line = QLineEdit(self)
        self.take(self.line)
        self.line.textEdited.connect(lambda _: self.edited.emit())

    def put(self, value: Value) -> None:
        """Show it, from its beginning; what stands there already stays as it is, under the hands of who types."""
        shown = self.kind.show(value)
        if shown != self.line.text() or not self.line.hasFocus():
            self.line.setText(shown)
            self.line.setCursorPosition(0)

    def read(self) -> Value:
        """As the kind reads it."""
        return self.kind.parse(self.line.text(), self.means.today())

    def settle(self) -> None:
        """`12032019` becomes `12/03/2019`."""
        try:
            value = self.read()
        except ValueProblem:
            return
        shown = self.kind.show(value)
        if shown != self.line.text():
            self.line.setText(shown)

    def lock(self, *, locked: bool) -> None:
        """A locked line can still be selected and copied."""
        self.line.setReadOnly(locked)


class NumberEditor(LineEditor):
    """A number or an amount, to the right as in a column of figures; its label or its text says the unit."""

    def __init__(self, kind: FieldKind, means: Means, parent: QWidget | None = None) -> None:
        super().__init__(kind, means, parent)
        self.line.setAlignment(Qt.AlignmentFlag.AlignRight)


class NotesEditor(Editor):
    """Several lines of text. Tab leaves, Enter begins a new line."""

    def __init__(self, kind: Text, means: Means, parent: QWidget | None = None) -> None:
        super().__init__(kind, means, parent)
        self.text = QPlainTextEdit(self)
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(self.fontMetrics().lineSpacing() * 4 + 16)
        self.take(self.text)
        self._putting = False
        self.text.textChanged.connect(self._changed)

    def _changed(self) -> None:
        if not self._putting:
            self.edited.emit()

    def put(self, value: Value) -> None:
        """Show it; what stands there already stays as it is, under the hands of who types."""
        shown = self.kind.show(value)
        if shown != self.text.toPlainText():
            self._putting = True
            self.text.setPlainText(shown)
            self._putting = False

    def read(self) -> Value:
        """As the kind reads it, line ends kept."""
        return self.kind.parse(self.text.toPlainText(), self.means.today())

    def lock(self, *, locked: bool) -> None:
        """A locked text can still be selected and copied."""
        self.text.setReadOnly(locked)

    def moves_on(self, event: QKeyEvent) -> bool:
        """Never."""
        return False
