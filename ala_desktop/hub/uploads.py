"""What devices upload by pieces: taken as far as it came, bounded, concluded only when the hash agrees.

A device uploads under the hash that the whole is to have, apart from every other device: whoever uploads rubbish under
another's hash is in nobody's way. What was uploaded is then a frame to admit, or a blob of the comune, which the hub
cannot read. Blobs stay for good: the hub does not know which records need them.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import blake2b

from ala_desktop.core.clock import Clock
from ala_desktop.hub.shelf import Shelf, Upload
from ala_desktop.hub.store import Device, Store
from ala_desktop.sync.declined import Declined
from ala_desktop.sync.pieces import MOST_BLOB_BYTES, MOST_UPLOAD_BYTES, Uploaded
from ala_desktop.sync.protocol import MOST_FRAME_BYTES

MOST_UPLOADS = 4
"""A device has as many under way; a further one takes the place of the one that was heard of longest ago."""
MOST_PIECES = 4_096
"""An upload comes in as many at most: who sends single bytes does not get far."""
LEAST_TORN_BYTES = 4_096
"""What is kept of a piece that broke off; less would be a row for nothing."""
UPLOAD_DAYS = 7
"""After as many an upload that nobody went on with is forgotten."""
MOST_COMUNE_BYTES = 2_000_000_000
"""All blobs of a comune."""
_TIME = "%Y-%m-%dT%H:%M:%SZ"


class Uploads:
    """Uploads to one hub."""

    def __init__(self, store: Store, clock: Clock, room: int = MOST_COMUNE_BYTES) -> None:
        """`room`: bytes that the blobs of a comune may take."""
        self._store = store
        self._clock = clock
        self._room = room

    def state(self, device: Device, name: str) -> Uploaded:
        """How far an upload of a device is."""
        with self._store.shelf(device.tenant) as shelf:
            return _state(shelf, device, name)

    def take(self, device: Device, name: str, at: int, data: bytes) -> Uploaded:
        """Take a piece; one that does not begin where the last one ended is left, and the answer says where that is.

        Raises:
            Declined: `too_large`.
        """
        with self._store.locked(device.tenant) as tenancy:
            shelf = tenancy.shelf
            known = _state(shelf, device, name)
            if known.kept or known.have != at or not data:
                return known
            upload = shelf.upload(device.device, name)
            if at + len(data) > MOST_UPLOAD_BYTES or upload.pieces >= MOST_PIECES:
                raise Declined("too_large", f"more than {MOST_UPLOAD_BYTES} bytes or {MOST_PIECES} pieces")
            if not upload.pieces:
                self._make_room(shelf, device)
            shelf.add(upload, data, self._clock.now())
        return Uploaded(at + len(data))

    def _make_room(self, shelf: Shelf, device: Device) -> None:
        oldest = (datetime.fromisoformat(self._clock.now()) - timedelta(days=UPLOAD_DAYS)).strftime(_TIME)
        under_way = shelf.uploads()
        own = [one for one in under_way if one.device == device.device]
        surplus = own[: max(0, len(own) - MOST_UPLOADS + 1)]
        for one in {*surplus, *(one for one in under_way if one.latest < oldest)}:
            shelf.drop(one.device, one.name)

    def frame(self, device: Device, name: str) -> bytes:
        """An uploaded frame, whole. It stays: whoever did not hear the answer asks again.

        Raises:
            Declined: `bad_upload`: it is not here, or is not what has that hash, and is forgotten then.
        """
        with self._store.locked(device.tenant) as tenancy:
            upload = tenancy.shelf.upload(device.device, name)
            whole = 0 < upload.size <= MOST_FRAME_BYTES and _agrees(tenancy.shelf, upload)
            sealed = b"".join(tenancy.shelf.pieces(device.device, name)) if whole else b""
            if not whole:
                tenancy.shelf.drop(device.device, name)
        if not whole:
            raise Declined("bad_upload", name)
        return sealed

    def keep(self, device: Device, name: str) -> Uploaded:
        """Make an upload a blob of the comune; one that is kept already stays as it is.

        Raises:
            Declined: `bad_upload`, as `frame`; `no_room`.
        """
        with self._store.locked(device.tenant) as tenancy:
            shelf = tenancy.shelf
            size = shelf.blob_size(name)
            upload = shelf.upload(device.device, name)
            whole = size is None and 0 < upload.size <= MOST_BLOB_BYTES and _agrees(shelf, upload)
            room = not whole or shelf.blobs_size() + upload.size <= self._room
            if whole and room:
                shelf.keep(device.device, name)
            else:
                shelf.drop(device.device, name)
        if not room:
            raise Declined("no_room", f"more than {self._room} bytes")
        if size is None and not whole:
            raise Declined("bad_upload", name)
        return Uploaded(upload.size if size is None else size, kept=True)

    def blob(self, tenant: str, name: str, at: int) -> bytes:
        """A piece of a blob of the comune, from `at` on; empty at its end.

        Raises:
            Declined: `unknown_blob`.
        """
        with self._store.shelf(tenant) as shelf:
            piece = shelf.blob_piece(name, at)
            if not piece and shelf.blob_size(name) is None:
                raise Declined("unknown_blob", name)
        return piece


def _state(shelf: Shelf, device: Device, name: str) -> Uploaded:
    size = shelf.blob_size(name)
    return Uploaded(shelf.upload(device.device, name).size) if size is None else Uploaded(size, kept=True)


def _agrees(shelf: Shelf, upload: Upload) -> bool:
    """Whether what came is what has that hash."""
    digest = blake2b(digest_size=32)
    for piece in shelf.pieces(upload.device, upload.name):
        digest.update(piece)
    return digest.hexdigest() == upload.name
