"""Stores for simulated PCs: real ones, migrated once and copied, that do not wait for the disk."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from ala_desktop.models import migrate
from ala_desktop.models.engine import STORE_FILE, Store
from tests.factory import FixedClock

KEY = b"k" * 32


class SwiftStore(Store):
    """As `Store`, but a commit is with the operating system, not on the disk: a simulated power cut copies files."""

    def _connect(self) -> Any:
        connection = super()._connect()
        connection.execute("PRAGMA synchronous=OFF")
        return connection


def fresh(folder: Path) -> SwiftStore:
    """An empty store with all its tables, in a new folder."""
    folder.mkdir()
    path = folder / STORE_FILE
    path.write_bytes(_migrated())
    return SwiftStore(path, KEY)


@cache
def _migrated() -> bytes:
    with tempfile.TemporaryDirectory(prefix="ala-sim-") as folder:
        path = Path(folder) / STORE_FILE
        store = SwiftStore(path, KEY)
        migrate.upgrade(store, FixedClock())
        store.close()
        return path.read_bytes()
