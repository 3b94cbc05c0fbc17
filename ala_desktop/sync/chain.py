"""The rolling hashes: a device's chain of transactions, and the hub's chain of frames (SYNC 3, 11; ADR 8)."""

from __future__ import annotations

from hashlib import blake2b

from ala_desktop.sync.protocol import Entry, Hashed, encode

START = "0" * 64
"""The chain before its first link."""


def op_digest(salt: bytes, index: int, place: int, op: bytes) -> bytes:
    """Digest of the op at `place` in the frame's transaction `index`, under a salt of its own."""
    own = blake2b(b"%d.%d" % (index, place), key=salt, digest_size=32).digest()
    return blake2b(op, key=own, digest_size=32).digest()


def link(head: bytes, meta: bytes, digests: list[bytes]) -> bytes:
    """The chain after one more transaction: its time, author and group (`meta`) and the digests of its ops."""
    return blake2b(head + b"".join(digests) + meta, digest_size=32).digest()


def device_head(head: str, salt: str, transactions: list[Hashed]) -> str:
    """A device's chain after the transactions of one frame, each (meta, ops) as encoded."""
    key, current = bytes.fromhex(salt), bytes.fromhex(head)
    for index, (meta, ops) in enumerate(transactions):
        digests = [op_digest(key, index, place, op) for place, op in enumerate(ops)]
        current = link(current, meta, digests)
    return current.hex()


def header_hash(header: bytes) -> str:
    """Hash of an encoded header."""
    return blake2b(header, digest_size=32).hexdigest()


def hub_chain(chain: str, entry: Entry) -> str:
    """The hub's chain after `entry`; what was refused, and why, is part of it."""
    return blake2b(bytes.fromhex(chain) + encode(entry), digest_size=32).hexdigest()
