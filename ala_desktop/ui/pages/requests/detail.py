"""One request, whole: the question, the record that it is about, its course, the answers."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from ala_desktop.services.sharing.requests import Reply, Request
from ala_desktop.ui.pages.exchange.wording import breakable
from ala_desktop.ui.pages.requests import wording
from ala_desktop.ui.theme import STEP, name_font


class RequestDetail(QScrollArea):
    """Shows a request.

    Signals:
        opened(): the record that it is about is wanted.
    """

    opened = Signal()

    def __init__(self, *, agency: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._agency = agency
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.shown: Request | None = None
        self._inside = QWidget(self)
        self.setWidget(self._inside)

    def put(self, request: Request | None, *, openable: bool) -> None:
        """Show a request, or nothing."""
        self.shown = request
        self._inside = QWidget(self)
        column = QVBoxLayout(self._inside)
        column.setContentsMargins(0, STEP, STEP, 0)
        column.setSpacing(STEP)
        if request:
            self._fill(column, request, openable=openable)
        column.addStretch(1)
        self.setWidget(self._inside)

    def _fill(self, column: QVBoxLayout, request: Request, *, openable: bool) -> None:
        subject = self._label(request.subject)
        subject.setFont(name_font(self.font()))
        column.addWidget(subject)
        column.addWidget(self._label(wording.head(request, agency=self._agency), muted=True))
        if request.about:
            column.addWidget(self._about(request.about.name, openable=openable), 0, Qt.AlignmentFlag.AlignLeft)
        if request.text:
            column.addWidget(self._label(request.text))
        for line in wording.course(request):
            column.addWidget(self._label(line, muted=True))
        for reply in request.replies:
            column.addWidget(self._reply(reply))

    def _about(self, name: str, *, openable: bool) -> QWidget:
        if not openable:
            return self._label(f"Scheda: {name}")
        button = QPushButton(f"Apri la scheda: {name}", self._inside)
        button.setProperty("link", "tight")
        button.clicked.connect(self.opened)
        return button

    def _reply(self, reply: Reply) -> QFrame:
        frame = QFrame(self._inside)
        frame.setProperty("role", "card")
        column = QVBoxLayout(frame)
        column.setContentsMargins(STEP * 2, STEP, STEP * 2, STEP)
        column.setSpacing(2)
        head = self._label(wording.signed(reply))
        bold = head.font()
        bold.setBold(True)
        head.setFont(bold)
        column.addWidget(head)
        column.addWidget(self._label(reply.text))
        return frame

    def _label(self, text: str, *, muted: bool = False) -> QLabel:
        label = QLabel(breakable(text), self._inside)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setWordWrap(True)
        label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        if muted:
            label.setProperty("role", "muted")
        return label
