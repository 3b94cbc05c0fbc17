"""The steps of setting up and of recovering: comune and clerk, passphrase, recovery code, recovery sheet."""

from __future__ import annotations

import secrets
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QCompleter, QGridLayout, QLabel, QLineEdit, QPushButton

from ala_desktop.core.comuni import ComuneOfAmbito, comuni
from ala_desktop.core.errors import Mendable
from ala_desktop.core.text import fold
from ala_desktop.models.keyring import LEAST_PASSPHRASE, recovery_code_slip
from ala_desktop.printing.recovery_sheet import RecoverySheet, groups, write_recovery_sheet
from ala_desktop.ui.files import ask_save
from ala_desktop.ui.setup.step import Step
from ala_desktop.ui.theme import STEP, name_font

_GOOD = 16
"""Characters from which a passphrase is called good."""


class OfficeStep(Step):
    """Which comune, and who works here."""

    def __init__(self) -> None:
        super().__init__(
            "Benvenuti in ALA Desktop",
            "Si prepara l'archivio dell'ufficio su questo PC. I dati restano qui, cifrati; lo scambio con ALA si "
            "attiva dopo, quando serve.",
        )
        self.box = QComboBox(self)
        self.box.setEditable(True)
        self.box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        for comune in comuni():
            self.box.addItem(f"{comune.name} ({comune.province})", comune)
        self.box.setCurrentIndex(-1)
        completer = self.box.completer() or QCompleter(self.box.model(), self.box)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.box.currentTextChanged.connect(lambda _: self.changed.emit())
        self._popup = completer.popup()
        if self._popup is not None:
            self._popup.setProperty("role", "offers")
            self._popup.installEventFilter(self)
        if (line := self.box.lineEdit()) is not None:
            line.setPlaceholderText("Scrivere il nome e scegliere dall'elenco")
            line.editingFinished.connect(self._take_only_match)
        self.clerk_field = QLineEdit(self)
        self.clerk_field.textChanged.connect(lambda _: self.changed.emit())
        self.field("&Comune", self.box)
        self.field("&Nome e cognome di chi lavora su questo PC", self.clerk_field, QLabel(
            "Compare nei verbali e accanto alle modifiche.", self))  # fmt: skip

    @property
    def comune(self) -> ComuneOfAmbito | None:
        """The chosen comune."""
        place = self.box.findText(self.box.currentText().strip(), Qt.MatchFlag.MatchFixedString)
        if place < 0:
            starting = self.box.currentText().strip().casefold()
            named = [i for i in range(self.box.count()) if self.box.itemData(i).name.casefold() == starting]
            place = named[0] if named else -1
        return self.box.itemData(place) if place >= 0 else None

    def _take_only_match(self) -> bool:
        """A part of a name that only one comune has stands for it; whether it was so."""
        typed = fold(self.box.currentText())
        if self.comune is not None or not typed:
            return False
        found = [place for place in range(self.box.count()) if typed in fold(self.box.itemText(place))]
        if len(found) == 1:
            self.box.setCurrentIndex(found[0])
        return len(found) == 1

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter on the list that typing opens takes the only comune in it, though no line is chosen."""
        pressed = event.key() if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress else None
        popup = self._popup if watched is self._popup else None
        if popup is None or pressed not in (Qt.Key.Key_Return, Qt.Key.Key_Enter) or popup.currentIndex().isValid():
            return super().eventFilter(watched, event)
        taken = self._take_only_match()
        if taken:
            popup.hide()
        return taken

    @property
    def clerk(self) -> str:
        """The clerk's name."""
        return " ".join(self.clerk_field.text().split())

    def enter(self) -> None:
        """Start with the comune."""
        self.box.setFocus()

    def lacks(self) -> str:
        """A comune of the ambito, and a name."""
        if self.comune is None:
            return "Scegliere il comune dall'elenco."
        return "" if self.clerk else "Scrivere nome e cognome."


class PassphraseStep(Step):
    """The passphrase, twice."""

    def __init__(self, title: str = "Frase d'accesso") -> None:
        super().__init__(
            title,
            "Si scrive ogni mattina per aprire l'archivio. Meglio tre o quattro parole senza legame fra loro: "
            "una frase così è facile da ricordare e difficile da indovinare.",
        )
        self.first, self.second = QLineEdit(self), QLineEdit(self)
        self.note, self.same = QLabel(self), QLabel(self)
        for line in (self.first, self.second):
            line.setEchoMode(QLineEdit.EchoMode.Password)
            line.textChanged.connect(self._judge)
        self.field("&Frase d'accesso", self.first, self.note)
        self.field("&Ripeterla", self.second, self.same)
        self._show = QCheckBox("&Mostra quello che si scrive", self)
        self._show.toggled.connect(self._reveal)
        self.form.addWidget(self._show)
        self._judge()

    def _reveal(self, shown: bool) -> None:
        mode = QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password
        for line in (self.first, self.second):
            line.setEchoMode(mode)

    def _judge(self) -> None:
        length = len(self.first.text())
        if length < LEAST_PASSPHRASE:
            self.note.setText(f"Lunghezza: {length} di almeno {LEAST_PASSPHRASE} caratteri.")
        elif length < _GOOD:
            self.note.setText(f"Lunghezza: {length} caratteri, sufficiente. Una parola in più la rende buona.")
        else:
            self.note.setText(f"Lunghezza: {length} caratteri, buona.")
        repeated = self.second.text()
        self.same.setText(
            "" if not repeated else "Le due frasi coincidono." if self._alike else "Non coincidono ancora."
        )
        self.changed.emit()

    @property
    def _alike(self) -> bool:
        return self.first.text() == self.second.text()

    @property
    def passphrase(self) -> str:
        """What was typed."""
        return self.first.text()

    def enter(self) -> None:
        """Start with the first field."""
        self.first.setFocus()

    def lacks(self) -> str:
        """Length, and twice the same."""
        if len(self.passphrase) < LEAST_PASSPHRASE:
            return f"Servono almeno {LEAST_PASSPHRASE} caratteri."
        return "" if self._alike else "Ripetere la stessa frase."


class CodeStep(Step):
    """The recovery code from the paper, and who is back."""

    def __init__(self) -> None:
        super().__init__(
            "Frase d'accesso persa",
            "Con il codice del foglio di recupero si sceglie una nuova frase d'accesso. Usato una volta, il codice non "
            "vale più: alla fine se ne stampa uno nuovo.",
        )
        self.line, self.clerk_field, self.note = QLineEdit(self), QLineEdit(self), QLabel(self)
        self.line.setPlaceholderText("XXXX-XXXX-XXXX-XXXX-XXXX-XXXX-XXXX")
        self.line.textChanged.connect(self._judge)
        self.clerk_field.textChanged.connect(lambda _: self.changed.emit())
        self.field("&Codice di recupero", self.line, self.note)
        self.field("&Nome e cognome", self.clerk_field)
        self._judge()

    def _judge(self) -> None:
        typed = sum(character.isalnum() for character in self.line.text())
        if typed < 28:
            self.note.setText(f"{typed} caratteri di 28. Maiuscole, spazi e trattini non contano.")
        elif recovery_code_slip(self.line.text()):
            self.note.setText("C'è un errore di copiatura: ricontrollare gruppo per gruppo.")
        else:
            self.note.setText("Il codice è copiato bene.")
        self.changed.emit()

    @property
    def code(self) -> str:
        """The code as typed."""
        return self.line.text()

    @property
    def clerk(self) -> str:
        """The clerk's name."""
        return " ".join(self.clerk_field.text().split())

    def enter(self) -> None:
        """Start with the code."""
        self.line.setFocus()

    def lacks(self) -> str:
        """A code without slips, and a name."""
        if recovery_code_slip(self.code):
            return "Copiare il codice dal foglio, gruppo per gruppo."
        return "" if self.clerk else "Scrivere nome e cognome."


class SheetStep(Step):
    """The recovery sheet: saved as PDF, printed, and proved to be at hand by typing two groups of the code."""

    onward = "Apri l'archivio"

    def __init__(self) -> None:
        super().__init__(
            "Foglio di recupero",
            "Se la frase d'accesso va persa, soltanto questo foglio riapre l'archivio: nessuno può farlo al suo posto, "
            "nemmeno ALA. Salvarlo, stamparlo, riporlo sotto chiave e poi cancellare il file.",
        )
        self._sheet: RecoverySheet | None = None
        self._asked: tuple[int, int] = (0, 1)
        self._saved = False
        self.save = QPushButton("&Salva il foglio in PDF…", self)
        self.save.setProperty("main", "true")
        self.save.clicked.connect(self._ask_where)
        self.where = QLabel(self)
        self.where.setWordWrap(True)
        self.where.setProperty("role", "muted")
        self.form.addWidget(self.save, 0, Qt.AlignmentFlag.AlignLeft)
        self.form.addWidget(self.where)
        self.form.addSpacing(STEP * 2)
        self.asking = QLabel(self)
        self.asking.setWordWrap(True)
        self.form.addWidget(self.asking)
        self.answers = [QLineEdit(self), QLineEdit(self)]
        grid = QGridLayout()
        grid.setHorizontalSpacing(STEP * 2)
        self._labels = [QLabel(self), QLabel(self)]
        for place, (label, line) in enumerate(zip(self._labels, self.answers, strict=True)):
            label.setBuddy(line)
            line.setMaxLength(8)
            line.setFont(name_font(self.font()))
            line.textChanged.connect(lambda _: self.changed.emit())
            grid.addWidget(label, 0, place)
            grid.addWidget(line, 1, place)
        grid.setColumnStretch(2, 1)
        self.form.addLayout(grid)

    def show_sheet(self, sheet: RecoverySheet) -> None:
        """Begin with a fresh sheet; which groups are asked is left to chance."""
        self._sheet, self._saved = sheet, False
        count = len(groups(sheet.code))
        first = secrets.randbelow(count - 1)
        self._asked = (first, first + 1 + secrets.randbelow(count - first - 1))
        self.asking.setText("A prova che il foglio è a portata di mano, copiare da lì questi due gruppi del codice:")
        for label, line, place in zip(self._labels, self.answers, self._asked, strict=True):
            label.setText(f"Gruppo {place + 1}")
            line.setAccessibleName(f"Gruppo {place + 1} del codice")
            line.clear()
        self.where.setText("Il foglio non è ancora stato salvato.")
        self.changed.emit()

    def _ask_where(self) -> None:
        chosen = ask_save(self, "Salva il foglio di recupero", "foglio-di-recupero.pdf", "Documenti PDF (*.pdf)")
        if chosen:
            self.save_to(chosen)

    def save_to(self, target: Path) -> None:
        """Write the sheet."""
        if self._sheet is None:
            return
        try:
            write_recovery_sheet(self._sheet, target)
        except Mendable as problem:
            self.strip.tell(problem.title, problem.cause, problem.next_step)
            return
        self.strip.clear()
        self._saved = True
        self.where.setText(f"Salvato in {target}. Ora stamparlo.")
        self.answers[0].setFocus()
        self.changed.emit()

    def _right(self) -> bool:
        if self._sheet is None:
            return False
        parts = groups(self._sheet.code)
        typed = [line.text().strip().upper().translate(_ALIKE) for line in self.answers]
        return typed == [parts[place] for place in self._asked]

    def enter(self) -> None:
        """Start with saving."""
        self.save.setFocus()

    def lacks(self) -> str:
        """The saved sheet, and the proof that it is at hand."""
        if not self._saved:
            return "Salvare prima il foglio."
        return "" if self._right() else "Copiare i due gruppi dal foglio."


_ALIKE = str.maketrans("OIL", "011")
