"""The PCs of the comune, and letting another one read what is kept to the comune."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from ala_desktop.core.errors import Mendable
from ala_desktop.services.sharing.exchange import Exchange, OfficeDevice
from ala_desktop.sync.complaints import Away
from ala_desktop.ui.message import MessageStrip
from ala_desktop.ui.page import Surroundings
from ala_desktop.ui.pages.exchange.confirm_device import ConfirmDevice
from ala_desktop.ui.pages.exchange.use_sheet import UseSheet
from ala_desktop.ui.theme import STEP
from ala_desktop.ui.work import Lane

_FIGURES = "DejaVu Sans Mono"


def figures_font(points: int) -> QFont:
    """The font of figures that are read aloud: all of one width."""
    return QFont(_FIGURES, points)


class DevicesPanel(QWidget):
    """A card for each PC.

    Signals:
        changed(): one was confirmed.

    Attributes:
        by_file: whether this PC exchanges without a network.
    """

    changed = Signal()

    def __init__(self, around: Surroundings, exchange: Exchange, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._around, self._exchange = around, exchange
        self._shown: list[OfficeDevice] = []
        self.by_file = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, STEP, 0, 0)
        column.setSpacing(STEP)
        self.strip = MessageStrip(self)
        column.addWidget(self.strip)
        self.what = QLabel(self)
        self.what.setWordWrap(True)
        self.what.setProperty("role", "muted")
        column.addWidget(self.what)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget(area)
        self._cards = QVBoxLayout(inside)
        self._cards.setContentsMargins(0, 0, STEP, 0)
        self._cards.setSpacing(STEP)
        self._cards.addStretch(1)
        area.setWidget(inside)
        column.addWidget(area, 1)

    def refresh(self) -> None:
        """Read the PCs anew, in the background."""
        self._around.work.run(Lane.READ, lambda _: self._exchange.devices(), self.show_devices)

    def show_devices(self, devices: list[OfficeDevice]) -> None:
        """Show these PCs, this one first."""
        if devices == self._shown:
            return
        self._shown = devices
        while self._cards.count() > 1:
            item = self._cards.takeAt(0)
            if item is not None and (widget := item.widget()):
                widget.hide()
                widget.deleteLater()
        here = devices[0]
        for place, device in enumerate(devices):
            self._cards.insertWidget(place, self._card(device))
        self._tell(here, alone=len(devices) == 1)

    def _tell(self, here: OfficeDevice, *, alone: bool) -> None:
        if not here.confirmed:
            self.strip.tell(
                "Questo PC non è ancora confermato",
                "Si può già lavorare e scambiare. Le note riservate degli altri PC si leggeranno qui dopo la conferma; "
                "quelle scritte qui aspettano fino ad allora.",
                "Telefonare a chi lavora al primo PC collegato e confrontare le cifre qui sotto; poi confermare su "
                f"entrambi i PC e, dopo, {'scambiare qui per file' if self.by_file else 'premere qui «Scambia ora»'}.",
                grave=False,
            )
            self._offer_sheet()
        else:
            self.strip.clear()
        text = "Un altro PC del comune si collega con un codice suo, che dà ALA. Comparirà qui dopo uno scambio."
        if not alone:
            text = (
                "Un PC confermato legge anche i campi riservati del comune. Prima di confermare si confrontano le "
                "cifre: devono essere uguali su entrambi gli schermi."
            )
        self.what.setText(text)

    def _offer_sheet(self) -> None:
        button = QPushButton("Nessun altro PC è raggiungibile? Usa il foglio di recupero…", self.strip)
        button.setProperty("link", "true")
        button.setAutoDefault(True)
        button.clicked.connect(lambda _=False: self.ask_for_sheet())
        self.strip.below.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)

    def _card(self, device: OfficeDevice) -> QFrame:
        frame = QFrame(self)
        frame.setProperty("role", "card")
        row = QHBoxLayout(frame)
        row.setContentsMargins(STEP * 2, STEP + 4, STEP * 2, STEP + 4)
        row.setSpacing(STEP * 3)
        words = QVBoxLayout()
        words.setSpacing(2)
        name = QLabel(f"{device.name} (questo PC)" if device.here else device.name, frame)
        bold = name.font()
        bold.setBold(True)
        name.setFont(bold)
        name.setTextFormat(Qt.TextFormat.PlainText)
        words.addStretch(1)
        words.addWidget(name)
        which = f"{_ORDINALS.get(device.ordinal, f'{device.ordinal}º')} PC collegato"
        words.addWidget(self._muted(which + (", numera i verbali" if device.numbers else ""), frame))
        words.addStretch(1)
        row.addLayout(words, 2)
        if device.fingerprint:
            digits = QVBoxLayout()
            digits.setSpacing(2)
            figures = QLabel(device.fingerprint, frame)
            figures.setFont(figures_font(13))
            figures.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            digits.addStretch(1)
            digits.addWidget(self._muted("Cifre da confrontare", frame))
            digits.addWidget(figures)
            digits.addStretch(1)
            row.addLayout(digits, 3)
        else:
            row.addStretch(3)
        row.addLayout(self._state(device, frame), 2)
        return frame

    def _state(self, device: OfficeDevice, frame: QFrame) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(STEP // 2)
        role, text = _state_of(device)
        state = QLabel(text, frame)
        state.setProperty("role", role)
        column.addStretch(1)
        column.addWidget(state, 0, Qt.AlignmentFlag.AlignRight)
        if not device.here and not device.confirmed and not device.revoked:
            button = QPushButton("Confronta e conferma…", frame)
            button.setProperty("main", "true")
            button.setAutoDefault(True)
            button.setAccessibleName(f"Confronta e conferma {device.name}")
            button.clicked.connect(lambda _=False: self.ask(device))
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignRight)
        column.addStretch(1)
        return column

    def _muted(self, text: str, frame: QFrame) -> QLabel:
        label = QLabel(text, frame)
        label.setProperty("role", "muted")
        return label

    # --- confirming ------------------------------------------------------------------------------------------------

    def ask(self, device: OfficeDevice) -> None:
        """Have the clerk compare the digits; then confirm, or say what to do when they differ."""
        dialog = ConfirmDevice(device, self._shown[0], self.window(), by_file=self.by_file)
        dialog.setFont(self.font())
        accepted = dialog.exec()
        differ = dialog.differ
        dialog.deleteLater()
        if accepted:
            self.confirm(device)
        elif differ:
            self.strip.tell(
                f"{device.name} non è stato confermato",
                "Le cifre sui due schermi sono diverse: qualcuno potrebbe essersi messo in mezzo.",
                "Non confermare e avvisare ALA, indicando il nome del PC. Il lavoro su questo PC è al sicuro.",
            )

    def confirm(self, device: OfficeDevice) -> None:
        """Trust a PC whose digits were compared: the comune's key goes to it, or may come from it."""
        exchange = self._exchange
        self.strip.clear()
        self._around.work.run(
            Lane.NETWORK,
            lambda _: exchange.confirm(device.device),
            lambda _: self._confirmed(device),
            self._failed,
            label=f"Conferma di {device.name}",
        )

    def _confirmed(self, device: OfficeDevice) -> None:
        then = _TAKES if not self._shown[0].confirmed else _LEAVES if self.by_file else _READS
        self._around.wishes.say.emit(f"{device.name} è confermato: {then}")
        self.changed.emit()

    # --- the sheet of a PC that is gone ----------------------------------------------------------------------------

    def ask_for_sheet(self) -> None:
        """Have the clerk type the code of the lost PC's recovery sheet; then take the comune's key with it."""
        dialog = UseSheet(self.window(), by_file=self.by_file)
        dialog.setFont(self.font())
        accepted, code = dialog.exec(), dialog.code
        dialog.deleteLater()
        if accepted:
            self.use_sheet(code)

    def use_sheet(self, code: str) -> None:
        """Take the comune's key with the code of a sheet."""
        exchange = self._exchange
        self._around.work.run(
            Lane.NETWORK,
            lambda _: exchange.use_sheet(code),
            self._sheet_used,
            self._sheet_failed,
            label="Recupero della chiave del comune",
        )

    def _sheet_used(self, taken: bool) -> None:
        self._around.wishes.say.emit(_TAKEN if taken else _ASKED)
        self.changed.emit()
        self.refresh()

    def _sheet_failed(self, problem: Mendable) -> None:
        self._failed(problem)
        self._offer_sheet()

    def _failed(self, problem: Mendable) -> None:
        self.strip.tell(problem.title, problem.cause, problem.next_step, grave=not isinstance(problem, Away))


_TAKES = "questo PC riceve la chiave al prossimo scambio, quando anche là si è confermato"
_LEAVES = "la chiave parte con il prossimo file per ALA"
_READS = "legge i campi riservati dal suo prossimo scambio"
_TAKEN = "Questo PC ha la chiave: le note riservate si leggono; quelle scritte qui partono con il prossimo scambio"
_ASKED = "Il foglio parte con il prossimo file per ALA; la risposta porta la chiave"
_ORDINALS = {1: "Primo", 2: "Secondo", 3: "Terzo", 4: "Quarto", 5: "Quinto"}


def _state_of(device: OfficeDevice) -> tuple[str, str]:
    """The role of a label and its word."""
    if device.revoked:
        return "error", "Escluso dallo scambio"
    if device.confirmed:
        return "success", "✓ Confermato"
    return "warning", "Da confermare"
