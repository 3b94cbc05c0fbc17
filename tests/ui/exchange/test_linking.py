"""Linking this PC over the network: before, with a wrong code, without a line, behind a portal."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from ala_desktop.services.sharing.exchange_state import ExchangeState
from ala_desktop.sync import replica
from tests import factory
from tests.ui.exchange.acts import exchange, faults, lines, link, tabs


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
