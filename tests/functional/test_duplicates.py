"""One person registered on two PCs of a comune: a possible duplicate on both, linked, unlinked, judged twice."""

from pathlib import Path

import pytest

from ala_desktop.services.duplicate_verdicts import Verdicts
from ala_desktop.services.duplicates import Duplicates
from ala_desktop.services.links import Links
from ala_desktop.services.sharing.conflicts import Conflicts
from ala_desktop.sync.capture import Change
from tests.functional.test_commands import Office
from tests.hubs import HubProcess, Pc, pc

CODE = "RSSMRA80A41E648U"


@pytest.fixture
def two(tmp_path: Path, hub: HubProcess):
    made = [pc(tmp_path / name) for name in ("sportello", "ufficio")]
    for one in made:
        one.exchange.enrol(hub.url, hub.invite())
    yield made
    for one in made:
        one.desk.close()


def register(where: Pc, protocol: str) -> tuple[str, str]:
    """A person with an application, as a clerk who does not know of the other PC's registers them."""
    person, case = where.desk.new_id(), where.desk.new_id()
    names = {"surname": "Rossi", "name": "Maria", "fiscal_code": CODE}
    where.desk.save([Change("person", person, names)])
    put = {"service": "SAT", "applicant": "Rossi Maria", "person_id": person, "protocol": protocol}
    where.desk.save([Change("housing_application", case, put)])
    return person, case


def both_exchange(two: list[Pc], times: int = 2) -> None:
    for _ in range(times):
        for one in two:
            one.exchange.run()


def settled(two: list[Pc]) -> None:
    assert two[0].digest == two[1].digest
    for one in two:
        assert one.unsound == []
        with one.desk.reading() as connection:  # the table is what the verdicts make of it, without opening anew
            before = connection.exec_driver_sql("SELECT * FROM linked_record ORDER BY other").all()
        assert one.desk.linked.renew() == []
        with one.desk.reading() as connection:
            assert connection.exec_driver_sql("SELECT * FROM linked_record ORDER BY other").all() == before


def people(where: Pc) -> list[str]:
    return [row.id for row in where.desk.find("person")]


def possible(where: Pc) -> list[tuple[str, str]]:
    return [(one.first[0], one.second[0]) for one in Duplicates(where.desk).all("person")]


def test_a_person_registered_twice_becomes_one_on_both_pcs_and_two_again(two: list[Pc]):
    sportello, ufficio = two
    one, case = register(sportello, "1")
    other, other_case = register(ufficio, "2")
    both_exchange(two)
    assert possible(sportello) == possible(ufficio) == [tuple(sorted((one, other)))]

    Verdicts(ufficio.desk).link("person", one, other)
    both_exchange(two)
    settled(two)
    for where in two:
        assert (people(where), possible(where)) == ([one], [])
        assert {link.id for link in Links(where.desk).to("person", one)} == {case, other_case}

    Verdicts(sportello.desk).unlink(other)
    both_exchange(two)
    settled(two)
    for where in two:
        assert sorted(people(where)) == sorted([one, other])
        assert [link.id for link in Links(where.desk).to("person", other)] == [other_case]
        assert len(possible(where)) == 1


def test_two_pcs_that_link_either_way_agree_without_a_conflict(two: list[Pc]):
    one, other = register(two[0], "1")[0], register(two[1], "2")[0]
    both_exchange(two)
    Verdicts(two[0].desk).link("person", one, other)
    Verdicts(two[1].desk).link("person", other, one)
    both_exchange(two)
    settled(two)
    assert two[0].claims == two[1].claims == []
    assert people(two[0]) == people(two[1])
    assert len(people(two[0])) == 1


def test_two_verdicts_on_one_pair_are_both_kept_and_a_person_decides(two: list[Pc]):
    one, other = register(two[0], "1")[0], register(two[1], "2")[0]
    both_exchange(two)
    Verdicts(two[0].desk).link("person", one, other)
    Verdicts(two[1].desk).dismiss("person", one, other)
    both_exchange(two)
    settled(two)
    assert people(two[0]) == people(two[1])
    [conflict] = Conflicts(two[1].desk).list()
    assert {conflict.in_force.value, conflict.parked.value} == {"stesso", "diverso"}
    assert "Rossi Maria" in conflict.name
    Conflicts(two[1].desk).keep_parked(conflict.id)
    both_exchange(two)
    settled(two)
    assert two[0].claims == two[1].claims == []
    assert people(two[0]) == people(two[1])


def test_links_of_two_pcs_that_go_round_in_a_circle_are_one_person(two: list[Pc]):
    records = [register(two[0], "1")[0], register(two[1], "2")[0], register(two[0], "3")[0]]
    both_exchange(two)
    a, b, c = sorted(records)
    Verdicts(two[0].desk).link("person", b, a)
    Verdicts(two[0].desk).link("person", c, b)
    Verdicts(two[1].desk).link("person", a, c)
    both_exchange(two)
    settled(two)
    assert people(two[0]) == people(two[1])
    assert len(people(two[0])) == 1


def test_a_link_against_what_another_pc_keeps_apart_waits_and_is_shown(two: list[Pc]):
    records = sorted([register(two[0], "1")[0], register(two[1], "2")[0], register(two[0], "3")[0]])
    both_exchange(two)
    a, b, c = records
    Verdicts(two[0].desk).link("person", a, b)
    Verdicts(two[0].desk).link("person", a, c)
    Verdicts(two[1].desk).dismiss("person", b, c)
    both_exchange(two)
    settled(two)
    for where in two:
        assert len(people(where)) == 2
        assert len(possible(where)) == 1  # a link that is not in force is asked about again


def test_who_deletes_the_kept_record_without_having_seen_the_link_hides_nobody(two: list[Pc]):
    one, other = register(two[0], "1")[0], register(two[1], "2")[0]
    both_exchange(two)
    Verdicts(two[0].desk).link("person", one, other)
    two[1].desk.save([two[1].desk.get("person", one).change({"_deleted": 1})])
    both_exchange(two)
    settled(two)
    assert people(two[0]) == people(two[1]) == [other]


def test_the_same_by_commands_alone(tmp_path: Path, hub: HubProcess):
    offices = [Office(tmp_path / name) for name in ("uno", "due")]
    people = []
    for office in offices:
        office.ask("init", "--comune", "A995")
        office.ask("enrol", "--hub", hub.url, "--code", hub.invite())
        put = ("surname=Rossi", "name=Maria", f"fiscal_code={CODE}")
        people.append(office.ask("edit", "person", "new", *put)["id"])
    one, other = offices
    one.ask("edit", "person", people[0], "phone=0371 1")
    for office in (one, other, one):
        office.ask("sync")
    [pair] = one.ask("duplicates", "list")["possible"]
    assert other.ask("duplicates", "list", "person")["possible"] == [pair]
    assert pair["reason"] == "Stesso codice fiscale"

    linked = one.ask("duplicates", "link", "person", people[1], people[0], "--take", "phone")
    assert linked["id"] == people[1]
    for office in (one, other):
        office.ask("sync")
    assert one.ask("digest") == other.ask("digest")
    for office in offices:
        assert [row["phone"] for row in office.ask("list", "person")] == ["0371 1"]
        assert office.ask("show", "person", people[0])["id"] == people[1]
    assert "collegata a un'altra" in other.fail("edit", "person", people[0], "phone=2")["title"]

    other.ask("duplicates", "unlink", people[0])
    other.ask("duplicates", "dismiss", "person", *people)
    for office in (other, one):
        office.ask("sync")
    assert one.ask("duplicates", "list") == other.ask("duplicates", "list") == {"possible": [], "linked": []}
    assert len(one.ask("list", "person")) == 2
