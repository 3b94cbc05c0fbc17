"""The first thing that a clerk sees."""

import subprocess
import sys

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton

from ala_desktop import app as start
from ala_desktop.core.names import KEYS_FILE
from ala_desktop.printing.recovery_sheet import groups
from ala_desktop.ui.main_window import MainWindow
from ala_desktop.ui.prompt import Prompt
from ala_desktop.ui.setup.wizard import RecoveryWizard
from ala_desktop.ui.trouble import FaultDialog
from ala_desktop.ui.work import Lane
from tests import factory
from tests.ui.clipping import misfits
from tests.ui.wording import foreign, texts


@pytest.fixture
def prompt(qtbot, dressed):
    made = Prompt()
    qtbot.addWidget(made)
    made.show()
    return made


def field(prompt):
    [line] = prompt.findChildren(QLineEdit)
    return line


def said(widget):
    return " ".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def button(widget, text):
    return next(b for b in widget.findChildren(QPushButton) if b.text() == text)


def test_enter_hands_the_passphrase_over_once(prompt, qtbot):
    entered = []
    prompt.entered.connect(entered.append)
    qtbot.keyClicks(field(prompt), "gelso")
    for _ in range(2):
        qtbot.keyClick(field(prompt), Qt.Key.Key_Return)
    assert entered == ["gelso"]


def test_an_empty_passphrase_is_not_sent_and_says_so(prompt, qtbot):
    entered = []
    prompt.entered.connect(entered.append)
    qtbot.keyClick(field(prompt), Qt.Key.Key_Return)
    assert entered == []
    assert "Scrivere la frase d'accesso" in said(prompt)


def test_a_refusal_says_title_cause_and_next_step_and_lets_try_again(prompt, qtbot):
    qtbot.keyClicks(field(prompt), "sbagliata")
    qtbot.keyClick(field(prompt), Qt.Key.Key_Return)
    prompt.tell("Frase d'accesso errata", "Nessun operatore ha questa frase.", "Controllare maiuscole e riprovare.")
    qtbot.wait(20)
    for part in ("Frase d'accesso errata", "Nessun operatore ha questa frase.", "Controllare maiuscole e riprovare."):
        assert part in said(prompt)
    assert field(prompt).isEnabled()
    assert field(prompt).hasSelectedText()
    assert misfits(prompt) == []


def test_the_passphrase_is_not_shown(prompt):
    assert field(prompt).echoMode() == QLineEdit.EchoMode.Password


def test_the_prompt_fits_and_is_italian(prompt, qtbot):
    qtbot.wait(20)
    assert misfits(prompt) == []
    assert foreign(texts(prompt), frozenset({"desktop"})) == []


def test_importing_the_prompt_brings_in_nothing_heavy():
    """The prompt paints before the rest is loaded; what costs time must not creep into its imports."""
    heavy = ("sqlalchemy", "cryptography", "reportlab", "httpx", "alembic", "msgspec", "codicefiscale", "platformdirs")
    code = (
        "import sys; import ala_desktop.app\n"
        f"found = [name for name in {heavy} if name in sys.modules]\n"
        "found += [name for name in sys.modules if name.startswith('ala_desktop.') and name.split('.')[1] not in "
        "('app', 'core', 'ui')]\n"
        "from PySide6 import QtCore\n"
        "print(found)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


class Started:
    """The program from its start, as `run` makes it, without the event loop."""

    def __init__(self, qtbot, app, folder):
        self.qtbot = qtbot
        self.program = start.Program(app, folder)
        self.program.start()

    def wait_until_loaded(self):
        if not self.program._ready:
            with self.qtbot.waitSignal(self.program.loaded, timeout=30_000):
                pass

    def enter(self, passphrase):
        prompt = self.program.front
        assert isinstance(prompt, Prompt)
        field(prompt).setText(passphrase)
        self.qtbot.keyClick(field(prompt), Qt.Key.Key_Return)

    def close(self):
        if self.program.front:
            self.program.front.close()
        self.program.close()
        sys.excepthook = sys.__excepthook__


@pytest.fixture
def started(qtbot, dressed, tmp_path):
    folder = tmp_path / "ufficio"
    factory.desk(folder).close()
    made = Started(qtbot, dressed, folder)
    yield made
    made.close()


def test_the_right_passphrase_opens_the_window(started, qtbot):
    with qtbot.waitSignal(started.program.opened, timeout=30_000) as opened:
        started.enter(factory.PASSPHRASE)
    assert opened.args[0].windowTitle() == "ALA Desktop – Borghetto Lodigiano"


def test_a_wrong_passphrase_is_told_in_the_prompt(started, qtbot):
    started.wait_until_loaded()
    started.enter("gelso nebbia cascata")
    qtbot.waitUntil(lambda: "Frase d'accesso errata" in said(started.program.front), timeout=10_000)
    assert "foglio di recupero" in said(started.program.front)


def test_a_second_instance_is_told_in_the_prompt(started, qtbot):
    other = factory.desk(started.program._folder)
    try:
        started.wait_until_loaded()
        started.enter(factory.PASSPHRASE)
        qtbot.waitUntil(lambda: "Il programma è già aperto" in said(started.program.front), timeout=10_000)
    finally:
        other.close()


@pytest.mark.parametrize(
    ("damage", "title"),
    [
        (lambda folder: (folder / "archivio.db").write_bytes(b"\0" * 8192), "L'archivio non si apre"),
        (lambda folder: (folder / "archivio.db").unlink(), "Manca il file dell'archivio"),
        (
            lambda folder: (folder / KEYS_FILE).write_text("{", encoding="utf-8"),
            "Le chiavi dell'archivio non si leggono",
        ),
    ],
)
def test_damage_is_told_in_the_prompt_never_as_a_traceback(started, qtbot, damage, title):
    damage(started.program._folder)
    started.wait_until_loaded()
    started.enter(factory.PASSPHRASE)
    qtbot.waitUntil(lambda: title in said(started.program.front), timeout=10_000)


def test_the_recovery_screen_opens_and_leads_back(started, qtbot):
    started.wait_until_loaded()
    button(started.program.front, "Ho perso la frase d'accesso").click()
    qtbot.waitUntil(lambda: isinstance(started.program.front, RecoveryWizard))
    started.program.front.close()
    qtbot.waitUntil(lambda: isinstance(started.program.front, Prompt))


def test_the_paper_sheet_leads_back_into_the_office(qtbot, dressed, tmp_path):
    folder = tmp_path / "ufficio"
    desk, code = factory.office(folder).set_up(factory.BORGHETTO, factory.PASSPHRASE)
    desk.close()
    started = Started(qtbot, dressed, folder)
    try:
        started.wait_until_loaded()
        button(started.program.front, "Ho perso la frase d'accesso").click()
        wizard = started.program.front
        assert isinstance(wizard, RecoveryWizard)
        wizard.code.line.setText(code)
        wizard.code.clerk_field.setText("Piera Invernizzi")
        wizard.go_on()
        wizard.secret.first.setText("una frase tutta nuova")
        wizard.secret.second.setText("una frase tutta nuova")
        wizard.go_on()
        qtbot.waitUntil(lambda: wizard.desk is not None, timeout=20_000)
        wizard.sheet.save_to(tmp_path / "foglio.pdf")
        sheet = wizard.sheet._sheet
        assert sheet is not None
        parts = groups(sheet.code)
        for line, place in zip(wizard.sheet.answers, wizard.sheet._asked, strict=True):
            line.setText(parts[place])
        with qtbot.waitSignal(started.program.opened):
            wizard.go_on()
        qtbot.wait(50)
        assert isinstance(started.program.front, MainWindow)
        assert started.program.front.isVisible()
    finally:
        started.close()


def test_a_fault_is_shown_with_a_report_that_names_nobody(window, place, qtbot):
    shown = []

    def close():
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, FaultDialog)
        shown.append(dialog._text)
        button(dialog, "Copia il rapporto").click()
        dialog.accept()

    QTimer.singleShot(300, close)
    place.work.crashed.disconnect(place.faults.append)
    place.work.run(Lane.READ, lambda _: {}["Rossi Maria"])
    qtbot.waitUntil(lambda: bool(shown), timeout=5_000)
    [report] = (place.folder / "rapporti").iterdir()
    text = report.read_text(encoding="utf-8")
    assert text == shown[0] == QGuiApplication.clipboard().text()
    assert "KeyError" in text
    assert "Rossi" not in text


def test_the_program_lives_on_after_a_fault_in_a_slot(started, qtbot, monkeypatch):
    told = []
    monkeypatch.setattr("ala_desktop.ui.trouble.FaultDialog.exec", lambda dialog: told.append(dialog._text))
    sys.excepthook(ValueError, ValueError("Rossi Maria"), None)
    assert "ValueError" in told[0]
    assert isinstance(started.program.front, Prompt)
    assert field(started.program.front).isEnabled()
