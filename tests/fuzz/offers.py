"""The fuzzer of recoveries: what a PC that means harm, or is broken, tells a hub that was put back.

Whatever it was told, the hub's log goes on as it stood and holds nothing but frames that this hub once logged, byte for
byte; and an honest PC can make it whole. What is drawn follows from the seed; keys and ids are fresh in each process.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from random import Random

import msgspec

from ala_desktop.hub.cards import certificate_in
from ala_desktop.hub.identity import Identity
from ala_desktop.hub.store_sqlite import SqliteStore
from ala_desktop.hub.trunk import enrolment_of
from ala_desktop.sync import envelope
from ala_desktop.sync.declined import ERRORS, Declined
from ala_desktop.sync.messages import Compare, Offer, decode
from ala_desktop.sync.notices import Revocation, card_text, seal_notice
from ala_desktop.sync.protocol import Malformed, encode
from tests.fuzz.drafting import key_of
from tests.fuzz.trees import spoil
from tests.hub_frames import AT, HUB, Pen, creation, line
from tests.unit.hub.restored_house import House, other_signature

TENANT = "A995"


class Lost:
    """The log of a comune: enrolments, a revocation, saves of two PCs, and of a copy of one.

    Attributes:
        house: the hub as it was. pen: a PC that it knew from the first. late: one that was enrolled last.
    """

    def __init__(self) -> None:
        self.house = House(SqliteStore(None))
        self.pen, other, self.late = (self.house.enrol(Pen(name=f"PC {number}")) for number in (1, 2, 3))
        shared = line(creation())
        twin = copy.copy(self.pen)
        self.house.send(self.pen, self.pen.frame(shared))
        self.house.save(other, 2)
        self.house.send(twin, twin.frame(shared, line(creation())))
        self.house.say(lambda trunk: trunk.say(Revocation(AT, other.device, 1)))
        self.house.save(self.late)

    def frames(self) -> list[bytes]:
        """As they stand in it."""
        return [item.sealed for item in self.house.log if item.sealed]


class Restored:
    """A hub that was put back to so many entries; perhaps it took new work since."""

    def __init__(self, chance: Random, lost: Lost) -> None:
        self.chance, self.lost = chance, lost
        self.kept = chance.randrange(1, len(lost.house.log))
        self.hub = lost.house.restored(SqliteStore(None), self.kept)
        self.goes_on = chance.random() < 0.4
        if self.goes_on:
            pen = Pen(name="PC 9")
            self.hub.enrol(pen)
            self.hub.save(pen)
        self.own = [item.sealed for item in self.hub.log]

    def offer(self) -> bytes:
        """All that was lost, or a part of it, from a place that is known or not."""
        after = self.kept if self.chance.random() < 0.8 else self.chance.randrange(len(self.lost.house.log))
        upto = self.chance.choice((None, None, self.chance.randint(after + 1, len(self.lost.house.log))))
        return encode(self.lost.house.offer(after, upto))

    def became_of(self, sealed: bytes) -> bytes:
        """A frame of the log, or something else in its place."""
        at, bare = self.chance.randrange(len(sealed)), len(sealed) - len(envelope.split(sealed).payload)
        others = envelope.split(self.chance.choice(self.lost.frames())).payload
        return self.chance.choice((
            sealed, sealed, sealed[:at], sealed + b"x", sealed[:bare] + others, other_signature(sealed),
            sealed[:at] + bytes([sealed[at] ^ 1 << at % 8]) + sealed[at + 1 :],
            self.lost.pen.frame(line(creation()), advance=False),
            seal_notice(Revocation(AT, self.lost.pen.device, 1), TENANT, HUB.hub, key_of("thief")),
        ))  # fmt: skip

    # --- what is asked ------------------------------------------------------------------------------------------------

    def offers(self, told: bytes) -> str:
        return "awaited" if self.hub.recovery.offer(TENANT, decode(told, Offer)).missing else "whole"

    def honest_offer(self) -> str:
        return self.offers(self.offer())

    def spoilt_offer(self) -> str:
        told = self.offer()
        if self.chance.random() < 0.8:
            return self.offers(spoil(self.chance, told))
        offer = decode(told, Offer)
        end = msgspec.structs.replace(offer.end, epoch=offer.end.epoch + 1)
        return self.offers(encode(msgspec.structs.replace(offer, end=end)))

    def put(self) -> str:
        frame, other = self.chance.choices(self.lost.frames(), k=2)
        name = _name(frame if self.chance.random() < 0.8 else other)
        self.hub.recovery.put(TENANT, name, self.became_of(frame))
        return "kept"

    def put_all(self) -> str:
        """Every frame, one of them as it should not be."""
        frames = self.lost.frames()
        strange = self.chance.randrange(len(frames))
        for sealed in frames:
            told = self.became_of(sealed) if sealed == frames[strange] else sealed
            outcome_of(lambda s=sealed, t=told: self.hub.recovery.put(TENANT, _name(s), t))
        return "kept"

    def compare(self) -> str:
        told = encode(Compare(self.chance.sample(self.lost.house.places(), 4)))
        told = spoil(self.chance, told) if self.chance.random() < 0.7 else told
        self.hub.recovery.compare(TENANT, decode(told, Compare).places)
        return "compared"

    def recall(self) -> str:
        """With a certificate, or something like it."""
        late = self.lost.late
        key = self.chance.choice((HUB, Identity(key_of("thief"))))
        sealed = seal_notice(enrolment_of(self.lost.house.rows[late.device]), TENANT, HUB.hub, key.key)
        text = card_text(self.chance.choice((sealed, self.became_of(sealed), sealed[:-1])))
        at = self.chance.randrange(len(text))
        text = self.chance.choice((text, text[:at] + self.chance.choice("A=ù \n") + text[at + 1 :]))
        self.hub.recovery.recall(certificate_in(text, self.chance.choice((late.device, "d" * 32)), HUB))
        return "recalled"

    # --- what must hold -----------------------------------------------------------------------------------------------

    def awaited(self, names: Iterable[str]) -> list[str]:
        """Those of these frames that the hub has not, neither in its log nor put."""
        with self.hub.store.reading(TENANT) as here:
            lacking = set(names) - here.present(list(names))
            return sorted(lacking - here.offered_among(lacking))

    def check(self) -> None:
        """Raises AssertionError: the log does not go on as it stood, or holds what this hub never logged."""
        found = [item.sealed for item in self.hub.log]
        assert found[: len(self.own)] == self.own, "the log was rewritten"
        frames = set(self.lost.frames())
        for sealed in found[len(self.own) :]:
            assert sealed is not None
            frame = envelope.split(sealed)
            if frame.header.is_hubs:
                envelope.verify(sealed, frame, HUB.public)
            else:
                assert sealed in frames, "a frame that this hub never logged"

    def make_whole(self) -> None:
        """As an honest PC does that has the whole log. Raises AssertionError: it cannot."""
        offer = self.lost.house.offer(self.kept)
        frames = {item.entry.header_hash: item.sealed for item in self.lost.house.log}
        for _ in range(len(frames) + 2):  # damaged frames that somebody put are found one by one
            outcome = outcome_of(lambda: self.offers(encode(offer)))
            if outcome == "whole":
                break
            for name in self.awaited(frames) if outcome == "awaited" else ():
                self.hub.recovery.put(TENANT, name, frames[name] or b"")
        places = self.lost.house.places()
        assert self.hub.recovery.compare(TENANT, places).known == len(places) - 1, "the hub is not whole"
        self.check()


def outcome_of(deed: Callable[[], str | None]) -> str:
    """What came of it: a word of its own, or the code of the error.

    Raises:
        AssertionError: a fault.
    """
    try:
        return deed() or ""
    except Malformed:
        return "bad_request"
    except Declined as problem:
        code = problem.code
    assert code in ERRORS.keys() - {"fault", "busy"}
    return code


def _name(sealed: bytes) -> str:
    return envelope.split(sealed).hash


QUESTIONS: dict[Callable[[Restored], str], int] = {
    Restored.honest_offer: 4, Restored.spoilt_offer: 4, Restored.put: 6, Restored.put_all: 2, Restored.compare: 2,
    Restored.recall: 3,
}  # fmt: skip


def case(chance: Random, lost: Lost) -> Counter[str]:
    """One hub that was put back, told a dozen things."""
    restored, counts = Restored(chance, lost), Counter[str]()
    try:
        for question in chance.choices(list(QUESTIONS), list(QUESTIONS.values()), k=12):
            counts[outcome_of(partial(question, restored))] += 1
            restored.check()
        restored.make_whole()
    finally:
        restored.hub.store.close()
    return counts


def play(seed: str, indexes: range, lost: Lost | None = None) -> Counter[str]:
    """Play cases, on this log or a fresh one; returns how often each outcome came.

    Raises:
        AssertionError: with the command that plays the case again.
    """
    counts, lost = Counter[str](), lost or Lost()
    for index in indexes:
        try:
            counts += case(Random(f"{seed}:{index}"), lost)
        except Exception as problem:
            raise AssertionError(
                f"case {index}: replay with python -m tests.fuzz offers {seed} {index} only"
            ) from problem
    lost.house.store.close()
    return counts
