"""What the exchange needs of a carrier to the hub. `transport_http` is one; tests and files may be others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from ala_desktop.sync.messages import (
    Common,
    DeviceCard,
    Enrolled,
    EnrolRequest,
    FoundSheet,
    LeftSheet,
    Missing,
    Offer,
    Page,
    TenantHead,
    Told,
)
from ala_desktop.sync.pieces import Advance
from ala_desktop.sync.protocol import Entry, Position


@dataclass(frozen=True, slots=True)
class Contact:
    """Which hub is asked, and who asks.

    Attributes:
        url: the hub's address.
        hub, hub_key: its id and public key; empty while enrolling.
        device: id of the asking device.
        sign_key: its private key (Ed25519, 32 bytes).
        tenant: whose log is asked about; empty: the device's own.
    """

    url: str
    hub: str
    hub_key: bytes
    device: str
    sign_key: bytes
    tenant: str = ""


@runtime_checkable
class BlobLine(Protocol):
    """A line over which attachments travel too, by pieces that are not sent or fetched again after a break.

    Raises what `Transport` raises.
    """

    def upload(self, content: bytes, advance: Advance | None = None, stop: Callable[[], bool] | None = None) -> str:
        """Hand something large over; its name, which is its hash. Goes on with what the hub has of it.

        Raises:
            Stopped: `stop` said so.
        """
        ...

    def keep_blob(self, name: str) -> None:
        """Have what was uploaded kept as an attachment of the comune."""
        ...

    def blob(self, name: str, at: int) -> bytes:
        """The bytes of an attachment from `at` on, as many as came; none at its end. Its hash is not checked here."""
        ...


@runtime_checkable
class SnapshotLine(BlobLine, Protocol):
    """A line over which a snapshot of the log comes: its parts are fetched like attachments."""

    def snapshot(self) -> bytes:
        """The hub's frame that names the newest snapshot of the log; empty where there is none."""
        ...


class Transport(Protocol):
    """A line to one hub.

    Every method may raise `Mendable`, in words for the clerk, when the hub could not be asked; and `Declined` when it
    was asked and did not do it. Asking twice does no more than asking once. Two threads may ask at the same time.
    """

    def enrol(self, request: EnrolRequest) -> Enrolled:
        """Join the hub; the contact has no hub yet."""
        ...

    def push(self, sealed: bytes) -> Entry:
        """Hand a frame over. Its place is a hint; acknowledged is only what `pull` brings back (SYNC 23)."""
        ...

    def pull(self, after: Position) -> Page:
        """A page of the log after a position."""
        ...

    def pull_whole(self, after: Position) -> Page:
        """As `pull`, with the bytes of this device's own frames too: for one whose copy of the log is damaged."""
        ...

    def tell(self, told: Told) -> None:
        """Have the hub compare this with what other devices told, along with the next pull; it says so in the head.

        A carrier on which nothing can be asked any more leaves it.
        """

    def devices(self) -> list[DeviceCard]:
        """The devices whose frames may stand in the log."""
        ...

    def tenants(self) -> list[TenantHead]:
        """Where the log of each comune ends; for ALA's devices alone."""
        ...

    def compare(self, places: Sequence[tuple[int, str]], certificate: bytes) -> Common:
        """Which of these places of this device's log, in order, the hub knows (ADR 14)."""
        ...

    def offer(self, offer: Offer, certificate: bytes) -> Missing:
        """Offer a stretch of the log that the hub may have lost; the frames that it lacks for it."""
        ...

    def give_back(self, name: str, sealed: bytes, certificate: bytes) -> None:
        """Hand over a frame that an offer lacks."""
        ...

    def recall(self, certificate: bytes) -> None:
        """Remind the hub that it had enrolled this device."""
        ...

    def put_key(self, for_device: str, blob: str) -> None:
        """Leave a wrapped key for a device."""
        ...

    def fetch_key(self) -> str:
        """The wrapped key that waits for this device; empty when none does."""
        ...

    def leave_sheet(self, left: LeftSheet) -> None:
        """Leave the comune's key under this device's recovery sheet; it replaces what was left before."""
        ...

    def show_sheet(self, token: str) -> FoundSheet:
        """What was left under the recovery sheet with this token."""
        ...

    def close(self) -> None:
        """Hang up."""
        ...
