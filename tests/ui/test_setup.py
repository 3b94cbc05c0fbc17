"""The first day of an office, and the day when the passphrase is lost."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from ala_desktop.printing.recovery_sheet import groups
from ala_desktop.ui.setup import steps
from ala_desktop.ui.setup.wizard import RecoveryWizard, SetupWizard
from tests import factory
from tests.ui.clipping import misfits
from tests.ui.conftest import Crew
from tests.ui.wording import foreign, texts


@pytest.fixture
def crew(qtbot, dressed):
    made = Crew(qtbot)
    yield made
    made.work.close()


def close(wizard):
    if wizard.desk:
        wizard.desk.close()
        wizard.desk = None
    wizard.close()
    wizard.deleteLater()
    QApplication.processEvents()


@pytest.fixture
def wizard(crew, tmp_path):
    made = SetupWizard(factory.office(tmp_path / "ufficio"), crew.work)
    made.show()
    yield made
    close(made)


def fill(wizard, comune="Borghetto Lodigiano"):
    wizard.who.box.setEditText(comune)
    wizard.who.clerk_field.setText("Piera  Invernizzi ")
    wizard.go_on()
    wizard.secret.first.setText(factory.PASSPHRASE)
    wizard.secret.second.setText(factory.PASSPHRASE)


def prove(wizard):
    parts = groups(wizard.sheet._sheet.code)
    for line, place in zip(wizard.sheet.answers, wizard.sheet._asked, strict=True):
        line.setText(parts[place].lower())


def test_an_office_is_set_up_and_opens_once_the_sheet_is_kept(wizard, crew, tmp_path):
    opened = []
    wizard.finished.connect(opened.append)
    fill(wizard)
    wizard.go_on()
    crew.settle()
    assert not wizard.onward.isEnabled()
    wizard.sheet.save_to(tmp_path / "foglio.pdf")
    assert (tmp_path / "foglio.pdf").read_bytes().startswith(b"%PDF")
    assert not wizard.onward.isEnabled()
    prove(wizard)
    assert wizard.onward.isEnabled()
    wizard.go_on()
    [desk] = opened
    assert (desk.tenant, desk.comune_name, desk.author) == ("A995", "Borghetto Lodigiano", "Piera Invernizzi")
    desk.close()


def test_all_sixty_one_comuni_can_be_chosen_by_name(wizard):
    assert wizard.who.box.count() == 61
    for text in ("lodi", "San Colombano al Lambro", "Sant'Angelo Lodigiano (LO)", "castelgerundo"):
        wizard.who.box.setEditText(text)
        assert wizard.who.comune is not None, text
    wizard.who.box.setEditText("Milano")
    assert wizard.who.comune is None
    assert not wizard.onward.isEnabled()


@pytest.mark.parametrize(("first", "second"), [("corta", "corta"), ("abbastanza lunga", "abbastanza lungo"), ("", "")])
def test_a_passphrase_must_be_long_and_the_same_twice(wizard, first, second):
    fill(wizard)
    wizard.secret.first.setText(first)
    wizard.secret.second.setText(second)
    assert not wizard.onward.isEnabled()
    assert wizard.lack.text()


def test_groups_that_are_not_on_the_sheet_do_not_open(wizard, crew, tmp_path):
    fill(wizard)
    wizard.go_on()
    crew.settle()
    wizard.sheet.save_to(tmp_path / "foglio.pdf")
    for line in wizard.sheet.answers:
        line.setText("AAAA")
    assert not wizard.onward.isEnabled()


def test_a_sheet_that_cannot_be_saved_is_told(wizard, crew, tmp_path):
    fill(wizard)
    wizard.go_on()
    crew.settle()
    wizard.sheet.save_to(tmp_path / "manca" / "foglio.pdf")
    assert wizard.sheet.strip.isVisible()
    assert wizard.sheet.lacks() == "Salvare prima il foglio."


def test_a_folder_that_holds_an_office_already_is_told(crew, tmp_path):
    factory.desk(tmp_path / "ufficio").close()
    wizard = SetupWizard(factory.office(tmp_path / "ufficio"), crew.work)
    wizard.show()
    fill(wizard)
    wizard.go_on()
    crew.settle()
    assert "contiene già un archivio" in wizard.secret.strip.accessibleName()
    close(wizard)


def test_the_recovery_code_opens_with_a_new_passphrase(crew, tmp_path):
    folder = tmp_path / "ufficio"
    desk, code = factory.office(folder).set_up(factory.BORGHETTO, factory.PASSPHRASE)
    desk.close()
    wizard = RecoveryWizard(factory.office(folder), crew.work)
    wizard.show()
    wizard.code.line.setText(code[:-1] + ("0" if code[-1] != "0" else "1"))
    wizard.code.clerk_field.setText("Piera Invernizzi")
    assert "errore di copiatura" in wizard.code.note.text()
    assert not wizard.onward.isEnabled()
    wizard.code.line.setText(code.lower().replace("-", " "))
    wizard.go_on()
    wizard.secret.first.setText("una frase tutta nuova")
    wizard.secret.second.setText("una frase tutta nuova")
    wizard.go_on()
    crew.settle()
    assert wizard.desk is not None
    wizard.desk.close()
    wizard.desk = None
    close(wizard)
    factory.office(folder).open("una frase tutta nuova").close()


def test_every_step_fits_and_is_italian(crew, tmp_path, qtbot):
    folder = tmp_path / "ufficio"
    for kind in (SetupWizard, RecoveryWizard):
        wizard = kind(factory.office(folder), crew.work)
        wizard.show()
        for place in range(len(wizard.steps)):
            wizard._show(place)
            qtbot.wait(30)
            assert misfits(wizard) == []
            assert foreign(texts(wizard), frozenset({"desktop"})) == []
        close(wizard)


def test_enter_takes_the_comune_from_the_list_that_typing_opens(wizard, qtbot):
    line = wizard.who.box.lineEdit()
    line.setFocus()
    qtbot.keyClicks(line, "borgh")
    popup = QApplication.activePopupWidget()
    assert popup is not None
    qtbot.keyClick(popup, Qt.Key.Key_Down)
    qtbot.keyClick(popup, Qt.Key.Key_Return)
    assert not popup.isVisible()
    assert wizard.who.comune.name == "Borghetto Lodigiano"


@pytest.mark.parametrize("how", [Qt.Key.Key_Return, Qt.Key.Key_Tab])
def test_a_part_of_a_name_that_one_comune_has_is_enough(wizard, qtbot, how):
    line = wizard.who.box.lineEdit()
    line.setFocus()
    qtbot.keyClicks(line, "borgh")
    popup = QApplication.activePopupWidget()
    assert popup is not None
    if how == Qt.Key.Key_Tab:
        popup.hide()
    qtbot.keyClick(popup if how == Qt.Key.Key_Return else line, how)
    assert not popup.isVisible()
    assert wizard.who.comune.name == "Borghetto Lodigiano"
    assert line.text() == "Borghetto Lodigiano (LO)"


def test_a_part_of_a_name_that_several_comuni_have_is_not(wizard, qtbot):
    line = wizard.who.box.lineEdit()
    line.setFocus()
    qtbot.keyClicks(line, "cas")
    qtbot.keyClick(QApplication.activePopupWidget(), Qt.Key.Key_Return)
    assert wizard.who.comune is None


def test_enter_on_the_button_that_saves_the_sheet_presses_it(wizard, crew, qtbot, monkeypatch):
    asked = []
    monkeypatch.setattr(steps, "ask_save", lambda *words: asked.append(words) and None)
    fill(wizard)
    wizard.go_on()
    crew.settle()
    wizard.sheet.save.setFocus()
    qtbot.keyClick(wizard.sheet.save, Qt.Key.Key_Return)
    assert len(asked) == 1


def test_enter_goes_on_from_any_field(wizard, qtbot):
    fill(wizard)
    wizard._show(0)
    qtbot.keyClick(wizard.who.clerk_field, Qt.Key.Key_Return)
    assert wizard.step is wizard.secret
    qtbot.keyClick(wizard.secret.second, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: wizard.step is wizard.sheet, timeout=20_000)
