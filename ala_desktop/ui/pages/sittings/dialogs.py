"""Small windows of the page: open a sitting, choose cases, write a line, confirm the approval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ala_desktop.core.text import clean, fold
from ala_desktop.fields.kinds import Day
from ala_desktop.fields.values import Value, ValueProblem, show_date
from ala_desktop.services.row import Row
from ala_desktop.services.sittings.agenda_cases import Waiting
from ala_desktop.ui.editors.base import Means
from ala_desktop.ui.editors.choice import CalmCombo
from ala_desktop.ui.editors.day import DayEditor
from ala_desktop.ui.phrases import counted
from ala_desktop.ui.theme import STEP

_CASE = int(Qt.ItemDataRole.UserRole)


class _Dialog(QDialog):
    """Title, body, and the two buttons in Italian.

    Attributes:
        first: what has the focus when it opens.
    """

    def __init__(self, title: str, accept: str, parent: QWidget | None, *, refuse: str = "Annulla") -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        column = QVBoxLayout(self)
        column.setContentsMargins(STEP * 2, STEP * 2, STEP * 2, STEP * 2)
        column.setSpacing(STEP)
        self.body = QVBoxLayout()
        self.body.setSpacing(STEP)
        column.addLayout(self.body, 1)
        self.trouble = QLabel(self)
        self.trouble.setProperty("role", "error")
        self.trouble.setWordWrap(True)
        self.trouble.hide()
        column.addWidget(self.trouble)
        buttons = QDialogButtonBox(self)
        self.yes = buttons.addButton(accept, QDialogButtonBox.ButtonRole.AcceptRole)
        self.yes.setProperty("main", "true")
        self.yes.style().unpolish(self.yes)
        self.yes.style().polish(self.yes)
        self.yes.setDefault(True)
        self.no = buttons.addButton(refuse, QDialogButtonBox.ButtonRole.RejectRole)
        self.first: QWidget | None = None
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin at the first field; the buttons come after the last one, although they were made before."""
        super().showEvent(event)
        kinds = (QLineEdit, QComboBox, QListWidget, QPushButton)
        fields = [w for w in self.findChildren(QWidget) if isinstance(w, kinds) and w not in (self.yes, self.no)]
        if fields:
            QWidget.setTabOrder(fields[-1], self.yes)
            QWidget.setTabOrder(self.yes, self.no)
        if self.first:
            self.first.setFocus(Qt.FocusReason.TabFocusReason)

    def say(self, problem: str) -> None:
        """Why it cannot go on."""
        self.trouble.setText(problem)
        self.trouble.show()


class NewSitting(_Dialog):
    """Which commission meets, and when."""

    def __init__(self, commissions: Sequence[Row], means: Means, parent: QWidget | None = None) -> None:
        super().__init__("Nuova seduta", "Apri la seduta", parent)
        form = QFormLayout()
        self.commission = CalmCombo(self)
        for row in commissions:
            self.commission.addItem(row.text("name"), row.id)
        self.commission.setSizeAdjustPolicy(CalmCombo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.commission.setMinimumContentsLength(32)
        self.day = DayEditor(Day(future=True), means, self)
        self.day.put(means.today().isoformat())
        self.day.describe("Data della seduta", "")
        self.day.passed.connect(self.accept)
        self.first = self.day.main
        form.addRow("&Commissione", self.commission)
        form.addRow("&Data", self.day)
        self.body.addLayout(form)

    @property
    def commission_id(self) -> str:
        """The chosen commission."""
        return str(self.commission.currentData())

    @property
    def held_on(self) -> str:
        """The day, ISO."""
        return str(self.day.read())

    def accept(self) -> None:
        """Only with a day that exists."""
        try:
            value = self.day.read()
        except ValueProblem as problem:
            self.say(f"La data non va bene: {problem.reason}.")
            return
        if value is None:
            self.say("Indicare la data della seduta.")
            return
        super().accept()


class ChooseCases(_Dialog):
    """Which of the waiting cases come on the agenda; all of them, unless some are taken out."""

    def __init__(self, cases: Sequence[Waiting], parent: QWidget | None = None) -> None:
        super().__init__("Pratiche in attesa", "Porta in seduta", parent)
        self.resize(720, 480)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText("Cerca per nome, protocollo o servizio")
        self.search.setAccessibleName("Cerca tra le pratiche")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._narrow)
        self.list = QListWidget(self)
        self.list.setAccessibleName("Pratiche in attesa: Spazio sceglie")
        self.list.setSpacing(1)
        for case in cases:
            item = QListWidgetItem(_case_line(case), self.list)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked)
            item.setData(_CASE, case.id)
        self.list.setCurrentRow(0)
        self.list.itemChanged.connect(lambda _: self._count())
        self.body.addWidget(self.search)
        self.body.addWidget(self.list, 1)
        self.body.addLayout(self._all_or_none())
        QShortcut(QKeySequence("Ctrl+F"), self, self.search.setFocus)
        self._count()
        self.first = self.list

    def _all_or_none(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.counted = QLabel(self)
        every = QPushButton("Scegli tutte", self)
        every.clicked.connect(lambda: self._check(Qt.CheckState.Checked))
        none = QPushButton("Nessuna", self)
        none.clicked.connect(lambda: self._check(Qt.CheckState.Unchecked))
        row.addWidget(self.counted, 1)
        row.addWidget(every)
        row.addWidget(none)
        return row

    @property
    def chosen(self) -> list[str]:
        """Ids of the chosen cases."""
        return [item.data(_CASE) for item in self._items() if item.checkState() == Qt.CheckState.Checked]

    def _items(self) -> list[QListWidgetItem]:
        return [self.list.item(row) for row in range(self.list.count())]

    def _check(self, state: Qt.CheckState) -> None:
        """Those that the search leaves in view."""
        for item in self._items():
            if not item.isHidden():
                item.setCheckState(state)

    def _narrow(self, typed: str) -> None:
        words = fold(typed).split()
        for item in self._items():
            item.setHidden(not all(word in fold(item.text()) for word in words))

    def _count(self) -> None:
        self.counted.setText(counted(len(self.chosen), "pratica scelta", "pratiche scelte"))
        self.yes.setEnabled(bool(self.chosen))


class AskText(_Dialog):
    """One line of text."""

    def __init__(
        self, title: str, ask: str, proposed: str, most: int, parent: QWidget | None = None, *, needed: bool = False
    ) -> None:
        super().__init__(title, "Conferma", parent)
        self.resize(520, 120)
        self._needed = needed
        label = QLabel(ask, self)
        self.line = QLineEdit(proposed, self)
        self.line.setMaxLength(most)
        self.line.setAccessibleName(ask)
        self.first = self.line
        label.setBuddy(self.line)
        self.body.addWidget(label)
        self.body.addWidget(self.line)

    @property
    def text(self) -> str | None:
        """What was typed; None when the line was left empty."""
        return clean(self.line.text()) or None

    def accept(self) -> None:
        """An empty line only where nothing is needed."""
        if self._needed and self.text is None:
            self.say("Scrivere qualcosa, oppure annullare.")
            return
        super().accept()


class NewMember(_Dialog):
    """A new member's name, role and position; the rest is on the form."""

    def __init__(self, roles: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__("Nuovo componente", "Aggiungi", parent)
        self.resize(460, 160)
        form = QFormLayout()
        self.name, self.role, self.position = QLineEdit(self), CalmCombo(self), QLineEdit(self)
        self.first = self.name
        self.name.setMaxLength(120)
        self.position.setMaxLength(120)
        for role, label in roles.items():
            self.role.addItem(label, role)
        self.role.setCurrentIndex(max(self.role.findData("componente"), 0))
        form.addRow("&Nome e cognome", self.name)
        form.addRow("&Ruolo", self.role)
        form.addRow("&Qualifica o ente", self.position)
        self.body.addLayout(form)

    @property
    def values(self) -> dict[str, Value]:
        """What was typed, as a member's fields."""
        name, position = clean(self.name.text()), clean(self.position.text())
        return {"full_name": name, "role": self.role.currentData(), "position": position or None}

    def accept(self) -> None:
        """Only with a name."""
        if not clean(self.name.text()):
            self.say("Scrivere nome e cognome.")
            return
        super().accept()


class ConfirmApproval(_Dialog):
    """Approval is for good: said before it is done."""

    def __init__(self, what: str, cases: int, parent: QWidget | None = None) -> None:
        super().__init__("Approva e chiudi", "Approva e chiudi", parent, refuse="Non ancora")
        self.setMinimumWidth(520)
        for words in (
            f"Approvare il verbale: {what}?",
            "Dopo l'approvazione non si può più modificare nulla: presenze, punti, voti ed esiti restano per sempre "
            "come sono adesso. Un errore si corregge solo con una rettifica in una seduta successiva.",
            f"L'esito viene scritto su {counted(cases, 'pratica', 'pratiche')} e il verbale prende il suo numero.",
        ):
            label = QLabel(words, self)
            label.setWordWrap(True)
            self.body.addWidget(label)
        self.no.setDefault(True)
        self.first = self.no


def _case_line(case: Waiting) -> str:
    code = case.values.get("case_code")
    parts = (case.who, case.service, f"prot. {code}" if code else "", f"del {show_date(case.day)}" if case.day else "")
    return " · ".join(part for part in parts if part)
