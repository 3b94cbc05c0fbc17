"""The comune's key, wrapped by one device of the comune for another, and the fingerprint that two people compare.

X25519 with a key of the moment, HKDF-SHA256, ChaCha20-Poly1305; bound to the comune and to both devices, and signed by
the sender. The hub carries it and cannot open it. No store, no network.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import NamedTuple

import msgspec
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ala_desktop.sync.protocol import Malformed, encode

_DOMAIN = b"ala comune key 1\n"
_NONCE = bytes(12)
"""Each wrapping key is used once."""
_GROUPS, _DIGITS = 5, 5
COMUNE_KEY_BYTES = 64


class Card(NamedTuple):
    """A device by what is public of it: id, Ed25519 and X25519 public keys (32 bytes each)."""

    device: str
    sign_key: bytes
    box_key: bytes


class _Blob(msgspec.Struct, frozen=True):
    """As it travels, hex: who wrapped it, the key of the moment, the sealed key, the sender's signature."""

    sender: str
    moment: str
    sealed: str
    signature: str


def refuse_weak(sign_key: bytes, box_key: bytes) -> None:
    """Refuse what is no key, and the few box keys with which every exchange gives the same secret.

    Raises:
        ValueError: it is such.
    """
    Ed25519PublicKey.from_public_bytes(sign_key)
    X25519PrivateKey.generate().exchange(X25519PublicKey.from_public_bytes(box_key))


def fingerprint(tenant: str, one: Card, other: Card) -> str:
    """Five groups of five digits that stand for the keys of two devices; the same on both of their screens.

    It covers both, so that whoever puts another key in the place of either changes the digits (83 bits).
    """
    both = sorted((card.device, card.sign_key.hex(), card.box_key.hex()) for card in (one, other))
    number = int.from_bytes(blake2b(encode((tenant, both)), digest_size=32, person=b"ala fingerprint").digest())
    digits = str(number % 10 ** (_GROUPS * _DIGITS)).zfill(_GROUPS * _DIGITS)
    return " ".join(digits[at : at + _DIGITS] for at in range(0, len(digits), _DIGITS))


def wrap(comune_key: bytes, tenant: str, sender: str, sign_key: Ed25519PrivateKey, receiver: Card) -> str:
    """The comune's key for `receiver`, signed by the device `sender`."""
    moment = X25519PrivateKey.generate()
    public = moment.public_key().public_bytes_raw()
    shared = moment.exchange(X25519PublicKey.from_public_bytes(receiver.box_key))
    bound = _bound(tenant, sender, receiver, public)
    sealed = ChaCha20Poly1305(_derived(shared, bound)).encrypt(_NONCE, comune_key, bound)
    signature = sign_key.sign(bound + sealed)
    return encode(_Blob(sender, public.hex(), sealed.hex(), signature.hex())).decode()


def sender_of(blob: str) -> str:
    """The device that says it wrapped a blob; nothing is checked yet.

    Raises:
        Malformed: no blob.
    """
    return _read(blob).sender


def unwrap(blob: str, tenant: str, sender: Card, receiver: Card, box_key: X25519PrivateKey) -> bytes:
    """The comune's key in `blob`, once it has proved to come from `sender` for this very device.

    Raises:
        Malformed: it does not.
    """
    read = _read(blob)
    try:
        public, sealed = bytes.fromhex(read.moment), bytes.fromhex(read.sealed)
        bound = _bound(tenant, sender.device, receiver, public)
        signing = Ed25519PublicKey.from_public_bytes(sender.sign_key)
        signing.verify(bytes.fromhex(read.signature), bound + sealed)
        shared = box_key.exchange(X25519PublicKey.from_public_bytes(public))
        key = ChaCha20Poly1305(_derived(shared, bound)).decrypt(_NONCE, sealed, bound)
    except (InvalidSignature, InvalidTag, ValueError) as problem:
        raise Malformed("la chiave del comune non viene da un PC del comune") from problem
    if len(key) != COMUNE_KEY_BYTES:
        raise Malformed("la chiave del comune non ha la lunghezza giusta")
    return key


def _read(blob: str) -> _Blob:
    try:
        return msgspec.json.decode(blob, type=_Blob)
    except msgspec.MsgspecError as problem:
        raise Malformed("non è una chiave") from problem


def _bound(tenant: str, sender: str, receiver: Card, moment: bytes) -> bytes:
    """What the wrapping is bound to: the comune, both devices, the receiver's key and the key of the moment."""
    return _DOMAIN + encode((tenant, sender, receiver.device, receiver.box_key.hex(), moment.hex()))


def _derived(shared: bytes, bound: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=bound).derive(shared)
