"""A PC without a network asks ALA to join with a file, and reads the answer days later."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from ala_desktop.ui.main_window import MainWindow
from ala_desktop.ui.pages.exchange import link_by_file
from ala_desktop.ui.pages.exchange.page import ExchangePage
from tests import factory
from tests.ui.clipping import misfits
from tests.ui.exchange.acts import faults, lines, words
from tests.ui.exchange.ala import ask, joining


def test_the_second_way_asks_for_the_presentation_and_the_code(place, page):
    page.link.no_network.setChecked(True)
    place.settle()
    page.link.by_file.go.click()
    assert lines(page.link.strip)[0] == "Manca la presentazione della centrale"
    assert QApplication.focusWidget() is page.link.by_file.presentation
    assert faults(place) == []
    page.link.by_file.presentation.setText("x")
    page.link.by_file.go.click()
    assert lines(page.link.strip)[0] == "Manca il codice"


@pytest.mark.parametrize("height", [768, 690])
def test_a_request_that_left_is_remembered_when_the_program_opens_again(place, page, ala, height):
    factory.unit(place.desk)
    letter = ask(place, page, ala)
    assert letter.exists()
    assert "portarlo ad ala" in words(page.link.strip).lower()
    place.shown.resize(1366, height)
    place.settle()
    assert place.shown.height() == height
    assert misfits(place.shown) == []
    told = "PC non ancora collegato ad ALA · richiesta senza risposta dal 22/11/2026 · 1 modifica da inviare"
    assert place.shown.status.exchange.text() == told

    again = MainWindow(place.around, place.folder, page._exchange)
    again.show()
    again.go_to("exchange")
    place.settle()
    shown = again.page
    assert isinstance(shown, ExchangePage)
    form = shown.link.by_file
    assert form.isVisible()
    assert form.when.isVisible()
    assert form.when.text().startswith("Richiesta preparata il 22/11/2026")
    form.read_files(ala.answer(letter))
    place.settle()
    assert place.desk.me.device_name == "Sportello"
    assert shown.band.go.text() == "Scambia per file…"
    again.close()
    again.deleteLater()


def test_a_pc_that_joined_by_file_is_offered_only_what_can_work(place, joined):
    assert joined.band.isVisible()
    assert joined.band.go.text() == "Scambia per file…"
    assert not joined.by_file.isVisible()
    assert joined.band.headline.text() == "Nessuno scambio ancora fatto"
    assert place.said[-1] == "Questo PC è collegato ad ALA come «Sportello»"
    assert place.shown.status.exchange.text() == "Nessuno scambio ancora fatto"
    assert QApplication.focusWidget() is joined.band.go
    assert faults(place) == []


def test_a_wrong_code_comes_back_with_the_answer_and_another_can_be_asked_for(place, page, ala):
    letter = ask(place, page, ala, "ABCD-0000-0000")
    page.link.by_file.read_files(ala.answer(letter))
    place.settle()
    assert lines(page.link.strip)[0] == "Il codice di collegamento non è valido"
    assert page.link.by_file.code.isVisible()
    assert page.link.by_file.presentation.text() == str(ala.presentation)
    assert faults(place) == []
    joining(place, page, ala)


def test_another_request_can_be_prepared_while_one_waits(place, page, ala):
    first = ask(place, page, ala)
    form = page.link.by_file
    form.again.click()
    assert form.code.isVisible()
    assert form.early.isVisible()
    assert misfits(place.shown) == []
    page.refresh(None)
    place.settle()
    assert form.code.isVisible()
    form.read_files(ala.answer(first))
    place.settle()
    assert place.desk.me.hub is not None


def test_a_file_that_is_none_of_alas_is_told_beside_the_form(place, page, ala):
    ala.presentation.write_bytes(b"codice;cognome\n")
    form = page.link.by_file
    ask(place, page, ala)
    assert lines(page.link.strip)[0] == "Il file non è di uno scambio con ALA"
    assert form.isEnabled()
    assert misfits(place.shown) == []


def test_the_form_is_filled_with_the_keyboard_and_the_place_is_asked(place, page, ala, monkeypatch):
    asked = []
    monkeypatch.setattr(link_by_file, "ask_save", lambda *words: asked.append(words[2]))
    page.link.network.setFocus()
    place.key(page.link.network, Qt.Key.Key_Right)
    form = page.link.by_file
    form.presentation.setFocus()
    place.qtbot.keyClicks(form.presentation, str(ala.presentation))
    place.qtbot.keyClick(form.presentation, Qt.Key.Key_Return)
    place.qtbot.keyClicks(QApplication.focusWidget(), ala.hub.invite().lower())
    place.qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    place.key(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert asked == ["richiesta-borghetto-lodigiano-2026-11-22.ala"]
