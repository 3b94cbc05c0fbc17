"""What may be attached: read within bounds, told by its bytes, and refused in words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ala_desktop.core.errors import Mendable
from ala_desktop.core.media import medium_of, safe_name
from ala_desktop.core.os_words import why

MOST_BYTES = 15_000_000
"""A file, before it is encrypted."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that may be attached: its safe name, what it is (`core.media`), and its bytes."""

    name: str
    medium: str
    content: bytes


def take(path: Path) -> Taken:
    """Read a file that somebody wants to attach.

    Raises:
        Mendable: it does not open, is empty, too large, or of a kind that is not kept.
    """
    if path.is_dir():
        raise Mendable(
            "Una cartella non si può allegare",
            f"«{path.name}» è una cartella.",
            "Allegare i file che contiene, uno per uno.",
        )
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as problem:
        raise Mendable(
            "Il file non si apre",
            f"Il sistema non riesce a leggere {path}: {why(problem)}.",
            "Controllare che ci sia ancora e che non sia aperto in un altro programma, poi riprovare.",
        ) from problem
    if not content:
        raise Mendable(
            "Il file è vuoto", f"«{path.name}» non contiene nulla.", "Controllare di aver scelto il file giusto."
        )
    if len(content) > MOST_BYTES:
        raise Mendable(
            "Il file è troppo grande",
            f"«{path.name}» supera i {MOST_BYTES // 1_000_000} MB, il massimo per un allegato.",
            "Ridurlo (per esempio con una scansione a risoluzione più bassa) o dividerlo in più file, poi riprovare.",
        )
    medium = medium_of(content)
    if medium is None:
        raise Mendable(
            "Questo tipo di file non si può allegare",
            f"«{path.name}» non è, nel suo contenuto, un PDF, un'immagine, un documento d'ufficio senza macro, un "
            "testo o un messaggio di posta.",
            "Salvarlo come PDF e allegare quello.",
        )
    return Taken(safe_name(path.name, medium), medium, content)
