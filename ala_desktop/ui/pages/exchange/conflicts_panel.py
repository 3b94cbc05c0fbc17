"""Discordant values: records on the left, their values on the right; choices for many, and the last one taken back."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from ala_desktop.core.errors import Mendable
from ala_desktop.services.sharing.conflict_choices import Choices, Settled
from ala_desktop.services.sharing.conflicts import Choice, Conflict, Conflicts, Disputed, Keep
from ala_desktop.services.sharing.requests import Requests
from ala_desktop.ui.ask import confirm
from ala_desktop.ui.editors.base import Means
from ala_desktop.ui.message import MessageStrip
from ala_desktop.ui.page import Surroundings
from ala_desktop.ui.pages.exchange.conflict_detail import ConflictDetail
from ala_desktop.ui.pages.exchange.disputed_list import DisputedList, Key
from ala_desktop.ui.phrases import counted
from ala_desktop.ui.theme import STEP
from ala_desktop.ui.work import Job, Lane

_NONE = (
    "Nessun dato discordante.\n\nQuando due PC scrivono valori diversi nello stesso campo senza essersi scambiati le "
    "modifiche,\nnessuno dei due va perso: qui si sceglie quale tenere."
)


class ConflictsPanel(QWidget):
    """The queue of discordant values.

    Signals:
        counted(int): how many wait for a decision.
        changed(): something was decided, or taken back: how this PC stands with ALA is to be read anew.
        emptied(): the last one was decided.
    """

    counted = Signal(int)
    changed = Signal()
    emptied = Signal()

    def __init__(self, around: Surroundings, means: Means, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._around = around
        self.choices = Choices(around.desk)
        self._deciding: set[str] = set()
        self._reading: Job | None = None
        self._focus_wanted = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, STEP, 0, 0)
        column.setSpacing(STEP)
        self.strip = MessageStrip(self)
        column.addWidget(self.strip)
        self.stack = QStackedWidget(self)
        none = QLabel(_NONE, self)
        none.setProperty("role", "muted")
        none.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        none.setContentsMargins(0, STEP * 4, 0, 0)
        self.stack.addWidget(none)
        both = QWidget(self)
        row = QHBoxLayout(both)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(STEP * 2)
        self.list = DisputedList(both)
        self.list.setFixedWidth(312)
        self.detail = ConflictDetail(around, means, both)
        row.addWidget(self.list)
        row.addWidget(self.detail, 1)
        self.stack.addWidget(both)
        column.addWidget(self.stack, 1)
        column.addLayout(self._buttons())
        self.list.shown.connect(self._show_record)
        self.list.entered.connect(self.detail.focus_first)
        self.detail.decided.connect(self._decide)
        self.detail.emptied.connect(self._next_record)
        self.detail.referred.connect(self._refer)
        QShortcut(QKeySequence("Ctrl+Shift+Z"), self, self.undo)
        QShortcut(QKeySequence("Ctrl+R"), self, self.detail.refer_focused)
        self._show_buttons()

    def _buttons(self) -> QHBoxLayout:
        self.take_back = QPushButton("Annulla scelta", self)
        self.take_back.setToolTip("Ctrl+Maiusc+Z: rimette il valore di prima e ripropone la scelta")
        self.take_back.clicked.connect(self.undo)
        self.all_in_force = QPushButton("Tieni tutti i valori in vigore", self)
        self.all_in_force.clicked.connect(lambda: self._decide_all(Keep.IN_FORCE))
        self.all_parked = QPushButton("Prendi tutti i valori in attesa", self)
        self.all_parked.clicked.connect(lambda: self._decide_all(Keep.PARKED))
        self.all_seen = QPushButton("Segna tutti come visti", self)
        self.all_seen.clicked.connect(self._mark_seen)
        row = QHBoxLayout()
        row.setSpacing(STEP)
        self.take_back.setAutoDefault(True)
        for button in (self.all_in_force, self.all_parked, self.all_seen):
            button.setAutoDefault(True)
            button.setToolTip("Vale per la scheda scelta nell'elenco, o per tutte quelle scelte")
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.take_back)
        return row

    # --- showing ---------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read the queue anew, in the background."""
        if self._reading:
            self._reading.stop()
        choices = self.choices
        self._reading = job = self._around.work.run(
            Lane.READ, lambda job: None if job.stopped() else choices.records(), lambda found: self._show(job, found)
        )

    def _show(self, job: Job, found: list[Disputed] | None) -> None:
        if job is not self._reading or found is None:
            return
        self._reading = None
        self.counted.emit(sum(one.to_decide + one.late for one in found))
        was_full = self.stack.currentIndex() == 1
        self.stack.setCurrentIndex(1 if found else 0)
        before = self.list.front
        self.list.put(found)
        if self.list.front == before:
            self._show_record(before)
        self._show_buttons()
        if was_full and not found:
            self.emptied.emit()

    def _show_record(self, key: Key | None) -> None:
        """Read the values of the record in front, in the background."""
        self._show_buttons()
        if key is None:
            self.detail.show_conflicts("", [])
            return
        choices = self.choices
        self._around.work.run(Lane.READ, lambda _: choices.of(*key), lambda found: self._show_values(key, found))

    def _show_values(self, key: Key, found: list[Conflict]) -> None:
        if key != self.list.front:
            return
        late = self.list.is_late
        wanted = [one for one in found if one.rectification == late and one.id not in self._deciding]
        self.detail.show_conflicts(self.list.name, wanted)
        if wanted and self._focus_wanted:
            self._focus_wanted = False
            self.detail.focus_first()

    def _show_buttons(self) -> None:
        late, chosen = self.list.is_late, self.list.chosen()
        full = self.stack.currentIndex() == 1
        for button in (self.all_in_force, self.all_parked):
            button.setVisible(full and not late)
            button.setEnabled(bool(chosen))
        self.all_seen.setVisible(full and late)
        self.take_back.setVisible(full or self.choices.can_undo)
        self.take_back.setEnabled(self.choices.can_undo)

    def enter(self) -> None:
        """The panel comes into view: go to the first value as soon as it is there."""
        self._focus_wanted = True
        if self.detail.cards:
            self._focus_wanted = False
            self.detail.focus_first()

    # --- choosing --------------------------------------------------------------------------------------------------

    def _decide(self, conflict: Conflict, choice: Choice) -> None:
        self.strip.clear()
        self._deciding.add(conflict.id)
        choices = self.choices
        self._around.work.run(
            Lane.WRITE,
            lambda _: choices.decide(conflict.id, choice),
            lambda _: self._decided(conflict),
            lambda problem: self._refused(problem, conflict),
        )

    def _decided(self, conflict: Conflict) -> None:
        self._deciding.discard(conflict.id)
        self._around.wishes.say.emit(f"{conflict.label}: deciso")
        self.changed.emit()

    def _refused(self, problem: Mendable, conflict: Conflict | None = None) -> None:
        if conflict:
            self._deciding.discard(conflict.id)
        self.strip.tell(problem.title, problem.cause, problem.next_step)
        self.refresh()

    def _refer(self, conflict: Conflict) -> None:
        """Leave a value to ALA, or take it back; its card stays, since the comune may still decide."""
        self.strip.clear()
        queue, asked = Conflicts(self._around.desk), Requests(self._around.desk)

        def refer(_: Job) -> None:
            if conflict.referred:
                asked.withdraw(conflict.request, "Ripreso dal Comune")
            else:
                queue.refer(conflict.id)

        said = "ripreso da ALA" if conflict.referred else "rimesso ad ALA, parte con il prossimo scambio"
        self._around.work.run(Lane.WRITE, refer, lambda _: self._referred(f"{conflict.label}: {said}"), self._refused)

    def _referred(self, said: str) -> None:
        self._around.wishes.say.emit(said)
        self.changed.emit()

    def _next_record(self) -> None:
        """The last value of a record was decided: on to the next record."""
        self._focus_wanted = True
        self.list.go_next()

    def _decide_all(self, keep: Keep) -> None:
        chosen, choices = self.list.chosen(), self.choices
        if not chosen:
            return
        which = "in vigore" if keep is Keep.IN_FORCE else "in attesa"
        records = counted(len(chosen), "scheda scelta", "schede scelte")
        if len(chosen) > 1 and not confirm(
            self,
            f"Valori {which} per tutte le schede scelte?",
            f"Per {records} valgono tutti i valori {which}. La scelta si può annullare.",
            "Sì, per tutte",
            "No, torna all'elenco",
        ):
            return
        self.strip.clear()
        self._focus_wanted = True
        self._around.work.run(
            Lane.WRITE,
            lambda _: choices.decide_all(chosen, keep),
            self._settled,
            self._refused,
            label="Scelta dei valori",
        )

    def _mark_seen(self) -> None:
        chosen, choices = self.list.chosen(), self.choices
        self._focus_wanted = True
        self._around.work.run(Lane.WRITE, lambda _: choices.mark_seen(chosen), self._settled, self._refused)

    def _settled(self, done: Settled) -> None:
        self._around.wishes.say.emit(counted(done.decided, "dato deciso", "dati decisi"))
        if done.left:
            self.strip.tell(
                counted(done.left, "dato va deciso a mano", "dati vanno decisi a mano"),
                "Nello stesso campo aspettano più valori, oppure il valore è riservato e qui non si legge ancora.",
                "Sceglierli uno per uno.",
                grave=False,
            )
        self.changed.emit()

    def undo(self) -> None:
        """Take the last choice back."""
        if not self.choices.can_undo:
            return
        choices = self.choices
        self.strip.clear()
        self._around.work.run(Lane.WRITE, lambda _: choices.undo(), self._undone, self._refused)

    def _undone(self, found: list[Disputed]) -> None:
        self._focus_wanted = True
        self._around.wishes.say.emit("Scelta annullata: i due valori sono di nuovo da scegliere")
        self.changed.emit()
