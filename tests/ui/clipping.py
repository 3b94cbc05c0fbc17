"""Finds what does not fit on a screen: texts that are cut and widgets that cover each other."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QComboBox, QLabel, QStackedWidget, QWidget


def misfits(top: QWidget) -> list[str]:
    """What is cut or covered among the visible widgets of `top`; each with its text and place."""
    found: list[str] = []
    for widget in top.findChildren(QWidget):
        if widget.isVisible() and not isinstance(
            widget.parentWidget(), (QAbstractScrollArea, QStackedWidget, QComboBox)
        ):
            found += _cut(widget)
            found += _covered(widget)
    return found


def _cut(widget: QWidget) -> list[str]:
    if isinstance(widget, QLabel) and widget.text():
        if widget.wordWrap():
            needs = widget.heightForWidth(widget.width())
            return [_told(widget, widget.text(), "cut in height")] if widget.height() < needs else []
        wide = widget.fontMetrics().horizontalAdvance(widget.text().replace("&", ""))
        tall = widget.fontMetrics().height()
        fits = widget.width() >= wide and widget.height() >= tall
        return [] if fits else [_told(widget, widget.text(), "cut")]
    if isinstance(widget, QAbstractButton) and widget.text():
        hint = widget.minimumSizeHint()
        fits = widget.width() >= hint.width() and widget.height() >= hint.height()
        return [] if fits else [_told(widget, widget.text(), "cut")]
    return []


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
