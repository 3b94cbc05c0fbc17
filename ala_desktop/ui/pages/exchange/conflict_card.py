"""One field with two values: what stood before, what is in force, what waits, and the choice between them."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ala_desktop.fields.spec import DELETED, Field
from ala_desktop.fields.values import Value, ValueProblem, show_date
from ala_desktop.services.sharing.conflicts import Choice, Conflict, Keep, Typed, Version
from ala_desktop.ui.editors.base import Means
from ala_desktop.ui.field_box import FieldBox
from ala_desktop.ui.pages.exchange import wording
from ala_desktop.ui.theme import STEP, heading_font

_LOCKED = "Valore riservato: si legge dopo la conferma di questo PC"
_MOST_BOLD = 80
"""Characters of a value that is shown in bold; a long note reads better without."""
_LATE_RECORD = "Questa scheda è arrivata dopo l'approvazione: non fa parte del verbale."


class ChoiceButton(QPushButton):
    """A button that Enter presses too, and that arrows leave.

    Signals:
        moved(int, int): an arrow was pressed; columns to the right, rows down.
        entered(bool): it got or lost the focus.
    """

    moved = Signal(int, int)
    entered = Signal(bool)
    _ARROWS: ClassVar[dict[int, tuple[int, int]]] = {
        Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1),
    }  # fmt: skip

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setAutoDefault(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move."""
        step = self._ARROWS.get(event.key())
        if step:
            self.moved.emit(*step)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Tell of the focus."""
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.entered.emit(event.type() == QEvent.Type.FocusIn)
        return super().event(event)


class ConflictCard(QFrame):
    """A conflict on a card.

    Signals:
        decided(object): the clerk's `Choice`.
        moved(int, int): go to the neighbour: columns to the right, rows down.
        referred(): leave it to ALA; or take it back, if it was left.

    Attributes:
        buttons: from left to right.
    """

    decided = Signal(object)
    referred = Signal()
    moved = Signal(int, int)

    def __init__(
        self,
        conflict: Conflict,
        field: Field | None,
        means: Means,
        parent: QWidget | None = None,
        *,
        agency: bool = False,
    ) -> None:
        super().__init__(parent)
        self.conflict, self._field, self._means, self._agency = conflict, field, means, agency
        self.buttons: list[ChoiceButton] = []
        self.box: FieldBox | None = None
        self.setProperty("role", "card")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(STEP * 2, STEP, STEP * 2, STEP + 4)
        self._column.setSpacing(STEP)
        self._column.addLayout(self._head())
        versions = QHBoxLayout()
        versions.setSpacing(STEP)
        if conflict.rectification and conflict.field == DELETED:
            versions.addWidget(self._late_record())
        else:
            versions.addWidget(self._version("Prima", Version(conflict.base, "", "", "")), 3)
            force = "Nel verbale" if conflict.rectification else "In vigore"
            versions.addWidget(self._version(force, conflict.in_force, Keep.IN_FORCE), 4)
            wait = "Arrivato dopo" if conflict.rectification else "In attesa"
            versions.addWidget(self._version(wait, conflict.parked, Keep.PARKED), 4)
        self._column.addLayout(versions)
        if conflict.rectification:
            self._column.addLayout(self._seen())

    def _late_record(self) -> QFrame:
        frame = QFrame(self)
        frame.setProperty("role", "option")
        column = QVBoxLayout(frame)
        column.setContentsMargins(STEP + 4, STEP, STEP + 4, STEP)
        column.setSpacing(2)
        column.addWidget(self._label(_LATE_RECORD))
        parked = self.conflict.parked
        told = " · ".join(part for part in (wording.who(parked), wording.when(parked)) if part)
        column.addWidget(self._label(told, muted=True))
        return frame

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        name = QLabel(self.conflict.label, self)
        name.setFont(heading_font(12))
        row.addWidget(name)
        if self.conflict.referred:
            told = QLabel(f"Rimesso ad ALA il {show_date(self.conflict.referred)}", self)
            told.setProperty("role", "muted")
            row.addWidget(told)
        row.addStretch(1)
        if self.may_refer:
            self.refer = QPushButton("Riprendi da ALA" if self.conflict.referred else "Rimetti ad ALA", self)
            self.refer.setProperty("link", "true")
            self.refer.setToolTip("Ctrl+R")
            self.refer.setAccessibleName(f"{self.refer.text()}: {self.conflict.label}")
            self.refer.clicked.connect(self.referred)
            row.addWidget(self.refer)
        if self._field is not None and not self.conflict.rectification and not self.conflict.locked:
            self.other = QPushButton("Scrivi un altro valore", self)
            self.other.setProperty("link", "true")
            self.other.clicked.connect(self.ask_value)
            row.addWidget(self.other)
        return row

    @property
    def may_refer(self) -> bool:
        """Whether the comune can leave this to ALA: something is to be decided, and ALA reads it."""
        closed = self.conflict.rectification or self.conflict.locked
        return not (self._agency or closed or (self._field is not None and self._field.sealed))

    def _version(self, title: str, version: Version, keep: Keep | None = None) -> QFrame:
        frame = QFrame(self)
        frame.setProperty("role", "option")
        column = QVBoxLayout(frame)
        column.setContentsMargins(STEP + 4, STEP, STEP + 4, STEP)
        column.setSpacing(2)
        column.addWidget(self._label(title, muted=True))
        text = self.shown(version.value)
        value = self._label(text)
        if keep and len(text) <= _MOST_BOLD:
            bold = value.font()
            bold.setBold(True)
            value.setFont(bold)
        column.addWidget(value)
        for line in (wording.who(version), wording.when(version)):
            if line:
                column.addWidget(self._label(line, muted=True))
        column.addStretch(1)
        if keep and not self.conflict.rectification:
            column.addSpacing(STEP)
            column.addWidget(self._button(title, version, keep, frame), 0, Qt.AlignmentFlag.AlignLeft)
        return frame

    def _label(self, text: str, *, muted: bool = False) -> QLabel:
        label = QLabel(wording.breakable(text), self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        if muted:
            label.setProperty("role", "muted")
        return label

    def _button(self, title: str, version: Version, keep: Keep, frame: QFrame) -> ChoiceButton:
        button = ChoiceButton("Tieni questo" if keep is Keep.IN_FORCE else "Prendi questo", frame)
        told = ", ".join(part for part in (self.shown(version.value), wording.who(version)) if part)
        button.setAccessibleName(f"{button.text()}: {self.conflict.label}, {title.lower()}, {told}")
        button.setEnabled(not self.conflict.locked)
        button.clicked.connect(lambda _=False: self.decided.emit(keep))
        button.moved.connect(self.moved)
        button.entered.connect(lambda here: self._mark(frame, here=here))
        self.buttons.append(button)
        return button

    def _mark(self, frame: QFrame, *, here: bool) -> None:
        frame.setProperty("chosen", "true" if here else "false")
        frame.style().unpolish(frame)
        frame.style().polish(frame)

    def _seen(self) -> QHBoxLayout:
        button = ChoiceButton("Segna come visto", self)
        button.setAccessibleName(f"Segna come visto: {self.conflict.label}")
        button.clicked.connect(lambda _=False: self.decided.emit(Keep.IN_FORCE))
        button.moved.connect(self.moved)
        self.buttons.append(button)
        row = QHBoxLayout()
        row.addWidget(button)
        row.addStretch(1)
        return row

    def shown(self, value: Value) -> str:
        """A value as a person reads it."""
        if self.conflict.locked:
            return _LOCKED
        return wording.value(self._field, self.conflict.field, value, self._means.lookup.name_of)

    # --- a third value ---------------------------------------------------------------------------------------------

    def ask_value(self) -> None:
        """Open the field's own editor, with the value in force, for a third one."""
        if self._field is None or self.box is not None:
            return
        self.other.hide()
        self.box = FieldBox(self._field, self._means, self)
        self.box.put(self.conflict.in_force.value)
        self.box.passed.connect(lambda _: self._take_typed())
        save = ChoiceButton("Salva questo valore", self)
        save.clicked.connect(self._take_typed)
        row = QHBoxLayout()
        row.setSpacing(STEP)
        row.addWidget(self.box, 1)
        row.addWidget(save, 0, Qt.AlignmentFlag.AlignBottom)
        self._column.addLayout(row)
        self.box.editor.setFocus()
        self.box.editor.main.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Esc in the editor gives it up; the window's own Esc does not get it."""
        if self.box and watched is self.box.editor.main and isinstance(event, QKeyEvent):
            escape = event.key() == Qt.Key.Key_Escape
            if escape and event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if escape and event.type() == QEvent.Type.KeyPress:
                self.give_up()
                return True
        return super().eventFilter(watched, event)

    def give_up(self) -> None:
        """Close the editor without a choice."""
        row = self._column.takeAt(self._column.count() - 1)
        layout = row.layout() if row else None
        while layout is not None and (item := layout.takeAt(0)) is not None:
            if widget := item.widget():
                widget.deleteLater()
        self.box = None
        self.other.show()
        self.buttons[0].setFocus()

    def _take_typed(self) -> None:
        if self.box is None:
            return
        self.box.editor.settle()
        if not self.box.check():
            self.box.editor.setFocus()
            return
        try:
            choice: Choice = Typed(self.box.read())
        except ValueProblem:
            return
        self.decided.emit(choice)
