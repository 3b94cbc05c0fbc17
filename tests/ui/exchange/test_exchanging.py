"""An exchange from the page: what it tells and where, without a line, stopped in the middle."""

from __future__ import annotations

from PySide6.QtCore import Qt

from ala_desktop.services.sharing.exchange_state import ExchangeState
from ala_desktop.sync.capture import Change
from tests import factory
from tests.hubs import pc
from tests.ui.exchange.acts import cells, exchange, faults, lines, link, tabs

CONTROL = Qt.KeyboardModifier.ControlModifier


def test_an_exchange_sends_receives_and_is_told_everywhere(place, page, own_hub, tmp_path):
    link(place, page, own_hub)
    for number in range(3):
        factory.unit(place.desk, f"BL{number}")
    other = pc(tmp_path / "altro")
    other.exchange.enrol(own_hub.url, own_hub.invite())
    factory.unit(other.desk, "ALTRO", street_number="7")
    other.exchange.run()
    place.settle()
    assert tabs(page)[0] == "Da inviare (3)"
    assert [row[1:] for row in cells(page.waiting.table)][0] == ["Alloggio BL2 Via Roma", "Scheda nuova", "da inviare"]
    assert faults(place) == []

    place.key(page.band.go, Qt.Key.Key_E, CONTROL)
    assert page.band.headline.text() == "Scambio concluso: 3 modifiche inviate, 1 ricevuta."
    assert page.band.detail.text().startswith("Ultimo scambio adesso (")
    assert page.band.detail.text().endswith("Tutto inviato, niente da decidere")
    assert place.shown.status.exchange.text() == "Ultimo scambio adesso"
    assert tabs(page)[0] == "Da inviare"
    assert cells(page.waiting.table) == []
    page.tabs.setCurrentWidget(page.recent)
    place.settle()
    assert [row[1:5] for row in cells(page.recent.table)] == [
        ["Alloggio ALTRO Via Roma 7", "Scheda nuova", "Piera Invernizzi", "PC 2"]
    ]
    page.recent.whose.setCurrentIndex(1)
    place.settle()
    assert [(row[1], row[5]) for row in cells(page.recent.table)][0] == ("Alloggio BL2 Via Roma", "ricevuto da ALA")
    assert faults(place) == []
    page.recent.table.setFocus()
    place.key(page.recent.table, Qt.Key.Key_Return)
    assert place.shown.page.name == "units"
    other.desk.close()


def test_other_pages_show_what_arrived(place, page, own_hub, tmp_path):
    link(place, page, own_hub)
    other = pc(tmp_path / "altro")
    other.exchange.enrol(own_hub.url, own_hub.invite())
    factory.unit(other.desk, "ALTRO")
    other.exchange.run()
    place.shown.go_to("units")
    place.settle()
    page.band.start()
    place.settle()
    units = place.shown.pages["units"].list
    assert [row[0] for row in cells(units.table)] == ["ALTRO"]
    other.desk.close()


def test_a_hub_that_is_away_looks_like_no_error_and_loses_nothing(place, page, own_hub):
    link(place, page, own_hub)
    own_hub.stop()
    factory.unit(place.desk)
    exchange(place, page)
    assert lines(page.band.strip)[0] == "La centrale di ALA non risponde"
    assert page.band.strip.property("role") == "notice"
    assert page.band.headline.text() == "1 modifica da inviare"
    assert page.band.detail.text() == "Nessuno scambio ancora fatto"
    assert page.band.go.isEnabled()
    assert not page.band.stop.isVisible()
    assert place.shown.height() == 768
    assert faults(place) == []
    own_hub.start()
    exchange(place, page)
    assert page.band.headline.text() == "Scambio concluso: 1 modifica inviata."


def test_the_band_tells_the_present_state_once_something_waits_again(place, page, own_hub):
    link(place, page, own_hub)
    exchange(place, page)
    assert page.band.headline.text().startswith("Scambio concluso: ")
    for code in ("BL1", "BL2"):
        factory.unit(place.desk, code)
    place.settle()
    assert page.band.headline.text() == "2 modifiche da inviare"
    assert page.band.detail.text().startswith("Ultimo scambio adesso (")


def test_an_exchange_is_stopped_in_the_middle_and_goes_on_later(place, page, own_hub):
    link(place, page, own_hub)
    ids = [place.desk.new_id() for _ in range(6_000)]
    put = ([Change("housing_unit", one, {"code": f"BL{n}"})] for n, one in enumerate(ids))
    place.desk.save_each(put, group="importazione")
    place.settle()
    assert tabs(page)[0] == "Da inviare (6.000)"
    seen = []
    page.band._advanced.connect(lambda *advance: seen.append(advance))
    page.band._advanced.connect(lambda *_: page.band.stop.click() if len(seen) == 1 else None)
    page.band.go.click()
    assert page.band.stop.isVisible()
    assert not page.band.go.isEnabled()
    place.qtbot.waitUntil(lambda: bool(seen), timeout=20_000)
    assert page.band.detail.text() == "Si ferma appena possibile…"
    assert faults(place) == []
    place.settle()
    assert page.band.headline.text().startswith("Scambio fermato: ")
    assert ExchangeState(place.desk).summary().to_send > 0
    assert faults(place) == []
    place.key(page.band.go, Qt.Key.Key_Return)
    assert page.band.headline.text().startswith("Scambio concluso: ")
    assert ExchangeState(place.desk).summary().to_send == 0


def test_the_window_answers_while_an_exchange_runs(place, page, own_hub):
    link(place, page, own_hub)
    ids = [place.desk.new_id() for _ in range(2_000)]
    place.desk.save_each(([Change("housing_unit", one, {"code": "X"})] for one in ids), group="importazione")
    place.settle()
    page.band.go.click()
    place.shown.go_to("today")
    assert page.band.running
    place.shown.go_to("units")
    place.settle()
    assert not page.band.running
    assert place.shown.page.list.count.text() == "2.000 alloggi"
