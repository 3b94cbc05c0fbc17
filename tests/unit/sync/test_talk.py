"""Messages, signatures, the wrapping of the key, and the words for errors: the pieces of the talk with the hub."""

import secrets

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from ala_desktop.core.errors import Mendable
from ala_desktop.models.catalog import build
from ala_desktop.sync import complaints, keybox, signing
from ala_desktop.sync.complaints import Away
from ala_desktop.sync.declined import ERRORS, Declined
from ala_desktop.sync.keybox import Card
from ala_desktop.sync.messages import Page, PageHead, decode, pack_page, unpack_page
from ala_desktop.sync.protocol import Arrived, Entry, Malformed, Position, Refused
from ala_desktop.sync.signing import Request

HEAD = PageHead(Position(1, 7, "a" * 64), 2)
ENTRIES = [
    Arrived(Entry(1, 2, "b" * 64, []), b"ALA1 bytes \x00\xff"),
    Arrived(Entry(3, 5, "c" * 64, [Refused(1, "bad_value", "Città")]), None),
]


def test_a_page_comes_out_as_it_went_in():
    assert unpack_page(pack_page(Page(HEAD, ENTRIES))) == Page(HEAD, ENTRIES)
    assert unpack_page(pack_page(Page(HEAD, []))) == Page(HEAD, [])


def test_a_cut_page_is_noticed_wherever_it_is_cut():
    whole = pack_page(Page(HEAD, ENTRIES))
    # Cut right after a pair of entry and frame it is a whole page, only shorter: the signature over the body notices.
    entire = {len(pack_page(Page(HEAD, ENTRIES[:count]))) for count in range(3)}

    for length in set(range(len(whole))) - entire:
        with pytest.raises(Malformed):
            unpack_page(whole[:length])


@pytest.mark.parametrize("data", [b"", b"<html>", b"\xff\xff\xff\xff", b"\x00\x00\x00\x02{}"])
def test_what_is_no_page_is_said(data):
    with pytest.raises(Malformed):
        unpack_page(data)


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"[" * 100_000, b'{"head": 1, "devices": 2}', b"\xff"])
def test_what_is_no_message_is_said(data):
    with pytest.raises(Malformed):
        decode(data, PageHead)


def test_members_of_a_newer_side_are_passed_over():
    text = b'{"devices":2,"head":{"chain":"' + b"a" * 64 + b'","epoch":1,"seq":7,"more":[]},"newer":true}'

    assert decode(text, PageHead) == HEAD


REQUEST = Request("h" * 32, "POST", "/v1/push?x=1", "d" * 32, "e" * 32, "f" * 64)


@pytest.mark.parametrize("member", Request._fields)
def test_a_request_is_signed_in_each_of_its_parts(member):
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    signature = signing.sign_request(REQUEST, key)
    changed = REQUEST._replace(**{member: getattr(REQUEST, member) + "x"})

    assert signing.request_is_signed(REQUEST, signature, public)
    assert not signing.request_is_signed(changed, signature, public)


def test_what_moves_between_members_of_a_request_is_not_the_same_request():
    key = Ed25519PrivateKey.generate()
    moved = REQUEST._replace(method="POST/", target="v1/push?x=1")

    assert not signing.request_is_signed(moved, signing.sign_request(REQUEST, key), key.public_key().public_bytes_raw())


@pytest.mark.parametrize(
    ("nonce", "status", "body"), [("other", 200, b"body"), ("nonce", 403, b"body"), ("nonce", 200, b"")]
)
def test_a_reply_is_bound_to_its_request_status_and_body(nonce, status, body):
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    signature = signing.sign_reply("nonce", 200, b"body", key)

    assert signing.reply_is_signed("nonce", 200, b"body", signature, public)
    assert not signing.reply_is_signed(nonce, status, body, signature, public)


@pytest.mark.parametrize(
    ("signature", "key"), [("", bytes(32)), ("zz", bytes(32)), ("00" * 64, b""), ("00", b"x" * 31)]
)
def test_rubbish_is_no_signature(signature, key):
    assert not signing.reply_is_signed("n", 200, b"", signature, key)


class Side:
    """A device with its keys."""

    def __init__(self, name: str) -> None:
        self.sign, self.box = Ed25519PrivateKey.generate(), X25519PrivateKey.generate()
        self.card = Card(name * 32, self.sign.public_key().public_bytes_raw(), self.box.public_key().public_bytes_raw())


def test_the_wrapped_key_opens_for_its_device_alone():
    one, two, three = Side("1"), Side("2"), Side("3")
    key = secrets.token_bytes(64)

    blob = keybox.wrap(key, "A995", one.card.device, one.sign, two.card)

    assert keybox.unwrap(blob, "A995", one.card, two.card, two.box) == key
    assert key.hex() not in blob
    for sender, receiver, box, tenant in (
        (one.card, two.card, two.box, "A004"),
        (one.card, three.card, three.box, "A995"),
        (one.card, two.card, three.box, "A995"),
        (three.card, two.card, two.box, "A995"),
        (one.card, two.card._replace(device="3" * 32), two.box, "A995"),
    ):
        with pytest.raises(Malformed):
            keybox.unwrap(blob, tenant, sender, receiver, box)


def test_each_wrapping_is_another():
    one, two = Side("1"), Side("2")

    assert len({keybox.wrap(bytes(64), "A995", one.card.device, one.sign, two.card) for _ in range(3)}) == 3


def test_the_fingerprint_is_the_same_from_both_sides_and_for_no_other_pair():
    one, two, three = Side("1"), Side("2"), Side("3")
    shown = keybox.fingerprint("A995", one.card, two.card)

    assert shown == keybox.fingerprint("A995", two.card, one.card)
    others = {
        keybox.fingerprint("A995", one.card, three.card),
        keybox.fingerprint("A004", one.card, two.card),
        keybox.fingerprint("A995", one.card, two.card._replace(box_key=three.card.box_key)),
        keybox.fingerprint("A995", one.card._replace(sign_key=three.card.sign_key), two.card),
    }
    assert len(others | {shown}) == 5


def test_a_hub_cannot_take_another_hubs_name():
    assert signing.hub_id(bytes(32)) != signing.hub_id(bytes(31) + b"\x01")


@pytest.mark.parametrize("code", [*ERRORS, "of_a_newer_hub"])
def test_every_error_has_words_for_the_clerk(code):
    told = complaints.declined(Declined(code, "english detail"))

    assert isinstance(told, Mendable)
    assert all((told.title, told.cause, told.next_step))
    assert "english" not in str(told)
    assert told.next_step.endswith(".")


def test_an_error_of_a_newer_hub_counts_as_a_fault():
    assert Declined("of_a_newer_hub").error == ERRORS["fault"]


@pytest.mark.parametrize(
    ("code", "detail", "words"),
    [
        ("bad_value", "Alloggio: troppo lungo", "Un valore non è ammesso: Alloggio: troppo lungo"),
        ("bad_value", "", "Un valore non è ammesso"),
        ("unknown_kind", "housing_unit", "Tipo di scheda sconosciuto alla centrale: Alloggio"),
        ("unknown_kind", "spaceship", "Tipo di scheda sconosciuto alla centrale: spaceship"),
        ("needs_refused", "a" * 32, "Dipende da una scheda che la centrale non ha accettato"),
        ("of_a_newer_hub", "qualcosa", "La centrale non lo ha accettato: qualcosa"),
    ],
)
def test_why_a_save_was_refused_is_told_in_the_clerks_words(code, detail, words):
    assert complaints.refused(build(), code, detail) == words


def test_only_a_busy_hub_is_away_and_no_error():
    assert [code for code in ERRORS if isinstance(complaints.declined(Declined(code)), Away)] == ["busy"]


def test_a_blob_says_who_wrapped_it_and_what_is_no_blob_is_said():
    one, two = Side("1"), Side("2")
    assert keybox.sender_of(keybox.wrap(bytes(64), "A995", one.card.device, one.sign, two.card)) == one.card.device
    for blob in ("", "{}", "x", "[" * 10_000):
        with pytest.raises(Malformed):
            keybox.sender_of(blob)


@pytest.mark.parametrize("length", [0, 32, 63, 65])
def test_a_key_of_another_length_is_none(length):
    one, two = Side("1"), Side("2")
    blob = keybox.wrap(bytes(length), "A995", one.card.device, one.sign, two.card)
    with pytest.raises(Malformed, match="lunghezza"):
        keybox.unwrap(blob, "A995", one.card, two.card, two.box)


@pytest.mark.parametrize("member", ["sender", "moment", "sealed", "signature"])
def test_a_wrapping_with_one_part_changed_does_not_open(member):
    one, two, three = Side("1"), Side("2"), Side("3")
    wrap = (bytes(64), "A995", one.card.device, one.sign, two.card)
    parts, others = (msgspec.json.decode(keybox.wrap(*wrap)) for _ in range(2))
    changed = three.card.device if member == "sender" else others[member]
    blob = msgspec.json.encode({**parts, member: changed}).decode()
    sender = three.card if member == "sender" else one.card
    with pytest.raises(Malformed, match="non viene da un PC"):
        keybox.unwrap(blob, "A995", sender, two.card, two.box)
