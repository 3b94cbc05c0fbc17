"""F1: a short page on what is in front, and the keys."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ala_desktop.ui.page import Page
from ala_desktop.ui.theme import STEP, heading_font

KEYS = (
    ("Ctrl+1 … Ctrl+8", "passa a un'altra pagina"),
    ("Ctrl+N", "nuova scheda"),
    ("Ctrl+Maiusc+N", "nuovo componente del nucleo o della commissione aperta"),
    ("Ctrl+S", "salva"),
    ("Ctrl+F o F3", "cerca nell'elenco"),
    ("Invio", "apre la riga scelta; in una scheda passa al campo successivo"),
    ("Esc", "torna all'elenco; quanto scritto resta come bozza"),
    ("Ctrl+Z", "ripristina la scheda appena eliminata"),
    ("Ctrl+Maiusc+C", "copia le righe come tabella con le intestazioni"),
    ("F4", "apre il calendario di una data"),
    ("F5", "aggiorna la pagina"),
)

_WIDTH = 660


class HelpDialog(QDialog):
    """What the page in front is for, and which keys there are."""

    def __init__(self, page: Page, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Aiuto")
        column = QVBoxLayout(self)
        column.setContentsMargins(STEP * 3, STEP * 2, STEP * 3, STEP * 2)
        column.setSpacing(STEP)
        column.addWidget(self._heading(page.title))
        for line in page.about:
            label = QLabel(line, self)
            label.setWordWrap(True)
            column.addWidget(label)
        column.addSpacing(STEP)
        column.addWidget(self._heading("Tasti"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(STEP * 3)
        for row, (key, what) in enumerate(KEYS):
            name = QLabel(key, self)
            bold = name.font()
            bold.setBold(True)
            name.setFont(bold)
            grid.addWidget(name, row, 0)
            grid.addWidget(QLabel(what, self), row, 1)
        grid.setColumnStretch(1, 1)
        column.addLayout(grid)
        close = QPushButton("Chiudi", self)
        close.clicked.connect(self.accept)
        column.addSpacing(STEP)
        column.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        self.setMinimumSize(_WIDTH, column.totalHeightForWidth(_WIDTH))

    def _heading(self, text: str) -> QLabel:
        label = QLabel(text, self)
        label.setFont(heading_font(14))
        return label
