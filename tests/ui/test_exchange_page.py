"""The page "Scambio con ALA" beside a real hub: linked, exchanging, away, stopped, correcting, letting PCs in."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from ala_desktop.services.sharing.exchange_state import ExchangeState
from ala_desktop.sync import replica
from ala_desktop.sync.capture import Change
from ala_desktop.ui.pages.exchange import correction_view, corrections_panel, devices_panel
from tests import factory
from tests.hubs import HubProcess, pc
from tests.strict_hub import StrictHub
from tests.ui.clipping import misfits
from tests.ui.wording import foreign, texts
from tests.unit.services.sitting_factory import body

CONTROL = Qt.KeyboardModifier.ControlModifier
TOO_LONG = "BL-ANCORA-LUNGO"


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    running = StrictHub(tmp_path_factory.mktemp("hub")).start()
    yield running
    running.stop()


@pytest.fixture
def own_hub(tmp_path):
    """A hub that a test may stop."""
    running = HubProcess(tmp_path / "hub").start()
    yield running
    running.stop()


@pytest.fixture
def page(place):
    window = place.window()
    window.go_to("exchange")
    place.settle()
    return window.page


def link(place, page, hub, name=""):
    page.link.address.setText(hub.url)
    page.link.code.setText(hub.invite())
    page.link.name.setText(name)
    page.link.go.click()
    place.settle()


def exchange(place, page):
    page.band.go.click()
    place.settle()


def lines(strip):
    return [label.text() for label in strip.findChildren(QLabel) if label.isVisible()]


def cells(table):
    model = table.model()
    return [
        [model.data(model.index(row, column)) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def tabs(page):
    return [page.tabs.tabText(place) for place in range(page.tabs.count())]


def faults(place):
    return misfits(place.shown) + foreign(texts(place.shown), frozenset({"desktop"}))


# --- linking ---------------------------------------------------------------------------------------------------------


def test_before_linking_the_page_says_what_it_means_and_what_waits(place):
    factory.unit(place.desk)
    window = place.window()
    window.go_to("exchange")
    place.settle()
    page = window.page
    shown = [label.text() for label in page.link.findChildren(QLabel)]
    assert any("funziona per intero anche senza" in text for text in shown)
    assert page.link.waiting.text() == "Finora 1 modifica aspetta di essere inviata."
    assert not page.band.isVisible()
    page.link.go.click()
    assert lines(page.link.strip)[0] == "Manca l'indirizzo"
    assert faults(place) == []


def test_a_wrong_code_is_told_in_the_page_and_the_right_one_links(place, page, hub):
    page.link.address.setText(hub.url)
    page.link.code.setText("AAAA-BBBB-CCCC")
    page.link.go.click()
    place.settle()
    assert lines(page.link.strip)[0] == "Il codice di collegamento non è valido"
    assert page.link.strip.property("role") == "trouble"
    assert faults(place) == []
    link(place, page, hub, "Sportello")
    assert place.desk.me.device_name == "Sportello"
    assert tabs(page)[0] == "Da inviare"
    assert page.band.headline.text() == "Nessuno scambio ancora fatto"
    assert place.said[-1] == "Questo PC è collegato ad ALA come «Sportello»"
    assert QApplication.focusWidget() is page.band.go
    assert place.shown.status.exchange.text() == "Nessuno scambio ancora fatto"
    assert faults(place) == []


def test_the_form_is_filled_and_sent_with_the_keyboard(place, page, hub):
    page.link.address.setFocus()
    place.qtbot.keyClicks(page.link.address, hub.url)
    place.qtbot.keyClick(page.link.address, Qt.Key.Key_Return)
    place.qtbot.keyClicks(QApplication.focusWidget(), hub.invite().lower())
    place.qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    place.key(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert place.desk.me.hub is not None


def test_a_hub_that_is_away_looks_like_no_error_when_linking(place, page):
    page.link.address.setText("http://127.0.0.1:9")
    page.link.code.setText("AAAA-BBBB-CCCC")
    page.link.go.click()
    place.settle()
    assert lines(page.link.strip)[0] == "La centrale di ALA non risponde"
    assert page.link.strip.property("role") == "notice"
    assert page.link.go.isEnabled()
    assert faults(place) == []


class _Portal(BaseHTTPRequestHandler):
    """The page of a hotel's network, whatever is asked."""

    def do_POST(self) -> None:
        body = b"<html><body>Accedi alla rete</body></html>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST

    def log_message(self, format: str, *args: object) -> None:
        """Quietly."""


@pytest.fixture
def portal():
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Portal)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_web_page_in_place_of_the_hub_is_named_and_nothing_is_lost(place, page, hub, portal):
    link(place, page, hub)
    unit = factory.unit(place.desk)
    with place.desk.store.writing() as connection:
        replica.advance(connection, hub_url=portal)
    exchange(place, page)
    title, cause, next_step = lines(page.band.strip)
    assert title == "La centrale di ALA non ha risposto come previsto"
    assert "una pagina web" in cause
    assert "al sicuro" in next_step
    assert ExchangeState(place.desk).summary().to_send == 1
    assert place.desk.get("housing_unit", unit)["code"] == "BL0001"
    assert faults(place) == []
    with place.desk.store.writing() as connection:
        replica.advance(connection, hub_url=hub.url)
    exchange(place, page)
    assert not page.band.strip.isVisible()
    assert ExchangeState(place.desk).summary().to_send == 0


# --- exchanging ------------------------------------------------------------------------------------------------------


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


# --- correcting ------------------------------------------------------------------------------------------------------


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


# --- the PCs of the comune -------------------------------------------------------------------------------------------


def shown_figures(page):
    return [
        label.text() for label in page.devices.findChildren(QLabel) if label.isVisible() and label.text()[:5].isdigit()
    ]


def test_another_pc_is_confirmed_by_comparing_the_same_digits(place, page, own_hub, tmp_path, monkeypatch):
    link(place, page, own_hub)
    other = pc(tmp_path / "altro")
    other.exchange.enrol(own_hub.url, own_hub.invite(), "Ufficio tecnico")
    exchange(place, page)
    other.exchange.run()
    page.tabs.setCurrentWidget(page.devices)
    place.settle()
    assert shown_figures(page) == [other.exchange.devices()[1].fingerprint]
    assert tabs(page)[4] == "PC del comune (1)"
    assert faults(place) == []
    asked = []

    def compare(dialog):
        dialog.show()
        asked.append([label.text() for label in dialog.findChildren(QLabel)])
        assert misfits(dialog) + foreign(texts(dialog)) == []
        dialog.hide()
        return True

    monkeypatch.setattr(devices_panel.ConfirmDevice, "exec", compare)
    [button] = [one for one in page.devices.findChildren(QPushButton) if one.text() == "Confronta e conferma…"]
    button.click()
    place.settle()
    assert any("Telefonare" in text for text in asked[0])
    assert other.exchange.devices()[1].fingerprint in asked[0]
    assert "✓ Confermato" in [label.text() for label in page.devices.findChildren(QLabel)][-3:]
    assert tabs(page)[4] == "PC del comune"
    assert not other.exchange.devices()[0].confirmed
    other.exchange.run()
    assert other.exchange.devices()[0].confirmed
    other.desk.close()


def test_a_hub_that_is_away_confirms_nothing_and_says_so_calmly(place, page, own_hub, tmp_path):
    link(place, page, own_hub)
    other = pc(tmp_path / "altro")
    other.exchange.enrol(own_hub.url, own_hub.invite())
    exchange(place, page)
    page.tabs.setCurrentWidget(page.devices)
    place.settle()
    own_hub.stop()
    page.devices.confirm(page.devices._shown[1])
    place.settle()
    assert lines(page.devices.strip)[0] == "La centrale di ALA non risponde"
    assert page.devices.strip.property("role") == "notice"
    assert tabs(page)[4] == "PC del comune (1)"
    assert faults(place) == []
    other.desk.close()


def test_digits_that_differ_confirm_nothing_and_say_whom_to_call(place, page, own_hub, tmp_path, monkeypatch):
    link(place, page, own_hub)
    other = pc(tmp_path / "altro")
    other.exchange.enrol(own_hub.url, own_hub.invite())
    exchange(place, page)
    page.tabs.setCurrentWidget(page.devices)
    place.settle()

    def differ(dialog):
        dialog._differ()
        return False

    monkeypatch.setattr(devices_panel.ConfirmDevice, "exec", differ)
    page.devices.ask(page.devices._shown[1])
    place.settle()
    assert lines(page.devices.strip)[0] == "PC 2 non è stato confermato"
    other.exchange.run()
    assert not other.exchange.devices()[0].confirmed
    assert faults(place) == []
    other.desk.close()


def test_a_pc_that_is_not_confirmed_says_what_it_will_read(place, page, own_hub, tmp_path):
    first = pc(tmp_path / "primo")
    first.exchange.enrol(own_hub.url, own_hub.invite())
    first.exchange.run()
    link(place, page, own_hub)
    exchange(place, page)
    page.tabs.setCurrentWidget(page.devices)
    place.settle()
    told = lines(page.devices.strip)
    assert told[0] == "Questo PC non è ancora confermato"
    assert "Le note riservate degli altri PC si leggeranno qui dopo la conferma" in told[1]
    assert not [one for one in page.devices.findChildren(QPushButton) if one.isVisible()]
    assert faults(place) == []
    first.exchange.run()
    first.exchange.confirm(place.desk.me.device)
    exchange(place, page)
    assert not page.devices.strip.isVisible()
    first.desk.close()
