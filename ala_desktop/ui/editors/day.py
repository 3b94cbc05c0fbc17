"""Editor for days: typed in any of the usual ways, or picked from a calendar."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QDate, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCalendarWidget, QToolButton, QVBoxLayout, QWidget

from ala_desktop.fields.kinds import FieldKind
from ala_desktop.fields.values import ValueProblem
from ala_desktop.ui.editors.base import Means
from ala_desktop.ui.editors.text import LineEditor
from ala_desktop.ui.icons import icon


class DayEditor(LineEditor):
    """A day: `12032019`, `12/3/19`, `oggi`, `+30`; F4 or the button opens a calendar."""

    def __init__(self, kind: FieldKind, means: Means, parent: QWidget | None = None) -> None:
        super().__init__(kind, means, parent)
        self.line.setPlaceholderText("gg/mm/aaaa")
        self._button = QToolButton(self)
        self._button.setIcon(icon("calendar"))
        self._button.setAutoRaise(True)
        self._button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._button.setToolTip("Scegli dal calendario (F4)")
        self._button.setAccessibleName("Scegli dal calendario")
        self._button.clicked.connect(self.show_calendar)
        self.row.addWidget(self._button)
        self._popup: _Calendar | None = None

    def show_calendar(self) -> None:
        """Open the calendar under the field, at the day that stands there or today."""
        if self.line.isReadOnly():
            return
        self._popup = popup = _Calendar(self, self._day())
        popup.calendar.activated.connect(self._take)
        popup.calendar.clicked.connect(self._take)
        popup.adjustSize()
        popup.move(self.line.mapToGlobal(QPoint(0, self.line.height())))
        popup.show()
        popup.calendar.setFocus()

    def _day(self) -> date:
        try:
            value = self.read()
        except ValueProblem:
            value = None
        return date.fromisoformat(str(value)) if value else self.means.today()

    def _take(self, day: QDate) -> None:
        if self._popup:
            self._popup.close()
            self._popup = None
        self.line.setText(day.toString("dd/MM/yyyy"))
        self.line.setFocus()
        self.edited.emit()

    def lock(self, *, locked: bool) -> None:
        """Neither typed nor picked."""
        super().lock(locked=locked)
        self._button.setVisible(not locked)

    def moves_on(self, event: QKeyEvent) -> bool:
        """F4 opens the calendar; Enter moves on."""
        if event.key() == Qt.Key.Key_F4:
            self.show_calendar()
            return False
        return super().moves_on(event)


class _Calendar(QWidget):
    """A calendar in a window of its own that closes when something else is pressed."""

    def __init__(self, parent: QWidget, day: date) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.calendar = QCalendarWidget(self)
        self.calendar.setGridVisible(False)
        self.calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self.calendar.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
        self.calendar.setMinimumSize(320, 260)
        self.calendar.setSelectedDate(QDate(day.year, day.month, day.day))
        box = QVBoxLayout(self)
        box.setContentsMargins(1, 1, 1, 1)
        box.addWidget(self.calendar)
