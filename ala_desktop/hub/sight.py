"""What the author of a frame had seen, decided on the author's own log (ADR 14, 2 and 3).

A base is a number: the seq, and above it the epoch, counted from 1. The frame's header pins each epoch to a place by
the hub's chain there; whether that is on the trunk or on a side branch decides how the number is read.
"""

from __future__ import annotations

from collections.abc import Iterable

from ala_desktop.hub.store import Precedents, Reading, Step
from ala_desktop.sync.protocol import Header

_EPOCH = 1 << 40


def unpack(base: int) -> tuple[int, int]:
    """Epoch and seq of a base."""
    return base // _EPOCH + 1, base % _EPOCH


def is_pinned(header: Header, bases: Iterable[int], end: int) -> bool:
    """Whether every base that a frame names is within what its header says of the author's log.

    A frame of codec 1 says nothing: its bases are of the trunk, which ends at `end`.
    """
    if not header.seen:
        return max(bases, default=0) <= end
    reach = {epoch: seq for epoch, seq, _ in header.seen}
    return all(seq <= reach.get(epoch, -1) for epoch, seq in map(unpack, set(bases)))


def knows_all(here: Reading, header: Header, found: Precedents) -> bool:
    """Whether everything that the frame's author had seen is in the log: told by hashes, not by numbers (SYNC 13)."""
    for _, seq, place in header.seen:
        there = found.seqs.get(place)
        if seq != there and (there is not None or not leads_home(here.way(place), seq)):
            return False
    return True


def leads_home(way: list[Step], seq: int) -> bool:
    """Whether a place of a side branch is known: every frame on the way to it stands on the trunk.

    A graft may name more than followed it: a PC that was cut off in the middle of one gave the log back.
    """
    return bool(way) and all(step.here for step in way) and way[0].first_seq + way[0].size - 1 == seq


class Sight:
    """What the author of one frame had seen. The places in its header are known."""

    def __init__(self, here: Reading, header: Header, seqs: dict[str, int]) -> None:
        """`seqs`: by the hub's chain, those of the header's places that are on the trunk."""
        self._here = here
        self._pinned = {epoch: place for epoch, _, place in header.seen}
        self._seqs = seqs
        self._ways: dict[str, list[Step]] = {}

    def sees(self, base: int, seq: int) -> bool:
        """Whether somebody who read a record at `base` had seen the transaction that stands at `seq` of the trunk."""
        epoch, read = unpack(base)
        place = self._pinned.get(epoch)
        if place is None or place in self._seqs:
            return seq <= read
        way = self._ways.setdefault(place, self._here.way(place))
        if seq < way[-1].first_seq:
            return seq <= read
        at = self._here.entry_at(seq)
        there = {step.header_hash: step.first_seq for step in way}.get(at.header_hash) if at else None
        return at is not None and there is not None and there + seq - at.first_seq <= read
