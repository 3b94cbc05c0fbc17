"""What the command lines of `ala-desktop` and `ala-hub` have in common: options, answers, errors, faults.

Exit codes: 0 done, 1 the person can mend it, 2 our fault (DESIGN 8). With `--json` data go to standard output and
words to standard error.
"""

from __future__ import annotations

import json
import sys
from argparse import SUPPRESS, ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from ala_desktop.core import report
from ala_desktop.core.clock import Clock
from ala_desktop.core.errors import Mendable


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command answers: `data` for scripts, `words` for people (Italian)."""

    data: Any
    words: str


class Parser(ArgumentParser):
    """A parser whose complaints are errors that the person can mend."""

    def error(self, message: str) -> NoReturn:
        """Raise instead of leaving the program."""
        raise Mendable("Comando non riconosciuto", message, f"Per l'elenco dei comandi: {self.prog} --help")


def parser(program: str, words: str, folder: Path) -> tuple[Parser, Parser]:
    """A program's parser, and the parent of its commands': both take `--data` and `--json`, before or after."""
    program_parser, command_parent = Parser(prog=program, description=words), Parser(add_help=False)
    for options, data, as_json in ((program_parser, folder, False), (command_parent, SUPPRESS, SUPPRESS)):
        options.add_argument("--data", type=Path, default=data, metavar="CARTELLA", help="cartella dei dati")
        options.add_argument("--json", action="store_true", default=as_json, help="risposta per i programmi")
    return program_parser, command_parent


def carry_out(
    program: Parser, arguments: Sequence[str], run: Callable[[Namespace], Answer | None], default_folder: Path
) -> int:
    """Parse, run and answer; returns the exit code. `run` may return None when there is nothing to say."""
    as_json, folder = "--json" in arguments, default_folder
    try:
        parsed = program.parse_args(arguments)
        folder = parsed.data
        answer = run(parsed)
    except Mendable as problem:
        return _tell(problem, 1, as_json=as_json)
    except KeyboardInterrupt:
        print("Interrotto: quanto già salvato resta al sicuro.", file=sys.stderr)
        return 1
    except Exception as fault:  # noqa: BLE001 - the one place where faults of a command end
        return _tell(_fault(fault, folder), 2, as_json=as_json)
    if answer is not None and as_json:
        print(json.dumps(answer.data, ensure_ascii=False))
        print(answer.words, file=sys.stderr)
    elif answer is not None:
        print(answer.words)
    return 0


def _tell(problem: Mendable, code: int, *, as_json: bool) -> int:
    if as_json:
        print(json.dumps(problem.as_json(), ensure_ascii=False))
    print(f"{problem.title}\n  {problem.cause}\n  {problem.next_step}", file=sys.stderr)
    return code


def _fault(fault: Exception, folder: Path) -> Mendable:
    kept = report.write(folder, fault, Clock().now())
    where = f"Il rapporto è in {kept}" if kept else "Il rapporto non si è potuto scrivere"
    return Mendable(
        "Il programma ha avuto un guasto",
        f"Non dipende da quanto è stato scritto; ciò che era salvato è al sicuro. {where}.",
        "Inviare il rapporto ad ALA: non contiene dati personali.",
    )
