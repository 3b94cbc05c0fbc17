"""What the demonstration is made of: hands, attendant, pictures, and the window that opens on a prepared office."""

from typing import cast

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QMessageBox, QPushButton, QVBoxLayout, QWidget

from ala_desktop.demo import day
from ala_desktop.demo.hands import Hands, button
from ala_desktop.demo.hub_child import HubChild
from ala_desktop.demo.pictures import SIZE, Pictures
from ala_desktop.demo.stage import Stage
from ala_desktop.demo.trouble import DemoFailed
from ala_desktop.demo.window import Demonstration
from ala_desktop.services.sharing.conflicts import Conflicts
from ala_desktop.services.soundness import Soundness
from tests.ui.clipping import misfits
from tests.ui.wording import foreign, texts


@pytest.fixture
def hands(dressed):
    made = Hands()
    yield made
    made.attendant.leave()
    QApplication.processEvents()


class Asking(QWidget):
    """A window with a field, and a button that opens a dialog."""

    def __init__(self):
        super().__init__()
        column = QVBoxLayout(self)
        self.line, self.ask = QLineEdit(), QPushButton("&Chiedi")
        column.addWidget(self.line)
        column.addWidget(self.ask)
        self.ask.clicked.connect(lambda: QMessageBox.information(self, "Domanda", "Continuare?"))


@pytest.fixture
def asking(qtbot):
    window = Asking()
    qtbot.addWidget(window)
    window.show()
    return window


def test_hands_type_letters_of_all_europe(hands, asking):
    hands.type(asking.line, "Ștefănescu Đorđević Şahin perché")
    assert asking.line.text() == "Ștefănescu Đorđević Şahin perché"


def test_hands_press_only_what_a_clerk_could_press(hands, asking):
    asking.ask.setEnabled(False)
    with pytest.raises(DemoFailed, match="«Chiedi» non si può premere"):
        hands.click(asking.ask)
    with pytest.raises(DemoFailed, match="manca il pulsante «Salva»"):
        button(asking, "Salva")


def test_what_does_not_happen_in_time_is_named(hands):
    with pytest.raises(DemoFailed, match="in 0 secondi: la luna"):
        hands.until(lambda: False, "la luna", seconds=0.05)


def test_a_window_that_nobody_expected_is_closed_and_told(hands, asking):
    with pytest.raises(DemoFailed, match="nessuno aspettava: Domanda / Continuare"):
        hands.click(asking.ask)
    assert QApplication.activeModalWidget() is None


def test_an_expected_window_is_answered_and_one_that_stays_away_is_missed(hands, asking):
    seen = []
    hands.attendant.expect(QMessageBox, lambda box: (seen.append(box.text()), box.accept()))
    hands.click(asking.ask)
    hands.attendant.finished()
    assert seen == ["Continuare?"]
    hands.attendant.expect(QDialog, lambda dialog: dialog.accept())
    with pytest.raises(DemoFailed, match="non si è aperta la finestra QDialog"):
        hands.attendant.finished()


def test_what_goes_wrong_in_an_answer_reaches_the_hands(hands, asking):
    def fail(_):
        raise DemoFailed("risposta sbagliata")

    hands.attendant.expect(QMessageBox, fail)
    with pytest.raises(DemoFailed, match="risposta sbagliata"):
        hands.click(asking.ask)


def test_a_step_that_does_not_happen_says_which_one(hands, asking, qapp, tmp_path):
    stage = Stage(qapp, tmp_path, tmp_path, cast("HubChild", None), hands, Pictures(tmp_path))
    with pytest.raises(DemoFailed, match="così no") as found:
        day._carry_out(stage, "9. Prova", lambda: (_ for _ in ()).throw(DemoFailed("così no")))
    assert found.value.step == "9. Prova"
    with pytest.raises(DemoFailed, match="ValueError") as found:
        day._carry_out(stage, "10. Guasto", lambda: int("x"))
    assert found.value.step == "10. Guasto"
    assert (tmp_path / "guasto.png").exists()


def test_a_picture_shows_every_window_that_is_open(hands, asking, tmp_path):
    dialog = QDialog(asking)
    QLabel("Sopra", dialog)
    dialog.resize(200, 100)
    asking.resize(SIZE)
    before = Pictures(tmp_path)
    before.take("sotto")
    dialog.show()
    before.take("sopra")
    dialog.close()
    assert before.taken == ["sotto.png", "sopra.png"]
    assert (tmp_path / "sotto.png").read_bytes() != (tmp_path / "sopra.png").read_bytes()


@pytest.fixture
def demonstration(qtbot, dressed, tmp_path):
    made = Demonstration(tmp_path, lambda line: None)
    yield made
    made.close()


def test_the_window_opens_on_a_prepared_office_and_takes_the_hub_with_it(demonstration, qtbot):
    said = []
    demonstration._say = said.append
    with qtbot.waitSignal(demonstration.opened, timeout=90_000):
        demonstration.start()
    window, desk = demonstration.window, demonstration._desk
    assert demonstration.failure is None
    assert "DIMOSTRAZIONE" in window.windowTitle()
    notice = window.findChild(QMessageBox)
    qtbot.waitUntil(notice.isVisible)
    assert "persone sono inventate" in notice.informativeText()
    assert misfits(notice) == []
    assert foreign(texts(notice), frozenset({"desktop"})) == []
    notice.accept()
    assert len(desk.find("housing_unit")) == 137
    [sitting] = desk.find("sitting")
    assert sitting["held_on"] == desk.clock.today().isoformat()
    assert len(desk.find("agenda_item", sitting_id=sitting.id)) == 9
    assert Conflicts(desk).count() == 1
    assert Soundness(desk).verify() == []
    assert any("gelso nebbia cascina" in line for line in said)
    hub = demonstration._hub._process
    with qtbot.waitSignal(demonstration.ended, timeout=5_000):
        QTimer.singleShot(0, window.close)
    demonstration.close()
    assert hub.poll() is not None


def test_a_folder_that_cannot_be_used_ends_the_demonstration(demonstration, qtbot, tmp_path, monkeypatch):
    (tmp_path / "ufficio").write_text("un file, non una cartella", encoding="utf-8")
    shown = []
    monkeypatch.setattr("ala_desktop.demo.window.show_mendable", lambda _, problem: shown.append(problem.title))
    with qtbot.waitSignal(demonstration.ended, timeout=60_000):
        demonstration.start()
    assert shown == ["La cartella dei dati non si può usare"]
    assert demonstration.failure is not None
