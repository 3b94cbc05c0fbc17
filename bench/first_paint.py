"""A process whose first paintings are timed from outside: `python -m bench.first_paint bare | prompt DIR | page DIR`.

Prints `name seconds` lines; instants are of the system's monotonic clock, so that whoever started the process can
subtract. Nothing of the program is imported but what its own start imports, and nothing in the program knows of this.
"""

from __future__ import annotations

import os
import sys
import time

PASSPHRASE = "gelso nebbia cascina"
TYPING_SECONDS = 3.0
"""How long the clerk takes to type; the program loads meanwhile."""


def tell(name: str, seconds: float) -> None:
    """One line for whoever started this process."""
    print(name, repr(seconds), flush=True)


def leave() -> None:
    """End at once: how long an orderly end takes is not measured here."""
    os._exit(0)


def bare() -> None:
    """Nothing but Qt and one empty window."""
    from PySide6.QtGui import QPaintEvent  # noqa: PLC0415
    from PySide6.QtWidgets import QApplication, QWidget  # noqa: PLC0415

    class Window(QWidget):
        def paintEvent(self, event: QPaintEvent) -> None:
            super().paintEvent(event)
            tell("painted", time.monotonic())
            leave()

    app = QApplication([])
    window = Window()
    window.show()
    app.exec()


def program(folder: str, *, to_page: bool) -> None:
    """The program as it starts: to its prompt, or on to its first page."""
    from PySide6.QtCore import QTimer  # noqa: PLC0415
    from PySide6.QtGui import QPaintEvent  # noqa: PLC0415

    from ala_desktop.ui.prompt import Prompt  # noqa: PLC0415

    paint, seen = Prompt.paintEvent, [False]

    def watched(self: Prompt, event: QPaintEvent) -> None:
        paint(self, event)
        if seen[0]:
            return
        seen[0] = True
        tell("painted", time.monotonic())
        if not to_page:
            leave()
        QTimer.singleShot(round(TYPING_SECONDS * 1_000), lambda: enter(self))

    Prompt.paintEvent = watched
    sys.argv[1:] = ["--data", folder]
    from ala_desktop.__main__ import main  # noqa: PLC0415

    main()


def enter(prompt: object) -> None:
    """Type the passphrase and press Enter; tell when the first page is painted, and what the key derivation took."""
    from PySide6.QtCore import Qt, QTimer  # noqa: PLC0415
    from PySide6.QtGui import QPaintEvent  # noqa: PLC0415
    from PySide6.QtTest import QTest  # noqa: PLC0415
    from PySide6.QtWidgets import QLineEdit, QWidget  # noqa: PLC0415

    from ala_desktop.models import keyring  # noqa: PLC0415
    from ala_desktop.ui.page import Page  # noqa: PLC0415

    derive = keyring._derive

    def timed(secret: str, salt: bytes, memory: int, passes: int) -> bytes:
        start = time.monotonic()
        key = derive(secret, salt, memory, passes)
        tell("derived", time.monotonic() - start)
        return key

    def filled(page: Page) -> None:
        if page.around.work.pending:
            QTimer.singleShot(1, lambda: filled(page))
            return
        page.repaint()
        tell("filled", time.monotonic())
        leave()

    def painted(page: Page) -> None:
        tell("page", time.monotonic())
        filled(page)

    seen = [False]

    def watched(self: Page, event: QPaintEvent) -> None:
        QWidget.paintEvent(self, event)
        if not seen[0]:
            seen[0] = True
            QTimer.singleShot(0, lambda: painted(self))  # once the widgets on the page are painted too

    keyring._derive = timed
    Page.paintEvent = watched
    assert isinstance(prompt, QWidget)
    field = prompt.findChild(QLineEdit)
    assert isinstance(field, QLineEdit)
    field.setText(PASSPHRASE)
    tell("entered", time.monotonic())
    QTest.keyClick(field, Qt.Key.Key_Return)


if __name__ == "__main__":
    if sys.argv[1] == "bare":
        bare()
    else:
        program(sys.argv[2], to_page=sys.argv[1] == "page")
