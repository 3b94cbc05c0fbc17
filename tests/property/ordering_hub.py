"""What the log needs of a hub and no more: an order, a chain, refusals. Frames pass through it in memory."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from ala_desktop.sync import chain, envelope
from ala_desktop.sync.intake import Arrived
from ala_desktop.sync.protocol import Entry, Position, Refused

HUB = "5" * 32

TransactionKey = tuple[str, int]
"""One transaction, whoever looks at it: (incarnation, device_seq)."""


class Ordered(NamedTuple):
    """A frame that the hub took in."""

    device: str
    sealed: bytes
    entry: Entry
    keys: list[TransactionKey]


class OrderingHub:
    """Takes each frame once, in the order of its device, and refuses a transaction now and then."""

    def __init__(self, chance: Random, refusing: float) -> None:
        self.log: list[Ordered] = []
        self.position = Position(1, 0, chain.START)
        self.refused: set[TransactionKey] = set()
        self._chance = chance
        self._refusing = refusing
        self._heads: dict[str, str] = {}
        self._taken: set[str] = set()

    def offer(self, sealed: bytes) -> bool:
        """Whether the frame was new; a repeated one changes nothing, one that skips its predecessor is not taken."""
        frame = envelope.split(sealed)
        header = frame.header
        if frame.hash in self._taken or header.previous != self._heads.get(header.incarnation, ""):
            return False
        keys = [(header.incarnation, header.first + index) for index in range(header.count)]
        out = [index for index in range(header.count) if self._chance.random() < self._refusing]
        refused = [Refused(index, "bad_value", "prova") for index in out]
        self.refused.update(keys[index] for index in out)
        entry = Entry(self.position.seq + 1, header.count, frame.hash, refused)
        self.log.append(Ordered(header.device, sealed, entry, keys))
        self.position = Position(1, self.position.seq + header.count, chain.hub_chain(self.position.chain, entry))
        self._heads[header.incarnation] = frame.hash
        self._taken.add(frame.hash)
        return True

    def page(self, device: str, after: int, most: int) -> list[Ordered]:
        """The next frames after a place."""
        return [ordered for ordered in self.log if ordered.entry.first_seq > after][:most]

    def served(self, device: str, page: list[Ordered]) -> list[Arrived]:
        """A page as `device` gets it: its own frames as stubs."""
        return [Arrived(item.entry, None if item.device == device else item.sealed) for item in page]

    def close(self) -> None:
        """Nothing is held."""
