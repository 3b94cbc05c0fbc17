"""What the log needs of a hub and no more: an order and a chain. For scenes that are not about the hub."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from ala_desktop.sync import chain, envelope
from ala_desktop.sync.protocol import Arrived, Entry, Position
from tests.property.lineage import Lineage
from tests.property.oracle import TransactionKey

START = Position(1, 0, chain.START)


class Ordered(NamedTuple):
    """A frame that stands in the log, where, and the transactions in it."""

    device: str
    sealed: bytes
    entry: Entry
    keys: Sequence[TransactionKey]


class Hub(Protocol):
    """What a simulated PC pulls from.

    Attributes:
        log: what was taken in. position: where it ends. lineage: which store wrote what.
    """

    log: list[Ordered]
    position: Position
    lineage: Lineage

    def page(self, device: str, after: Position, most: int) -> list[Arrived] | None:
        """The next frames after a place, as `device` gets them: its own as stubs. None: the place is not known."""
        ...

    def signature(self, place: Position) -> str:
        """The hub's own, over a place to which it served its log; empty of a hub that gives none."""
        ...


def ordered(entry: Entry, sealed: bytes, lineage: Lineage) -> Ordered:
    """A frame in its place."""
    header = envelope.split(sealed).header
    return Ordered(header.device, sealed, entry, lineage.keys(header))


class OrderingHub(Hub):
    """Takes each frame once, in the order of its incarnation."""

    def __init__(self) -> None:
        self.log: list[Ordered] = []
        self.position = START
        self.lineage = Lineage()
        self._heads: dict[str, str] = {}

    def offer(self, sealed: bytes) -> bool:
        """Whether the frame was new; a repeated one changes nothing, one that skips its predecessor is not taken."""
        frame = envelope.split(sealed)
        header = frame.header
        known = any(one.entry.header_hash == frame.hash for one in self.log)
        if known or header.previous != self._heads.get(header.incarnation, ""):
            return False
        entry = Entry(self.position.seq + 1, header.count, frame.hash, [])
        self.log.append(ordered(entry, sealed, self.lineage))
        self.position = chain.position_after(self.position, [Arrived(entry, None)])
        self._heads[header.incarnation] = frame.hash
        return True

    def page(self, device: str, after: Position, most: int) -> list[Arrived]:
        """As `Hub.page`."""
        return self.served(device, [one for one in self.log if one.entry.first_seq > after.seq][:most])

    def signature(self, place: Position) -> str:
        """As `Hub.signature`."""
        return ""

    def served(self, device: str, page: list[Ordered]) -> list[Arrived]:
        """Frames as `device` gets them."""
        return [Arrived(one.entry, None if one.device == device else one.sealed) for one in page]
