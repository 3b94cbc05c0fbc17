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
        header = Header("h", "A995", "d", "PC 1", "i", "b", 1, 1, chain.START, "", self.size, CODEC)
        sealed = envelope.seal(header, b"", Ed25519PrivateKey.generate())
        nothing = zstandard.ZstdCompressor(level=3).compress(b"")
        return envelope.split(sealed[: -len(nothing)] + compressed)


@pytest.mark.parametrize("declared", [1_000, MOST_PAYLOAD_BYTES, 400_000_000, 0, -1])
def test_a_bomb_is_refused_without_taking_memory(declared: int):
    frame = Sealer(declared).frame(BOMB)
    tracemalloc.start()
    try:
        with pytest.raises(Malformed):
            envelope.payload_of(frame)
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
