"""Possible duplicates of an office, and what is decided about them."""

import pytest

from ala_desktop.core.errors import Mendable
from ala_desktop.fields.spec import DELETED
from ala_desktop.services import lists
from ala_desktop.services.duplicate_verdicts import Verdicts
from ala_desktop.services.duplicates import Duplicates
from ala_desktop.services.forms import Forms
from ala_desktop.services.households import Households
from ala_desktop.services.links import Links
from ala_desktop.services.listing import Listing, Wanted
from ala_desktop.services.lookup import Lookup
from ala_desktop.services.overview import Overviews
from ala_desktop.services.sharing.saves import Saves
from ala_desktop.sync.capture import Change
from tests import factory

CODE = "RSSMRA80A41E648U"
OMOCODIA = "RSSMRA80A41E64UR"


@pytest.fixture
def desk(tmp_path):
    opened = factory.desk(tmp_path / "ufficio")
    yield opened
    opened.close()


def new(desk, kind, **values):
    record = desk.new_id()
    desk.save([Change(kind, record, values)])
    return record


def person(desk, surname="Rossi", name="Maria", **values):
    return new(desk, "person", surname=surname, name=name, **values)


def application(desk, who, **values):
    return new(desk, "housing_application", service="SAT", applicant="Rossi Maria", person_id=who, **values)


def pairs(desk, kind=None):
    return [(one.first[0], one.second[0], one.reason) for one in Duplicates(desk).all(kind)]


def listed(desk, spec, text=""):
    listing = Listing(desk, spec)
    return [line.id for line in listing.page(listing.rows(Wanted(text)))]


@pytest.fixture
def twins(desk):
    """The same person twice, each with an application, one of them in a household."""
    one, other = person(desk, fiscal_code=CODE), person(desk, "Rosi", fiscal_code=CODE.lower(), phone="333 1")
    cases = application(desk, one, protocol="1"), application(desk, other, protocol="2")
    home = new(desk, "household", name="Rossi Maria")
    Households(desk).link(home, other)
    return one, other, cases, home


def test_what_is_typed_finds_its_twin_with_the_reason(desk):
    known = person(desk, fiscal_code=CODE)
    [twin] = Duplicates(desk).of("person", desk.new_id(), {"surname": "Rosi", "fiscal_code": CODE.lower()})
    assert twin == (known, "Rossi Maria", "Stesso codice fiscale", "fiscal_code")
    assert Duplicates(desk).of("person", known, {"fiscal_code": CODE}) == []
    [twin] = Duplicates(desk).of("person", desk.new_id(), {"fiscal_code": OMOCODIA})
    assert twin.reason == "Codice fiscale uguale, salvo l'omocodia"


def test_looking_writes_nothing(desk):
    person(desk, fiscal_code=CODE)
    person(desk, fiscal_code=CODE)
    with desk.reading() as connection:
        before = connection.exec_driver_sql("SELECT count(*) FROM outbox").scalar()
        assert pairs(desk)
        assert Duplicates(desk).of("person", desk.new_id(), {"fiscal_code": CODE})
        assert connection.exec_driver_sql("SELECT count(*) FROM outbox").scalar() == before


def test_every_kind_has_its_pairs(desk):
    home = {"cadastral_sheet": "1", "cadastral_parcel": "2", "cadastral_subunit": "3"}
    factory.unit(desk, "BL1", **home)
    factory.unit(desk, "BL2", **{**home, "cadastral_subunit": "03"})
    for _ in range(2):
        new(desk, "building", address="Via Roma", street_number="1")
        new(desk, "housing_application", service="SAP", applicant="X", protocol="7", submitted_on="2026-01-02")
        new(desk, "intervention", type="contributo", year=2026, service="misura_unica", granted_cents=100,
            beneficiary_fiscal_code=CODE)  # fmt: skip
        person(desk, "Neri", "Ugo", birth_date="1990-05-05")
    assert Duplicates(desk).counts() == dict.fromkeys(
        ("person", "housing_unit", "building", "housing_application", "intervention"), 1
    )
    assert Overviews(desk).now().duplicates["housing_unit"] == 1


def test_a_linked_record_stands_for_the_kept_one_everywhere(desk, twins):
    one, other, cases, home = twins
    lookup = Lookup(desk)
    assert sorted(listed(desk, lists.PEOPLE)) == sorted([one, other])
    Verdicts(desk).link("person", one, other)
    assert listed(desk, lists.PEOPLE) == [one]
    assert listed(desk, lists.PEOPLE, "rosi") == [one]  # found by what only the other one says
    assert [row.id for row in desk.find("person")] == [one]
    assert [found.id for found in lookup.find("person", "ros")] == [one]
    assert lookup.name_of("person", other) == "Rossi Maria"
    assert {link.id for link in Links(desk).to("person", one)} == {*cases, home}
    assert Overviews(desk).now().people == 1
    assert [member.person.id for member in Households(desk).members(home) if member.person] == [one]
    assert [row.id for row in Households(desk).households_of(one)] == [home]
    known = Households(desk).known(CODE.lower())
    assert known
    assert known.id == one
    assert Forms(desk).open("person", other)[0].id == one
    assert pairs(desk, "person") == []
    listing = Listing(desk, lists.HOUSEHOLDS)
    [line] = listing.page(listing.rows(Wanted()))
    assert (line.cells[1], line.cells[2]) == ("1", "Rossi Maria")


def test_linking_rewrites_no_row_and_unlinking_gives_back_what_was(desk, twins):
    one, other, cases, _ = twins

    def state():
        return [row.values for kind, ids in (("person", (one, other)), ("housing_application", cases))
                for row in desk.many(kind, ids)]  # fmt: skip

    before = state()
    Verdicts(desk).link("person", one, other)
    assert state() == before
    Verdicts(desk).unlink(other)
    assert state() == before
    assert sorted(listed(desk, lists.PEOPLE)) == sorted([one, other])
    assert [link.id for link in Links(desk).to("person", one)] == [cases[0]]
    assert len(pairs(desk, "person")) == 1


def test_values_are_taken_over_in_the_same_transaction_and_given_back(desk, twins):
    one, other, *_ = twins
    with desk.reading() as connection:
        before = connection.exec_driver_sql("SELECT count(*) FROM outbox").scalar()
    verdicts = Verdicts(desk)
    decided = verdicts.link("person", one, other, ["phone"])
    assert desk.get("person", one)["phone"] == "333 1"
    with desk.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM outbox").scalar() == before + 1
    verdicts.take_back(decided)
    assert desk.get("person", one)["phone"] is None
    assert sorted(listed(desk, lists.PEOPLE)) == sorted([one, other])


def test_not_a_duplicate_is_remembered_and_can_be_taken_back(desk, twins):
    one, other, *_ = twins
    verdicts = Verdicts(desk)
    decided = verdicts.dismiss("person", one, other)
    assert pairs(desk, "person") == []
    assert Duplicates(desk).of("person", other, desk.get("person", other).values) == []
    verdicts.take_back(decided)
    assert len(pairs(desk, "person")) == 1
    verdicts.dismiss("person", one, other)
    verdicts.link("person", one, other)  # whoever changes their mind
    assert listed(desk, lists.PEOPLE) == [one]


def test_both_sides_are_shown_field_by_field(desk, twins):
    one, other, *_ = twins
    rows = desk.many("person", [one, other])
    sides = {side.field: side for side in Verdicts(desk).sides("person", rows[0].values, rows[1].values)}
    assert (sides["surname"].kept, sides["surname"].other, sides["surname"].differs) == ("Rossi", "Rosi", True)
    assert not sides["name"].differs
    assert "email" not in sides


def test_a_chain_shows_its_end_and_parts_again_link_by_link(desk):
    one, two, three = (person(desk, fiscal_code=CODE) for _ in range(3))
    verdicts = Verdicts(desk)
    verdicts.link("person", two, one)
    verdicts.link("person", three, two)
    assert listed(desk, lists.PEOPLE) == [three]
    assert {link.other[0] for link in verdicts.links()} == {one, two}
    verdicts.unlink(one)
    assert sorted(listed(desk, lists.PEOPLE)) == sorted([one, three])


def test_deleting_what_is_shown_deletes_what_it_stands_for_and_both_come_back(desk, twins):
    one, other, *_ = twins
    Verdicts(desk).link("person", one, other)
    deleted = Forms(desk).delete(desk.get("person", one))
    assert listed(desk, lists.PEOPLE) == []
    Forms(desk).restore(deleted)
    assert listed(desk, lists.PEOPLE) == [one]


def test_a_kept_record_that_alone_is_deleted_leaves_the_other_in_sight(desk, twins):
    one, other, *_ = twins
    Verdicts(desk).link("person", one, other)
    desk.save([desk.get("person", one).change({DELETED: 1})])
    assert listed(desk, lists.PEOPLE) == [other]


def test_what_is_linked_outlives_the_program(tmp_path):
    first = factory.desk(tmp_path / "ufficio")
    one, other = person(first, fiscal_code=CODE), person(first, fiscal_code=CODE)
    Verdicts(first).link("person", one, other)
    with first.store.writing() as connection:  # as after a power cut between the save and the table
        connection.exec_driver_sql("DELETE FROM linked_record")
    first.close()
    again = factory.desk(tmp_path / "ufficio")
    assert listed(again, lists.PEOPLE) == [one]
    again.close()


@pytest.mark.parametrize("kind", ["household", "sitting"])
def test_other_kinds_are_not_linked(desk, kind):
    with pytest.raises(Mendable, match="non si collegano"):
        Verdicts(desk).link(kind, "a" * 32, "b" * 32)


def test_a_record_is_not_linked_with_itself_nor_with_a_deleted_one(desk, twins):
    one, other, *_ = twins
    with pytest.raises(Mendable, match="stessa scheda"):
        Verdicts(desk).link("person", one, one)
    desk.save([desk.get("person", other).change({DELETED: 1})])
    with pytest.raises(Mendable, match="eliminata"):
        Verdicts(desk).link("person", one, other)


def test_a_link_is_refused_that_would_join_two_that_somebody_keeps_apart(desk):
    one, two, three = (person(desk, fiscal_code=CODE) for _ in range(3))
    verdicts = Verdicts(desk)
    verdicts.dismiss("person", one, three)
    verdicts.link("person", two, one)
    with pytest.raises(Mendable, match="non si possono collegare"):
        verdicts.link("person", three, two)


def test_a_unit_taken_over_keeps_its_past_state(desk):
    one = factory.unit(desk, "BL1", regional_id="R1", occupancy="libero", occupancy_since="2026-01-01")
    other = factory.unit(desk, "BL2", regional_id="r1", occupancy="assegnato", occupancy_since="2026-05-01")
    verdicts = Verdicts(desk)
    decided = verdicts.link("housing_unit", one, other, ["occupancy", "occupancy_since"])
    assert desk.get("housing_unit", one)["occupancy"] == "assegnato"
    assert len(desk.find("unit_state", unit_id=one)) == 1
    verdicts.take_back(decided)
    assert desk.get("housing_unit", one)["occupancy"] == "libero"
    assert desk.find("unit_state", unit_id=one) == []


def test_saves_about_duplicates_are_told_in_words(desk, twins):
    one, other, *_ = twins
    verdicts = Verdicts(desk)
    decided = verdicts.link("person", one, other)
    verdicts.take_back(decided)
    verdicts.dismiss("person", one, other)
    saves = Saves(desk)
    told = [(save.name, save.what) for save in saves.waiting_page(saves.waiting()[:3]) if save]
    pair = "Possibile duplicato: Rossi Maria e Rosi Maria"
    assert told == [(pair, "Non è un duplicato"), (pair, "Giudizio annullato"), (pair, "Schede collegate")]
