"""What a file may be before it is opened as a register: limits, and the refusals that tell a clerk what to do.

Nothing here reads more than the first bytes. Imported by the readers of this package only.
"""

from __future__ import annotations

import stat
from pathlib import Path

from ala_desktop.core.errors import Mendable
from ala_desktop.core.os_words import why

MOST_TEXT_BYTES = 30 * 1024 * 1024
"""Largest CSV that is read; ten thousand homes make about one megabyte."""
MOST_SHEET_BYTES = 20 * 1024 * 1024
"""Largest spreadsheet file that is opened."""
MOST_UNPACKED_BYTES = 150 * 1024 * 1024
"""Most that the parts of a spreadsheet may hold once unpacked."""
MOST_ROWS = 200_000
"""Rows that are kept in memory, those above the headings included."""
MOST_CELLS = 5_000_000
"""Cells of the rectangle that a sheet spans, empty ones included: the reader keeps them all in memory."""
HEAD_BYTES = 64 * 1024
"""How much of a file is looked at to decide what it is; the headings lie within."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_SAVE_AGAIN = "Aprire il registro con il foglio di calcolo e salvarlo come CSV, XLSX oppure ODS, poi riprovare."


def head_of(path: Path) -> bytes:
    """The first bytes of a file that may be a register.

    Raises:
        Mendable: no such file, no regular file, empty, too large, or not readable.
    """
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise Mendable(
                "Il registro è una cartella",
                f"{path} è una cartella, non un file.",
                "Indicare il file del registro che si trova al suo interno.",
            )
        if not stat.S_ISREG(found.st_mode):
            raise Mendable("Il registro non è un file", f"{path} non è un file.", "Indicare il file del registro.")
        if found.st_size > MOST_TEXT_BYTES:
            raise too_large(path, found.st_size)
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except FileNotFoundError:
        raise Mendable(
            "Il file non esiste", f"{path} non è stato trovato.", "Controllare il nome e la cartella, poi riprovare."
        ) from None
    except OSError as problem:
        raise unreadable(path, problem) from problem
    if not head.strip():
        raise Mendable(
            "Il file è vuoto", f"{path.name} non contiene nulla.", "Esportare di nuovo il registro e riprovare."
        )
    return head


def is_archive(head: bytes) -> bool:
    """Whether a file that begins so is a zip, as XLSX and ODS are."""
    return head.startswith(_ZIP)


def refuse_old_workbook(path: Path, head: bytes) -> None:
    """Raise for the container of old .xls files, which is also that of workbooks with a password."""
    if head.startswith(_OLE):
        raise Mendable(
            "Formato di foglio di calcolo non leggibile",
            f"{path.name} è in un formato precedente (.xls) oppure è protetto da password.",
            "Aprirlo con il foglio di calcolo, togliere la password e salvarlo come XLSX, ODS oppure CSV.",
        )


def too_large(path: Path, size: int) -> Mendable:
    """The refusal of a file that is larger than any register."""
    return Mendable(
        "Il file è troppo grande",
        f"{path.name} occupa {_megabytes(size)}: un registro ne occupa pochi.",
        "Verificare che sia il file giusto; se lo è, dividerlo in più file e importarli uno alla volta.",
    )


def too_many_rows(path: Path) -> Mendable:
    """The refusal of a table that is longer than any register."""
    return Mendable(
        "Il registro ha troppe righe",
        f"{path.name} ha più di {MOST_ROWS:,} righe.".replace(",", "."),
        "Verificare che sia il file giusto; se lo è, dividerlo in più file e importarli uno alla volta.",
    )


def no_register(path: Path, why: str) -> Mendable:
    """The refusal of a file that holds no table this program can read."""
    return Mendable("Il file non è un registro", f"{path.name}: {why}.", _SAVE_AGAIN)


def unreadable(path: Path, problem: OSError) -> Mendable:
    """The refusal of a file that the system does not let us read."""
    return Mendable(
        "Il file non si può leggere",
        f"{path.name}: {why(problem)}.",
        "Chiudere gli altri programmi che lo usano, verificare i permessi e riprovare.",
    )


def _megabytes(size: int) -> str:
    if size >= 1024**3:
        return f"{size / 1024**3:.1f} GB".replace(".", ",")
    return f"{size / 1024**2:.0f} MB"
