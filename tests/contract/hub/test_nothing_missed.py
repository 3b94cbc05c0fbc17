"""Whoever follows the log misses nothing, however many write, and whatever transaction somebody forgot (SYNC 10)."""

import sqlite3
from contextlib import closing, contextmanager

import psycopg
import pytest

from ala_desktop.hub.store import Admitted
from ala_desktop.hub.store_postgres import PostgresStore
from ala_desktop.hub.store_sqlite import SqliteStore
from ala_desktop.hub.tenancy_postgres import PostgresTenancy
from ala_desktop.sync import chain
from ala_desktop.sync.messages import Page, PageHead
from ala_desktop.sync.protocol import Position, encode
from tests.contract.hub.reading_along import assert_nothing_was_missed, read_along

ROWS = 10


@contextmanager
def a_write_left_open(url: str):
    """PostgreSQL: somebody wrote elsewhere in the database and forgot to commit."""
    with psycopg.connect(url) as other:
        other.execute("CREATE TABLE IF NOT EXISTS elsewhere (word text)")
        other.commit()
        other.execute("INSERT INTO elsewhere VALUES ('unfinished')")
        other.execute("SELECT pg_current_xact_id()")
        yield
        other.rollback()


@contextmanager
def a_read_left_open(path):
    """SQLite: somebody began to read and did not end."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM frame").fetchone()
        yield
        other.execute("ROLLBACK")


def on_postgres(url: str, frames: int, seconds: float, kind: type[PostgresStore] = PostgresStore) -> None:
    PostgresStore(url).close()
    along = read_along(lambda: kind(url), a_write_left_open(url), frames, ROWS, seconds)
    assert_nothing_was_missed(along, frames)


def on_sqlite(path, frames: int, seconds: float) -> None:
    SqliteStore(path).close()
    along = read_along(lambda: SqliteStore(path), a_read_left_open(path), frames, ROWS, seconds)
    assert_nothing_was_missed(along, frames)


def test_no_reader_of_postgresql_misses_a_row(database: str):
    on_postgres(database, frames=25, seconds=0)


def test_no_reader_of_sqlite_misses_a_row(tmp_path):
    on_sqlite(tmp_path / "centrale.db", frames=25, seconds=0)


@pytest.mark.soak
def test_no_reader_of_postgresql_misses_one_of_100_000_rows(database: str):
    on_postgres(database, frames=1_250, seconds=60)


@pytest.mark.soak
def test_no_reader_of_sqlite_misses_one_of_100_000_rows(tmp_path):
    on_sqlite(tmp_path / "centrale.db", frames=1_250, seconds=60)


class CountedOutside(PostgresTenancy):
    """The fault: places come from a sequence, not from a row that is held to the commit."""

    def lock(self) -> None:
        pass

    def position(self) -> Position:
        row = self._one("SELECT nextval('ala_hub.place')", ())
        assert row is not None
        return Position(1, row[0], chain.START)

    def append(self, admitted: Admitted, *, refused, cleared) -> None:
        header, entry, after, sealed = admitted
        self._run(
            "INSERT INTO frame VALUES (%s, %s, %s, %s, %s, %b, %s, %s, %b, %s, 1)",
            (self._tenant, entry.first_seq, entry.count, header.device, entry.header_hash, encode(entry.refused),
             after, len(sealed), sealed, header.previous),
        )  # fmt: skip
        if header.device_name[-1] in "02468":
            self._run("SELECT pg_sleep(0.005)", ())  # not all commits take the same time


class CountingOutside(PostgresStore):
    """A store with that fault; its readers go by the number alone, as nothing else is left to go by."""

    @contextmanager
    def locked(self, tenant: str):
        with self._intake.transaction(tenant) as link:
            yield CountedOutside(link, tenant)

    def page(self, tenant: str, after: Position, device: str) -> Page:
        with self.reading(tenant) as here:
            return Page(PageHead(here.position(), len(here.roster())), here.entries_after(after.seq, device))


def test_places_taken_outside_the_lock_would_lose_rows_to_a_reader(database: str, postgres):
    PostgresStore(database).close()
    postgres.admin(
        f"CREATE SEQUENCE ala_hub.place MINVALUE 0 START 0 INCREMENT {ROWS}",
        "GRANT USAGE ON SEQUENCE ala_hub.place TO ala_hub_intake",
    )

    with pytest.raises(AssertionError, match="missed"):
        on_postgres(database, frames=25, seconds=0, kind=CountingOutside)
