"""Over HTTP and by ALA's command: the PC that numbers minutes is lost, and the other one goes on at the right place."""

from __future__ import annotations

import json

from ala_desktop.services.sittings.numbering import Numbering
from tests.hubs import HubProcess, pc
from tests.unit.services.sitting_factory import Body, body


def approved(office: Body, applicant: str) -> str:
    office.application(applicant)
    return office.sittings.approve(office.decided().sitting.id).number


def test_the_numbering_passes_to_another_pc_with_the_revocation(tmp_path, hub: HubProcess):
    one, two = pc(tmp_path / "uno"), pc(tmp_path / "due")
    for office in (one, two):
        office.exchange.enrol(hub.url, hub.invite())
    lost = body(tmp_path, one.desk)
    assert [approved(lost, name) for name in ("ROSSI MARIA", "NERI PAOLO")] == ["1/2026", "2/2026"]
    for office in (one, two):
        office.exchange.round()
    heir = Body(two.desk, two.desk.get("commission", lost.commission.id))
    assert approved(heir, "BIANCHI LUCA") == "emergenza PC 2-1/2026"

    done = hub.ask("revoke", one.desk.me.device, "--series-to", two.desk.me.device)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["revoked"]
    two.exchange.round()

    numbers = sorted((row["number"], row["emergency_register"] or "") for row in two.desk.find("minutes_number"))
    assert numbers == [(1, ""), (1, "PC 2"), (2, ""), (3, "")]
    assert approved(heir, "VERDI ANNA") == "4/2026"
    two.exchange.round()
    assert (Numbering(two.desk).faults(), two.unsound) == ([], [])
    three = pc(tmp_path / "tre")
    three.exchange.enrol(hub.url, hub.invite())
    three.exchange.round()
    assert three.digest == two.digest
    assert [device.name for device in three.exchange.devices() if device.numbers] == ["PC 2"]
    for office in (one, two, three):
        office.desk.close()
