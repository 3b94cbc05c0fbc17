"""A process that dies in the middle of a write; then the store is as before it."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event

from ala_desktop.models.engine import Store


class Killed(BaseException):
    """The process dies here."""


def whole(store: Store) -> dict[str, list[Any]]:
    """Every row of every table."""
    with store.reading() as connection:
        tables = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
        return {
            table: sorted((tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {table}")), key=repr)
            for table in tables
        }


@contextmanager
def dying(store: Store, at: int) -> Generator[list[str]]:
    """The process dies at statement number `at` of its writes, if it comes so far; gives the statement it died at."""
    count = 0
    before: dict[str, list[Any]] = {}
    died: list[str] = []
    engine: Engine = store._engine  # pyright: ignore[reportPrivateUsage]

    def step(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        nonlocal count, before
        if not connection.get_execution_options().get("ala_writing"):
            return
        count += 1
        if statement == "BEGIN IMMEDIATE":
            before = whole(store)
        if count == at:
            died.append(statement)
            raise Killed

    event.listen(engine, "before_cursor_execute", step)
    try:
        yield died
    except Killed:
        assert whole(store) == before, "a write that died left something behind"
    finally:
        event.remove(engine, "before_cursor_execute", step)
