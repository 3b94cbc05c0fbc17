"""What a desktop may ask of the hub, and how it reads the answer, whatever carries both.

A question is signed once; the same bytes go over the network or into a file. No network, no store.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ala_desktop.sync import signing
from ala_desktop.sync.messages import (
    COMPARE,
    DEVICES,
    ENROL,
    KEYBOX,
    OFFER,
    PULL,
    PUSH,
    RECALL,
    SHEET,
    SHOW_SHEET,
    SNAPSHOT,
    TENANTS,
    Common,
    Compare,
    DeviceCard,
    Enrolled,
    EnrolRequest,
    FoundSheet,
    KeyParcel,
    LeftSheet,
    Missing,
    Offer,
    Page,
    PushReply,
    ShownSheet,
    TenantHead,
    Told,
    decode,
    unpack_page,
)
from ala_desktop.sync.notices import card_text
from ala_desktop.sync.pieces import BLOB, UPLOAD, Uploaded
from ala_desktop.sync.protocol import Entry, Position, encode
from ala_desktop.sync.signing import Request
from ala_desktop.sync.transport import Contact

_Told = TypeVar("_Told")


@dataclass(frozen=True, slots=True)
class Question(Generic[_Told]):
    """Something to ask.

    Attributes:
        method, target: HTTP method; path with query.
        body: what is handed over, or nothing.
        read: turns the body of the answer into what was asked for; raises `Malformed`.
        card: this device's certificate, for a hub that may have forgotten it; None where nothing was forgotten.
    """

    method: str
    target: str
    body: bytes
    read: Callable[[bytes], _Told]
    card: bytes | None = None


class Signed(NamedTuple):
    """A question as it travels: what was signed of it, the signature (hex), the body, and a certificate beside it."""

    request: Request
    signature: str
    body: bytes
    card: bytes = b""

    @property
    def headers(self) -> dict[str, str]:
        """The HTTP headers that carry what is not in the request line."""
        beside = {signing.CARD: card_text(self.card)} if self.card else {}
        return {
            signing.DEVICE: self.request.device,
            signing.NONCE: self.request.nonce,
            signing.BODY: self.request.body,
            signing.SIGNATURE: self.signature,
            **beside,
        }


def sign(question: Question[_Told], contact: Contact) -> Signed:
    """A question about the contact's log, signed by its device with a fresh nonce."""
    target = question.target
    names_its_log = question.method != "GET" and question.card is None
    if contact.tenant and not names_its_log:  # a frame does
        target += f"{'&' if '?' in target else '?'}tenant={contact.tenant}"
    request = Request(
        contact.hub, question.method, target, contact.device, secrets.token_hex(16),
        signing.body_hash(question.body),
    )  # fmt: skip
    key = Ed25519PrivateKey.from_private_bytes(contact.sign_key)
    return Signed(request, signing.sign_request(request, key), question.body, question.card or b"")


def enrol(request: EnrolRequest) -> Question[Enrolled]:
    """To join the hub."""
    return Question("POST", ENROL, encode(request), lambda body: decode(body, Enrolled))


def push(sealed: bytes) -> Question[Entry]:
    """To take a frame."""
    return Question("POST", PUSH, sealed, lambda body: decode(body, PushReply).entry)


def push_uploaded(name: str) -> Question[Entry]:
    """To take a frame that was uploaded by pieces under its hash."""
    return Question("POST", f"{PUSH}?upload={name}", b"", lambda body: decode(body, PushReply).entry)


def pull(after: Position, told: Told | None = None, skip: int = 0) -> Question[Page]:
    """For a page of the log after a position; with what this device tells of its state, if it has looked.

    `skip`: bytes after the head that the device has, since the page broke off before.
    """
    return Question("GET", _pull(after, skip) + (f"&told={told.text}" if told else ""), b"", unpack_page)


def pull_whole(after: Position, skip: int = 0) -> Question[Page]:
    """As `pull`, with the bytes of the device's own frames."""
    return Question("GET", _pull(after, skip) + "&whole=1", b"", unpack_page)


def _pull(after: Position, skip: int) -> str:
    asked = f"{PULL}?after={after.seq}&chain={after.chain}&epoch={after.epoch}"
    return f"{asked}&skip={skip}" if skip else asked


def uploaded(name: str) -> Question[Uploaded]:
    """How much the hub has of an upload."""
    return Question("GET", f"{UPLOAD}/{name}", b"", lambda body: decode(body, Uploaded))


def put_piece(name: str, at: int, piece: bytes) -> Question[Uploaded]:
    """To take a piece of an upload."""
    return Question("PUT", f"{UPLOAD}/{name}?at={at}", piece, lambda body: decode(body, Uploaded))


def keep_blob(name: str) -> Question[Uploaded]:
    """To keep what was uploaded as an attachment of the comune."""
    return Question("POST", f"{BLOB}/{name}", b"", lambda body: decode(body, Uploaded))


def blob(name: str, at: int) -> Question[bytes]:
    """For a piece of an attachment, from a byte on."""
    return Question("GET", f"{BLOB}/{name}?at={at}", b"", bytes)


def snapshot() -> Question[bytes]:
    """For the notice of the newest snapshot of the log."""
    return Question("GET", SNAPSHOT, b"", bytes)


def devices() -> Question[list[DeviceCard]]:
    """For the devices whose frames may stand in the log."""
    return Question("GET", DEVICES, b"", lambda body: decode(body, list[DeviceCard]))


def tenants() -> Question[list[TenantHead]]:
    """For where the log of each comune ends."""
    return Question("GET", TENANTS, b"", lambda body: decode(body, list[TenantHead]))


def compare(places: Sequence[tuple[int, str]], card: bytes) -> Question[Common]:
    """Which of these places the hub knows."""
    return Question("POST", COMPARE, encode(Compare(list(places))), lambda body: decode(body, Common), card)


def offer(offer: Offer, card: bytes) -> Question[Missing]:
    """To take back a stretch of the log."""
    return Question("POST", OFFER, encode(offer), lambda body: decode(body, Missing), card)


def give_back(name: str, sealed: bytes, card: bytes) -> Question[None]:
    """To keep a frame of a stretch that is offered."""
    return Question("PUT", f"{OFFER}/{name}", sealed, lambda body: None, card)


def recall(card: bytes) -> Question[None]:
    """To remember this device."""
    return Question("POST", RECALL, b"", lambda body: None, card)


def put_key(for_device: str, blob: str) -> Question[None]:
    """To keep the comune's wrapped key for a device."""
    return Question("POST", KEYBOX, encode(KeyParcel(for_device, blob)), lambda body: None)


def fetch_key() -> Question[str]:
    """For the comune's wrapped key, empty when none waits."""
    return Question("GET", KEYBOX, b"", lambda body: decode(body, KeyParcel).blob)


def leave_sheet(left: LeftSheet) -> Question[None]:
    """To keep the comune's key under this device's recovery sheet."""
    return Question("POST", SHEET, encode(left), lambda body: None)


def show_sheet(token: str) -> Question[FoundSheet]:
    """For what was left under the recovery sheet of some device of the comune."""
    return Question("POST", SHOW_SHEET, encode(ShownSheet(token)), lambda body: decode(body, FoundSheet))
