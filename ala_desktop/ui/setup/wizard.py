"""Setting an office up, and recovering it: steps one after the other, ending with the open office."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from ala_desktop.core.errors import Mendable
from ala_desktop.printing.recovery_sheet import RecoverySheet
from ala_desktop.services.desk import Desk
from ala_desktop.services.office import NewOffice, Office
from ala_desktop.ui.ask import confirm
from ala_desktop.ui.keys import press_focused
from ala_desktop.ui.setup.step import Step
from ala_desktop.ui.setup.steps import CodeStep, OfficeStep, PassphraseStep, SheetStep
from ala_desktop.ui.theme import STEP
from ala_desktop.ui.work import Lane, Work


class Wizard(QWidget):
    """Steps, with a button back and one onward. The last step is the recovery sheet.

    Signals:
        finished(object): the open `Desk`.
        left(): closed before anything was made.
    """

    finished = Signal(object)
    left = Signal()

    def __init__(self, steps: list[Step], work: Work) -> None:
        super().__init__()
        self.setWindowTitle("ALA Desktop")
        self.work = work
        self.sheet = SheetStep()
        self.steps = [*steps, self.sheet]
        self.desk: Desk | None = None
        self._waiting = self._done = False
        column = QVBoxLayout(self)
        column.setContentsMargins(STEP * 4, STEP * 3, STEP * 4, STEP * 3)
        column.setSpacing(STEP)
        self.stack = QStackedWidget(self)
        for step in self.steps:
            self.stack.addWidget(step)
            step.changed.connect(self._judge)
        column.addWidget(self.stack, 1)
        column.addLayout(self._buttons())
        QShortcut(QKeySequence("Esc"), self, self.close)
        self.resize(640, 500)
        self._show(0)

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(STEP)
        self.back = QPushButton("Indietro", self)
        self.back.clicked.connect(lambda: self._show(self.stack.currentIndex() - 1))
        self.lack = QLabel(self)
        self.lack.setProperty("role", "muted")
        self.onward = QPushButton(self)
        self.onward.setProperty("main", "true")
        self.onward.clicked.connect(self.go_on)
        row.addWidget(self.back)
        row.addStretch(1)
        row.addWidget(self.lack)
        row.addWidget(self.onward)
        return row

    @property
    def step(self) -> Step:
        """The step in view."""
        return self.steps[self.stack.currentIndex()]

    def _show(self, place: int) -> None:
        self.stack.setCurrentIndex(place)
        self.back.setVisible(0 < place < len(self.steps) - 1)
        self.onward.setText(self.step.onward)
        self._judge()
        self.step.enter()

    def _judge(self) -> None:
        lacking = self.step.lacks()
        self.lack.setText(lacking)
        self.onward.setEnabled(not lacking and not self._waiting)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses a button, and goes on from anywhere else.

        Not a shortcut, which would take Enter away from the list that opens under the comune.
        """
        if press_focused(self, event):
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.go_on()
        else:
            super().keyPressEvent(event)

    def go_on(self) -> None:
        """To the next step; before the sheet the office is made, after it the office opens."""
        if self.step.lacks() or self._waiting:
            return
        place = self.stack.currentIndex()
        if place == len(self.steps) - 1:
            desk, self.desk, self._done = self.desk, None, True
            self.finished.emit(desk)
        elif place == len(self.steps) - 2:
            self._make()
        else:
            self._show(place + 1)

    def _make(self) -> None:
        """Make what the steps told; then the sheet."""
        self._waiting = True
        self.onward.setText("Un momento…")
        self.step.strip.clear()
        self._judge()
        make = self.maker()
        self.work.run(Lane.WRITE, lambda _: make(), self._made, self._refused)

    def maker(self) -> Callable[[], tuple[Desk, str]]:
        """What makes the office; run on the writing thread."""
        raise NotImplementedError

    def _made(self, made: tuple[Desk, str]) -> None:
        self._waiting = False
        self.desk, code = made
        today = self.desk.clock.today().isoformat()
        self.sheet.show_sheet(RecoverySheet(self.desk.office_title, today, code))
        self._show(len(self.steps) - 1)

    def _refused(self, problem: Mendable) -> None:
        self._waiting = False
        self.onward.setText(self.step.onward)
        self.step.strip.tell(problem.title, problem.cause, problem.next_step)
        self._judge()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing before the sheet is kept must be meant."""
        if self.desk is not None:
            if not confirm(
                self,
                "Foglio di recupero non ancora al sicuro",
                "Senza il foglio, se la frase d'accesso va persa i dati non si possono più leggere.\n"
                "Il codice non si potrà rivedere.",
                "Chiudi senza foglio",
                "Torna al foglio",
            ):
                event.ignore()
                return
            self.desk.close()
            self.desk = None
        elif not self._done:
            self.left.emit()
        event.accept()


class SetupWizard(Wizard):
    """The first day."""

    def __init__(self, office: Office, work: Work) -> None:
        self._office = office
        self.who, self.secret = OfficeStep(), PassphraseStep()
        super().__init__([self.who, self.secret], work)

    def maker(self) -> Callable[[], tuple[Desk, str]]:
        """Sets the office up."""
        comune = self.who.comune
        if comune is None:
            raise RuntimeError("no comune was chosen")
        office, new = self._office, NewOffice(comune.belfiore, comune.name, self.who.clerk)
        passphrase = self.secret.passphrase
        return lambda: office.set_up(new, passphrase)


class RecoveryWizard(Wizard):
    """The passphrase is lost."""

    def __init__(self, office: Office, work: Work) -> None:
        self._office = office
        self.code, self.secret = CodeStep(), PassphraseStep("Nuova frase d'accesso")
        super().__init__([self.code, self.secret], work)

    def maker(self) -> Callable[[], tuple[Desk, str]]:
        """Redeems the code."""
        office, code, clerk, passphrase = self._office, self.code.code, self.code.clerk, self.secret.passphrase
        return lambda: office.recover(code, clerk, passphrase)
