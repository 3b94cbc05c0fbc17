"""What the fold must know of the log besides its transactions: frames, lines and side branches (ADR 14).

A device's frames are a tree: two that follow the same one are a fork, of a store that was copied or put back. A line
is a stretch of it without forks, and stands for the author in stamps and claims. A graft tells of a side branch of the
log: how its frames stood there. Here in memory; `stored_ledger` is the same over a store.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from typing import NamedTuple

from ala_desktop.sync import chain, envelope
from ala_desktop.sync.protocol import Entry, Header, Malformed, Refused

REPEATED = "repeated"
"""Code of a transaction that stands in the log already, in another frame of a store that was copied."""


class Spot(NamedTuple):
    """A frame in the log, and how its device goes on from it.

    Attributes:
        entry: its place. device, incarnation: whose it is; the hub's own frames name the hub.
        next, head: device_seq and chain from which the next frame goes on.
        line: of its last transaction; empty in a frame of the hub.
        last: seq of the first place of its last transaction.
    """

    entry: Entry
    device: str
    incarnation: str
    next: int
    head: str
    line: str
    last: int

    def first_place(self, index: int) -> int:
        """The seq that one of its transactions counts by: its own, or the one that it repeats."""
        for item in self.entry.refused:
            if item.index == index and item.code == REPEATED:
                return int(item.detail)
        return self.entry.first_seq + index


class Line(NamedTuple):
    """A stretch of a device's chain without forks.

    Attributes:
        name: the incarnation for its first line; another one has the seq at which it begins behind it.
        last: seq of its newest transaction.
        parent, parent_seq: the line that it grew out of, and up to where; empty and 0 without one.
    """

    name: str
    incarnation: str
    last: int
    parent: str
    parent_seq: int


class Link(NamedTuple):
    """A step on a side branch: the chain before, and the entry that leads on."""

    before: str
    entry: Entry


class Way(NamedTuple):
    """From the trunk to a place: where the branch leaves it, and what stands beyond, trunk's seq to the branch's."""

    join: int
    beyond: dict[int, int]


class Ledger:
    """Frames in order. Whoever appends has checked signatures; here is checked that each frame fits."""

    def __init__(self, sealed_at: Callable[[int], bytes | None]) -> None:
        """`sealed_at`: the bytes of a frame that was appended before, by its first seq; empty for one of a snapshot."""
        self._sealed_at = sealed_at
        self.spots: dict[str, Spot] = {}
        self.lines: dict[str, Line] = {}
        self.links: dict[str, Link] = {}
        self.chains: dict[int, str] = {}
        self._starts: list[int] = []
        self._names: list[str] = []

    # --- looking up; a store is asked for what is not here ------------------------------------------------------------

    def spot(self, name: str) -> Spot | None:
        """The frame whose header has this hash."""
        return self.spots.get(name)

    def spot_at(self, seq: int) -> Spot | None:
        """The frame in which a place of the log is."""
        at = bisect_right(self._starts, seq) - 1
        if at < 0:
            return None
        spot = self.spots[self._names[at]]
        return spot if seq < spot.entry.first_seq + spot.entry.count else None

    def line(self, name: str) -> Line | None:
        """The line of that name."""
        return self.lines.get(name)

    def link(self, there: str) -> Link | None:
        """The last step to a place on a side branch."""
        return self.links.get(there)

    def chain_at(self, seq: int) -> str | None:
        """The hub's chain after a place that ends a frame."""
        return self.chains.get(seq, chain.START if seq == 0 else None)

    def refusals(self, spot: Spot) -> list[tuple[int, int, Refused]]:
        """Of a frame, what the hub refused: index, the seq that it counts by, and why.

        What it repeats may have been refused where it stands first.
        """
        found: list[tuple[int, int, Refused]] = []
        for index in (item.index for item in spot.entry.refused):
            seq = spot.first_place(index)
            first = self.spot_at(seq)
            verdicts = first.entry.refused if first else []
            found += [
                (index, seq, item)
                for item in verdicts
                if first and item.index == seq - first.entry.first_seq and item.code != REPEATED
            ]
        return found

    # --- appending ----------------------------------------------------------------------------------------------------

    def before(self, header: Header) -> Spot | None:
        """The frame that a device's frame follows; None for the first one.

        Raises:
            Malformed: it follows none that is here, or not right after it.
        """
        if not header.previous:
            if header.first != 1:
                raise Malformed("il lotto non segue il precedente dello stesso dispositivo")
            return None
        spot = self.spot(header.previous)
        if spot is None or (spot.device, spot.next) != (header.device, header.first):
            raise Malformed("il lotto non segue il precedente dello stesso dispositivo")
        return spot

    def append(self, entry: Entry, header: Header, there: str, sealed: bytes) -> Spot:
        """Take a device's frame up; `there` is the hub's chain after it.

        Raises:
            Malformed: as `before`, or what it is said to repeat does not stand where the hub says.
        """
        spot, life, end = self.before(header), header.incarnation, entry.first_seq + entry.count - 1
        line, last = (spot.line, spot.last) if spot else ("", 0)
        told = [item for item in entry.refused if item.code == REPEATED]
        if told:
            line, last = self._repeated(entry, told, last, sealed)
        if len(told) < entry.count:
            line, last = self._continued(line, last, life, entry.first_seq + len(told), end).name, end
        fresh = Spot(entry, header.device, life, header.first + header.count, header.head, line, last)
        self.put(fresh, there)
        return fresh

    def append_notice(self, entry: Entry, hub: str, there: str) -> Spot:
        """Take a frame of the hub's own up."""
        spot = Spot(entry, hub, hub, 1 + entry.count, "", "", 0)
        self.put(spot, there)
        return spot

    def put(self, spot: Spot, there: str) -> None:
        """Note how the next frame stands, as a snapshot tells it or as was found here; `there`: the chain after it."""
        self.spots[spot.entry.header_hash] = spot
        self._starts.append(spot.entry.first_seq)
        self._names.append(spot.entry.header_hash)
        self.chains[spot.entry.first_seq + spot.entry.count - 1] = there

    def _repeated(self, entry: Entry, told: list[Refused], last: int, sealed: bytes) -> tuple[str, int]:
        """Line and place of the last transaction that a frame repeats; they are its first ones.

        The hub's word is not enough, for what is repeated has no effect: at the place that it names the same device
        must have said the same after the same. `last` is the place of what the frame follows.
        """
        frame = envelope.split(sealed)
        lines, place, line = envelope.payload_of(frame).lines, last, ""
        for index, item in enumerate(told):
            before, place = place, int(item.detail) if item.detail.isdecimal() else 0
            found = self.spot_at(place) if 0 < place < entry.first_seq else None
            if (
                item.index != index
                or found is None
                or found.device != frame.header.device
                or not self._said(place, found, (before, lines[index]))
            ):
                raise Malformed("la centrale dà per ripetuto quello che non lo è")
            line = found.line
        return line, place

    def _said(self, place: int, spot: Spot, words: tuple[int, bytes]) -> bool:
        """Whether at a place stands, for the first time, this line after what stands at that other place.

        Of what is in a snapshot nobody here knows the words: the hub's are taken, as they were for the snapshot.
        """
        index, sealed = place - spot.entry.first_seq, self._sealed_at(spot.entry.first_seq)
        if sealed is None or spot.first_place(index) != place:
            return False
        if not sealed:
            return True
        frame = envelope.split(sealed)
        if index:
            before = spot.first_place(index - 1)
        else:
            previous = self.spot(frame.header.previous)
            before = previous.last if previous else 0
        return (before, envelope.payload_of(frame).lines[index]) == words

    def _continued(self, parent: str, last: int, life: str, begin: int, end: int) -> Line:
        """The line on which transactions from `begin` to `end` are: their predecessor's, if they are first to go on."""
        known = self.line(parent) if parent else None
        if known is not None and (known.last, known.incarnation) == (last, life):
            line = known._replace(last=end)
        else:
            name = life if self.line(life) is None else f"{life}~{begin}"
            line = Line(name, life, end, parent, last)
        self.lines[line.name] = line
        return line

    def graft(self, fork: str, entries: list[Entry]) -> None:
        """Note the links of a side branch."""
        before = fork
        for entry in entries:
            after = chain.hub_chain(before, entry)
            self.links[after] = Link(before, entry)
            before = after

    # --- what somebody had seen ---------------------------------------------------------------------------------------

    def own(self, line: Line) -> dict[str, int]:
        """The lines that a line grew out of, each up to the seq to which its author wrote there."""
        own: dict[str, int] = {}
        while line.parent:
            own.setdefault(line.parent, line.parent_seq)
            parent = self.line(line.parent)
            if parent is None:
                break
            line = parent
        return own

    def way(self, seq: int, there: str) -> Way:
        """From the trunk to a place. One that nobody here knows counts as the log's beginning: nothing is seen there.

        Of the branch's transactions those are beyond that had an effect there.
        """
        beyond: dict[int, int] = {}
        while self.chain_at(seq) != there:
            link = self.link(there)
            if link is None:
                return Way(0, {})
            there, entry = link
            seq = entry.first_seq - 1
            spot, without = self.spot(entry.header_hash), {item.index for item in entry.refused}
            if spot is not None and spot.line:
                for index in range(entry.count):
                    if index not in without:
                        beyond[spot.first_place(index)] = entry.first_seq + index
        return Way(seq, beyond)

    def knows(self, seq: int, there: str) -> bool:
        """Whether everything before a place is here: on the way to it, every frame stands on the trunk."""
        while self.chain_at(seq) != there:
            link = self.link(there)
            if link is None or self.spot(link.entry.header_hash) is None:
                return False
            there, seq = link.before, link.entry.first_seq - 1
        return True
