"""The floor of writing: Python's own `sqlite3` on a plain file that commits as durably as the store. Baselines only."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection

Table = tuple[str, list[tuple[object, ...]]]
"""The statement that makes a table, and its rows."""


def finished(connection: Connection, kind: str) -> Table:
    """The rows of a kind as they stand in the store, with a bare table for them: its columns, and a primary key."""
    columns = connection.exec_driver_sql(f"PRAGMA table_info({kind})").all()
    declared = ", ".join(f"{column[1]} {column[2]}{' PRIMARY KEY' if column[5] else ''}" for column in columns)
    rows = [tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {kind} ORDER BY id")]
    return f"CREATE TABLE {kind} ({declared})", rows


def connect(path: Path) -> sqlite3.Connection:
    """A plain database whose commits wait for the disk, like the store's."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    return connection


def insert(connection: sqlite3.Connection, kind: str, rows: Sequence[tuple[object, ...]]) -> None:
    """All rows in one transaction, by one `executemany`."""
    marks = ", ".join("?" * len(rows[0]))
    connection.execute("BEGIN")
    connection.executemany(f"INSERT INTO {kind} VALUES ({marks})", rows)
    connection.execute("COMMIT")
