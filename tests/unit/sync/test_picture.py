"""Verification: whatever is not as the log says is named, with kind and id; and the digest that replicas compare."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ala_desktop.models.catalog import build
from ala_desktop.sync import picture
from ala_desktop.sync.picture import Discrepancy
from tests.property.ordering_hub import OrderingHub
from tests.property.pc import Pc, Put

UNIT, OTHER, HOUSEHOLD = "a" * 32, "b" * 32, "c" * 32


@pytest.fixture
def pcs(tmp_path: Path) -> Iterator[tuple[Pc, Pc]]:
    """Two PCs that exchanged everything: a unit with an edited and a discordant address, another unit, a household.

    Frames: 1 (three creations of the first PC), 4 (its edit), 5 (the second PC's), so the log ends at 5.
    """
    minted = iter(range(1, 1_000))
    one, two = (Pc(tmp_path / f"pc{n}", build(), lambda: f"{next(minted):032x}", n) for n in (1, 2))
    one.meet(two)
    two.meet(one)
    hub = OrderingHub()
    one.create(("housing_unit", UNIT, {"code": "BL0001", "address": "Via Roma"}))
    one.create(("housing_unit", OTHER, {"code": "BL0002"}))
    one.create(("household", HOUSEHOLD, {"name": "Famiglia", "notes": "riservate"}))
    exchange(hub, one, two)
    one_form, two_form = one.read("housing_unit", UNIT), two.read("housing_unit", UNIT)
    one.write(Put(one_form, {"address": "Via Po"}))
    two.write(Put(two_form, {"address": "Via Adda"}))
    exchange(hub, one, two)
    yield one, two
    one.desk.close()
    two.desk.close()


def exchange(hub: OrderingHub, *pcs: Pc) -> None:
    for _ in range(2):
        for pc in pcs:
            pc.seal()
            for frame in pc.frames():
                hub.offer(frame)
            while pc.pull(hub, 10):
                pass


def by_hand(pc: Pc, *statements: str) -> None:
    """Write past every guard: the triggers are dropped."""
    with pc.desk.store.structuring() as connection:
        names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all()
        for name in names:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        for statement in statements:
            assert connection.exec_driver_sql(statement).rowcount, f"{statement}: nothing was hit"


def wrong(pc: Pc) -> list[Discrepancy]:
    with pc.desk.reading() as connection:
        return picture.verify(connection, pc.desk.rows)


def named(pc: Pc) -> set[tuple[str, str]]:
    return {(found.kind, found.id) for found in wrong(pc)}


def digest(pc: Pc) -> str:
    with pc.desk.reading() as connection:
        return picture.digest(connection, pc.desk.rows)


def test_a_sound_store_has_nothing_to_tell(pcs: tuple[Pc, Pc]):
    assert [wrong(pc) for pc in pcs] == [[], []]


def test_so_has_one_with_work_that_waits(pcs: tuple[Pc, Pc]):
    one, _ = pcs
    one.write(Put(one.read("housing_unit", UNIT), {"address": "Via Lambro", "floor": "2"}))
    one.create(("household", "d" * 32, {"name": "Altra"}))
    assert wrong(one) == []


class TestRows:
    def test_a_changed_value(self, pcs: tuple[Pc, Pc]):
        by_hand(pcs[0], f"UPDATE housing_unit SET address = 'Via Falsa' WHERE id = '{UNIT}'")
        assert named(pcs[0]) == {("housing_unit", UNIT)}
        assert any("address" in found.what for found in wrong(pcs[0]))

    def test_a_changed_value_kept_to_the_comune(self, pcs: tuple[Pc, Pc]):
        by_hand(pcs[0], f"UPDATE household SET notes = 'altre' WHERE id = '{HOUSEHOLD}'")
        assert named(pcs[0]) == {("household", HOUSEHOLD)}

    def test_a_record_that_vanished(self, pcs: tuple[Pc, Pc]):
        by_hand(pcs[0], f"DELETE FROM housing_unit WHERE id = '{OTHER}'")
        assert named(pcs[0]) == {("housing_unit", OTHER)}

    def test_a_record_that_nobody_saved(self, pcs: tuple[Pc, Pc]):
        by_hand(pcs[0], "INSERT INTO person (id, surname) VALUES ('x', 'Nessuno')")
        assert named(pcs[0]) == {("person", "x")}

    def test_a_record_marked_as_deleted(self, pcs: tuple[Pc, Pc]):
        by_hand(pcs[0], f"UPDATE housing_unit SET _deleted = 1 WHERE id = '{OTHER}'")
        assert named(pcs[0]) == {("housing_unit", OTHER)}

    @pytest.mark.parametrize("column", ["group_id = 'x'", "created_seq = 2", "created_by = 'x'"])
    def test_an_origin_that_was_changed(self, pcs: tuple[Pc, Pc], column: str):
        by_hand(pcs[1], f"UPDATE housing_unit SET {column} WHERE id = '{UNIT}'")
        assert named(pcs[1]) == {("housing_unit", UNIT)}

    def test_a_value_that_waits_to_be_sent(self, pcs: tuple[Pc, Pc]):
        pcs[0].write(Put(pcs[0].read("housing_unit", OTHER), {"floor": "2"}))
        by_hand(pcs[0], f"UPDATE housing_unit SET floor = '3' WHERE id = '{OTHER}'")
        assert named(pcs[0]) == {("housing_unit", OTHER)}


class TestWhatTheFoldRemembers:
    def test_a_stamp_that_vanished(self, pcs: tuple[Pc, Pc]):
        by_hand(pcs[0], f"DELETE FROM stamp WHERE record = '{UNIT}'")
        assert named(pcs[0]) == {("housing_unit", UNIT)}

    def test_a_claim_that_vanished(self, pcs: tuple[Pc, Pc]):
        by_hand(pcs[0], f"DELETE FROM claim WHERE record = '{UNIT}'")
        assert named(pcs[0]) == {("housing_unit", UNIT)}

    def test_a_claim_that_was_changed(self, pcs: tuple[Pc, Pc]):
        by_hand(pcs[0], f"UPDATE claim SET value = '\"Via Falsa\"' WHERE record = '{UNIT}'")
        assert named(pcs[0]) == {("housing_unit", UNIT)}

    def test_a_claim_shown_over_work_that_waits(self, pcs: tuple[Pc, Pc]):
        pcs[0].write(Put(pcs[0].read("housing_unit", UNIT), {"floor": "2"}))
        by_hand(pcs[0], "DELETE FROM claim WHERE shown = 1")
        assert named(pcs[0]) == {("housing_unit", UNIT)}

    def test_a_shadow_that_vanished(self, pcs: tuple[Pc, Pc]):
        pcs[0].write(Put(pcs[0].read("housing_unit", OTHER), {"floor": "2"}))
        by_hand(pcs[0], "DELETE FROM shadow")
        assert named(pcs[0]) == {("housing_unit", OTHER)}

    def test_work_that_vanished_before_it_was_sent(self, pcs: tuple[Pc, Pc]):
        pcs[0].write(Put(pcs[0].read("housing_unit", OTHER), {"floor": "2"}))
        by_hand(pcs[0], "DELETE FROM outbox")
        assert named(pcs[0]) == {("housing_unit", OTHER), ("outbox", "5"), ("pending_edit", OTHER)}

    def test_a_mark_of_waiting_work_that_vanished(self, pcs: tuple[Pc, Pc]):
        pcs[0].write(Put(pcs[0].read("housing_unit", OTHER), {"floor": "2"}))
        by_hand(pcs[0], "DELETE FROM pending_edit")
        assert named(pcs[0]) == {("housing_unit", OTHER)}


class TestFrames:
    def frame(self, pc: Pc, first_seq: int) -> bytes:
        with pc.desk.reading() as connection:
            query = "SELECT sealed FROM frame WHERE first_seq = ?"
            return connection.exec_driver_sql(query, (first_seq,)).scalar_one()

    @pytest.mark.parametrize("first_seq", [1, 4, 5])
    @pytest.mark.parametrize("share", [0.0, 0.02, 0.3, 0.6, 0.8, 0.999])
    def test_one_byte_that_flipped(self, pcs: tuple[Pc, Pc], first_seq: int, share: float):
        sealed = bytearray(self.frame(pcs[1], first_seq))
        sealed[int(len(sealed) * share)] ^= 1
        by_hand(pcs[1], f"UPDATE frame SET sealed = x'{sealed.hex()}' WHERE first_seq = {first_seq}")
        assert ("frame", str(first_seq)) in named(pcs[1])

    def test_the_last_one_that_vanished(self, pcs: tuple[Pc, Pc]):
        by_hand(pcs[0], "DELETE FROM frame WHERE first_seq = 5")
        assert ("frame", "5") in named(pcs[0])

    def test_one_in_the_middle_that_vanished(self, pcs: tuple[Pc, Pc]):
        by_hand(pcs[1], "DELETE FROM frame WHERE first_seq = 4")
        assert ("frame", "5") in named(pcs[1])

    def test_all_that_vanished(self, pcs: tuple[Pc, Pc]):
        by_hand(pcs[1], "DELETE FROM frame")
        assert ("frame", "5") in named(pcs[1])

    def test_two_that_changed_places(self, pcs: tuple[Pc, Pc]):
        one, two = self.frame(pcs[1], 4), self.frame(pcs[1], 5)
        by_hand(
            pcs[1],
            f"UPDATE frame SET sealed = x'{two.hex()}' WHERE first_seq = 4",
            f"UPDATE frame SET sealed = x'{one.hex()}' WHERE first_seq = 5",
        )
        assert ("frame", "4") in named(pcs[1])

    def test_a_refusal_that_was_added(self, pcs: tuple[Pc, Pc]):
        by_hand(pcs[1], """UPDATE frame SET refused = '[[0,"bad_value",""]]' WHERE first_seq = 4""")
        assert {kind for kind, _ in named(pcs[1])} >= {"frame"}

    def test_a_position_that_was_set_back(self, pcs: tuple[Pc, Pc]):
        by_hand(pcs[1], "UPDATE replica SET seq = 4")
        assert ("frame", "4") in named(pcs[1])

    def test_a_key_of_a_device_that_was_exchanged(self, pcs: tuple[Pc, Pc]):
        by_hand(pcs[1], f"UPDATE peer SET sign_key = x'{'11' * 32}'")
        assert ("frame", "1") in named(pcs[1])

    def test_a_frame_that_waits_and_was_changed(self, pcs: tuple[Pc, Pc]):
        pcs[0].write(Put(pcs[0].read("housing_unit", OTHER), {"floor": "2"}))
        pcs[0].seal()
        (sealed,) = pcs[0].frames()
        changed = bytearray(sealed)
        changed[-1] ^= 1
        by_hand(pcs[0], f"UPDATE sealed_batch SET sealed = x'{changed.hex()}'")
        assert "sealed_batch" in {kind for kind, _ in named(pcs[0])}

    @pytest.mark.parametrize("column", ["head", "previous"])
    def test_an_end_of_a_chain_that_was_changed(self, pcs: tuple[Pc, Pc], column: str):
        by_hand(pcs[0], f"UPDATE replica SET {column} = '{'0' * 64}'")
        assert named(pcs[0]) == {("writer", pcs[0].incarnation)}

    def test_a_line_that_was_changed(self, pcs: tuple[Pc, Pc]):
        mine = f"WHERE name = '{pcs[0].incarnation}'"
        by_hand(pcs[1], f"UPDATE line SET last_seq = last_seq + 1 {mine}")
        assert named(pcs[1]) == {("line", pcs[0].incarnation)}
        by_hand(pcs[1], f"DELETE FROM line {mine}")
        assert named(pcs[1]) == {("line", pcs[0].incarnation)}

    def test_a_sound_store_with_frames_on_their_way(self, pcs: tuple[Pc, Pc]):
        for floor in ("2", "3"):
            pcs[0].write(Put(pcs[0].read("housing_unit", OTHER), {"floor": floor}))
            pcs[0].seal()
        assert len(pcs[0].frames()) == 2
        assert wrong(pcs[0]) == []


class TestDigest:
    def test_it_is_the_same_on_every_replica(self, pcs: tuple[Pc, Pc]):
        assert digest(pcs[0]) == digest(pcs[1])

    def test_it_does_not_count_what_waits(self, pcs: tuple[Pc, Pc]):
        before = digest(pcs[0])
        pcs[0].write(Put(pcs[0].read("housing_unit", UNIT), {"address": "Via Lambro"}))
        pcs[0].create(("household", "d" * 32, {"name": "Altra"}))
        assert digest(pcs[0]) == before

    @pytest.mark.parametrize(
        "statement",
        [
            f"UPDATE housing_unit SET floor = '9' WHERE id = '{UNIT}'",
            f"UPDATE household SET notes = 'altre' WHERE id = '{HOUSEHOLD}'",
            f"UPDATE housing_unit SET group_id = 'x' WHERE id = '{OTHER}'",
            f"DELETE FROM claim WHERE record = '{UNIT}'",
            f"DELETE FROM housing_unit WHERE id = '{OTHER}'",
        ],
    )
    def test_anything_else_changes_it(self, pcs: tuple[Pc, Pc], statement: str):
        before = digest(pcs[0])
        by_hand(pcs[0], statement)
        assert digest(pcs[0]) != before
