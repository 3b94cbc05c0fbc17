"""Laying a form's fields out: sections under titles, rows on a grid of twelve columns."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from ala_desktop.fields.spec import RecordSpec
from ala_desktop.ui.editors.base import Means
from ala_desktop.ui.field_box import FieldBox
from ala_desktop.ui.layouts.base import WIDTH, Layout
from ala_desktop.ui.theme import STEP, heading_font


def lay_out(
    spec: RecordSpec, layout: Layout, means: Means, parent: QWidget, column: QVBoxLayout
) -> dict[str, FieldBox]:
    """Add a card for each section to `column`; returns the field boxes by name, in the order of the layout."""
    boxes: dict[str, FieldBox] = {}
    gap = STEP * 2
    for section in layout.sections:
        body = card(section.title, parent, column)
        body.setContentsMargins(STEP * 2, STEP + 4, STEP * 2 - gap, STEP * 2)
        grid = QGridLayout()
        grid.setHorizontalSpacing(0)  # a grid gives no spacing to columns where no field begins: the boxes bring it
        grid.setVerticalSpacing(STEP + 2)
        for place in range(WIDTH):
            grid.setColumnStretch(place, 1)
            grid.setColumnMinimumWidth(place, 1)
        for line, row in enumerate(section.places()):
            at = 0
            under = QVBoxLayout()
            under.setContentsMargins(0, 0, gap, 0)
            under.setSpacing(STEP // 2)
            for name, span in row:
                boxes[name] = box = FieldBox(spec.fields[name], means, parent, gap=gap)
                box.under = under
                grid.addWidget(box, 2 * line, at, 1, span)
                at += span
            grid.addLayout(under, 2 * line + 1, 0, 1, WIDTH)
        body.addLayout(grid)
    return boxes


def card(title: str, parent: QWidget, column: QVBoxLayout) -> QVBoxLayout:
    """A framed section with a title, added to `column`; returns the layout of its body."""
    frame = QFrame(parent)
    frame.setProperty("role", "card")
    body = QVBoxLayout(frame)
    body.setContentsMargins(STEP * 2, STEP + 4, STEP * 2, STEP * 2)
    body.setSpacing(STEP)
    heading = QLabel(title, frame)
    heading.setFont(heading_font(12))
    body.addWidget(heading)
    column.addWidget(frame)
    return body
