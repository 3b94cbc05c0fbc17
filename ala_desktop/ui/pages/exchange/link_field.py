"""A line of the forms that link this PC: its label, and under it in small what belongs there."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ala_desktop.ui.theme import STEP

_WIDTH = 420
ADDRESS = ("&Indirizzo della centrale", "Come indicato da ALA, comincia con https://")
CODE = ("&Codice di collegamento", "Dodici lettere e cifre: vale 24 ore e una sola volta")
NAME = ("&Nome di questo PC (facoltativo)", "Si legge accanto alle modifiche, per esempio «Sportello»")
LONGEST_NAME = 40


def link_fields() -> QFormLayout:
    """The layout of such a form."""
    form = QFormLayout()
    form.setHorizontalSpacing(STEP * 2)
    form.setVerticalSpacing(STEP)
    form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.FieldsStayAtSizeHint)
    return form


def add_line(
    form: QFormLayout, words: tuple[str, str], parent: QWidget, beside: QPushButton | None = None
) -> QLineEdit:
    """Add a line with a label and an explanation, and a button beside it if there is one."""
    label, explanation = words
    line = QLineEdit(parent)
    line.setMinimumWidth(_WIDTH)
    note = QLabel(explanation, parent)
    note.setProperty("role", "muted")
    note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    row = QHBoxLayout()
    row.setSpacing(STEP)
    row.addWidget(line)
    if beside:
        row.addWidget(beside)
    holder = QVBoxLayout()
    holder.setSpacing(2)
    holder.addLayout(row)
    holder.addWidget(note)
    form.addRow(label, holder)
    caption = form.labelForField(holder)
    if isinstance(caption, QLabel):
        caption.setBuddy(line)
    line.setAccessibleName(label.replace("&", ""))
    line.setAccessibleDescription(explanation)
    return line
