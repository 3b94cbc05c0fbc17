"""First step of an import: which register, from which file; and the imports made before, which can be taken back."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from ala_desktop.services.registers.importing import Importing
from ala_desktop.services.registers.preview import PastImport
from ala_desktop.ui.files import ask_open
from ala_desktop.ui.message import MessageStrip
from ala_desktop.ui.panels.small_table import SmallTable
from ala_desktop.ui.phrases import local_day_and_time
from ala_desktop.ui.theme import STEP, heading_font

REGISTERS = {
    "housing_unit": "Alloggi",
    "household": "Nuclei familiari e persone",
    "housing_application": "Domande",
    "intervention": "Contributi",
}
_FILES = "Registri (*.csv *.txt *.xlsx *.ods);;Tutti i file (*)"


class ChooseStep(QWidget):
    """Register and file.

    Signals:
        chosen(): a file was chosen.
        undo(object): take back this `PastImport`.
    """

    chosen = Signal()
    undo = Signal(object)

    def __init__(self, importing: Importing, kind: str) -> None:
        super().__init__()
        self._importing = importing
        self._past: list[PastImport] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        about = QLabel(
            "I registri si importano così come sono: CSV, Excel o OpenDocument. Prima di scrivere qualcosa si vede "
            "riga per riga che cosa verrebbe preso, e un'importazione si può sempre annullare.",
            self,
        )
        about.setWordWrap(True)
        self.strip = MessageStrip(self)
        column.addWidget(about)
        column.addWidget(self.strip)
        column.addSpacing(STEP)
        column.addLayout(self._fields(kind))
        column.addSpacing(STEP * 2)
        column.addLayout(self._history())
        column.addStretch(1)

    def _fields(self, kind: str) -> QHBoxLayout:
        self.box = QComboBox(self)
        for register in self._importing.kinds:
            self.box.addItem(REGISTERS[register], register)
        self.box.setCurrentIndex(max(self.box.findData(kind), 0))
        self.file = QLineEdit(self)
        self.file.setPlaceholderText("Nessun file scelto")
        self.file.textChanged.connect(lambda _: self.chosen.emit())
        browse = QPushButton("Scegli il file…", self)
        browse.clicked.connect(self._browse)
        row = QHBoxLayout()
        row.setSpacing(STEP * 2)
        for text, widget, stretch in (("Re&gistro", self.box, 0), ("&File", self.file, 1)):
            label = QLabel(text, self)
            label.setBuddy(widget)
            widget.setAccessibleName(text.replace("&", ""))
            under = QVBoxLayout()
            under.setSpacing(2)
            under.addWidget(label)
            under.addWidget(widget)
            row.addLayout(under, stretch)
        beside = QVBoxLayout()
        beside.addStretch(1)
        beside.addWidget(browse)
        row.addLayout(beside)
        return row

    def _history(self) -> QVBoxLayout:
        title = QLabel("Importazioni già fatte su questo PC", self)
        title.setFont(heading_font(12))
        self.take_back = QPushButton("Annulla l'importazione scelta", self)
        self.take_back.clicked.connect(self._undo)
        self.past = SmallTable(
            "Importazioni già fatte",
            [
                ("Quando", 17),
                ("Registro", 26),
                ("File", 30),
                ("Prese", 8),
                ("Con avvisi", 11),
                ("Rifiutate", 10),
                ("Stato", 12),
            ],
        )
        self.past.selectionModel().currentRowChanged.connect(lambda *_: self._judge())
        self.none = QLabel("Nessuna.", self)
        self.none.setProperty("role", "muted")
        top = QHBoxLayout()
        top.addWidget(title)
        top.addStretch(1)
        top.addWidget(self.take_back)
        column = QVBoxLayout()
        column.setSpacing(STEP)
        column.addLayout(top)
        column.addWidget(self.past)
        column.addWidget(self.none)
        return column

    def show_history(self) -> None:
        """Read the imports made before."""
        self._past = self._importing.history()
        self.past.put([self._cells(one) for one in self._past])
        self.past.setVisible(bool(self._past))
        self.take_back.setVisible(bool(self._past))
        self.none.setVisible(not self._past)
        self._judge()

    def _cells(self, one: PastImport) -> list[str]:
        figures = [str(one.figures.get(name, "")) for name in ("taken", "with_warnings", "refused")]
        state = "annullata" if one.undone else "nell'archivio"
        return [local_day_and_time(one.at), REGISTERS.get(one.kind, one.kind), one.file, *figures, state]

    def _judge(self) -> None:
        place = self.past.current_row()
        self.take_back.setEnabled(0 <= place < len(self._past) and not self._past[place].undone)

    def _undo(self) -> None:
        place = self.past.current_row()
        if 0 <= place < len(self._past):
            self.undo.emit(self._past[place])

    def _browse(self) -> None:
        chosen = ask_open(self, "Scegli il registro", _FILES)
        if chosen:
            self.file.setText(str(chosen))

    @property
    def kind(self) -> str:
        """The register."""
        return str(self.box.currentData())

    @property
    def path(self) -> Path | None:
        """The file; None while none is chosen."""
        text = self.file.text().strip()
        return Path(text) if text else None
