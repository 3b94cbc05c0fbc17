"""What the hub needs of a store, whatever database is behind it. One contract suite runs over every implementation.

Tenant first: no question is asked and nothing is written but for one tenant, except by the commands of whoever runs
the hub. What the words mean is in `sync.protocol`; nothing here decides.
"""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

from ala_desktop.hub.shelf import Shelf
from ala_desktop.sync import chain
from ala_desktop.sync.messages import Page, Told
from ala_desktop.sync.protocol import Entry, Header, Malformed, Position, decode_header

_LENGTH = struct.Struct(">I")
HEADER_BYTES = 8 + 4_096
"""Bytes of a frame within which its header ends."""


class Device(NamedTuple):
    """An enrolled device.

    Attributes:
        tenant: the office that it belongs to, and to no other: Belfiore code of a comune, or ALA.
        device, name: its id, and what the log calls it.
        ordinal: which device of the comune, from 1.
        sign_key, box_key: public keys, 32 bytes each.
        enrolled: when, UTC.
        revoked: whether it may no longer send or receive.
    """

    tenant: str
    device: str
    name: str
    ordinal: int
    sign_key: bytes
    box_key: bytes
    enrolled: str
    revoked: bool


class Before(NamedTuple):
    """Where a device's chain stands after one of its frames, or before its first.

    Attributes:
        next_device_seq: of the transaction that follows.
        head: rolling hash of the transactions up to there.
    """

    next_device_seq: int = 1
    head: str = chain.START


class Precedents(NamedTuple):
    """What the log has that a frame rests on.

    Attributes:
        entry: the frame's own, if it was taken already.
        before: what it follows; None if the frame that it names is not here, or is another device's.
        seqs: by the hub's chain, the seqs of those of the places asked for that are on the trunk.
    """

    entry: Entry | None
    before: Before | None
    seqs: dict[str, int]


class Kin(NamedTuple):
    """What the log has of a frame's device.

    Attributes:
        entry: the frame's own, if it was taken already.
        siblings: whether another frame follows the same one.
        forked: whether its transactions are known by identity (`Tenancy.note_identities`).
    """

    entry: Entry | None
    siblings: bool
    forked: bool


class Step(NamedTuple):
    """A link of a side branch, on the way back to the trunk (ADR 14).

    Attributes:
        before: the hub's chain before it.
        first_seq, size, header_hash: of the entry between: where it began, how many transactions, its name.
        here: whether the entry's frame stands on the trunk.
    """

    before: str
    first_seq: int
    size: int
    header_hash: str
    here: bool


class Invite(NamedTuple):
    """A one-time code, without the code.

    Attributes:
        name: the part of the code that names it.
        tenant: the comune that it is for.
        salt, secret: scrypt of the rest of the code, and its salt.
        expires: UTC.
        tries: how many wrong codes it still stands.
        device: who used it, or empty.
    """

    name: str
    tenant: str
    salt: bytes
    secret: bytes
    expires: str
    tries: int
    device: str = ""


class Admitted(NamedTuple):
    """A frame that the hub takes into a tenant's log.

    Attributes:
        header: of the frame.
        entry: its place, and what of it was refused.
        chain: the hub's chain after it.
        sealed: the frame, verbatim.
    """

    header: Header
    entry: Entry
    chain: str
    sealed: bytes


class Held(NamedTuple):
    """A frame of a revoked device that waits for a person's judgement.

    Attributes:
        tenant, header_hash: whose log it would go into, and its name.
        device: who signed it.
        received: when it came, UTC.
        sealed: the frame, verbatim.
    """

    tenant: str
    header_hash: str
    device: str
    received: str
    sealed: bytes


class Sheet(NamedTuple):
    """The comune's key under the recovery sheet of a device: nobody opens it here.

    Attributes:
        device: who left it. name: hash of the token that whoever holds the sheet can show. blob: the wrapped key.
    """

    device: str
    name: str
    blob: str


class TenantStatus(NamedTuple):
    """How a comune stands at the hub: position, devices, frames and their bytes."""

    tenant: str
    epoch: int
    seq: int
    devices: int
    frames: int
    size: int


class Reading(Protocol):
    """One consistent view of a tenant."""

    @property
    def shelf(self) -> Shelf:
        """What its devices upload, and its attachments."""
        ...

    def position(self) -> Position:
        """Where the tenant's log ends."""
        ...

    def entry(self, header_hash: str) -> Entry | None:
        """The entry of the frame with this header, if it was taken already."""
        ...

    def precedents(self, header: Header, header_hash: str, chains: Collection[str]) -> Precedents:
        """What a frame with this header rests on; `chains`: the places whose seqs are asked for."""
        ...

    def seqs(self, chains: Collection[str]) -> dict[str, int]:
        """The seqs of those places that are on the trunk, by the hub's chain there."""
        ...

    def way(self, place: str) -> list[Step]:
        """From a place of a side branch back to the trunk, link by link; empty for a place that no graft tells of."""
        ...

    def entry_at(self, seq: int) -> Entry | None:
        """The entry that holds the transaction at `seq`, without its refusals."""
        ...

    def present(self, hashes: Collection[str]) -> set[str]:
        """Which of the frames with these headers are in the log."""
        ...

    def offered_among(self, hashes: Collection[str]) -> set[str]:
        """Which of these frames have come as part of an offer."""
        ...

    def offered(self, header_hash: str) -> bytes | None:
        """A frame that came as part of an offer."""
        ...

    def frames_of(self, device: str) -> Iterator[tuple[int, bytes]]:
        """Every frame of a device, in the order of the log, with its first seq."""
        ...

    def devices(self) -> list[Device]:
        """The tenant's devices, by ordinal."""
        ...


class Tenancy(Reading, Protocol):
    """One tenant, locked for writing: what is read here stays true until the end of the lock."""

    def kin(self, header: Header, header_hash: str) -> Kin:
        """What the log has of the device of a frame."""
        ...

    def refused_among(self, device: str, records: Collection[str]) -> dict[str, int]:
        """Which of these records are not there though `device` created them, and the last refused put on each."""
        ...

    def append(self, admitted: Admitted, *, refused: Mapping[str, int], cleared: Collection[str]) -> None:
        """Take a frame; the log ends after it.

        Args:
            admitted: the frame, its place and the chain after it.
            refused: records whose creation by the frame's device was refused, and the seq of its last refused put.
            cleared: those that were created by it after all.
        """
        ...

    def add_invite(self, invite: Invite) -> None:
        """Keep an invitation."""
        ...

    def invite(self, name: str) -> Invite | None:
        """The invitation of that name, if this tenant has it."""
        ...

    def count_try(self, name: str) -> None:
        """Note a wrong code."""
        ...

    def enrol(self, invite: str, device: Device) -> None:
        """Add a device that used an invitation; its ordinal is given."""
        ...

    def add_device(self, device: Device) -> None:
        """Add a device that the hub had forgotten; its ordinal is given."""
        ...

    def add_links(self, epoch: int, fork: str, entries: Collection[Entry]) -> None:
        """Note how a side branch stood after the place `fork`; the log is in `epoch` from here on."""
        ...

    def note_identities(self, device: str, identities: Mapping[int, str]) -> None:
        """Keep by seq which transactions of a device stand there (ADR 14, 4)."""
        ...

    def identity_at(self, seq: int) -> str | None:
        """Which transaction stands at a seq, if its device is known to have forked."""
        ...

    def first_places(self, device: str, identities: Collection[str]) -> dict[str, int]:
        """The first seqs of these transactions of a device, of those that are in the log."""
        ...

    def expect(self, hashes: Collection[str], day: str) -> None:
        """Await these frames as part of an offer, and let go what has been awaited for long.

        Args:
            hashes: of their headers.
            day: today, `YYYY-MM-DD`.
        """
        ...

    def put_offered(self, header_hash: str, sealed: bytes) -> bool:
        """Keep a frame that is awaited; False for one that is not."""
        ...

    def forget_offered(self, hashes: Collection[str]) -> None:
        """These frames are in the log now."""
        ...

    def put_key(self, for_device: str, blob: str) -> None:
        """Keep a wrapped key until its device takes it; a later one replaces it."""
        ...

    def leave_sheet(self, sheet: Sheet) -> None:
        """Keep what a device left under its recovery sheet; a later one replaces it."""
        ...

    def sheets(self) -> list[Sheet]:
        """What the tenant's devices left, those of revoked ones too."""
        ...

    def wrong_sheets(self, device: str, day: str) -> int:
        """How many wrong recovery sheets a device showed on a day."""
        ...

    def count_wrong_sheet(self, device: str, day: str) -> None:
        """Note one more; only the last day of each device is remembered."""
        ...

    def revoke(self, device: str, *, revoked: bool) -> None:
        """Note whether a device may no longer send or receive."""
        ...

    def hold(self, held: Held) -> None:
        """Keep a frame aside; one that is there already stays as it is."""
        ...

    def release(self, header_hash: str) -> None:
        """Let a frame that was kept aside go."""
        ...

    def keep_picture(self, device: str, told: Told) -> None:
        """Keep what a device told of its state last."""
        ...


class Store(Protocol):
    """A hub's store. May be used from any thread.

    Every method may raise `Declined` with `busy` or `full`, and then nothing was written.
    """

    def locked(self, tenant: str) -> AbstractContextManager[Tenancy]:
        """Lock a tenant; committed at the end, durable when this returns, rolled back on any error (SYNC 10)."""
        ...

    def device(self, device: str) -> Device | None:
        """A device by its id, whatever its tenant: from it the tenant of a request follows."""
        ...

    def invited(self, name: str) -> Invite | None:
        """The invitation of that name, whatever its tenant."""
        ...

    def devices(self, tenant: str) -> list[Device]:
        """A tenant's devices, by ordinal."""
        ...

    def reading(self, tenant: str) -> AbstractContextManager[Reading]:
        """One consistent view of a tenant, without the lock."""
        ...

    def entry(self, tenant: str, header_hash: str) -> Entry | None:
        """As `Reading.entry`."""
        ...

    def precedents(self, header: Header, header_hash: str, chains: Collection[str]) -> Precedents:
        """As `Reading.precedents`, in the log that the header names."""
        ...

    def page(self, tenant: str, after: Position, device: str) -> Page | None:
        """A page of the log after a position, frames of `device` without bytes; None if that position is not in it.

        Its head tells where it ends, if it has entries; the signature over that is not the store's to give.
        """
        ...

    def key_for(self, tenant: str, device: str) -> str | None:
        """The wrapped key that waits for a device."""
        ...

    def shelf(self, tenant: str) -> AbstractContextManager[Shelf]:
        """What a tenant's devices upload, and its attachments, to be read."""
        ...

    def held(self, tenant: str) -> list[Held]:
        """The frames of a tenant that are kept aside, in the order in which they came."""
        ...

    def pictures(self, tenant: str) -> dict[str, Told]:
        """What each device of a tenant that is not revoked told of its state last."""
        ...

    def heads(self) -> dict[str, Position]:
        """Where each tenant's log ends."""
        ...

    def status(self) -> list[TenantStatus]:
        """Every tenant, by Belfiore code."""
        ...

    def close(self) -> None:
        """Give the store back."""
        ...


DAYS_OFFERED = 7
"""How long a frame is awaited, or kept, as part of an offer that is not taken up."""


def head_of(sealed: bytes) -> Before:
    """Where a device's chain stands after the frame that begins with these bytes, header included."""
    (length,) = _LENGTH.unpack_from(sealed, 4)
    header = decode_header(sealed[8 : 8 + length])
    return Before(header.first + header.count, header.head)


def previous_of(sealed: bytes) -> str:
    """The frame that a frame names as the one before; empty for the first, and for what is no frame."""
    try:
        (length,) = _LENGTH.unpack_from(sealed, 4)
        return decode_header(sealed[8 : 8 + length]).previous
    except (struct.error, Malformed):
        return ""
