"""A frame as bytes: sealed by a device, opened and checked by everybody else (SYNC 1, 14).

Layout: `ALA1`, header length (4 bytes, big endian), header, signature (64 bytes, Ed25519 over the header),
payload (zstd of the salt and the canonical lines, one each). The payload is checked against the chain head in the
header. The salt that keys the ops' digests is not signed, so that a purge can drop it (ADR 8).
"""

from __future__ import annotations

import re
import struct
from typing import NamedTuple

import zstandard
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ala_desktop.sync import chain
from ala_desktop.sync.protocol import (
    CODEC,
    MOST_FRAME_BYTES,
    MOST_MEMBERS,
    MOST_PAYLOAD_BYTES,
    Header,
    Malformed,
    Transaction,
    decode_header,
    decode_lines,
    encode_header,
)

_MAGIC = b"ALA1"
_DOMAIN = b"ala frame 1\n"
_LENGTH = struct.Struct(">I")
_SIGNATURE = 64
_MOST_HEADER = 4_096
_MOST_WINDOW = 1 << 23
_SALT = re.compile(rb"[0-9a-f]{64}")
_TEXT = re.compile(rb'"[^"]*"')


class Frame(NamedTuple):
    """A sealed frame taken apart: its header, the header's bytes, and the compressed payload."""

    header: Header
    header_bytes: bytes
    payload: bytes

    @property
    def hash(self) -> str:
        """Hash of the header: the frame's name in the hub's log."""
        return chain.header_hash(self.header_bytes)


class Payload(NamedTuple):
    """What a frame carries: the salt of its ops' digests (hex), and a line for each transaction."""

    salt: str
    lines: list[bytes]

    def joined(self) -> bytes:
        """As it is compressed."""
        return b"\n".join((self.salt.encode(), *self.lines))


def seal(header: Header, payload: bytes, key: Ed25519PrivateKey) -> bytes:
    """The sealed bytes of a frame around a joined payload; stored and served verbatim from here on."""
    payload = zstandard.ZstdCompressor(level=3).compress(payload)
    head = encode_header(header)
    return b"".join((_MAGIC, _LENGTH.pack(len(head)), head, key.sign(_DOMAIN + head), payload))


def split(sealed: bytes) -> Frame:
    """Take a sealed frame apart without trusting it.

    Raises:
        Malformed: no frame, too long, or a header that is not in its one encoding.
    """
    if len(sealed) > MOST_FRAME_BYTES:
        raise Malformed("lotto troppo grande")
    if sealed[:4] != _MAGIC or len(sealed) < 8:
        raise Malformed("non è un lotto di ALA")
    (length,) = _LENGTH.unpack(sealed[4:8])
    if length > _MOST_HEADER or len(sealed) < 8 + length + _SIGNATURE:
        raise Malformed("lotto troncato")
    head = sealed[8 : 8 + length]
    header = decode_header(head)
    if not 1 <= header.codec <= CODEC:
        raise Malformed("versione del formato non conosciuta")
    return Frame(header, head, sealed[8 + length + _SIGNATURE :])


def verify(sealed: bytes, frame: Frame, public_key: bytes) -> None:
    """Check the signature of a frame against the device's public key (32 bytes).

    Raises:
        Malformed: another key signed it, or the header was changed.
    """
    start = 8 + len(frame.header_bytes)
    try:
        key = Ed25519PublicKey.from_public_bytes(public_key)
        key.verify(sealed[start : start + _SIGNATURE], _DOMAIN + frame.header_bytes)
    except (InvalidSignature, ValueError) as problem:
        raise Malformed("firma non valida") from problem


def payload_of(frame: Frame) -> Payload:
    """The salt and the transactions' lines, decompressed within the size that the header declares.

    Raises:
        Malformed: a damaged or oversized payload, or another number of lines than declared.
    """
    header = frame.header
    if not 0 < header.size <= MOST_PAYLOAD_BYTES:
        raise Malformed("contenuto troppo grande")
    try:
        # The library allocates what the payload itself announces, whatever is asked of it: announced must be declared.
        if zstandard.frame_content_size(frame.payload) != header.size:
            raise Malformed("contenuto diverso da quello dichiarato")
        payload = zstandard.ZstdDecompressor(max_window_size=_MOST_WINDOW).decompress(
            frame.payload, max_output_size=header.size, allow_extra_data=False
        )
    except zstandard.ZstdError as problem:
        raise Malformed("contenuto danneggiato") from problem
    if len(payload) != header.size or payload.count(b"\n") != header.count:
        raise Malformed("contenuto diverso da quello dichiarato")
    if _members(payload) > MOST_MEMBERS:
        raise Malformed("contenuto di troppi elementi")
    salt, *lines = payload.split(b"\n")
    if not _SALT.fullmatch(salt):
        raise Malformed("contenuto diverso da quello dichiarato")
    return Payload(salt.decode(), lines)


def _members(payload: bytes) -> int:
    """How many commas stand outside texts, as far as it matters: values take up to forty times their bytes."""
    commas = payload.count(b",")
    if commas <= MOST_MEMBERS:
        return commas
    # Once escaped signs are gone, each quotation mark opens or closes a text.
    bare = payload.replace(rb"\\", b"").replace(rb"\"", b"")
    members = at = 0
    for text in _TEXT.finditer(bare):
        members += bare.count(b",", at, text.start())
        at = text.end()
        if members > MOST_MEMBERS:
            return members
    return members + bare.count(b",", at)


def open_lines(frame: Frame, previous_head: str) -> list[Transaction]:
    """The frame's transactions, once its payload has proved to continue the device's chain.

    Args:
        frame: a frame whose signature was verified.
        previous_head: the device's chain before this frame.

    Raises:
        Malformed: a line is not in normal form, or the chain does not end at the header's head.
    """
    payload = payload_of(frame)
    transactions, hashed = decode_lines(payload.lines)
    if chain.device_head(previous_head, payload.salt, hashed) != frame.header.head:
        raise Malformed("il contenuto non corrisponde alla catena del dispositivo")
    return transactions
