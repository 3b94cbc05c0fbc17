"""Which store wrote what, where stores are copied and put back (ADR 14). Told by the simulation, not by the log.

A life is one store from its beginning, or from the moment at which it was copied; what was saved before is its
parent's. A transaction is (life, device_seq), whoever looks at it and in whatever frame it travels.
"""

from __future__ import annotations

from collections.abc import Sequence

from ala_desktop.sync.protocol import Header
from tests.property.oracle import TransactionKey


class Lineage:
    """The lives, and which batch was sealed by a copy; a store that is none has the name of its incarnation."""

    def __init__(self) -> None:
        self._parents: dict[str, tuple[str, int]] = {}
        self._sealed_by: dict[str, str] = {}

    def fork(self, parent: str, upto: int) -> str:
        """Begin a life that has in common with `parent` what that saved up to a device_seq; returns its name."""
        name = f"{parent}+{len(self._parents) + 1}"
        self._parents[name] = parent, upto
        return name

    def minted(self, life: str, batch: str) -> None:
        """Note an id that a copy minted: it may become the name of a batch."""
        self._sealed_by[batch] = life

    def key(self, life: str, number: int) -> TransactionKey:
        """What a life, or those before it, saved under a device_seq."""
        while number <= self._parents.get(life, ("", 0))[1]:
            life = self._parents[life][0]
        return life, number

    def keys(self, header: Header) -> Sequence[TransactionKey]:
        """The transactions of a frame."""
        life = self._sealed_by.get(header.batch, header.incarnation)
        return [self.key(life, header.first + index) for index in range(header.count)]

    def before(self, key: TransactionKey) -> TransactionKey | None:
        """What the author saved last before."""
        return self.key(key[0], key[1] - 1) if key[1] > 1 else None

    def wrote(self, life: str, upto: int, key: TransactionKey) -> bool:
        """Whether a life had saved a transaction itself, among those up to a device_seq."""
        return key[1] <= upto and self.key(life, key[1]) == key
