"""Batches of 100 changes that two hub processes admit in a second, on PostgreSQL, for one tenant, 62 and 7,900.

Beside them: the same rows by `COPY` and an upsert into plain tables of the same server, one commit a batch, from two
connections: no HTTP, no signatures, no checks, no log.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg

from ala_desktop.core.ids import new_id
from ala_desktop.hub.identity import load_or_make
from ala_desktop.hub.store_postgres import PostgresStore
from ala_desktop.sync.protocol import Op, Put, encode, line_of
from bench import hub, pipe_records
from bench.figures import Figure, Size, median, timed
from bench.pipe import workload
from bench.senders import AT, Sender, send_all
from tests.postgres import PostgresServer

CHANGES = 100
_TENANTS = (1, 62, 7_900)
_DEVICES = 8
"""PCs of the single tenant."""
_LINES = 62
_AIM = 500.0

Row = dict[str, Any]


def measure(size: Size, folder: Path) -> Iterator[Figure]:
    """For each number of tenants: raw, ours, raw, ours, ...; `size.records` / 5 batches at a time."""
    if sys.platform != "linux":  # where the wheel's PostgreSQL is started
        return
    rows = workload.rows(20 * CHANGES)
    batches = max(size.records // 5, 8)
    server = PostgresServer(durable=True)
    try:
        for most in _TENANTS:
            tenants = min(most, 4 * batches)
            many = max(batches, tenants)
            ours: list[float] = []
            raw: list[float] = []
            for run in range(size.runs):
                raw.append(many / _raw(server, rows, many, tenants))
                ours.append(many / _ours(server, folder / f"{tenants}-{run}", rows, many, tenants))
            yield Figure(
                f"hub.{most}",
                median(ours),
                "/s",
                median(raw),
                "COPY and upsert",
                least=_AIM if most > 1 else None,
            )
    finally:
        server.stop()


def _ours(server: PostgresServer, folder: Path, rows: list[Row], batches: int, tenants: int) -> float:
    """Seconds until the last batch was answered."""
    database = server.emptied()
    taken: list[float] = []
    store = PostgresStore(database)
    with ExitStack() as stack:
        stack.callback(store.close)
        ports = [int(stack.enter_context(hub.running(folder, database)).rpartition(":")[2]) for _ in range(2)]
        senders = [Sender(load_or_make(folder).hub, f"T{n % tenants:04}") for n in range(max(tenants, _DEVICES))]
        for sender in senders:
            sender.enrol(store)
        for number in range(batches):
            senders[number % len(senders)].prepare(_lines(rows, number))
        with timed(taken):
            answered = send_all(senders, ports, _LINES)
        assert answered == batches
        assert sum(status.seq for status in store.status()) == batches * CHANGES
    return taken[0]


def _lines(rows: list[Row], number: int) -> list[bytes]:
    """The transactions of a batch, each the creation of one record."""
    start = number * CHANGES % len(rows)
    lines: list[bytes] = []
    for row in rows[start : start + CHANGES]:
        put: Put = dict(pipe_records.values_of(row))
        lines.append(line_of(AT, "Piera Invernizzi", None, [encode(Op(row["tbl"], new_id(), None, put, []))]))
    return lines


def _raw(server: PostgresServer, rows: list[Row], batches: int, tenants: int) -> float:
    """Seconds for the rows of so many batches, from two connections."""
    with psycopg.connect(server.url("postgres"), autocommit=True) as link:
        for table, names in workload.FIELDS.items():
            columns = ", ".join(f"{name} text" for name in names)
            link.execute(f"DROP TABLE IF EXISTS {table}".encode())
            link.execute(f"CREATE TABLE {table} (tenant text, id text, {columns}, PRIMARY KEY (tenant, id))".encode())
    work = [_raw_rows(rows, number, f"T{number % tenants:04}") for number in range(batches)]
    taken: list[float] = []
    threads = [threading.Thread(target=_copy, args=(server.url("postgres"), work[half::2])) for half in range(2)]
    with timed(taken):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return taken[0]


def _raw_rows(rows: list[Row], number: int, tenant: str) -> dict[str, list[tuple[Any, ...]]]:
    start = number * CHANGES % len(rows)
    by_table: dict[str, list[tuple[Any, ...]]] = {table: [] for table in workload.TABLES}
    for row in rows[start : start + CHANGES]:
        values = [None if row[name] is None else str(row[name]) for name in workload.FIELDS[row["tbl"]]]
        by_table[row["tbl"]].append((tenant, new_id(), *values))
    return by_table


def _copy(url: str, work: Sequence[dict[str, list[tuple[Any, ...]]]]) -> None:
    with psycopg.connect(url, autocommit=True) as link:
        for table in workload.TABLES:
            link.execute(f"CREATE TEMP TABLE s_{table} (LIKE {table}) ON COMMIT DELETE ROWS".encode())
        for batch in work:
            with link.transaction():
                for table, rows in batch.items():
                    with link.cursor().copy(f"COPY s_{table} FROM STDIN".encode()) as copy:
                        for row in rows:
                            copy.write_row(row)
                    changed = ", ".join(f"{name} = excluded.{name}" for name in workload.FIELDS[table])
                    link.execute(
                        f"INSERT INTO {table} SELECT * FROM s_{table} "
                        f"ON CONFLICT (tenant, id) DO UPDATE SET {changed}".encode()
                    )
