"""Frames opened ahead: what needs no store is done on the network's thread while the store writes the page before.

Nothing is believed that taking a page in would not have found: a frame counts as opened only under the key and after
the chain that it was opened with. What cannot be opened ahead is opened, or refused, when its turn comes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ala_desktop.core.collector import collector_at_rest
from ala_desktop.sync import chain, envelope
from ala_desktop.sync.protocol import Arrived, Malformed, Transaction


class Opened(NamedTuple):
    """A frame whose signature and chain were checked: its transactions, the public key, the device's chain before."""

    transactions: list[Transaction]
    key: bytes
    before: str


class Ahead:
    """Opens the pages of one pull, in order."""

    def __init__(self) -> None:
        self._heads: dict[str, str] = {}
        """The device's chain after each frame that passed by, by the hash of its header."""

    @collector_at_rest()
    def open(self, arrived: Iterable[Arrived], keys: Mapping[str, bytes]) -> dict[str, Opened]:
        """What could be opened, by the hash of the header. `keys`: public keys by device."""
        found: dict[str, Opened] = {}
        for entry, sealed in arrived:
            opened = self._open(entry.header_hash, sealed, keys) if sealed is not None else None
            if opened is not None:
                found[entry.header_hash] = opened
        return found

    def _open(self, name: str, sealed: bytes, keys: Mapping[str, bytes]) -> Opened | None:
        try:
            frame = envelope.split(sealed)
            header = frame.header
            self._heads[name] = header.head
            before = self._heads.get(header.previous) if header.previous else chain.START
            key = keys.get(header.device)
            if frame.hash != name or header.is_hubs or before is None or key is None:
                return None
            envelope.verify(sealed, frame, key)
            return Opened(envelope.open_lines(frame, before), key, before)
        except Malformed:
            return None
