"""Pages in: acknowledged only when it comes back; a page that is not what it says leaves everything as it was."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ala_desktop.sync import chain, envelope, replica
from ala_desktop.sync.intake import Arrived, UnknownDevice, UnknownKind
from ala_desktop.sync.protocol import Entry, Malformed, Position, Refused, encode_header, line_of
from tests.property.pc import Pc
from tests.unit.sync.scene import OTHER, THIRD, UNIT, Scene, digest, edit, get, unit, waiting


def whole(scene: Scene) -> list[Arrived]:
    """The hub's log as it is, no frame left out for its author."""
    return [Arrived(item.entry, item.sealed) for item in scene.hub.log]


def stub(scene: Scene, place: int, *, first_seq: int | None = None) -> Arrived:
    """The log's frame at a place as its author gets it; with another place in the log, if asked."""
    entry = scene.hub.log[place].entry
    return Arrived(msgspec.structs.replace(entry, first_seq=first_seq or entry.first_seq), None)


def position(pc: Pc) -> Position:
    return pc.desk.me.position


class TestAcknowledgement:
    def test_a_save_waits_until_the_log_returns_it(self, scene: Scene):
        unit(scene.one)
        scene.send(scene.one)
        assert waiting(scene.one) == 1
        taken = scene.take(scene.one, scene.page(scene.one))
        assert (taken.acknowledged, taken.received, taken.refused, waiting(scene.one)) == (1, 0, [], 0)
        assert scene.one.frames() == []

    def test_a_page_without_it_acknowledges_nothing(self, scene: Scene):
        unit(scene.two, OTHER)
        scene.send(scene.two)
        unit(scene.one)
        scene.one.seal()
        taken = scene.take(scene.one, scene.page(scene.one))
        assert (taken.acknowledged, taken.received, waiting(scene.one)) == (0, 1, 1)
        assert len(scene.one.frames()) == 1

    def test_only_the_frame_that_came_back_is_struck_off(self, scene: Scene):
        for record in (UNIT, OTHER, THIRD):
            unit(scene.one, record)
            scene.one.seal()
        frames = scene.one.frames()
        scene.hub.offer(frames[0])
        taken = scene.take(scene.one, scene.page(scene.one))
        assert (taken.acknowledged, waiting(scene.one)) == (1, 2)
        assert scene.one.frames() == frames[1:]

    def test_an_own_save_that_comes_back_changes_nothing_on_the_screen(self, scene: Scene):
        unit(scene.one, address="Via Roma")
        edit(scene.one, floor="1")
        scene.send(scene.one)
        assert scene.take(scene.one, scene.page(scene.one)).changed == []

    def test_others_saves_arrive_and_are_told(self, scene: Scene):
        unit(scene.one, address="Via Roma")
        scene.send(scene.one)
        taken = scene.take(scene.two, scene.page(scene.two))
        assert (taken.received, taken.acknowledged, taken.changed) == (1, 0, [("housing_unit", UNIT)])
        assert get(scene.two)["address"] == "Via Roma"

    def test_the_position_moves_by_what_came_and_the_time_is_noted(self, scene: Scene):
        unit(scene.one)
        unit(scene.one, OTHER)
        scene.send(scene.one)
        scene.take(scene.two, scene.page(scene.two))
        assert position(scene.two) == scene.hub.position
        assert (position(scene.two).seq, scene.two.desk.me.last_exchange) == (2, "2026-11-22T10:00:00Z")

    def test_bit_by_bit_or_all_at_once_ends_alike(self, scene: Scene):
        for record in (UNIT, OTHER):
            unit(scene.one, record)
            scene.send(scene.one)
            while scene.one.pull(scene.hub, 1):
                pass
            edit(scene.one, record, floor="1")
            scene.send(scene.one)
        while scene.one.pull(scene.hub, 1):
            pass
        scene.take(scene.two, scene.page(scene.two))
        assert digest(scene.one) == digest(scene.two)

    def test_an_own_frame_served_whole_is_acknowledged_just_the_same(self, scene: Scene):
        unit(scene.one)
        scene.send(scene.one)
        taken = scene.take(scene.one, whole(scene))
        assert (taken.acknowledged, taken.received, waiting(scene.one)) == (1, 0, 0)

    def test_a_shown_edit_stays_while_others_write_elsewhere(self, scene: Scene):
        unit(scene.one, address="Via Roma")
        scene.exchange(scene.one, scene.two)
        edit(scene.one, floor="1")
        edit(scene.two, address="Via Po")
        scene.send(scene.two)
        scene.take(scene.one, scene.page(scene.one))
        assert (get(scene.one)["floor"], get(scene.one)["address"]) == ("1", "Via Po")

    def test_a_record_that_a_colleague_created_too_is_one_record(self, scene: Scene):
        unit(scene.two, address="Via Adda")
        scene.send(scene.two)
        unit(scene.one, address="Via Roma", floor="1")
        taken = scene.take(scene.one, scene.page(scene.one))
        assert (taken.received, taken.changed, waiting(scene.one)) == (1, [("housing_unit", UNIT)], 1)
        assert (get(scene.one)["address"], get(scene.one)["floor"]) == ("Via Adda", "1")
        scene.exchange(scene.one, scene.two)
        assert digest(scene.one) == digest(scene.two)


def _left_out(page: list[Arrived]) -> list[Arrived]:
    return page[1:]


def _out_of_order(page: list[Arrived]) -> list[Arrived]:
    return page[::-1]


def _repeated(page: list[Arrived]) -> list[Arrived]:
    return [page[0], page[0]]


def _repeated_at_the_next_place(page: list[Arrived]) -> list[Arrived]:
    return [page[0], Arrived(msgspec.structs.replace(page[0].entry, first_seq=2), page[0].sealed)]


def _under_each_others_entries(page: list[Arrived]) -> list[Arrived]:
    return [Arrived(page[0].entry, page[1].sealed), page[1]]


def _without_the_first_though_the_places_fit(page: list[Arrived]) -> list[Arrived]:
    return [Arrived(msgspec.structs.replace(page[1].entry, first_seq=1), page[1].sealed)]


def _with_a_flipped_bit_in_the_last(page: list[Arrived]) -> list[Arrived]:
    sealed = bytearray(page[1].sealed or b"")
    sealed[-5] ^= 1
    return [page[0], Arrived(page[1].entry, bytes(sealed))]


def _of_another_count(page: list[Arrived]) -> list[Arrived]:
    return [Arrived(msgspec.structs.replace(page[0].entry, count=2), page[0].sealed)]


def _of_another_name(page: list[Arrived]) -> list[Arrived]:
    return [Arrived(msgspec.structs.replace(page[0].entry, header_hash="0" * 64), page[0].sealed)]


def _empty(page: list[Arrived]) -> list[Arrived]:
    return [Arrived(page[0].entry, b"")]


def _refusing(*indexes: int) -> Callable[[list[Arrived]], list[Arrived]]:
    def refusing(page: list[Arrived]) -> list[Arrived]:
        out = [Refused(index, "bad_value", "") for index in indexes]
        return [Arrived(msgspec.structs.replace(page[0].entry, refused=out), page[0].sealed)]

    refusing.__name__ = f"refusing {indexes}"
    return refusing


WRONG = {
    _left_out: "manca una parte", _out_of_order: "manca una parte", _repeated: "manca una parte",
    _repeated_at_the_next_place: "ripete", _under_each_others_entries: "altro registro",
    _without_the_first_though_the_places_fit: "non segue", _with_a_flipped_bit_in_the_last: ".",
    _of_another_count: "numero di salvataggi", _of_another_name: "altro registro",
    _empty: ".",
    _refusing(1): "rifiut", _refusing(-1): "rifiut", _refusing(0, 0): "rifiut",
}  # fmt: skip
"""What a hub may do to a page of two frames of a colleague, and what the clerk reads then."""


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

    @pytest.mark.parametrize("change", WRONG, ids=lambda change: change.__name__.strip("_"))
    def test_a_page(self, scene: Scene, page: list[Arrived], change: Callable[[list[Arrived]], list[Arrived]]):
        self.nothing(scene, change(page), Malformed, WRONG[change])

    def test_a_page_that_was_taken_already(self, scene: Scene, page: list[Arrived]):
        scene.take(scene.two, page)
        self.nothing(scene, page, Malformed, "manca una parte")

    def test_a_frame_of_another_chain(self, scene: Scene, page: list[Arrived]):
        """It continues the headers, but not the ops before it."""
        frame = envelope.split(page[1].sealed or b"")
        key = Ed25519PrivateKey.from_private_bytes(scene.one.desk.me.sign_key)
        header = msgspec.structs.replace(frame.header, head="1" * 64)
        sealed = envelope.seal(header, envelope.payload_of(frame).joined(), key)
        entry = msgspec.structs.replace(page[1].entry, header_hash=chain.header_hash(encode_header(header)))
        self.nothing(scene, [page[0], Arrived(entry, sealed)], Malformed, "catena del dispositivo")

    def test_a_device_whose_keys_are_not_known(self, scene: Scene, page: list[Arrived]):
        with scene.two.desk.store.writing() as connection:
            connection.exec_driver_sql("DELETE FROM peer")
        self.nothing(scene, page, UnknownDevice, scene.one.device)

    def test_a_device_that_signed_with_another_key(self, scene: Scene, page: list[Arrived]):
        with scene.two.desk.store.writing() as connection:
            connection.exec_driver_sql("UPDATE peer SET sign_key = ?", (bytes(32),))
        self.nothing(scene, page, Malformed, "firma")

    @pytest.mark.parametrize("column", ["tenant = 'E648'", "hub = '7'"])
    def test_a_frame_for_another_comune_or_hub(self, scene: Scene, page: list[Arrived], column: str):
        with scene.two.desk.store.writing() as connection:
            connection.exec_driver_sql(f"UPDATE replica SET {column}")
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


class TestAHubThatLiesAboutOwnFrames:
    """Only the hub could do it: colleagues sign what they send, but nobody signs that a frame came back."""

    def nothing(self, pc: Pc, scene: Scene, page: list[Arrived], words: str) -> None:
        before = pc.whole()
        with pytest.raises(Malformed, match=words):
            scene.take(pc, page)
        assert pc.whole() == before

    @pytest.fixture
    def sent(self, scene: Scene) -> Pc:
        """Two frames, delivered, not back yet."""
        for record in (UNIT, OTHER):
            unit(scene.one, record, address="Via Roma")
            scene.send(scene.one)
        return scene.one

    def test_a_later_frame_before_an_earlier_one(self, scene: Scene, sent: Pc):
        self.nothing(sent, scene, [stub(scene, 1, first_seq=1)], "ordine")

    def test_a_frame_that_comes_back_twice(self, scene: Scene, sent: Pc):
        self.nothing(sent, scene, [stub(scene, 0), stub(scene, 0, first_seq=2)], "ordine|ripete")

    def test_a_frame_that_comes_back_again_later(self, scene: Scene, sent: Pc):
        scene.take(sent, scene.page(sent))
        self.nothing(sent, scene, [stub(scene, 0, first_seq=3)], "ripete")

    def test_a_frame_that_comes_back_with_another_count(self, scene: Scene, sent: Pc):
        entry = msgspec.structs.replace(scene.hub.log[0].entry, count=2)
        self.nothing(sent, scene, [Arrived(entry, None)], "diverso da quello inviato")

    def test_an_old_frame_played_again_as_if_it_were_a_colleagues(self, scene: Scene, sent: Pc):
        """It would put back what the clerk had written over."""
        scene.take(sent, scene.page(sent))
        edit(sent, address="Via Po")
        scene.exchange(sent)
        again = msgspec.structs.replace(scene.hub.log[0].entry, first_seq=4)
        self.nothing(sent, scene, [Arrived(again, scene.hub.log[0].sealed)], "ripete")
        assert get(sent)["address"] == "Via Po"

    @pytest.mark.parametrize("indexes", [(1,), (-1,), (0, 0), (2**70,)], ids=str)
    def test_a_refusal_of_what_is_not_in_the_frame(self, scene: Scene, sent: Pc, indexes: tuple[int, ...]):
        out = [Refused(index, "bad_value", "") for index in indexes]
        entry = Entry(1, 1, scene.hub.log[0].entry.header_hash, out)
        self.nothing(sent, scene, [Arrived(entry, None)], "rifiut")


def test_nobody_writes_under_another_devices_incarnation(scene: Scene):
    """Whoever did would pass for having seen what that PC wrote."""
    three = scene.pc(3)
    for pc in (scene.one, scene.two):
        pc.meet(three)
        three.meet(pc)
    unit(scene.one, address="Via Roma")
    scene.exchange(scene.one, scene.two)
    frame = envelope.split(scene.hub.log[0].sealed)
    with three.desk.store.writing() as connection:
        replica.advance(
            connection, incarnation=scene.one.incarnation, head=frame.header.head, previous=frame.hash,
            next_device_seq=2,
        )  # fmt: skip
    three.create(("housing_unit", OTHER, {"code": "BL0002"}))
    three.seal()
    sealed = three.frames()[0]
    entry = Entry(2, 1, envelope.split(sealed).hash, [])
    before = scene.two.whole()
    with pytest.raises(Malformed, match="non segue"):
        scene.take(scene.two, [Arrived(entry, sealed)])
    assert scene.two.whole() == before
    three.desk.close()
