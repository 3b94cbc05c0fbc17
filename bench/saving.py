"""One save: a record written with its entry in the log, on the disk when the call returns."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench import office, raw
from bench.figures import Figure, Size, interleaved, median, quantile

_SAVES = 200


def measure(size: Size, folder: Path) -> Iterator[Figure]:
    """A one-record save through the desk beside a one-row commit of plain sqlite3."""
    desk = office.new_desk(folder / "office")
    count = min(_SAVES, size.records)
    changes = office.units(count)
    desk.save_each(office.units(count), group="sample")
    with desk.reading() as connection:
        create, rows = raw.finished(connection, "housing_unit")
    plain = raw.connect(folder / "plain.db")
    plain.execute(create)
    waiting = iter(rows)
    taken = interleaved(
        count,
        {
            "plain": _timing(lambda: raw.insert(plain, "housing_unit", [next(waiting)])),
            "save": _timing(lambda: desk.save(next(changes))),
        },
    )
    plain.close()
    desk.close()
    yield Figure("save", median(taken["save"]) * 1_000, "ms", median(taken["plain"]) * 1_000, "sqlite3 one-row commit")
    yield Figure(
        "save.p95", quantile(taken["save"], 0.95) * 1_000, "ms", quantile(taken["plain"], 0.95) * 1_000,
        "sqlite3 one-row commit",
    )  # fmt: skip


def _timing(work: Callable[[], object]) -> Callable[[], float]:
    def run() -> float:
        start = time.perf_counter()
        work()
        return time.perf_counter() - start

    return run
