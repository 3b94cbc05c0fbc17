"""The screen on which a sitting is minuted while the commission sits: roll call and agenda left, what is open right.

Everything by keyboard: F6 goes round the areas, Ctrl+PgUp and Ctrl+PgDown change item, F8 is "all in favour", letters
record presences and votes.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ala_desktop.fields.values import Value, show_date
from ala_desktop.rules.obstacles import Obstacle, obstacles
from ala_desktop.services.row import Row
from ala_desktop.services.sittings.agenda_cases import Waiting
from ala_desktop.services.sittings.course import Approved
from ala_desktop.services.sittings.sitting_file import SittingFile
from ala_desktop.ui.editors.base import Means
from ala_desktop.ui.files import ask_save
from ala_desktop.ui.page import Surroundings
from ala_desktop.ui.pages.sittings.agenda_panel import COURSE, AgendaPanel
from ala_desktop.ui.pages.sittings.annexes_dialog import AnnexesDialog
from ala_desktop.ui.pages.sittings.course_panel import CoursePanel
from ala_desktop.ui.pages.sittings.dialogs import AskText, ChooseCases, ConfirmApproval
from ala_desktop.ui.pages.sittings.item_panel import ItemPanel
from ala_desktop.ui.pages.sittings.obstacles_panel import ObstaclesPanel
from ala_desktop.ui.pages.sittings.roll_panel import RollPanel
from ala_desktop.ui.pages.sittings.session import SittingSession
from ala_desktop.ui.phrases import counted
from ala_desktop.ui.theme import STEP
from ala_desktop.ui.work import Lane

_LEFT = 350
_PROPOSED = {"fuori_sacco": "", "altro": "", "varie": "Varie ed eventuali"}


class SittingScreen(QWidget):
    """One sitting.

    Signals:
        titled(str, str): what the page's heading shall say: a text that may be shortened, and its end, which may not.
        deleted(object): the sitting was deleted; the rows, for restoring.
    """

    titled = Signal(str, str)
    deleted = Signal(object)

    def __init__(self, around: Surroundings, means: Means, sitting_id: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._around, self._means, self._today = around, means, means.today
        self.session = SittingSession(around, sitting_id, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        column.addLayout(self._strip())
        halves = QHBoxLayout()
        halves.setSpacing(STEP * 2)
        halves.addWidget(self._left())
        halves.addWidget(self._right(means), 1)
        column.addLayout(halves, 1)
        self._keys()
        self.session.shown.connect(self._show)
        self.session.read()

    def _strip(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(STEP)
        self.state = QLabel(self)
        self.state.setMinimumWidth(1)
        row.addWidget(self.state, 1)
        self.annexes = self._button("Allegati…", self.show_annexes)
        self.missing = self._button("Cosa manca", self.show_missing)
        self.reading = self._button("Metti in lettura", self._turn_reading)
        self.approve = self._button("Approva e chiudi…", self.ask_approval)
        self.approve.setProperty("main", "true")
        self.print = self._button("Stampa verbale…", self.ask_print)
        for button in (self.annexes, self.missing, self.reading, self.approve, self.print):
            row.addWidget(button)
        return row

    def _button(self, words: str, verb: object) -> QPushButton:
        button = QPushButton(words, self)
        button.clicked.connect(verb)
        return button

    def _left(self) -> QWidget:
        side = QWidget(self)
        side.setFixedWidth(_LEFT)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        self.roll = RollPanel(self.session, side)
        self.roll.told.connect(self._around.wishes.say)
        self.agenda = AgendaPanel(self.session, side)
        self.agenda.chosen.connect(self.open_item)
        self.agenda.to_right.connect(self._focus_right)
        self.agenda.bring.connect(self.ask_cases)
        self.agenda.write.connect(self.ask_item)
        column.addWidget(self.roll)
        column.addWidget(self.agenda, 1)
        return side

    def _right(self, means: Means) -> QWidget:
        self.stack = QStackedWidget(self)
        self.course = CoursePanel(self.session, means, self.stack)
        self.item = ItemPanel(self.session, means, self.stack)
        self.obstacles = ObstaclesPanel(self.stack)
        self.obstacles.jump.connect(self.jump)
        for panel in (self.course, self.item, self.obstacles):
            self.stack.addWidget(panel)
        for panel in (self.course, self.item):
            panel.leaving.connect(self._keep)
        self.course.removing.connect(self.delete)
        return self.stack

    def _keys(self) -> None:
        for keys, verb in (
            ("Ctrl+PgDown", lambda: self.agenda.go(1)),
            ("Ctrl+PgUp", lambda: self.agenda.go(-1)),
            ("F6", lambda: self.go_round(1)),
            ("Shift+F6", lambda: self.go_round(-1)),
            ("F8", self.all_favourable),
            ("F9", self.item.votes.table.setFocus),
        ):
            QShortcut(QKeySequence(keys), self, verb)  # while the screen is in view, wherever the focus has gone

    # --- showing ---------------------------------------------------------------------------------------------------

    def _show(self, file: SittingFile) -> None:
        sitting = file.sitting
        states = self._around.desk.catalog["sitting"].fields["state"].kind
        day = show_date(sitting.text("held_on")) if sitting["held_on"] else "senza data"
        name = sitting.text("commission_name") or file.commission.text("name")
        self.titled.emit(name, f" · seduta del {day}")
        number = f"Verbale n. {file.number}" if file.number else "Verbale senza numero"
        told = [states.show(sitting["state"] or "bozza"), number]
        if not file.approved:
            left = len(obstacles(file.meeting, self._today()))
            told.append(f"{counted(left, 'cosa', 'cose')} da completare" if left else "pronto da approvare")
        self.state.setText(" · ".join(told))
        self.reading.setText("Torna in bozza" if sitting["state"] == "in_lettura" else "Metti in lettura")
        for button in (self.missing, self.reading, self.approve):
            button.setVisible(not file.approved)
        self.approve.setEnabled(sitting["state"] == "in_lettura")
        self.approve.setToolTip("" if self.approve.isEnabled() else "Prima va messo in lettura e riletto")
        if self.stack.currentWidget() is self.item:
            self._draw_item(file, self.item.item_id)

    def _draw_item(self, file: SittingFile, item_id: str) -> None:
        if any(row.id == item_id for row in file.items):
            self.item.show_item(file, item_id)
        else:
            self.stack.setCurrentWidget(self.course)

    def open_item(self, item_id: str) -> None:
        """Show an item, or the sitting itself; what is being typed is saved first."""
        file = self.session.file
        shown = self.item.item_id if self.stack.currentWidget() is self.item else COURSE
        if file is None or (item_id == shown and self.stack.currentWidget() is not self.obstacles):
            return
        if not self.leave():
            self.agenda.table.choose(shown)
            return
        if item_id == COURSE:
            self.stack.setCurrentWidget(self.course)
        else:
            self.stack.setCurrentWidget(self.item)
            self._draw_item(file, item_id)

    def go_round(self, step: int) -> None:
        """F6: roll call, agenda, what is open, votes."""
        areas = [self.roll, self.agenda, self.stack.currentWidget()]
        if areas[2] is self.item:
            areas.append(self.item.votes)
        focused = self.focusWidget()
        here = next((n for n in reversed(range(len(areas))) if focused and areas[n].isAncestorOf(focused)), 0)
        target = areas[(here + step) % len(areas)]
        if target is self.stack.currentWidget():
            self._focus_right()
        else:
            target.table.setFocus()

    def _focus_right(self) -> None:
        panel = self.stack.currentWidget()
        if panel is self.course:
            self.course.focus_field("opened_at")
        elif panel is self.item:
            self.item.focus_field("report")
        else:
            self.obstacles.list.setFocus()

    # --- doing -----------------------------------------------------------------------------------------------------

    def leave(self) -> bool:
        """Save what is being typed; False when something of it cannot be read."""
        return self.course.leave() and self.item.leave()

    def _keep(self, row: Row, name: str, value: Value) -> None:
        self.session.act(lambda _: self.session.sittings.write(row, {name: value}))

    def all_favourable(self) -> None:
        """F8."""
        if self.stack.currentWidget() is self.item and self.leave():
            self.item.votes.all_favourable()

    def ask_cases(self) -> None:
        """Choose among the cases that wait, and bring them on the agenda."""
        self._around.work.run(Lane.READ, lambda _: self.session.agenda.waiting(), self._choose_cases)

    def _choose_cases(self, cases: list[Waiting]) -> None:
        if not cases:
            self._around.wishes.say.emit("Nessuna pratica in attesa: sono tutte decise o già in una seduta aperta")
            return
        dialog = ChooseCases(cases, self)
        if dialog.exec():
            self.bring(dialog.chosen)

    def bring(self, chosen: list[str]) -> None:
        """Put these cases on the agenda."""
        self.session.act(
            lambda file: self.session.agenda.build(file.sitting.id, chosen),
            lambda rows: self._around.wishes.say.emit(counted(len(rows), "punto aggiunto", "punti aggiunti")),
        )

    def ask_item(self, type_: str) -> None:
        """Write an item that is no case."""
        types = self._around.desk.catalog["agenda_item"].fields["type"].kind
        dialog = AskText(types.show(type_), "Oggetto del punto", _PROPOSED[type_], 400, self, needed=True)
        if dialog.exec():
            subject = str(dialog.text)
            self.session.act(
                lambda file: self.session.agenda.add(file.sitting.id, subject, type_),
                lambda row: self.agenda.table.choose(row.id),
            )

    def _turn_reading(self) -> None:
        if not self.leave():
            return
        sittings = self.session.sittings

        def turn(file: SittingFile) -> Row:
            verb = sittings.back_to_draft if file.sitting["state"] == "in_lettura" else sittings.to_reading
            return verb(file.sitting.id)

        self.session.act(turn)

    def show_annexes(self) -> None:
        """What is attached to the sitting."""
        if self.session.file is not None:
            dialog = AnnexesDialog(self._around, self._means, self.session, self.window())
            dialog.exec()
            dialog.deleteLater()

    def show_missing(self) -> None:
        """List what is missing before approval."""
        if self.leave():
            self.session.act(lambda file: obstacles(file.meeting, self._today()), self._tell_missing)

    def _tell_missing(self, found: list[Obstacle]) -> None:
        if not found:
            self._around.wishes.say.emit("Non manca nulla: il verbale può essere letto e approvato")
            return
        self.obstacles.show_obstacles(found)
        self.stack.setCurrentWidget(self.obstacles)

    def jump(self, obstacle: Obstacle) -> None:
        """Go to the place of an obstacle."""
        file = self.session.known
        if any(row.id == obstacle.record for row in file.items):
            self.agenda.table.choose(obstacle.record)
            self.open_item(obstacle.record)
            self.item.focus_field(obstacle.field)
        elif obstacle.record == file.sitting.id:
            self.agenda.table.choose(COURSE)
            self.open_item(COURSE)
            self.course.focus_field(obstacle.field)
        else:
            self.open_item(COURSE)
            self.roll.choose_member(obstacle.record)

    def ask_approval(self) -> None:
        """Say what is missing, or ask once more and approve."""
        if self.leave():
            self.session.act(lambda file: (obstacles(file.meeting, self._today()), file), self._confirm)

    def _confirm(self, found: tuple[list[Obstacle], SittingFile]) -> None:
        missing, file = found
        if missing:
            self._tell_missing(missing)
            return
        cases = {row["application_id"] or row["intervention_id"] for row in file.items} - {None}
        dialog = ConfirmApproval(f"seduta del {show_date(file.sitting.text('held_on'))}", len(cases), self)
        if dialog.exec():
            self.approve_seen(file)

    def approve_seen(self, file: SittingFile) -> None:
        """Approve the sitting as it was shown."""

        def approved(result: Approved) -> None:
            self._around.wishes.say.emit(f"Verbale n. {result.number} approvato")

        self.session.act(lambda _: self.session.sittings.approve(file.sitting.id, seen=file), approved)

    def delete(self) -> None:
        """Delete the sitting; the window offers to take it back."""
        sitting = self.session.known.sitting.id
        self.session.act(lambda _: self.session.sittings.delete(sitting), self.deleted.emit)

    def ask_print(self) -> None:
        """Ask where the PDF goes, print it there and open it."""
        if not self.leave():
            return
        sitting = self.session.known.sitting
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        proposed = str(Path(folder) / f"Verbale {sitting.text('held_on')}.pdf")
        chosen = ask_save(self, "Stampa verbale", proposed, "Documenti PDF (*.pdf)")
        if chosen:
            self.print_to(chosen)

    def print_to(self, out: Path) -> None:
        """Print the minutes to a PDF file and open it."""
        self.session.act(
            lambda file: self.session.minutes.print(file.sitting.id, out),
            lambda _: self._printed(out),
        )

    def _printed(self, out: Path) -> None:
        self._around.wishes.say.emit(f"Verbale stampato in {out}")
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(out)))
