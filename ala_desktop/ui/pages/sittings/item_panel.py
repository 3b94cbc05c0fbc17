"""The item that is open: what was reported, said, proposed and decided (DOMAIN 5, 7), on one screen of 1366x768."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from ala_desktop.fields.spec import Field
from ala_desktop.services.sittings.sitting_file import SittingFile
from ala_desktop.ui.editors.base import Means
from ala_desktop.ui.pages.sittings.draft_field import DraftField
from ala_desktop.ui.pages.sittings.session import SittingSession
from ala_desktop.ui.pages.sittings.votes_panel import VotesPanel
from ala_desktop.ui.theme import STEP

_HEAD = (("subject", 7), ("case_code", 2), ("treated_at", 2))
_NOTES = {"report": 3, "documents": 1, "discussion": 3, "proposal": 2, "reasoning": 2, "dissent": 1}
_DECISION = ((("outcome", 1), ("unit_id", 1)), (("amount_cents", 3), ("months", 2), ("term", 3)))


class ItemPanel(QWidget):
    """The fields and votes of one item.

    Signals:
        leaving(object, str, object): as `DraftField.leaving`.
    """

    leaving = Signal(object, str, object)

    def __init__(self, session: SittingSession, means: Means, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.item_id = ""
        self.fields: dict[str, DraftField] = {}
        self._spec = session.around.desk.catalog["agenda_item"]
        self._means = means
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP // 2)
        column.addLayout(self._line(_HEAD))
        halves = QHBoxLayout()
        halves.setSpacing(STEP * 2)
        halves.addWidget(self._words(), 5)
        halves.addWidget(self._decision(session), 4)
        column.addLayout(halves, 1)
        self.votes.decided.connect(lambda: self.focus_field("outcome"))

    def _line(self, names: tuple[tuple[str, int], ...]) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(STEP)
        for name, stretch in names:
            row.addWidget(self._field(self._spec.fields[name]), stretch)
        return row

    def _field(self, field: Field, lines: int = 0) -> DraftField:
        made = DraftField(field, self._means, lines, self)
        made.leaving.connect(self.leaving)
        self.fields[field.name] = made
        return made

    def _words(self) -> QWidget:
        """What is written, in the order of the minutes; it scrolls when the screen is low."""
        inside = QWidget(self)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(4)
        for name, lines in _NOTES.items():
            column.addWidget(self._field(self._spec.fields[name], lines), lines)
        area = QScrollArea(self)
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return area

    def _decision(self, session: SittingSession) -> QWidget:
        side = QWidget(self)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self.votes = VotesPanel(session, side)
        column.addWidget(self.votes)
        for names in _DECISION:
            column.addLayout(self._line(names))
        column.addStretch(1)
        return side

    def show_item(self, file: SittingFile, item_id: str) -> None:
        """Draw an item."""
        self.item_id = item_id
        row = file.item(item_id)
        for field in self.fields.values():
            field.show_row(row)
            field.editor.lock(locked=file.approved)
        self.votes.show_item(file, item_id)

    def leave(self) -> bool:
        """Save what is being typed; False when something cannot be read, and goes there."""
        wrong = [name for name, field in self.fields.items() if not field.leave()]
        if wrong:
            self.focus_field(wrong[0])
        return not wrong

    def focus_field(self, name: str) -> None:
        """Go to a field, or to the votes."""
        if name in ("votes", "decision"):
            self.votes.table.setFocus()
        else:
            self.fields.get(name, self.fields["report"]).editor.main.setFocus()
