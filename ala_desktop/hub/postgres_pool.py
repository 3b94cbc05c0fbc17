"""Connections to PostgreSQL, each in one role for good, lent to one thread at a time. No statement of the store.

Only `store_postgres` and `postgres_schema` use it.
"""

from __future__ import annotations

import select
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import Any, LiteralString

import psycopg
from psycopg import Connection, sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from ala_desktop.core.errors import Mendable
from ala_desktop.sync.declined import Declined

Link = Connection[tuple[Any, ...]]
Row = tuple[Any, ...]
SCHEMA: LiteralString = "ala_hub"
_SESSION = sql.SQL(
    "SET search_path = {schema}; SET lock_timeout = {wait}; SET statement_timeout = '60s';"
    "SET idle_in_transaction_session_timeout = '60s'; SET client_min_messages = 'warning'"
)
"""What holds for every connection: our names only, and nothing waits or stays open for ever."""
_WAIT = "10s"
"""How long a writer waits for another one of its tenant."""
_BIND: LiteralString = "SELECT set_config('ala.tenant', %s, true)"
_UNLESS_SAID = {"connect_timeout": "5", "tcp_user_timeout": "20000", "application_name": "ala-hub"}


class Database:
    """Where the store is, and how to reach it.

    Attributes:
        name: user, machine and name of the database, for people: never the password.
    """

    def __init__(self, url: str) -> None:
        """Take the address apart, without connecting.

        Raises:
            Mendable: it is no address of a PostgreSQL database.
        """
        try:
            if not url.startswith(("postgresql://", "postgres://")):
                raise psycopg.ProgrammingError("another scheme")
            parts = {name: str(value) for name, value in conninfo_to_dict(url).items()}
        except psycopg.ProgrammingError as problem:
            raise Mendable(
                "L'indirizzo dell'archivio non si capisce",
                "Dopo --database serve l'indirizzo di un database PostgreSQL.",
                "Scriverlo così: postgresql://utente@macchina:5432/nome",
            ) from problem
        self.name = f"{parts.get('dbname') or 'database'} su {parts.get('host') or 'questa macchina'}"
        self._conninfo = make_conninfo("", **{**_UNLESS_SAID, **parts})

    def connect(self, role: str | None = None) -> Link:
        """A fresh connection on which each statement commits by itself, in `role`; None: as whoever logged in."""
        link = psycopg.connect(self._conninfo, autocommit=True, prepare_threshold=1)
        try:
            link.execute(_SESSION.format(schema=sql.Identifier(SCHEMA), wait=sql.Literal(_WAIT)))
            if role is not None:
                link.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
        except BaseException:
            link.close()
            raise
        return link


class Pool:
    """At most `most` connections in one role; whoever finds all of them lent out waits for one."""

    def __init__(self, database: Database, role: str, most: int) -> None:
        self._database = database
        self._role = role
        self._places = threading.BoundedSemaphore(most)
        self._idle: list[Link] = []
        self._closed = False

    @contextmanager
    def transaction(self, tenant: str, isolation: LiteralString = "READ COMMITTED") -> Generator[Link]:
        """A transaction bound to one tenant by row-level security; committed at the end, undone on any error.

        Statements leave together as far as nobody reads an answer: errors come with the next answer, or at the end.

        Raises:
            Declined: `busy` or `full`; then nothing was written.
        """
        with self._lent() as link, link.pipeline():
            link.execute(f"BEGIN ISOLATION LEVEL {isolation}")
            link.execute(_BIND, (tenant,))
            yield link
            link.execute("COMMIT")

    def look(self, query: LiteralString, values: tuple[object, ...], tenant: str | None = None) -> list[Row]:
        """The rows of one statement, in one round trip; bound to `tenant`, if one is given.

        Raises:
            Declined: `busy`.
        """
        with self._lent() as link:
            if tenant is None:
                return link.execute(query, values, binary=True).fetchall()
            with link.pipeline():  # one transaction, though nobody says so: it lasts until the pipeline ends
                link.execute(_BIND, (tenant,))
                cursor = link.execute(query, values, binary=True)
            return cursor.fetchall()

    @contextmanager
    def _lent(self) -> Generator[Link]:
        with self._places, _told():
            link = self._taken()
            try:
                yield link
            finally:
                self._given_back(link)

    def _taken(self) -> Link:
        with suppress(IndexError):  # none idle, or another thread was quicker
            while True:
                link = self._idle.pop()
                if not _server_hung_up(link):
                    return link
                link.close()
        return self._database.connect(self._role)

    def _given_back(self, link: Link) -> None:
        if not link.closed and link.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
            with suppress(psycopg.Error):
                link.execute("ROLLBACK")
        if link.closed or self._closed or link.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
            link.close()
        else:
            self._idle.append(link)

    def close(self) -> None:
        """Close what is idle now, and the others when their users are done."""
        self._closed = True
        with suppress(IndexError):
            while True:
                self._idle.pop().close()


def _server_hung_up(link: Link) -> bool:
    """Whether the server said something to an idle connection: as a rule that it was stopped."""
    return bool(select.select([link.fileno()], [], [], 0)[0])


@contextmanager
def _told() -> Generator[None]:
    """What the server, its disk and other processes can do to a store; any other error is a fault of the program."""
    try:
        yield
    except psycopg.OperationalError as problem:
        full = isinstance(problem, psycopg.errors.DiskFull)
        raise Declined("full" if full else "busy", str(problem)) from problem
