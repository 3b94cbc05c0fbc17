"""Editors for one of few values: a choice, and yes, no or not known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy, QWidget

from ala_desktop.fields.kinds import Choice, FieldKind
from ala_desktop.fields.values import Value
from ala_desktop.ui.editors.base import Editor, Means

_EMPTY = "Non indicato"


class CalmCombo(QComboBox):
    """A combo box that the mouse wheel cannot change in passing."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the form instead."""
        event.ignore()


class ComboEditor(Editor):
    """A list to choose from; its first entry stands for "not known"."""

    def __init__(
        self, kind: FieldKind, means: Means, options: Mapping[Any, str], parent: QWidget | None = None
    ) -> None:
        super().__init__(kind, means, parent)
        self.box = CalmCombo(self)
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.box.setMinimumContentsLength(6)
        self.box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.box.addItem(_EMPTY, None)
        for value, label in options.items():
            self.box.addItem(label, value)
        self.take(self.box)
        self.box.activated.connect(self._picked)

    def _picked(self) -> None:
        self.edited.emit()
        self.left.emit()

    def put(self, value: Value) -> None:
        """Choose it; a value of a newer edition is added as it is, so that it is not lost."""
        place = self.box.findData(value)
        if place < 0:
            self.box.addItem(self.kind.show(value), value)
            place = self.box.count() - 1
        self.box.setCurrentIndex(place)
        self.box.setToolTip(self.box.currentText())

    def read(self) -> Value:
        """The chosen value."""
        return self.box.currentData()

    def moves_on(self, event: QKeyEvent) -> bool:
        """Enter moves on; Space, F4 and Alt+Down open the list; Delete empties it."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.box.currentIndex() > 0:
            self.box.setCurrentIndex(0)
            self.edited.emit()
            return False
        return super().moves_on(event)


class ChoiceEditor(ComboEditor):
    """One of the options of a `Choice`."""

    def __init__(self, kind: Choice, means: Means, parent: QWidget | None = None) -> None:
        super().__init__(kind, means, kind.options, parent)


class YesNoEditor(ComboEditor):
    """Yes, no or not known."""

    def __init__(self, kind: FieldKind, means: Means, parent: QWidget | None = None) -> None:
        super().__init__(kind, means, {1: "Sì", 0: "No"}, parent)
