"""What every command needs: the data folder, the open office, and how answers are given."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from ala_desktop.core.errors import Mendable
from ala_desktop.services.desk import Desk
from ala_desktop.wiring import open_office

PASSPHRASE_FILE = "ALA_PASSPHRASE_FILE"  # noqa: S105 - the name of a variable
RECOVERY_CODE_FILE = "ALA_RECOVERY_CODE_FILE"


@dataclass(frozen=True, slots=True)
class Context:
    """The command line's surroundings.

    Attributes:
        folder: the data folder.
    """

    folder: Path

    @contextmanager
    def desk(self) -> Generator[Desk]:
        """The office, opened with the clerk's passphrase, closed afterwards."""
        desk = open_office(self.folder).open(passphrase())
        try:
            yield desk
        finally:
            desk.close()

    def say(self, words: str) -> None:
        """Tell the person something that is not the answer."""
        print(words, file=sys.stderr)


def passphrase(question: str = "Frase d'accesso: ") -> str:
    """The passphrase, from the file that `ALA_PASSPHRASE_FILE` names or typed unseen.

    Raises:
        Mendable: the file cannot be read, or nobody is there to ask.
    """
    return _secret(PASSPHRASE_FILE, question)


def recovery_code() -> str:
    """The recovery code, from the file that `ALA_RECOVERY_CODE_FILE` names or typed."""
    return _secret(RECOVERY_CODE_FILE, "Codice di recupero: ")


def _secret(variable: str, question: str) -> str:
    named = os.environ.get(variable)
    if named:
        try:
            return Path(named).read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as problem:
            raise Mendable(
                "Il file indicato non si legge",
                f"{variable} indica {named}, che non si può leggere.",
                "Correggere il percorso o togliere la variabile d'ambiente.",
            ) from problem
    if not sys.stdin.isatty():
        _nobody(variable)
    return getpass.getpass(question)


def _nobody(variable: str) -> NoReturn:
    raise Mendable(
        "Serve una risposta da tastiera",
        "Il comando è stato avviato senza una finestra in cui scrivere.",
        f"Avviarlo da un terminale, oppure indicare un file con la variabile {variable}.",
    )
