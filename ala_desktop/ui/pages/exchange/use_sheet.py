"""The question for the recovery sheet of a PC that is gone, when no other PC of the comune can confirm this one."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from ala_desktop.models.keyring import recovery_code_slip
from ala_desktop.ui.theme import STEP, heading_font

_WHAT = (
    "Se il PC che leggeva le note riservate è andato perso, il suo foglio di recupero le fa leggere a questo: la "
    "chiave è custodita presso ALA, chiusa con il codice del foglio. ALA da sola non può aprirla."
)
_WHICH = (
    "Serve il foglio più recente di quel PC, non quello di questo. La frase d'accesso e il foglio di questo PC restano "
    "come sono."
)
_BY_FILE = "Il codice parte con il prossimo file per ALA; la risposta porta la chiave."
_SIGNS = 28


class UseSheet(QDialog):
    """Takes the code from the paper; it can be used only once it is copied without a slip.

    Attributes:
        line: what was typed. note: how the copying stands. use: the button.
    """

    def __init__(self, parent: QWidget | None = None, *, by_file: bool = False) -> None:
        super().__init__(parent)
        self.setWindowTitle("Foglio di recupero di un altro PC")
        column = QVBoxLayout(self)
        column.setContentsMargins(STEP * 3, STEP * 3, STEP * 3, STEP * 2)
        column.setSpacing(STEP)
        title = QLabel("Usare il foglio di recupero?", self)
        title.setFont(heading_font(15))
        column.addWidget(title)
        for text in (_WHAT, _WHICH, *([_BY_FILE] if by_file else [])):
            words = QLabel(text, self)
            words.setWordWrap(True)
            column.addWidget(words)
        self.line, self.note = QLineEdit(self), QLabel(self)
        self.line.setPlaceholderText("XXXX-XXXX-XXXX-XXXX-XXXX-XXXX-XXXX")
        self.line.setAccessibleName("Codice di recupero")
        self.line.textChanged.connect(self._judge)
        self.note.setProperty("role", "muted")
        label = QLabel("&Codice di recupero", self)
        label.setBuddy(self.line)
        column.addSpacing(STEP)
        for widget in (label, self.line, self.note):
            column.addWidget(widget)
        column.addSpacing(STEP)
        column.addLayout(self._buttons())
        self.setMinimumWidth(600)
        self._judge()
        self.line.setFocus()

    @property
    def code(self) -> str:
        """The code as typed."""
        return self.line.text()

    def _buttons(self) -> QHBoxLayout:
        later = QPushButton("Annulla", self)
        later.clicked.connect(self.reject)
        self.use = QPushButton("Usa il foglio", self)
        self.use.setProperty("main", "true")
        self.use.setDefault(True)
        self.use.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(later)
        row.addWidget(self.use)
        return row

    def _judge(self) -> None:
        typed, slip = sum(sign.isalnum() for sign in self.code), recovery_code_slip(self.code)
        if typed < _SIGNS:
            self.note.setText(f"{typed} caratteri di {_SIGNS}. Maiuscole, spazi e trattini non contano.")
        elif slip:
            self.note.setText("C'è un errore di copiatura: ricontrollare gruppo per gruppo.")
        else:
            self.note.setText("Il codice è copiato bene.")
        self.use.setEnabled(not slip)
