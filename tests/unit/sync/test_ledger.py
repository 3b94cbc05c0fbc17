"""What a hub says is repeated: only the same words of the same device, after the same words, at the place it names."""

from __future__ import annotations

import copy

import pytest

from ala_desktop.sync import chain, envelope
from ala_desktop.sync.ledger import Ledger
from ala_desktop.sync.protocol import Entry, Malformed, Refused
from tests.hub_frames import Pen, creation, line

X, Y, Z = line(creation()), line(creation()), line(creation())


class Log:
    """A ledger, and the frames in it: each of these lines, and where the hub says that they stand already."""

    def __init__(self) -> None:
        self._frames: dict[int, bytes] = {}
        self.ledger = Ledger(self._frames.get)
        self.end = 0

    def append(self, pen: Pen, *lines: bytes, repeating: tuple[int, ...] = ()) -> None:
        sealed = pen.frame(*lines)
        frame = envelope.split(sealed)
        refused = [Refused(index, "repeated", str(place)) for index, place in enumerate(repeating)]
        entry = Entry(self.end + 1, len(lines), frame.hash, refused)
        self.ledger.append(entry, frame.header, chain.START, sealed)
        self._frames[entry.first_seq] = sealed
        self.end += len(lines)


@pytest.fixture
def pen() -> Pen:
    return Pen()


@pytest.fixture
def log() -> Log:
    return Log()


def test_what_two_copies_sent_is_repeated_however_they_framed_it(log: Log, pen: Pen):
    twin, third = copy.copy(pen), copy.copy(pen)
    log.append(pen, X, Y)
    log.append(pen, Z)
    log.append(twin, X, repeating=(1,))
    log.append(twin, Y, Z, X, repeating=(2, 3))
    log.append(third, X, Y, Z, X, repeating=(1, 2, 3, 7))

    assert log.ledger.spot_at(8).last == 7  # pyright: ignore[reportOptionalMemberAccess]


@pytest.mark.parametrize("repeating", [(2,), (1, 3), (2, 1), (1, 2, 2), (4,), (0,)])
def test_other_words_are_no_repetition(log: Log, pen: Pen, repeating: tuple[int, ...]):
    twin = copy.copy(pen)
    log.append(pen, X, Y, Z)

    with pytest.raises(Malformed):
        log.append(twin, X, Y, X, repeating=repeating)


def test_the_same_words_after_others_are_no_repetition(log: Log, pen: Pen):
    """Y said first by a copy is another save than Y after X; and X again is another than X."""
    twin = copy.copy(pen)
    log.append(pen, X, Y)

    for lines, repeating in (((Y,), (2,)), ((X, X), (1, 1))):
        with pytest.raises(Malformed):
            log.append(copy.copy(twin), *lines, repeating=repeating)
    with pytest.raises(Malformed):
        log.append(copy.copy(pen), X, repeating=(1,))


def test_the_same_words_of_another_device_are_no_repetition(log: Log, pen: Pen):
    log.append(pen, X)

    with pytest.raises(Malformed):
        log.append(Pen(), X, repeating=(1,))


def test_what_repeats_is_not_where_it_is_repeated_from(log: Log, pen: Pen):
    twin, third = copy.copy(pen), copy.copy(pen)
    log.append(pen, X)
    log.append(twin, X, repeating=(1,))

    with pytest.raises(Malformed):
        log.append(third, X, repeating=(2,))


def test_without_the_frame_that_is_named_nothing_is_taken_for_a_repetition(log: Log, pen: Pen):
    twin = copy.copy(pen)
    log.append(pen, X)
    log._frames.clear()

    with pytest.raises(Malformed):
        log.append(twin, X, repeating=(1,))
