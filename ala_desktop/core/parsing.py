"""What may be typed after a program's name: argparse, whose complaints and help are in Italian here.

How answers are given is in `console`.
"""

from __future__ import annotations

import re
from argparse import SUPPRESS, ArgumentParser, ArgumentTypeError
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

from ala_desktop.core.errors import Mendable

# argparse's sentences, which have been the same from Python 3.11 to 3.13; what is not among them stays as it is.
_ITALIAN = (
    (r"the following arguments are required: (.+)", r"manca \1"),
    (r"one of the arguments (.+) is required", r"serve una di queste opzioni: \1"),
    (r"unrecognized arguments: (.+)", r"non si sa che cosa fare di \1"),
    (r"argument (.+?): (.+)", r"\1: \2"),
    (r"(.*)expected one argument", r"\1manca il valore"),
    (r"(.*)expected at least one argument", r"\1manca almeno un valore"),
    (r"(.*)not allowed with argument (.+)", r"\1non si può usare insieme a \2"),
    (r"(.*)ignored explicit argument (.+)", r"\1non prende un valore, e qui c'è \2"),
    (r"(.*)invalid int value: (.+)", r"\1\2 non è un numero intero"),
    (r"(.*)invalid choice: (.+) \(choose from (.+)\)", r"\1\2 non è fra le scelte possibili: \3"),
)
_HELP = (
    (r"\Ausage: ", "uso: "),
    (r"(?m)^positional arguments:$", "argomenti:"),
    (r"(?m)^options:$", "opzioni:"),
)


class Parser(ArgumentParser):
    """A parser whose complaints are errors that the person can mend; options are taken only when written whole."""

    def __init__(self, *, add_help: bool = True, **options: Any) -> None:
        super().__init__(add_help=False, allow_abbrev=False, **options)
        if add_help:
            self.add_argument("-h", "--help", action="help", default=SUPPRESS, help="mostra queste righe")

    def error(self, message: str) -> NoReturn:
        """Raise instead of leaving the program."""
        raise Mendable(
            "Comando non riconosciuto", f"{_translated(message, _ITALIAN)}.", f"Le istruzioni: {self.prog} --help"
        )

    def format_help(self) -> str:
        """As `ArgumentParser.format_help`, with its own words in Italian."""
        text = super().format_help()
        for pattern, words in _HELP:
            text = re.sub(pattern, words, text)
        return text


def _translated(message: str, table: tuple[tuple[str, str], ...]) -> str:
    for pattern, words in table:
        message = re.sub(rf"\A{pattern}\Z", words, message, flags=re.DOTALL)
    return message


def refuse_unread(arguments: Iterable[str]) -> None:
    """Refuse letters that the system did not understand: cleaning would drop them without a word.

    Raises:
        Mendable: an argument has such a letter.
    """
    for text in arguments:
        if any("\ud800" <= letter <= "\udfff" for letter in text):
            raise Mendable(
                "Il comando contiene lettere che non si leggono",
                f"La codifica del terminale non è quella attesa: {text.encode(errors='replace').decode()}.",
                "Usare un terminale in UTF-8, poi ripetere il comando.",
            )


def path(text: str) -> Path:
    """The path that was typed.

    Raises:
        ArgumentTypeError: nothing was typed, as when a script's variable is empty: that would mean this very folder.
    """
    if not text.strip():
        raise ArgumentTypeError("il percorso è vuoto")
    return Path(text)
