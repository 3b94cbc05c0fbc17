"""Values kept to the comune: sealed deterministically, so that the fold works with or without the key (SYNC 5).

AES-SIV (RFC 5297) with kind, record and field as associated data: equal values of one cell have equal seals, and a
seal moved to another cell does not open.
"""

from __future__ import annotations

import base64
import hashlib

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from ala_desktop.fields.values import Value

_decode = msgspec.json.Decoder(str | int | None).decode


class ComuneKey:
    """The key of one comune, made on its first device. `None` stays None: that a field is empty is no secret."""

    def __init__(self, secret: bytes) -> None:
        """`secret`: 64 random bytes."""
        self.secret = secret
        self._siv = AESSIV(secret)

    @property
    def fingerprint(self) -> str:
        """Sixteen hex digits that name the key without giving it away."""
        return hashlib.blake2b(self.secret, digest_size=8, person=b"ala key").hexdigest()

    def seal(self, kind: str, record: str, field: str, value: Value) -> Value:
        """The sealed text of a value, as it stands in the log."""
        if value is None:
            return None
        sealed = self._siv.encrypt(msgspec.json.encode(value), [kind.encode(), record.encode(), field.encode()])
        return base64.b64encode(sealed).decode()

    def open(self, kind: str, record: str, field: str, sealed: Value) -> Value:
        """The value in a sealed text.

        Raises:
            CannotOpen: another key sealed it, or it was moved or changed.
        """
        if sealed is None:
            return None
        try:
            data = base64.b64decode(str(sealed), validate=True)
            return _decode(self._siv.decrypt(data, [kind.encode(), record.encode(), field.encode()]))
        except (InvalidTag, ValueError, msgspec.MsgspecError) as problem:
            raise CannotOpen(field) from problem


class CannotOpen(ValueError):
    """A sealed value that this device's key does not open."""
