"""Uploading by pieces, on lines that break: what a piece is, and how to go on after a break. No network here.

The hub keeps what came, under the hash that the whole is to have, and says how many bytes these are. So after a break
the device asks, and goes on from there; even of a piece that broke off what had come is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from typing import Annotated, Protocol

import msgspec
from msgspec import Meta

from ala_desktop.sync.protocol import MOST_FRAME_BYTES

UPLOAD, BLOB = "/v1/upload", "/v1/blob"
"""Paths of the hub, before the hash of what they are about."""
MOST_PIECE_BYTES = 262_144
"""A piece, either way. A frame of at most as many bytes goes in one request."""
LEAST_PIECE_BYTES = 8_192
MOST_BLOB_BYTES = 16_000_000
"""A sealed attachment."""
MOST_UPLOAD_BYTES = max(MOST_BLOB_BYTES, MOST_FRAME_BYTES)

Advance = Callable[[int, int], None]
"""Told how many bytes of how many are there."""


class Stopped(Exception):
    """Whoever asked for something long wants it no more; what was done is kept."""


class Uploaded(msgspec.Struct, frozen=True):
    """How far an upload is.

    Attributes:
        have: bytes that the hub has of it, from its beginning.
        kept: it is a blob of the comune already; nothing more is needed.
    """

    have: Annotated[int, Meta(ge=0, le=MOST_UPLOAD_BYTES)]
    kept: bool = False


class Ask(Protocol):
    """A line to the hub, for one upload; every question is asked once."""

    def uploaded(self, name: str) -> Uploaded:
        """How far it is."""
        ...

    def put_piece(self, name: str, at: int, data: bytes) -> Uploaded:
        """Hand over a piece from `at` on; how far it is then."""
        ...


def name_of(content: bytes) -> str:
    """The hash by which the hub keeps something."""
    return blake2b(content, digest_size=32).hexdigest()


class Uploading:
    """One upload. `step` is tried until `done`: each returns when it came further, and fails when it did not."""

    def __init__(self, line: Ask, content: bytes) -> None:
        self.name = name_of(content)
        self._line = line
        self._content = content
        self._have = 0
        self._sure = False
        """Whether the hub has so many, as it said itself since the line broke last."""
        self._kept = False
        self._most = MOST_PIECE_BYTES
        self._tried = False

    @property
    def done(self) -> bool:
        """Whether the hub has everything."""
        return self._sure and (self._kept or self._have >= len(self._content))

    @property
    def kept(self) -> bool:
        """Whether the hub had it as a blob already."""
        return self._kept

    @property
    def have(self) -> int:
        """Bytes that the hub has."""
        return len(self._content) if self._kept else self._have

    def step(self) -> None:
        """Hand over one piece; after a break first ask what had come, which may be some way already.

        Where nothing had, the next piece is smaller, so that some piece gets through whatever stands in between.
        """
        if not self._sure:
            before = self._have
            self._hear(self._line.uploaded(self.name))
            if self.done or self._have > before:
                return
            if self._tried:
                self._most = max(LEAST_PIECE_BYTES, self._most // 2)
        piece = self._content[self._have : self._have + self._most]
        self._sure, self._tried = False, True
        self._hear(self._line.put_piece(self.name, self._have, piece))
        self._most, self._tried = min(MOST_PIECE_BYTES, self._most * 2), False

    def _hear(self, uploaded: Uploaded) -> None:
        self._have, self._kept, self._sure = min(uploaded.have, len(self._content)), uploaded.kept, True
