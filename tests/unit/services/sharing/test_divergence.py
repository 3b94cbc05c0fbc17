"""Two PCs that stand at the same place with different data: noticed at an exchange, healed from the log, reported."""

import pytest

from ala_desktop.core.errors import Mendable
from ala_desktop.services.desk import Desk
from ala_desktop.services.sharing.exchange_state import ExchangeState
from ala_desktop.services.soundness import Soundness
from ala_desktop.sync import protocol, workset
from ala_desktop.sync.capture import Change
from ala_desktop.sync.fold import Origin
from ala_desktop.sync.protocol import Transaction
from ala_desktop.sync.state import State
from tests import factory
from tests.hubs import Pc
from tests.local_hub import LocalHub

DAMAGES = {
    "a value": "UPDATE housing_unit SET address = 'Via Falsa'",
    "a deletion": "UPDATE housing_unit SET _deleted = 1",
    "a row": "DELETE FROM housing_unit",
    "a last writer": "UPDATE stamp SET seq = 1",
    "all last writers": "DELETE FROM stamp",
    "a parked value": "UPDATE claim SET value = '\"Via Falsa\"'",
    "all parked values": "DELETE FROM claim",
}


def by_hand(desk: Desk, statement: str) -> None:
    """Write past every guard: the triggers are dropped."""
    with desk.store.structuring() as connection:
        for name in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        assert connection.exec_driver_sql(statement).rowcount, "nothing was hit"


def put(where: Pc, record: str, **values: str | int | None) -> None:
    row = where.desk.get("housing_unit", record)
    where.desk.save([Change("housing_unit", record, values, row.position, row.values)])


def look(*pcs: Pc) -> None:
    """What each program does while nobody works; a damage that its daily proof would find is left to the comparison."""
    for one in pcs:
        with one.desk.store.writing() as connection:
            connection.exec_driver_sql("UPDATE checkup SET told = '', verified = ?", (one.desk.clock.now(),))
        Soundness(one.desk).look()


@pytest.fixture
def alike(first: Pc, second: Pc) -> tuple[Pc, Pc]:
    """Two PCs with the same unit, which has an edited and a discordant address; both have looked at themselves."""
    unit = factory.unit(first.desk)
    for one in (second, first):
        one.exchange.run()
    first.exchange.confirm(second.desk.me.device)
    second.exchange.confirm(first.desk.me.device)
    second.exchange.run()
    put(first, unit, address="Via Po")
    put(second, unit, address="Via Adda")
    for one in (first, second, first):
        one.exchange.run()
        Soundness(one.desk).look()
    assert first.digest == second.digest
    assert first.claims
    return first, second


def test_an_idle_exchange_stays_one_question_and_writes_nothing_at_the_hub(alike: tuple[Pc, Pc], hub: LocalHub):
    for one in (*alike, *alike):
        one.exchange.run()
    before, told = list(hub.store._free.queue)[0].total_changes, hub.store.pictures("A995")
    hub.asked.clear()

    for one in alike:
        one.exchange.run()

    assert hub.asked == ["pull", "pull"]
    assert hub.store._free.queue[0].total_changes == before
    assert len(told) == 2
    assert len({picture.kinds for picture in told.values()}) == 1


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damage_is_found_at_the_next_exchange_healed_and_reported(alike: tuple[Pc, Pc], damage: str):
    one, two = alike
    right, claims = one.digest, one.claims
    for pc in alike:
        pc.exchange.run()
    put(two, two.desk.find("housing_unit")[0].id, notes="da inviare")
    by_hand(two.desk, DAMAGES[damage])
    look(two)

    two.exchange.run()

    assert two.unsound == []
    assert two.claims == claims
    [healing] = Soundness(two.desk).healings()
    assert healing.faults
    assert not healing.fetched
    assert two.desk.find("housing_unit")[0]["notes"] == "da inviare"
    one.exchange.run()
    assert one.digest == two.digest != right
    look(*alike)
    for pc in (*alike, *alike):
        pc.exchange.run()
        assert Soundness(pc.desk).unlike() == []


def test_what_was_shown_wrongly_is_told_in_words(alike: tuple[Pc, Pc]):
    one, two = alike
    one.exchange.run()
    by_hand(two.desk, "UPDATE housing_unit SET notes = 'scritto altrove', rent_cents = 12050")
    look(two)

    report = two.exchange.run()

    [healing] = Soundness(two.desk).healings()
    told = [(change.label, change.was, change.now) for change in healing.changes]
    assert told == [("Note", "scritto altrove", ""), ("Canone mensile", "120,50 €", "")]
    assert report.healed == len(healing.faults) == 2


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE frame SET sealed = x'00' WHERE first_seq = 1",
        "UPDATE frame SET sealed = x'00'",
        "UPDATE frame SET header_hash = 'x' WHERE first_seq = 2",
        "DELETE FROM frame WHERE first_seq = 1",
        "DELETE FROM frame",
    ],
)
@pytest.mark.parametrize("which", [0, 1], ids=["the author", "the other"])
def test_damaged_frames_come_again_from_the_hub(alike: tuple[Pc, Pc], hub: LocalHub, damage: str, which: int):
    here = alike[which]
    for pc in alike:
        pc.exchange.run()
    put(here, here.desk.find("housing_unit")[0].id, notes="da inviare")
    by_hand(here.desk, damage)
    assert Soundness(here.desk).verify()
    hub.asked.clear()

    report = here.exchange.run()

    assert report.acknowledged == 1
    assert hub.asked.count("pull_whole") == 1
    assert here.unsound == []
    assert Soundness(here.desk).healings()[0].fetched
    alike[1 - which].exchange.run()
    assert alike[0].digest == alike[1].digest


@pytest.mark.parametrize("damage", ["UPDATE claim SET value = 'x'", "UPDATE housing_unit SET extra = 'x'"])
def test_what_cannot_even_be_read_is_healed(alike: tuple[Pc, Pc], damage: str):
    one, _ = alike
    one.exchange.run()
    right = one.digest
    by_hand(one.desk, damage)
    look(one)

    assert one.exchange.run().healed > 0

    assert one.unsound == []
    assert one.digest == right


def test_a_damaged_position_is_found_because_the_hub_does_not_know_it(alike: tuple[Pc, Pc]):
    one, _ = alike
    one.exchange.run()
    by_hand(one.desk, "UPDATE replica SET chain = '" + "0" * 64 + "'")

    one.exchange.run()

    assert one.unsound == []
    assert len(Soundness(one.desk).healings()) == 1


def test_a_frame_that_was_damaged_before_it_left_is_sealed_again(alike: tuple[Pc, Pc], hub: LocalHub):
    one, two = alike
    put(one, one.desk.find("housing_unit")[0].id, notes="da inviare")
    hub.lost_before["push"] = 1
    with pytest.raises(Mendable):
        one.exchange.run()
    by_hand(one.desk, "UPDATE sealed_batch SET sealed = x'00'")

    assert one.exchange.run().acknowledged == 1

    two.exchange.run()
    assert one.digest == two.digest
    assert one.unsound == two.unsound == []


def test_work_that_is_not_whole_is_told_and_the_exchange_goes_on(alike: tuple[Pc, Pc]):
    one, two = alike
    one.exchange.run()
    unit = one.desk.find("housing_unit")[0].id
    put(one, unit, notes="uno")
    other = factory.unit(two.desk, "BL0002")
    two.exchange.run()
    by_hand(one.desk, "UPDATE housing_unit SET rent_cents = 5")
    by_hand(one.desk, "UPDATE outbox SET line = x'00'")
    assert Soundness(one.desk).verify()

    with pytest.raises(Mendable) as told:
        one.exchange.run()

    assert "chiedere assistenza" in told.value.next_step
    assert one.desk.get("housing_unit", unit)["notes"] == "uno"
    assert one.desk.get("housing_unit", other)["code"] == "BL0002"
    assert Soundness(one.desk).healings() == []


def test_a_program_that_folds_otherwise_is_noticed_by_the_other(alike: tuple[Pc, Pc], monkeypatch: pytest.MonkeyPatch):
    one, two = alike
    for pc in (one, two, one):
        pc.exchange.run()
    honest = workset.fold_at

    def careless(state: State, transaction: Transaction, origin: Origin) -> None:
        honest(state, transaction, origin)
        for op in transaction.ops:
            if "notes" in protocol.pairs_of(op):
                state.records[op.id].put("notes", "un'altra cosa")

    put(one, one.desk.find("housing_unit")[0].id, notes="questa")
    one.exchange.run()
    look(one)
    with monkeypatch.context() as patched:
        patched.setattr(workset, "fold_at", careless)
        two.exchange.run()
        look(two)
        two.exchange.run()

    one.exchange.run()
    two.exchange.run()

    [unlike] = Soundness(one.desk).unlike()
    assert (unlike.name, unlike.kinds, unlike.examined) == ("PC 2", ("Alloggi",), True)
    assert Soundness(one.desk).healings() == []
    assert len(Soundness(two.desk).healings()) == 1
    assert one.digest == two.digest
    for pc in (one, two, one):
        look(pc)
        pc.exchange.run()
    assert Soundness(one.desk).unlike() == Soundness(two.desk).unlike() == []


def test_a_pc_that_is_sound_looks_once_and_not_at_every_exchange(alike: tuple[Pc, Pc], monkeypatch: pytest.MonkeyPatch):
    one, two = alike
    by_hand(two.desk, "UPDATE housing_unit SET address = 'Via Falsa'")
    look(two)
    two.exchange.run = lambda: pytest.fail("it stays away")  # type: ignore[method-assign]
    with two.desk.reading() as connection:
        from ala_desktop.sync import checkup

        told = checkup.state(connection).told
    assert told is not None
    hub_store = one.exchange._connect.__self__.store  # type: ignore[attr-defined]
    with hub_store.locked("A995") as tenancy:
        tenancy.keep_picture(two.desk.me.device, told)

    looked: list[str] = []
    from ala_desktop.sync import picture

    honest = picture.verify
    monkeypatch.setattr(picture, "verify", lambda *given: looked.append("verify") or honest(*given))
    for _ in range(3):
        one.exchange.run()

    assert looked == ["verify"]
    assert [unlike.examined for unlike in Soundness(one.desk).unlike()] == [True]


def test_a_command_heals_without_a_hub(desk: Desk):
    factory.unit(desk)
    by_hand(desk, "UPDATE housing_unit SET address = 'Via Falsa'")

    healing = Soundness(desk).heal()

    assert healing is not None
    assert [(change.was, change.now) for change in healing.changes] == [("Via Falsa", "Via Roma")]
    assert Soundness(desk).verify() == []
    assert Soundness(desk).heal() is None
    assert ExchangeState(desk).summary().to_send == 1


def test_a_command_sends_to_the_exchange_what_needs_the_hubs_log(alike: tuple[Pc, Pc]):
    one, _ = alike
    by_hand(one.desk, "DELETE FROM frame")

    with pytest.raises(Mendable) as told:
        Soundness(one.desk).heal()

    assert "eseguire uno scambio" in told.value.next_step
    one.exchange.run()
    assert one.unsound == []


def test_looking_is_done_once_for_a_place_and_the_whole_proof_once_a_day(desk: Desk):
    soundness = Soundness(desk)
    assert soundness.look()
    assert not soundness.look()

    desk.clock.moment = "2026-11-23T10:00:00Z"  # type: ignore[attr-defined]
    assert soundness.look()
    assert not soundness.look()
    desk.clock.moment = "2016-11-23T10:00:00Z"  # type: ignore[attr-defined]
    assert soundness.look()
    assert not soundness.look()
