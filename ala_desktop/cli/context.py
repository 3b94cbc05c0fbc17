"""What every command needs: the data folder, the open office, and how answers are given."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ala_desktop.core.errors import Mendable
from ala_desktop.core.instance import LOCK_FILE
from ala_desktop.core.names import KEYS_FILE
from ala_desktop.models.engine import OTHER_STORES, STORE_FILE
from ala_desktop.services.desk import Desk
from ala_desktop.wiring import open_office

PASSPHRASE_FILE = "ALA_PASSPHRASE_FILE"  # noqa: S105 - the name of a variable
RECOVERY_CODE_FILE = "ALA_RECOVERY_CODE_FILE"
_OWN_FILES = (STORE_FILE, OTHER_STORES, KEYS_FILE, LOCK_FILE)
"""With what follows their names: the store's log stands beside it."""
_LONGEST = 10_000
"""Letters read of such a file."""


@dataclass(frozen=True, slots=True)
class Context:
    """The command line's surroundings.

    Attributes:
        folder: the data folder.
    """

    folder: Path

    @contextmanager
    def desk(self, tenant: str | None = None) -> Generator[Desk]:
        """The office, opened with the clerk's passphrase, closed afterwards; or the log of another tenant beside it."""
        desk = open_office(self.folder).open(passphrase())
        try:
            if tenant in (None, desk.tenant):
                yield desk
            else:
                with desk.others.open(tenant.upper()) as other:
                    yield other
        finally:
            desk.close()

    def target(self, wanted: Path) -> Path:
        """Where a command may write a file: `wanted`, unless the program's own files are there.

        Raises:
            Mendable: it would replace the store, its keys or its lock.
        """
        place = wanted.resolve()
        if place.parent == self.folder.resolve() and place.name.startswith(_OWN_FILES):
            raise Mendable(
                "Questo è un file dell'archivio",
                f"{wanted} serve al programma: scrivendoci sopra si perderebbero i dati.",
                "Indicare un altro nome di file.",
            )
        return wanted


def passphrase() -> str:
    """The passphrase, from the file that `ALA_PASSPHRASE_FILE` names or typed unseen.

    Raises:
        Mendable: the file cannot be read, or nobody is there to ask.
    """
    given = _from_file(PASSPHRASE_FILE)
    return _typed(PASSPHRASE_FILE, "Frase d'accesso: ") if given is None else given


def new_passphrase() -> str:
    """A passphrase to be set, from the same file, or typed unseen twice.

    Raises:
        Mendable: as `passphrase`, or the two are not the same.
    """
    given = _from_file(PASSPHRASE_FILE)
    if given is not None:
        return given
    first = _typed(PASSPHRASE_FILE, "Nuova frase d'accesso: ")
    if _typed(PASSPHRASE_FILE, "Ancora una volta: ") != first:
        raise Mendable(
            "Le due frasi d'accesso non coincidono",
            "La seconda volta è stata scritta una frase diversa dalla prima.",
            "Ripetere il comando e scrivere due volte la stessa frase.",
        )
    return first


def recovery_code() -> str:
    """The recovery code, from the file that `ALA_RECOVERY_CODE_FILE` names or typed."""
    given = _from_file(RECOVERY_CODE_FILE)
    return _typed(RECOVERY_CODE_FILE, "Codice di recupero: ") if given is None else given


def _from_file(variable: str) -> str | None:
    """The first line of the file that a variable names; None when it names none."""
    named = os.environ.get(variable)
    if not named:
        return None
    try:
        with Path(named).open(encoding="utf-8-sig") as file:
            return file.readline(_LONGEST).rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as problem:
        raise Mendable(
            "Il file indicato non si legge",
            f"{variable} indica {named}, che non si può leggere.",
            "Correggere il percorso o togliere la variabile d'ambiente.",
        ) from problem


def _typed(variable: str, question: str) -> str:
    """What somebody types unseen at the terminal."""
    nobody = Mendable(
        "Serve una risposta da tastiera",
        "Il comando è stato avviato senza una finestra in cui scrivere.",
        f"Avviarlo da un terminale, oppure indicare un file con la variabile {variable}.",
    )
    if sys.stdin is None or not sys.stdin.isatty():  # pyright: ignore[reportUnnecessaryComparison] - it can be
        raise nobody
    try:
        return getpass.getpass(question)
    except EOFError as problem:
        raise nobody from problem
