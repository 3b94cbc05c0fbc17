"""The demonstration with a display: the office is prepared, then the program's own window opens on it."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QProgressBar, QVBoxLayout, QWidget

from ala_desktop.app import speak_italian
from ala_desktop.core.errors import Mendable
from ala_desktop.demo.furnish import furnish
from ala_desktop.demo.hub_child import HubChild
from ala_desktop.demo.people import PASSPHRASE
from ala_desktop.services.desk import Desk
from ala_desktop.ui.main_window import MainWindow
from ala_desktop.ui.page import Surroundings, Wishes
from ala_desktop.ui.theme import STEP, dress, dress_prompt, heading_font
from ala_desktop.ui.trouble import show_mendable
from ala_desktop.ui.work import Job, Lane, Work
from ala_desktop.wiring import attachments_of, exchange_of

_LISTEN = 200
"""Milliseconds between two looks at signals: Python notices Ctrl+C only when it runs."""


def show(folder: Path, say: Callable[[str], object]) -> int:
    """Open the demonstration; returns the exit code when its window is closed.

    Raises:
        Mendable: it could not be prepared; it was shown as well.
    """
    app = QApplication(sys.argv[:1])
    app.setApplicationName("ALA Desktop")
    dress_prompt(app)
    dress(app)
    speak_italian(app)
    demonstration = Demonstration(folder, say)
    demonstration.ended.connect(app.quit)
    hook = sys.excepthook
    sys.excepthook = lambda _, fault, __: demonstration.fault(fault)
    ticking = QTimer(interval=_LISTEN)
    ticking.timeout.connect(lambda: None)
    ticking.start()
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: demonstration.end())
    QTimer.singleShot(0, demonstration.start)
    try:
        app.exec()
    finally:
        demonstration.close()
        sys.excepthook = hook
    if demonstration.failure is not None:
        raise demonstration.failure
    return 0


class Demonstration(QObject):
    """From the preparation to the end.

    Signals:
        opened(object): the window is shown.
        ended(): the window was closed, or the preparation failed.

    Attributes:
        window: the program's window, once it is there.
        failure: why it could not be prepared.
    """

    opened = Signal(object)
    ended = Signal()
    _told = Signal(str)

    def __init__(self, folder: Path, say: Callable[[str], object]) -> None:
        super().__init__()
        self._folder, self._say = folder, say
        self._work = Work()
        self._hub: HubChild | None = None
        self._desk: Desk | None = None
        self.window: MainWindow | None = None
        self.failure: BaseException | None = None
        self._preparing = Preparing()
        self._told.connect(self._preparing.tell)
        self._work.crashed.connect(self._failed)

    def start(self) -> None:
        """Prepare in the background, then open."""
        self._preparing.show()
        self._work.run(Lane.WRITE, self._prepare, self._open, self._refused)

    def _prepare(self, _: Job) -> Desk:
        self._told.emit("La centrale si avvia…")
        self._hub = HubChild(self._folder / "centrale")
        return furnish(self._folder, self._hub, self._told.emit)

    def _open(self, desk: Desk) -> None:
        self._desk = desk
        self._work.crashed.disconnect(self._failed)
        around = Surroundings(desk, self._work, Wishes(), attachments_of(desk))
        self.window = window = MainWindow(around, self._folder / "ufficio", exchange_of(desk))
        window.setWindowTitle(f"{window.windowTitle()} – DIMOSTRAZIONE, persone inventate")
        window.closing.connect(self.end)
        window.appear()
        self._preparing.close()
        self._tell_where()
        self.opened.emit(window)

    def _tell_where(self) -> None:
        """A notice in the window, and the same on the terminal."""
        office = self._folder / "ufficio"
        self._say(f"Dati: {office}\nFrase d'accesso: {PASSPHRASE}\nPer finire, chiudere la finestra.")
        notice = QMessageBox(QMessageBox.Icon.Information, "ALA Desktop", "Dimostrazione", parent=self.window)
        notice.setInformativeText(
            "Dati dimostrativi di Borghetto Lodigiano: le persone sono inventate.\n\n"
            "C'è una seduta di oggi da verbalizzare, un dato discordante da decidere e una centrale di prova con cui "
            "scambiare. Si può provare tutto: non tocca altri dati e con la finestra finisce.\n\n"
            f"Frase d'accesso: {PASSPHRASE}"
        )
        notice.addButton("Ho capito", QMessageBox.ButtonRole.AcceptRole)
        notice.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        notice.open()

    def _refused(self, problem: Mendable) -> None:
        show_mendable(self._preparing, problem)
        self._failed(problem)

    def _failed(self, problem: BaseException) -> None:
        self.failure = problem
        self._preparing.close()
        self.ended.emit()

    def fault(self, fault: BaseException) -> None:
        """A fault of the program while the demonstration runs."""
        if isinstance(fault, KeyboardInterrupt):
            self.end()
        elif self.window is not None:
            self.window.show_trouble(fault)
        else:
            self._failed(fault)

    def end(self, *_: FrameType | int | None) -> None:
        """The window is being closed."""
        self.ended.emit()

    def close(self) -> None:
        """Finish what is being saved; then the store, then the hub. May be called twice."""
        self._work.close()
        desk, self._desk = self._desk, None
        if desk is not None:
            desk.close()
        hub, self._hub = self._hub, None
        if hub is not None:
            hub.stop()


class Preparing(QWidget):
    """What is shown for the few seconds that the preparation takes."""

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("ALA Desktop")
        column = QVBoxLayout(self)
        column.setContentsMargins(STEP * 4, STEP * 3, STEP * 4, STEP * 3)
        column.setSpacing(STEP)
        title = QLabel("Si prepara la dimostrazione", self)
        title.setFont(heading_font(17))
        self.line = QLabel("Dati e persone inventati, e una centrale su questo PC.", self)
        bar = QProgressBar(self)
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        for widget in (title, self.line, bar):
            column.addWidget(widget)
        self.setMinimumWidth(460)

    def tell(self, line: str) -> None:
        """What is being prepared."""
        self.line.setText(line)
