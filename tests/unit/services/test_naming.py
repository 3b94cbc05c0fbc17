"""What a grant is called: by its beneficiary, not by a code."""

from ala_desktop.services import naming
from ala_desktop.services.links import Links
from ala_desktop.services.lookup import Lookup
from ala_desktop.services.sharing.saves import Saves
from ala_desktop.sync.capture import Change
from tests import factory

CODE = "SHNLFE90C48Z243B"


def save(desk, kind, **values):
    record = desk.new_id()
    desk.save([Change(kind, record, values)])
    return record


def grant(desk, **values):
    return save(desk, "intervention", type="contributo", year=2026, beneficiary_fiscal_code=CODE, **values)


def test_a_grant_goes_by_the_name_of_whom_it_is_for_wherever_it_is_named(desk):
    person = save(desk, "person", surname="Şahin", name="Elif")
    record = grant(desk, person_id=person)
    assert naming.name_of(desk, "intervention", desk.get("intervention", record).values) == "Contributo 2026 Şahin Elif"
    assert Lookup(desk).name_of("intervention", record) == "Contributo 2026 Şahin Elif"
    assert [link.name for link in Links(desk).to("person", person)] == ["Contributo 2026 Şahin Elif"]
    saves = Saves(desk)
    [latest] = filter(None, saves.waiting_page(saves.waiting()[:1]))
    assert latest.name == "Intervento Contributo 2026 Şahin Elif"


def test_without_a_known_person_the_codice_fiscale_stays(desk):
    for person in (None, "f" * 32):
        record = grant(desk, person_id=person)
        assert (
            naming.name_of(desk, "intervention", desk.get("intervention", record).values) == f"Contributo 2026 {CODE}"
        )


def test_other_records_are_called_as_before_and_several_at_once(desk):
    unit = factory.unit(desk, "BL1")
    assert naming.name_of(desk, "housing_unit", desk.get("housing_unit", unit).values) == "BL1 Via Roma"
    person = save(desk, "person", surname="Şahin", name="Elif")
    rows = [desk.get("intervention", grant(desk, person_id=who)).values for who in (person, None)]
    assert naming.names_of(desk, "intervention", rows) == ["Contributo 2026 Şahin Elif", f"Contributo 2026 {CODE}"]
