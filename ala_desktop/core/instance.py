"""One program at a time on one data folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from ala_desktop.core.errors import Mendable

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class Instance:
    """A lock on a data folder, held until `release` or the end of the process, however it ends."""

    def __init__(self, folder: Path) -> None:
        """Take the lock.

        Raises:
            Mendable: another program holds it.
        """
        self._descriptor = os.open(folder / "in-uso.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(self._descriptor)
        except OSError as problem:
            os.close(self._descriptor)
            raise Mendable(
                "Il programma è già aperto",
                f"Un'altra finestra o un altro comando sta usando i dati in {folder}.",
                "Passare alla finestra già aperta, oppure chiuderla e riprovare.",
            ) from problem

    def release(self) -> None:
        """Give the folder back."""
        os.close(self._descriptor)
