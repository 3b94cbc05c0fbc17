"""Where the store of this program lives, and where it may not live."""

from __future__ import annotations

import ctypes
import os
import re
import sys
from pathlib import Path

from platformdirs import user_data_path

from ala_desktop.core.errors import Mendable

_NETWORK_FILESYSTEMS = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "afs", "davfs", "fuse.davfs2"}
_DRIVE_REMOTE = 4
_ESCAPED = re.compile(r"\\([0-7]{3})")
"""How the table of mounts writes spaces and other signs that part its columns."""


def default_data_dir() -> Path:
    """The folder of the current user where the store lives when `--data` does not say otherwise."""
    return user_data_path("ALA Desktop", appauthor=False)


def refuse_network_drive(folder: Path) -> None:
    """Raise `Mendable` when `folder` lies on a network drive.

    SQLite's locks and its write-ahead log are not safe there (sqlite.org/wal.html, "all processes must be on the
    same host computer"), so that a save that was confirmed could be lost.
    """
    if _is_network(folder):
        raise Mendable(
            "La cartella dei dati è su un'unità di rete",
            f"{folder} non si trova sul disco di questo computer: lì un salvataggio potrebbe andare perso.",
            "Scegliere una cartella sul disco locale; per lavorare da un altro PC usare lo scambio con ALA.",
        )


def _is_network(folder: Path) -> bool:
    resolved = folder.absolute()
    if sys.platform == "win32":
        text = str(resolved)
        if text.startswith("\\\\"):
            return True
        return ctypes.windll.kernel32.GetDriveTypeW(resolved.anchor) == _DRIVE_REMOTE
    return _filesystem_of(resolved) in _NETWORK_FILESYSTEMS


def _filesystem_of(folder: Path) -> str:
    """The type of the file system that holds `folder`, from the kernel's table of mounts; empty when unknown."""
    mounts = Path("/proc/mounts")
    return _filesystem_in(mounts.read_text(encoding="utf-8", errors="replace"), folder) if mounts.exists() else ""


def _filesystem_in(mounts: str, folder: Path) -> str:
    best, kind = "", ""
    for line in mounts.splitlines():
        _, written, filesystem, *_ = line.split(" ")
        point = _ESCAPED.sub(lambda found: chr(int(found[1], 8)), written)
        inside = str(folder) == point or str(folder).startswith(point.rstrip("/") + os.sep)
        if inside and len(point) >= len(best):
            best, kind = point, filesystem
    return kind
