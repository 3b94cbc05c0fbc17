"""Frames out, pages in: acknowledged only when it comes back, refused whole when it is not what it says."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from ala_desktop.models.catalog import build
from ala_desktop.models.guards import FOLD
from ala_desktop.services.row import Row
from ala_desktop.sync import chain, envelope, intake, outbox, picture, replica
from ala_desktop.sync.capture import Change
from ala_desktop.sync.intake import Arrived, Taken, UnknownDevice, UnknownKind
from ala_desktop.sync.protocol import Entry, Malformed, Refused, decode_line, line_of
from tests.property.ordering_hub import OrderingHub
from tests.property.pc import COMUNE_KEY, Pc, Put

UNIT, OTHER = "a" * 32, "b" * 32


class Scene:
    """Two PCs of one office and their hub."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._minted = 0
        self.hub = OrderingHub(Random(0), refusing=0)
        self.one, self.two = self.pc(1), self.pc(2)
        self.one.meet(self.two)
        self.two.meet(self.one)

    def new_id(self) -> str:
        self._minted += 1
        return f"{self._minted:032x}"

    def pc(self, number: int, *, has_key: bool = True) -> Pc:
        return Pc(self._folder / f"pc{number}", build(), self.new_id, number, has_key=has_key)

    def send(self, pc: Pc) -> None:
        pc.seal()
        for frame in pc.frames():
            self.hub.offer(frame)

    def page(self, pc: Pc) -> list[Arrived]:
        return self.hub.served(pc.device, self.hub.page(pc.device, pc.desk.position(), 100))

    def take(self, pc: Pc, page: list[Arrived]) -> Taken:
        with pc.desk.store.writing(FOLD) as connection:
            return intake.take(connection, pc.desk.rows, page, "2026-11-22T10:00:00Z")

    def refused(self, page: list[Arrived], *indexes: int) -> list[Arrived]:
        """A page whose last frame comes back with refusals."""
        entry = page[-1].entry
        out = [Refused(index, "bad_value", "prova") for index in indexes]
        changed = Entry(entry.first_seq, entry.count, entry.header_hash, out)
        return [*page[:-1], Arrived(changed, page[-1].sealed)]


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    scene = Scene(tmp_path)
    yield scene
    for pc in (scene.one, scene.two):
        with pc.desk.reading() as connection:
            assert picture.verify(connection, pc.desk.rows) == []
        pc.desk.close()


def unit(pc: Pc, record: str = UNIT, **values: str | int | None) -> None:
    pc.create(("housing_unit", record, {"code": "BL0001", **values}))


def get(pc: Pc, record: str = UNIT) -> Row:
    return pc.desk.get("housing_unit", record)


def waiting(pc: Pc) -> int:
    with pc.desk.reading() as connection:
        return outbox.waiting(connection)


def digest(pc: Pc) -> str:
    with pc.desk.reading() as connection:
        return picture.digest(connection, pc.desk.rows)


class TestSealing:
    def test_nothing_is_sealed_before_a_hub_is_known(self, scene: Scene):
        unit(scene.one)
        with scene.one.desk.store.writing() as connection:
            connection.exec_driver_sql("UPDATE replica SET hub = NULL")
        scene.one.seal()
        assert scene.one.frames() == []

    def test_a_frame_stays_the_same_until_it_comes_back(self, scene: Scene):
        unit(scene.one)
        scene.one.seal()
        first = scene.one.frames()
        scene.one.seal()
        scene.one.crash()
        scene.one.seal()
        assert scene.one.frames() == first
        assert len(first) == 1

    def test_later_saves_go_into_later_frames(self, scene: Scene):
        for record in (UNIT, OTHER):
            unit(scene.one, record)
            scene.one.seal()
        headers = [envelope.split(frame).header for frame in scene.one.frames()]
        assert [(header.first, header.count) for header in headers] == [(1, 1), (2, 1)]
        assert headers[1].previous == envelope.split(scene.one.frames()[0]).hash

    def test_about_a_thousand_ops_go_into_a_frame(self, scene: Scene):
        rows = [[Change("housing_unit", scene.new_id(), {"code": f"BL{n}"})] for n in range(2_300)]
        scene.one.bring_in(rows, "g" * 32)
        for _ in range(4):
            scene.one.seal()
        headers = [envelope.split(frame).header for frame in scene.one.frames()]
        assert [header.count for header in headers] == [1_000, 1_000, 300]
        assert all(after.first == before.first + before.count for before, after in pairwise(headers))

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
        assert [envelope.split(frame).header.count for frame in late.frames()] == [1, 2]
        payload = envelope.payload_of(envelope.split(late.frames()[1]))
        sealed = decode_line(payload.lines[0])[0].ops[0].put["notes"]
        assert late.desk.rows.key
        assert late.desk.rows.key.secret == COMUNE_KEY
        assert late.desk.rows.key.open("household", OTHER, "notes", str(sealed)) == "riservata"
        late.desk.close()


class TestAcknowledgement:
    def test_a_save_waits_until_the_log_returns_it(self, scene: Scene):
        unit(scene.one)
        scene.send(scene.one)
        assert waiting(scene.one) == 1
        taken = scene.take(scene.one, scene.page(scene.one))
        assert (taken.acknowledged, taken.received, taken.refused, waiting(scene.one)) == (1, 0, [], 0)
        assert scene.one.frames() == []

    def test_an_own_save_that_comes_back_changes_nothing_on_the_screen(self, scene: Scene):
        unit(scene.one, address="Via Roma")
        scene.one.write(Put(scene.one.read("housing_unit", UNIT), {"floor": "1"}))
        scene.send(scene.one)
        assert scene.take(scene.one, scene.page(scene.one)).changed == []

    def test_others_saves_arrive_and_are_told(self, scene: Scene):
        unit(scene.one, address="Via Roma")
        scene.send(scene.one)
        taken = scene.take(scene.two, scene.page(scene.two))
        assert (taken.received, taken.acknowledged, taken.changed) == (1, 0, [("housing_unit", UNIT)])
        assert get(scene.two)["address"] == "Via Roma"

    def test_bit_by_bit_or_all_at_once_ends_alike(self, scene: Scene):
        for record in (UNIT, OTHER):
            unit(scene.one, record)
            scene.send(scene.one)
            while scene.one.pull(scene.hub, 1):
                pass
            scene.one.write(Put(scene.one.read("housing_unit", record), {"floor": "1"}))
            scene.send(scene.one)
        while scene.one.pull(scene.hub, 1):
            pass
        scene.take(scene.two, scene.page(scene.two))
        assert digest(scene.one) == digest(scene.two)

    def test_an_own_frame_served_whole_is_acknowledged_just_the_same(self, scene: Scene):
        unit(scene.one)
        scene.send(scene.one)
        whole = [Arrived(item.entry, item.sealed) for item in scene.hub.log]
        taken = scene.take(scene.one, whole)
        assert (taken.acknowledged, taken.received, waiting(scene.one)) == (1, 0, 0)

    def test_a_shown_edit_stays_while_others_write_elsewhere(self, scene: Scene):
        unit(scene.one, address="Via Roma")
        scene.send(scene.one)
        for pc in (scene.one, scene.two):
            scene.take(pc, scene.page(pc))
        scene.one.write(Put(scene.one.read("housing_unit", UNIT), {"floor": "1"}))
        scene.two.write(Put(scene.two.read("housing_unit", UNIT), {"address": "Via Po"}))
        scene.send(scene.two)
        scene.take(scene.one, scene.page(scene.one))
        assert (get(scene.one)["floor"], get(scene.one)["address"]) == ("1", "Via Po")


class TestRefusal:
    def test_a_refused_creation_leaves_the_lists_and_is_kept_for_correction(self, scene: Scene):
        unit(scene.one)
        scene.send(scene.one)
        taken = scene.take(scene.one, scene.refused(scene.page(scene.one), 0))
        assert (taken.acknowledged, taken.refused) == (0, [(1, "bad_value", "prova")])
        assert scene.one.desk.find("housing_unit") == []
        with scene.one.desk.reading() as connection:
            (line,) = connection.exec_driver_sql("SELECT line FROM correction").scalars().all()
        assert decode_line(line)[0].ops[0].put == {"code": "BL0001"}

    def test_a_refused_edit_is_taken_back(self, scene: Scene):
        unit(scene.one, address="Via Roma")
        scene.send(scene.one)
        scene.take(scene.one, scene.page(scene.one))
        scene.one.write(Put(scene.one.read("housing_unit", UNIT), {"address": "Via Po"}))
        scene.send(scene.one)
        taken = scene.take(scene.one, scene.refused(scene.page(scene.one), 0))
        assert taken.changed == [("housing_unit", UNIT)]
        assert get(scene.one)["address"] == "Via Roma"

    def test_one_refused_save_does_not_hold_up_the_others(self, scene: Scene):
        for number, record in enumerate((UNIT, OTHER, "c" * 32)):
            unit(scene.one, record, floor=str(number))
        scene.send(scene.one)
        taken = scene.take(scene.one, scene.refused(scene.page(scene.one), 1))
        assert taken.acknowledged == 2
        assert {row.id for row in scene.one.desk.find("housing_unit")} == {UNIT, "c" * 32}

    def test_an_edit_of_a_refused_creation_is_shown_as_long_as_it_waits(self, scene: Scene):
        unit(scene.one, address="Via Roma")
        scene.send(scene.one)
        scene.one.write(Put(scene.one.read("housing_unit", UNIT), {"floor": "1"}))
        scene.take(scene.one, scene.refused(scene.page(scene.one), 0))
        row = get(scene.one)
        assert (row["address"], row["floor"]) == (None, "1")
        scene.send(scene.one)
        scene.take(scene.one, scene.refused(scene.page(scene.one), 0))
        assert scene.one.desk.many("housing_unit", [UNIT]) == []

    def test_others_do_not_see_what_was_refused(self, scene: Scene):
        unit(scene.one)
        scene.send(scene.one)
        scene.take(scene.two, scene.refused(scene.page(scene.two), 0))
        assert scene.two.desk.find("housing_unit") == []


class TestWhatIsRefusedWhole:
    @pytest.fixture
    def page(self, scene: Scene) -> list[Arrived]:
        """Two frames of the first PC, on their way to the second."""
        for record in (UNIT, OTHER):
            unit(scene.one, record)
            scene.send(scene.one)
        return scene.page(scene.two)

    def nothing(self, scene: Scene, page: list[Arrived], error: type[Exception], words: str = ".") -> None:
        """Taking the page in fails, and leaves everything as it was."""
        before = scene.two.whole()
        with pytest.raises(error, match=words):
            scene.take(scene.two, page)
        assert scene.two.whole() == before

    def test_a_gap(self, scene: Scene, page: list[Arrived]):
        self.nothing(scene, page[1:], Malformed, "manca una parte")

    def test_a_reordering(self, scene: Scene, page: list[Arrived]):
        self.nothing(scene, page[::-1], Malformed)

    def test_a_repetition(self, scene: Scene, page: list[Arrived]):
        self.nothing(scene, [page[0], page[0]], Malformed)

    def test_frames_that_changed_places_under_their_entries(self, scene: Scene, page: list[Arrived]):
        self.nothing(scene, [Arrived(page[0].entry, page[1].sealed), page[1]], Malformed)

    def test_a_first_frame_left_out_though_the_places_fit(self, scene: Scene, page: list[Arrived]):
        entry = page[1].entry
        moved = Entry(1, entry.count, entry.header_hash, [])
        self.nothing(scene, [Arrived(moved, page[1].sealed)], Malformed, "non segue")

    def test_a_good_frame_before_a_bad_one_is_not_taken_either(self, scene: Scene, page: list[Arrived]):
        sealed = bytearray(page[1].sealed or b"")
        sealed[-5] ^= 1
        self.nothing(scene, [page[0], Arrived(page[1].entry, bytes(sealed))], Malformed)

    def test_another_count_than_the_frame_holds(self, scene: Scene, page: list[Arrived]):
        entry = page[0].entry
        self.nothing(scene, [Arrived(Entry(1, 2, entry.header_hash, []), page[0].sealed)], Malformed)

    def test_a_stub_of_a_frame_that_was_never_sent(self, scene: Scene, page: list[Arrived]):
        self.nothing(scene, [Arrived(page[0].entry, None)], Malformed, "non ha inviato")

    def test_a_device_whose_keys_are_not_known(self, scene: Scene, page: list[Arrived]):
        with scene.two.desk.store.writing() as connection:
            connection.exec_driver_sql("DELETE FROM peer")
        self.nothing(scene, page, UnknownDevice, scene.one.device)

    def test_a_frame_for_another_comune(self, scene: Scene, page: list[Arrived]):
        with scene.two.desk.store.writing() as connection:
            connection.exec_driver_sql("UPDATE replica SET tenant = 'E648'")
        self.nothing(scene, page, Malformed, "altro registro")

    def test_a_kind_of_a_newer_version(self, scene: Scene):
        with scene.one.desk.store.writing() as connection:
            op = b'["sauna","' + UNIT.encode() + b'",null,{"name":"x"},[]]'
            line = line_of("2026-11-22T09:00:00Z", "Piera", None, [op])
            connection.exec_driver_sql("INSERT INTO outbox VALUES (1, 1, ?)", (line,))
        scene.send(scene.one)
        self.nothing(scene, scene.page(scene.two), UnknownKind, "sauna")
        with scene.one.desk.store.writing() as connection:
            connection.exec_driver_sql("DELETE FROM outbox")
            connection.exec_driver_sql("DELETE FROM sealed_batch")
            replica.advance(connection, head=chain.START, previous="")
