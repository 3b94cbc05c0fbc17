"""The same records through PouchDB and express-pouchdb, in batches of 1,000: the best-known store that synchronises.

Its packages are fetched by npm, as `bench/pouch/package-lock.json` has them; where there is no npm nothing is measured.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from bench import exchanging
from bench.exchanging import Taken
from bench.figures import Figure, Size, median
from bench.hub import first_url
from bench.pipe import workload

_POUCH = Path(__file__).parent / "pouch"
_NAME = "PouchDB with express-pouchdb"
_RUNS = 2
_AIM = 1 / 8


def measure(size: Size, folder: Path) -> Iterator[Figure]:
    """PouchDB, ours, PouchDB, ours: `size.records` records."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        print("    PouchDB is not measured: there is no npm here", file=sys.stderr)
        return
    place = shutil.copytree(_POUCH, folder / "pouch", ignore=shutil.ignore_patterns("node_modules"))
    subprocess.run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], cwd=place, check=True)
    rows = workload.rows(size.records)
    edits = workload.edits(rows)
    work = folder / "workload.json"
    work.write_text(json.dumps({"rows": rows, "a": edits[0], "b": edits[1]}), encoding="utf-8")
    pouch: Taken = {name: [] for name in ("push", "pull", "merge")}
    ours: Taken = {name: [] for name in ("push", "reply", "pull", "merge", "verify", "digest")}
    for run in range(min(size.runs, _RUNS)):
        _round(node, place, work, folder / f"run-{run}", pouch)
        exchanging.run_ours(folder / f"ours-{run}", rows, ours)
    for name in ("push", "pull", "merge"):
        yield Figure(f"pouchdb.{name}", median(ours[name]), "s", median(pouch[name]), _NAME, aim=_AIM)


def _round(node: str, place: Path, work: Path, folder: Path, taken: Taken) -> None:
    """One round, server and clients in processes of their own, everything in LevelDB on the disk."""
    for part in ("server", "clients"):
        (folder / part).mkdir(parents=True)
    server = subprocess.Popen([node, "server.js", str(folder / "server")], cwd=place, stdout=subprocess.PIPE, text=True)
    try:
        command = [node, "round.js", first_url(server.stdout), str(work), str(folder / "clients")]
        told = subprocess.run(command, cwd=place, check=True, capture_output=True, text=True).stdout
    finally:
        server.terminate()
        server.wait(10)
    for name, seconds in json.loads(told).items():
        taken[name].append(seconds)
