"""Stores that were copied or put back, and hubs that were: every replica comes to the same, and nothing is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from ala_desktop.sync import envelope, outbox, replica
from ala_desktop.sync.bases import pack
from ala_desktop.sync.intake import Arrived, NeedsBytes
from ala_desktop.sync.ledger import Ledger
from ala_desktop.sync.notices import Enrolment, Revocation
from ala_desktop.sync.protocol import Entry, Malformed, Refused
from ala_desktop.sync.workset import shown_claims
from tests.property.pc import Pc, Put
from tests.unit.sync.restored_hub import RestoredHub, copy_of
from tests.unit.sync.scene import OTHER, THIRD, UNIT, Scene, digest, edit, get, sound, unit, waiting


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


@pytest.fixture
def hub() -> RestoredHub:
    return RestoredHub()


def claims(pc: Pc) -> list[tuple[str, str, object]]:
    with pc.desk.reading() as connection:
        return [(claim.record, claim.field, claim.value) for claim in shown_claims(connection)]


def agreed(*pcs: Pc) -> None:
    """One digest everywhere, and every store is what its log says."""
    assert len({digest(pc) for pc in pcs}) == 1
    for pc in pcs:
        assert sound(pc)


class TestACopiedStore:
    @pytest.fixture
    def twins(self, scene: Scene, hub: RestoredHub, tmp_path: Path) -> tuple[Pc, Pc]:
        """A PC and a copy of its folder, both in use: one save in the log, one on its way, one that waits."""
        one = scene.one
        unit(one, UNIT, address="Via Roma")
        hub.exchange(one, scene.two)
        edit(one, UNIT, floor="1")
        one.seal()
        edit(one, UNIT, stair="A")
        return one, copy_of(one, tmp_path / "copy")

    def test_the_work_of_both_arrives(self, twins: tuple[Pc, Pc], scene: Scene, hub: RestoredHub):
        one, twin = twins
        edit(one, UNIT, address="Via Po")
        unit(twin, OTHER, address="Via Adda")
        edit(twin, UNIT, lift=1)
        hub.exchange(one, twin, scene.two)

        agreed(one, twin, scene.two)
        shown = get(scene.two)
        assert [shown[name] for name in ("address", "floor", "stair", "lift")] == ["Via Po", "1", "A", 1]
        assert get(one, OTHER)["address"] == "Via Adda"
        assert (waiting(one), waiting(twin), claims(scene.two)) == (0, 0, [])

    def test_it_is_told_once_on_each_of_the_two(self, twins: tuple[Pc, Pc], hub: RestoredHub):
        one, twin = twins
        edit(one, UNIT, address="Via Po")
        edit(twin, UNIT, lift=1)
        hub.send(one, twin)
        told = [hub.serve(pc).copied for pc in (one, twin)]
        edit(one, UNIT, address="Via Adige")
        hub.send(one)
        assert (told, hub.serve(twin).copied) == ([True, True], False)

    def test_what_both_sent_counts_once_and_asks_no_correction(self, twins: tuple[Pc, Pc], hub: RestoredHub):
        one, twin = twins
        hub.send(one)
        edit(one, UNIT, stair="B")
        hub.send(one)
        hub.send(twin)
        hub.serve(one)
        taken = hub.serve(twin)
        assert (taken.acknowledged, taken.refused, waiting(twin)) == (2, [], 0)
        assert get(twin)["stair"] == "B"
        agreed(one, twin)

    def test_what_was_refused_is_to_be_corrected_on_each_copy_that_had_it(self, twins: tuple[Pc, Pc], hub: RestoredHub):
        one, twin = twins
        one.seal()
        floor, stair = one.frames()
        hub.push(floor)
        hub.push(stair, [Refused(0, "bad_value", "prova")])
        refused = hub.serve(one).refused
        hub.send(twin)

        assert hub.log[-1].entry.refused[0].code == "repeated"
        taken = hub.serve(twin)
        assert (taken.acknowledged, taken.refused) == (1, refused)
        assert refused == [(hub.log[-2].entry.first_seq, "bad_value", "prova")]
        assert get(twin)["stair"] is None
        agreed(one, twin)

    def test_two_edits_of_one_field_wait_for_a_decision(self, twins: tuple[Pc, Pc], scene: Scene, hub: RestoredHub):
        one, twin = twins
        edit(one, UNIT, address="Via Po")
        edit(twin, UNIT, address="Via Adda")
        hub.exchange(one, twin, scene.two)
        agreed(one, twin, scene.two)
        assert get(scene.two)["address"] == "Via Po"
        assert claims(scene.two) == claims(one) == [(UNIT, "address", "Via Adda")]

    def test_a_copy_goes_on_with_its_own_values(self, twins: tuple[Pc, Pc], scene: Scene, hub: RestoredHub):
        """Each sees its own writes on its own line, whatever they are called in the log."""
        one, twin = twins
        edit(one, UNIT, stair="C")
        hub.send(one)
        for code in ("2", "3"):
            edit(twin, UNIT, floor=code)
            hub.send(twin)
            hub.serve(twin)
        edit(twin, UNIT, floor="4")
        hub.exchange(twin, one, scene.two)
        agreed(one, twin, scene.two)
        assert (get(one)["floor"], claims(one)) == ("4", [])

    def test_a_stub_of_what_the_twin_sent_asks_for_its_bytes(
        self, twins: tuple[Pc, Pc], scene: Scene, hub: RestoredHub
    ):
        one, twin = twins
        edit(one, UNIT, address="Via Po")
        hub.send(one)
        hub.serve(one)
        edit(one, UNIT, address="Via Adige")
        hub.send(one)
        page = [Arrived(item.entry, None) for item in hub.log if item.entry.first_seq > twin.desk.me.seq]
        with pytest.raises(NeedsBytes):
            scene.take(twin, page)

    def test_new_records_of_both_are_found_with_their_makers(
        self, twins: tuple[Pc, Pc], scene: Scene, hub: RestoredHub
    ):
        one, twin = twins
        unit(one, OTHER, address="Via Po")
        hub.send(one)
        unit(twin, THIRD, address="Via Adda")
        hub.exchange(twin, one, scene.two)
        edit(twin, THIRD, floor="9")
        edit(one, THIRD, floor="8")
        hub.exchange(one, twin, scene.two)
        agreed(one, twin, scene.two)


class TestAStoreThatWasPutBack:
    def test_it_takes_its_own_future_in_and_goes_on(self, scene: Scene, hub: RestoredHub, tmp_path: Path):
        one = scene.one
        unit(one, UNIT, address="Via Roma")
        hub.exchange(one, scene.two)
        old = copy_of(one, tmp_path / "backup")
        edit(one, UNIT, floor="1")
        unit(one, OTHER)
        hub.exchange(one, scene.two)

        unit(old, THIRD)
        edit(old, UNIT, stair="A")
        hub.exchange(old, scene.two)
        edit(old, OTHER, floor="2")
        edit(old, THIRD, floor="3")
        hub.exchange(old, scene.two)

        agreed(old, scene.two)
        assert [get(old)[name] for name in ("floor", "stair")] == ["1", "A"]
        assert (get(old, OTHER)["floor"], get(old, THIRD)["floor"], claims(old)) == ("2", "3", [])

    def test_a_refused_save_that_was_repeated_is_to_be_corrected_once(
        self, scene: Scene, hub: RestoredHub, tmp_path: Path
    ):
        one = scene.one
        unit(one)
        one.seal()
        old = copy_of(one, tmp_path / "backup")
        hub.push(one.frames()[0], [Refused(0, "bad_value", "prova")])
        taken = hub.serve(old)
        assert [code for _, code, _ in taken.refused] == ["bad_value"]
        assert sound(old)


class TestARestoredHub:
    def test_what_the_lost_stretch_had_seen_stays_seen(self, scene: Scene, hub: RestoredHub):
        """The second PC wrote over the first one's value having read it, in a stretch that the hub forgot."""
        one, two = scene.one, scene.two
        unit(one, UNIT, address="Via Roma")
        hub.exchange(one, two)
        backup = hub.copied()
        known = len(hub.log)
        edit(one, UNIT, address="Via Po")
        hub.exchange(one, two)
        edit(two, UNIT, address="Via Adda")
        hub.exchange(two, one)
        three = scene.pc(3)
        for pc in (one, two):
            pc.meet(three)
            three.meet(pc)
        backup.serve(three)
        edit(three, UNIT, floor="7")
        backup.exchange(three)
        backup.graft(hub, known)
        backup.exchange(three)

        assert [get(three)[name] for name in ("address", "floor")] == ["Via Adda", "7"]
        assert claims(three) == []
        assert three.desk.me.epoch == 2
        assert three.desk.position() == pack(2, three.desk.me.seq)
        edit(three, UNIT, address="Via Adige")
        with three.desk.store.writing() as connection:
            sent = outbox.seal_next(connection, three.catalog, three.new_id)
        assert sent is not None
        assert [epoch for epoch, *_ in envelope.split(sent.sealed).header.seen] == [2]
        backup.exchange(three)
        assert (get(three)["address"], claims(three)) == ("Via Adige", [])
        assert sound(three)

    def test_a_form_of_before_names_the_epoch_in_which_it_was_read(self, scene: Scene, hub: RestoredHub):
        one, two = scene.one, scene.two
        unit(one, UNIT, address="Via Roma")
        hub.exchange(one, two)
        backup, known = hub.copied(), len(hub.log)
        unit(one, OTHER)
        hub.exchange(one)
        form = two.read("housing_unit", UNIT)
        backup.graft(hub, known)
        backup.serve(two)
        two.write(Put(form, {"address": "Via Po"}))
        two.seal()
        header = envelope.split(two.frames()[0]).header
        assert [epoch for epoch, *_ in header.seen] == [1, 2]
        assert header.seen[0][1:] == (1, backup.chains[known])

    def test_an_epoch_that_is_not_new_is_refused(self, scene: Scene, hub: RestoredHub):
        unit(scene.one)
        hub.exchange(scene.one)
        backup = hub.copied()
        edit(scene.one, floor="1")
        hub.exchange(scene.one)
        backup.epoch = hub.epoch = 0
        backup.graft(hub, 1)
        with pytest.raises(Malformed, match="periodo"):
            backup.serve(scene.two)


class TestWhatTheHubSaysItself:
    def test_its_frames_fold_to_nothing_and_an_enrolment_is_kept(self, scene: Scene, hub: RestoredHub):
        one = scene.one
        unit(one)
        key = "11" * 32
        hub.say(Enrolment("2026-11-22T09:00:00Z", one.device, "PC 1", 1, key, key))
        hub.exchange(one)
        hub.say(Revocation("2026-11-22T09:00:00Z", scene.two.device, 1))
        taken = hub.serve(one)
        assert (taken.received, taken.acknowledged) == (0, 0)
        assert one.desk.me.certificate == hub.log[0].sealed
        assert one.desk.me.seq == 3
        assert sound(one)

    def test_a_frame_in_its_name_that_it_did_not_sign_is_refused(self, scene: Scene, hub: RestoredHub):
        hub.say(Revocation("2026-11-22T09:00:00Z", scene.two.device, 1))
        entry, sealed = hub.log[0]
        changed = bytearray(sealed or b"")
        changed[len(changed) // 2] ^= 1
        hub.log[0] = Arrived(entry, bytes(changed))
        with pytest.raises(Malformed):
            hub.serve(scene.one)

    @pytest.mark.parametrize("detail", ["0", "7", "x", "2", ""])
    def test_a_repetition_of_what_is_not_there_is_refused(self, scene: Scene, hub: RestoredHub, detail: str):
        unit(scene.one)
        hub.exchange(scene.one)
        edit(scene.one, floor="1")
        hub.send(scene.one)
        entry, sealed = hub.log[1]
        hub.log[1] = Arrived(Entry(2, 1, entry.header_hash, [Refused(0, "repeated", detail)]), sealed)
        for pc in (scene.one, scene.two):
            with pytest.raises(Malformed, match="ripetuto"):
                hub.serve(pc)

    def test_a_save_that_is_passed_off_as_another_one_is_not_lost(
        self, scene: Scene, hub: RestoredHub, monkeypatch: pytest.MonkeyPatch
    ):
        """A place of the same device, of a save that stands; the hub signs what it says, but it is not so."""
        unit(scene.one, address="Via Roma")
        hub.exchange(scene.one, scene.two)
        edit(scene.one, floor="1")
        hub.send(scene.one)
        entry, sealed = hub.log[1]
        hub.log[1] = Arrived(Entry(2, 1, entry.header_hash, [Refused(0, "repeated", "1")]), sealed)
        for pc in (scene.one, scene.two):
            with pytest.raises(Malformed, match="ripetuto"):
                hub.serve(pc)
        assert (waiting(scene.one), get(scene.one)["floor"]) == (1, "1")

        monkeypatch.setattr(
            Ledger, "_repeated", lambda self, entry, told, last, sealed: (scene.one.desk.me.incarnation, 1)
        )
        hub.serve(scene.one)
        assert (waiting(scene.one), get(scene.one)["floor"]) == (0, None)


def test_the_place_of_a_reader_is_a_base(scene: Scene):
    with scene.one.desk.store.writing() as connection:
        replica.advance(connection, epoch=3, seq=5)
    assert scene.one.desk.position() == 2 * 2**40 + 5
