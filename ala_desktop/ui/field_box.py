"""A field on a form: its label, its editor, and beside it what is wrong or odd, in words."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from ala_desktop.fields.spec import Field
from ala_desktop.fields.values import Value, ValueProblem
from ala_desktop.ui.editors.base import Means
from ala_desktop.ui.editors.choose import editor_for


class FieldBox(QWidget):
    """One field.

    Attributes:
        under: room for notices about it, as wide as the form, below its row.

    Signals:
        edited(str): its name; the clerk changed something.
        left(str): its name; it was left and checked.
        passed(str): its name; Enter was pressed.
    """

    edited = Signal(str)
    left = Signal(str)
    passed = Signal(str)

    def __init__(self, field: Field, means: Means, parent: QWidget | None = None, *, gap: int = 0) -> None:
        super().__init__(parent)
        self.field = field
        self.under = QVBoxLayout()
        self._problem: str | None = None
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)  # the grid alone decides the width
        self.setMinimumWidth(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, gap, 0)
        column.setSpacing(2)
        label = QLabel(f"{field.label} *" if field.required else field.label, self)
        self.editor = editor_for(field.kind, means, self)
        label.setBuddy(self.editor.main)
        self.note = QLabel(self)
        self.note.setWordWrap(True)
        self.note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        for widget in (label, self.editor, self.note):
            column.addWidget(widget)
        column.addStretch(1)
        self.editor.edited.connect(self._edited)
        self.editor.left.connect(self._left)
        self.editor.passed.connect(lambda: self.passed.emit(field.name))
        self._describe()

    @property
    def problem(self) -> str | None:
        """Why what stands in the field cannot be saved; None when it can."""
        return self._problem

    def put(self, value: Value) -> None:
        """Show a value, with what is odd about it."""
        self.editor.put(value)
        self.check()

    def read(self) -> Value:
        """The value that stands here.

        Raises:
            ValueProblem: it cannot be read.
        """
        return self.editor.read()

    def check(self, *, whole: bool = False, doubt: str = "") -> bool:
        """Say what is wrong or odd; whether it can be saved. `whole` asks for required fields too."""
        try:
            value = self.editor.read()
        except ValueProblem as problem:
            self._say("error", "wrong", f"Errore: {problem.reason}")
            self._problem = problem.reason
            return False
        self._problem = "va compilato" if whole and self.field.required and value is None else None
        if self._problem:
            self._say("error", "wrong", f"Errore: {self._problem}")
            return False
        odd = [*self.field.kind.warnings(value), *([doubt] if doubt else [])]
        if odd:
            self._say("warning", "odd", "Attenzione: " + "; ".join(odd))
        else:
            self._say("muted", "", self.field.help)
        return True

    def _say(self, role: str, mark: str, text: str) -> None:
        self.note.setText(text)
        self.note.setVisible(bool(text))
        if self.note.property("role") != role:
            self.note.setProperty("role", role)
            self.note.style().unpolish(self.note)
            self.note.style().polish(self.note)
        self.editor.mark(mark)
        self._describe()

    def _describe(self) -> None:
        required = "campo obbligatorio. " if self.field.required else ""
        self.editor.describe(self.field.label, required + self.note.text())

    def _edited(self) -> None:
        if self._problem:
            self.check()
        self.edited.emit(self.field.name)

    def _left(self) -> None:
        self.editor.settle()
        self.check()
        self.left.emit(self.field.name)


def readable(boxes: Mapping[str, FieldBox]) -> dict[str, Value]:
    """The values that stand in the fields, by name, without those that cannot be read."""
    found: dict[str, Value] = {}
    for name, box in boxes.items():
        try:
            found[name] = box.read()
        except ValueProblem:
            continue
    return found
