"""The left side of the window: the office's name, the pages, and help."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import QLabel, QListWidget, QListWidgetItem, QSizePolicy, QVBoxLayout, QWidget

from ala_desktop.ui.icons import icon
from ala_desktop.ui.theme import LIGHT, STEP, heading_font

_WIDTH = 224


class Navigation(QWidget):
    """Pages by name. Ctrl+1 to Ctrl+8 choose one from anywhere.

    Signals:
        chosen(str): the name of a page.
        entered(): Enter was pressed on a page: go on inside it.
    """

    chosen = Signal(str)
    entered = Signal()

    def __init__(
        self, pages: Sequence[tuple[str, str]], office: str, clerk: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("side")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(_WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, STEP)
        column.setSpacing(0)
        column.addWidget(self._head(office))
        self.list = QListWidget(self)
        self.list.setObjectName("navigation")
        self.list.setAccessibleName("Pagine del programma")
        self.list.setIconSize(QSize(20, 20))
        self.list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for place, (name, title) in enumerate(pages):
            item = QListWidgetItem(icon(name, LIGHT.on_side), title, self.list)
            item.setData(Qt.ItemDataRole.UserRole, name)
            item.setToolTip(f"{title} (Ctrl+{place + 1})")
        self.list.currentItemChanged.connect(self._changed)
        self.list.itemActivated.connect(lambda _: self.entered.emit())
        column.addWidget(self.list, 1)
        who = QLabel(clerk, self)
        who.setWordWrap(True)
        who.setContentsMargins(STEP * 2, STEP, STEP, 0)
        column.addWidget(who)

    def _head(self, office: str) -> QWidget:
        head = QWidget(self)
        column = QVBoxLayout(head)
        column.setContentsMargins(STEP * 2, STEP * 2, STEP, STEP * 2)
        column.setSpacing(0)
        name = QLabel("ALA Desktop", head)
        name.setFont(heading_font(15))
        place = QLabel(office, head)
        place.setWordWrap(True)
        place.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        column.addWidget(name)
        column.addWidget(place)
        return head

    def _changed(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(item.data(Qt.ItemDataRole.UserRole))

    def show_chosen(self, name: str) -> None:
        """Mark a page as the one in front, without choosing it again."""
        with QSignalBlocker(self.list):
            for place in range(self.list.count()):
                if self.list.item(place).data(Qt.ItemDataRole.UserRole) == name:
                    self.list.setCurrentRow(place)
