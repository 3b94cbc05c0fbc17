"""Which editor belongs to which kind of field. One line per kind; a contract test demands that none is missing."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from ala_desktop.fields import kinds
from ala_desktop.ui.editors.base import Editor, Means
from ala_desktop.ui.editors.choice import ChoiceEditor, YesNoEditor
from ala_desktop.ui.editors.day import DayEditor
from ala_desktop.ui.editors.reference import ReferenceEditor
from ala_desktop.ui.editors.text import LineEditor, NotesEditor, NumberEditor

EDITORS: dict[type[kinds.FieldKind], type[Editor]] = {
    kinds.Text: LineEditor,
    kinds.Choice: ChoiceEditor,
    kinds.Day: DayEditor,
    kinds.TimeOfDay: LineEditor,
    kinds.Number: NumberEditor,
    kinds.Year: NumberEditor,
    kinds.Money: NumberEditor,
    kinds.YesNo: YesNoEditor,
    kinds.Floor: LineEditor,
    kinds.FiscalCode: LineEditor,
    kinds.Iban: LineEditor,
    kinds.Reference: ReferenceEditor,
    kinds.Tags: LineEditor,
}


def editor_for(kind: Any, means: Means, parent: QWidget | None = None) -> Editor:
    """A new editor for a field of this kind."""
    if isinstance(kind, kinds.Text) and kind.lines:
        return NotesEditor(kind, means, parent)
    return EDITORS[type(kind)](kind, means, parent)
