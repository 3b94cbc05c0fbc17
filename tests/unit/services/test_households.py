import pytest

from ala_desktop.core.errors import Mendable
from ala_desktop.services.forms import Forms
from ala_desktop.services.households import Households
from ala_desktop.services.links import Links
from ala_desktop.sync.capture import Change

CODE = "BNCNNA80C52E648X"


@pytest.fixture
def home(desk):
    record = desk.new_id()
    desk.save([Change("household", record, {"name": "Bianchi Anna"})])
    return record


def test_a_new_person_joins_in_one_transaction(desk, home):
    Households(desk).add(home, {"surname": "Bianchi", "name": "Anna"}, "intestatario")
    [member] = Households(desk).members(home)
    assert member.person is not None
    assert (member.person["name"], member.membership["relation"]) == ("Anna", "intestatario")
    with desk.reading() as connection:
        assert connection.exec_driver_sql("SELECT ops FROM outbox ORDER BY device_seq DESC LIMIT 1").scalar() == 2


def test_a_person_belongs_to_a_household_once(desk, home):
    person = Households(desk).add(home, {"surname": "Bianchi"}).person
    assert person is not None
    with pytest.raises(Mendable):
        Households(desk).link(home, person.id)


def test_who_is_let_go_stays_a_person_and_can_come_back(desk, home):
    households = Households(desk)
    gone = households.let_go(households.add(home, {"surname": "Bianchi"}))
    assert households.members(home) == []
    assert len(desk.find("person")) == 1
    Forms(desk).restore(gone)
    assert len(households.members(home)) == 1


def test_a_membership_without_its_person_is_shown_as_such(desk, home):
    desk.save([Change("household_member", desk.new_id(), {"household_id": home, "person_id": "f" * 32})])
    assert Households(desk).members(home)[0].person is None


def test_a_known_codice_fiscale_finds_its_person_however_written(desk, home):
    Households(desk).add(home, {"surname": "Bianchi", "fiscal_code": CODE.lower()})
    found = Households(desk).known(f" {CODE[:6]} {CODE[6:]}")
    assert found is not None
    assert Households(desk).known("n.d.") is None
    assert Households(desk).known(None) is None


def test_an_application_is_linked_by_codice_fiscale_and_takes_name_and_household(desk, home):
    person = Households(desk).add(home, {"surname": "Bianchi", "name": "Anna", "fiscal_code": CODE}).person
    assert person is not None
    filled = Forms(desk).fill(
        "housing_application",
        {"applicant_fiscal_code": CODE, "person_id": None, "household_id": None, "applicant": None},
    )
    assert filled == {"person_id": person.id, "household_id": home, "applicant": "Bianchi Anna"}
    assert Forms(desk).fill("intervention", {"beneficiary_fiscal_code": "n.d.", "person_id": None}) == {}


def test_links_name_what_points_to_a_record(desk, home):
    person = Households(desk).add(home, {"surname": "Bianchi"}).person
    assert person is not None
    desk.save(
        [
            Change(
                "housing_application", desk.new_id(), {"applicant": "Bianchi", "service": "SAP", "person_id": person.id}
            )
        ]
    )
    links = Links(desk).to("person", person.id)
    assert [(link.kind, link.name) for link in links] == [
        ("housing_application", "SAP Bianchi"),
        ("household", "Bianchi Anna"),
    ]
    assert Links(desk).to("clerk", "f" * 32) == []
