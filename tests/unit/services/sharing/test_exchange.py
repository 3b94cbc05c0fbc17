"""Exchanges of one or two PCs with a hub in the same process: what is asked, what is told, what goes wrong."""

from pathlib import Path

import pytest

from ala_desktop.core.errors import Mendable
from ala_desktop.services.sharing.exchange import Exchange
from ala_desktop.services.sharing.exchange_state import ExchangeState
from ala_desktop.sync.capture import Author, Change
from ala_desktop.sync.messages import Page, PageHead
from ala_desktop.sync.protocol import Position
from tests import factory
from tests.hubs import Pc, pc
from tests.local_hub import URL, LocalHub


def put(where: Pc, record: str, **values: str | int | None) -> None:
    row = where.desk.get("housing_unit", record)
    where.desk.save([Change("housing_unit", record, values, row.position, row.values)])


def told(where: Pc) -> Mendable:
    with pytest.raises(Mendable) as raised:
        where.exchange.run()
    return raised.value


def poison(where: Pc, **values: str | int | None) -> str:
    """A record that this program's own checks would never let through: as a fault of the program would write it."""
    from ala_desktop.sync import capture

    record = where.desk.new_id()
    with where.desk.store.writing() as connection:
        change = Change("housing_unit", record, {"code": "BL9999", **values})
        author = Author("Piera Invernizzi", where.desk.clock.now())
        capture.save(connection, where.desk.rows, [[change]], author, None)
    return record


def test_an_office_that_has_not_joined_is_told_what_to_do(tmp_path: Path, hub: LocalHub):
    lone = pc(tmp_path, hub.connect)

    assert "non è ancora collegato" in told(lone).title
    assert hub.asked == []


def test_joining_notes_the_hub_and_makes_the_first_key_final(first: Pc):
    me = first.desk.me

    assert (me.ordinal, me.device_name, me.comune_key_final, me.hub_url) == (1, "PC 1", 1, URL)
    assert first.exchange.devices()[0].here
    assert ExchangeState(first.desk).summary().enrolled


def test_a_second_pc_waits_for_the_comunes_key(second: Pc):
    me = second.desk.me

    assert (me.ordinal, me.device_name, me.comune_key_final) == (2, "PC 2", 0)


def test_nobody_joins_twice(first: Pc, hub: LocalHub):
    with pytest.raises(Mendable) as raised:
        first.exchange.enrol(URL, hub.invite())

    assert "già collegato" in raised.value.title


def test_a_code_of_another_comune_is_declined_and_leaves_the_office_as_it_was(tmp_path: Path, hub: LocalHub):
    lone = pc(tmp_path, hub.connect)

    with pytest.raises(Mendable) as raised:
        lone.exchange.enrol(URL, hub.invite("A004"))

    assert raised.value.title == "Il codice è per un altro comune"
    assert lone.desk.me.hub is None


def test_an_enrolment_whose_answer_was_lost_is_repeated_with_the_same_code(tmp_path: Path, hub: LocalHub):
    lone, code = pc(tmp_path, hub.connect), hub.invite()
    hub.lost_after["enrol"] = 1
    with pytest.raises(Mendable):
        lone.exchange.enrol(URL, code)

    lone.exchange.enrol(URL, code)

    assert hub.lost == 1
    assert lone.desk.me.ordinal == 1
    assert len(hub.store.devices("A995")) == 1


def test_an_idle_exchange_is_one_question(first: Pc, hub: LocalHub):
    first.exchange.run()
    hub.asked.clear()

    report = first.exchange.run()

    assert hub.asked == ["pull"]
    assert report.as_json() == {
        "sent": 0, "acknowledged": 0, "rejected": [], "received": 0, "conflicts": 0, "position": {"epoch": 1, "seq": 0},
    }  # fmt: skip
    assert ExchangeState(first.desk).summary().last_exchange == "2026-11-22T09:00:00Z"


def test_what_was_sent_is_acknowledged_when_it_comes_back(first: Pc, hub: LocalHub):
    factory.unit(first.desk)
    factory.unit(first.desk, "BL0002")
    hub.asked.clear()

    report = first.exchange.run()

    assert (report.sent, report.acknowledged, report.seq) == (2, 2, 2)
    assert hub.asked == ["pull", "push", "pull", "leave_sheet"]
    assert ExchangeState(first.desk).summary().to_send == 0


def test_an_answer_of_the_hub_is_no_acknowledgement(first: Pc, hub: LocalHub):
    factory.unit(first.desk)
    hub.altered = lambda page: Page(PageHead(Position(1, 0, page.head.head.chain), page.head.devices), [])

    problem = told(first)

    assert "non si è concluso" in problem.title
    assert ExchangeState(first.desk).summary().to_send == 1
    hub.altered = lambda page: page
    assert first.exchange.run().acknowledged == 1


def test_different_fields_of_one_unit_merge(first: Pc, second: Pc):
    unit = factory.unit(first.desk)
    for one in (first, second):
        one.exchange.run()
    put(first, unit, notes="infisso da cambiare")
    put(second, unit, street_number="7/A")

    for one in (first, second, first, second):
        one.exchange.run()

    assert first.digest == second.digest
    assert (first.claims, second.claims) == ([], [])
    row = first.desk.get("housing_unit", unit)
    assert (row["notes"], row["street_number"]) == ("infisso da cambiare", "7/A")


def test_the_same_field_leaves_one_discordant_value_on_each(first: Pc, second: Pc):
    unit = factory.unit(first.desk)
    for one in (first, second):
        one.exchange.run()
    put(first, unit, address="Via Verdi")
    put(second, unit, address="Via Cavour")

    reports = [one.exchange.run() for one in (first, second, first, second)]

    assert [report.conflicts for report in reports] == [0, 1, 1, 1]
    assert first.digest == second.digest
    assert len(first.claims) == len(second.claims) == 1


def test_listeners_are_told_what_an_exchange_changed(first: Pc, second: Pc):
    unit = factory.unit(first.desk)
    first.exchange.run()
    heard: list[tuple[str, str]] = []
    second.desk.listen(heard.extend)

    second.exchange.run()

    assert heard == [("housing_unit", unit)]


def test_one_poisoned_save_among_a_hundred_waits_to_be_corrected(first: Pc, second: Pc):
    for number in range(50):
        factory.unit(first.desk, f"BL{number:04}")
    bad = poison(first, address="x" * 5_000)
    put(first, bad, notes="dipende")
    for number in range(50, 98):
        factory.unit(first.desk, f"BL{number:04}")

    report = first.exchange.run()
    second.exchange.run()

    assert (report.sent, report.acknowledged) == (100, 98)
    assert [(item.seq, item.code) for item in report.rejected] == [(51, "bad_value"), (52, "needs_refused")]
    assert report.rejected[0].reason == "Un valore non è ammesso: Alloggio, Indirizzo: supera i 200 caratteri"
    assert ExchangeState(first.desk).summary().to_correct == 2
    with first.desk.reading() as connection:
        kept = connection.exec_driver_sql("SELECT seq, code, line FROM correction ORDER BY seq").all()
    assert [(seq, code) for seq, code, _ in kept] == [(51, "bad_value"), (52, "needs_refused")]
    assert b"x" * 5_000 in kept[0][2]
    assert len(second.desk.find("housing_unit")) == 98
    assert first.digest == second.digest
    assert (first.unsound, second.unsound) == ([], [])


def test_many_frames_go_one_after_the_other_and_pages_come_one_after_the_other(first: Pc, second: Pc, hub: LocalHub):
    one = [[Change("housing_unit", first.desk.new_id(), {"code": f"C{n}", "address": "V"})] for n in range(4_500)]
    first.desk.save_each(one, group="g")
    steps: list[tuple[str, int, int]] = []
    hub.asked.clear()

    report = first.exchange.run(steps.append)
    received = second.exchange.run()

    assert report.acknowledged == received.received == 4_500
    assert hub.asked.count("push") == 5
    assert ("Invio", 1_000, 4_500) in steps
    assert ("Ricezione", 4_500, 4_500) in steps
    assert first.digest == second.digest
    assert second.unsound == []


def test_a_stopped_exchange_goes_on_where_it_was(first: Pc, hub: LocalHub):
    many = [[Change("housing_unit", first.desk.new_id(), {"code": f"C{n}", "address": "V"})] for n in range(3_000)]
    first.desk.save_each(many, group="g")

    halted = first.exchange.run(stop=lambda: hub.asked.count("push") >= 1)
    rest = first.exchange.run()

    assert halted.stopped
    assert 0 < halted.sent < 3_000
    assert halted.acknowledged == 0
    assert rest.acknowledged == 3_000
    assert hub.store.status()[0].seq == 3_000


def test_a_stop_before_the_start_asks_nothing(first: Pc, hub: LocalHub):
    hub.asked.clear()

    assert first.exchange.run(stop=lambda: True).stopped
    assert hub.asked == []


def test_only_one_exchange_runs_at_a_time(first: Pc, hub: LocalHub):
    nested: list[Mendable] = []

    def stop() -> bool:
        with pytest.raises(Mendable) as raised:
            first.exchange.run()
        nested.append(raised.value)
        return True

    first.exchange.run(stop=stop)

    assert nested[0].title == "Uno scambio è già in corso"
    assert not first.exchange.run().stopped


def test_the_line_is_hung_up_whatever_happens(first: Pc, hub: LocalHub):
    closed: list[int] = []

    def connect(contact):
        made = hub.connect(contact)
        made.close = lambda: closed.append(1)  # type: ignore[method-assign]
        return made

    hub.lost_before["pull"] = 1
    exchange = Exchange(first.desk, connect)
    with pytest.raises(Mendable):
        exchange.run()

    assert hub.lost == 1
    assert closed == [1]


def test_an_odd_clerks_name_does_not_make_the_hub_refuse_every_save(tmp_path: Path, hub: LocalHub):
    from ala_desktop.services.office import NewOffice

    office = factory.office(tmp_path)
    name = NewOffice("A995", "Borghetto Lodigiano", "  Piera\u202e\u0007 Invernizzi " + "x" * 500)
    desk, _ = office.set_up(name, factory.PASSPHRASE)
    lone = Pc(desk, Exchange(desk, hub.connect))
    lone.exchange.enrol(URL, hub.invite())
    factory.unit(desk)

    report = lone.exchange.run()

    assert (report.acknowledged, report.rejected) == (1, [])
    assert desk.author.startswith("Piera Invernizzi")
    desk.close()
