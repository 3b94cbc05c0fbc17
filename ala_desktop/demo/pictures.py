"""The screen of the office PC on which the day is played, 1366x768, and its pictures."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from ala_desktop.demo.trouble import DemoFailed

SIZE = QSize(1366, 768)
"""The screen of an old office PC."""
_DESKTOP, _EDGE = "#8fa3b5", "#4c6173"


def offscreen(folder: Path) -> str:
    """The Qt platform that draws on such a screen without showing it; its description is written into `folder`."""
    screen = {"name": "PC", "x": 0, "y": 0, "width": SIZE.width(), "height": SIZE.height(), "logicalDpi": 96,
              "logicalBaseDpi": 96, "dpr": 1}  # fmt: skip
    description = folder / "schermo.json"
    description.write_text(json.dumps({"windowFrameMargins": False, "screens": [screen]}), encoding="utf-8")
    return f"offscreen:configfile={description.as_posix().removeprefix(description.drive)}"


class Pictures:
    """Takes pictures of the whole screen into a folder.

    Attributes:
        taken: their names, in order.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.taken: list[str] = []

    def take(self, name: str) -> None:
        """Keep the screen as it is now in `NAME.png`; windows of the program's start stand in its middle.

        Raises:
            DemoFailed: the file cannot be written.
        """
        windows = [window for window in QApplication.topLevelWidgets() if window.isVisible()]
        for window in windows:
            if window.parentWidget() is None and window.size() != SIZE:
                window.move((SIZE.width() - window.width()) // 2, (SIZE.height() - window.height()) // 3)
        QApplication.processEvents()
        picture = QPixmap(SIZE)
        picture.fill(QColor(_DESKTOP))
        painter = QPainter(picture)
        painter.setPen(QColor(_EDGE))
        for window in sorted(windows, key=_depth):
            painter.drawPixmap(window.pos(), window.grab())
            if window.size() != SIZE:
                painter.drawRect(window.geometry().adjusted(-1, -1, 0, 0))
        painter.end()
        if not picture.save(str(self._folder / f"{name}.png")):
            raise DemoFailed(f"l'immagine {name}.png non si può scrivere")
        self.taken.append(f"{name}.png")


def _depth(window: QWidget) -> tuple[int, bool]:
    """What lies under what: a dialog over the window that it belongs to, a list to choose from over all."""
    parents, parent = 0, window.parentWidget()
    while parent is not None:
        parents, parent = parents + 1, parent.parentWidget()
    return parents, window.windowType() == Qt.WindowType.Popup
