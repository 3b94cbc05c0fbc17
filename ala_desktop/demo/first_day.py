"""Steps 1 and 8 of the day: the office is set up on a bare PC, and opened again with its passphrase."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget

from ala_desktop.app import Program
from ala_desktop.demo.people import CLERK, COMUNE, PASSPHRASE
from ala_desktop.demo.stage import Stage
from ala_desktop.demo.trouble import DemoFailed
from ala_desktop.printing.recovery_sheet import groups
from ala_desktop.ui.main_window import MainWindow
from ala_desktop.ui.prompt import Prompt
from ala_desktop.ui.setup.wizard import SetupWizard

W = TypeVar("W", bound=QWidget)
SHEET = "foglio-di-recupero.pdf"


def set_up(stage: Stage) -> None:
    """The first-run wizard: comune by typing, passphrase twice, recovery sheet as PDF, two groups typed back."""
    hands, pictures = stage.hands, stage.pictures
    wizard = _started(stage, SetupWizard)
    hands.work = wizard.work
    _who(stage, wizard)
    pictures.take("primo-avvio-1-ufficio")
    hands.click(wizard.onward)
    hands.type(wizard.secret.first, PASSPHRASE)
    hands.type(wizard.secret.second, PASSPHRASE)
    pictures.take("primo-avvio-2-frase")
    hands.key(wizard.secret.second, Qt.Key.Key_Return)
    hands.until(lambda: wizard.step is wizard.sheet, "il foglio di recupero")
    _keep_sheet(stage, wizard, stage.out / SHEET)
    pictures.take("primo-avvio-3-foglio")
    hands.click(wizard.onward)
    _opened(stage)


def open_again(stage: Stage) -> None:
    """The clerk closes the program and opens it again: the prompt, the passphrase, the window."""
    hands = stage.hands
    stage.window.close()
    QApplication.processEvents()
    prompt = _started(stage, Prompt)
    field = prompt.findChild(QLineEdit)
    if field is None:
        raise DemoFailed("la finestra d'ingresso non ha dove scrivere")
    hands.type(field, PASSPHRASE)
    stage.pictures.take("prompt")
    hands.key(field, Qt.Key.Key_Return)
    _opened(stage)


def _started(stage: Stage, kind: type[W]) -> W:
    program = stage.program = Program(stage.app, stage.office)
    program.start()
    stage.hands.until(lambda: isinstance(program.front, kind), "la prima finestra del programma")
    front = program.front
    if not isinstance(front, kind):
        raise DemoFailed("la prima finestra del programma se n'è andata")
    stage.hands.until(front.isActiveWindow, "la prima finestra davanti")
    return front


def _who(stage: Stage, wizard: SetupWizard) -> None:
    hands, line = stage.hands, wizard.who.box.lineEdit()
    if line is None:
        raise DemoFailed("il comune non si può scrivere")
    hands.type(line, COMUNE.split()[0])
    hands.take_offered(COMUNE.split()[0])
    hands.type(wizard.who.clerk_field, CLERK)
    if wizard.who.comune is None or wizard.who.comune.name != COMUNE:
        raise DemoFailed(f"scelto il comune sbagliato: {wizard.who.box.currentText()}")


def _keep_sheet(stage: Stage, wizard: SetupWizard, path: Path) -> None:
    """Save the sheet, then copy from it the groups that the wizard asks for."""
    hands, sheet = stage.hands, wizard.sheet
    stage.hands.attendant.expect_file(path)
    hands.click(sheet.save)
    hands.until(path.exists, "il foglio di recupero salvato")
    paper = sheet._sheet  # what the clerk now holds in hand
    if paper is None:
        raise DemoFailed("il foglio di recupero è vuoto")
    for line in sheet.answers:
        asked = next(label.text() for label in sheet.findChildren(QLabel) if label.buddy() is line)
        hands.type(line, groups(paper.code)[int(asked.split()[-1]) - 1].lower())
    if not wizard.onward.isEnabled():
        raise DemoFailed(f"i gruppi del foglio non sono accettati: {wizard.lack.text()}")


def _opened(stage: Stage) -> None:
    program, hands = stage.running, stage.hands
    hands.until(lambda: isinstance(program.front, MainWindow), "la finestra dell'ufficio")
    hands.work = stage.window.page.around.work
    hands.until(stage.window.isActiveWindow, "la finestra davanti")
    hands.settle()
