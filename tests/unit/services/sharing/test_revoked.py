"""A PC that ALA shut out: what it says and keeps, what the others take and learn, and how another takes its place."""

from pathlib import Path

import pytest

from ala_desktop.core.errors import Mendable
from ala_desktop.hub.revoking import revoke
from ala_desktop.services.sharing.exchange_state import ExchangeState
from ala_desktop.sync.capture import Change
from tests import factory
from tests.factory import FixedClock
from tests.hub_frames import HUB
from tests.hubs import Pc, pc
from tests.local_hub import URL, LocalHub


def shut_out(hub: LocalHub, where: Pc, *, revoked: bool = True) -> None:
    revoke(hub.store, HUB, FixedClock(), where.desk.me.device, revoked=revoked)


def put(where: Pc, record: str, **values: str | int | None) -> None:
    row = where.desk.get("housing_unit", record)
    where.desk.save([Change("housing_unit", record, values, row.position, row.values)])


def told(where: Pc) -> Mendable:
    with pytest.raises(Mendable) as raised:
        where.exchange.run()
    return raised.value


def known(where: Pc) -> dict[str, bool]:
    return {device.name: device.revoked for device in where.exchange.devices()}


@pytest.fixture
def both(first: Pc, second: Pc) -> tuple[Pc, Pc]:
    """Two PCs that know each other, and the comune's key on both."""
    for one in (first, second):
        one.exchange.run()
    first.exchange.confirm(second.desk.me.device)
    second.exchange.confirm(first.desk.me.device)
    second.exchange.run()
    assert second.desk.me.comune_key_final
    return first, second


def test_the_others_learn_it_at_their_next_exchange_though_nothing_else_is_new(both: tuple[Pc, Pc], hub: LocalHub):
    first, second = both
    shut_out(hub, second)
    hub.asked.clear()

    report = first.exchange.run()

    assert hub.asked == ["pull", "devices"]
    assert report.revoked == ("PC 2",)
    assert known(first) == {"PC 1": False, "PC 2": True}
    hub.asked.clear()
    assert first.exchange.run().revoked == ()
    assert hub.asked == ["pull"]


def test_they_learn_that_one_was_shut_out_and_another_let_in_between_two_exchanges(
    tmp_path: Path, both: tuple[Pc, Pc], hub: LocalHub
):
    first, second = both
    third = pc(tmp_path / "three", hub.connect)
    third.exchange.enrol(URL, hub.invite())
    shut_out(hub, second)
    first.exchange.run()
    shut_out(hub, second, revoked=False)
    shut_out(hub, third)

    assert first.exchange.run().revoked == ("PC 3",)

    assert known(first) == {"PC 1": False, "PC 2": False, "PC 3": True}
    third.desk.close()


def test_what_it_sent_before_goes_on_to_the_others(both: tuple[Pc, Pc], hub: LocalHub):
    first, second = both
    unit = factory.unit(second.desk)
    second.exchange.run()
    shut_out(hub, second)

    assert first.exchange.run().received == 1

    assert first.desk.get("housing_unit", unit)["code"] == "BL0001"
    assert first.unsound == []


def test_it_says_what_happened_and_keeps_everything(both: tuple[Pc, Pc], hub: LocalHub, tmp_path: Path):
    _, second = both
    sent = factory.unit(second.desk)
    second.exchange.run()
    unsent = factory.unit(second.desk, "BL0002")
    shut_out(hub, second)

    problem = told(second)

    assert problem.title == "Questo PC non è più abilitato allo scambio"
    assert "ALA lo ha escluso" in problem.cause
    assert "esportare" in problem.next_step
    assert ExchangeState(second.desk).summary().to_send == 1
    assert [row.id for row in second.desk.find("housing_unit")] == [sent, unsent]
    put(second, unsent, notes="si lavora ancora")
    assert second.desk.get("housing_unit", unsent)["notes"] == "si lavora ancora"
    assert second.unsound == []


def test_let_in_again_it_goes_on_where_it_stood(both: tuple[Pc, Pc], hub: LocalHub):
    first, second = both
    factory.unit(second.desk)
    shut_out(hub, second)
    told(second)
    shut_out(hub, second, revoked=False)

    assert second.exchange.run().acknowledged == 1

    assert first.exchange.run().received == 1
    assert first.digest == second.digest
    assert known(first) == {"PC 1": False, "PC 2": False}


def test_it_gets_the_comunes_key_from_nobody(first: Pc, second: Pc, hub: LocalHub):
    first.exchange.run()
    shut_out(hub, second)
    first.exchange.run()

    with pytest.raises(Mendable) as told_so:
        first.exchange.confirm(second.desk.me.device)

    assert "PC da confermare non trovato" in told_so.value.title


def test_a_lost_pc_is_replaced_by_another_that_gets_everything_it_had_sent(
    tmp_path: Path, both: tuple[Pc, Pc], hub: LocalHub
):
    first, second = both
    household = second.desk.new_id()
    second.desk.save([Change("household", household, {"name": "Famiglia", "notes": "riservate"})])
    unit = factory.unit(second.desk)
    second.exchange.run()
    shut_out(hub, second)
    new = pc(tmp_path / "new", hub.connect)
    new.exchange.enrol(URL, hub.invite())
    new.exchange.run()
    assert new.desk.get("household", household)["notes"] is None

    first.exchange.run()
    first.exchange.confirm(new.desk.me.device)
    new.exchange.confirm(first.desk.me.device)
    new.exchange.run()

    assert new.desk.get("household", household)["notes"] == "riservate"
    assert new.desk.get("housing_unit", unit)["code"] == "BL0001"
    put(new, unit, notes="dal nuovo PC")
    new.exchange.run()
    first.exchange.run()
    assert first.digest == new.digest
    assert first.unsound == new.unsound == []
    assert known(first) == {"PC 1": False, "PC 2": True, "PC 3": False}
    new.desk.close()
