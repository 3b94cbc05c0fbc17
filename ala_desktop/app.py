"""The window's start: the prompt is painted first, the rest loads while the clerk types. The only Qt entry.

Nothing is imported at the top but what the prompt needs; the rest waits inside functions (DESIGN 2).
"""

from __future__ import annotations

import gc
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6 import QtCore
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QWidget

from ala_desktop.core.names import KEYS_FILE
from ala_desktop.ui.prompt import Prompt
from ala_desktop.ui.theme import dress, dress_prompt

if TYPE_CHECKING:
    from collections.abc import Callable

    from ala_desktop.services.desk import Desk
    from ala_desktop.ui.main_window import MainWindow
    from ala_desktop.ui.work import Job, Work

_SWITCH = 0.0005
"""Seconds after which a busy thread gives way to the window; Python's own 5 ms add up over a painting."""


def run(data_dir: Path | None = None) -> int:
    """Open the window on an office; returns the exit code when it is closed."""
    sys.setswitchinterval(_SWITCH)
    app = QApplication(sys.argv[:1])
    app.setApplicationName("ALA Desktop")
    dress_prompt(app)
    program = Program(app, data_dir or _default_folder())
    program.start()
    return app.exec()


def _default_folder() -> Path:
    from ala_desktop.core.paths import default_data_dir

    return default_data_dir()


def speak_italian(app: QApplication) -> bool:
    """Qt's own texts and calendars in Italian; False when this copy of Qt lacks the translation."""
    QtCore.QLocale.setDefault(QtCore.QLocale(QtCore.QLocale.Language.Italian, QtCore.QLocale.Country.Italy))
    translator = QtCore.QTranslator(app)
    folder = QtCore.QLibraryInfo.path(QtCore.QLibraryInfo.LibraryPath.TranslationsPath)
    return translator.load("qtbase_it", folder) and app.installTranslator(translator)


class Program(QObject):
    """From the prompt, or the first set-up, to the open office.

    Signals:
        loaded(): everything is imported.
        opened(object): the window of the open office was shown.

    Attributes:
        front: the window in front: prompt, set-up or main window.
    """

    loaded = Signal()
    opened = Signal(object)
    _imported = Signal(object)

    def __init__(self, app: QApplication, folder: Path) -> None:
        super().__init__()
        self._app, self._folder = app, folder
        self._ready, self._passphrase = False, ""
        self._work: Work | None = None
        self._desk: Desk | None = None
        self.front: QWidget | None = None
        self._imported.connect(self._loaded)
        sys.excepthook = lambda _, fault, __: self._fault(fault)

    def start(self) -> None:
        """Ask for the passphrase, or set the office up if this is its first day."""
        if (self._folder / KEYS_FILE).exists():
            self._show_prompt()
        else:
            self._load()

    def _show_prompt(self) -> None:
        prompt = Prompt()
        prompt.entered.connect(self._enter)
        prompt.lost.connect(self._recover)
        if not self._ready:
            prompt.painted.connect(self._load)
        self._put_in_front(prompt)

    def _put_in_front(self, window: QWidget, show: Callable[[], object] | None = None) -> None:
        before, self.front = self.front, window
        place = window.geometry()
        place.moveCenter(window.screen().availableGeometry().center())
        window.move(place.topLeft())
        (show or window.show)()
        window.activateWindow()
        if before:
            before.close()
            before.deleteLater()

    # --- loading while the clerk types -----------------------------------------------------------------------------

    def _load(self) -> None:
        threading.Thread(target=self._import, name="ala-load", daemon=True).start()

    def _import(self) -> None:
        """On a thread of its own: import all that the open office needs.

        What was imported never becomes garbage: kept out of the collector's rounds, a round during a long undo takes
        60 ms of the window's time instead of 400.
        """
        try:
            import ala_desktop.sync.transport_http
            import ala_desktop.ui.main_window
            import ala_desktop.wiring  # noqa: F401
        except BaseException as fault:  # noqa: BLE001 - shown on the window's thread
            self._imported.emit(fault)
        else:
            gc.freeze()
            self._imported.emit(None)

    def _loaded(self, fault: BaseException | None) -> None:
        if fault:
            self._fault(fault)
            return
        from ala_desktop.ui.work import Work

        dress(self._app)
        speak_italian(self._app)
        self._work = Work()
        self._work.crashed.connect(self._fault)
        self._ready = True
        self.loaded.emit()
        if not isinstance(self.front, Prompt):
            self._set_up()
        elif self._passphrase:
            self._enter(self._passphrase)

    # --- opening ---------------------------------------------------------------------------------------------------

    def _enter(self, passphrase: str) -> None:
        self._passphrase = passphrase
        if not self._ready or self._work is None:
            return
        from ala_desktop.ui.work import Lane
        from ala_desktop.wiring import open_office

        folder, self._passphrase = self._folder, ""

        def unlock(_: Job) -> Desk:
            return open_office(folder).open(passphrase)

        self._work.run(Lane.WRITE, unlock, self._open, self._refuse)

    def _refuse(self, problem: Any) -> None:
        if isinstance(self.front, Prompt):
            self.front.tell(problem.title, problem.cause, problem.next_step)

    def _open(self, desk: Desk) -> None:
        from ala_desktop.ui.main_window import MainWindow
        from ala_desktop.ui.page import Surroundings, Wishes
        from ala_desktop.wiring import attachments_of, exchange_of

        if self._work is None:
            raise RuntimeError("an office opened before the program was loaded")
        self._desk = desk
        self._work.crashed.disconnect(self._fault)
        attachments = attachments_of(desk)
        attachments.forget_opened()
        around = Surroundings(desk, self._work, Wishes(), attachments)
        window: MainWindow = MainWindow(around, self._folder, exchange_of(desk))
        window.closing.connect(self.close)
        self._put_in_front(window, window.appear)
        self.opened.emit(window)

    def _set_up(self) -> None:
        from ala_desktop.ui.setup.wizard import SetupWizard
        from ala_desktop.wiring import open_office

        if self._work is None:
            raise RuntimeError("set-up began before the program was loaded")
        wizard = SetupWizard(open_office(self._folder), self._work)
        wizard.finished.connect(self._open)
        self._put_in_front(wizard)

    def _recover(self) -> None:
        if not self._ready or self._work is None:
            QtCore.QTimer.singleShot(50, self._recover)
            return
        from ala_desktop.ui.setup.wizard import RecoveryWizard
        from ala_desktop.wiring import open_office

        wizard = RecoveryWizard(open_office(self._folder), self._work)
        wizard.finished.connect(self._open)
        wizard.left.connect(self._show_prompt)
        self._put_in_front(wizard)

    # --- trouble and the end ---------------------------------------------------------------------------------------

    def _fault(self, fault: BaseException) -> None:
        """A fault of the program: a report that names nobody, and the work goes on."""
        from ala_desktop.core import report
        from ala_desktop.core.clock import Clock
        from ala_desktop.core.errors import Mendable
        from ala_desktop.ui.trouble import FaultDialog, show_mendable

        if isinstance(fault, KeyboardInterrupt):
            self._app.quit()
            return
        if isinstance(fault, Mendable):
            show_mendable(self.front, fault)
        else:
            FaultDialog(fault, report.write(self._folder, fault, Clock().now()), self.front).exec()
        if isinstance(self.front, Prompt):
            self.front.ready()

    def close(self) -> None:
        """Finish what is being saved, then give the store back."""
        if self._work:
            self._work.close()
        desk, self._desk = self._desk, None
        if desk:
            from ala_desktop.wiring import attachments_of

            attachments_of(desk).forget_opened()
            desk.close()
