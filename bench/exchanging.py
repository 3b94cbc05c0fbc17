"""Push, pull and merge of the reference pipe's records, by real stores through a real hub, beside the pipe itself.

Push ends when every transaction is acknowledged, that is pulled back (SYNC 23); the pipe ends at the last reply.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ala_desktop.fields.values import Value
from ala_desktop.services.sharing.exchange import Advance, Exchange
from ala_desktop.sync import picture
from ala_desktop.sync.transport_http import HttpTransport
from ala_desktop.sync.workset import shown_claims
from bench import hub, office, pipe_records
from bench.figures import Figure, Size, median, timed
from bench.pipe import workload

_PIPE = Path(__file__).parent / "pipe" / "limit_pipe.py"
_PIPE_NAME = "reference pipe"
_WAY = ("SERVER=uvicorn", "DB=sqlite", "ENC=plain", "MODE=step")
_AIM, _AIM_OF_FEW = 1.3, 2.0
"""Times the pipe; what a single exchange costs weighs more on few records."""
_FEW = 1_000
_SIZES = (1_000, 50_000)
"""Besides `Size.records`."""

Taken = dict[str, list[float]]
Edit = tuple[int, str, Any]
"""Place of the row, field, new value."""


def measure(size: Size, folder: Path) -> Iterator[Figure]:
    """The pipe, ours, the pipe, ours, ...: `size.records` records, each a transaction of its own."""
    pipe, ours = _runs(folder, size.records, size.runs)
    yield from _beside(pipe, ours, "", size.records)
    yield Figure("push.unacknowledged", median(ours["reply"]), "s", median(pipe["push"]), _PIPE_NAME)
    yield Figure("verify", median(ours["verify"]), "s")
    yield Figure("digest", median(ours["digest"]), "s")


def measure_sizes(size: Size, folder: Path) -> Iterator[Figure]:
    """The same with few and with many records, where the bench is not asked for less; and `verify` of 100,000 saves."""
    for records in _SIZES:
        wanted = min(records, 5 * size.records)
        pipe, ours = _runs(folder / str(records), wanted, min(size.runs, 3))
        yield from _beside(pipe, ours, f".{records}", wanted)
        if records == _SIZES[-1]:
            seconds = median(ours["verify"]) * 100_000 / wanted
            yield Figure("verify.100000", seconds, "s", aim_value=3.0)


def _runs(folder: Path, records: int, runs: int) -> tuple[Taken, Taken]:
    """Seconds of the pipe and of ours."""
    pipe: Taken = {name: [] for name in ("push", "pull", "merge")}
    ours: Taken = {name: [] for name in ("push", "reply", "pull", "merge", "verify", "digest")}
    rows = workload.rows(records)
    folder.mkdir(parents=True, exist_ok=True)
    for run in range(runs):
        _run_pipe(folder / f"pipe-{run}", records, pipe)
        run_ours(folder / f"ours-{run}", rows, ours)
    return pipe, ours


def _beside(pipe: Taken, ours: Taken, suffix: str, records: int) -> Iterator[Figure]:
    aim = _AIM if records > _FEW else _AIM_OF_FEW
    for name in ("push", "pull", "merge"):
        yield Figure(f"{name}{suffix}", median(ours[name]), "s", median(pipe[name]), _PIPE_NAME, aim=aim)


def _run_pipe(folder: Path, records: int, taken: Taken) -> None:
    """One round of the reference pipe, in processes of its own."""
    folder.mkdir()
    results = folder / "results.jsonl"
    environment = {**os.environ, "BENCH_TMP": str(folder), "BENCH_OUT": str(results), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, str(_PIPE), str(records), "1", *_WAY]
    subprocess.run(command, cwd=_PIPE.parent, env=environment, check=True, stdout=subprocess.DEVNULL)
    for line in results.read_text(encoding="utf-8").splitlines():
        told = json.loads(line)
        taken[told["limit"].rpartition(".")[2]].append(told["median_s"])


class Post:
    """One enrolled PC: its desk and its line to the hub."""

    def __init__(self, folder: Path, url: str, code: str) -> None:
        self.desk = pipe_records.make_desk(folder)
        self._exchange = Exchange(self.desk, HttpTransport)
        self._exchange.enrol(url, code)
        self.replied = 0.0

    def exchange(self) -> None:
        """One exchange; notes when the last frame was replied to."""
        report = self._exchange.run(self._note)
        assert not report.rejected
        assert not report.stopped

    def _note(self, advance: Advance) -> None:
        self.replied = time.perf_counter()

    def values(self) -> dict[str, dict[str, Value]]:
        """What every record shows."""
        with self.desk.reading() as connection:
            return {
                record: stored.values
                for table in workload.TABLES
                for record, stored in self.desk.rows.every(connection, table)
            }

    def digest(self) -> str:
        """Of the acknowledged state."""
        with self.desk.reading() as connection:
            return picture.digest(connection, self.desk.rows)

    def discrepancies(self) -> list[Any]:
        """Where rows and log disagree."""
        with self.desk.reading() as connection:
            return list(picture.verify(connection, self.desk.rows))

    def claims(self) -> int:
        """Values that wait for a decision."""
        with self.desk.reading() as connection:
            return len(shown_claims(connection))


def run_ours(folder: Path, rows: list[dict[str, Any]], taken: Taken) -> None:
    """One round of ours: two fresh stores, a fresh hub."""
    centre = folder / "hub"
    with hub.running(centre) as url:
        tenant = office.NEW_OFFICE.belfiore
        first, second = (Post(folder / name, url, hub.invitation(centre, tenant)) for name in ("a", "b"))
        first.desk.save_each(pipe_records.creations(rows), group="")
        with timed(taken["push"]):
            start = time.perf_counter()
            first.exchange()
        taken["reply"].append(first.replied - start)
        with timed(taken["pull"]):
            second.exchange()
        with timed(taken["verify"]):
            assert second.discrepancies() == []
        with timed(taken["digest"]):
            digest = second.digest()
        assert digest == first.digest()
        _merge(first, second, rows, taken["merge"])
    for post in (first, second):
        post.desk.close()


def _merge(first: Post, second: Post, rows: list[dict[str, Any]], taken: list[float]) -> None:
    """Both PCs edit a tenth of the records in different fields, and a hundredth in the same; then they exchange."""
    first_edits, second_edits = workload.edits(rows)
    for post, edits in ((first, first_edits), (second, second_edits)):
        post.desk.save_each(list(pipe_records.edits(post.desk, rows, edits)), group="")
    with timed(taken):
        first.exchange()
        second.exchange()
        first.exchange()
    expected, parked = _merged(rows, first_edits, second_edits)
    for post in (first, second):
        assert post.values() == expected
        assert post.claims() == parked
        assert post.discrepancies() == []
    assert first.digest() == second.digest()


def _merged(
    rows: list[dict[str, Any]], first: list[Edit], second: list[Edit]
) -> tuple[dict[str, dict[str, Value]], int]:
    """What both PCs must show, and how many values wait for a decision: the hub took the first PC's edits first."""
    expected = {row["id"]: pipe_records.values_of(row) for row in rows}
    before = {(index, name): rows[index][name] for index, name, _ in first}
    written = {(index, name) for index, name, value in first if value != before[index, name]}
    parked = 0
    for index, name, value in second:
        if (index, name) not in written:
            expected[rows[index]["id"]][name] = pipe_records.value_of(name, value)
        elif value != before[index, name]:
            parked += 1
    for index, name, value in first:
        if (index, name) in written:
            expected[rows[index]["id"]][name] = pipe_records.value_of(name, value)
    return expected, parked
