"""Frames of the model: the real lines, chains and hashes, in a header that says what its ops rest on.

What the real header lacks so far is `seen`: for each epoch that a base in the frame names, the position of the
device's log in that epoch. Signatures are taken for granted: nobody in the model forges.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import NamedTuple

import msgspec

from ala_desktop.sync import chain
from ala_desktop.sync.protocol import Entry, Hashed, Transaction, decode_lines, encode

HUB = "hub"
_EPOCH = 1 << 40
"""A base is a number: seq, and the epoch above it, counted from 1; in epoch 1 it is what it is today."""


def pack(epoch: int, seq: int) -> int:
    return (epoch - 1) * _EPOCH + seq


def unpack(base: int) -> tuple[int, int]:
    return base // _EPOCH + 1, base % _EPOCH


class Tip(NamedTuple):
    """A position by which a frame names a branch: its seq and the hub's chain there."""

    seq: int
    chain: str


class Header(msgspec.Struct, frozen=True):
    """What is signed: as `protocol.Header`, and `seen`."""

    device: str
    incarnation: str
    first: int
    count: int
    head: str
    previous: str
    seen: list[tuple[int, int, str]]


class Graft(NamedTuple):
    """What the hub says when it takes up a branch beside its own log: the new epoch, and the branch's links."""

    epoch: int
    fork: str
    entries: list[Entry]


class Saved(NamedTuple):
    """One transaction as it waits: its line, and the world's own number for it, which no replica looks at."""

    ghost: int
    line: bytes


@dataclass(frozen=True, eq=False)
class Frame:
    """A sealed frame. `graft` and `enrols` are in the hub's own frames only."""

    header: Header
    saved: tuple[Saved, ...]
    graft: Graft | None = None
    enrols: str = ""

    @cached_property
    def hash(self) -> str:
        return chain.header_hash(encode(self.header))

    @cached_property
    def opened(self) -> tuple[list[Transaction], list[Hashed]]:
        return decode_lines([saved.line for saved in self.saved])

    @property
    def tips(self) -> dict[int, Tip]:
        return {epoch: Tip(seq, chain) for epoch, seq, chain in self.header.seen}


def hub_frame(content: object, graft: Graft | None = None, enrols: str = "") -> Frame:
    """A frame that the hub signs: its name follows from its content."""
    head = blake2b(encode(content), digest_size=32).hexdigest()
    return Frame(Header(HUB, HUB, 1, 1, head, "", []), (), graft, enrols)


def root(device: str) -> str:
    """The identity before a device's first transaction."""
    return blake2b(device.encode(), digest_size=16).hexdigest()


def identity(parent: str, line: bytes) -> str:
    """Who a transaction is: what it says, after everything that its device said before.

    Two stores that were one when it was saved agree on it, whatever frame they put it into.
    """
    return blake2b(bytes.fromhex(parent) + line, digest_size=16).hexdigest()
