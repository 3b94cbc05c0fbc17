"""The program's own icons: drawn in one colour, which follows the text's."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QSize
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer

from ala_desktop.core.resources import resource

_SIDES = (16, 20, 24, 32, 48)


def icon(name: str, colour: str = "") -> QIcon:
    """The icon `resources/icons/NAME.svg` in `colour`, or in the colour of text."""
    tone = QColor(colour) if colour else QGuiApplication.palette().color(QPalette.ColorRole.WindowText)
    drawn = resource(f"icons/{name}.svg").read_text(encoding="utf-8").replace("currentColor", tone.name())
    renderer = QSvgRenderer(QByteArray(drawn.encode()))
    made = QIcon()
    for side in _SIDES:
        pixmap = QPixmap(QSize(side, side))
        pixmap.fill(QColor(0, 0, 0, 0))
        painter = QPainter(pixmap)
        renderer.render(painter)
        painter.end()
        made.addPixmap(pixmap)
    return made
