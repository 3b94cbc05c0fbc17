"""A PC joins an office that has worked for years: by the hub's snapshot, beside receiving every save there ever was."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ala_desktop.core.clock import Clock
from ala_desktop.hub.identity import load_or_make
from ala_desktop.hub.serving import open_store
from ala_desktop.hub.snapshots import Snapshots
from ala_desktop.services.sharing.exchange import Exchange
from ala_desktop.sync import picture
from ala_desktop.sync.transport_http import HttpTransport
from bench import exchanging, hub, office, pipe_catalog, pipe_records, relay
from bench.figures import Figure, Size, median, timed
from bench.pipe import workload

_SAVES_EACH = 10
"""Saves of a record in its life."""
_A_DAY = 20
"""Saves between two exchanges."""
_WHOLE = "every save received"


class _WithoutSnapshot(HttpTransport):
    """A line to a hub that has none."""

    def snapshot(self) -> bytes:
        return b""


def measure(size: Size, folder: Path) -> Iterator[Figure]:
    """`size.records` / 2 saves, twenty an exchange, of a tenth as many records; then PCs join by turns."""
    centre, tenant = folder / "hub", office.NEW_OFFICE.belfiore
    taken: dict[str, list[float]] = {"snapshot": [], "join": [], "whole": []}
    weight: dict[str, float] = {}
    with hub.running(centre) as url, relay.counting(url) as line:
        first = exchanging.Post(folder / "a", url, hub.invitation(centre, tenant))
        _work(first, workload.rows(max(1, size.records // 2 // _SAVES_EACH)))
        with timed(taken["snapshot"]):
            _photograph(centre, tenant)
        first.exchange()
        for run in range(min(size.runs, 3)):
            for name, way in (("whole", _WithoutSnapshot), ("join", HttpTransport)):
                code, before = hub.invitation(centre, tenant), line.up + line.down
                desk = pipe_records.make_desk(folder / f"{name}-{run}")
                exchange = Exchange(desk, way)
                exchange.enrol(line.url, code)
                with timed(taken[name]):
                    exchange.run()
                weight[name] = (line.up + line.down - before) / 1_000_000
                with desk.reading() as connection:
                    assert picture.digest(connection, desk.rows) == first.digest()
                desk.close()
        first.desk.close()
    yield Figure("join", median(taken["join"]), "s", median(taken["whole"]), _WHOLE)
    yield Figure("join.wire", weight["join"], "MB", weight["whole"], _WHOLE)
    yield Figure("join.snapshot", median(taken["snapshot"]), "s")


def _work(first: exchanging.Post, rows: list[dict[str, Any]]) -> None:
    """Create every record and edit a text of it again and again, some at a time."""
    first.desk.save_each(pipe_records.creations(rows), group="")
    first.exchange()
    texts = {
        table: next(name for name in workload.FIELDS[table] if pipe_catalog.is_text(table, name))
        for table in workload.TABLES
    }
    wanted = [
        (index, texts[row["tbl"]], f"Via Garibaldi {number}, scala {index % 7}")
        for number in range(1, _SAVES_EACH)
        for index, row in enumerate(rows)
    ]
    for at in range(0, len(wanted), _A_DAY):
        first.desk.save_each(list(pipe_records.edits(first.desk, rows, wanted[at : at + _A_DAY])), group="")
        first.exchange()


def _photograph(centre: Path, tenant: str) -> None:
    """As `ala-hub snapshot`, of the workload's catalog."""
    store = open_store(centre)
    try:
        assert Snapshots(store, pipe_catalog.catalog(), load_or_make(centre), Clock()).make(tenant)
    finally:
        store.close()
