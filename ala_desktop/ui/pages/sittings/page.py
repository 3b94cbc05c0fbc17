"""The page "Commissioni e verbali": lists of sittings and bodies, the form of a body, and the screen of a sitting."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from ala_desktop.core.errors import Mendable
from ala_desktop.services import lists
from ala_desktop.services.forms import Forms
from ala_desktop.services.listing import ListSpec
from ala_desktop.services.row import Row
from ala_desktop.services.sittings.commissions import Commissions
from ala_desktop.services.sittings.course import Sittings
from ala_desktop.services.sittings.numbering import Numbering
from ala_desktop.ui.editors.base import Means
from ala_desktop.ui.page import Changed, Surroundings
from ala_desktop.ui.pages.sittings.dialogs import NewSitting
from ala_desktop.ui.pages.sittings.members_panel import CommissionMembersPanel
from ala_desktop.ui.pages.sittings.screen import SittingScreen
from ala_desktop.ui.records_page import PanelMaker, RecordsPage
from ala_desktop.ui.work import Lane

_OF_A_SITTING = ("attendance", "agenda_item", "vote", "minutes_number")


class SittingsPage(RecordsPage):
    """Lists, the form of a commission or member, or the screen of one sitting.

    Attributes:
        sitting: the open sitting's screen; None while there is none.
        numbering: which PC numbers the minutes.
    """

    name = "sittings"
    title = "Commissioni e verbali"
    kinds = ("sitting", "commission", "commission_member", *_OF_A_SITTING)
    specs: tuple[ListSpec, ...] = (lists.SITTINGS, lists.COMMISSIONS)
    panels: ClassVar[dict[str, tuple[PanelMaker, ...]]] = {"commission": (CommissionMembersPanel,)}
    about = (
        "Ctrl+N apre una nuova seduta: l'appello nasce dai componenti in carica della commissione.",
        "Nella seduta: F6 passa tra presenze, ordine del giorno, punto e voti; Ctrl+Pag↓ e Ctrl+Pag↑ cambiano punto.",
        "Presenze: P presente, A assente, G giustificato, E entra ora, U esce ora, D delegato.",
        "Voti: F8 tutti favorevoli, poi le eccezioni con C contrario, A astenuto, N non partecipa, "
        "X conflitto ed esce, R conflitto e resta, U fuori sala, I rientra; Canc toglie il voto.",
        "Ogni campo si salva quando lo si lascia. «Cosa manca» elenca ciò che serve prima di approvare.",
        "Dopo «Approva e chiudi» il verbale non cambia più e prende il suo numero.",
    )

    def __init__(self, around: Surroundings, forms: Forms, means: Means, parent: QWidget | None = None) -> None:
        super().__init__(around, forms, means, parent)
        self.sitting: SittingScreen | None = None
        self._asking = False

    def _add_commands(self) -> None:
        self.numbering = QLabel(self)
        self.numbering.setProperty("role", "muted")
        self.numbering.setTextFormat(Qt.TextFormat.PlainText)
        self.commands.addWidget(self.numbering)
        super()._add_commands()
        self.leave_sitting = QPushButton("Torna all'elenco", self)
        self.leave_sitting.setToolTip("Esc")
        self.leave_sitting.clicked.connect(self.escape)
        self.leave_sitting.hide()
        self.commands.addWidget(self.leave_sitting)
        self.tabs.currentChanged.connect(lambda _: self._name_command())
        self._name_command()

    def _show_list_commands(self, *, shown: bool) -> None:
        super()._show_list_commands(shown=shown)
        self.numbering.setVisible(shown)

    def _name_command(self) -> None:
        sittings = self.list.listing.spec is lists.SITTINGS
        self.make.setText("Nuova seduta" if sittings else "Nuova commissione")

    def refresh(self, changed: Changed | None) -> None:
        super().refresh(changed)
        if changed is None:
            numbering = Numbering(self.around.desk)
            self.around.work.run(Lane.READ, lambda _: numbering.holder(), self.numbering.setText)
        if self.sitting is None:
            return
        if changed is None:
            self.sitting.session.read()
        else:
            self.sitting.session.note(changed)

    def open(self, kind: str, record: str) -> None:
        """Show a sitting, a body, a member, or the sitting that a record belongs to."""
        if not self.may_leave():
            return
        if kind == "sitting":
            self.show_sitting(record)
        elif kind in _OF_A_SITTING:
            self._open_owner(kind, record)
        else:
            self._drop_sitting()
            super().open(kind, record)

    def _open_owner(self, kind: str, record: str) -> None:
        def show(row: Row) -> None:
            self.open("sitting", row.text("sitting_id"))

        self.around.work.run(Lane.READ, lambda _: self.around.desk.get(kind, record), show, self.tell)

    def show_sitting(self, sitting_id: str) -> None:
        """Open a sitting on its screen."""
        if self.view:
            self.view.leave()
        self._drop_sitting()
        self.tabs.setCurrentIndex(0)
        self.sitting = screen = SittingScreen(self.around, self._means, sitting_id, self)
        screen.titled.connect(self.heading.put)
        screen.deleted.connect(self._deleted)
        self.stack.addWidget(screen)
        self.stack.setCurrentWidget(screen)
        for widget in (self.numbering, *self._list_commands):
            widget.hide()
        self.leave_sitting.show()
        screen.agenda.table.setFocus()

    def _drop_sitting(self) -> None:
        if self.sitting is not None:
            self.sitting.session.close()
            self.stack.removeWidget(self.sitting)
            self.sitting.deleteLater()
            self.sitting = None
            self.heading.setText(self.title)
            self.leave_sitting.hide()

    def _deleted(self, rows: list[Row]) -> None:
        self._drop_sitting()
        self.back()
        self.around.wishes.deleted.emit(rows)

    def back(self) -> None:
        """From a member to the commission, from anything else to the list."""
        was = self.view
        if was and was.form.spec.kind == "commission_member" and was.form.row["commission_id"]:
            super().open("commission", was.form.row.text("commission_id"))
        else:
            super().back()

    def new(self) -> None:
        """Ctrl+N: another sitting; on the list of bodies another body."""
        if self.sitting is None and self.list.listing.spec is lists.COMMISSIONS:
            super().new()
        elif not self._asking:
            self._asking = True
            self.around.work.run(Lane.READ, lambda _: Commissions(self.around.desk).all(), self._ask_sitting, self.tell)

    def _ask_sitting(self, commissions: list[Row]) -> None:
        self._asking = False
        active = [row for row in commissions if row["active"] != 0]
        if not active:
            self.tell(
                Mendable(
                    "Non c'è ancora una commissione",
                    "Una seduta è di una commissione, con i suoi componenti e il numero legale.",
                    "Nella scheda «Commissioni» creare la commissione e i suoi componenti, poi aprire la seduta.",
                )
            )
            return
        dialog = NewSitting(active, self._means, self.window())
        if dialog.exec():
            self.open_sitting(dialog.commission_id, dialog.held_on)
        dialog.deleteLater()

    def open_sitting(self, commission_id: str, held_on: str) -> None:
        """Open a new sitting of a commission and show it."""
        self.around.work.run(
            Lane.WRITE,
            lambda _: Sittings(self.around.desk).open(commission_id, held_on),
            lambda row: self.open("sitting", row.id),
            self.tell,
        )

    def save(self) -> None:
        """Ctrl+S: the form; a sitting saves each field as it is left."""
        if self.sitting is None:
            super().save()
        elif self.sitting.leave():
            self.around.wishes.say.emit("Seduta salvata")

    def search(self) -> None:
        """Ctrl+F: to the list's search; a sitting is left first."""
        if self.sitting is None or self.escape():
            super().search()

    def take_focus(self) -> None:
        """Back to the agenda of an open sitting."""
        if self.sitting is None:
            super().take_focus()
        else:
            self.sitting.agenda.table.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def escape(self) -> bool:
        """Esc: back to the list; what was typed in a sitting is saved first."""
        if self.sitting is None:
            return super().escape()
        if self.sitting.leave():
            self._drop_sitting()
            self.back()
        return True

    def may_leave(self) -> bool:
        """Fields of a sitting are saved first; one that cannot be read keeps the page."""
        if self.sitting is not None and not self.sitting.leave():
            return False
        return super().may_leave()
