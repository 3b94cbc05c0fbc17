"""`.ala` files: whole, for their reader alone, and honest about what is missing."""

from __future__ import annotations

import random
import struct

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ala_desktop.sync import parcels
from ala_desktop.sync.parcels import Address, Missing, label_of, unwrap, wrap
from ala_desktop.sync.protocol import Malformed, encode

KEY = Ed25519PrivateKey.from_private_bytes(b"r" * 32)
PUBLIC = KEY.public_key()
CONTENT = random.Random(1).randbytes(45_000)


def made(content: bytes = CONTENT, most: int = 12_000, parcel: str = "p1") -> list[bytes]:
    return wrap(content, PUBLIC, Address(parcel, "letter", "d" * 32, "h" * 32), most)


def test_what_was_wrapped_opens_whatever_the_order_and_the_repetitions():
    parts = made()
    assert len(parts) == 5
    assert max(map(len, parts)) <= 12_000
    assert unwrap(parts, KEY) == CONTENT
    assert unwrap([*reversed(parts), parts[0]], KEY) == CONTENT


def test_a_small_content_is_one_part_and_an_empty_one_too():
    assert len(made(b"ciao")) == 1
    assert unwrap(made(b"ciao"), KEY) == b"ciao"
    assert unwrap(made(b""), KEY) == b""


def test_the_label_says_what_it_is_without_the_key():
    label = label_of(made()[2])
    assert (label.kind, label.sender, label.to, label.part, label.parts) == ("letter", "d" * 32, "h" * 32, 3, 5)


def test_nothing_of_the_content_stands_in_clear():
    secret = b"sfratto esecutivo"
    assert secret not in b"".join(made(secret * 100))


def test_parts_that_lack_are_named():
    parts = made()
    with pytest.raises(Missing) as told:
        unwrap([parts[0], parts[3]], KEY)
    assert (told.value.parts, told.value.of) == ([2, 3, 5], 5)


def test_parts_of_two_parcels_do_not_mix():
    with pytest.raises(Malformed, match="file diversi"):
        unwrap([*made()[:4], made(parcel="p2")[4]], KEY)


def test_another_reader_cannot_open_it():
    with pytest.raises(Malformed, match="altro destinatario"):
        unwrap(made(), Ed25519PrivateKey.from_private_bytes(b"x" * 32))


@pytest.mark.parametrize("place", range(0, 1_400, 7))
def test_a_changed_byte_anywhere_does_not_open(place: int):
    (part,) = made(b"breve" * 200)
    changed = bytearray(part)
    changed[place % len(part)] ^= 0x10
    with pytest.raises((Malformed, Missing)):
        unwrap([bytes(changed)], KEY)


@pytest.mark.parametrize(
    "part",
    [b"", b"ALA", b"ALAF", b"PK\x03\x04 zip", b"ALAF" + b"\xff" * 40, b"ALAF\0\0\0\2{}", b'ALAF\0\0\1\0{"format":1,'],
)
def test_what_is_no_part_is_refused(part: bytes):
    with pytest.raises(Malformed):
        unwrap([part], KEY)


@pytest.mark.parametrize(
    "change", [{"format": 2}, {"part": 0}, {"part": 6}, {"parts": 1_000_000}, {"parts": -1}, {"size": 1}]
)
def test_a_label_that_lies_is_refused(change: dict[str, int]):
    (part,) = made(b"breve")
    label = label_of(part)
    fields = {name: getattr(label, name) for name in label.__struct_fields__} | change
    data = encode(fields)
    rest = part[8 + struct.unpack(">I", part[4:8])[0] :]
    with pytest.raises((Malformed, Missing)):
        unwrap([b"ALAF" + struct.pack(">I", len(data)) + data + rest], KEY)


def test_more_than_the_most_parts_is_not_made():
    with pytest.raises(ValueError, match="parts"):
        made(bytes(parcels.MOST_PARTS * parcels.LEAST_PART_BYTES), most=parcels.LEAST_PART_BYTES)
