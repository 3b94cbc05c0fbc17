"""Two PCs of one comune and a hub of its own process: a day of both, and what is true in the evening."""

import json
from pathlib import Path

import pytest

from ala_desktop.services.sharing.conflicts import Conflicts
from ala_desktop.sync.capture import Change
from tests import factory
from tests.hubs import HubProcess, Pc, pc


@pytest.fixture
def two(tmp_path: Path, hub: HubProcess):
    made = [pc(tmp_path / name) for name in ("sportello", "ufficio")]
    for one in made:
        one.exchange.enrol(hub.url, hub.invite())
    yield made
    for one in made:
        one.desk.close()


def put(where: Pc, record: str, **values: str | int | None) -> None:
    row = where.desk.get("housing_unit", record)
    where.desk.save([Change("housing_unit", record, values, row.position, row.values)])


def both_exchange(two: list[Pc], times: int = 1) -> None:
    for _ in range(times):
        for one in two:
            one.exchange.run()


def test_different_fields_of_one_unit_end_equal_without_a_conflict(two: list[Pc]):
    sportello, ufficio = two
    unit = factory.unit(sportello.desk)
    both_exchange(two)
    put(sportello, unit, notes="infissi")
    put(ufficio, unit, rent_cents=12_345)

    both_exchange(two, times=2)

    assert sportello.digest == ufficio.digest
    assert (sportello.claims, ufficio.claims) == ([], [])
    for one in two:
        row = one.desk.get("housing_unit", unit)
        assert (row["notes"], row["rent_cents"]) == ("infissi", 12_345)
        assert one.unsound == []


def test_the_same_field_is_one_conflict_on_each_and_none_after_it_was_resolved(two: list[Pc]):
    sportello, ufficio = two
    unit = factory.unit(sportello.desk)
    both_exchange(two)
    put(sportello, unit, address="Via Verdi")
    put(ufficio, unit, address="Via Cavour")

    both_exchange(two, times=2)

    shown = [Conflicts(one.desk).list() for one in two]
    assert [len(listing) for listing in shown] == [1, 1]
    for listing in shown:
        (conflict,) = listing
        assert {conflict.in_force.value, conflict.parked.value} == {"Via Verdi", "Via Cavour"}
    assert sportello.digest == ufficio.digest

    Conflicts(ufficio.desk).keep_parked(shown[1][0].id)
    both_exchange(two, times=2)

    assert (sportello.claims, ufficio.claims) == ([], [])
    assert sportello.digest == ufficio.digest
    addresses = {one.desk.get("housing_unit", unit)["address"] for one in two}
    assert addresses == {shown[1][0].parked.value}


def test_three_thousand_records_and_their_notes_reach_a_pc_that_joined_later(tmp_path: Path, hub: HubProcess):
    sportello = pc(tmp_path / "sportello")
    sportello.exchange.enrol(hub.url, hub.invite())
    people = [
        [Change("person", sportello.desk.new_id(), {"surname": f"Rossi {n}", "notes": f"nota {n}"})]
        for n in range(3_000)
    ]
    sportello.desk.save_each(people, group="g")
    sportello.exchange.run()
    ufficio = pc(tmp_path / "ufficio")
    ufficio.exchange.enrol(hub.url, hub.invite())
    ufficio.exchange.run()
    assert ufficio.desk.find("person")[0]["notes"] is None

    sportello.exchange.run()
    newcomer = next(device for device in sportello.exchange.devices() if not device.here)
    assert newcomer.fingerprint == ufficio.exchange.devices()[1].fingerprint
    sportello.exchange.confirm(newcomer.device)
    ufficio.exchange.confirm(sportello.desk.me.device)
    ufficio.exchange.run()

    assert sorted(str(row["notes"]) for row in ufficio.desk.find("person")) == sorted(f"nota {n}" for n in range(3_000))
    assert sportello.digest == ufficio.digest
    assert ufficio.unsound == []
    for one in (sportello, ufficio):
        one.desk.close()


def test_two_comuni_share_a_hub_and_nothing_else(tmp_path: Path, hub: HubProcess):
    from ala_desktop.models.catalog import build
    from ala_desktop.services.office import NewOffice, Office
    from ala_desktop.services.sharing.exchange import Exchange
    from tests.hubs import over_http

    borghetto = pc(tmp_path / "borghetto")
    borghetto.exchange.enrol(hub.url, hub.invite())
    place = Office(tmp_path / "abbadia", build(), cost=factory.CHEAP)
    desk, _ = place.set_up(NewOffice("A004", "Abbadia Cerreto", "Rosa Dossena"), factory.PASSPHRASE)
    abbadia = Pc(desk, Exchange(desk, over_http))
    abbadia.exchange.enrol(hub.url, hub.invite("A004"))
    factory.unit(borghetto.desk)

    borghetto.exchange.run()
    report = abbadia.exchange.run()

    assert (report.received, report.seq) == (0, 0)
    assert abbadia.exchange.devices()[1:] == []
    status = json.loads(hub.ask("status").stdout)
    assert [(item["tenant"], item["seq"]) for item in status["comuni"]] == [("A004", 0), ("A995", 1)]
    for one in (borghetto, abbadia):
        one.desk.close()


def test_the_commands_of_the_hub_work_while_it_serves(tmp_path: Path, hub: HubProcess):
    code = json.loads(hub.ask("invite", "Borghetto Lodigiano").stdout)["code"]
    one = pc(tmp_path / "sportello")
    one.exchange.enrol(hub.url, code.lower())

    devices = json.loads(hub.ask("devices").stdout)

    assert [device["name"] for device in devices] == ["PC 1"]
    assert hub.running.poll() is None
    one.desk.close()


def test_a_second_hub_on_the_same_folder_is_refused(hub: HubProcess):
    second = hub.ask("serve", "--port", "0")

    assert second.returncode == 1
    assert "è già aperto" in json.loads(second.stdout)["title"]
