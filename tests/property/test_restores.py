"""A hub that is restored without a word, PCs restored and copied: nothing is lost, asked in vain, or stuck.

The rules that make it so are ADR 14's. Each planted alternative below is a shorter way that does not work; the
simulation must notice every one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from ala_desktop.fields.values import Value
from ala_desktop.sync.protocol import Refused
from tests import soaking
from tests.property.restores.client import Branch, Client, Wire
from tests.property.restores.folding import KEY, KIND, SEALED, Folding, Line, Placed
from tests.property.restores.frames import HUB, Frame, Tip, unpack
from tests.property.restores.hub import Declined, Hub, Page
from tests.property.restores.log import Log
from tests.property.restores.stories import STORIES
from tests.property.restores.world import World, play

SEEDS, SOAKED, TEETH = 500, 10_000, 300


@pytest.mark.parametrize("hundred", range(SEEDS // 100))
def test_whatever_is_restored_nothing_is_lost(hundred: int):
    for seed in range(hundred * 100, hundred * 100 + 100):
        play(seed)


@pytest.mark.soak
@pytest.mark.timeout(0)
@pytest.mark.parametrize("first", range(1_000, 1_000 + SOAKED, 500))
def test_thousands_of_restores(first: int):
    soaking.portion("restores", range(first, first + 500), play)


def test_the_seeds_hold_every_trouble():
    seen = sum((play(seed) for seed in range(150)), Counter[str]())
    troubles = {
        "hub restored", "PC restored", "store cloned", "PC lost", "lost message", "late message", "epochs",
        "graft on a graft", "repeated transaction", "refused transaction", "conflict", "resolution",
        "declined: behind", "declined: unknown_device", "forms of two epochs in one save",
        "approval", "rectification",
    }  # fmt: skip
    assert not troubles - (+seen).keys()


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_a_day_that_chance_rarely_brings(story: Callable[[], None]):
    story()


def test_identities_matter_only_of_devices_that_forked(monkeypatch: pytest.MonkeyPatch):
    """What a hub need keep to find repetitions: identities of a device with two frames after one, from there on."""
    repeated = Log.repeated
    seen = Counter[str]()

    def frugal(self: Log, frame: Frame) -> list[int]:
        device = [one for one in self.frames if one.header.device == frame.header.device != HUB]
        after = Counter(one.header.previous for one in [*device, frame])
        forked = [one.header.first for one in [*device, frame] if after[one.header.previous] > 1]
        since = min(forked, default=2**53)
        kept = {
            one
            for other in device
            for place, one in enumerate(self.steps[other.hash][1:], other.header.first)
            if place >= since
        }
        found = [index for index, one in enumerate(self.identities(frame)[1:]) if one in kept]
        assert found == repeated(self, frame)
        seen["repeated" if found else "forked" if forked else "plain"] += 1
        return found

    monkeypatch.setattr(Log, "repeated", frugal)
    for seed in range(60):
        play(seed)
    assert set(seen) == {"repeated", "forked", "plain"}


def test_a_seed_always_tells_the_same_story():
    def told(seed: int) -> tuple[list[str], dict[str, int]]:
        one = World(seed)
        for _ in range(80):
            one.step()
        one.settle()
        return one.hub.log.chains, dict(one.seen)

    assert told(11) == told(11)


# --- shorter ways that do not work ------------------------------------------------------------------------------------


def _the_epoch_is_ignored(patch: pytest.MonkeyPatch) -> None:
    """A base is compared as a bare number, whatever log its author had."""

    def covers(self: Log, tips: dict[int, Tip], base: int, seq: int) -> bool:
        return seq <= unpack(base)[1]

    patch.setattr(Log, "covers", covers)


def _a_base_is_lowered_to_the_fork(patch: pytest.MonkeyPatch) -> None:
    """What was seen beyond the fork counts as unseen."""

    def covers(self: Log, tips: dict[int, Tip], base: int, seq: int) -> bool:
        epoch, read = unpack(base)
        return not seq or bool(base and seq <= min(self.branch(tips[epoch].chain)[0], read))

    patch.setattr(Log, "covers", covers)


def _claims_are_named_by_number_alone(patch: pytest.MonkeyPatch) -> None:
    """A resolution closes the claim that has its number now, not the one that its author meant."""
    patch.setattr(Log, "now_at", lambda self, tips, named: unpack(named)[1])


def _positions_are_numbers(patch: pytest.MonkeyPatch) -> None:
    """The hub serves what comes after a seq, whatever the chain there is."""
    real = Hub.pull

    def pull(self: Hub, device: str, after: Tip, most: int) -> Page:
        near = max((seq, chain) for chain, seq in self.log.at.items() if seq <= after.seq)
        page = real(self, device, Tip(*near), most)
        return page if page.entries else page._replace(end=after.chain)

    patch.setattr(Hub, "pull", pull)


def _acknowledged_on_the_reply(patch: pytest.MonkeyPatch) -> None:
    """A frame is forgotten once the hub says that it has it."""
    patch.setattr(Client, "note_pushed", lambda self, frame: self.flight.remove(frame))


def _only_own_frames_are_given_back(patch: pytest.MonkeyPatch) -> None:
    """Each PC offers what it wrote itself, and then follows the hub."""

    def give_back(self: Client, wire: Wire, known: int) -> None:
        own = [frame for frame in self.log.frames[known:] if frame.header.device == self.device]
        wire.tell(lambda hub: hub.recall(self.certificate))
        for frame in own:
            wire.tell(lambda hub, frame=frame: hub.push(frame))
        join = max(i for i, one in enumerate(self.log.chains) if wire.ask(lambda hub, one=one: one in hub.log.at))
        self.log = self.log.upto(self.log.chains[join])
        self.folding = Folding(self.log)
        self.folding.advance()

    patch.setattr(Client, "give_back", give_back)


def _a_branch_is_left_at_once(patch: pytest.MonkeyPatch) -> None:
    """A PC drops what is not on the hub's trunk as soon as the hub says it has it, then receives page by page."""

    def change_over(self: Client, wire: Wire, join: str, most: int) -> None:
        self.tips[self.log.epoch] = self.log.tip
        self.log = self.log.upto(join)
        self.folding = Folding(self.log)
        self.folding.advance()

    patch.setattr(Client, "change_over", change_over)


def _a_branch_is_left_for_its_frames(patch: pytest.MonkeyPatch) -> None:
    """It is enough that the trunk has every frame of the branch; nobody asks whether it knows where they stood."""
    patch.setattr(Client, "may_leave_for", lambda self, there: self.log.place.keys() <= there.place.keys())


def _a_hub_forgets_what_it_enrolled(patch: pytest.MonkeyPatch) -> None:
    """A device that is not in the restored copy is a stranger, signature or not."""

    def check(self: Hub, certificate: tuple[str, bytes]) -> None:
        if certificate[0] not in self.log.enrolled:
            raise Declined("unknown_device")

    patch.setattr(Hub, "_check", check)


def _the_new_epoch_has_no_former_places(patch: pytest.MonkeyPatch) -> None:
    """What is given back is a push like any other: nobody is told where it stood."""

    def graft(self: Hub, branch: Branch) -> None:
        for frame in branch.frames:
            if frame.hash not in self.log.place and frame.header.device in self.log.enrolled:
                self.log.append(frame, self._verdicts(frame, {}))

    patch.setattr(Hub, "_graft", graft)


def _what_a_frame_rests_on_is_not_asked(patch: pytest.MonkeyPatch) -> None:
    """A frame is taken though its author had seen more than the hub has."""
    patch.setattr(Hub, "refuse_unfounded", lambda self, frame: None)


def _a_base_is_checked_by_number(patch: pytest.MonkeyPatch) -> None:
    """A frame is taken if its bases are not beyond the end of the hub's log."""

    def refuse(self: Hub, frame: Frame) -> None:
        if any(seq > self.log.seq for _, seq, _ in frame.header.seen):
            raise Declined("behind")

    patch.setattr(Hub, "refuse_unfounded", refuse)


def _forks_are_dropped(patch: pytest.MonkeyPatch) -> None:
    """A second frame with the same incarnation and device_seq is taken for the first."""
    real = Hub.push

    def push(self: Hub, frame: Frame) -> None:
        name = frame.header.incarnation, frame.header.first
        if all((other.header.incarnation, other.header.first) != name for other in self.log.frames):
            real(self, frame)

    patch.setattr(Hub, "push", push)


def _forks_are_refused(patch: pytest.MonkeyPatch) -> None:
    """A frame has to continue the newest of its device."""
    real = Hub.push

    def push(self: Hub, frame: Frame) -> None:
        newest = next((f for f in reversed(self.log.frames) if f.header.device == frame.header.device), None)
        if frame.hash not in self.log.place and newest and newest.hash != frame.header.previous:
            raise Declined("broken_chain")
        real(self, frame)

    patch.setattr(Hub, "push", push)


def _copies_count_as_one_author(patch: pytest.MonkeyPatch) -> None:
    """Own is what has the same incarnation, though two PCs have it."""
    real = Placed.sees

    def sees(self: Placed, writer: Any, base: int) -> bool:
        return writer.incarnation.partition("~")[0] == self.line.incarnation or real(self, writer, base)

    patch.setattr(Placed, "sees", sees)


def _a_new_life_disowns_the_old_one(patch: pytest.MonkeyPatch) -> None:
    """What a store wrote before it was restored, and still holds, counts as somebody else's."""
    real = Folding._line

    def line(self: Folding, frame: Frame, parent: str, one: str) -> Line:
        found = real(self, frame, parent, one)
        found.own.clear()
        return found

    patch.setattr(Folding, "_line", line)


def _repetitions_count_twice(patch: pytest.MonkeyPatch) -> None:
    """What was saved before a store was copied, and sent by both, is two transactions."""

    def fresh(self: Log, frame: Frame) -> list[int]:
        return []

    patch.setattr(Log, "repeated", fresh)


def _verdicts_are_forgotten(patch: pytest.MonkeyPatch) -> None:
    """What the hub refused of a frame counts once the frame is given back."""
    real = Hub._verdicts

    def verdicts(self: Hub, frame: Frame, former: dict[int, Refused]) -> list[Refused]:
        found = real(self, frame, former)
        return [item for item in found if item.code == "repeated"] if former else found

    patch.setattr(Hub, "_verdicts", verdicts)


def _sealed_at_random(patch: pytest.MonkeyPatch) -> None:
    """The same value is sealed to other bytes each time, as most encryption does."""
    counter = iter(range(10**9))

    def seal(self: Client, record: str, name: str, value: Value) -> Value:
        return f"{KEY.seal(KIND, record, name, value)}~{next(counter)}" if name in SEALED else value

    def opened(record: str, name: str, value: Value) -> Value:
        return KEY.open(KIND, record, name, str(value).partition("~")[0]) if name in SEALED and value else value

    patch.setattr(Client, "seal_value", seal)
    patch.setattr("tests.property.restores.oracle._plain", opened)


FAULTS = [
    value for name, value in list(globals().items()) if name.startswith("_") and callable(value) and value.__doc__
]


@pytest.mark.parametrize("plant", FAULTS, ids=lambda plant: plant.__name__.strip("_"))
def test_a_shorter_way_is_found_out(plant: Any, monkeypatch: pytest.MonkeyPatch):
    plant(monkeypatch)
    for story in STORIES:
        try:
            story()
        except (AssertionError, Declined, KeyError, pytest.fail.Exception):
            return
    for seed in range(TEETH):
        try:
            play(seed)
        except AssertionError as found:
            assert f"world {seed}" in str(found)  # noqa: PT017
            return
    pytest.fail(f"{plant.__name__}: {TEETH} seeds did not notice")
