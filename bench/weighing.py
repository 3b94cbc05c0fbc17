"""What an exchange weighs: bytes on the wire, memory of the desktop and of the hub.

`python -m bench.weighing FOLDER URL CODE` is a desktop that joins, receives everything, and tells the most memory that
it took.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bench import exchanging, hub, office, pipe_records, relay
from bench.figures import Figure, Size
from bench.pipe import workload
from tests.postgres import PostgresServer

_MEGA = 1_000_000
_MOST_PUSHED = 1.5
"""Megabytes for 10,000 records."""
_MOST_HUB = 90.0
_HUB = "memory.hub"


def measure(size: Size, folder: Path) -> Iterator[Figure]:
    """One round, not timed: `size.records` records pushed by one desktop and pulled by another, then nothing new.

    The second time the hub's store is in PostgreSQL, and only the hub is weighed.
    """
    yield from _round(size, folder / "sqlite", None)
    if sys.platform != "linux":  # where the wheel's PostgreSQL is started
        return
    server = PostgresServer()
    try:
        (hubs,) = [figure for figure in _round(size, folder / "postgresql", server.emptied()) if figure.name == _HUB]
    finally:
        server.stop()
    yield replace(hubs, name=f"{_HUB}.postgresql")


def _round(size: Size, folder: Path, database: str | None) -> Iterator[Figure]:
    rows = workload.rows(size.records)
    plain = sum(len(str(row)) for row in rows) / _MEGA
    centre, tenant = folder / "hub", office.NEW_OFFICE.belfiore
    with hub.started(centre, database) as (url, process), relay.counting(url) as line:
        first = exchanging.Post(folder / "a", line.url, hub.invitation(centre, tenant, database))
        first.desk.save_each(pipe_records.creations(rows), group="")
        before = line.up
        first.exchange()
        yield Figure(
            "wire.push", (line.up - before) / _MEGA, "MB", plain, "the records as text",
            aim_value=_MOST_PUSHED * size.records / 10_000,
        )  # fmt: skip
        before = line.up + line.down
        first.exchange()
        yield Figure("wire.idle", float(line.up + line.down - before), "B", aim_value=1_024.0)
        first.desk.close()
        code = hub.invitation(centre, tenant, database)
        command = [sys.executable, "-m", "bench.weighing", str(folder / "b"), url, code]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        yield Figure("memory.desktop", float(told), "MB")
        yield Figure(_HUB, peak_megabytes(process), "MB", aim_value=_MOST_HUB)


def peak_megabytes(process: int | str = "self") -> float:
    """The most memory that a process of this machine has taken so far; 0 where the system does not tell."""
    status = Path(f"/proc/{process}/status")
    lines = status.read_text(encoding="ascii").splitlines() if status.exists() else []
    return next((int(line.split()[1]) * 1_024 / _MEGA for line in lines if line.startswith("VmHWM")), 0.0)


if __name__ == "__main__":
    post = exchanging.Post(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
    post.exchange()
    print(peak_megabytes())
