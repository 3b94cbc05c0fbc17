"""A payload that would fill the memory is refused before it is unpacked."""

import secrets
import tracemalloc
from dataclasses import dataclass

import pytest
import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ala_desktop.sync import chain, envelope
from ala_desktop.sync.protocol import CODEC, MOST_PAYLOAD_BYTES, Header, Malformed

BOMB = zstandard.ZstdCompressor(level=19).compress(bytes(400_000_000))


@dataclass
class Sealer:
    """Seals whatever payload it is given, whatever the header says of it."""

    size: int

    def frame(self, compressed: bytes) -> envelope.Frame:
        seen = [(1, 0, chain.START)]
        header = Header("h", "A995", "d", "PC 1", "i", "b", 1, 1, chain.START, "", self.size, CODEC, seen)
        sealed = envelope.seal(header, b"", Ed25519PrivateKey.generate())
        nothing = zstandard.ZstdCompressor(level=3).compress(b"")
        return envelope.split(sealed[: -len(nothing)] + compressed)


@pytest.mark.parametrize("declared", [1_000, MOST_PAYLOAD_BYTES, 400_000_000, 0, -1])
def test_a_bomb_is_refused_without_taking_memory(declared: int):
    sealer = Sealer(declared)
    tracemalloc.start()
    try:
        with pytest.raises(Malformed):
            envelope.payload_of(sealer.frame(BOMB))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 1_000_000


def test_a_payload_that_hides_its_size_is_refused():
    hiding = zstandard.ZstdCompressor(level=3, write_content_size=False).compress(bytes(50_000_000))
    assert zstandard.frame_content_size(hiding) == -1

    with pytest.raises(Malformed):
        envelope.payload_of(Sealer(1_000).frame(hiding))


def test_bytes_after_the_payload_are_refused():
    payload = secrets.token_hex(32).encode() + b"\nline"
    compressed = zstandard.ZstdCompressor(level=3).compress(payload)
    assert envelope.payload_of(Sealer(len(payload)).frame(compressed)).lines == [b"line"]

    with pytest.raises(Malformed):
        envelope.payload_of(Sealer(len(payload)).frame(compressed + b"hidden"))


AT = b'["2026-11-22T09:00:00Z","",null,['
OPS = b",".join([b'["","",0,{"":[0,0]},[]]'] * 100_000)
MEMBERS = b",".join(b'"%06d":0' % number for number in range(300_000))
MANY = {
    "ops": AT + OPS + b"]]",
    "members": AT + b'["housing_unit","' + b"a" * 32 + b'",null,{' + MEMBERS + b"},[]]]]",
    "resolutions": AT + b'["housing_unit","' + b"a" * 32 + b'",0,{"x":[0,0]},[' + b'["","",0],' * 300_000 + b"]]]]",
}


@pytest.mark.parametrize("line", MANY.values(), ids=MANY)
def test_a_payload_of_too_many_members_is_refused_before_it_is_decoded(line: bytes):
    payload = secrets.token_hex(32).encode() + b"\n" + line

    with pytest.raises(Malformed, match="elementi"):
        envelope.payload_of(Sealer(len(payload)).frame(zstandard.ZstdCompressor(level=3).compress(payload)))


def test_commas_of_a_text_are_no_members():
    line = AT + b'["housing_unit","' + b"a" * 32 + b'",null,{"notes":"' + b'\\",' * 300_000 + b'"},[]]]]'
    payload = secrets.token_hex(32).encode() + b"\n" + line

    frame = Sealer(len(payload)).frame(zstandard.ZstdCompressor(level=3).compress(payload))
    tracemalloc.start()
    try:
        opened = envelope.payload_of(frame)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert opened.lines == [line]
    assert peak < 20_000_000


def test_a_payload_of_empty_lines_is_refused_without_taking_memory():
    payload = secrets.token_hex(32).encode() + b"\n" * 7_000_000
    frame = Sealer(len(payload)).frame(zstandard.ZstdCompressor(level=3).compress(payload))
    tracemalloc.start()
    try:
        with pytest.raises(Malformed):
            envelope.payload_of(frame)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 10_000_000
