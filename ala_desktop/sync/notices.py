"""Frames of the hub's own in the log: who is enrolled, revoked, numbers minutes; lost stretches, snapshots.

They stand among the devices' frames, so that they return with a log that is given back to a restored hub. The same
envelope as any frame, signed by the hub's key; the header names the hub as device. One line, one seq, and nothing that
a replica folds into its records.
"""

from __future__ import annotations

import base64
import binascii
from hashlib import blake2b
from typing import Annotated

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Meta

from ala_desktop.sync import envelope
from ala_desktop.sync.envelope import Frame, Payload
from ala_desktop.sync.messages import MOST_CARD_BYTES, Ordinal
from ala_desktop.sync.protocol import CODEC, Entry, Epoch, Hash, Header, Malformed, Name, Place, Position, Word, encode

MOST_PART_BYTES = 8_000_000
"""A part of a snapshot, compressed or not."""
_NO_SALT = "0" * 64
"""A notice has no text of persons that a purge could drop; nothing keys its hash."""


class Enrolment(msgspec.Struct, frozen=True, array_like=True, tag="enrol"):
    """A device may send and receive from here on. Sealed, it is that device's certificate.

    Attributes:
        at: when, UTC.
        device, name: its id, and how the log calls it.
        ordinal: which device of the comune it was, from 1, when it was enrolled.
        sign_key, box_key: its public keys, hex.
    """

    at: Annotated[str, Meta(max_length=20)]
    device: Word
    name: Name
    ordinal: Ordinal
    sign_key: Hash
    box_key: Hash


class Revocation(msgspec.Struct, frozen=True, array_like=True, tag="revoke"):
    """A device may no longer send or receive, or may again.

    Attributes:
        at: when, UTC.
        device: its id.
        revoked: 1, or 0 for one that was let in again.
    """

    at: Annotated[str, Meta(max_length=20)]
    device: Word
    revoked: Annotated[int, Meta(ge=0, le=1)]


class Graft(msgspec.Struct, frozen=True, array_like=True, tag="graft"):
    """A stretch of the log that the hub had lost: how its frames stood there. Those that are not here follow.

    Attributes:
        epoch: that begins with this frame.
        fork: the chain of a known place; the chain after each entry follows by computation.
        entries: the links of the side branch from there on.
    """

    epoch: Epoch
    fork: Hash
    entries: list[Entry]


class Lease(msgspec.Struct, frozen=True, array_like=True, tag="lease"):
    """Who numbers the comune's minutes definitively from here on (ADR 6); before the first one, its first device.

    Attributes:
        at: when, UTC.
        device: the id of the new holder.
    """

    at: Annotated[str, Meta(max_length=20)]
    device: Word


class Photograph(msgspec.Struct, frozen=True, array_like=True, tag="snapshot"):
    """A snapshot of the log up to a place before this one is kept at the hub (SYNC 25, `snapshot`).

    Attributes:
        at: when it was made, UTC.
        epoch, seq, chain: the place. edition: of the records, as the hub's program folded them.
        digest: BLAKE2b of the content of all parts. parts: (hash, bytes) of each as it is kept, compressed.
    """

    at: Annotated[str, Meta(max_length=20)]
    epoch: Epoch
    seq: Place
    chain: Hash
    edition: Annotated[int, Meta(ge=1, le=2**31 - 1)]
    digest: Hash
    parts: Annotated[list[tuple[Hash, Annotated[int, Meta(ge=1, le=MOST_PART_BYTES)]]], Meta(min_length=1)]

    @property
    def place(self) -> Position:
        """Up to where it goes."""
        return Position(self.epoch, self.seq, self.chain)


class Horizon(msgspec.Struct, frozen=True, array_like=True, tag="horizon"):
    """Every backup of the hub that is in use holds the log up to a snapshot: who follows it may drop the frames before.

    Attributes:
        at: when it was said, UTC.
        seq: the place of the snapshot.
    """

    at: Annotated[str, Meta(max_length=20)]
    seq: Place


Notice = Enrolment | Revocation | Graft | Lease | Photograph | Horizon
_decoder = msgspec.json.Decoder(Notice)


def seal_notice(notice: Notice, tenant: str, hub: str, key: Ed25519PrivateKey) -> bytes:
    """A frame of the hub with this id and key in a tenant's log. The same notice gives a frame of the same name."""
    content = Payload(_NO_SALT, [encode(notice)]).joined()
    head = _hash(content)
    header = Header(
        hub=hub, tenant=tenant, device=hub, device_name="", incarnation=hub, batch=head[:32], first=1, count=1,
        head=head, previous="", size=len(content), codec=CODEC,
    )  # fmt: skip
    return envelope.seal(header, content, key)


def open_notice(frame: Frame) -> Notice:
    """What a frame says whose header names the hub and whose signature was verified with the hub's key.

    Raises:
        Malformed: it is no notice, or not in its one encoding.
    """
    header, payload = frame.header, envelope.payload_of(frame)
    if not header.is_hubs or header.count != 1 or _hash(payload.joined()) != header.head or payload.salt != _NO_SALT:
        raise Malformed("non è un avviso della centrale")
    try:
        notice = _decoder.decode(payload.lines[0])
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as problem:
        raise Malformed("avviso della centrale non leggibile") from problem
    if encode(notice) != payload.lines[0]:
        raise Malformed("avviso della centrale non in forma normale")
    return notice


def _hash(content: bytes) -> str:
    return blake2b(content, digest_size=32).hexdigest()


def card_text(certificate: bytes) -> str:
    """A certificate (a sealed `Enrolment`) as it stands in a header of a request."""
    return base64.urlsafe_b64encode(certificate).decode()


def card_in(text: str) -> bytes:
    """The certificate in a header of a request; nothing of it is checked.

    Raises:
        Malformed: it is none.
    """
    try:
        found = base64.b64decode(text.encode("ascii"), b"-_", validate=True)
    except (binascii.Error, ValueError) as problem:
        raise Malformed("certificato non leggibile") from problem
    if not found or len(found) > MOST_CARD_BYTES:
        raise Malformed("certificato non leggibile")
    return found
