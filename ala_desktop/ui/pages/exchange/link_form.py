"""Before this PC is linked: what that means, and the two ways of linking it, over the network or by file."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QRadioButton, QStackedWidget, QVBoxLayout, QWidget

from ala_desktop.core.errors import Mendable
from ala_desktop.services.sharing.exchange import Exchange, OfficeDevice
from ala_desktop.services.sharing.exchange_state import Summary
from ala_desktop.services.sharing.file_exchange import FileExchange
from ala_desktop.sync.complaints import Away
from ala_desktop.ui.files import LastFolder
from ala_desktop.ui.form_grid import card
from ala_desktop.ui.message import MessageStrip
from ala_desktop.ui.page import Surroundings
from ala_desktop.ui.pages.exchange.link_by_file import LinkByFile
from ala_desktop.ui.pages.exchange.link_field import ADDRESS, CODE, LONGEST_NAME, NAME, add_line, link_fields
from ala_desktop.ui.phrases import counted
from ala_desktop.ui.theme import STEP
from ala_desktop.ui.work import Lane

_WHAT = (
    "Il collegamento permette di inviare ad ALA il lavoro dell'ufficio e di ricevere le modifiche degli altri PC del "
    "comune e di ALA. Il programma funziona per intero anche senza: quanto si registra resta su questo PC, al sicuro, "
    "e parte con il primo scambio."
)


class LinkForm(QWidget):
    """Address, one-time code, name; or ALA's presentation, code, name and a file that asks.

    Signals:
        linked(object): this PC (an `OfficeDevice`), as the comune knows it from now on.
        asked(): a file that asks ALA was written, or its answer did not link.
    """

    linked = Signal(object)
    asked = Signal()

    def __init__(
        self,
        around: Surroundings,
        exchange: Exchange,
        files: FileExchange,
        folder: LastFolder,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._around, self._exchange = around, exchange
        self._asked_to_join: str | None = None
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(STEP)
        self.strip = MessageStrip(self)
        whole.addWidget(self.strip)
        body = card("Collegare questo PC ad ALA", self, whole)
        whole.addStretch(1)
        what = QLabel(_WHAT, self)
        what.setWordWrap(True)
        self.waiting = QLabel(self)
        self.waiting.setProperty("role", "muted")
        body.addWidget(what)
        body.addLayout(self._ways())
        self.by_file = LinkByFile(around, exchange, files, folder, self.strip, self)
        self.by_file.linked.connect(self.linked)
        self.by_file.asked.connect(self.asked)
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self._by_network())
        self.stack.addWidget(self.by_file)
        body.addWidget(self.stack)

    def _ways(self) -> QHBoxLayout:
        self.network = QRadioButton("Il Comune &ha la rete", self)
        self.no_network = QRadioButton("Il Comune non ha &rete: chiavetta o PEC", self)
        self.network.setChecked(True)
        self.no_network.toggled.connect(self._turn)
        row = QHBoxLayout()
        row.setSpacing(STEP * 3)
        row.addWidget(self.network)
        row.addWidget(self.no_network)
        row.addStretch(1)
        row.addWidget(self.waiting)
        return row

    def _turn(self, without: bool) -> None:
        self.strip.clear()
        self.stack.setCurrentIndex(int(without))

    def _by_network(self) -> QWidget:
        way = QWidget(self)
        column = QVBoxLayout(way)
        column.setContentsMargins(0, STEP, 0, 0)
        column.setSpacing(STEP)
        form = link_fields()
        self.address = add_line(form, ADDRESS, way)
        self.code = add_line(form, CODE, way)
        self.name = add_line(form, NAME, way)
        self.name.setMaxLength(LONGEST_NAME)
        self.address.returnPressed.connect(self.code.setFocus)
        self.code.returnPressed.connect(self.name.setFocus)
        self.name.returnPressed.connect(self.link)
        column.addLayout(form)
        self.go = QPushButton("Collega questo PC", way)
        self.go.setAutoDefault(True)
        self.go.setProperty("main", "true")
        self.go.setMinimumHeight(40)
        self.go.clicked.connect(self.link)
        row = QHBoxLayout()
        row.addWidget(self.go)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)
        return way

    def show_summary(self, summary: Summary) -> None:
        """How much waits already, and whether ALA was asked by file: then its answer is what is wanted."""
        waits = counted(summary.to_send, "modifica aspetta di essere inviata", "modifiche aspettano di essere inviate")
        self.waiting.setText(f"Finora {waits}.")
        self.waiting.setVisible(bool(summary.to_send))
        if summary.asked_to_join and summary.asked_to_join != self._asked_to_join:
            self.no_network.setChecked(True)
        self._asked_to_join = summary.asked_to_join
        self.by_file.show_asked(summary.asked_to_join)

    def link(self) -> None:
        """Join the hub, on the network's thread."""
        address, code, name = self.address.text().strip(), self.code.text().strip(), self.name.text().strip()
        for line, text, label in ((self.address, address, "l'indirizzo"), (self.code, code, "il codice")):
            if not text:
                self.strip.tell(f"Manca {label}", "", "Si trova nella comunicazione con cui ALA invita il comune.")
                line.setFocus()
                return
        self.strip.clear()
        self._show_running(running=True)
        self._around.work.run(
            Lane.NETWORK,
            lambda _: self._exchange.enrol(address, code, name),
            self._linked,
            self._failed,
            label="Collegamento ad ALA",
        )

    def _show_running(self, *, running: bool) -> None:
        for widget in (self.go, self.address, self.code, self.name, self.network, self.no_network):
            widget.setEnabled(not running)
        self.go.setText("Collegamento in corso…" if running else "Collega questo PC")

    def _linked(self, device: OfficeDevice) -> None:
        self._show_running(running=False)
        self.linked.emit(device)

    def _failed(self, problem: Mendable) -> None:
        self._show_running(running=False)
        self.strip.tell(problem.title, problem.cause, problem.next_step, grave=not isinstance(problem, Away))
        self.code.setFocus()
