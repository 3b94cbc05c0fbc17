"""What is missing before approval: a list that jumps to each thing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from ala_desktop.rules.obstacles import Obstacle
from ala_desktop.ui.phrases import counted
from ala_desktop.ui.theme import STEP, heading_font

_OBSTACLE = int(Qt.ItemDataRole.UserRole)


class ObstaclesPanel(QWidget):
    """The list.

    Signals:
        jump(object): go to the place of this `Obstacle`.
    """

    jump = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        title = QLabel("Prima di approvare", self)
        title.setFont(heading_font(14))
        self.count = QLabel(self)
        self.count.setWordWrap(True)
        self.list = QListWidget(self)
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.list.setAccessibleName("Cose da sistemare prima di approvare")
        self.list.itemActivated.connect(lambda item: self.jump.emit(item.data(_OBSTACLE)))
        for widget in (title, self.count):
            column.addWidget(widget)
        column.addWidget(self.list, 1)

    def show_obstacles(self, obstacles: Sequence[Obstacle]) -> None:
        """Draw them; Enter or a double click goes to the place."""
        things = counted(len(obstacles), "cosa", "cose")
        self.count.setText(f"Mancano {things}: Invio porta al punto da sistemare." if len(obstacles) > 1 else
                           "Manca una cosa: Invio porta al punto da sistemare.")  # fmt: skip
        self.list.clear()
        for obstacle in obstacles:
            item = QListWidgetItem(str(obstacle), self.list)
            item.setData(_OBSTACLE, obstacle)
        self.list.setCurrentRow(0)
        self.list.setFocus()
