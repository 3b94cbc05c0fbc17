"""What the command lines of `ala-desktop` and `ala-hub` have in common: answers, errors, faults, and being stopped.

Exit codes: 0 done, 1 the person can mend it, 2 our fault (DESIGN 8). With `--json` data go to standard output and
words to standard error. What may be typed is in `parsing`.
"""

from __future__ import annotations

import io
import json
import os
import signal
import sys
import threading
from argparse import SUPPRESS, Namespace
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, TextIO

from ala_desktop.core import parsing, report
from ala_desktop.core.clock import Clock
from ala_desktop.core.errors import Mendable
from ala_desktop.core.os_words import why
from ala_desktop.core.parsing import Parser

_INTERRUPTED = Mendable(
    "Interrotto", "Richiesto da tastiera.", "Quanto già salvato resta al sicuro; il comando si può ripetere."
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command answers: `data` for scripts, `words` for people (Italian); `whole` when nothing is left undone."""

    data: Any
    words: str
    whole: bool = True


def parser(program: str, words: str, folder: Path) -> tuple[Parser, Parser]:
    """A program's parser, and the parent of its commands': both take `--data` and `--json`, before or after."""
    program_parser, command_parent = Parser(prog=program, description=words), Parser(add_help=False)
    for options, data, as_json in ((program_parser, folder, False), (command_parent, SUPPRESS, SUPPRESS)):
        options.add_argument("--data", type=parsing.path, default=data, metavar="CARTELLA", help="cartella dei dati")
        options.add_argument("--json", action="store_true", default=as_json, help="risposta per i programmi")
    return program_parser, command_parent


def carry_out(
    program: Parser, arguments: Sequence[str], run: Callable[[Namespace], Answer | None], default_folder: Path
) -> int:
    """Parse, run and answer; returns the exit code. `run` may return None when there is nothing to say."""
    as_json, folder = "--json" in arguments, default_folder
    try:
        parsing.refuse_unread(arguments)
        parsed = program.parse_args(arguments)
        folder = parsed.data
        answer = run(parsed)
        if answer is None:
            return 0
        if as_json:
            write(json.dumps(answer.data, ensure_ascii=False), encoding="utf-8")
            say(answer.words)
        else:
            write(answer.words)
    except Mendable as problem:
        return tell(problem, 1, as_json=as_json)
    except KeyboardInterrupt:
        return tell(_INTERRUPTED, 1, as_json=as_json)
    except Exception as fault:  # noqa: BLE001 - the one place where faults of a command end
        return tell(of_fault(fault, folder), 2, as_json=as_json)
    return 0 if answer.whole else 1


def tell(problem: Mendable, code: int, *, as_json: bool = False) -> int:
    """Tell what went wrong, on standard error and for scripts; returns `code`."""
    if as_json:
        with suppress(Mendable):  # nowhere to write to: the words below still say what happened
            write(json.dumps(problem.as_json(), ensure_ascii=False), encoding="utf-8")
    say(f"{problem.title}\n  {problem.cause}\n  {problem.next_step}")
    return code


def of_fault(fault: Exception, folder: Path) -> Mendable:
    """A fault of the program in words; its report is kept under `folder`."""
    kept = report.write(folder, fault, Clock().now())
    where = f"Il rapporto è in {kept}" if kept else "Il rapporto non si è potuto scrivere"
    return Mendable(
        "Il programma ha avuto un guasto",
        f"Non dipende da quanto è stato scritto; ciò che era salvato è al sicuro. {where}.",
        "Inviare il rapporto ad ALA: non contiene dati personali.",
    )


def say(words: str) -> None:
    """Words beside the answer, on standard error. Never fails: what is being done matters more than who listens."""
    with suppress(OSError):
        _put(words, sys.stderr)


def write(text: str, encoding: str | None = None) -> None:
    """A line on standard output, in the system's encoding or in `encoding`; signs that it lacks become `?`.

    Whoever read may have gone (`| head`): the rest is then for nobody.

    Raises:
        Mendable: the line cannot be written, as on a full disk.
    """
    try:
        _put(text, sys.stdout, encoding)
    except OSError as problem:
        raise Mendable(
            "La risposta non si è potuta scrivere",
            f"Il comando è stato eseguito, ma la sua uscita non accetta altro: {why(problem)}.",
            "Controllare lo spazio sul disco dove la risposta viene salvata.",
        ) from problem


def _put(text: str, stream: TextIO, encoding: str | None = None) -> None:
    _suit(stream, encoding)
    try:
        print(text, file=stream, flush=True)
    except OSError as problem:
        # What could not be written must not be tried again when the program ends.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
        if not isinstance(problem, BrokenPipeError):
            raise


def _suit(stream: TextIO, encoding: str | None) -> None:
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding=encoding, errors="replace")


@contextmanager
def stoppable() -> Generator[Callable[[], bool]]:
    """Long work that Ctrl+C ends at its next safe place; gives the question whether to stop. Twice ends it at once.

    Only for the main thread, as Python's signals are.
    """
    asked = threading.Event()

    def note(_: int, __: FrameType | None) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()
        with suppress(RuntimeError):  # a line was just being written there
            say("Ci si ferma al primo punto sicuro; per smettere subito, di nuovo Ctrl+C.")

    before = signal.signal(signal.SIGINT, note)
    try:
        yield asked.is_set
    finally:
        signal.signal(signal.SIGINT, before)
