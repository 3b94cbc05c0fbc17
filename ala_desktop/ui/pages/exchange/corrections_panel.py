"""What the hub refused: the list with its reasons, and the two ways out."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ala_desktop.services.sharing.corrections import Correction, Corrections
from ala_desktop.ui.ask import confirm
from ala_desktop.ui.page import Surroundings
from ala_desktop.ui.pages.exchange.rows_model import RowsModel, Shown
from ala_desktop.ui.phrases import counted, local_day_and_time
from ala_desktop.ui.table_view import TableView
from ala_desktop.ui.theme import STEP
from ala_desktop.ui.work import Lane

_WHAT = (
    "ALA non ha potuto registrare questi salvataggi: il motivo è accanto a ciascuno. Nulla è andato perso: si "
    "correggono e si rinviano, oppure si lasciano perdere."
)


class CorrectionsPanel(QWidget):
    """The refused saves.

    Signals:
        correct(object): open this `Correction`.
        closed(): some were let go.
    """

    correct = Signal(object)
    closed = Signal()

    def __init__(self, around: Surroundings, corrections: Corrections, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._around, self._corrections = around, corrections
        column = QVBoxLayout(self)
        column.setContentsMargins(0, STEP, 0, 0)
        column.setSpacing(STEP)
        self.what = QLabel(_WHAT, self)
        self.what.setWordWrap(True)
        self.what.setProperty("role", "muted")
        column.addWidget(self.what)
        self.model = RowsModel(("Salvato il", "Scheda", "Che cosa", "Motivo"))
        self.table = TableView(self)
        self.table.setModel(self.model)
        self.table.setAccessibleName("Invii da correggere")
        self.table.set_widths((17, 36, 26, 60))
        self.table.say_when_empty("Niente da correggere: ALA ha accettato tutto quello che è stato inviato.")
        self.table.chosen.connect(lambda _: self._correct())
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._show_buttons())
        column.addWidget(self.table, 1)
        self.reason = QLabel(self)
        self.reason.setWordWrap(True)
        self.reason.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.MinimumExpanding)
        column.addWidget(self.reason)
        column.addLayout(self._buttons())
        QShortcut(QKeySequence(Qt.Key.Key_Delete), self.table, self.let_go, context=Qt.ShortcutContext.WidgetShortcut)
        self._show_buttons()

    def _buttons(self) -> QHBoxLayout:
        self.leave = QPushButton("Lascia perdere…", self)
        self.leave.setAutoDefault(True)
        self.leave.setToolTip("Canc: il testo resta nel registro, senza effetto")
        self.leave.clicked.connect(self.let_go)
        self.mend = QPushButton("Correggi e rinvia", self)
        self.mend.setAutoDefault(True)
        self.mend.setToolTip("Invio")
        self.mend.setProperty("main", "true")
        self.mend.clicked.connect(self._correct)
        row = QHBoxLayout()
        row.setSpacing(STEP)
        row.addWidget(self.leave)
        row.addStretch(1)
        row.addWidget(self.mend)
        return row

    def refresh(self) -> None:
        """Read the list anew, in the background."""
        self._around.work.run(Lane.READ, lambda _: self._corrections.all(), self._show)

    def _show(self, found: list[Correction]) -> None:
        row = self.table.current_row()
        held = self.model.rows[row].key if 0 <= row < len(self.model.rows) else None
        rows = [Shown(one.seqs[0], self._cells(one), one) for one in found]
        if rows == self.model.rows:
            return
        self.model.put(rows)
        self.table.go_to(max(0, min(self.model.row_of(held), len(rows) - 1)))
        self._show_buttons()

    def _cells(self, one: Correction) -> tuple[str, ...]:
        more = len(one.seqs) - 1
        name = one.name + (f" (e {counted(more, 'salvataggio', 'salvataggi')} dopo)" if more else "")
        return local_day_and_time(one.at), name, one.what, one.reason

    def chosen(self) -> list[Correction]:
        """The chosen ones."""
        rows = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        return [self.model.rows[row].thing for row in rows]

    def _show_buttons(self) -> None:
        chosen = self.chosen()
        self.what.setVisible(bool(self.model.rows))
        for button in (self.leave, self.mend):
            button.setVisible(bool(self.model.rows))
            button.setEnabled(bool(chosen))
        self.mend.setEnabled(len(chosen) == 1 and bool(chosen[0].parts))
        text = ""
        if len(chosen) == 1:
            text = f"Motivo: {chosen[0].reason}."
            if not chosen[0].parts:
                text += " Non resta nulla da rinviare."
        self.reason.setText(text)
        self.reason.setVisible(bool(text))

    def _correct(self) -> None:
        chosen = self.chosen()
        if len(chosen) == 1 and chosen[0].parts:
            self.correct.emit(chosen[0])

    def let_go(self) -> None:
        """Drop the chosen ones, if the clerk means it."""
        chosen = self.chosen()
        if not chosen:
            return
        count = sum(len(one.seqs) for one in chosen)
        what = f"«{chosen[0].name}»" if len(chosen) == 1 else f"{len(chosen)} invii"
        saves = counted(count, "salvataggio non accettato resta", "salvataggi non accettati restano")
        if not confirm(
            self,
            "Lasciar perdere?",
            f"Si lascia perdere {what}: {saves} nel registro, senza effetto, e non torna tra gli invii da correggere.",
            "Sì, lascia perdere",
            "No, torna all'elenco",
        ):
            return
        self._around.work.run(Lane.WRITE, lambda _: self._corrections.drop(chosen), lambda _: self.closed.emit())
