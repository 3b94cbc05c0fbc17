"""The agenda at the left: the sitting itself, then its items in order, each with what became of it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from ala_desktop.services.row import Row
from ala_desktop.services.sittings.sitting_file import SittingFile
from ala_desktop.ui.pages.sittings.key_table import GridLine, GridModel, KeyTable
from ala_desktop.ui.pages.sittings.session import SittingSession
from ala_desktop.ui.theme import STEP

COURSE = "seduta"
"""The id of the first line, which stands for the sitting itself."""

_SHORT = {"supplemento": "Supplemento", "rinviata": "Rinviata"}
"""Outcomes whose words are longer than the column; the tip says them whole."""


class AgendaPanel(QWidget):
    """The agenda.

    Signals:
        chosen(str): show the item with this id, or the sitting itself (COURSE).
        to_right(): Enter was pressed: go on to the fields of what is shown.
        bring(): choose cases to bring.
        write(str): add an item of this type.
    """

    chosen = Signal(str)
    to_right = Signal()
    bring = Signal()
    write = Signal(str)

    def __init__(self, session: SittingSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._removed: list[str] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP // 2)
        self.table = KeyTable(GridModel(("N.", "Ordine del giorno", "Esito")), "", self)
        self.table.setAccessibleName("Ordine del giorno")
        self.table.set_widths([3, 22, 11])
        self.table.current.connect(self.chosen)
        self.table.chosen.connect(lambda _: self.to_right.emit())
        self.table.undone.connect(self.restore)
        self.table.keyed.connect(lambda _, item: self.remove(item))
        column.addWidget(self.table, 1)
        column.addLayout(self._commands())
        self._actions()
        session.shown.connect(self.show_file)

    def _commands(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(4)
        self.cases = QPushButton("Porta pratiche…", self)
        self.cases.setToolTip("Aggiunge all'ordine del giorno le domande e i contributi in attesa")
        self.cases.clicked.connect(self.bring)
        self.more = QPushButton("Altro punto", self)
        menu = QMenu(self.more)
        for type_, words in (
            ("fuori_sacco", "Fuori sacco"),
            ("altro", "Altro argomento"),
            ("varie", "Varie ed eventuali"),
        ):
            menu.addAction(words, lambda type_=type_: self.write.emit(type_))
        self.more.setMenu(menu)
        row.addWidget(self.cases)
        row.addWidget(self.more)
        row.addStretch(1)
        return row

    def _actions(self) -> None:
        """Alt+Up and Alt+Down move the item; Canc takes it off; Ctrl+Z puts the last one back."""
        self.actions_by_key: dict[str, QAction] = {}
        for words, keys, verb in (
            ("Sposta su", "Alt+Up", lambda: self.shift(-1)),
            ("Sposta giù", "Alt+Down", lambda: self.shift(1)),
            ("Togli dall'ordine del giorno (Canc)", "", lambda: self.remove(self.table.current_id)),
            ("Ripristina l'ultimo punto tolto (Ctrl+Z)", "", self.restore),
        ):
            action = QAction(words, self.table)
            if keys:
                action.setShortcut(QKeySequence(keys))
                action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.triggered.connect(lambda _=False, verb=verb: verb())
            self.table.addAction(action)
            self.actions_by_key[words] = action
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def show_file(self, file: SittingFile) -> None:
        """Draw the agenda, keeping the line that was chosen."""
        current = self.table.current_id or COURSE
        outcomes = self._session.around.desk.catalog["agenda_item"].fields["outcome"].kind
        course = GridLine(COURSE, ("", "Dati della seduta", ""))
        self.table.grid.put([course, *(_line(row, outcomes.show(row["outcome"])) for row in file.items)])
        if self.table.grid.row_of(current) < 0:
            current = COURSE
        self.table.choose(current)
        for button in (self.cases, self.more):
            button.setVisible(not file.approved)
        for action in self.actions_by_key.values():
            action.setEnabled(not file.approved)

    def go(self, step: int) -> None:
        """To the next or the previous line."""
        self.table.go_to(self.table.current_row() + step)

    def shift(self, step: int) -> None:
        """Move the chosen item up or down."""
        item = self.table.current_id
        if item == COURSE or self._locked:
            return
        place = self.table.current_row() + step
        self._session.act(lambda file: self._session.agenda.move(file, item, place), lambda _: self.table.choose(item))

    def remove(self, item: str) -> None:
        """Take the item off the agenda; its case waits again."""
        if item in (COURSE, "") or self._locked:
            return
        self._removed.append(item)
        self.table.takes_undo = True
        say = self._session.around.wishes.say.emit
        self._session.act(
            lambda file: self._session.agenda.remove(file, item),
            lambda _: say("Punto tolto dall'ordine del giorno; Ctrl+Z lo rimette"),
        )

    def restore(self) -> None:
        """Put back the item that was taken off last."""
        if not self._removed or self._locked:
            return
        item = self._removed.pop()
        self.table.takes_undo = bool(self._removed)
        self._session.act(lambda file: self._session.agenda.restore(file, item), lambda _: self.table.choose(item))

    @property
    def _locked(self) -> bool:
        return self._session.file is None or self._session.file.approved


def _line(row: Row, outcome: str) -> GridLine:
    subject = row.text("subject")
    code = f"Pratica {row['case_code']}" if row["case_code"] else ""
    short = _SHORT.get(row.text("outcome"), outcome) or "–"
    tip = " · ".join(part for part in (code, subject, outcome) if part)
    return GridLine(row.id, (str(row["position"] or ""), subject, short), tip)
