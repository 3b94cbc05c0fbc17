"""Two records side by side, field by field: which one stays in sight, and which values it takes from the other."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ala_desktop.core.errors import Mendable
from ala_desktop.services import naming
from ala_desktop.services.duplicate_verdicts import Decided, Side, Verdicts
from ala_desktop.services.row import Row
from ala_desktop.ui.message import MessageStrip
from ala_desktop.ui.page import Surroundings
from ala_desktop.ui.theme import STEP, heading_font
from ala_desktop.ui.work import Lane

_HOW = (
    "Se ne vedrà una sola, con le pratiche di entrambe. Dell'altra non si perde nulla: scollegandole tornano "
    "com'erano. I valori spuntati vengono presi dall'altra scheda."
)
_LONGEST = 160


class LinkDialog(QDialog):
    """Asks, and links."""

    def __init__(
        self,
        around: Surroundings,
        kept: Row,
        other: Row,
        reason: str,
        parent: QWidget | None = None,
        *,
        show: bool = True,
    ) -> None:
        """`show`: bring the record that stays in sight to the front afterwards."""
        super().__init__(parent)
        self._shows = show
        self._around, self._rows = around, (kept, other)
        self._verdicts = Verdicts(around.desk)
        self._writing = False
        self.takes: dict[str, QCheckBox] = {}
        self.setWindowTitle("Collega due schede")
        column = QVBoxLayout(self)
        column.setContentsMargins(STEP * 3, STEP * 2, STEP * 3, STEP * 2)
        column.setSpacing(STEP)
        title = QLabel(f"Collega due schede: {reason[0].lower()}{reason[1:]}", self)
        title.setFont(heading_font(14))
        title.setWordWrap(True)
        column.addWidget(title)
        how = QLabel(_HOW, self)
        how.setWordWrap(True)
        how.setProperty("role", "muted")
        column.addWidget(how)
        self.strip = MessageStrip(self)
        column.addWidget(self.strip)
        column.addLayout(self._choice())
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column.addWidget(self._area, 1)
        column.addLayout(self._buttons())
        self.resize(900, 560)
        self._show_sides()
        self.accept_button.setFocus()

    def _choice(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(STEP)
        label = QLabel("&Resta in vista", self)
        self.keep = QComboBox(self)
        for place, one in enumerate(self._rows):
            name = naming.name_of(self._around.desk, one.kind, one.values)
            self.keep.addItem(f"{name} ({'la prima' if place == 0 else 'la seconda'} scheda)", place)
        self.keep.currentIndexChanged.connect(self._show_sides)
        label.setBuddy(self.keep)
        row.addWidget(label)
        row.addWidget(self.keep, 1)
        return row

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(STEP)
        leave = QPushButton("Lascia com'è", self)
        leave.setToolTip("Esc")
        leave.clicked.connect(self.reject)
        self.accept_button = QPushButton("Collega", self)
        self.accept_button.setProperty("main", "true")
        self.accept_button.setToolTip("Ctrl+S")
        self.accept_button.setShortcut("Ctrl+S")
        self.accept_button.clicked.connect(self.link)
        row.addWidget(leave)
        row.addStretch(1)
        row.addWidget(self.accept_button)
        return row

    @property
    def kept(self) -> Row:
        """The record that stays in sight."""
        return self._rows[self.keep.currentIndex()]

    @property
    def other(self) -> Row:
        """The record that it stands for."""
        return self._rows[1 - self.keep.currentIndex()]

    def _show_sides(self) -> None:
        """Lay both out anew: what is kept to the left, what may be taken over to the right."""
        self.takes = {}
        inside = QWidget(self._area)
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, STEP, 0)
        grid.setHorizontalSpacing(STEP * 2)
        grid.setVerticalSpacing(STEP // 2)
        for place, text in enumerate(("Campo", "Resta in vista", "L'altra scheda")):
            head = QLabel(text, inside)
            head.setFont(heading_font(11))
            grid.addWidget(head, 0, place)
        sides = self._verdicts.sides(self.kept.kind, self.kept.values, self.other.values)
        for line, side in enumerate(sides):
            self._lay_side(grid, 2 * line + 1, side, inside)
        grid.setRowStretch(2 * len(sides) + 1, 1)
        for place, stretch in enumerate((2, 4, 4)):
            grid.setColumnStretch(place, stretch)
        self._area.setWidget(inside)

    def _lay_side(self, grid: QGridLayout, line: int, side: Side, parent: QWidget) -> None:
        rule = QFrame(parent)
        rule.setFrameShape(QFrame.Shape.HLine)
        rule.setProperty("role", "rule")
        grid.addWidget(rule, line, 0, 1, 3)
        grid.addWidget(_text(side.label, parent, muted=True), line + 1, 0)
        grid.addWidget(_text(side.kept or "(vuoto)", parent, muted=not side.kept), line + 1, 1)
        if not side.differs:
            grid.addWidget(_text("uguale", parent, muted=True), line + 1, 2)
        elif not side.other:
            grid.addWidget(_text("(vuoto)", parent, muted=True), line + 1, 2)
        else:
            take = QCheckBox(_short(side.other), parent)
            take.setToolTip(side.other)
            take.setAccessibleName(f"{side.label}: prendi «{_short(side.other)}»")
            take.setChecked(not side.kept)
            self.takes[side.field] = take
            grid.addWidget(take, line + 1, 2)

    def link(self) -> None:
        """Link them; the dialog stays if that cannot be."""
        if self._writing:
            return
        self._writing = True
        kept, other, verdicts = self.kept, self.other, self._verdicts
        take = [name for name, box in self.takes.items() if box.isChecked()]
        self._around.work.run(
            Lane.WRITE, lambda _: verdicts.link(kept.kind, kept.id, other.id, take), self._linked, self._refused
        )

    def _linked(self, decided: Decided) -> None:
        self._writing = False
        self.accept()
        self._around.wishes.decided.emit(decided)
        if self._shows:
            self._around.wishes.open_record.emit(decided.kind, decided.record)

    def _refused(self, problem: Mendable) -> None:
        self._writing = False
        self.strip.tell(problem.title, problem.cause, problem.next_step)


def _text(text: str, parent: QWidget, *, muted: bool = False) -> QLabel:
    label = QLabel(_short(text), parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    if muted:
        label.setProperty("role", "muted")
    return label


def _short(text: str) -> str:
    """Long notes by their beginning; the tool tip has the rest."""
    one = " ".join(text.split())
    return one if len(one) <= _LONGEST else one[: _LONGEST - 1] + "…"
