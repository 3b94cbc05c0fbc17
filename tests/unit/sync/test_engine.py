"""An exchange while the office goes on working, and with a hub that does not tell the truth: it ends, and in words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from ala_desktop.core.errors import Mendable
from ala_desktop.sync import outbox
from ala_desktop.sync.capture import Change
from ala_desktop.sync.declined import Declined
from ala_desktop.sync.engine import RECEIVING, SENDING, Advance, Engine, Outcome
from ala_desktop.sync.intake import Taken
from ala_desktop.sync.messages import Page, PageHead
from ala_desktop.sync.protocol import Arrived, Position, Refused
from tests import factory
from tests.hubs import Pc, pc
from tests.local_hub import URL, LocalHub


@pytest.fixture
def hub() -> LocalHub:
    return LocalHub()


@pytest.fixture
def pcs(tmp_path: Path, hub: LocalHub) -> Iterator[tuple[Pc, Pc]]:
    made = pc(tmp_path / "one", hub.connect), pc(tmp_path / "two", hub.connect)
    for one in made:
        one.exchange.enrol(URL, hub.invite())
    yield made
    for one in made:
        assert one.unsound == []
        one.desk.close()


def put(where: Pc, record: str, **values: str | None) -> None:
    row = where.desk.get("housing_unit", record)
    where.desk.save([Change("housing_unit", record, values, row.position, row.values)])


def waiting(where: Pc) -> int:
    with where.desk.reading() as connection:
        return outbox.waiting(connection)


def told(where: Pc) -> Mendable:
    with pytest.raises(Mendable) as raised:
        where.exchange.run()
    return raised.value


def truthful(hub: LocalHub) -> None:
    hub.altered = lambda page: page


class TestWorkThatGoesOn:
    def test_what_is_saved_after_the_last_frame_went_waits_for_the_next_exchange(
        self, pcs: tuple[Pc, Pc], hub: LocalHub
    ):
        one, two = pcs
        unit = factory.unit(one.desk)

        def working(advance: Advance) -> None:
            if advance.phase == SENDING:
                put(one, unit, floor="1")

        report = one.exchange.run(working)

        assert (report.sent, report.acknowledged, waiting(one)) == (1, 1, 1)
        assert one.desk.get("housing_unit", unit)["floor"] == "1"
        one.exchange.run()
        two.exchange.run()
        assert two.desk.get("housing_unit", unit)["floor"] == "1"

    def test_what_is_saved_between_two_pages_rests_on_what_the_form_showed(self, pcs: tuple[Pc, Pc], hub: LocalHub):
        one, two = pcs
        unit = factory.unit(one.desk)
        for where in (one, two):
            where.exchange.run()
        form = two.desk.get("housing_unit", unit)
        put(one, unit, address="Via Po")
        one.exchange.run()
        saved: list[Advance] = []

        def working(advance: Advance) -> None:
            if advance.phase == RECEIVING and not saved:
                saved.append(advance)
                change = Change("housing_unit", unit, {"address": "Via Adda"}, form.position, form.values)
                two.desk.save([change])

        two.exchange.run(working)
        one.exchange.run()

        assert saved
        assert one.digest == two.digest
        assert (len(one.claims), one.desk.get("housing_unit", unit)["address"]) == (1, "Via Po")

    def test_a_killed_exchange_goes_on_with_the_same_frame(self, pcs: tuple[Pc, Pc], hub: LocalHub):
        one, two = pcs
        unit = factory.unit(one.desk)

        def killed(advance: Advance) -> None:
            if advance.phase == SENDING:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            one.exchange.run(killed)
        put(one, unit, floor="1")
        report = one.exchange.run()
        two.exchange.run()

        assert (report.acknowledged, hub.store.status()[0].seq) == (2, 2)
        assert one.digest == two.digest


class TestAHubThatLies:
    def test_an_old_frame_of_this_pc_played_again_is_refused_in_words(self, pcs: tuple[Pc, Pc], hub: LocalHub):
        one, _ = pcs
        unit = factory.unit(one.desk)
        one.exchange.run()
        put(one, unit, address="Via Po")
        one.exchange.run()
        old = hub.store.page("A995", Position(1, 0, "0" * 64), "nobody")
        assert old is not None
        again = Arrived(msgspec.structs.replace(old.arrived[0].entry, first_seq=3), old.arrived[0].sealed)
        hub.altered = lambda page: Page(page.head, [again])

        problem = told(one)

        assert "non tornano" in problem.title
        assert one.desk.get("housing_unit", unit)["address"] == "Via Po"
        truthful(hub)
        assert one.exchange.run().received == 0

    def test_a_refusal_of_what_was_not_sent_is_refused_in_words(self, pcs: tuple[Pc, Pc], hub: LocalHub):
        one, _ = pcs
        factory.unit(one.desk)

        def refusing(page: Page) -> Page:
            out = [Refused(7, "bad_value", "")]
            return Page(page.head, [Arrived(msgspec.structs.replace(e, refused=out), s) for e, s in page.arrived])

        hub.altered = refusing

        assert "non tornano" in told(one).title
        assert waiting(one) == 1
        truthful(hub)
        assert one.exchange.run().acknowledged == 1

    @pytest.mark.parametrize("seq", [0, 2**40])
    def test_an_end_of_the_log_that_is_elsewhere_does_not_keep_the_exchange_going(
        self, pcs: tuple[Pc, Pc], hub: LocalHub, seq: int
    ):
        one, two = pcs
        factory.unit(one.desk)
        one.exchange.run()
        hub.asked.clear()
        hub.altered = lambda page: Page(PageHead(msgspec.structs.replace(page.head.head, seq=seq), 2), page.arrived)

        report = two.exchange.run()

        assert (report.received, report.seq) == (1, 1)
        assert hub.asked.count("pull") <= 2

    def test_a_hub_that_is_always_behind_is_tried_twice(self, pcs: tuple[Pc, Pc], hub: LocalHub, monkeypatch):
        one, _ = pcs
        factory.unit(one.desk)
        hub.asked.clear()

        def behind(*_: object) -> None:
            raise Declined("behind")

        monkeypatch.setattr(hub.intake, "admit", behind)

        assert "non riconosce il punto" in told(one).title
        assert hub.asked.count("push") == 2
        assert waiting(one) == 1
        monkeypatch.undo()
        assert one.exchange.run().acknowledged == 1

    def test_the_place_in_an_answer_to_a_push_is_only_a_hint(self, pcs: tuple[Pc, Pc], hub: LocalHub, monkeypatch):
        one, two = pcs
        factory.unit(one.desk)
        real = hub.intake.admit

        def elsewhere(*arguments):
            return msgspec.structs.replace(real(*arguments), first_seq=900, refused=[Refused(0, "bad_value", "")])

        monkeypatch.setattr(hub.intake, "admit", elsewhere)

        report = one.exchange.run()
        two.exchange.run()

        assert (report.acknowledged, report.rejected, report.seq) == (1, [], 1)
        assert one.digest == two.digest


class TestQuestions:
    def test_the_pcs_are_asked_for_only_when_there_is_another_number_of_them(
        self, tmp_path: Path, pcs: tuple[Pc, Pc], hub: LocalHub
    ):
        one, _ = pcs
        for _ in range(3):
            one.exchange.run()
        assert hub.asked.count("devices") == 1
        third = pc(tmp_path / "three", hub.connect)
        third.exchange.enrol(URL, hub.invite())
        for _ in range(3):
            one.exchange.run()
        assert hub.asked.count("devices") == 2
        third.desk.close()

    def test_an_engine_alone_tells_what_it_did(self, pcs: tuple[Pc, Pc], hub: LocalHub):
        one, _ = pcs
        factory.unit(one.desk)
        me, steps = one.desk.me, list[Advance]()
        line = hub.connect(one.exchange._contact(me))

        outcome = Engine(one.desk, line, steps.append).run()

        assert outcome == Outcome(sent=1, acknowledged=1)
        assert steps == [Advance(SENDING, 1, 1), Advance(RECEIVING, 1, 1)]

    def test_pages_add_up(self):
        outcome = Outcome(sent=3)
        outcome.add(Taken(2, 1, [(4, "bad_value", "x")], [("person", "a")]))
        outcome.add(Taken(5, 0, [(9, "too_large", "y")]))
        assert outcome == Outcome(3, 1, [(4, "bad_value", "x"), (9, "too_large", "y")], 7)
