"""The rolling hashes: a device's chain of transactions, and the hub's chain of frames (SYNC 3, 11; ADR 8)."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b, shake_256
from itertools import chain, islice

from ala_desktop.sync.protocol import Arrived, Entry, Hashed, Position, encode

START = "0" * 64
"""The chain before its first link."""
_SALT = 32


def salts(secret: str, count: int) -> list[bytes]:
    """A salt for each of a frame's `count` ops, in order, from the frame's secret (hex).

    They are one stretch of SHAKE-256: no one of them tells anything of another, nor of the secret.
    """
    stretch = shake_256(bytes.fromhex(secret)).digest(_SALT * count)
    return [stretch[at : at + _SALT] for at in range(0, _SALT * count, _SALT)]


def device_head(head: str, secret: str, transactions: list[Hashed]) -> str:
    """A device's chain after the transactions of one frame, each (meta, ops) as encoded.

    A link covers the digests of the transaction's ops, each under a salt of its own, and its time, author and group.
    """
    ops = list(chain.from_iterable(ops for _, ops in transactions))
    own = salts(secret, len(ops))
    digests = [blake2b(op, key=salt, digest_size=32).digest() for op, salt in zip(ops, own, strict=True)]
    # Each transaction has an op at least.
    covered = digests if len(ops) == len(transactions) else _by_transaction(digests, transactions)
    current = bytes.fromhex(head)
    for (meta, _), its in zip(transactions, covered, strict=True):
        current = blake2b(current + its + meta, digest_size=32).digest()
    return current.hex()


def _by_transaction(digests: list[bytes], transactions: list[Hashed]) -> list[bytes]:
    following = iter(digests)
    return [b"".join(islice(following, len(ops))) for _, ops in transactions]


def header_hash(header: bytes) -> str:
    """Hash of an encoded header."""
    return blake2b(header, digest_size=32).hexdigest()


def hub_chain(chain: str, entry: Entry) -> str:
    """The hub's chain after `entry`; what was refused, and why, is part of it."""
    return blake2b(bytes.fromhex(chain) + encode(entry), digest_size=32).hexdigest()


def position_after(position: Position, arrived: Iterable[Arrived]) -> Position:
    """Where the log stands after these entries, if they follow `position`; taking them in finds out."""
    for entry, _ in arrived:
        position = Position(position.epoch, position.seq + entry.count, hub_chain(position.chain, entry))
    return position


def root(device: str) -> str:
    """The identity before a device's first transaction (ADR 14, 4)."""
    return blake2b(device.encode(), digest_size=16).hexdigest()


def identities(before: str, lines: Iterable[bytes]) -> list[str]:
    """Who the transactions of a frame are: each what it says, after everything that its device said before.

    Two stores that were one when a transaction was saved agree on it, whatever frame they put it into.
    """
    found: list[str] = []
    for line in lines:
        before = blake2b(bytes.fromhex(before) + line, digest_size=16).hexdigest()
        found.append(before)
    return found
