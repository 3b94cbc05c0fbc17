"""Before this PC is linked: what that means, and the form that links it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
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

from ala_desktop.core.errors import Mendable
from ala_desktop.services.sharing.exchange import Exchange, OfficeDevice
from ala_desktop.services.sharing.exchange_state import Summary
from ala_desktop.sync.complaints import Away
from ala_desktop.ui.form_grid import card
from ala_desktop.ui.message import MessageStrip
from ala_desktop.ui.page import Surroundings
from ala_desktop.ui.phrases import counted
from ala_desktop.ui.theme import STEP
from ala_desktop.ui.work import Lane

_WHAT = (
    "Il collegamento permette di inviare ad ALA il lavoro dell'ufficio e di ricevere le modifiche degli altri PC del "
    "comune e di ALA. Il programma funziona per intero anche senza: quanto si registra resta su questo PC, al sicuro, "
    "e parte con il primo scambio."
)


class LinkForm(QWidget):
    """Address, one-time code, name.

    Signals:
        linked(object): this PC (an `OfficeDevice`), as the comune knows it from now on.
    """

    linked = Signal(object)

    def __init__(self, around: Surroundings, exchange: Exchange, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._around, self._exchange = around, exchange
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
        body.addWidget(self.waiting)
        body.addSpacing(STEP)
        body.addLayout(self._fields())
        body.addSpacing(STEP)
        self.go = QPushButton("Collega questo PC", self)
        self.go.setAutoDefault(True)
        self.go.setProperty("main", "true")
        self.go.setMinimumHeight(40)
        self.go.clicked.connect(self.link)
        row = QHBoxLayout()
        row.addWidget(self.go)
        row.addStretch(1)
        body.addLayout(row)

    def _fields(self) -> QFormLayout:
        form = QFormLayout()
        form.setHorizontalSpacing(STEP * 2)
        form.setVerticalSpacing(STEP)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.FieldsStayAtSizeHint)
        self.address = self._field(form, "&Indirizzo della centrale", "Come indicato da ALA, comincia con https://")
        self.code = self._field(form, "&Codice di collegamento", "Dodici lettere e cifre: vale 24 ore e una sola volta")
        self.name = self._field(
            form, "&Nome di questo PC (facoltativo)", "Si legge accanto alle modifiche, per esempio «Sportello»"
        )
        self.name.setMaxLength(40)
        self.address.returnPressed.connect(self.code.setFocus)
        self.code.returnPressed.connect(self.name.setFocus)
        self.name.returnPressed.connect(self.link)
        return form

    def _field(self, form: QFormLayout, label: str, help_text: str) -> QLineEdit:
        line = QLineEdit(self)
        line.setMinimumWidth(420)
        note = QLabel(help_text, self)
        note.setProperty("role", "muted")
        note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        holder = QVBoxLayout()
        holder.setSpacing(2)
        holder.addWidget(line)
        holder.addWidget(note)
        form.addRow(label, holder)
        caption = form.labelForField(holder)
        if isinstance(caption, QLabel):
            caption.setBuddy(line)
        line.setAccessibleName(label.replace("&", ""))
        line.setAccessibleDescription(help_text)
        return line

    def show_summary(self, summary: Summary) -> None:
        """How much waits already."""
        waits = counted(summary.to_send, "modifica aspetta di essere inviata", "modifiche aspettano di essere inviate")
        self.waiting.setText(f"Finora {waits}.")
        self.waiting.setVisible(bool(summary.to_send))

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
        for widget in (self.go, self.address, self.code, self.name):
            widget.setEnabled(not running)
        self.go.setText("Collegamento in corso…" if running else "Collega questo PC")

    def _linked(self, device: OfficeDevice) -> None:
        self._show_running(running=False)
        self.linked.emit(device)

    def _failed(self, problem: Mendable) -> None:
        self._show_running(running=False)
        self.strip.tell(problem.title, problem.cause, problem.next_step, grave=not isinstance(problem, Away))
        self.code.setFocus()
