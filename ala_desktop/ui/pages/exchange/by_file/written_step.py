"""What was written, and what to do with it now."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from ala_desktop.services.sharing.file_exchange import Letter
from ala_desktop.ui.form_grid import card
from ala_desktop.ui.panels.small_table import SmallTable
from ala_desktop.ui.phrases import counted, size
from ala_desktop.ui.theme import STEP, heading_font

_AFTER = (
    "ALA risponde con un file: leggerlo qui con «Leggi la risposta», anche dopo aver chiuso il programma.",
    "Fino ad allora le modifiche restano da inviare. Se il file va perso, basta prepararne un altro.",
)


class WrittenStep(QWidget):
    """The files of a letter."""

    def __init__(self) -> None:
        super().__init__()
        self.title, self.carries, self.where, self.steps = (QLabel(self) for _ in range(4))
        self.title.setFont(heading_font(14))
        self.table = SmallTable("File per ALA", [("File", 64), ("Dimensione", 12)])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        for widget in (self.title, self.carries, self.where, self.table):
            column.addWidget(widget)
        for label in (self.carries, self.where, self.steps):
            label.setWordWrap(True)
        column.addSpacing(STEP)
        card("Che cosa fare adesso", self, column).addWidget(self.steps)
        column.addStretch(1)

    def show_letter(self, letter: Letter, *, by_mail: bool) -> None:
        """Say what it carries, where it is, and where it is to go."""
        parts = len(letter.files)
        sizes = [file.stat().st_size for file in letter.files]
        self.title.setText("Il file per ALA è pronto" if parts == 1 else f"Le {parts} parti per ALA sono pronte")
        self.carries.setText(_carries(letter))
        whole = f"In tutto {size(sum(sizes))}, nella cartella" if parts > 1 else "Nella cartella"
        self.where.setText(f"{whole} {letter.files[0].parent}")
        self.table.put([(file.name, size(count)) for file, count in zip(letter.files, sizes, strict=True)])
        steps = [_by_mail(parts) if by_mail else _by_stick(parts), *_AFTER]
        self.steps.setText("\n".join(f"{number}. {step}" for number, step in enumerate(steps, 1)))


def _carries(letter: Letter) -> str:
    if not letter.transactions:
        text = "Non contiene modifiche: chiede ad ALA le novità."
    else:
        text = f"Contiene {counted(letter.transactions, 'modifica', 'modifiche')} e chiede ad ALA le novità."
    if letter.left:
        rest = counted(letter.left, "modifica resta", "modifiche restano")
        text += f" {rest} su questo PC per uno dei prossimi file."
    return text


def _by_stick(parts: int) -> str:
    if parts == 1:
        return "Se il file non è già sulla chiavetta, copiarlo; poi rimuoverla in sicurezza e portarla ad ALA."
    return "Portare ad ALA tutte le parti: se non sono già sulla chiavetta, copiarle nella stessa cartella."


def _by_mail(parts: int) -> str:
    if parts == 1:
        return "Allegare il file a un messaggio di PEC per ALA, senza cambiarne il contenuto."
    return f"Mandare ad ALA {parts} messaggi di PEC, ciascuno con una parte allegata, in qualsiasi ordine."
