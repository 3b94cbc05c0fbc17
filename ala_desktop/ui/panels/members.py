"""The members of a household: a small list with add, open and take out."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QPushButton

from ala_desktop.services.households import Households, Member
from ala_desktop.services.row import Row
from ala_desktop.ui.editors.base import Means
from ala_desktop.ui.page import Surroundings
from ala_desktop.ui.panels.base import Panel
from ala_desktop.ui.panels.member_dialog import MemberDialog
from ala_desktop.ui.panels.small_table import SmallTable
from ala_desktop.ui.work import Lane


class MembersPanel(Panel):
    """Who belongs to the household."""

    title = "Componenti"
    kinds = frozenset({"household_member", "person"})

    def __init__(self, around: Surroundings, means: Means) -> None:
        super().__init__(around, means)
        self._households = Households(around.desk)
        self._household = ""
        self._members: list[Member] = []
        self.add = QPushButton("Aggiungi componente", self)
        self.add.setToolTip("Ctrl+Maiusc+N")
        self.add.setShortcut("Ctrl+Shift+N")
        self.add.clicked.connect(self.add_member)
        self.open = QPushButton("Apri la persona", self)
        self.open.clicked.connect(lambda: self._open(self.table.current_row()))
        self.take_out = QPushButton("Togli dal nucleo", self)
        self.take_out.clicked.connect(self._take_out)
        for button in (self.add, self.open, self.take_out):
            self.commands.addWidget(button)
        self.table = SmallTable(
            "Componenti del nucleo",
            [
                ("Cognome e nome", 34),
                ("Parentela", 20),
                ("Nascita", 12),
                ("Luogo di nascita", 22),
                ("Codice fiscale", 20),
            ],
        )
        self.table.chosen.connect(self._open)
        self.empty = QLabel("Ancora nessun componente. Il primo è di solito l'intestatario.", self)
        self.empty.setProperty("role", "muted")
        self.body.addWidget(self.table)
        self.body.addWidget(self.empty)

    def show_row(self, row: Row) -> None:
        """Read and show the members."""
        self._household = row.id
        self._members = self._households.members(row.id)
        self.table.put([self._cells(member) for member in self._members])
        self.table.setVisible(bool(self._members))
        self.empty.setVisible(not self._members)
        for button in (self.open, self.take_out):
            button.setEnabled(bool(self._members))

    def _cells(self, member: Member) -> list[str]:
        relation = member.membership.text("relation")
        person = member.person
        if person is None:
            return ["scheda non ancora ricevuta", relation, "", "", ""]
        shows = self.around.desk.catalog["person"]
        texts = [shows.fields[name].kind.show(person[name]) for name in ("birth_date", "birth_place", "fiscal_code")]
        return [shows.name_of(person.values), relation, *texts]

    def _open(self, place: int) -> None:
        person = self._members[place].person if 0 <= place < len(self._members) else None
        if person:
            self.around.wishes.open_record.emit("person", person.id)

    def add_member(self) -> None:
        """Ask for the new member; people may be added one after the other."""
        dialog = MemberDialog(self.around, self.means, self._household, self.window())
        dialog.exec()
        dialog.deleteLater()

    def _take_out(self) -> None:
        place = self.table.current_row()
        if 0 <= place < len(self._members):
            member = self._members[place]
            self.around.work.run(
                Lane.WRITE,
                lambda _: self._households.let_go(member),
                self.around.wishes.deleted.emit,
                self.around.wishes.tell.emit,
            )
