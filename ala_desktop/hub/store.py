"""What the hub needs of a store, whatever database is behind it. One contract suite runs over every implementation.

Tenant first: no question is asked and nothing is written but for one tenant, except by the commands of whoever runs
the hub. What the words mean is in `sync.protocol`; nothing here decides.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

from ala_desktop.hub.shelf import Shelf
from ala_desktop.sync import chain
from ala_desktop.sync.messages import Page, Told
from ala_desktop.sync.protocol import Entry, Header, Position


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


class Writer(NamedTuple):
    """Where the chain of one incarnation stands.

    Attributes:
        device: whose incarnation it is; empty for one that has sent nothing yet.
        next_device_seq: of its next transaction.
        head: rolling hash of its transactions.
        previous: hash of its last frame's header, or empty.
    """

    device: str = ""
    next_device_seq: int = 1
    head: str = chain.START
    previous: str = ""


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


class Tenancy(Protocol):
    """One tenant, locked for writing: what is read here stays true until the end of the lock."""

    @property
    def shelf(self) -> Shelf:
        """What its devices upload, and its attachments."""
        ...

    def position(self) -> Position:
        """Where the tenant's log ends."""
        ...

    def writer(self, incarnation: str) -> Writer:
        """The chain of an incarnation."""
        ...

    def entry(self, header_hash: str) -> Entry | None:
        """The entry of the frame with this header, if it was taken already."""
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

    def frames_of(self, device: str) -> Iterator[tuple[int, bytes]]:
        """Every frame of a device, or of the hub itself, in the order of the log, with its first seq."""
        ...

    def devices(self) -> list[Device]:
        """The tenant's devices, by ordinal."""
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

    def writer(self, tenant: str, incarnation: str) -> Writer:
        """As `Tenancy.writer`, without the lock."""
        ...

    def entry(self, tenant: str, header_hash: str) -> Entry | None:
        """As `Tenancy.entry`, without the lock."""
        ...

    def page(self, tenant: str, after: Position, device: str) -> Page | None:
        """A page of the log after a position, frames of `device` without bytes; None if that position is not in it."""
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
