"""Admission: in what order frames are checked, what of them is refused, and that a refused frame leaves no trace."""

import copy
from dataclasses import replace

import msgspec
import pytest
import zstandard

from ala_desktop.core.ids import new_id
from ala_desktop.hub import intake as module
from ala_desktop.hub.intake import Intake
from ala_desktop.hub.store import Device, Store
from ala_desktop.sync import chain, envelope
from ala_desktop.sync.declined import Declined
from ala_desktop.sync.protocol import MOST_OPS, Entry, Op, Position, Refused, encode, line_of
from tests import hub_frames
from tests.hub_frames import Pen, creation, edit, line

START = Position(1, 0, chain.START)


@pytest.fixture
def where():
    made = hub_frames.store()
    yield made
    made.close()


@pytest.fixture
def pen() -> Pen:
    return Pen()


@pytest.fixture
def device(where: Store, pen: Pen) -> Device:
    return pen.enrol(where)


@pytest.fixture
def hub(where: Store) -> Intake:
    return hub_frames.intake(where)


def position(where: Store, tenant: str = "A995") -> Position:
    page = where.page(tenant, START, "somebody")
    assert page is not None
    return page.head.head


def declined(hub: Intake, device: Device, sealed: bytes) -> str:
    with pytest.raises(Declined) as told:
        hub.admit(device, sealed)
    return told.value.code


def test_a_sound_frame_gets_the_next_places(where, hub, pen, device):
    first, second = (
        hub.admit(device, pen.frame(line(creation()))),
        hub.admit(device, pen.frame(*[line(creation())] * 2)),
    )

    assert (first.first_seq, first.count, first.refused) == (1, 1, [])
    assert (second.first_seq, second.count) == (2, 2)
    assert position(where).seq == 3


def test_the_hub_chain_is_what_every_replica_computes(where, hub, pen, device):
    entries = [hub.admit(device, pen.frame(line(creation()))) for _ in range(3)]

    expected = chain.START
    for entry in entries:
        expected = chain.hub_chain(expected, entry)
    assert position(where).chain == expected


def test_the_same_frame_again_gets_the_same_answer_and_is_not_taken_twice(where, hub, pen, device):
    sealed = pen.frame(line(creation()))

    first, again = hub.admit(device, sealed), hub.admit(device, sealed)

    assert first == again
    assert position(where).seq == 1


def test_a_repeated_frame_is_answered_even_after_later_ones(where, hub, pen, device):
    sealed = pen.frame(line(creation()))
    first = hub.admit(device, sealed)
    hub.admit(device, pen.frame(line(creation())))

    assert hub.admit(device, sealed) == first
    assert position(where).seq == 2


FAULTS = {
    "no_frame": (lambda pen: b"<html>", "bad_frame"),
    "truncated": (lambda pen: pen.frame(line(creation()), advance=False)[:60], "bad_frame"),
    "too_large": (lambda pen: pen.frame(line(creation()), advance=False) + bytes(8_000_001), "bad_frame"),
    "odd_codec": (lambda pen: pen.frame(line(creation()), advance=False, codec=9), "bad_frame"),
    "foreign_tenant": (lambda pen: pen.frame(line(creation()), advance=False, tenant="C816"), "foreign_tenant"),
    "foreign_hub": (lambda pen: pen.frame(line(creation()), advance=False, hub="0" * 32), "foreign_hub"),
    "other_device": (lambda pen: pen.frame(line(creation()), advance=False, device=new_id()), "bad_signature"),
    "other_name": (lambda pen: pen.frame(line(creation()), advance=False, device_name="PC 9"), "bad_signature"),
    "skipped": (lambda pen: pen.frame(line(creation()), advance=False, first=9), "broken_chain"),
    "unknown_previous": (lambda pen: pen.frame(line(creation()), advance=False, previous="a" * 64), "broken_chain"),
    "other_head": (lambda pen: pen.frame(line(creation()), advance=False, head="b" * 64), "bad_frame"),
    "no_transactions": (lambda pen: pen.frame(advance=False), "bad_frame"),
    "wrong_count": (lambda pen: pen.frame(line(creation()), advance=False, count=2), "bad_frame"),
    "vast_count": (lambda pen: pen.frame(line(creation()), advance=False, count=MOST_OPS + 1), "bad_frame"),
    "negative_size": (lambda pen: pen.frame(line(creation()), advance=False, size=-1), "bad_frame"),
    "no_json": (lambda pen: pen.frame(b"[1, 2", advance=False), "bad_frame"),
    "spaces": (lambda pen: pen.frame(line(creation()).replace(b",", b", ", 1), advance=False), "bad_frame"),
    "no_ops": (lambda pen: pen.frame(line_of(hub_frames.AT, "P", None, []), advance=False), "bad_frame"),
    "deep": (lambda pen: pen.frame(b"[" * 50_000 + b"]" * 50_000, advance=False), "bad_frame"),
    "pair_in_creation": (
        lambda pen: pen.frame(line(Op("housing_unit", new_id(), None, {"code": (None, "x")}, [])), advance=False),
        "bad_frame",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_frame_with_a_fault_is_declined_and_leaves_no_trace(where, hub, pen, device, fault):
    hub.admit(device, pen.frame(line(creation())))
    make, code = FAULTS[fault]
    before = position(where)

    assert declined(hub, device, make(pen)) == code

    assert position(where) == before
    assert hub.admit(device, pen.frame(line(creation()))).first_seq == before.seq + 1


def test_a_frame_signed_with_another_key_is_declined(where, hub, pen, device):
    thief = Pen(device=pen.device)

    assert declined(hub, device, thief.frame(line(creation()))) == "bad_signature"
    assert position(where) == START


def test_a_changed_byte_of_the_payload_is_found(hub, pen, device):
    sealed = bytearray(pen.frame(line(creation(code="BL0001", address="Via Roma 1"))))
    sealed[-6] ^= 1

    assert declined(hub, device, bytes(sealed)) == "bad_frame"


def test_a_payload_of_another_frame_is_found(hub, pen, device):
    one, other = pen.frame(line(creation()), advance=False), pen.frame(line(creation()), advance=False)
    start = len(one) - len(envelope.split(one).payload)
    swapped = one[:start] + envelope.split(other).payload

    assert declined(hub, device, swapped) == "bad_frame"


def test_a_bomb_is_declined_before_it_is_unpacked(hub, pen, device):
    bomb = zstandard.ZstdCompressor(level=19).compress(bytes(300_000_000))
    sealed = pen.frame(line(creation()), advance=False)
    start = len(sealed) - len(envelope.split(sealed).payload)

    assert declined(hub, device, sealed[:start] + bomb) == "bad_frame"


def test_a_revoked_device_is_declined(where, hub, pen):
    assert declined(hub, pen.row(revoked=True), pen.frame(line(creation()))) == "revoked"


def test_another_devices_incarnation_is_declined(where, hub, pen, device):
    hub.admit(device, pen.frame(line(creation())))
    other = Pen(name="PC 2", incarnation=pen.incarnation, next=pen.next, head=pen.head, previous=pen.previous)

    assert declined(hub, other.enrol(where, 2), other.frame(line(creation()))) == "broken_chain"


def test_what_rests_on_a_place_beyond_the_log_is_not_ordered(where, hub, pen, device):
    ahead = pen.frame(line(edit(new_id(), 5, address=("a", "b"))), advance=False)

    assert declined(hub, device, ahead) == "behind"

    assert position(where) == START
    for _ in range(5):
        hub.admit(device, pen.frame(line(creation())))
    again = pen.frame(line(edit(new_id(), 5, address=("a", "b"))))
    assert hub.admit(device, again).first_seq == 6


def test_the_end_of_the_log_is_the_furthest_place_to_rest_on(hub, pen, device):
    assert declined(hub, device, pen.frame(line(edit(new_id(), 1, address=("a", "b"))), advance=False)) == "behind"
    hub.admit(device, pen.frame(line(creation())))
    assert hub.admit(device, pen.frame(line(edit(new_id(), 1, address=("a", "b"))))).first_seq == 2


def test_one_poisoned_transaction_does_not_stop_the_others(where, hub, pen, device):
    lines = [line(creation(code=f"BL{number:04}", address="Via Roma")) for number in range(100)]
    lines[41] = line(creation(code="BL0041", address="x" * 10_000))

    entry = hub.admit(device, pen.frame(*lines))

    assert entry.refused == [Refused(41, "bad_value", "Alloggio, Indirizzo: supera i 200 caratteri")]
    assert position(where).seq == 100
    assert where.entry("A995", entry.header_hash) == entry


def test_an_unknown_kind_is_refused_with_its_name(hub, pen, device):
    entry = hub.admit(device, pen.frame(line(creation(kind="spaceship", name="x")), line(creation())))

    assert entry.refused == [Refused(0, "unknown_kind", "spaceship")]


def test_a_transaction_beyond_the_limits_is_refused_alone(hub, pen, device):
    many = line(*[creation(kind="vote", choice="favorevole") for _ in range(MOST_OPS + 1)])
    big = line(*[creation(kind="housing_unit", later_field="x" * 19_000) for _ in range(60)])

    entry = hub.admit(device, pen.frame(many, line(creation()), big))

    assert [(item.index, item.code) for item in entry.refused] == [(0, "too_large"), (2, "too_large")]


def test_what_edits_a_refused_record_is_refused_with_that_cause(where, hub, pen, device):
    record = new_id()
    entry = hub.admit(
        device,
        pen.frame(
            line(creation(record, address="x" * 10_000)), line(edit(record, 0, notes=(None, "n"))), line(creation())
        ),
    )
    later = [hub.admit(device, pen.frame(line(edit(record, base, notes=("n", "m"))))) for base in (1, 3)]

    assert [(item.index, item.code) for item in entry.refused] == [(0, "bad_value"), (1, "needs_refused")]
    assert [item.refused for item in later] == [[Refused(0, "needs_refused", record)]] * 2


def test_what_rests_on_edits_that_were_refused_for_it_is_refused_as_well(hub, pen, device):
    """Each was made before the refusal of the one before it had come back: base 1 when the log ends at 2, and so on."""
    record = new_id()
    hub.admit(device, pen.frame(line(creation(record, address="x" * 10_000))))

    entries = [hub.admit(device, pen.frame(line(edit(record, base, notes=(None, "n"))))) for base in (0, 1, 2)]

    assert [len(entry.refused) for entry in entries] == [1, 1, 1]


def test_a_refused_creation_does_not_close_a_record_that_a_colleague_created(where, hub, pen, device):
    """Two PCs write one vote under one id; what one of them may not write says nothing of the other's."""
    record, colleague = new_id(), Pen(name="PC 2")
    second = colleague.enrol(where, 2)
    hub.admit(second, colleague.frame(line(creation(record))))

    refused = hub.admit(device, pen.frame(line(creation(record, address="x" * 10_000))))
    theirs = hub.admit(second, colleague.frame(line(edit(record, 1, notes=(None, "n")))))
    mine = hub.admit(device, pen.frame(line(edit(record, 3, notes=("n", "m")))))

    assert [item.code for item in refused.refused] == ["bad_value"]
    assert (theirs.refused, mine.refused) == ([], [])


def test_another_pc_cannot_close_somebodys_records_by_creating_them_badly(where, hub, pen, device):
    record, other = new_id(), Pen(name="PC 2")
    hub.admit(device, pen.frame(line(creation(record))))
    hub.admit(other.enrol(where, 2), other.frame(line(creation(record, address="x" * 10_000))))

    assert hub.admit(device, pen.frame(line(edit(record, 0, notes=(None, "n"))))).refused == []


def test_a_corrected_creation_makes_its_record_writable_again(hub, pen, device):
    record = new_id()
    hub.admit(device, pen.frame(line(creation(record, address="x" * 10_000))))

    corrected = hub.admit(device, pen.frame(line(creation(record)), line(edit(record, 1, notes=(None, "n")))))
    after = hub.admit(device, pen.frame(line(edit(record, 2, notes=("n", "m")))))

    before = hub.admit(device, pen.frame(line(edit(record, 0, floor=(None, "1")))))

    assert (corrected.refused, after.refused, before.refused) == ([], [], [])


def test_what_is_wrong_with_a_save_itself_is_said_before_what_it_rests_on(hub, pen, device):
    record = new_id()
    refused = hub.admit(
        device,
        pen.frame(line(creation(record, address="x" * 10_000)), line(edit(record, 0, address=(None, "x" * 10_000)))),
    )

    assert [item.code for item in refused.refused] == ["bad_value", "bad_value"]


def test_the_refusal_of_one_comune_does_not_reach_another(where, hub, pen, device):
    record, foreign = new_id(), Pen("C816")
    hub.admit(device, pen.frame(line(creation(record, address="x" * 10_000))))
    abroad = foreign.enrol(where)

    entry = hub.admit(abroad, foreign.frame(line(edit(record, 0, notes=(None, "n")))))

    assert entry.refused == []


def test_a_frame_that_loses_the_race_for_the_lock_stands_beside_the_other(where, hub, pen, device, monkeypatch):
    one = pen.frame(line(creation(code="A", address="B")), advance=False)
    other = pen.frame(line(creation(code="C", address="D")), advance=False)
    real = module.all_sound

    def overtaken(*arguments):
        monkeypatch.setattr(module, "all_sound", real)
        hub.admit(device, other)
        return real(*arguments)

    monkeypatch.setattr(module, "all_sound", overtaken)

    assert (hub.admit(device, one).first_seq, position(where).seq) == (2, 2)
    assert hub.admit(device, one).first_seq == 2


def test_the_same_frame_twice_at_once_is_taken_once(where, hub, pen, device, monkeypatch):
    sealed = pen.frame(line(creation()))
    real = module.all_sound
    inner: list[Entry] = []

    def overtaken(*arguments):
        monkeypatch.setattr(module, "all_sound", real)
        inner.append(hub.admit(device, sealed))
        return real(*arguments)

    monkeypatch.setattr(module, "all_sound", overtaken)

    assert hub.admit(device, sealed) == inner[0]
    assert position(where).seq == 1


def test_fields_of_a_newer_version_pass(hub, pen, device):
    entry = hub.admit(device, pen.frame(line(creation(code="BL1", address="Via Roma", of_a_newer_version="sì"))))

    assert entry.refused == []


def test_the_frame_is_stored_as_it_was_sealed(where, hub, pen, device):
    sealed = pen.frame(line(creation()))
    hub.admit(device, sealed)

    page = where.page("A995", START, "somebody")

    assert page is not None
    assert page.arrived[0].sealed == sealed
    assert msgspec.json.decode(encode(page.arrived[0].entry)) == [1, 1, envelope.split(sealed).hash, []]


class TestWhatAFrameRestsOn:
    def test_a_known_place_is_enough(self, where, hub, pen, device):
        entries = [hub.admit(device, pen.frame(line(creation()))) for _ in range(2)]
        early = chain.hub_chain(chain.START, entries[0])

        for seen in ([(1, 0, chain.START)], [(1, 1, early)], [(1, 2, position(where).chain)]):
            assert hub.admit(device, pen.frame(line(creation()), seen=seen)).refused == []

    @pytest.mark.parametrize(
        "seen", [(1, 1, "a" * 64), (1, 5, chain.START), (1, 0, "0" * 63 + "1"), (2, 2, "b" * 64)],
    )  # fmt: skip
    def test_a_place_that_the_log_does_not_know_comes_first(self, where, hub, pen, device, seen):
        hub.admit(device, pen.frame(line(creation())))
        before = position(where)

        assert declined(hub, device, pen.frame(line(creation()), advance=False, seen=[seen])) == "behind"
        assert position(where) == before

    def test_a_place_of_another_comunes_log_is_not_known(self, where, hub, pen, device):
        other = Pen(tenant="C816")
        entry = hub.admit(other.enrol(where), other.frame(line(creation())))
        hub.admit(device, pen.frame(line(creation())))

        there = [(1, 1, chain.hub_chain(chain.START, entry))]
        assert declined(hub, device, pen.frame(line(creation()), advance=False, seen=there)) == "behind"

    def test_a_base_beyond_the_place_that_is_named_is_not_taken(self, where, hub, pen, device):
        first = hub.admit(device, pen.frame(line(creation())))
        hub.admit(device, pen.frame(line(creation())))
        seen = [(1, 1, chain.hub_chain(chain.START, first))]

        for base in (2, (1 << 40) + 1):
            ahead = pen.frame(line(edit(new_id(), base, address=("a", "b"))), advance=False, seen=seen)
            assert declined(hub, device, ahead) == "behind"
        assert hub.admit(device, pen.frame(line(edit(new_id(), 1, address=("a", "b"))), seen=seen)).first_seq == 3

    def test_a_place_of_a_side_branch_is_known_once_its_frames_are_here(self, where, hub, pen, device):
        sealed, fork = pen.frame(line(creation())), position(where)
        entry = Entry(1, 1, envelope.split(sealed).hash, [])
        lost = chain.hub_chain(fork.chain, entry)
        other = Pen(name="PC 2")
        row = other.enrol(where, 2)
        hub.admit(row, other.frame(line(creation())))
        with where.locked("A995") as tenancy:
            tenancy.add_links(2, fork.chain, [entry])
        later = other.frame(line(creation()), advance=False, seen=[(1, 1, lost), (2, 1, position(where).chain)])
        assert declined(hub, row, later) == "behind"

        hub.admit(device, sealed)

        assert hub.admit(row, later).first_seq == 3
        wrong = other.frame(line(creation()), advance=False, seen=[(1, 2, lost)])
        assert declined(hub, row, wrong) == "behind"

    def test_what_was_refused_counts_as_read_by_its_place_on_the_authors_branch(self, where, hub, pen, device):
        """The same number is before the refusal on the trunk, and after it on the branch that the author read."""
        record = new_id()
        other = Pen(name="PC 2")
        row = other.enrol(where, 2)
        for _ in range(4):
            hub.admit(row, other.frame(line(creation())))
        bad = pen.frame(line(creation(record, code="BL1", address="a\u200eb")))
        branch = Entry(1, 1, envelope.split(bad).hash, [Refused(0, "bad_value", "")])
        with where.locked("A995") as tenancy:
            tenancy.add_links(2, chain.START, [branch])
        assert [item.code for item in hub.admit(device, bad).refused] == ["bad_value"]

        def edited(seen: list[tuple[int, int, str]], base: int) -> list[str]:
            frame = pen.frame(line(edit(record, base, address=("a", "b"))), advance=False, seen=seen)
            return [item.code for item in hub.admit(device, frame).refused]

        there = chain.hub_chain(chain.START, branch)
        assert edited([(1, 1, there)], 1) == []
        assert edited([(1, 0, chain.START)], 0) == ["needs_refused"]


class TestTwoStoresOfOneDevice:
    def test_both_go_on_and_what_both_hold_counts_once(self, where, hub, pen, device):
        hub.admit(device, pen.frame(line(creation())))
        twin = copy.copy(pen)
        shared = [line(creation()), line(creation())]
        first = hub.admit(device, pen.frame(*shared))

        second = hub.admit(device, twin.frame(*shared, line(creation())))

        assert (first.refused, second.first_seq) == ([], 4)
        assert second.refused == [Refused(0, "repeated", "2"), Refused(1, "repeated", "3")]
        third = hub.admit(device, pen.frame(line(creation())))
        fourth = hub.admit(device, twin.frame(line(creation())))
        assert (third.refused, fourth.refused) == ([], [])

    def test_equal_saves_after_different_ones_are_two(self, where, hub, pen, device):
        twin = copy.copy(pen)
        same = line(creation(new_id(), code="BL1", address="Via Po"))
        hub.admit(device, pen.frame(line(creation()), same))

        assert hub.admit(device, twin.frame(line(creation()), same)).refused == []

    def test_a_fork_before_an_earlier_fork_is_found_too(self, where, hub, pen, device):
        early = copy.copy(pen)
        lines = [line(creation()) for _ in range(3)]
        hub.admit(device, pen.frame(lines[0]))
        late = copy.copy(pen)
        hub.admit(device, pen.frame(lines[1]))
        hub.admit(device, late.frame(lines[1], lines[2]))

        found = hub.admit(device, early.frame(*lines)).refused

        assert found == [Refused(0, "repeated", "1"), Refused(1, "repeated", "2"), Refused(2, "repeated", "4")]

    def test_a_refused_save_is_repeated_and_not_judged_again(self, where, hub, pen, device):
        twin, record = copy.copy(pen), new_id()
        bad = line(creation(record, code="BL1", address="a\u200eb"))
        assert [item.code for item in hub.admit(device, pen.frame(bad)).refused] == ["bad_value"]

        again = hub.admit(device, twin.frame(bad, line(edit(record, 0, address=("a", "b")))))

        assert [item.code for item in again.refused] == ["repeated", "needs_refused"]

    def test_a_new_life_may_go_on_with_the_chain_of_its_backup(self, where, hub, pen, device):
        hub.admit(device, pen.frame(line(creation())))
        restored = replace(pen, incarnation="f" * 16)

        assert hub.admit(device, restored.frame(line(creation()))).refused == []
        assert hub.admit(device, pen.frame(line(creation()))).first_seq == 3

    def test_of_a_device_that_never_forked_nothing_is_kept(self, where, hub, pen, device):
        for _ in range(2):
            hub.admit(device, pen.frame(line(creation())))
        with where.reading("A995") as here:
            assert here.identity_at(1) is None
