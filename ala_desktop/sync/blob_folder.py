"""Encrypted files beside the store, each under its hash; what is damaged counts as not here.

A half fetched one stands beside them and is gone on with. Whole files are written in one step.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from ala_desktop.core.files import in_words, write_whole
from ala_desktop.sync.pieces import name_of

FOLDER = "allegati"
_HALF = ".parziale"
_NAME = re.compile(r"[0-9a-f]{64}").fullmatch


def named(blob: str) -> bool:
    """Whether this is the hash of a file at all: a device may write any text in its place."""
    return _NAME(blob) is not None


class BlobFolder:
    """The folder `allegati` of a data folder."""

    def __init__(self, data: Path) -> None:
        self._folder = data / FOLDER

    def has(self, blob: str) -> bool:
        """Whether there is a file of that name; its bytes are checked when they are read."""
        return named(blob) and self._at(blob).is_file()

    def put(self, blob: str, sealed: bytes) -> None:
        """Keep an encrypted file.

        Raises:
            Mendable: the disk does not take it; then nothing half is left.
        """
        self._make()
        write_whole(self._at(blob), sealed)

    def read(self, blob: str) -> bytes | None:
        """The encrypted file; None if it is not here, or not what has that hash."""
        if not named(blob):
            return None
        try:
            sealed = self._at(blob).read_bytes()
        except OSError:
            return None
        return sealed if name_of(sealed) == blob else None

    def drop(self, blob: str) -> None:
        """Take a file away, a half one too."""
        if named(blob):
            self._at(blob).unlink(missing_ok=True)
            self._half(blob).unlink(missing_ok=True)

    def half(self, blob: str) -> int:
        """How many bytes of a file were fetched so far."""
        try:
            return self._half(blob).stat().st_size
        except OSError:
            return 0

    def add(self, blob: str, piece: bytes) -> None:
        """Put a piece after what was fetched so far; it is on the disk when this returns.

        Raises:
            Mendable: the disk does not take it.
        """
        self._make()
        path = self._half(blob)
        try:
            with path.open("ab") as file:
                file.write(piece)
                file.flush()
                os.fsync(file.fileno())
        except OSError as problem:
            raise in_words(problem, path) from problem

    def finish(self, blob: str) -> bool:
        """Make what was fetched the file, if it is the right one; else forget it."""
        half = self._half(blob)
        sealed = half.read_bytes() if half.is_file() else b""
        right = name_of(sealed) == blob
        if right:
            half.replace(self._at(blob))
        else:
            half.unlink(missing_ok=True)
        return right

    def _make(self) -> None:
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as problem:
            raise in_words(problem, self._folder) from problem

    def _at(self, blob: str) -> Path:
        if not named(blob):
            raise ValueError("not the hash of a file")
        return self._folder / blob

    def _half(self, blob: str) -> Path:
        return self._at(blob).with_name(blob + _HALF)
