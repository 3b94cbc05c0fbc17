"""What a refused save would have written, to be read: records that are corrected on their own page, not on a form."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from ala_desktop.services.sharing.corrections import Part
from ala_desktop.ui.editors.base import Means
from ala_desktop.ui.form_grid import card
from ala_desktop.ui.page import Surroundings
from ala_desktop.ui.pages.exchange import wording
from ala_desktop.ui.theme import STEP


class RefusedValues(QScrollArea):
    """A card for each record, with its values and the way to its page."""

    def __init__(
        self, around: Surroundings, means: Means, parts: tuple[Part, ...], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._around, self._means = around, means
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget(self)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, STEP, 0)
        column.setSpacing(STEP)
        for part in parts:
            self._add(part, inside, column)
        column.addStretch(1)
        self.setWidget(inside)

    def _add(self, part: Part, inside: QWidget, column: QVBoxLayout) -> None:
        body = card(self._around.desk.catalog[part.kind].label, inside, column)
        name = QLabel(wording.breakable(part.name), inside)
        name.setTextFormat(Qt.TextFormat.PlainText)
        name.setWordWrap(True)
        name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        body.addWidget(name)
        grid = QGridLayout()
        grid.setHorizontalSpacing(STEP * 2)
        grid.setColumnStretch(1, 1)
        fields = self._around.desk.catalog[part.kind].fields
        for line, (name, content) in enumerate(part.values.items()):
            field = fields.get(name)
            caption = QLabel(field.label if field else name, inside)
            caption.setProperty("role", "muted")
            text = wording.value(field, name, content, self._means.lookup.name_of)
            label = QLabel(wording.breakable(text), inside)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(caption, line, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(label, line, 1)
        body.addLayout(grid)
        if not part.new:
            lead = QPushButton("Apri la scheda", inside)
            lead.setProperty("link", "true")
            lead.clicked.connect(lambda _=False: self._around.wishes.open_record.emit(part.kind, part.id))
            body.addWidget(lead, 0, Qt.AlignmentFlag.AlignLeft)
