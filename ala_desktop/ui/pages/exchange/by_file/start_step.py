"""First step of an exchange by file: write a file for ALA, or read its answer."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QRadioButton, QVBoxLayout, QWidget

from ala_desktop.services.sharing.exchange_state import Summary
from ala_desktop.sync.parcels import MOST_PART_BYTES
from ala_desktop.sync.part_files import MOST_FILE_BYTES
from ala_desktop.ui.form_grid import card
from ala_desktop.ui.message import MessageStrip
from ala_desktop.ui.phrases import counted, local_day_and_time
from ala_desktop.ui.theme import STEP

_ABOUT = (
    "I dati viaggiano in un file, su chiavetta o per PEC. Il file è cifrato: lo apre soltanto la centrale di ALA, e la "
    "risposta la apre soltanto questo PC."
)


class StartStep(QWidget):
    """What waits to be sent, what waits for an answer, and a button for each.

    Signals:
        write(), read(): a button was pressed.
    """

    write = Signal()
    read = Signal()

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        about = QLabel(_ABOUT, self)
        about.setWordWrap(True)
        self.strip = MessageStrip(self)
        column.addWidget(about)
        column.addWidget(self.strip)
        self._lay_out_writing(card("Preparare un file per ALA", self, column))
        self._lay_out_reading(card("Leggere la risposta di ALA", self, column))
        column.addStretch(1)

    def _lay_out_writing(self, body: QVBoxLayout) -> None:
        self.to_send = QLabel(self)
        self.to_send.setWordWrap(True)
        self.by_stick = QRadioButton("Su &chiavetta: un file solo", self)
        self.by_mail = QRadioButton("Per &PEC: parti di al massimo 3,5 MB, una per messaggio", self)
        self.by_stick.setChecked(True)
        self.go_write = QPushButton("&Scrivi il file…", self)
        self.go_write.clicked.connect(self.write)
        for widget in (self.to_send, self.by_stick, self.by_mail):
            body.addWidget(widget)
        body.addWidget(self.go_write, 0, Qt.AlignmentFlag.AlignLeft)

    def _lay_out_reading(self, body: QVBoxLayout) -> None:
        self.awaited = QLabel(self)
        self.awaited.setWordWrap(True)
        self.go_read = QPushButton("&Leggi la risposta…", self)
        self.go_read.clicked.connect(self.read)
        body.addWidget(self.awaited)
        body.addWidget(self.go_read, 0, Qt.AlignmentFlag.AlignLeft)

    @property
    def most(self) -> int:
        """Bytes of a part, for the carrier that was chosen."""
        return MOST_FILE_BYTES if self.by_stick.isChecked() else MOST_PART_BYTES

    def show_summary(self, summary: Summary) -> None:
        """How this PC stands with ALA; what is probably wanted has the focus."""
        waits = counted(summary.to_send, "modifica", "modifiche")
        self.to_send.setText(
            f"Porta ad ALA {waits} e chiede le novità."
            if summary.to_send
            else "Non c'è niente da inviare: il file chiede ad ALA le novità."
        )
        self.awaited.setText(_awaited(summary))
        likely, other = (
            (self.go_read, self.go_write) if summary.letters_since else (self.go_write, self.go_read)
        )  # fmt: skip
        for button, main in ((likely, "true"), (other, "false")):
            button.setProperty("main", main)
            button.style().unpolish(button)
            button.style().polish(button)
        likely.setDefault(True)
        likely.setFocus()


def _awaited(summary: Summary) -> str:
    if not summary.letters_since:
        return "Nessun file per ALA aspetta risposta."
    since = local_day_and_time(summary.letters_since)
    if summary.letters == 1:
        return f"Il file preparato il {since} aspetta la risposta."
    return f"{summary.letters} file, il primo del {since}, aspettano la risposta: basta leggere l'ultima."
