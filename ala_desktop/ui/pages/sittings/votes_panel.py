"""Votes on the item that is open: all in favour with one key, then the exceptions letter by letter."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ala_desktop.rules.room import Ballot, Seat
from ala_desktop.rules.votes import counted, manner, vote_problems
from ala_desktop.services.sittings.sitting_file import SittingFile, text
from ala_desktop.ui.pages.sittings.key_table import GridLine, GridModel, KeyTable
from ala_desktop.ui.pages.sittings.session import SittingSession
from ala_desktop.ui.theme import STEP

KEYS = {
    "F": "Favorevole",
    "C": "Contrario",
    "A": "Astenuto",
    "N": "Non partecipa",
    "X": "Conflitto, esce",
    "R": "Conflitto, resta",
    "U": "Fuori sala",
    "I": "Rientra",
}
"""Letters and what they do; the buttons say both."""

VOTES = {"F": "favorevole", "C": "contrario", "A": "astenuto", "N": "non_partecipa", "DEL": None}
_WORDS = {
    "favorevole": "favorevole",
    "contrario": "contrario",
    "astenuto": "astenuto",
    "non_partecipa": "non partecipa",
}


class VotesPanel(QWidget):
    """The grid of votes of one item.

    Signals:
        decided(): votes were given; the outcome is next.
    """

    decided = Signal()

    def __init__(self, session: SittingSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.item_id = ""
        self._out: set[str] = set()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP // 2)
        column.addLayout(self._manners())
        self.table = KeyTable(GridModel(("Votante", "Voto")), "".join(KEYS), self)
        self.table.setAccessibleName("Voti")
        self.table.set_widths([22, 20])
        self.table.keyed.connect(self._act)
        column.addWidget(self.table)
        self.sum = QLabel(self)
        self.sum.setWordWrap(True)
        column.addWidget(self.sum)
        column.addLayout(self._keys())

    def _manners(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(4)
        self.buttons: list[QPushButton] = []
        for words, tip, verb in (
            ("Tutti favorevoli", "F8", self.all_favourable),
            ("Unanimità", "Decisione all'unanimità, senza contare i voti", lambda: self.decide("unanimita")),
            ("Consenso", "Decisione per consenso, senza votare", lambda: self.decide("consenso")),
            ("Azzera", "Toglie voti ed esito", self.clear),
        ):
            button = QPushButton(words, self)
            button.setToolTip(tip)
            button.clicked.connect(lambda _, verb=verb: verb())
            row.addWidget(button)
            self.buttons.append(button)
        return row

    def _keys(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(2)
        for place, (letter, words) in enumerate(KEYS.items()):
            button = QPushButton(f"{words}  {letter}", self)
            button.setProperty("link", "true")
            button.setAccessibleName(f"{words}, tasto {letter}")
            button.clicked.connect(lambda _, letter=letter: self.table.press(letter))
            grid.addWidget(button, place // 2, place % 2)
            self.buttons.append(button)
        return grid

    def show_item(self, file: SittingFile, item_id: str) -> None:
        """Draw the votes of an item."""
        self.item_id = item_id
        item = file.item(item_id)
        ballots = {ballot.member_id: ballot for ballot in file.ballots(item_id)}
        self._out = {member for member, ballot in ballots.items() if ballot.left_room}
        in_room = {seat.member_id for seat in file.voters(item_id)}
        lines = [
            _line(seat, ballots.get(seat.member_id), in_room, locked=file.approved)
            for seat in file.seats
            if seat.voting
        ]
        self.table.grid.put(lines)
        self.table.fit(15)
        self.sum.setText(sum_text(file, item_id))
        wrong = vote_problems(text(item["decision"]), file.seats, file.ballots(item_id), text(item["treated_at"]))
        self.sum.setProperty("role", "error" if wrong else "muted")
        self.sum.style().unpolish(self.sum)
        self.sum.style().polish(self.sum)
        for button in self.buttons:
            button.setVisible(not file.approved)

    def all_favourable(self) -> None:
        """F8: everybody in the room in favour."""
        item_id = self.item_id
        self._session.act(
            lambda file: self._session.voting.all_favourable(file, item_id), lambda _: self.decided.emit()
        )

    def decide(self, decision: str) -> None:
        """Unanimity or consensus."""
        item_id = self.item_id
        self._session.act(
            lambda file: self._session.voting.decide(file, item_id, decision), lambda _: self.decided.emit()
        )

    def clear(self) -> None:
        """Take everything back."""
        item_id = self.item_id
        self._session.act(lambda file: self._session.voting.clear(file, item_id))

    def _act(self, letter: str, member_id: str) -> None:
        voting, item_id = self._session.voting, self.item_id
        if letter in VOTES and member_id in self._out:
            self._session.around.wishes.say.emit("È fuori sala per questo punto: I lo fa rientrare")
            return
        if letter in VOTES:
            self._session.act(lambda file: voting.vote(file, item_id, member_id, VOTES[letter]))
        elif letter in "XR":
            self._session.act(lambda file: voting.declare_conflict(file, item_id, member_id, leaves=letter == "X"))
        elif letter == "U":
            self._session.act(lambda file: voting.step_out(file, item_id, member_id))
        else:
            self._session.act(lambda file: voting.withdraw_conflict(file, item_id, member_id))
        self.table.step()


def sum_text(file: SittingFile, item_id: str) -> str:
    """The counts and whether they add up, or what is wrong with them."""
    item, ballots = file.item(item_id), file.ballots(item_id)
    decision, at = text(item["decision"]), text(item["treated_at"])
    voters = len(file.voters(item_id))
    how = manner(decision, ballots)
    if how is None:
        return f"Votanti in sala: {voters}"
    wrong = vote_problems(decision, file.seats, ballots, at)
    if wrong:
        return f"Da sistemare: {wrong[0]}"
    found = counted(decision, file.seats, ballots, at)
    if found is None:
        return f"Per consenso · votanti in sala {voters}"
    counts = f"favorevoli {found.favour}, contrari {found.against}, astenuti {found.abstained}"
    label = "All'unanimità: " if how == "unanimita" else ""
    return f"{label}{counts}, non partecipano {found.not_voting} · totale {found.total} su {found.voters} votanti"


def _line(seat: Seat, ballot: Ballot | None, in_room: set[str], *, locked: bool) -> GridLine:
    parts: list[str] = []
    if ballot and ballot.vote:
        parts.append(_WORDS.get(ballot.vote, ballot.vote))
    if ballot and ballot.conflict:
        parts.append("conflitto, esce" if ballot.left_room else "conflitto, resta")
    elif ballot and ballot.left_room:
        parts.append("fuori sala")
    elif seat.member_id not in in_room:
        parts.append("non in sala")
    shown = " · ".join(parts)
    live = not locked and seat.attends
    return GridLine(seat.member_id, (seat.name, shown), f"{seat.name}: {shown or 'non ha ancora votato'}", live=live)
