"""A file encrypted with a key of its own, in segments, so that none can be cut off, changed, moved or repeated.

ChaCha20-Poly1305 over segments of 65,536 bytes. The nonce is the number of the segment, 11 bytes, and 1 for the last
one, else 0 (the construction STREAM, as age has it); a key is made for one file and used for no other.
"""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

SEGMENT = 65_536
_TAG = 16


class Damaged(ValueError):
    """The bytes are not what was encrypted with this key."""


def new_key() -> str:
    """A key for one file, hex."""
    return secrets.token_hex(32)


def seal(content: bytes, key: str) -> bytes:
    """The encrypted file."""
    cipher = ChaCha20Poly1305(bytes.fromhex(key))
    starts = range(0, max(1, len(content)), SEGMENT)
    return b"".join(
        cipher.encrypt(_nonce(number, last=at == starts[-1]), content[at : at + SEGMENT], None)
        for number, at in enumerate(starts)
    )


def open_sealed(sealed: bytes, key: str) -> bytes:
    """The file again.

    Raises:
        Damaged: another key, or other bytes.
    """
    starts = range(0, max(1, len(sealed)), SEGMENT + _TAG)
    try:
        cipher = ChaCha20Poly1305(bytes.fromhex(key))
        return b"".join(
            cipher.decrypt(_nonce(number, last=at == starts[-1]), sealed[at : at + SEGMENT + _TAG], None)
            for number, at in enumerate(starts)
        )
    except (InvalidTag, ValueError) as problem:
        raise Damaged(str(problem)) from problem


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def sealed_size(size: int) -> int:
    """How many bytes a file of `size` bytes has when it is encrypted."""
    return size + _TAG * max(1, -(-size // SEGMENT))
