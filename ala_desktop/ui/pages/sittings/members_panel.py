"""The members of a commission, under its form."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QPushButton

from ala_desktop.fields.kinds import Choice
from ala_desktop.fields.values import Value
from ala_desktop.services.row import Row
from ala_desktop.services.sittings.commissions import Commissions
from ala_desktop.ui.editors.base import Means
from ala_desktop.ui.page import Surroundings
from ala_desktop.ui.pages.sittings.dialogs import NewMember
from ala_desktop.ui.panels.base import Panel
from ala_desktop.ui.panels.small_table import SmallTable
from ala_desktop.ui.work import Lane

_COLUMNS = [("Nome e cognome", 34), ("Ruolo", 26), ("Qualifica o ente", 30), ("Voto", 8), ("In carica", 10)]
_SHOWN = ("role", "position", "voting", "active")


class CommissionMembersPanel(Panel):
    """Who sits in the commission. Who left stays, as no longer in office: past minutes name them."""

    title = "Componenti"
    kinds = frozenset({"commission_member"})

    def __init__(self, around: Surroundings, means: Means) -> None:
        super().__init__(around, means)
        self._commissions = Commissions(around.desk)
        self._commission = ""
        self._members: list[Row] = []
        self.add = QPushButton("Aggiungi componente", self)
        self.add.setToolTip("Ctrl+Maiusc+N")
        self.add.setShortcut("Ctrl+Shift+N")
        self.add.clicked.connect(self.ask_member)
        self.open = QPushButton("Apri il componente", self)
        self.open.clicked.connect(lambda: self._open(self.table.current_row()))
        self.commands.addWidget(self.add)
        self.commands.addWidget(self.open)
        self.table = SmallTable("Componenti della commissione", _COLUMNS)
        self.table.chosen.connect(self._open)
        self.empty = QLabel("Ancora nessun componente: senza componenti non si può aprire una seduta.", self)
        self.empty.setProperty("role", "muted")
        self.body.addWidget(self.table)
        self.body.addWidget(self.empty)

    def show_row(self, row: Row) -> None:
        """Read and show the members."""
        self._commission = row.id
        self._members = self._commissions.members(row.id, former=True)
        fields = self.around.desk.catalog["commission_member"].fields
        self.table.put(
            [[one.text("full_name"), *(fields[name].kind.show(one[name]) for name in _SHOWN)] for one in self._members]
        )
        self.table.setVisible(bool(self._members))
        self.empty.setVisible(not self._members)
        self.open.setEnabled(bool(self._members))

    def _open(self, place: int) -> None:
        if 0 <= place < len(self._members):
            self.around.wishes.open_record.emit("commission_member", self._members[place].id)

    def ask_member(self) -> None:
        """Ask for another member's name, role and position."""
        roles = self.around.desk.catalog["commission_member"].fields["role"].kind
        dialog = NewMember(roles.options if isinstance(roles, Choice) else {}, self.window())
        if dialog.exec():
            self.add_member(dialog.values)
        dialog.deleteLater()

    def add_member(self, values: dict[str, Value]) -> None:
        """Add a member to the commission that is shown."""
        commission, add = self._commission, self._commissions.add_member
        self.around.work.run(Lane.WRITE, lambda _: add(commission, values), None, self.around.wishes.tell.emit)
