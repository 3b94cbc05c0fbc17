from ala_desktop.services.lookup import MOST_OFFERED, Lookup
from ala_desktop.sync.capture import Change
from tests import factory


def test_a_record_is_found_by_a_part_of_its_text_with_what_tells_it_apart(desk):
    unit = factory.unit(desk, "BL0042", address="Via Niccolò Tommaseo", floor="2")
    [found] = Lookup(desk).find("housing_unit", "niccolo 42")
    assert (found.id, found.name) == (unit, "BL0042 Via Niccolò Tommaseo")


def test_namesakes_are_told_apart(desk):
    for day in ("1980-01-01", "1990-01-01"):
        desk.save([Change("person", desk.new_id(), {"surname": "Rossi", "name": "Anna", "birth_date": day})])
    assert {found.detail for found in Lookup(desk).find("person", "rossi")} == {"01/01/1980", "01/01/1990"}


def test_what_was_saved_since_is_found(desk):
    lookup = Lookup(desk)
    assert lookup.find("housing_unit", "bl") == []
    factory.unit(desk, "BL1")
    assert len(lookup.find("housing_unit", "bl")) == 1


def test_only_a_few_are_offered(desk):
    for number in range(MOST_OFFERED + 3):
        factory.unit(desk, f"BL{number}")
    assert len(Lookup(desk).find("housing_unit", "bl")) == MOST_OFFERED


def test_a_record_that_is_deleted_or_has_not_arrived_is_said_to_be_so(desk):
    unit = factory.unit(desk, "BL1")
    desk.save([Change("housing_unit", unit, {"_deleted": 1}, desk.position())])
    assert Lookup(desk).name_of("housing_unit", unit) == "BL1 Via Roma (eliminata)"
    assert Lookup(desk).name_of("housing_unit", "f" * 32) == "scheda non ancora ricevuta"


def test_every_kind_that_a_form_refers_to_can_be_found(desk):
    lookup = Lookup(desk)
    for kind in ("building", "housing_unit", "household", "person", "measure", "housing_application"):
        assert lookup.find(kind, "di cui non c'è traccia") == []
