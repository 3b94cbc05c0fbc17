"""Finds what does not fit on a screen: texts that are cut and widgets that cover each other."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QStackedWidget,
    QTabBar,
    QTabWidget,
    QWidget,
)

_OWN_LAYOUT = (QAbstractScrollArea, QStackedWidget, QComboBox, QTabWidget, QTabBar, QLineEdit)
"""Widgets whose parts Qt itself lays out, some of them over each other or beyond the edge, to be scrolled to."""


def misfits(top: QWidget) -> list[str]:
    """What is cut or covered among the visible widgets of `top`; each with its text and place."""
    found: list[str] = []
    for widget in [top, *top.findChildren(QWidget)]:
        if widget.isVisible():
            found += _cut(widget)
            if widget is not top and not _laid_out_by_qt(widget):
                found += _covered(widget)
    return found


def _laid_out_by_qt(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    around = parent.parentWidget() if parent else None
    return isinstance(parent, _OWN_LAYOUT) or isinstance(around, QAbstractScrollArea)


def _cut(widget: QWidget) -> list[str]:
    if isinstance(widget, QLabel):
        return _cut_label(widget)
    if isinstance(widget, QAbstractButton) and widget.text():
        hint = widget.minimumSizeHint()
        fits = widget.width() >= hint.width() and widget.height() >= hint.height()
        return [] if fits else [_told(widget, widget.text(), "cut")]
    if isinstance(widget, QLineEdit) and not isinstance(widget.parentWidget(), QComboBox):
        return _cut_line(widget)
    if isinstance(widget, QComboBox) and not widget.isEditable():
        room = widget.width() - 8 - 24  # padding and arrow of the style sheet
        wide = widget.fontMetrics().horizontalAdvance(widget.currentText())
        return [] if room >= wide else [_told(widget, widget.currentText(), "cut")]
    if isinstance(widget, QHeaderView) and widget.orientation() == Qt.Orientation.Horizontal:
        return _cut_heading(widget)
    if isinstance(widget, QTabBar):
        tabs = [place for place in range(widget.count()) if not widget.rect().contains(widget.tabRect(place))]
        return [_told(widget, widget.tabText(place), "cut") for place in tabs]
    return []


def _cut_label(label: QLabel) -> list[str]:
    if not label.text():
        return []
    if label.wordWrap():
        needs = label.heightForWidth(label.width())
        return [_told(label, label.text(), "cut in height")] if label.height() < needs else []
    lines = label.text().replace("&", "").split("\n")
    wide = max(label.fontMetrics().horizontalAdvance(line) for line in lines)
    tall = label.fontMetrics().height() * len(lines)
    fits = label.contentsRect().width() >= wide and label.contentsRect().height() >= tall
    return [] if fits else [_told(label, label.text(), "cut")]


def _cut_line(line: QLineEdit) -> list[str]:
    metrics, found = line.fontMetrics(), []
    if line.height() < metrics.height() + 4:
        found.append(_told(line, line.text(), "cut in height"))
    if not line.text() and metrics.horizontalAdvance(line.placeholderText()) > line.width() - 14:
        found.append(_told(line, line.placeholderText(), "cut"))
    return found


def _cut_heading(heads: QHeaderView) -> list[str]:
    font = heads.font()
    font.setBold(True)
    model, found = heads.model(), []
    for place in range(heads.count()):
        text = str(model.headerData(place, Qt.Orientation.Horizontal) or "")
        hint = heads.sectionSizeFromContents(place).width() if text else 0
        if heads.sectionSize(place) < hint:
            found.append(_told(heads, text, "cut"))
    return found


def _covered(widget: QWidget) -> list[str]:
    parent = widget.parentWidget()
    if parent is None or widget.isWindow():
        return []
    inside = parent.rect().contains(widget.geometry())
    found = [] if inside else [_told(widget, "", f"outside {type(parent).__name__}")]
    beside = [
        other for other in parent.findChildren(QWidget) if other.parentWidget() is parent and not other.isWindow()
    ]
    for other in beside:
        if id(other) > id(widget) and other.isVisible() and widget.geometry().intersects(other.geometry()):
            found.append(_told(widget, "", f"covers {_told(other, '', '')}"))
    return found


def _told(widget: QWidget, text: str, what: str) -> str:
    name = text or widget.accessibleName() or widget.objectName()
    return f"{type(widget).__name__} {name!r} {widget.geometry().getRect()} {what}".strip()
