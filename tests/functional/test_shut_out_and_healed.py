"""By commands and over HTTP: a PC is shut out and replaced; a damaged store is found out and healed at an exchange."""

from __future__ import annotations

import json

import pytest

from ala_desktop.services.soundness import Soundness
from ala_desktop.sync.capture import Change
from tests import factory
from tests.functional.test_commands import Office
from tests.hubs import HubProcess, Pc, pc
from tests.unit.services.sharing.test_divergence import by_hand, look


def told(hub: HubProcess, *arguments: str):
    done = hub.ask(*arguments)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_pc_is_shut_out_while_the_hub_serves_and_another_takes_its_place(tmp_path, hub: HubProcess):
    one, lost, new = (Office(tmp_path / name) for name in ("uno", "perso", "nuovo"))
    for office in (one, lost):
        office.ask("init", "--comune", "A995")
        office.ask("enrol", "--hub", hub.url, "--code", hub.invite())
    lost.ask("edit", "housing_unit", "new", "code=U1")
    lost.ask("sync")
    one.ask("sync")
    lost.ask("edit", "housing_unit", "new", "code=U2")
    [device] = [item["device"] for item in told(hub, "devices") if item["ordinal"] == 2]

    shut_out = told(hub, "revoke", device)

    assert (shut_out["name"], shut_out["revoked"], shut_out["comune"]) == ("PC 2", True, "Borghetto Lodigiano")
    assert lost.fail("sync")["title"] == "Questo PC non è più abilitato allo scambio"
    assert len(lost.ask("list", "housing_unit")) == 2
    lost.ask("export", "housing_unit", tmp_path / "alloggi.xlsx")
    assert one.ask("sync")["revoked"] == ["PC 2"]
    assert "revoked" not in one.ask("sync")
    assert [item["revoked"] for item in one.ask("devices")] == [False, True]

    letter = lost.ask("sync", "--to", tmp_path / "lettera.ala")
    posted = told(hub, "post", *letter["files"], "--reply", str(tmp_path / "risposta.ala"))
    assert (posted["frames"], posted["held"]) == (0, 1)
    [kept] = told(hub, "quarantine")
    assert (kept["transactions"], kept["kinds"], kept["device"]["name"]) == (1, ["housing_unit"], "PC 2")
    assert told(hub, "quarantine", "--admit", kept["frame"]) == {"seq": 3, "transactions": 1, "refused": 0}
    assert told(hub, "quarantine") == []
    assert one.ask("sync")["received"] == 1

    new.ask("init", "--comune", "A995")
    new.ask("enrol", "--hub", hub.url, "--code", hub.invite())
    assert new.ask("sync")["received"] == 2
    assert new.ask("digest") == one.ask("digest")

    assert not told(hub, "revoke", device, "--undo")["revoked"]
    assert lost.ask("sync")["acknowledged"] == 1
    assert one.ask("sync")["received"] == 0
    assert lost.ask("digest") == one.ask("digest")
    assert one.ask("verify", "--heal") == {"clean": True, "discrepancies": [], "healed": [], "changed": []}


def test_a_device_that_nobody_knows_is_told(hub: HubProcess):
    done = hub.ask("revoke", "f" * 32)

    assert done.returncode == 1
    assert json.loads(done.stdout)["title"] == "PC non trovato"


@pytest.fixture
def alike(tmp_path, hub: HubProcess):
    """Two PCs over HTTP, with everything of each other."""
    made: list[Pc] = []
    for name in ("uno", "due"):
        one = pc(tmp_path / name)
        one.exchange.enrol(hub.url, hub.invite())
        made.append(one)
    unit = factory.unit(made[0].desk)
    for one in made:
        one.exchange.run()
    row = made[1].desk.get("housing_unit", unit)
    made[1].desk.save([Change("housing_unit", unit, {"floor": "2"}, row.position, row.values)])
    for one in (made[1], made[0]):
        one.exchange.run()
        look(one)
    yield made
    for one in made:
        one.desk.close()


@pytest.mark.parametrize("damage", ["UPDATE housing_unit SET address = 'Via Falsa'", "DELETE FROM stamp", "frames"])
def test_a_damage_is_found_and_healed_over_http(alike: list[Pc], damage: str):
    one, two = alike
    one.exchange.run()
    if damage == "frames":
        by_hand(two.desk, "UPDATE frame SET sealed = x'00'")
        Soundness(two.desk).verify()
    else:
        by_hand(two.desk, damage)
        look(two)
    factory.unit(two.desk, "BL0002")

    report = two.exchange.run()

    assert report.healed > 0
    assert report.acknowledged == 1
    assert two.unsound == []
    assert Soundness(two.desk).healings()[0].fetched == (damage == "frames")
    one.exchange.run()
    assert one.digest == two.digest
