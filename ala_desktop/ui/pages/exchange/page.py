"""The page "Scambio con ALA": links this PC, exchanges, and shows what waits, must be corrected or decided."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QPushButton, QStackedWidget, QTabWidget, QWidget

from ala_desktop.services.forms import Forms
from ala_desktop.services.sharing.corrections import Correction, Corrections
from ala_desktop.services.sharing.exchange import Exchange, OfficeDevice, Report
from ala_desktop.services.sharing.exchange_state import ExchangeState, Summary
from ala_desktop.services.sharing.file_exchange import FileExchange
from ala_desktop.ui.editors.base import Means
from ala_desktop.ui.files import LastFolder
from ala_desktop.ui.page import Changed, Page, Surroundings
from ala_desktop.ui.pages.exchange.address_dialog import AddressDialog
from ala_desktop.ui.pages.exchange.band import ExchangeBand
from ala_desktop.ui.pages.exchange.by_file.dialog import FileDialog
from ala_desktop.ui.pages.exchange.conflicts_panel import ConflictsPanel
from ala_desktop.ui.pages.exchange.correction_view import CorrectionView
from ala_desktop.ui.pages.exchange.corrections_panel import CorrectionsPanel
from ala_desktop.ui.pages.exchange.devices_panel import DevicesPanel
from ala_desktop.ui.pages.exchange.link_form import LinkForm
from ala_desktop.ui.pages.exchange.saves_panel import RecentPanel, WaitingPanel
from ala_desktop.ui.work import Lane


class ExchangePage(Page):
    """The exchange with ALA.

    Attributes:
        band: the button and the state. link: the form of a PC that is not linked. tabs: the lists.
        correcting: the correction that is open, or None.
    """

    name, title = "exchange", "Scambio con ALA"
    about = (
        "Ctrl+E riceve le novità e invia ciò che aspetta. Senza rete si lavora come sempre: tutto parte più tardi.",
        "Ctrl+Maiusc+E scambia per file, su chiavetta o per PEC; su un PC collegato senza rete basta Ctrl+E.",
        "Dati discordanti: le frecce scelgono il valore, Invio lo conferma e passa al successivo; Ctrl+Maiusc+Z "
        "annulla la scelta. Ctrl+R rimette il dato ad ALA, o lo riprende.",
        "Da correggere: Invio apre il salvataggio che ALA non ha potuto registrare; corretto, riparte come nuovo.",
        "PC del comune: un PC nuovo si conferma confrontando le cifre al telefono; poi legge anche le note riservate.",
        "Ctrl+Tab passa da una scheda all'altra.",
    )

    def __init__(
        self, around: Surroundings, forms: Forms, means: Means, exchange: Exchange, parent: QWidget | None = None
    ) -> None:
        super().__init__(around, parent)
        self._forms, self._means, self._exchange = forms, means, exchange
        self._state = ExchangeState(around.desk)
        self._corrections = Corrections(around.desk)
        self._reading = self._again = False
        self._arriving = True
        self._linked: bool | None = None
        self._without_network = False
        self.correcting: CorrectionView | None = None
        self.band = ExchangeBand(around, exchange)
        self.band.ended.connect(self._exchanged)
        self.band.by_file.connect(self.exchange_by_file)
        self.body.addWidget(self.band)
        self.stack = QStackedWidget(self)
        self.body.addWidget(self.stack, 1)
        self.stack.addWidget(QWidget(self))
        self._files, self._folder = FileExchange(around.desk, exchange), LastFolder()
        self.link = LinkForm(around, exchange, self._files, self._folder)
        self.link.linked.connect(self._joined)
        self.link.asked.connect(self._exchanged)
        self.stack.addWidget(self.link)
        self.tabs = self._make_tabs()
        self.stack.addWidget(self.tabs)
        self.by_file = QPushButton("Scambia per file…", self)
        self.by_file.setAutoDefault(True)
        self.by_file.setToolTip("Ctrl+Maiusc+E: senza rete, su chiavetta o per PEC")
        self.by_file.clicked.connect(self.exchange_by_file)
        self.commands.addWidget(self.by_file)
        self.address = QPushButton("Indirizzo di ALA…", self)
        self.address.setAutoDefault(True)
        self.address.setToolTip("Se la centrale ha cambiato indirizzo, o se ora c'è la rete")
        self.address.clicked.connect(self.ask_address)
        self.commands.addWidget(self.address)
        for widget in (self.band, self.by_file, self.address):
            widget.hide()
        QShortcut(QKeySequence("Ctrl+E"), self, self.exchange_now)
        QShortcut(QKeySequence("Ctrl+Shift+E"), self, self.exchange_by_file)

    def _make_tabs(self) -> QTabWidget:
        tabs = QTabWidget(self)
        tabs.setDocumentMode(True)
        tabs.tabBar().setDrawBase(False)
        self.waiting = WaitingPanel(self.around)
        self.corrections = CorrectionsPanel(self.around, self._corrections)
        self.conflicts = ConflictsPanel(self.around, self._means)
        self.recent = RecentPanel(self.around)
        self.devices = DevicesPanel(self.around, self._exchange)
        self._fresh: dict[QWidget, Callable[[], None]] = {
            panel: panel.refresh
            for panel in (self.waiting, self.corrections, self.conflicts, self.recent, self.devices)
        }
        for panel in self._fresh:
            tabs.addTab(panel, "")
        self.corrections.correct.connect(self.correct)
        self.corrections.closed.connect(self._exchanged)
        self.conflicts.counted.connect(lambda count: self._name(self.conflicts, "Dati discordanti", count, tabs))
        for panel in (self.conflicts, self.devices):
            panel.changed.connect(self._exchanged)
        self.conflicts.emptied.connect(self._focus_button)
        for panel, text in (
            (self.waiting, "Da inviare"), (self.corrections, "Da correggere"), (self.conflicts, "Dati discordanti"),
            (self.recent, "Ultime modifiche"), (self.devices, "PC del comune"),
        ):  # fmt: skip
            self._name(panel, text, 0, tabs)
        tabs.currentChanged.connect(self._turned)
        return tabs

    @staticmethod
    def _name(panel: QWidget, text: str, count: int, tabs: QTabWidget) -> None:
        """Name a tab, with how much waits in it."""
        figure = f" ({count:,})".replace(",", ".") if count else ""
        tabs.setTabText(tabs.indexOf(panel), text + figure)

    # --- showing ---------------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """The page comes to the front: the focus goes where something waits."""
        super().showEvent(event)
        self._arriving = True

    def refresh(self, changed: Changed | None) -> None:
        """Read in the background how things stand; one reading at a time, whatever is saved meanwhile."""
        if not self.isVisible() and changed is not None:
            return  # read when the page is entered
        if self._reading:
            self._again = True
            return
        self._reading = True
        state, exchange = self._state, self._exchange
        self.around.work.run(Lane.READ, lambda _: (state.summary(), exchange.devices()), lambda read: self._show(*read))

    def _show(self, summary: Summary, devices: list[OfficeDevice]) -> None:
        self._reading = False
        if self._linked is not summary.enrolled:
            self._linked = summary.enrolled
            self.band.setVisible(summary.enrolled)
            if self.correcting is None:
                self.stack.setCurrentWidget(self.tabs if summary.enrolled else self.link)
            if summary.enrolled:
                self.stack.removeWidget(self.link)  # a stack is as tall as the tallest of its widgets
        self._without_network = summary.by_file
        self.by_file.setVisible(summary.enrolled and not summary.by_file and self.correcting is None)
        self.address.setVisible(summary.enrolled and self.correcting is None)
        self.devices.by_file = summary.by_file
        self.band.show_summary(summary)
        self.link.show_summary(summary)
        self._name(self.waiting, "Da inviare", summary.to_send, self.tabs)
        self._name(self.corrections, "Da correggere", summary.to_correct, self.tabs)
        strangers = [one for one in devices if not (one.confirmed or one.revoked)]
        self._name(self.devices, "PC del comune", len(strangers) if devices[0].confirmed else 0, self.tabs)
        if summary.enrolled:
            self._refresh_tabs(summary)
        if self._again:
            self._again = False
            self.refresh(None)

    def _refresh_tabs(self, summary: Summary) -> None:
        """The tab in front, and the queue whose count a tab shows; the others read when they come to the front."""
        arriving, self._arriving = self._arriving, False
        if arriving and self.correcting is None:
            wanted = self.conflicts if summary.discordant else self.corrections if summary.to_correct else None
            if wanted:
                self.tabs.setCurrentWidget(wanted)
            if wanted is self.conflicts:
                self.conflicts.enter()
            else:
                self._focus_button()
        self.conflicts.refresh()
        if self.tabs.currentWidget() is not self.conflicts:
            self._fresh[self.tabs.currentWidget()]()

    def _turned(self, _: int) -> None:
        if self._linked:
            self._fresh[self.tabs.currentWidget()]()

    def _focus_button(self) -> None:
        self.band.go.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- exchanging ------------------------------------------------------------------------------------------------

    def exchange_now(self) -> None:
        """Ctrl+E."""
        if self._linked:
            self.band.start()

    def exchange_by_file(self) -> None:
        """Ctrl+Shift+E: the dialog that writes files for ALA and reads its answers."""
        if not self._linked or self.band.running or self.correcting:
            return
        dialog = self.file_dialog()
        dialog.exec()
        dialog.deleteLater()

    def ask_address(self) -> None:
        """Where the hub is now."""
        if self.band.running:
            return
        dialog = AddressDialog(self.around, self._exchange, self.window())
        dialog.setFont(self.font())
        dialog.moved.connect(self._exchanged)
        dialog.exec()
        dialog.deleteLater()

    def file_dialog(self) -> FileDialog:
        """The dialog, not shown yet; what it does is seen here."""
        dialog = FileDialog(self.around, self._files, self._folder, self.window())
        dialog.setFont(self.font())
        dialog.answered.connect(self._answered)
        dialog.changed.connect(self._exchanged)
        return dialog

    def _answered(self, report: Report) -> None:
        self.band.tell_answer(report)
        self._arriving = True

    def _exchanged(self) -> None:
        """How this PC stands with ALA has changed: here and in the status bar."""
        self.around.wishes.exchanged.emit()
        self.refresh(None)

    def _joined(self, device: OfficeDevice) -> None:
        self.around.wishes.say.emit(f"Questo PC è collegato ad ALA come «{device.name}»")
        self._arriving = True
        self._exchanged()

    # --- correcting ------------------------------------------------------------------------------------------------

    def open_correction(self, seq: int) -> None:
        """Open the correction that a place in the log belongs to; what is open already is left as a draft."""
        one = self._corrections.one
        self.around.work.run(Lane.READ, lambda _: one(seq), self.correct, self.tell)

    def correct(self, correction: Correction) -> None:
        """Open a refused save on its form."""
        if self.correcting:
            self.correcting.leave()
        view = CorrectionView(self.around, self._forms, self._means, self._corrections, correction, self)
        view.closed.connect(self.back)
        view.done.connect(self._corrected)
        self.correcting = view
        self.stack.addWidget(view)
        self.stack.setCurrentWidget(view)
        self._show_head(visible=False)

    def back(self) -> None:
        """From a correction to the lists."""
        view, self.correcting = self.correcting, None
        if view is None:
            return
        self.stack.setCurrentWidget(self.tabs)
        self.stack.removeWidget(view)
        view.deleteLater()
        self._show_head(visible=True)
        self.tabs.setCurrentWidget(self.corrections)
        self.corrections.table.setFocus()
        self._exchanged()

    def _show_head(self, *, visible: bool) -> None:
        for widget in (self.heading, self.band):
            widget.setVisible(visible)
        self.by_file.setVisible(visible and not self._without_network)
        self.address.setVisible(visible)

    def _corrected(self, text: str) -> None:
        view = self.correcting
        self.around.wishes.say.emit(text)
        self.back()
        if view:
            view.forget()  # leaving its fields kept drafts once more

    def save(self) -> None:
        """Ctrl+S: send the open correction."""
        if self.correcting:
            self.correcting.send()

    def escape(self) -> bool:
        """Esc: back from a correction."""
        if self.correcting:
            self.correcting.leave()
            return True
        return False

    def may_leave(self) -> bool:
        """Another page may come; what was typed is kept as a draft."""
        if self.correcting:
            self.correcting.keep_drafts()
        return True
