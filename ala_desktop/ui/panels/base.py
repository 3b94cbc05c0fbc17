"""What every panel under a form has in common."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout

from ala_desktop.services.row import Row
from ala_desktop.ui.editors.base import Means
from ala_desktop.ui.page import Changed, Surroundings
from ala_desktop.ui.theme import STEP, heading_font


class Panel(QFrame):
    """A card with a title, buttons beside it and a body.

    Attributes:
        title: Italian.
        kinds: kinds of record whose changes concern it.
    """

    title = ""
    kinds: frozenset[str] = frozenset()

    def __init__(self, around: Surroundings, means: Means) -> None:
        super().__init__()
        self.around, self.means = around, means
        self.setProperty("role", "card")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(STEP * 2, STEP + 4, STEP * 2, STEP * 2)
        self.body.setSpacing(STEP)
        self.commands = QHBoxLayout()
        self.commands.setSpacing(STEP)
        heading = QLabel(self.title, self)
        heading.setFont(heading_font(12))
        top = QHBoxLayout()
        top.addWidget(heading)
        top.addStretch(1)
        top.addLayout(self.commands)
        self.body.addLayout(top)

    def show_row(self, row: Row) -> None:
        """Show what hangs on this record."""
        raise NotImplementedError

    def refresh(self, row: Row, changed: Changed | None) -> None:
        """Show it anew if something that concerns it changed."""
        if changed is None or any(kind in self.kinds for kind, _ in changed):
            self.show_row(row)
