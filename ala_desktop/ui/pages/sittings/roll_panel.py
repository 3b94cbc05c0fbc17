"""The roll call beside the agenda: one key for each presence, and the quorum as it stands."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ala_desktop.rules.obstacles import Meeting
from ala_desktop.services.row import Row
from ala_desktop.services.sittings.sitting_file import SittingFile
from ala_desktop.ui.pages.sittings.dialogs import AskText
from ala_desktop.ui.pages.sittings.key_table import GridLine, GridModel, KeyTable
from ala_desktop.ui.pages.sittings.session import SittingSession
from ala_desktop.ui.phrases import counted
from ala_desktop.ui.theme import STEP

KEYS = {
    "P": "Presente",
    "A": "Assente",
    "G": "Giustificato",
    "E": "Entra ora",
    "U": "Esce ora",
    "D": "Delegato…",
}
"""Letters and what they do; the buttons say both."""

_PRESENCES = {"P": "presente", "A": "assente", "G": "giustificato", "DEL": None}
_VOTELESS = "senza voto"


class RollPanel(QWidget):
    """The roll call.

    Signals:
        told(str): a sentence for the status bar.
    """

    told = Signal(str)

    def __init__(self, session: SittingSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._rows: dict[str, Row] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP // 2)
        self.quorum = QLabel(self)
        self.quorum.setWordWrap(True)
        self.table = KeyTable(GridModel(("Componente", "Presenza")), "".join(KEYS), self)
        self.table.setAccessibleName("Presenze")
        self.table.set_widths([17, 21])
        self.table.keyed.connect(self._act)
        column.addWidget(self.quorum)
        column.addWidget(self.table)
        column.addLayout(self._keys())
        session.shown.connect(self.show_file)

    def _keys(self) -> QGridLayout:
        """The same keys for the mouse; they say what the letters do."""
        grid = QGridLayout()
        grid.setSpacing(4)
        self.buttons: list[QPushButton] = []
        for place, (letter, words) in enumerate(KEYS.items()):
            button = QPushButton(f"{words}  {letter}", self)
            button.setProperty("link", "true")
            button.setAccessibleName(f"{words}, tasto {letter}")
            button.clicked.connect(lambda _, letter=letter: self.table.press(letter))
            grid.addWidget(button, place // 3, place % 3)
            self.buttons.append(button)
        self.all_present = QPushButton("Tutti presenti", self)
        self.all_present.setToolTip("Segna presente chi non è stato ancora chiamato")
        self.all_present.clicked.connect(
            lambda: self._session.act(lambda file: self._session.roll_call.all_present(file.sitting.id))
        )
        self.update_roll = QPushButton("Aggiorna l'appello", self)
        self.update_roll.setToolTip("Aggiunge chi è entrato nella commissione dopo l'apertura della seduta")
        self.update_roll.clicked.connect(self._call_missing)
        both = QHBoxLayout()
        both.setSpacing(4)
        both.addWidget(self.all_present, 1)
        both.addWidget(self.update_roll, 1)
        grid.addLayout(both, 2, 0, 1, 3)
        return grid

    def _call_missing(self) -> None:
        self._session.act(lambda file: self._session.sittings.call_missing(file.sitting.id), self._called)

    def _called(self, rows: list[Row]) -> None:
        added = counted(len(rows), "componente aggiunto all'appello", "componenti aggiunti all'appello")
        self.told.emit(added if rows else "L'appello è già completo")

    def show_file(self, file: SittingFile) -> None:
        """Draw the roll call and the quorum."""
        self._rows = {row.id: row for row in file.attendance}
        self.table.grid.put([_line(row, locked=file.approved) for row in file.attendance])
        self.table.fit(7)
        self.quorum.setText(quorum_text(file.meeting))
        for button in (*self.buttons, self.all_present, self.update_roll):
            button.setVisible(not file.approved)

    def choose_member(self, member_id: str) -> None:
        """Go to a member's line."""
        for row in self._rows.values():
            if row["member_id"] == member_id:
                self.table.choose(row.id)
        self.table.setFocus()

    def _act(self, letter: str, row_id: str) -> None:
        roll_call, row = self._session.roll_call, self._rows[row_id]
        if letter in _PRESENCES:
            self._session.act(lambda _: roll_call.mark(row, _PRESENCES[letter]))
            self.table.step()
        elif letter == "E":
            self._session.act(lambda _: roll_call.enter(row), lambda saved: self._hour(saved, "entra", "arrived_at"))
        elif letter == "U":
            self._session.act(lambda _: roll_call.leave(row), lambda saved: self._hour(saved, "esce", "left_at"))
        else:
            self._delegate(row)

    def _hour(self, row: Row, does: str, field: str) -> None:
        self.told.emit(f"{row['full_name']} {does} alle {row[field]}")

    def _delegate(self, row: Row) -> None:
        ask = f"Chi siede al posto di {row['full_name']}? Vuoto: nessuno"
        dialog = AskText("Delegato", ask, row.text("delegate"), 120, self)
        if dialog.exec():
            name = dialog.text
            self._session.act(lambda _: self._session.roll_call.delegate(row, name))


def quorum_text(meeting: Meeting) -> str:
    """The quorum in a sentence."""
    found = meeting.quorum
    if found.required is None:
        return f"Numero legale da indicare; presenti con voto {found.present}"
    met = "raggiunto" if found.met else "NON raggiunto"
    return f"Numero legale ({found.required}) {met}: presenti con voto {found.present}"


def _line(row: Row, *, locked: bool) -> GridLine:
    presence = row.text("presence") or "da chiamare"
    delegate = f"delegato: {row['delegate']}" if row["delegate"] else ""
    shown = " ".join(part for part in (delegate or presence, _hours(row)) if part)
    voting = "" if row["voting"] == 1 else _VOTELESS
    role = row.text("role").replace("_", " ")
    tip = " · ".join(part for part in (row.text("full_name"), role, voting, presence, shown) if part)
    return GridLine(row.id, (row.text("full_name"), shown), tip, live=not locked)


def _hours(row: Row) -> str:
    """From when to when a member was in the room, if not all the time."""
    arrived, left = row.text("arrived_at"), row.text("left_at")
    if arrived and left:
        return f"{arrived}–{left}"
    return f"dalle {arrived}" if arrived else f"fino alle {left}" if left else ""
