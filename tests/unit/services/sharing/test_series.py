"""The PC that numbers minutes is lost: another one numbers, emergency numbers settle, and nothing is given twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from ala_desktop.core.ids import new_id
from ala_desktop.hub.post import Post
from ala_desktop.hub.revoking import revoke
from ala_desktop.hub.series import Series
from ala_desktop.services.sittings.numbering import Numbering
from ala_desktop.services.soundness import Soundness
from ala_desktop.sync.workset import shown_claims
from tests.factory import FixedClock
from tests.hub_frames import CATALOG, HUB
from tests.hubs import Pc, pc
from tests.local_hub import URL, LocalHub
from tests.unit.services.sharing.test_file_exchange import Stick
from tests.unit.services.sitting_factory import Body, body


@pytest.fixture
def series(hub: LocalHub) -> Series:
    return Series(hub.store, HUB, FixedClock())


@pytest.fixture
def office(tmp_path: Path, first: Pc) -> Body:
    return body(tmp_path, first.desk)


def on(where: Pc, office: Body) -> Body:
    return Body(where.desk, where.desk.get("commission", office.commission.id))


def approved(office: Body, applicant: str) -> str:
    office.application(applicant)
    return office.sittings.approve(office.decided().sitting.id).sitting.id


def number(where: Pc, sitting: str) -> str:
    return Body(where.desk, where.desk.find("commission")[0]).sittings.file(sitting).number


def test_the_heir_numbers_after_the_last_one_and_settles_the_emergency_numbers(
    office: Body, first: Pc, second: Pc, series: Series
):
    approved(office, "ROSSI MARIA")
    for one in (first, second, first):
        one.exchange.round()
    meanwhile = approved(on(second, office), "BIANCHI LUCA")
    assert number(second, meanwhile) == "emergenza PC 2-1/2026"
    assert Numbering(second.desk).holder() == "I verbali li numera «PC 1»; qui i numeri sono di emergenza"

    series.shut_out_and_move(first.desk.me.device, second.desk.me.device)
    second.exchange.round()

    assert second.desk.holds_series
    assert Numbering(second.desk).holder() == "I verbali li numera questo PC"
    assert number(second, meanwhile) == "emergenza PC 2-1/2026 (definitivo 2/2026)"
    assert number(second, approved(on(second, office), "VERDI ANNA")) == "3/2026"
    assert [device.numbers for device in second.exchange.devices()] == [True, False]
    assert Numbering(second.desk).faults() == []
    assert second.unsound == []


def test_what_the_lost_pc_numbered_and_never_sent_does_not_double_a_number(
    tmp_path: Path, office: Body, first: Pc, second: Pc, hub: LocalHub, series: Series
):
    approved(office, "ROSSI MARIA")
    for one in (first, second):
        one.exchange.round()
    late = approved(office, "NERI PAOLO")
    assert number(first, late) == "2/2026"
    series.shut_out_and_move(first.desk.me.device, second.desk.me.device)
    second.exchange.round()
    assert number(second, approved(on(second, office), "VERDI ANNA")) == "2/2026"
    second.exchange.round()

    revoke(hub.store, HUB, FixedClock(), first.desk.me.device, revoked=False)
    report = first.exchange.round()

    assert "not_holder" in {rejected.code for rejected in report.rejected}
    second.exchange.round()
    assert (Numbering(first.desk).faults(), Numbering(second.desk).faults()) == ([], [])
    assert first.digest == second.digest
    assert not first.desk.holds_series
    assert (first.unsound, second.unsound) == ([], [])
    again = approved(on(first, office), "GALLI IDA")
    assert number(first, again) == "emergenza PC 1-1/2026"


def test_without_a_network_the_heir_learns_it_by_stick(tmp_path: Path, hub: LocalHub, series: Series):
    post = Post(hub.store, CATALOG, HUB, new_id, hub.enrolment)
    sticks: list[Stick] = []
    for name in ("uno", "due"):
        (tmp_path / f"chiavetta-{name}").mkdir()
        sticks.append(Stick(tmp_path / f"chiavetta-{name}", pc(tmp_path / name, hub.connect), post, hub))
        sticks[-1].join()
    lost, heir = (stick.pc for stick in sticks)
    office = body(tmp_path, lost.desk)
    approved(office, "ROSSI MARIA")
    for stick in sticks:
        stick.trip()
    emergency = approved(on(heir, office), "BIANCHI LUCA")

    series.shut_out_and_move(lost.desk.me.device, heir.desk.me.device)
    sticks[1].trip()

    assert number(heir, emergency) == "emergenza PC 2-1/2026 (definitivo 2/2026)"
    assert heir.unsound == []
    for one in (lost, heir):
        one.desk.close()


def test_a_damaged_log_with_the_move_in_it_is_healed(office: Body, first: Pc, second: Pc, series: Series):
    approved(office, "ROSSI MARIA")
    for one in (first, second):
        one.exchange.round()
    series.shut_out_and_move(first.desk.me.device, second.desk.me.device)
    second.exchange.round()
    with second.desk.store.writing() as connection:
        connection.exec_driver_sql("UPDATE frame SET sealed = zeroblob(9) WHERE first_seq = 1")
    assert Soundness(second.desk).verify()

    report = second.exchange.round()

    assert report.healed

    assert second.unsound == []
    assert second.desk.holds_series


def test_a_third_pc_learns_who_numbers_and_its_emergency_number_is_settled_by_the_heir(
    tmp_path: Path, office: Body, first: Pc, second: Pc, hub: LocalHub, series: Series
):
    third = pc(tmp_path / "three", hub.connect)
    third.exchange.enrol(URL, hub.invite())
    for one in (first, second, third):
        one.exchange.round()
    series.shut_out_and_move(first.desk.me.device, second.desk.me.device)
    sitting = approved(on(third, office), "BIANCHI LUCA")
    for one in (third, second, third):
        one.exchange.round()

    assert number(third, sitting) == "emergenza PC 3-1/2026 (definitivo 1/2026)"
    assert [device.numbers for device in third.exchange.devices()] == [False, False, True]
    with third.desk.reading() as connection:
        assert shown_claims(connection) == []
    third.desk.close()
