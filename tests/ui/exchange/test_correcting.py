"""Saves that the hub refused: shown, corrected on their form, left in the middle, let go."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from ala_desktop.services.sharing.exchange_state import ExchangeState
from ala_desktop.sync.capture import Change
from ala_desktop.ui.pages.exchange import correction_view, corrections_panel
from tests import factory
from tests.ui.exchange.acts import cells, exchange, faults, lines, link, tabs
from tests.unit.services.sitting_factory import body

CONTROL = Qt.KeyboardModifier.ControlModifier
TOO_LONG = "BL-ANCORA-LUNGO"


@pytest.fixture
def refused(place, page, hub):
    """A PC with two refused saves: a new unit, and an edit of a known one."""
    link(place, page, hub)
    unit = factory.unit(place.desk, "BL0001", stair="A")
    exchange(place, page)
    new = factory.unit(place.desk, TOO_LONG, floor="1")
    row = place.desk.get("housing_unit", unit)
    place.desk.save([Change("housing_unit", unit, {"stair": "scala destra", "notes": "vista"}, row.position)])
    place.settle()
    exchange(place, page)
    page.tabs.setCurrentWidget(page.corrections)
    place.settle()
    place.new, place.unit = new, unit
    return page


def test_refused_saves_are_shown_with_their_reasons(place, refused):
    assert refused.band.headline.text() == "Scambio concluso: 2 modifiche inviate. 2 invii sono da correggere."
    assert tabs(refused)[1] == "Da correggere (2)"
    assert [row[1:] for row in cells(refused.corrections.table)] == [
        ["Alloggio BL-ANCORA-LUNGO Via Roma", "Scheda nuova",
         "Un valore non è ammesso: Alloggio, Codice alloggio: supera i 10 caratteri"],
        ["Alloggio BL0001 Via Roma", "Modifica: Scala, Note",
         "Un valore non è ammesso: Alloggio, Scala: supera i 2 caratteri"],
    ]  # fmt: skip
    assert "2 invii da correggere" in place.shown.status.exchange.text()
    assert faults(place) == []


def test_a_refused_new_record_is_corrected_on_its_form_and_sent_again(place, refused):
    place.key(refused.corrections.table, Qt.Key.Key_Return)
    form = refused.correcting.opened[place.new]
    assert form.boxes["code"].editor.main.text() == TOO_LONG
    assert form.boxes["floor"].editor.main.text() == "1"
    assert QApplication.focusWidget() is form.boxes["code"].editor.main
    assert faults(place) == []
    place.type(form.boxes["code"].editor.main, "BL0002")
    place.key(form, Qt.Key.Key_S, CONTROL)
    assert refused.correcting is None
    assert place.desk.get("housing_unit", place.new)["code"] == "BL0002"
    assert tabs(refused)[:2] == ["Da inviare (1)", "Da correggere (1)"]
    assert place.forms.drafts.of(place.new) is None
    exchange(place, refused)
    assert refused.band.headline.text() == "Scambio concluso: 1 modifica inviata."
    assert tabs(refused)[:2] == ["Da inviare", "Da correggere (1)"]


def test_a_refused_edit_is_laid_over_the_record(place, refused):
    refused.corrections.table.go_to(1)
    refused.corrections.mend.click()
    place.settle()
    form = refused.correcting.opened[place.unit]
    assert form.boxes["stair"].editor.main.text() == "scala destra"
    assert form.boxes["code"].editor.main.text() == "BL0001"
    place.type(form.boxes["stair"].editor.main, "D")
    refused.correcting.go.click()
    place.settle()
    row = place.desk.get("housing_unit", place.unit)
    assert (row["stair"], row["notes"]) == ("D", "vista")


def test_what_cannot_stand_is_listed_and_the_correction_stays_open(place, refused):
    place.key(refused.corrections.table, Qt.Key.Key_Return)
    view = refused.correcting
    form = view.opened[place.new]
    place.type(form.boxes["code"].editor.main, " ")
    view.send()
    place.settle()
    assert refused.correcting is view
    assert lines(form.strip)[0] == "1 campo da correggere"
    assert faults(place) == []


def test_leaving_a_correction_keeps_what_was_typed(place, refused):
    place.key(refused.corrections.table, Qt.Key.Key_Return)
    form = refused.correcting.opened[place.new]
    place.type(form.boxes["interior"].editor.main, "12")
    place.key(form.boxes["interior"].editor.main, Qt.Key.Key_Escape)
    assert refused.correcting is None
    assert refused.heading.isVisible()
    refused.corrections.table.go_to(0)
    refused.corrections.mend.click()
    place.settle()
    view = refused.stack.currentWidget()
    assert isinstance(view, correction_view.CorrectionView)
    assert view.opened[place.new].boxes["interior"].read() == "12"


def test_a_correction_left_in_the_middle_is_taken_up_from_oggi_and_closed(place, refused):
    refused.corrections.table.go_to(0)
    refused.corrections.mend.click()
    place.settle()
    place.type(refused.correcting.opened[place.new].boxes["interior"].editor.main, "12")
    place.shown.go_to("today")
    place.settle()
    leads = {one.text(): one for one in place.shown.page.findChildren(QPushButton) if one.isVisible()}
    [lead] = [one for text, one in leads.items() if "invio da correggere" in text]
    assert lead.text().startswith("Alloggio: BL-ANCORA-LUNGO Via Roma · ")
    lead.click()
    place.settle()
    assert place.shown.page is refused
    form = refused.correcting.opened[place.new]
    assert form.boxes["interior"].read() == "12"
    place.type(form.boxes["code"].editor.main, "BL0002")
    refused.save()
    place.settle()
    assert place.desk.get("housing_unit", place.new)["interior"] == "12"
    assert ExchangeState(place.desk).summary().to_correct == 1
    assert place.forms.drafts.of(place.new) is None


def test_a_correction_finished_on_the_form_of_the_record_closes_too(place, refused):
    refused.corrections.table.go_to(1)
    refused.corrections.mend.click()
    place.settle()
    place.type(refused.correcting.opened[place.unit].boxes["interior"].editor.main, "7")
    refused.correcting.leave()
    place.settle()
    window = place.shown
    window.open_record("housing_unit", place.unit)
    place.settle()
    boxes = window.page.view.form.boxes
    assert boxes["stair"].editor.main.text() == "scala destra"
    place.type(boxes["stair"].editor.main, "D")
    window.page.save()
    place.settle()
    assert ExchangeState(place.desk).summary().to_correct == 1
    assert "1 invio da correggere" in window.status.exchange.text()


@pytest.mark.parametrize("sure", [True, False])
def test_letting_go_from_the_form_asks_first(place, refused, monkeypatch, sure):
    refused.corrections.mend.click()
    place.settle()
    view = refused.correcting
    monkeypatch.setattr(correction_view, "confirm", lambda *words: sure)
    view.let_go()
    place.settle()
    assert refused.correcting is (None if sure else view)
    assert ExchangeState(place.desk).summary().to_correct == (1 if sure else 2)


@pytest.mark.parametrize("sure", [True, False])
def test_letting_go_asks_first(place, refused, monkeypatch, sure):
    asked = []
    monkeypatch.setattr(corrections_panel, "confirm", lambda *words: asked.append(words[2]) or sure)
    refused.corrections.leave.click()
    place.settle()
    assert "resta nel registro, senza effetto" in asked[0]
    assert len(cells(refused.corrections.table)) == (1 if sure else 2)
    assert tabs(refused)[1] == ("Da correggere (1)" if sure else "Da correggere (2)")


def test_several_records_of_one_save_are_corrected_together(place, page, hub):
    link(place, page, hub)
    desk = place.desk
    unit, household = desk.new_id(), desk.new_id()
    desk.save([Change("housing_unit", unit, {"code": TOO_LONG}), Change("household", household, {"name": "Đorđević"})])
    place.settle()
    exchange(place, page)
    page.tabs.setCurrentWidget(page.corrections)
    place.settle()
    place.key(page.corrections.table, Qt.Key.Key_Return)
    view = page.correcting
    assert view is not None
    assert [view.which.itemText(place) for place in range(view.which.count())] == [
        "Scheda 1 di 2: Alloggio BL-ANCORA-LUNGO", "Scheda 2 di 2: Nucleo familiare Đorđević",
    ]  # fmt: skip
    place.type(view.opened[unit].boxes["code"].editor.main, "BL0003")
    view.which.setCurrentIndex(1)
    view.which.activated.emit(1)
    place.settle()
    view.opened[household].boxes["name"].editor.main.setText("Đorđević Ana")
    assert faults(place) == []
    view.go.click()
    place.settle()
    assert desk.get("housing_unit", unit)["code"] == "BL0003"
    assert desk.get("household", household)["name"] == "Đorđević Ana"
    assert ExchangeState(desk).summary().to_send == 1


def test_a_refused_line_of_a_sitting_has_no_form_and_is_sent_as_it_was_or_let_go(place, page, hub):
    link(place, page, hub)
    bench = body(place.folder, place.desk)
    file = bench.opened()
    exchange(place, page)
    seat = bench.seat(file, "Bruno Sala")
    place.desk.save([Change("attendance", seat.id, {"delegate": "Carla Colombo"}, seat.position)])
    place.settle()
    exchange(place, page)
    page.tabs.setCurrentWidget(page.corrections)
    place.settle()
    [[_, name, what, reason]] = cells(page.corrections.table)
    assert (name, what) == ("Seduta 22/11/2026", "Presenza: Delegato")
    assert reason == "Un valore non è ammesso: Presenza, Delegato: supera i 10 caratteri"
    page.corrections.mend.click()
    place.settle()
    assert page.correcting.opened == {}
    assert "si corregge nella sua pagina" in lines(page.correcting.reason)[2]
    assert {"Delegato", "Carla Colombo"} <= {label.text() for label in page.correcting.findChildren(QLabel)}
    assert faults(place) == []
    page.correcting.go.click()
    place.settle()
    assert place.desk.get("attendance", seat.id)["delegate"] == "Carla Colombo"
    assert tabs(page)[:2] == ["Da inviare (1)", "Da correggere"]


def test_a_kind_that_the_hub_does_not_know_says_to_call_ala(place, page, hub):
    link(place, page, hub)
    measure = {"service": "misura_unica", "name": "Misura Unica", "year": 2026}
    place.desk.save([Change("measure", place.desk.new_id(), measure)])
    place.settle()
    exchange(place, page)
    page.tabs.setCurrentWidget(page.corrections)
    place.settle()
    assert cells(page.corrections.table)[0][1] == "Misura Unica 2026"
    page.corrections.mend.click()
    place.settle()
    assert "avvisare ALA" in lines(page.correcting.reason)[2]
    assert faults(place) == []
