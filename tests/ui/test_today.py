"""The page Oggi leads to what waits."""

import threading

from PySide6.QtWidgets import QFrame, QPushButton

from ala_desktop.sync.capture import Change
from ala_desktop.ui.work import Lane
from tests import factory


def leads(window):
    return {button.text(): button for button in window.page.findChildren(QPushButton) if button.isVisible()}


def test_an_empty_office_is_led_to_the_import(place, window):
    asked = []
    place.wishes.import_register.disconnect()
    place.wishes.import_register.connect(asked.append)
    leads(window)["Importa un registro"].click()
    assert asked == [""]


def test_a_form_left_in_the_middle_is_one_press_away(place, window):
    unit = factory.unit(place.desk, "A1")
    place.forms.drafts.keep("housing_unit", unit, place.desk.position(), {"address": "Via Nuova"})
    window.page.refresh(None)
    place.settle()
    [lead] = [button for text, button in leads(window).items() if text.startswith("Alloggio: A1 Via Nuova")]
    lead.click()
    place.settle()
    assert window.page.name == "units"
    assert window.page.view.form.boxes["address"].editor.main.text() == "Via Nuova"


def test_a_form_that_is_left_for_oggi_is_listed_however_late_its_draft_is_written(place, window):
    unit = factory.unit(place.desk, "A1")
    window.open_record("housing_unit", unit)
    place.settle()
    disk = threading.Event()
    place.around.work.run(Lane.WRITE, lambda _: disk.wait(20))
    place.type(window.page.view.form.boxes["address"].editor.main, "Via Nuova")
    window.go_to("today")
    place.qtbot.waitUntil(lambda: "Vai allo scambio con ALA" in leads(window))
    assert place.forms.drafts.of(unit) is None
    disk.set()
    place.settle()
    assert any(text.startswith("Alloggio: A1 Via Nuova") for text in leads(window))


def test_what_is_registered_is_counted_and_follows_changes(place, window):
    factory.unit(place.desk, "A1", occupancy="libero")
    factory.unit(place.desk, "A2", occupancy="assegnato")
    place.desk.save([Change("housing_application", place.desk.new_id(), {"applicant": "Rossi", "service": "SAP"})])
    place.settle()
    figures = {name: label.text() for name, label in window.page._tiles.items()}
    assert figures == {"units": "2", "vacant": "1", "households": "0", "people": "0", "applications": "1"}
    leads(window)["1 domanda in attesa di esito"].click()
    place.settle()
    assert window.page.name == "applications"


def test_a_sitting_that_is_open_is_shown_with_its_state(place, window):
    commission, sitting = place.desk.new_id(), place.desk.new_id()
    place.desk.save(
        [
            Change("commission", commission, {"name": "Commissione Casa", "body": "commissione_casa"}),
            Change("sitting", sitting, {"commission_id": commission, "held_on": "2026-12-01", "state": "bozza"}),
        ]
    )
    place.settle()
    leads(window)["01/12/2026 · Commissione Casa · Bozza"].click()
    place.settle()
    assert window.page.name == "sittings"


def test_cards_beside_each_other_are_of_one_height(place, window):
    frames = [one for one in window.page.findChildren(QFrame) if one.property("role") == "card"]
    rows = {}
    for frame in frames:
        rows.setdefault(frame.y(), set()).add(frame.height())
    assert len(rows) == 3
    assert all(len(heights) == 1 for heights in rows.values())
