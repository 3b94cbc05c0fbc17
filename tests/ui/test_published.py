"""What ALA published, on a comune's screen: to read and to refer to, not to change."""

from __future__ import annotations

from ala_desktop.services.office import NewOffice
from ala_desktop.services.sharing.exchange import Exchange
from ala_desktop.sync.capture import Change
from tests import factory
from tests.local_hub import URL, LocalHub


def published(place, folder) -> str:
    """A measure that ALA published, and that came here with an exchange; its id."""
    hub = LocalHub()
    ala, _ = factory.office(folder).set_up(NewOffice("ALA", "ALA", "Marta Galli"), factory.PASSPHRASE)
    Exchange(ala, hub.connect).enrol(URL, hub.invite("ALA"))
    measure = ala.new_id()
    put = {"service": "misura_unica", "name": "Misura Unica", "year": 2026, "cap_cents": 360_000}
    with ala.others.open("AMBITO") as ambito:
        ambito.save([Change("measure", measure, put)])
    Exchange(ala, hub.connect).run()
    ala.close()
    exchange = Exchange(place.desk, hub.connect)
    exchange.enrol(URL, hub.invite())
    exchange.run()
    return measure


def test_a_measure_of_alas_opens_to_be_read_and_says_whose_it_is(place, window, tmp_path):
    measure = published(place, tmp_path / "ala")
    window.open_record("measure", measure)
    place.settle()
    view = window.page.view

    assert view.title.text() == "Misura Unica 2026"
    assert view.state.text() == "Pubblicato da ALA: sola lettura"
    assert view.form.boxes["name"].editor.main.isReadOnly()
    assert not view.keep.isVisible()
    assert not view.remove.isVisible()

    own = place.desk.new_id()
    place.desk.save([Change("measure", own, {"service": "SAT", "name": "Del Comune"})])
    window.open_record("measure", own)
    place.settle()
    assert not view.form.boxes["name"].editor.main.isReadOnly()
    assert view.keep.isVisible()
    assert view.remove.isVisible()


def test_a_grant_that_refers_to_it_names_it(place, window, tmp_path):
    measure = published(place, tmp_path / "ala")
    grant = place.desk.new_id()
    place.desk.save([Change("intervention", grant, {"type": "contributo", "year": 2026, "measure_id": measure})])
    window.open_record("intervention", grant)
    place.settle()

    assert "Misura Unica 2026" in window.page.view.form.boxes["measure_id"].editor.main.text()
