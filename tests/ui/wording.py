"""Finds what is not Italian among the texts that a screen shows or reads aloud."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QTabBar,
    QWidget,
)

_ENGLISH = """
the and of with without for from this that these those is are was were not yes ok cancel close open save search
find new edit delete remove add select none undo redo cut copy paste apply help next back finish abort retry ignore
discard error warning question information loading please wait name address unit units household person people
application applications sitting minutes exchange home today page list row rows value values field fields required
optional unknown true false files folder look up parent directory size type kind modified choose browse export
print preview settings passphrase
"""
ENGLISH = frozenset(_ENGLISH.split())
"""Words that would betray an untranslated text; none of them is Italian too."""

_IDENTIFIER = re.compile(r"[a-z]+_[a-z_]+")


def texts(top: QWidget) -> list[str]:
    """Every text of `top` and its visible parts: shown, in tool tips, or read aloud."""
    found = [top.windowTitle()]
    for widget in [top, *top.findChildren(QWidget)]:
        if widget.isVisible():
            found += [widget.toolTip(), widget.accessibleName(), widget.accessibleDescription(), *_shown(widget)]
    found += [action.text() for action in top.findChildren(QAction)]
    return [text for text in found if text.strip()]


def _shown(widget: QWidget) -> list[str]:
    if isinstance(widget, QLabel | QAbstractButton):
        return [widget.text()]
    if isinstance(widget, QLineEdit | QPlainTextEdit):
        return [widget.placeholderText()]
    if isinstance(widget, QComboBox):
        return [widget.itemText(place) for place in range(widget.count())]
    if isinstance(widget, QTabBar):
        return [widget.tabText(place) for place in range(widget.count())]
    if isinstance(widget, QListWidget):
        return [widget.item(place).text() for place in range(widget.count())]
    if isinstance(widget, QHeaderView) and widget.orientation() == Qt.Orientation.Horizontal:
        model = widget.model()
        return [str(model.headerData(place, Qt.Orientation.Horizontal) or "") for place in range(widget.count())]
    return []


def foreign(texts: list[str], known: frozenset[str] = frozenset()) -> list[str]:
    """The texts with an English word or an identifier of the code in them; `known` words are names."""
    found: list[str] = []
    for text in texts:
        words = {word for word in re.findall(r"[a-zà-ù]+", text.lower()) if word not in known}
        if words & ENGLISH or _IDENTIFIER.search(text):
            found.append(text)
    return found
