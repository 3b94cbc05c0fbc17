"""Plays cases of the fuzzers again, or many of them; the command that a failure prints.

python -m tests.fuzz frames|pages|letters|offers SEED COUNT
python -m tests.fuzz frames|pages|letters|offers SEED INDEX only
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path


def main(arguments: list[str]) -> None:
    """Write how often each outcome came, and the peak of this process's memory in bytes, as JSON."""
    what, seed, number, *only = arguments
    fuzzer = import_module(f"tests.fuzz.{what}")  # one of them alone: each loads what it needs, and no more
    outcomes = fuzzer.play(seed, range(int(number), int(number) + 1) if only else range(int(number)))
    sys.stdout.write(json.dumps({"outcomes": outcomes, "peak": peak_of("self")}) + "\n")


def peak_of(process: int | str) -> int:
    """The most memory that a process ever held, in bytes; `getrusage` would count its parent's too. 0: not known."""
    status = Path(f"/proc/{process}/status")
    if not status.exists():
        return 0
    (line,) = [line for line in status.read_text().splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) * 1_024


if __name__ == "__main__":
    main(sys.argv[1:])
