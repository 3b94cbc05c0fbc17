"""The sitting itself: when, where, opening and closing, who presides and who minutes, the quorum."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ala_desktop.fields.spec import Field
from ala_desktop.services.row import Row
from ala_desktop.services.sittings.roll_call import wall_hour
from ala_desktop.services.sittings.sitting_file import SittingFile
from ala_desktop.ui.editors.base import Means
from ala_desktop.ui.editors.choice import CalmCombo
from ala_desktop.ui.pages.sittings.draft_field import DraftField
from ala_desktop.ui.pages.sittings.session import SittingSession
from ala_desktop.ui.theme import STEP

_GRID = (
    (("held_on", 1), ("opened_at", 1), ("closed_at", 1), ("quorum", 1)),
    (("place", 2), ("remote", 1), ("convocation", 1)),
)
_NOTES = {"suspensions": 2, "remarks": 6}
_OFFICES = {"chair_id": "Presiede", "secretary_id": "Segretario verbalizzante"}


class CoursePanel(QWidget):
    """The fields of the sitting.

    Signals:
        leaving(object, str, object): as `DraftField.leaving`.
        removing(): delete the sitting, which was opened by mistake.
    """

    leaving = Signal(object, str, object)
    removing = Signal()

    def __init__(self, session: SittingSession, means: Means, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.fields: dict[str, DraftField] = {}
        spec = session.around.desk.catalog["sitting"]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        for line in _GRID:
            row = QHBoxLayout()
            row.setSpacing(STEP)
            for name, stretch in line:
                row.addWidget(self._field(spec.fields[name], means), stretch)
            column.addLayout(row)
        column.addLayout(self._offices())
        column.addLayout(self._hours())
        for name, lines in _NOTES.items():
            column.addWidget(self._field(spec.fields[name], means, lines), lines)
        session.shown.connect(self.show_file)

    def _field(self, field: Field, means: Means, lines: int = 0) -> DraftField:
        made = DraftField(field, means, lines, self)
        made.leaving.connect(self.leaving)
        self.fields[field.name] = made
        return made

    def _offices(self) -> QGridLayout:
        """Chair and secretary, chosen among the roll call."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(STEP)
        grid.setVerticalSpacing(1)
        self.offices: dict[str, CalmCombo] = {}
        for place, (name, words) in enumerate(_OFFICES.items()):
            label = QLabel(words, self)
            box = CalmCombo(self)
            box.setAccessibleName(words)
            box.setSizeAdjustPolicy(CalmCombo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(10)
            label.setBuddy(box)
            box.activated.connect(lambda _, name=name: self._named(name))
            grid.addWidget(label, 0, place)
            grid.addWidget(box, 1, place)
            grid.setColumnStretch(place, 1)
            self.offices[name] = box
        return grid

    def _hours(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(STEP)
        self.begin = QPushButton("Apri la seduta adesso", self)
        self.begin.clicked.connect(lambda: self._now("opened_at"))
        self.end = QPushButton("Chiudi la seduta adesso", self)
        self.end.clicked.connect(lambda: self._now("closed_at"))
        self.remove = QPushButton("Elimina la seduta", self)
        self.remove.clicked.connect(self.removing)
        row.addWidget(self.begin)
        row.addWidget(self.end)
        row.addStretch(1)
        row.addWidget(self.remove)
        return row

    def show_file(self, file: SittingFile) -> None:
        """Draw the sitting."""
        for field in self.fields.values():
            field.show_row(file.sitting)
            field.editor.lock(locked=file.approved)
        for name, box in self.offices.items():
            box.clear()
            box.addItem("Non indicato", None)
            for row in file.attendance:
                box.addItem(row.text("full_name"), row["member_id"])
            box.setCurrentIndex(max(box.findData(file.sitting[name]), 0))
            box.setEnabled(not file.approved)
        for button in (self.begin, self.end, self.remove):
            button.setVisible(not file.approved)
        self.begin.setEnabled(not file.approved and not file.sitting["opened_at"])
        self.end.setEnabled(not file.approved and not file.sitting["closed_at"])

    def leave(self) -> bool:
        """Save what is being typed; False when something cannot be read, and goes there."""
        wrong = [name for name, field in self.fields.items() if not field.leave()]
        if wrong:
            self.focus_field(wrong[0])
        return not wrong

    def focus_field(self, name: str) -> None:
        """Go to a field."""
        target = self.offices.get(name) or self.fields.get(name) or self.fields["held_on"]
        (target.editor.main if isinstance(target, DraftField) else target).setFocus()

    def _named(self, name: str) -> None:
        row = self._sitting()
        self.leaving.emit(row, name, self.offices[name].currentData())

    def _now(self, name: str) -> None:
        self.leaving.emit(self._sitting(), name, wall_hour(self._session.around.desk.clock))

    def _sitting(self) -> Row:
        return self._session.known.sitting
