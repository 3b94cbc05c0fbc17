"""What the hub itself says in the log: nobody else can say it, and it says it in one way."""

from __future__ import annotations

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ala_desktop.sync import chain, envelope, signing
from ala_desktop.sync.envelope import Payload
from ala_desktop.sync.notices import (
    Enrolment,
    Graft,
    Lease,
    Notice,
    Revocation,
    card_in,
    card_text,
    open_notice,
    seal_notice,
)
from ala_desktop.sync.protocol import Entry, Malformed, Position, Refused, encode

KEY = Ed25519PrivateKey.from_private_bytes(b"\3" * 32)
HUB = signing.hub_id(KEY.public_key().public_bytes_raw())
AT = "2026-11-22T09:00:00Z"
ENROLMENT = Enrolment(AT, "d" * 32, "PC 1", 1, "1" * 64, "2" * 64)
NOTICES: list[Notice] = [
    ENROLMENT,
    Revocation(AT, "d" * 32, 1),
    Lease(AT, "d" * 32),
    Graft(2, chain.START, [Entry(1, 2, "f" * 64, [Refused(1, "bad_value", "prova")])]),
]


def sealed(notice: Notice = ENROLMENT) -> bytes:
    return seal_notice(notice, "A995", HUB, KEY)


@pytest.mark.parametrize("notice", NOTICES)
def test_what_the_hub_says_is_read_as_it_was_said(notice: Notice):
    frame = envelope.split(sealed(notice))
    envelope.verify(sealed(notice), frame, KEY.public_key().public_bytes_raw())

    assert open_notice(frame) == notice
    assert frame.header.is_hubs
    assert frame.hash == envelope.split(sealed(notice)).hash


@pytest.mark.parametrize(
    "line", [b"[]", b'["enrol"]', b'["revoke","","d",2]', b'["else",1]', encode(NOTICES[1]).replace(b",1]", b", 1]")]
)
def test_what_is_no_notice_is_refused(line: bytes):
    content = Payload("0" * 64, [line]).joined()
    header = envelope.split(sealed()).header
    told = msgspec.structs.replace(header, size=len(content), head=chain.header_hash(content))
    with pytest.raises(Malformed):
        open_notice(envelope.split(envelope.seal(told, content, KEY)))


def test_another_content_than_the_signed_one_is_refused():
    frame, other = envelope.split(sealed()), envelope.split(sealed(NOTICES[1]))
    header = msgspec.structs.replace(frame.header, size=other.header.size)
    with pytest.raises(Malformed):
        open_notice(frame._replace(header=header, payload=other.payload))


def test_a_frame_of_a_device_is_no_notice():
    frame = envelope.split(sealed())
    with pytest.raises(Malformed):
        open_notice(frame._replace(header=msgspec.structs.replace(frame.header, device="d" * 32)))


def test_a_certificate_travels_in_a_header():
    assert card_in(card_text(sealed())) == sealed()
    assert len(card_text(sealed())) < 1_500


@pytest.mark.parametrize("text", ["", "?", "è", "A" * 9_000])
def test_what_is_no_certificate_is_refused(text: str):
    with pytest.raises(Malformed):
        card_in(text)


def test_a_place_is_signed_for_one_comune_one_epoch_and_one_chain():
    place, public = Position(1, 6, "a" * 64), KEY.public_key().public_bytes_raw()
    signature = signing.sign_place(HUB, "A995", place, KEY)

    assert signing.place_is_signed(HUB, "A995", place, signature, public)
    for hub, tenant, other in [
        ("x", "A995", place), (HUB, "A024", place), (HUB, "A995", Position(2, 6, "a" * 64)),
        (HUB, "A995", Position(1, 7, "a" * 64)), (HUB, "A995", Position(1, 6, "b" * 64)),
    ]:  # fmt: skip
        assert not signing.place_is_signed(hub, tenant, other, signature, public)
