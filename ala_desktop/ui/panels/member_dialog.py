"""A new member of a household: a few fields, filled from the codice fiscale; who is registered already is linked."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ala_desktop.core.errors import Mendable
from ala_desktop.fields.values import Value
from ala_desktop.services.forms import Forms
from ala_desktop.services.households import Households, Member
from ala_desktop.services.row import Row
from ala_desktop.ui.editors.base import Means
from ala_desktop.ui.field_box import FieldBox, readable
from ala_desktop.ui.message import MessageStrip
from ala_desktop.ui.page import Surroundings
from ala_desktop.ui.theme import STEP, heading_font
from ala_desktop.ui.work import Lane

_ROWS = (("fiscal_code", "surname", "name"), ("birth_date", "birth_place", "sex"), ("relation", "phone"))


class MemberDialog(QDialog):
    """Adds members one after the other until it is closed."""

    def __init__(self, around: Surroundings, means: Means, household: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._around, self._household = around, household
        self._households, self._forms = Households(around.desk), Forms(around.desk)
        self._known: Row | None = None
        self._writing = False
        self.setWindowTitle("Aggiungi componente")
        column = QVBoxLayout(self)
        column.setContentsMargins(STEP * 3, STEP * 2, STEP * 3, STEP * 2)
        column.setSpacing(STEP)
        title = QLabel("Aggiungi componente", self)
        title.setFont(heading_font(14))
        column.addWidget(title)
        self.strip = MessageStrip(self)
        column.addWidget(self.strip)
        column.addLayout(self._fields(means))
        column.addStretch(1)
        column.addLayout(self._buttons())
        self.resize(820, 380)
        self.boxes["fiscal_code"].editor.setFocus()

    def _fields(self, means: Means) -> QGridLayout:
        catalog = self._around.desk.catalog
        fields = {**catalog["person"].fields, "relation": catalog["household_member"].fields["relation"]}
        grid = QGridLayout()
        grid.setHorizontalSpacing(STEP * 2)
        grid.setVerticalSpacing(STEP)
        self.boxes: dict[str, FieldBox] = {}
        for line, names in enumerate(_ROWS):
            for place, name in enumerate(names):
                self.boxes[name] = box = FieldBox(fields[name], means, self)
                box.left.connect(self._left)
                box.passed.connect(self._pass)
                grid.addWidget(box, line, place)
        for place in range(3):
            grid.setColumnStretch(place, 1)
        return grid

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(STEP)
        done = QPushButton("Fine", self)
        done.clicked.connect(self.reject)
        another = QPushButton("Aggiungi e continua", self)
        another.clicked.connect(lambda: self._add(self._next))
        self.last = QPushButton("Aggiungi", self)
        self.last.setProperty("main", "true")
        self.last.setShortcut("Ctrl+S")
        self.last.clicked.connect(lambda: self._add(self.accept))
        row.addWidget(done)
        row.addStretch(1)
        row.addWidget(another)
        row.addWidget(self.last)
        return row

    def _left(self, name: str) -> None:
        values = readable(self.boxes)
        if name == "fiscal_code":
            self._recognise(values.get("fiscal_code"))
        for other, value in self._forms.fill("person", values).items():
            if other in self.boxes:
                self.boxes[other].put(value)
        doubts = self._forms.doubts("person", readable(self.boxes))
        for other, box in self.boxes.items():
            if not box.problem:
                box.check(doubt=doubts.get(other, ""))

    def _recognise(self, code: Value) -> None:
        """Somebody with this code is registered already: link them rather than write them twice."""
        self._known = self._households.known(code)
        if self._known is None:
            self.strip.clear()
            return
        spec = self._around.desk.catalog["person"]
        for name, box in self.boxes.items():
            if name in spec.fields and name != "fiscal_code":
                box.put(self._known[name])
        self.strip.tell(
            f"{spec.name_of(self._known.values)} è già fra le persone registrate",
            "Ha lo stesso codice fiscale.",
            "Premendo «Aggiungi» la scheda esistente viene collegata al nucleo, senza scriverla due volte.",
            grave=False,
        )

    def _pass(self, name: str) -> None:
        names = list(self.boxes)
        place = names.index(name) + 1
        if place < len(names):
            self.boxes[names[place]].editor.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.last.setFocus(Qt.FocusReason.TabFocusReason)

    def _add(self, after: Callable[[], None]) -> None:
        if self._writing:
            return  # a second press would write the person twice
        wrong = [box for box in self.boxes.values() if not box.check(whole=True)]
        if wrong:
            wrong[0].editor.setFocus()
            return
        values = readable(self.boxes)
        relation = values.pop("relation", None)
        known, home, households = self._known, self._household, self._households

        def write(_: object) -> Member:
            if known:
                return households.link(home, known.id, relation)
            return households.add(home, {name: value for name, value in values.items() if value is not None}, relation)

        def written(_: object) -> None:
            self._writing = False
            after()

        self._writing = True
        self._around.work.run(Lane.WRITE, write, written, self._refused)

    def _refused(self, problem: Mendable) -> None:
        self._writing = False
        self.strip.tell(problem.title, problem.cause, problem.next_step)

    def _next(self) -> None:
        self._known = None
        self.strip.clear()
        for box in self.boxes.values():
            box.put(None)
        self.boxes["fiscal_code"].editor.setFocus()
