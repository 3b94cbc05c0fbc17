"""One program at a time on one data folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from ala_desktop.core.errors import Mendable
from ala_desktop.core.os_words import why

LOCK_FILE = "in-uso.lock"

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def unusable_folder(folder: Path, problem: OSError) -> Mendable:
    """The refusal of a data folder that the system does not let us use."""
    return Mendable(
        "La cartella dei dati non si può usare",
        f"{folder}: {why(problem)}.",
        "Controllare che esista e che si possa scrivere, oppure indicarne un'altra con --data.",
    )


class Instance:
    """A lock on a data folder, held until `release` or the end of the process, however it ends."""

    def __init__(self, folder: Path) -> None:
        """Take the lock.

        Raises:
            Mendable: another program holds it, or the folder cannot be used.
        """
        try:
            self._descriptor = os.open(folder / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as problem:
            raise unusable_folder(folder, problem) from problem
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
