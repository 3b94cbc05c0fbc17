"""The files of a parcel in a folder: written whole, found together again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ala_desktop.core.errors import Mendable
from ala_desktop.core.files import write_whole
from ala_desktop.core.os_words import why
from ala_desktop.sync import parcels
from ala_desktop.sync.parcels import Missing
from ala_desktop.sync.protocol import Malformed

SUFFIX = ".ala"
MOST_FILE_BYTES = 64_000_000
"""A file of an exchange that is read: the largest part there may be, as on a stick."""
_MOST_SIBLINGS = 2_000


def write(target: Path, parts: Sequence[bytes]) -> list[Path]:
    """Write the parts of a parcel to `target`, or beside it as `name-1di3.ala` where there are several.

    Raises:
        Mendable: the folder or the disk does not take them.
    """
    written: list[Path] = []
    for number, part in enumerate(parts, 1):
        name = target if len(parts) == 1 else target.with_name(f"{target.stem}-{number}di{len(parts)}{target.suffix}")
        write_whole(name, part)
        written.append(name)
    return written


def read(files: Sequence[Path]) -> list[bytes]:
    """The parts of the parcel that these files belong to; parts beside them in the same folder are found.

    Raises:
        Mendable: a file is away, not readable, too large or none of an exchange.
    """
    parts = [_read(file) for file in files]
    try:
        labels = [parcels.label_of(part) for part in parts]
    except Malformed as problem:
        raise not_of_an_exchange(files[0], str(problem)) from problem
    if len({label.part for label in labels}) < labels[0].parts:
        given = {file.resolve() for file in files}
        parts += _siblings(files[0].resolve().parent, given, labels[0].parcel)
    return parts


def read_small(file: Path) -> bytes:
    """The bytes of a file that is no parcel.

    Raises:
        Mendable: as `read`.
    """
    return _read(file)


def missing(problem: Missing) -> Mendable:
    """Some parts of a parcel are not there."""
    return Mendable(
        "Mancano parti del file",
        f"Su {problem.of} parti mancano: {', '.join(map(str, problem.parts))}.",
        "Mettere tutte le parti nella stessa cartella e riprovare.",
    )


def not_of_an_exchange(file: Path, reason: str) -> Mendable:
    """A file that is something else, or damaged."""
    return Mendable(
        "Il file non è di uno scambio con ALA",
        f"{file.name}: {reason}.",
        "Controllare di aver scelto il file giusto, con estensione .ala, e che sia stato copiato per intero.",
    )


def _read(file: Path) -> bytes:
    try:
        size = file.stat().st_size
        if size > MOST_FILE_BYTES:
            raise not_of_an_exchange(file, "è troppo grande")
        return file.read_bytes()
    except FileNotFoundError:
        raise Mendable(
            "Il file non esiste", f"{file} non è stato trovato.", "Controllare il nome e la cartella, poi riprovare."
        ) from None
    except OSError as problem:
        raise Mendable(
            "Il file non si può leggere",
            f"{file}: {why(problem)}.",
            "Controllare la chiavetta o copiare di nuovo il file.",
        ) from problem


def _siblings(folder: Path, given: set[Path], parcel: str) -> list[bytes]:
    """Other parts of the same parcel in the folder; what cannot be read there is none."""
    found: list[bytes] = []
    for file in sorted(folder.glob(f"*{SUFFIX}"))[:_MOST_SIBLINGS]:
        if file.resolve() in given:
            continue
        try:
            with file.open("rb") as start:
                label = parcels.label_of(start.read(parcels.LABEL_ENDS))
            if label.parcel == parcel:
                found.append(_read(file))
        except (Mendable, Malformed, OSError):
            continue
    return found
