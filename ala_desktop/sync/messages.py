"""What desktop and hub say to each other besides frames. Encoded by `protocol.encode`; keys and hashes are hex.

No network, no store. A reader ignores members that it does not know, so that either side may be newer.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable
from hashlib import blake2b
from typing import Annotated, NamedTuple, TypeVar

import msgspec
from msgspec import Meta

from ala_desktop.sync.protocol import (
    MOST_FRAME_BYTES,
    Arrived,
    Entry,
    Hash,
    Malformed,
    Name,
    Place,
    Position,
    TenantName,
    Word,
    encode,
)

ENROL, PUSH, PULL, DEVICES, KEYBOX = "/v1/enrol", "/v1/push", "/v1/pull", "/v1/devices", "/v1/keybox"
TENANTS, SNAPSHOT = "/v1/tenants", "/v1/snapshot"
SHEET, SHOW_SHEET = "/v1/sheet", "/v1/sheet/show"
COMPARE, OFFER, RECALL = "/v1/compare", "/v1/offer", "/v1/recall"
"""Paths of the hub. Frames that an offer lacks are put under `OFFER`, each at its header's hash."""
MOST_PAGE_TRANSACTIONS = 5_000
"""A page of the log holds about as many; at least one frame."""
MOST_PAGE_BYTES = 4_000_000
MOST_ANSWER_BYTES = MOST_PAGE_BYTES + MOST_FRAME_BYTES + 1_000_000
"""More than this no answer holds."""
MOST_MESSAGE_BYTES = 65_536
"""A request that is no frame."""

MOST_CARD_BYTES = 4_096
"""A device's certificate."""
MOST_COMPARED = 64
"""Places of one question."""
MOST_OFFER_BYTES = MOST_FRAME_BYTES
"""The body of an offer, without its frames."""

Ordinal = Annotated[int, Meta(ge=1, le=2**31 - 1)]


class EnrolRequest(msgspec.Struct, frozen=True):
    """A device asks to join; it made its id and keys itself.

    Attributes:
        code: the one-time code, as typed.
        tenant: the office that it is of: Belfiore code of a comune, or ALA.
        device: its id.
        device_name: how the office calls it; empty lets the hub name it.
        sign_key, box_key: public keys (Ed25519, X25519).
    """

    code: Annotated[str, Meta(max_length=100)]
    tenant: TenantName
    device: Annotated[str, Meta(pattern=r"^[0-9a-f]{32}(?!\n)$")]
    device_name: Annotated[str, Meta(max_length=1_000)]
    sign_key: Hash
    box_key: Hash


class Enrolled(msgspec.Struct, frozen=True):
    """The hub's answer to an `EnrolRequest`.

    Attributes:
        hub, hub_key: the hub's id and public key.
        tenant, comune: the office that the device joined, and its name.
        ordinal: which device of the comune it is, from 1.
        device_name: how the log calls it from now on.
        epoch: of the hub's log.
        certificate: the hub's own frame that says so (`notices.Enrolment`), sealed, hex. Empty from an older hub.
    """

    hub: Word
    hub_key: Hash
    tenant: TenantName
    comune: Name
    ordinal: Ordinal
    device_name: Name
    epoch: Ordinal
    certificate: Annotated[str, Meta(pattern=r"^[0-9a-f]*(?!\n)$", max_length=MOST_CARD_BYTES * 2)] = ""


class DeviceCard(msgspec.Struct, frozen=True):
    """A device whose frames may stand in a log, as the hub names it to the others.

    Attributes:
        agency: it is ALA's, in a log that is another tenant's: what it writes there is ALA's word.
    """

    device: Word
    name: Name
    ordinal: Ordinal
    sign_key: Hash
    box_key: Hash
    revoked: bool
    agency: bool = False


class TenantHead(msgspec.Struct, frozen=True):
    """Where the log of a comune ends, as ALA's devices may ask."""

    tenant: TenantName
    head: Position


class KeyParcel(msgspec.Struct, frozen=True):
    """The comune's key on its way to a device: the hub carries the blob and cannot open it (`keybox`)."""

    for_device: Word
    blob: Annotated[str, Meta(pattern=r"^[ -~]{0,4096}(?!\n)$")]


class LeftSheet(msgspec.Struct, frozen=True):
    """The comune's key under the recovery sheet of the device that leaves it (`sheet`).

    Attributes:
        name: by what the hub knows the sheet again.
        blob: the wrapped key.
    """

    name: Hash
    blob: Annotated[str, Meta(pattern=r"^[ -~]{1,4096}(?!\n)$")]


class ShownSheet(msgspec.Struct, frozen=True):
    """A device shows that a recovery sheet of its comune is at hand."""

    token: Hash


class FoundSheet(msgspec.Struct, frozen=True):
    """What a device left under the sheet that was shown."""

    device: Word
    blob: Annotated[str, Meta(pattern=r"^[ -~]{1,4096}(?!\n)$")]


class Told(NamedTuple):
    """What a device tells of its state with a pull, so that the hub can compare devices (SYNC 26).

    Attributes:
        version: of the way to hash; only equal ones are compared.
        epoch, seq: the place in the log.
        kinds: a digest of each kind of record there; the hub only compares it.
    """

    version: str
    epoch: int
    seq: int
    kinds: str

    @property
    def text(self) -> str:
        """As it stands in the query of a pull."""
        return f"{self.version}.{self.epoch}.{self.seq}.{self.kinds}"


_TOLD = re.compile(r"([0-9a-z-]{1,32})\.(\d{1,15})\.(\d{1,15})\.([\w-]{1,1000})", re.ASCII).fullmatch


def told_in(text: str) -> Told | None:
    """What `Told.text` said; None for what another version says in another way."""
    found = _TOLD(text)
    return Told(found[1], int(found[2]), int(found[3]), found[4]) if found else None


class PageHead(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a page of the log tells besides its entries. Members of later versions have defaults.

    Attributes:
        head: where the log ends now.
        devices: how many devices may write this log, ALA's too; another number than known means: ask for them.
        roster: digest of the devices and of what they may (`roster_of`); another one than known: ask for them.
        unlike: devices that told something else of the same place, and what: each (device, kinds).
        compared: what the asking device had told, if there are such.
        ambito: where the ambito's log ends (`place_of`); empty before it begins. So nobody asks for it in vain.
        place: the place of the log after the page's last entry; none in a page without entries.
        signature: the hub's, over `place` (`signing.sign_place`), hex.
    """

    head: Position
    devices: Annotated[int, Meta(ge=0, le=2**31 - 1)]
    roster: str = ""
    unlike: list[tuple[str, str]] = []
    compared: str = ""
    ambito: str = ""
    place: Position | None = None
    signature: str = ""


def place_of(chain: str) -> str:
    """A place in a log, in eight digits: enough to see that one's own is another."""
    return chain[:8]


def roster_of(devices: Iterable[tuple[str, bool]]) -> str:
    """A short digest of the devices that may write a log: ids, and whether each was revoked."""
    return blake2b(encode(sorted(devices)), digest_size=8).hexdigest()


class Page(NamedTuple):
    """Consecutive entries of the log after the position that was asked from."""

    head: PageHead
    arrived: list[Arrived]


class PushReply(msgspec.Struct, frozen=True):
    """The place that the hub gave to a frame. A hint only: acknowledged is what comes back in the log."""

    entry: Entry


class Compare(msgspec.Struct, frozen=True):
    """Places of a device's log, in order: which of them does the hub know? All are ends of entries, or the start.

    Attributes:
        places: each (seq, the hub's chain there).
    """

    places: Annotated[list[tuple[Place, Hash]], Meta(max_length=MOST_COMPARED)]


class Common(msgspec.Struct, frozen=True):
    """The answer to `Compare`: indexes of its places, or -1 for the log's beginning, which every log has.

    Attributes:
        known: the last place before which everything stands in the hub's log, on its trunk or a branch of it.
        trunk: the last one on the trunk.
    """

    known: Annotated[int, Meta(ge=-1, le=MOST_COMPARED)]
    trunk: Annotated[int, Meta(ge=-1, le=MOST_COMPARED)]


class Offer(msgspec.Struct, frozen=True):
    """A stretch of the log that the hub once served and may have lost.

    Attributes:
        fork: the hub's chain at a place that it knows.
        entries: all after it.
        end: the place after the last of them.
        signature: the hub's over `end` (`PageHead.signature`).
    """

    fork: Hash
    entries: Annotated[list[Entry], Meta(min_length=1)]
    end: Position
    signature: Annotated[str, Meta(max_length=128)]


class Missing(msgspec.Struct, frozen=True):
    """Frames that an offer still lacks, by their headers' hashes; none: it was taken up, or there was nothing to do."""

    missing: list[Hash]


class ErrorReply(msgspec.Struct, frozen=True):
    """Why the hub declined: code and number of `declined.ERRORS`, and a word for the log."""

    error: Annotated[str, Meta(pattern=r"^[a-z_]{1,64}(?!\n)$")]
    number: int
    detail: str


_Message = TypeVar("_Message")


def decode(data: bytes, shape: type[_Message]) -> _Message:
    """The message of type `shape` in `data`.

    Raises:
        Malformed: it is something else.
    """
    try:
        return msgspec.json.decode(data, type=shape)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as problem:
        raise Malformed(f"non è un messaggio {shape.__name__}") from problem


_LENGTH = struct.Struct(">I")


def join_parts(parts: Iterable[bytes]) -> bytes:
    """Byte strings as one, each with its length before it."""
    return b"".join(_LENGTH.pack(len(part)) + part for part in parts)


def split_parts(data: bytes) -> list[bytes]:
    """The byte strings of `join_parts`.

    Raises:
        Malformed: cut.
    """
    parts: list[bytes] = []
    at = 0
    while at < len(data):
        start = at + _LENGTH.size
        if start > len(data):
            raise Malformed("contenuto troncato")
        (length,) = _LENGTH.unpack_from(data, at)
        at = start + length
        if at > len(data):
            raise Malformed("contenuto troncato")
        parts.append(data[start:at])
    return parts


def pack_page(page: Page) -> bytes:
    """A page as it travels: the head, then each entry and its frame, all with their lengths before them.

    A frame of the asking device has no bytes: it holds it already.
    """
    parts = [encode(page.head)]
    for entry, sealed in page.arrived:
        parts += [encode(entry), sealed or b""]
    return join_parts(parts)


def end_of_head(data: bytes) -> int:
    """Where a page's entries begin; 0 if the head is not all there."""
    if len(data) < _LENGTH.size:
        return 0
    end = _LENGTH.size + _LENGTH.unpack_from(data)[0]
    return end if end <= len(data) else 0


def unpack_page(data: bytes) -> Page:
    """The page in `data`.

    Raises:
        Malformed: cut, or something else.
    """
    parts = split_parts(data)
    if len(parts) % 2 == 0:
        raise Malformed("pagina troncata")
    arrived = [
        Arrived(decode(parts[i], Entry), parts[i + 1] or None) for i in range(1, len(parts), 2)
    ]  # fmt: skip
    return Page(decode(parts[0], PageHead), arrived)
