"""The hub moved, or there is a network now: its address is tried before it is kept."""

from __future__ import annotations

import pytest

from ala_desktop.ui.pages.exchange.address_dialog import AddressDialog
from tests.ui.clipping import misfits
from tests.ui.exchange.acts import exchange, lines, link
from tests.ui.wording import foreign, texts


@pytest.fixture
def dialog(place, page, own_hub):
    link(place, page, own_hub)
    made = AddressDialog(place.around, page._exchange, place.shown)
    made.moved.connect(lambda: place.said.append("moved"))
    made.show()
    place.settle()
    yield made
    made.close()
    made.deleteLater()


def test_the_button_shows_once_the_pc_is_linked(place, page, own_hub):
    assert not page.address.isVisible()
    link(place, page, own_hub)
    assert page.address.isVisible()


def test_where_nobody_answers_nothing_is_kept(place, page, dialog, own_hub):
    before = place.desk.me.hub_url
    assert dialog.address.text() == before
    dialog.address.setText("http://127.0.0.1:9/")
    dialog.go.click()
    assert dialog.go.text() == "Ricerca in corso…"
    dialog.reject()
    assert dialog.isVisible()
    place.settle()
    assert lines(dialog.strip)
    assert dialog.go.isEnabled()
    assert misfits(dialog) + foreign(texts(dialog), frozenset({"desktop"})) == []
    assert place.desk.me.hub_url == before
    assert "moved" not in place.said


def test_where_the_same_hub_answers_the_exchange_goes_on(place, page, dialog, own_hub):
    own_hub.stop()
    own_hub.port = 0
    own_hub.start()
    dialog.address.setText(own_hub.url)
    dialog.go.click()
    place.settle()
    assert "moved" in place.said
    assert not dialog.isVisible()
    exchange(place, page)
    assert page.band.headline.text().startswith("Scambio concluso")
