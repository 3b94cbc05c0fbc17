"""Files that leave the program reach the disk whole or not at all, and what stops them is told in words."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

from ala_desktop.core.errors import Mendable
from ala_desktop.core.os_words import why

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def write_whole(target: Path, content: bytes) -> None:
    """Put `content` at `target`, replacing what stood there only once everything is on the disk.

    The bytes go to a new file in the same folder, are forced to the disk, and take the name in one step. After a
    failure the old file is as it was and no half file is left.

    Raises:
        Mendable: the disk is full, the file is open elsewhere, the folder is not there or may not be written.
    """
    try:
        _write(target, content)
    except OSError as problem:
        raise in_words(problem, target) from problem


def _write(target: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=".", suffix=".parziale", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _settle(target.parent)


def _settle(folder: Path) -> None:
    """Force the new name itself to the disk; Windows has no such step and needs none."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def in_words(problem: OSError, target: Path) -> Mendable:
    """Why a file could not be written, in words."""
    if problem.errno in _FULL:
        return Mendable(
            "Il disco è pieno",
            f"Non c'è spazio per salvare «{target.name}» nella cartella {target.parent}.",
            "Liberare spazio o scegliere un altro disco, poi riprovare.",
        )
    if isinstance(problem, (FileNotFoundError, NotADirectoryError)):
        return Mendable(
            "La cartella non esiste",
            f"La cartella {target.parent} non si trova.",
            "Controllare il percorso o scegliere un'altra cartella, poi riprovare.",
        )
    if target.is_dir():
        return Mendable(
            "Il nome indicato è quello di una cartella",
            f"{target} è una cartella: serve il nome di un file.",
            "Aggiungere un nome di file e riprovare.",
        )
    if isinstance(problem, PermissionError):
        return Mendable(
            "Il file è aperto o protetto",
            f"Il sistema non permette di scrivere «{target.name}» nella cartella {target.parent}.",
            "Chiudere il file se è aperto in un altro programma, o scegliere un altro nome, poi riprovare.",
        )
    return Mendable(
        "Il file non è stato salvato",
        f"Il sistema non è riuscito a scrivere {target}: {why(problem)}.",
        "Scegliere un'altra cartella o un altro disco, poi riprovare.",
    )
