"""Linking a PC without a network: a file that asks ALA, and its answer, with a stick or the mail in between.

What was asked is remembered in the store: the program may be closed until the answer is there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from ala_desktop.core.errors import Mendable
from ala_desktop.services.sharing.exchange import Exchange, OfficeDevice
from ala_desktop.services.sharing.file_exchange import FileExchange, Letter
from ala_desktop.ui.files import LastFolder, ask_open, ask_open_several, ask_save
from ala_desktop.ui.message import MessageStrip
from ala_desktop.ui.page import Surroundings
from ala_desktop.ui.pages.exchange.link_field import CODE, LONGEST_NAME, NAME, add_line, link_fields
from ala_desktop.ui.pages.exchange.wording import ALA_FILES, file_name
from ala_desktop.ui.phrases import local_day_and_time
from ala_desktop.ui.theme import STEP
from ala_desktop.ui.work import Job, Lane

_Done = TypeVar("_Done")
_PRESENTATION = ("&Presentazione della centrale", "Il file con cui ALA presenta la centrale al Comune")


class LinkByFile(QWidget):
    """Presentation, code and name for a file that asks; once it is written, the answer.

    Signals:
        linked(object): this PC (an `OfficeDevice`), as the comune knows it from now on.
        asked(): what waits for an answer may have changed.
    """

    linked = Signal(object)
    asked = Signal()

    def __init__(
        self,
        around: Surroundings,
        exchange: Exchange,
        files: FileExchange,
        folder: LastFolder,
        strip: MessageStrip,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._around, self._exchange, self._files = around, exchange, files
        self._folder, self._strip = folder, strip
        self._asked: str | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.stack = QStackedWidget(self)
        column.addWidget(self.stack)
        self.asking, self.waiting = self._asking(), self._waiting()
        self.stack.addWidget(self.asking)
        self.stack.addWidget(self.waiting)

    # --- asking ----------------------------------------------------------------------------------------------------

    def _asking(self) -> QWidget:
        way = QWidget(self)
        column = QVBoxLayout(way)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        form = link_fields()
        browse = QPushButton("Scegli…", way)
        browse.setAccessibleName("Scegli il file della presentazione")
        browse.clicked.connect(self._browse)
        self.presentation = add_line(form, _PRESENTATION, way, browse)
        self.code = add_line(form, CODE, way)
        self.name = add_line(form, NAME, way)
        self.name.setMaxLength(LONGEST_NAME)
        self.presentation.returnPressed.connect(self.code.setFocus)
        self.code.returnPressed.connect(self.name.setFocus)
        self.name.returnPressed.connect(self.ask)
        column.addLayout(form)
        self.go = self._button("Scrivi la richiesta per ALA…", self.ask, main=True)
        self.early = self._button("Leggi la risposta di ALA…", self._choose_answer)
        self.early.hide()
        column.addLayout(_row(self.go, self.early))
        column.addStretch(1)
        return way

    def _waiting(self) -> QWidget:
        way = QWidget(self)
        column = QVBoxLayout(way)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        self.when = QLabel(way)
        bold = self.when.font()
        bold.setBold(True)
        self.when.setFont(bold)
        what = QLabel(
            "Portarla ad ALA, su chiavetta o per PEC, e leggere qui il file con cui ALA risponde. Nel frattempo si può "
            "lavorare come sempre e anche chiudere il programma.\nSe il file va perso, basta prepararne un altro.",
            way,
        )
        what.setWordWrap(True)
        self.read = self._button("Leggi la risposta di ALA…", self._choose_answer, main=True)
        self.again = self._button("Prepara un'altra richiesta", self._ask_again)
        for widget in (self.when, what):
            column.addWidget(widget)
        column.addSpacing(STEP)
        column.addLayout(_row(self.read, self.again))
        column.addStretch(1)
        return way

    def _button(self, text: str, press: Callable[[], None], *, main: bool = False) -> QPushButton:
        button = QPushButton(text, self)
        button.setAutoDefault(True)
        button.setMinimumHeight(40)
        if main:
            button.setProperty("main", "true")
        button.clicked.connect(press)
        return button

    def show_asked(self, asked: str | None) -> None:
        """When ALA was asked, UTC; None while no answer is waited for."""
        if asked == self._asked:
            return
        self._asked = asked
        focused = QApplication.focusWidget()
        held = focused is None or self.isAncestorOf(focused)
        if asked:
            self.when.setText(f"Richiesta preparata il {local_day_and_time(asked)}")
        self.early.setVisible(bool(asked))
        self.stack.setCurrentWidget(self.waiting if asked else self.asking)
        if held and self.isVisible():
            self._take_focus()

    def _take_focus(self) -> None:
        asking = self.stack.currentWidget() is self.asking
        (self.code if asking else self.read).setFocus()

    def _ask_again(self) -> None:
        self.stack.setCurrentWidget(self.asking)
        self.code.setFocus()
        self.code.selectAll()

    def _browse(self) -> None:
        chosen = ask_open(self, "Scegli la presentazione della centrale", ALA_FILES, self._folder)
        if chosen:
            self.presentation.setText(str(chosen))
            self.code.setFocus()

    def ask(self) -> None:
        """Have a place for the request chosen, once everything that it needs is there."""
        for line, label in ((self.presentation, "la presentazione della centrale"), (self.code, "il codice")):
            if not line.text().strip():
                self._strip.tell(f"Manca {label}", "", "ALA li consegna al Comune: il file e, a parte, il codice.")
                line.setFocus()
                return
        desk = self._around.desk
        suggested = file_name("richiesta", desk.comune_name, desk.clock.today())
        if target := ask_save(self, "Dove scrivere la richiesta per ALA", suggested, ALA_FILES, self._folder):
            self.ask_in(target)

    def ask_in(self, target: Path) -> None:
        """Write the request there."""
        files = self._files
        presentation, code = Path(self.presentation.text().strip()), self.code.text().strip()
        name = self.name.text().strip()
        self._run(lambda _: files.enrol(presentation, code, target, name), self._written)

    def _written(self, letter: Letter) -> None:
        self._strip.tell(
            "La richiesta per ALA è scritta",
            f"È il file {letter.files[0].name}, nella cartella {letter.files[0].parent}.",
            "Portarlo ad ALA così com'è, senza cambiarne il contenuto.",
            grave=False,
        )
        self._asked = None  # asked once more: shown anew
        self.stack.setCurrentWidget(self.waiting)
        self._take_focus()
        self.asked.emit()

    # --- the answer ------------------------------------------------------------------------------------------------

    def _choose_answer(self) -> None:
        if chosen := ask_open_several(self, "Scegli la risposta di ALA", ALA_FILES, self._folder):
            self.read_files(chosen)

    def read_files(self, chosen: Sequence[Path]) -> None:
        """Read ALA's answer."""
        files, exchange = self._files, self._exchange

        def read(_: Job) -> OfficeDevice:
            files.read(chosen)
            return exchange.devices()[0]

        self._run(read, self.linked.emit)

    def _run(self, task: Callable[[Job], _Done], done: Callable[[_Done], Any]) -> None:
        self._strip.clear()
        self.setEnabled(False)

        def follow(result: _Done) -> None:
            self.setEnabled(True)
            done(result)

        self._around.work.run(Lane.NETWORK, task, follow, self._failed)

    def _failed(self, problem: Mendable) -> None:
        self.setEnabled(True)
        self._take_focus()
        self._strip.tell(problem.title, problem.cause, problem.next_step)
        self.asked.emit()


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(STEP)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return row
