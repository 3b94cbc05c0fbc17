"""A restored hub takes back what it lost: the same log, or a graft; and nothing of what it never signed."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ala_desktop.core.ids import new_id
from ala_desktop.hub.cards import certificate_in
from ala_desktop.hub.devices import Enrolment
from ala_desktop.hub.identity import Identity
from ala_desktop.hub.recovery import MOST_NAMED, Recovery, _Check  # pyright: ignore[reportPrivateUsage]
from ala_desktop.hub.store import Store
from ala_desktop.hub.store_postgres import PostgresStore
from ala_desktop.hub.store_sqlite import SqliteStore
from ala_desktop.sync import chain, envelope, signing
from ala_desktop.sync.declined import Declined
from ala_desktop.sync.messages import Common, EnrolRequest, Missing, Offer
from ala_desktop.sync.notices import Graft, Revocation, card_text, open_notice, seal_notice
from ala_desktop.sync.protocol import Entry, Position, Refused
from tests.factory import FixedClock
from tests.hub_frames import AT, BOX_KEY, HUB, Pen, creation, edit, line
from tests.unit.hub.restored_house import House, other_signature


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path):
    """An empty store for the hub that was restored."""
    made: Store
    made = PostgresStore(request.getfixturevalue("database")) if request.param == "postgresql" else SqliteStore(None)
    yield made
    made.close()


@pytest.fixture
def house():
    made = House(SqliteStore(None))
    yield made
    made.store.close()


@pytest.fixture
def pen(house: House) -> Pen:
    return house.enrol(Pen())


@pytest.fixture
def other(house: House) -> Pen:
    return house.enrol(Pen(name="PC 2"))


def declined(deed: Callable[[], object]) -> str:
    with pytest.raises(Declined) as told:
        deed()
    return told.value.code


class TestTheSameLog:
    def test_a_hub_that_did_nothing_since_is_as_it_was(self, house, pen, other, fresh):
        for one in (pen, other, pen):
            house.save(one, 2)
        restored = house.restored(fresh, 3)

        house.give_back(restored, 3)

        assert restored.end == house.end
        assert restored.log == house.log
        assert restored.recovery.compare("A995", house.places()[-2:]) == Common(1, 1)

    def test_who_was_enrolled_and_shut_out_since_the_copy_comes_back_with_the_log(self, house, pen, fresh):
        late = house.enrol(Pen(name="PC 2"))
        house.save(late)
        house.say(lambda trunk: trunk.say(Revocation(AT, pen.device, 1)))
        restored = house.restored(fresh, 1)
        assert [one.device for one in restored.store.devices("A995")] == [pen.device]

        house.give_back(restored, 1)

        assert [(one.device, one.revoked) for one in restored.store.devices("A995")] == [
            (pen.device, True), (late.device, False),
        ]  # fmt: skip
        assert restored.end == house.end

    def test_even_an_empty_hub_gets_everything_back(self, house, pen, other, fresh):
        house.save(pen)
        house.save(other)
        restored = House(fresh, rows=house.rows)

        house.give_back(restored, 0)

        assert restored.log == house.log
        restored.save(pen)

    def test_what_was_refused_stays_refused(self, house, pen, fresh):
        record = new_id()
        bad = pen.frame(line(creation(record, code="BL1", address="a\u200eb")))
        assert [item.code for item in house.send(pen, bad).refused] == ["bad_value"]
        restored = house.restored(fresh, 1)

        house.give_back(restored, 1)

        assert restored.log == house.log
        edited = pen.frame(line(edit(record, 0, address=("a", "b"))), seen=[(1, 0, chain.START)])
        assert [item.code for item in restored.send(pen, edited).refused] == ["needs_refused"]

    def test_repeated_saves_come_back_as_such(self, house, pen, fresh):
        twin, shared = copy.copy(pen), line(creation())
        house.send(pen, pen.frame(shared))
        assert house.send(twin, twin.frame(shared, line(creation()))).refused == [Refused(0, "repeated", "2")]
        restored = house.restored(fresh, 2)

        house.give_back(restored, 2)

        assert restored.log == house.log
        third = copy.copy(twin)
        third.next, third.head, third.previous = 1, chain.START, ""
        assert [item.code for item in restored.send(third, third.frame(shared)).refused] == ["repeated"]


class TestAGraft:
    def test_work_of_both_lives_stands_in_one_log(self, house, pen, other, fresh):
        house.save(pen)
        lost = [house.save(one).header_hash for one in (other, pen)]
        restored, left = house.restored(fresh, 3), house.end
        third = restored.enrol(Pen(name="PC 3"))
        restored.save(third)

        house.give_back(restored, 3)

        names = [item.entry.header_hash for item in restored.log]
        assert restored.end.epoch == 2
        assert names[-2:] == lost
        graft = restored.log[-3].sealed
        assert graft is not None
        notice = open_notice(envelope.split(graft))
        assert isinstance(notice, Graft)
        assert (notice.epoch, notice.fork, len(notice.entries)) == (2, house.places()[3][1], 2)
        assert restored.recovery.compare("A995", house.places()) == Common(5, 3)
        assert restored.recovery.compare("A995", restored.places()).trunk == len(restored.log)

        seen = [(1, left.seq, left.chain), (2, restored.end.seq, restored.end.chain)]
        assert restored.send(pen, pen.frame(line(creation()), seen=seen)).refused == []
        assert restored.send(other, other.frame(line(creation()), seen=seen[:1])).refused == []

    def test_offering_again_changes_nothing(self, house, pen, other, fresh):
        house.save(pen)
        restored = house.restored(fresh, 2)
        restored.save(other)
        house.give_back(restored, 2)
        before = restored.end

        house.give_back(restored, 2)
        house.give_back(restored, 0)

        assert restored.end == before

    def test_a_log_whose_frames_are_all_here_still_gets_its_places_known(self, house, pen, other, fresh):
        one, two = pen.frame(line(creation())), other.frame(line(creation()))
        house.send(pen, one)
        house.send(other, two)
        restored = house.restored(fresh, 2)
        restored.send(other, two)
        restored.send(pen, one)
        assert restored.recovery.compare("A995", house.places()) == Common(2, 2)

        house.give_back(restored, 2)

        assert len(restored.log) == 5
        assert restored.recovery.compare("A995", house.places()) == Common(4, 2)

    def test_a_longer_branch_of_the_same_life_is_grafted_on_the_graft(self, house, pen, other, fresh):
        house.save(pen)
        house.save(pen)
        restored = house.restored(fresh, 2)
        restored.save(other)
        house.give_back(restored, 2, upto=3)
        assert restored.recovery.compare("A995", house.places()).known == 3

        house.give_back(restored, 3)

        assert restored.end.epoch == 3
        assert restored.recovery.compare("A995", house.places()) == Common(4, 2)

    def test_links_that_promise_more_than_there_is_are_no_knowledge(self, house, pen, other, fresh):
        """A PC that was cut off inside a graft gives that much back."""
        house.save(pen)
        house.save(pen)
        second = House(SqliteStore(None), rows=dict(house.rows))
        for _, sealed in house.log[:2]:
            assert sealed is not None
            second.say(lambda trunk, s=sealed: trunk.give_back(envelope.split(s), s, []))
        second.save(other)
        house.give_back(second, 2)
        restored = second.restored(fresh, 2)

        second.give_back(restored, 2, upto=5)

        assert restored.recovery.compare("A995", house.places()) == Common(3, 2)
        house.give_back(restored, 3)
        assert restored.recovery.compare("A995", house.places()).known == 4
        second.store.close()

    def test_verdicts_of_the_lost_life_hold(self, house, pen, other, fresh):
        bad = pen.frame(line(creation(code="BL1", address="a\u200eb")), line(creation()))
        refused = house.send(pen, bad).refused
        restored = house.restored(fresh, 2)
        restored.save(other)

        house.give_back(restored, 2)

        assert restored.log[-1].entry.refused == refused

    def test_what_a_copy_sent_to_the_new_life_is_repeated(self, house, pen, other, fresh):
        twin, shared = copy.copy(pen), line(creation())
        house.send(pen, pen.frame(shared, line(creation())))
        restored = house.restored(fresh, 2)
        first = restored.send(twin, twin.frame(shared))

        house.give_back(restored, 2)

        assert restored.log[-1].entry.refused == [Refused(0, "repeated", str(first.first_seq))]

    def test_an_old_readmission_does_not_undo_a_newer_exclusion(self, house, pen, other, fresh):
        house.say(lambda trunk: trunk.say(Revocation("2026-01-01T09:00:00Z", pen.device, 1)))
        house.say(lambda trunk: trunk.say(Revocation("2026-01-02T09:00:00Z", pen.device, 0)))
        restored = house.restored(fresh, 2)
        restored.say(lambda trunk: trunk.say(Revocation("2026-03-01T09:00:00Z", pen.device, 1)))

        house.give_back(restored, 2)

        assert [one.revoked for one in restored.store.devices("A995")] == [True, False]
        last = restored.log[-1].sealed
        assert last is not None
        assert open_notice(envelope.split(last)) == Revocation(FixedClock().now(), pen.device, 1)

    def test_a_device_whose_place_was_given_away_gets_the_next_one(self, house, pen, fresh):
        late = house.enrol(Pen(name="PC 2"))
        restored = house.restored(fresh, 1)
        restored.rows.pop(late.device)
        newer = restored.enrol(Pen(name="PC nuovo"))

        house.give_back(restored, 1)

        assert [(one.device, one.ordinal) for one in restored.store.devices("A995")] == [
            (pen.device, 1), (newer.device, 2), (late.device, 3),
        ]  # fmt: skip


def other_end(offer: Offer) -> Offer:
    return msgspec.structs.replace(offer, end=Position(offer.end.epoch, offer.end.seq, "a" * 64))


def without_one(offer: Offer) -> Offer:
    return msgspec.structs.replace(offer, entries=offer.entries[:-1])


def another_verdict(offer: Offer) -> Offer:
    first = msgspec.structs.replace(offer.entries[0], refused=[Refused(0, "bad_value", "")])
    return msgspec.structs.replace(offer, entries=[first, *offer.entries[1:]])


def with_a_foreign_entry(offer: Offer) -> Offer:
    foreign = Entry(offer.end.seq + 1, 1, "f" * 64, [])
    end = Position(1, offer.end.seq + 1, chain.hub_chain(offer.end.chain, foreign))
    return msgspec.structs.replace(offer, entries=[*offer.entries, foreign], end=end)


def with_a_gap(offer: Offer) -> Offer:
    moved = [msgspec.structs.replace(offer.entries[-1], first_seq=offer.entries[-1].first_seq + 1)]
    return msgspec.structs.replace(offer, entries=offer.entries[:-1] + moved)


def for_another_epoch(offer: Offer) -> Offer:
    return msgspec.structs.replace(offer, end=Position(2, offer.end.seq, offer.end.chain))


HOSTILE: dict[Callable[[Offer], Offer], str] = {
    other_end: "bad_request", without_one: "bad_request", another_verdict: "bad_request", with_a_gap: "bad_request",
    with_a_foreign_entry: "bad_signature", for_another_epoch: "bad_signature",
}  # fmt: skip


class TestHostileOffers:
    @pytest.mark.parametrize("spoil", HOSTILE)
    def test_what_this_hub_did_not_sign_leaves_no_trace(self, house, pen, other, fresh, spoil):
        house.save(pen)
        house.save(other)
        restored = house.restored(fresh, 2)
        before = restored.end

        assert declined(lambda: restored.recovery.offer("A995", spoil(house.offer(2)))) == HOSTILE[spoil]

        assert restored.end == before
        with restored.store.reading("A995") as here:
            assert not here.offered_among([item.entry.header_hash for item in house.log])
        with restored.store.locked("A995") as tenancy:
            assert not tenancy.put_offered(house.log[-1].entry.header_hash, b"x")

    def test_another_hubs_signature_is_none(self, house, pen, fresh):
        house.save(pen)
        thief = Identity(Ed25519PrivateKey.generate())

        assert declined(lambda: House(fresh).recovery.offer("A995", house.offer(0, identity=thief))) == "bad_signature"

    def test_what_was_signed_for_one_comune_is_nothing_for_another(self, house, pen, fresh):
        house.save(pen)

        assert declined(lambda: House(fresh).recovery.offer("C816", house.offer(0))) == "bad_signature"

    def test_a_stretch_that_begins_nowhere_is_not_taken(self, house, pen, fresh):
        house.save(pen)
        house.save(pen)

        assert declined(lambda: House(fresh).recovery.offer("A995", house.offer(2))) == "unknown_position"

    def test_frames_that_nobody_awaits_are_not_kept(self, house, pen, fresh):
        name, restored = house.save(pen).header_hash, House(fresh)
        sealed = house.log[-1].sealed
        assert sealed is not None

        assert declined(lambda: restored.recovery.put("A995", name, sealed)) == "bad_request"
        restored.recovery.offer("A995", house.offer(0))
        for tenant, wanted, frame in (("A995", "f" * 64, sealed), ("A995", name, b"x"), ("C816", name, sealed)):
            assert declined(lambda t=tenant, w=wanted, f=frame: restored.recovery.put(t, w, f)) == "bad_frame"
        own = Pen()
        mine = own.frame(line(creation()))
        assert declined(lambda: restored.recovery.put("A995", name, mine)) == "bad_frame"

    @pytest.mark.parametrize("at", [-1, -70])
    def test_a_frame_that_was_damaged_is_awaited_anew(self, house, pen, other, fresh, at):
        """A byte of the payload, and one of the signature: the header, and so the name, is right."""
        house.save(pen)
        restored = house.restored(fresh, 2)
        offer = house.offer(2)
        (name,) = restored.recovery.offer("A995", offer).missing
        sealed = house.log[-1].sealed
        assert sealed is not None
        position = at if at == -1 else 8 + len(envelope.split(sealed).header_bytes)
        damaged = bytearray(sealed)
        damaged[position] ^= 1
        restored.recovery.put("A995", name, bytes(damaged))

        assert declined(lambda: restored.recovery.offer("A995", offer)) == "bad_frame"

        assert len(restored.log) == 2
        assert restored.recovery.offer("A995", offer) == Missing([name])
        house.give_back(restored, 2)
        assert restored.end == house.end

    @pytest.mark.parametrize("guarded", [True, False])
    def test_a_frame_that_was_put_again_since_it_was_checked_is_not_taken(
        self, house, pen, other, fresh, monkeypatch, guarded
    ):
        """Damaged bytes under the same name, from another device, while the whole offer is being checked."""
        house.save(pen)
        restored, offer = house.restored(fresh, 2), house.offer(2)
        (name,) = restored.recovery.offer("A995", offer).missing
        sealed = house.log[-1].sealed
        assert sealed is not None
        damaged = other_signature(sealed)
        restored.recovery.put("A995", name, sealed)
        honest, overtaken = Recovery._verified, []  # pyright: ignore[reportPrivateUsage]

        def verified(self, tenant, offered):
            found = honest(self, tenant, offered)
            restored.recovery.put("A995", name, damaged)
            overtaken.append(name)
            return found

        monkeypatch.setattr(Recovery, "_verified", verified)
        if not guarded:
            monkeypatch.setattr(_Check, "was_checked", lambda self, entry, sealed: True)
            assert restored.recovery.offer("A995", offer) == Missing([])
            assert restored.log[-1].sealed == damaged
            return
        before = restored.end
        assert declined(lambda: restored.recovery.offer("A995", offer)) == "busy"
        assert (overtaken, restored.end) == ([name], before)

        monkeypatch.undo()
        assert declined(lambda: restored.recovery.offer("A995", offer)) == "bad_frame"
        house.give_back(restored, 2)
        assert restored.end == house.end

    def test_a_frame_of_a_device_that_nobody_knows_is_not_taken(self, house, pen, fresh):
        stranger = Pen(name="PC 9")
        house.rows[stranger.device] = stranger.enrol(house.store, 9)
        house.save(stranger)
        restored = house.restored(fresh, 1)
        offer = house.offer(1)
        for name in restored.recovery.offer("A995", offer).missing:
            sealed = next(item.sealed for item in house.log if item.entry.header_hash == name)
            assert sealed is not None
            restored.recovery.put("A995", name, sealed)

        assert declined(lambda: restored.recovery.offer("A995", offer)) == "unknown_device"
        assert len(restored.log) == 1

    def test_a_device_cannot_be_brought_with_other_keys(self, house, pen, fresh):
        late = house.enrol(Pen(name="PC 2"))
        restored = house.restored(fresh, 1)
        thief = Pen(device=late.device, name="PC 2")
        restored.rows.pop(late.device)
        restored.enrol(thief)
        offer = house.offer(1)
        for name in restored.recovery.offer("A995", offer).missing:
            sealed = next(item.sealed for item in house.log if item.entry.header_hash == name)
            assert sealed is not None
            restored.recovery.put("A995", name, sealed)

        assert declined(lambda: restored.recovery.offer("A995", offer)) == "other_keys"

    def test_of_very_many_missing_frames_a_part_is_named(self, house, pen, fresh):
        entries = [Entry(number, 1, f"{number:064x}", []) for number in range(1, 3 * MOST_NAMED)]
        place = chain.START
        for entry in entries:
            place = chain.hub_chain(place, entry)
        end = Position(1, len(entries), place)
        offer = Offer(chain.START, entries, end, signing.sign_place(HUB.hub, "A995", end, HUB.key))

        missing = House(fresh).recovery.offer("A995", offer).missing

        assert missing == [entry.header_hash for entry in entries[:MOST_NAMED]]

    def test_a_notice_of_another_hub_is_none_of_this_one(self, house, pen, fresh):
        thief = Identity(Ed25519PrivateKey.generate())
        forged = seal_notice(Revocation(AT, pen.device, 1), "A995", thief.hub, thief.key)
        frame = envelope.split(forged)
        entry = Entry(1, 1, frame.hash, [])
        end = Position(1, 1, chain.hub_chain(chain.START, entry))
        offer = Offer(chain.START, [entry], end, signing.sign_place(HUB.hub, "A995", end, HUB.key))
        restored = House(fresh)
        restored.recovery.offer("A995", offer)

        assert declined(lambda: restored.recovery.put("A995", frame.hash, forged)) == "bad_frame"


class TestARecalledDevice:
    def test_the_certificate_of_the_enrolment_lets_it_in_again(self, house, fresh):
        pen = Pen()
        enrolment = Enrolment(house.store, HUB, FixedClock())
        asked = EnrolRequest(
            enrolment.invite("A995")[0], "A995", pen.device, "PC 1", pen.key.public_key().public_bytes_raw().hex(),
            BOX_KEY.hex(),
        )  # fmt: skip
        certificate = card_text(bytes.fromhex(enrolment.enrol(asked).certificate))
        restored = House(fresh)

        for _ in range(2):
            restored.recovery.recall(certificate_in(certificate, pen.device, HUB))

        assert [(one.device, one.name) for one in restored.store.devices("A995")] == [(pen.device, "PC 1")]
        assert restored.end.seq == 1
        assert declined(lambda: certificate_in(certificate, "d" * 32, HUB)) == "unknown_device"
        thief = Identity(Ed25519PrivateKey.generate())
        assert declined(lambda: certificate_in(certificate, pen.device, thief)) == "unknown_device"
        for text in ("", "AAAA", card_text(seal_notice(Revocation(AT, pen.device, 1), "A995", HUB.hub, HUB.key))):
            assert declined(lambda t=text: certificate_in(t, pen.device, HUB)) == "unknown_device"
