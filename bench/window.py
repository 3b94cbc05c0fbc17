"""Start-up as the clerk feels it: the passphrase prompt, and from Enter to the first page. Beside a bare Qt window.

Each figure is of a fresh process, on a store that was set up before, at the full cost of key derivation.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from ala_desktop.models.catalog import build
from ala_desktop.services.office import Office
from bench import office
from bench.figures import Figure, Size, median
from bench.first_paint import PASSPHRASE

_BARE = "bare PySide6 window, from process start"
_PATIENCE = 60


def prompt(size: Size, folder: Path) -> Iterator[Figure]:
    """From the start of the process to the first painting of the prompt."""
    data, compiled = _set_up(folder), folder / "compiled"
    bare: list[float] = []
    ours: list[float] = []
    for run in _rounds(size):
        pair = _painted(compiled, "bare"), _painted(compiled, "prompt", str(data))
        if run:
            bare.append(pair[0])
            ours.append(pair[1])
    yield Figure("prompt", median(ours), "s", median(bare), _BARE, aim=1.3)


def first_page(size: Size, folder: Path) -> Iterator[Figure]:
    """From Enter, three seconds after the prompt, to the first page, less the key derivation."""
    data, compiled = _set_up(folder), folder / "compiled"
    bare: list[float] = []
    page: list[float] = []
    filled: list[float] = []
    derived: list[float] = []
    for run in _rounds(size):
        alone, (_, told) = _painted(compiled, "bare"), _run(compiled, "page", str(data))
        if run:
            bare.append(alone)
            derived.append(told["derived"])
            page.append(told["page"] - told["entered"] - told["derived"])
            filled.append(told["filled"] - told["entered"] - told["derived"])
    yield Figure("first_page", median(page), "s", median(bare), _BARE, aim=2.0)
    yield Figure("first_page.filled", median(filled), "s", median(bare), _BARE)
    yield Figure("first_page.argon2id", median(derived), "s", median(bare), _BARE)


def _rounds(size: Size) -> range:
    """The rounds to run; round 0 compiles, warms the disk's cache and does not count. A single round is a trial."""
    return range(0 if size.runs > 1 else 1, size.runs + 1)


def _set_up(folder: Path) -> Path:
    """A data folder as a clerk leaves it in the evening, with keys at their full cost."""
    data = folder / "data"
    desk, _ = Office(data, build()).set_up(office.NEW_OFFICE, PASSPHRASE)
    desk.save_each(office.units(200), group="sample")
    desk.close()
    return data


def _painted(compiled: Path, *arguments: str) -> float:
    started, told = _run(compiled, *arguments)
    return told["painted"] - started


def _run(compiled: Path, *arguments: str) -> tuple[float, dict[str, float]]:
    """Start a process; returns when it was started, and what it told.

    What Python compiles it keeps in the folder `compiled`, as beside an installed program.
    """
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPYCACHEPREFIX": str(compiled)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-m", "bench.first_paint", *arguments]
    started = time.monotonic()
    done = subprocess.run(
        command, env=environment, stdout=subprocess.PIPE, text=True, timeout=_PATIENCE, check=True
    )  # fmt: skip
    told = dict(line.split(maxsplit=1) for line in done.stdout.splitlines() if line.count(" ") == 1)
    return started, {name: float(value) for name, value in told.items()}
