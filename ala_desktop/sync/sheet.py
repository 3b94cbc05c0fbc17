"""The comune's key under the code of a recovery sheet: a device leaves it at the hub for the day on which it is lost.

The code has 130 random bits, so HKDF-SHA256 is enough: nobody tries them all. From the code comes a *secret*, that the
device keeps; from that a *token*, which another device shows to the hub in order to get what was left, and which the
hub knows by its hash alone; and, bound to comune and device, the key that wraps (ChaCha20-Poly1305, fresh nonce). The
hub can neither open what it keeps nor put something else in its place: whoever seals knows the secret. No store, no
network.
"""

from __future__ import annotations

import hashlib
import secrets

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ala_desktop.sync.keybox import COMUNE_KEY_BYTES
from ala_desktop.sync.protocol import Malformed, encode

_TOKEN, _KEY = b"ala sheet token 1\n", b"ala sheet key 1\n"
_NONCE_BYTES = 12


class _Blob(msgspec.Struct, frozen=True):
    """As it is left, hex."""

    nonce: str
    sealed: str


def token_of(secret: bytes, tenant: str) -> str:
    """What shows the hub that somebody holds the sheet, hex; it opens nothing.

    `secret`: of the sheet's code (`models.keyring`), 32 bytes.
    """
    return _derived(secret, _TOKEN + encode(tenant)).hex()


def name_of(token: str) -> str:
    """By what the hub knows the sheet again, without knowing its token."""
    return hashlib.blake2b(bytes.fromhex(token), digest_size=32, person=b"ala sheet name").hexdigest()


def wrap(comune_key: bytes, secret: bytes, tenant: str, device: str) -> str:
    """The comune's key under the sheet of `device`."""
    bound, nonce = _bound(tenant, device), secrets.token_bytes(_NONCE_BYTES)
    sealed = ChaCha20Poly1305(_derived(secret, bound)).encrypt(nonce, comune_key, bound)
    return encode(_Blob(nonce.hex(), sealed.hex())).decode()


def unwrap(blob: str, secret: bytes, tenant: str, device: str) -> bytes:
    """The comune's key in a blob that `device` left.

    Raises:
        Malformed: it was not made with this sheet, for this comune, by this device.
    """
    bound = _bound(tenant, device)
    try:
        read = msgspec.json.decode(blob, type=_Blob)
        nonce, sealed = bytes.fromhex(read.nonce), bytes.fromhex(read.sealed)
        key = ChaCha20Poly1305(_derived(secret, bound)).decrypt(nonce, sealed, bound)
    except (InvalidTag, ValueError) as problem:
        raise Malformed("quanto è custodito non viene da questo foglio di recupero") from problem
    if len(key) != COMUNE_KEY_BYTES:
        raise Malformed("la chiave del comune non ha la lunghezza giusta")
    return key


def _bound(tenant: str, device: str) -> bytes:
    """What the wrapping is bound to, and nothing else opens: its purpose, the comune, the device."""
    return _KEY + encode((tenant, device))


def _derived(secret: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret)
