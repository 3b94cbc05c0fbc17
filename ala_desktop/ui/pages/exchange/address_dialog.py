"""Where the hub is now: it moved, or a PC that was linked by file has a network since."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ala_desktop.core.errors import Mendable
from ala_desktop.services.sharing.exchange import Exchange
from ala_desktop.sync.complaints import Away
from ala_desktop.ui.message import MessageStrip
from ala_desktop.ui.page import Surroundings
from ala_desktop.ui.pages.exchange.link_field import ADDRESS, add_line, link_fields
from ala_desktop.ui.theme import STEP, heading_font
from ala_desktop.ui.work import Job, Lane

_WHAT = (
    "Serve se ALA ha comunicato un indirizzo nuovo, o se questo PC scambiava per file e ora ha la rete. L'indirizzo si "
    "salva solo se lì risponde la stessa centrale a cui il PC è collegato: nessuno può prenderne il posto."
)


class AddressDialog(QDialog):
    """Asks for an address, tries it, and keeps it only if the hub of this PC answers there.

    Signals:
        moved(): the address was taken.
    """

    moved = Signal()

    def __init__(self, around: Surroundings, exchange: Exchange, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._around, self._exchange = around, exchange
        self._job: Job | None = None
        self.setWindowTitle("Indirizzo di ALA")
        column = QVBoxLayout(self)
        column.setContentsMargins(STEP * 3, STEP * 3, STEP * 3, STEP * 2)
        column.setSpacing(STEP)
        title = QLabel("Dove si trova la centrale di ALA", self)
        title.setFont(heading_font(15))
        what = QLabel(_WHAT, self)
        what.setWordWrap(True)
        self.strip = MessageStrip(self)
        form = link_fields()
        self.address = add_line(form, ADDRESS, self)
        self.address.setText(around.desk.me.hub_url or "")
        self.address.selectAll()
        self.address.returnPressed.connect(self.take)
        for part in (title, what, self.strip):
            column.addWidget(part)
        column.addLayout(form)
        column.addLayout(self._buttons())
        self.setMinimumWidth(640)

    def _buttons(self) -> QHBoxLayout:
        leave = QPushButton("Annulla", self)
        leave.setAutoDefault(False)
        leave.clicked.connect(self.reject)
        self.go = QPushButton("Prova e salva", self)
        self.go.setAutoDefault(False)
        self.go.setProperty("main", "true")
        self.go.clicked.connect(self.take)
        row = QHBoxLayout()
        row.setSpacing(STEP)
        row.addStretch(1)
        row.addWidget(leave)
        row.addWidget(self.go)
        return row

    def take(self) -> None:
        """Try the address, on the network's thread."""
        url = self.address.text().strip()
        if self._job or not url:
            self.address.setFocus()
            return
        self.strip.clear()
        self._job = self._around.work.run(
            Lane.NETWORK, lambda _: self._exchange.move(url), self._taken, self._refused, label="Ricerca della centrale"
        )
        self._show_running(running=True)

    def _show_running(self, *, running: bool) -> None:
        self.go.setText("Ricerca in corso…" if running else "Prova e salva")
        for widget in (self.go, self.address):
            widget.setEnabled(not running)

    def _taken(self, _: None) -> None:
        self._job = None
        self._around.wishes.say.emit("Indirizzo di ALA salvato")
        self.moved.emit()
        self.accept()

    def _refused(self, problem: Mendable) -> None:
        self._job = None
        self._show_running(running=False)
        self.strip.tell(problem.title, problem.cause, problem.next_step, grave=not isinstance(problem, Away))
        self.address.setFocus()

    def reject(self) -> None:
        """Closing waits for the answer, which comes within seconds."""
        if self._job is None:
            super().reject()
