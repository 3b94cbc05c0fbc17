"""Records that point to the open one, each a step away."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout

from ala_desktop.services.links import Link, Links
from ala_desktop.services.row import Row
from ala_desktop.ui.editors.base import Means
from ala_desktop.ui.page import Surroundings
from ala_desktop.ui.panels.base import Panel
from ala_desktop.ui.work import Lane


class LinksPanel(Panel):
    """Applications, grants and households that speak of this record."""

    title = "Schede collegate"
    kinds = frozenset({"household", "household_member", "housing_application", "intervention", "housing_unit"})

    def __init__(self, around: Surroundings, means: Means) -> None:
        super().__init__(around, means)
        self._links = Links(around.desk)
        self._of = ""
        self._column = QVBoxLayout()
        self._column.setSpacing(0)
        self.empty = QLabel("Nessun'altra scheda parla di questa.", self)
        self.empty.setProperty("role", "muted")
        self.body.addLayout(self._column)
        self.body.addWidget(self.empty)

    def show_row(self, row: Row) -> None:
        """Look for what points here, in the background."""
        self._of = row.id
        links, kind = self._links, row.kind
        self.around.work.run(Lane.READ, lambda _: links.to(kind, row.id), lambda found: self._show(row.id, found))

    def _show(self, of: str, found: list[Link]) -> None:
        if of != self._of:
            return
        while (item := self._column.takeAt(0)) is not None:
            if widget := item.widget():
                widget.deleteLater()
        for link in found:
            label = self.around.desk.catalog[link.kind].label
            button = QPushButton(f"{label}: {link.name}", self)
            button.setProperty("link", "true")
            button.clicked.connect(lambda _=False, to=link: self.around.wishes.open_record.emit(to.kind, to.id))
            self._column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        self.empty.setVisible(not found)
