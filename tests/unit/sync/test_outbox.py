"""What waits is sealed into frames, in its order and once; a frame goes out unchanged until it comes back."""

from __future__ import annotations

from itertools import pairwise

import pytest

from ala_desktop.sync import chain, envelope, outbox
from ala_desktop.sync.capture import Change
from ala_desktop.sync.outbox import Sealed
from ala_desktop.sync.protocol import Header, decode_line, split_line
from tests.property.pc import COMUNE_KEY, Pc
from tests.unit.sync.scene import OTHER, THIRD, UNIT, Scene, edit, unit


def in_flight(pc: Pc) -> list[Sealed]:
    with pc.desk.reading() as connection:
        return outbox.in_flight(connection)


def waiting(pc: Pc) -> tuple[int, bool]:
    """How many transactions are not acknowledged, and whether some of them are in no frame."""
    with pc.desk.reading() as connection:
        return outbox.waiting(connection), outbox.anything_to_seal(connection)


def headers(pc: Pc) -> list[Header]:
    return [envelope.split(frame).header for frame in pc.frames()]


def lines(pc: Pc) -> list[bytes]:
    with pc.desk.reading() as connection:
        return list(connection.exec_driver_sql("SELECT line FROM outbox ORDER BY device_seq").scalars())


class TestTheFrame:
    def test_it_holds_the_lines_as_they_were_saved(self, scene: Scene):
        unit(scene.one)
        edit(scene.one, floor="1")
        scene.one.seal()
        assert envelope.payload_of(envelope.split(scene.one.frames()[0])).lines == lines(scene.one)

    def test_it_says_whose_it_is_and_where_it_stands(self, scene: Scene):
        unit(scene.one)
        edit(scene.one, floor="1")
        scene.one.seal()
        me, (header,) = scene.one.desk.me, headers(scene.one)
        told = (header.hub, header.tenant, header.device, header.device_name, header.incarnation)
        assert told == (me.hub, me.tenant, me.device, me.device_name, me.incarnation)
        assert (header.first, header.count, header.previous) == (1, 2, "")

    def test_each_goes_on_from_the_one_before(self, scene: Scene):
        for record in (UNIT, OTHER, THIRD):
            unit(scene.one, record)
            scene.one.seal()
        frames = [envelope.split(sealed) for sealed in scene.one.frames()]
        assert [(frame.header.first, frame.header.count) for frame in frames] == [(1, 1), (2, 1), (3, 1)]
        head = chain.START
        for previous, frame in pairwise([None, *frames]):
            assert frame is not None
            assert frame.header.previous == (previous.hash if previous else "")
            payload = envelope.payload_of(frame)
            head = chain.device_head(head, payload.salt, [split_line(line) for line in payload.lines])
            assert frame.header.head == head
        assert (scene.one.desk.me.head, scene.one.desk.me.previous) == (head, frames[-1].hash)

    def test_equal_saves_have_salts_of_their_own(self, scene: Scene):
        for record in (UNIT, OTHER):
            unit(scene.one, record)
            scene.one.seal()
        salts = {envelope.payload_of(envelope.split(sealed)).salt for sealed in scene.one.frames()}
        assert len(salts) == 2

    def test_about_a_thousand_ops_go_into_one(self, scene: Scene):
        rows = [[Change("housing_unit", scene.new_id(), {"code": f"BL{n}"})] for n in range(2_300)]
        scene.one.bring_in(rows, "g" * 32)
        for _ in range(4):
            scene.one.seal()
        counts = [header.count for header in headers(scene.one)]
        assert counts == [1_000, 1_000, 300]
        assert all(after.first == before.first + before.count for before, after in pairwise(headers(scene.one)))

    def test_a_save_of_many_ops_stands_alone_rather_than_beyond_the_thousand(self, scene: Scene):
        unit(scene.one)
        scene.one.desk.save([Change("housing_unit", scene.new_id(), {"code": f"BL{n}"}) for n in range(1_000)])
        unit(scene.one, OTHER)
        for _ in range(3):
            scene.one.seal()
        assert [header.count for header in headers(scene.one)] == [1, 1, 1]

    def test_long_texts_part_frames_too(self, scene: Scene, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(outbox, "_MOST_BYTES", 1_000)
        for record in (UNIT, OTHER, THIRD):
            unit(scene.one, record, notes="n" * 400)
        for _ in range(3):
            scene.one.seal()
        assert [header.count for header in headers(scene.one)] == [1, 1, 1]


class TestWhatWaits:
    def test_it_counts_until_the_log_returns_it_sealed_or_not(self, scene: Scene):
        assert waiting(scene.one) == (0, False)
        unit(scene.one)
        unit(scene.one, OTHER)
        assert waiting(scene.one) == (2, True)
        scene.send(scene.one)
        assert waiting(scene.one) == (2, False)
        unit(scene.one, THIRD)
        assert waiting(scene.one) == (3, True)
        scene.take(scene.one, scene.page(scene.one))
        assert waiting(scene.one) == (1, True)

    def test_later_saves_go_into_later_frames(self, scene: Scene):
        for record in (UNIT, OTHER):
            unit(scene.one, record)
            scene.one.seal()
        assert [(header.first, header.count) for header in headers(scene.one)] == [(1, 1), (2, 1)]

    def test_what_is_saved_after_everything_came_back_goes_on_counting(self, scene: Scene):
        unit(scene.one)
        scene.exchange(scene.one)
        unit(scene.one, OTHER)
        scene.one.seal()
        (header,) = headers(scene.one)
        assert (header.first, header.previous) == (2, envelope.split(scene.hub.log[0].sealed).hash)

    def test_frames_on_their_way_come_oldest_first_with_their_names(self, scene: Scene):
        for record in (UNIT, OTHER):
            unit(scene.one, record)
            scene.one.seal()
        found = in_flight(scene.one)
        assert [envelope.split(item.sealed).header.first for item in found] == [1, 2]
        assert [item.header_hash for item in found] == [envelope.split(item.sealed).hash for item in found]
        assert [item.transactions for item in found] == [1, 1]

    def test_nothing_is_sealed_before_a_hub_is_known(self, scene: Scene):
        unit(scene.one)
        with scene.one.desk.store.writing() as connection:
            connection.exec_driver_sql("UPDATE replica SET hub = NULL")
        scene.one.seal()
        assert scene.one.frames() == []


class TestCuts:
    def test_a_frame_stays_the_same_until_it_comes_back(self, scene: Scene):
        unit(scene.one)
        scene.one.seal()
        first = scene.one.frames()
        scene.one.seal()
        scene.one.crash()
        scene.one.seal()
        assert scene.one.frames() == first
        assert len(first) == 1

    @pytest.mark.parametrize("statement", range(1, 8))
    def test_a_death_while_sealing_leaves_nothing_or_a_whole_frame(self, scene: Scene, statement: int):
        unit(scene.one)
        with scene.one.dying(statement):
            scene.one.seal()
        scene.one.crash()
        scene.send(scene.one)
        scene.take(scene.one, scene.page(scene.one))
        scene.take(scene.two, scene.page(scene.two))
        assert waiting(scene.one) == (0, False)
        assert scene.two.desk.get("housing_unit", UNIT)["code"] == "BL0001"

    def test_a_death_between_sealing_and_the_answer_sends_the_same_frame_which_the_hub_knows(self, scene: Scene):
        unit(scene.one)
        scene.one.seal()
        (sealed,) = scene.one.frames()
        assert scene.hub.offer(sealed)
        scene.one.crash()
        edit(scene.one, floor="1")
        assert scene.one.frames() == [sealed]
        assert not scene.hub.offer(scene.one.frames()[0])
        scene.take(scene.one, scene.page(scene.one))
        assert waiting(scene.one) == (1, True)
        scene.exchange(scene.one, scene.two)
        assert waiting(scene.one) == (0, False)
        assert scene.two.desk.get("housing_unit", UNIT)["floor"] == "1"

    def test_a_death_while_a_frame_comes_back_leaves_it_waiting(self, scene: Scene):
        unit(scene.one)
        edit(scene.one, floor="1")
        scene.send(scene.one)
        page, frames, statement = scene.page(scene.one), scene.one.frames(), 0
        deaths = -1
        while scene.one.deaths > deaths:
            deaths, statement = scene.one.deaths, statement + 1
            assert scene.one.frames() == frames
            with scene.one.dying(statement):
                scene.take(scene.one, page)
        assert deaths > 5
        assert waiting(scene.one) == (0, False)


class TestTheComunesKey:
    def test_what_is_kept_to_the_comune_waits_for_its_key_and_keeps_its_place(self, scene: Scene):
        late = scene.pc(3, has_key=False)
        late.create(("housing_unit", UNIT, {"code": "BL0001"}))
        late.create(("household", OTHER, {"name": "Prova", "notes": "riservata"}))
        late.create(("housing_unit", scene.new_id(), {"code": "BL0002"}))
        late.seal()
        late.seal()
        (frame,) = late.frames()
        assert envelope.split(frame).header.count == 1
        late.get_key()
        late.seal()
        assert [header.count for header in headers(late)] == [1, 2]
        payload = envelope.payload_of(envelope.split(late.frames()[1]))
        sealed = decode_line(payload.lines[0])[0].ops[0].put["notes"]
        assert late.desk.rows.key
        assert late.desk.rows.key.secret == COMUNE_KEY
        assert late.desk.rows.key.open("household", OTHER, "notes", str(sealed)) == "riservata"
        late.desk.close()
