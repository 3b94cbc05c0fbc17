"""The hub as a process of its own, with the catalog of the pipe's workload: `python -m bench.hub FOLDER [URL]`."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from ala_desktop.core.clock import Clock
from ala_desktop.hub.devices import Enrolment
from ala_desktop.hub.identity import load_or_make
from ala_desktop.hub.serving import open_store, serve
from bench import pipe_catalog


@contextmanager
def running(folder: Path, database: str | None = None) -> Generator[str]:
    """A fresh hub process on the loopback, its store in `folder` or in a database; gives its URL."""
    with started(folder, database) as (url, _):
        yield url


@contextmanager
def started(folder: Path, database: str | None = None) -> Generator[tuple[str, int]]:
    """As `running`; gives its URL and the number of its process."""
    command = [sys.executable, "-m", "bench.hub", str(folder), *([database] if database else [])]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        yield first_url(process.stdout), process.pid
    finally:
        process.terminate()
        process.wait(10)


def first_url(stream: IO[str] | None) -> str:
    """The URL that a server tells in its first line."""
    line = stream.readline().strip() if stream else ""
    if not line.startswith("http"):
        raise RuntimeError("the server did not start")
    return line


def invitation(folder: Path, tenant: str, database: str | None = None) -> str:
    """A one-time code for a PC of a comune, made beside the running hub."""
    store = open_store(folder, database)
    try:
        return Enrolment(store, load_or_make(folder), Clock()).invite(tenant)[0]
    finally:
        store.close()


if __name__ == "__main__":
    serve(
        Path(sys.argv[1]),
        pipe_catalog.catalog(),
        "127.0.0.1",
        0,
        lambda url: print(url, flush=True),
        database=sys.argv[2] if sys.argv[2:] else None,
    )
