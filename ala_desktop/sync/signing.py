"""Signatures over requests and replies, and the names that follow from keys.

A request is signed by the device over everything that matters in it and a fresh nonce; the reply is signed by the hub
over that nonce, its status and its body. So nobody in between, a captive portal included, can answer for the hub.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ala_desktop.sync.protocol import Position, encode

DEVICE, NONCE, BODY, SIGNATURE, HUB_KEY = "ala-device", "ala-nonce", "ala-body", "ala-signature", "ala-hub-key"
"""Names of the HTTP headers. `HUB_KEY` is in replies to an enrolment only."""
CARD = "ala-card"
"""The HTTP header with the certificate of a device that the hub may have forgotten (`notices.card_text`)."""

_REQUEST = b"ala request 1\n"
_REPLY = b"ala reply 1\n"
_PLACE = b"ala place 1\n"


class Request(NamedTuple):
    """What the signature of a request covers.

    Attributes:
        hub: id of the hub that is asked; empty while enrolling.
        method, target: HTTP method; path with query.
        device: id of the asking device.
        nonce: 32 random hex digits, used once.
        body: hash of the body.
    """

    hub: str
    method: str
    target: str
    device: str
    nonce: str
    body: str

    def signed_bytes(self) -> bytes:
        """What is signed."""
        return _REQUEST + encode(self)


def body_hash(body: bytes) -> str:
    """Hash of a body, hex."""
    return blake2b(body, digest_size=32).hexdigest()


def sign_request(request: Request, key: Ed25519PrivateKey) -> str:
    """The device's signature, hex."""
    return key.sign(request.signed_bytes()).hex()


def request_is_signed(request: Request, signature: str, public_key: bytes) -> bool:
    """Whether the device with this public key signed the request."""
    return _verifies(public_key, signature, request.signed_bytes())


def sign_reply(nonce: str, status: int, body: bytes, key: Ed25519PrivateKey) -> str:
    """The hub's signature over its answer to the request with this nonce, hex."""
    return key.sign(_REPLY + encode((nonce, status, body_hash(body)))).hex()


def reply_is_signed(nonce: str, status: int, body: bytes, signature: str, public_key: bytes) -> bool:
    """Whether the hub with this public key gave this answer to that request."""
    return _verifies(public_key, signature, _REPLY + encode((nonce, status, body_hash(body))))


def sign_place(hub: str, tenant: str, place: Position, key: Ed25519PrivateKey) -> str:
    """The hub's signature over a place of a tenant's log, hex: who shows it can prove that the log was there."""
    return key.sign(_placed(hub, tenant, place)).hex()


def place_is_signed(hub: str, tenant: str, place: Position, signature: str, public_key: bytes) -> bool:
    """Whether the hub with this id and public key once served this tenant's log up to `place`."""
    return _verifies(public_key, signature, _placed(hub, tenant, place))


def _placed(hub: str, tenant: str, place: Position) -> bytes:
    return _PLACE + encode((hub, tenant, place.epoch, place.seq, place.chain))


def _verifies(public_key: bytes, signature: str, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def hub_id(public_key: bytes) -> str:
    """The id of the hub with this public key: it follows from the key, so that none can take another's name."""
    return blake2b(public_key, digest_size=16, person=b"ala hub").hexdigest()
