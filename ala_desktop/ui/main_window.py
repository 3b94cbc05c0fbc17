"""The window: navigation, pages made when they are first wanted, undo of a delete, status bar, keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from ala_desktop.core import report
from ala_desktop.core.errors import Mendable
from ala_desktop.services import naming
from ala_desktop.services.desk import Desk
from ala_desktop.services.duplicate_verdicts import Decided, Verdicts
from ala_desktop.services.forms import Forms
from ala_desktop.services.linked import VERDICT
from ala_desktop.services.lookup import Lookup
from ala_desktop.services.row import Row
from ala_desktop.services.sharing.exchange import Exchange
from ala_desktop.services.sharing.exchange_state import ExchangeState, Summary
from ala_desktop.services.soundness import Soundness
from ala_desktop.ui.editors.base import Means
from ala_desktop.ui.help import HelpDialog
from ala_desktop.ui.importing.dialog import ImportDialog
from ala_desktop.ui.keys import press_focused
from ala_desktop.ui.navigation import Navigation
from ala_desktop.ui.page import Page, Surroundings
from ala_desktop.ui.pages.choose import Making, pages_of
from ala_desktop.ui.pages.exchange.page import ExchangePage
from ala_desktop.ui.pages.requests.asking import AskAlaPage
from ala_desktop.ui.pages.today import TodayPage
from ala_desktop.ui.quiet import Quiet
from ala_desktop.ui.status import Status
from ala_desktop.ui.trouble import FaultDialog, show_mendable
from ala_desktop.ui.undo_bar import UndoBar
from ala_desktop.ui.work import Lane

_GATHER = 30
"""Milliseconds over which changes are gathered before the pages are told: an import tells of thousands."""

_EXCHANGE_EVERY = 60_000
_SIZE = QSize(1366, 768)
_FRAME = QSize(24, 72)
"""About what the window's frame and the system's bars take."""


class MainWindow(QMainWindow):
    """One office, open.

    Signals:
        closing(): the window is about to close; saves under way are finished first.
    """

    closing = Signal()
    _changed = Signal(object)

    def __init__(self, around: Surroundings, folder: Path, exchange: Exchange) -> None:
        super().__init__()
        self._around, self._folder = around, folder
        self.setWindowTitle(f"ALA Desktop – {around.desk.comune_name}")
        self._state = ExchangeState(around.desk)
        self._waiting: set[tuple[str, str]] = set()
        forms = Forms(around.desk)
        self._forms = forms
        wishes = around.wishes
        means = Means(around.desk.clock.today, Lookup(around.desk), around.work, wishes.open_record.emit)
        self._making = Making(around, forms, means, exchange)
        self._kinds = pages_of(around.desk.tenant)
        self.pages: dict[str, Page] = {}
        self._lay_out()
        self._gather = QTimer(self, singleShot=True, interval=_GATHER)
        self._gather.timeout.connect(self._tell_pages)
        self._changed.connect(self._take_note, Qt.ConnectionType.QueuedConnection)
        around.desk.listen(self._changed.emit)
        wishes.open_record.connect(self.open_record)
        wishes.go_to.connect(self.go_to)
        wishes.say.connect(self.status.say)
        wishes.tell.connect(lambda problem: show_mendable(self, problem))
        wishes.deleted.connect(self._offer_restore)
        wishes.decided.connect(self._offer_undoing)
        wishes.duplicates.connect(self.show_duplicates)
        wishes.import_register.connect(self.import_register)
        wishes.correct.connect(self.open_correction)
        wishes.exchanged.connect(self.show_exchange)
        wishes.ask_ala.connect(self.ask_ala)
        wishes.drafted.connect(self._show_drafts)
        around.work.busy.connect(self.status.watch)
        around.work.crashed.connect(self.show_trouble)
        self._bind_keys()
        self.quiet = Quiet(around.work, self)
        self.quiet.came.connect(self._look_after_store)
        self._clock = QTimer(self, interval=_EXCHANGE_EVERY)
        self._clock.timeout.connect(self.show_exchange)
        self._clock.start()
        self.resize(_SIZE)
        self.go_to(self._kinds[0].name)
        self.show_exchange()

    def appear(self) -> None:
        """Show the window, filling a screen that has not room enough for it."""
        room = self.screen().availableSize() - _FRAME
        if room.width() < _SIZE.width() or room.height() < _SIZE.height():
            self.showMaximized()
        else:
            self.show()

    def _lay_out(self) -> None:
        desk = self._around.desk
        whole = QWidget(self)
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        titles = [(page.name, page.title) for page in self._kinds]
        self.navigation = Navigation(titles, desk.office_title, desk.author, whole)
        self.navigation.chosen.connect(self.go_to)
        self.navigation.entered.connect(self._focus_page)
        self.stack = QStackedWidget(whole)
        self.undo = UndoBar(whole)
        self.undo.taken_back.connect(self._take_back)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(self.stack, 1)
        column.addWidget(self.undo)
        row.addWidget(self.navigation)
        row.addLayout(column, 1)
        self.setCentralWidget(whole)
        self.status = Status(self)
        self.setStatusBar(self.status)

    def _bind_keys(self) -> None:
        self._key("Ctrl+N", self._new)
        self._key("Ctrl+S", self._save)
        self._key("Ctrl+F", self._search)
        self._key("F3", self._search)
        self._key("F5", lambda: self.page.refresh(None))
        self._key("F1", self.show_help)
        self._key("Esc", self._escape)
        self._key("Ctrl+Z", self.undo.press)
        for place, page in enumerate(self._kinds):
            self._key(f"Ctrl+{place + 1}", lambda name=page.name: self._work_on(name))

    def _key(self, key: str, do: Callable[[], object]) -> None:
        QShortcut(QKeySequence(key), self, do)

    # --- pages -----------------------------------------------------------------------------------------------------

    @property
    def page(self) -> Page:
        """The page in front."""
        front = self.stack.currentWidget()
        if not isinstance(front, Page):
            raise RuntimeError("no page is in front yet")
        return front

    def go_to(self, name: str) -> None:
        """Bring a page to the front, made now if it was never wanted."""
        if self.stack.count() and self.page.name != name and not self.page.may_leave():
            self.navigation.show_chosen(self.page.name)
            return
        if name not in self.pages:
            [kind] = [page for page in self._kinds if page.name == name]
            self.pages[name] = self._making.make(kind)
            self.stack.addWidget(self.pages[name])
        self.stack.setCurrentWidget(self.pages[name])
        self.navigation.show_chosen(name)
        self.pages[name].refresh(None)

    def _work_on(self, name: str) -> None:
        """Bring a page to the front and go on there with the keyboard."""
        self.go_to(name)
        self._focus_page()

    def _focus_page(self) -> None:
        self.page.take_focus()

    def open_record(self, kind: str, record: str) -> None:
        """Show a record on the page that its kind lives on; a verdict on duplicates, with those of its kind."""
        if kind == VERDICT:
            for verdict in self._around.desk.many(kind, [record]):
                self.show_duplicates(verdict.text("record_kind"))
            return
        for page in self._kinds:
            if kind in page.kinds:
                self.go_to(page.name)
                self.page.open(kind, record)
                return

    def show_duplicates(self, kind: str) -> None:
        """Show the possible duplicates of a kind, on the page that it lives on."""
        for page in self._kinds:
            if kind in page.kinds:
                self.go_to(page.name)
                self.page.show_duplicates()
                return

    def open_correction(self, seq: int) -> None:
        """Show the refused save at this place of the log on its form."""
        self.go_to(ExchangePage.name)
        if isinstance(self.page, ExchangePage):
            self.page.open_correction(seq)

    def ask_ala(self, kind: str, record: str) -> None:
        """Write a request to ALA about a record."""
        self.go_to(AskAlaPage.name)
        if isinstance(self.page, AskAlaPage):
            self.page.ask(kind, record)

    def _new(self) -> None:
        self.page.new()

    def _save(self) -> None:
        self.page.save()

    def _search(self) -> None:
        self.page.search()

    def import_register(self, kind: str = "") -> None:
        """Bring an office register in."""
        dialog = ImportDialog(self._around, kind, self)
        dialog.exec()
        dialog.deleteLater()

    def show_help(self) -> None:
        """F1."""
        HelpDialog(self.page, self).exec()

    def _escape(self) -> None:
        if not self.page.escape():
            self.navigation.list.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # --- what changed ----------------------------------------------------------------------------------------------

    def _take_note(self, changed: Sequence[tuple[str, str]]) -> None:
        self._waiting.update(changed)
        if not self._gather.isActive():
            self._gather.start()

    def _tell_pages(self) -> None:
        changed, self._waiting = frozenset(self._waiting), set()
        for page in self.pages.values():
            page.refresh(changed)
        self.show_exchange()

    def show_exchange(self) -> None:
        """Read in the background how this PC stands with ALA, and show it."""
        state = self._state

        def show(summary: Summary) -> None:
            self.status.show_exchange(summary, self._around.desk.clock.now())

        self._around.work.run(Lane.READ, lambda _: state.summary(), show)

    def _show_drafts(self) -> None:
        """Oggi lists the forms left in the middle, also the one that was left for it just now."""
        if isinstance(self.page, TodayPage):
            self.page.refresh(None)

    def _offer_restore(self, rows: Sequence[Row]) -> None:
        if rows:
            self.undo.offer(list(rows), _gone(self._around.desk, rows[0]))

    def _offer_undoing(self, decided: Decided) -> None:
        self.undo.offer(decided, decided.told, "Annulla")

    def _take_back(self, done: list[Row] | Decided) -> None:
        forms, verdicts = self._forms, Verdicts(self._around.desk)

        def undo(_: object) -> str:
            if isinstance(done, Decided):
                verdicts.take_back(done)
                return "Annullato: le schede sono come prima"
            forms.restore(done)
            return "Scheda ripristinata"

        self._around.work.run(Lane.WRITE, undo, self.status.say, self.show_trouble)

    # --- trouble and the end ---------------------------------------------------------------------------------------

    def show_trouble(self, problem: BaseException) -> None:
        """What the clerk can mend in words; anything else as a fault with a report."""
        if isinstance(problem, Mendable):
            show_mendable(self, problem)
            return
        kept = report.write(self._folder, problem, self._around.desk.clock.now())
        FaultDialog(problem, kept, self).exec()

    def _look_after_store(self) -> None:
        """Check the store while nobody waits: exchanges tell what it comes to, and put right what is found.

        On the network's thread, which is the one that nobody waits for now.
        """
        soundness = Soundness(self._around.desk)
        self._around.work.run(Lane.NETWORK, lambda _: soundness.look(), label="Controllo dell'archivio")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.quiet.watch(self.windowHandle())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter on a button presses it."""
        if not press_focused(self, event):
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep what is being typed as a draft, and go."""
        self.page.may_leave()
        self.closing.emit()
        event.accept()


def _gone(desk: Desk, row: Row) -> str:
    """What was deleted, in a sentence."""
    if row.kind == "household_member":
        people = desk.many("person", [row.text("person_id")])
        name = naming.name_of(desk, "person", people[0].values) if people else "Il componente"
        return f"{name} non fa più parte del nucleo."
    label, name = desk.catalog[row.kind].label, naming.name_of(desk, row.kind, row.values)
    return f"{name if name.startswith(label) else f'{label} {name}'}: scheda eliminata."
