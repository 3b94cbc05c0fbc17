"""The encrypted store: opening it, reading and writing it (SQLCipher through SQLAlchemy). Services and sync use it.

What a record or the log is lives elsewhere; here is only how bytes get safely to the disk.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Generator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from ala_desktop.core.errors import Mendable
from ala_desktop.core.text import alphabetical
from ala_desktop.models.guards import SAVE

_driver: Any = import_module("sqlcipher3.dbapi2")
"""The driver, which comes without types."""

STORE_FILE = "archivio.db"
OTHER_STORES = "archivio-"
"""How the files of the logs of other tenants begin."""

ALPHABET = "ala_alphabetical"
"""`core.text.alphabetical`, for queries only: no index and no trigger may rest on it."""

_LEAST_FREE = 128 * 1024
"""Bytes without which SQLite cannot even make the files that it needs beside a store."""

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA cache_size=-32000",
    "PRAGMA wal_autocheckpoint=16000",
    "PRAGMA busy_timeout=15000",
)


class Store:
    """An open store. Readers may be many; writers pass one at a time, in this process and on the disk."""

    def __init__(self, path: Path, key: bytes) -> None:
        """Open the store at `path` with its 32-byte data key; a missing file becomes an empty store.

        Raises:
            Mendable: the file is damaged or cannot be read.
        """
        self.path = path
        self._key = key
        self._writer = threading.Lock()
        self._engine = create_engine(
            "sqlite://",
            creator=self._connect,
            module=_driver,
            poolclass=QueuePool,
            pool_size=4,
            hide_parameters=True,  # error messages reach reports, and must hold nobody's data
        )
        event.listen(self._engine, "begin", _begin)
        with mendable(path), self._engine.connect() as connection:
            connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar()

    def _connect(self) -> Any:
        connection = _driver.connect(str(self.path), isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA cipher_log_level=NONE")  # what is wrong is told by errors, not on the terminal
        connection.execute(f"PRAGMA key = \"x'{self._key.hex()}'\"")
        for pragma in _PRAGMAS:
            connection.execute(pragma)
        connection.create_function(ALPHABET, 1, alphabetical)
        return connection

    @contextmanager
    def reading(self) -> Generator[Connection]:
        """A connection on one consistent view of the store; it must not write."""
        with mendable(self.path), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self, mode: int = SAVE) -> Generator[Connection]:
        """A connection in a write transaction, committed at the end and rolled back on any error.

        `mode` is what the guarding triggers see. The commit has reached the disk when this returns.
        """
        with mendable(self.path), self._writer, self._engine.connect() as plain:
            connection = plain.execution_options(ala_writing=True)
            with connection.begin():
                connection.exec_driver_sql("UPDATE write_guard SET mode = ?", (mode,))
                yield connection
                connection.exec_driver_sql("UPDATE write_guard SET mode = 0")

    @contextmanager
    def structuring(self) -> Generator[Connection]:
        """As `writing`, for migrations, when the guarding flag may not be there yet."""
        with mendable(self.path), self._writer, self._engine.connect() as plain:
            connection = plain.execution_options(ala_writing=True)
            with connection.begin():
                yield connection

    def copy_to(self, target: Path) -> None:
        """A consistent copy of the store under the same key, complete on the disk when this returns.

        Under its name there is either the whole copy or nothing new.
        """
        fresh = target.with_suffix(".nuovo")
        fresh.unlink(missing_ok=True)
        try:
            with mendable(self.path), self._writer, self._engine.connect() as connection:
                connection.connection.driver_connection.execute("VACUUM INTO ?", (str(fresh),))  # type: ignore[union-attr]
            fresh.replace(target)
        finally:
            fresh.unlink(missing_ok=True)

    def settle(self) -> None:
        """Bring what was committed into the store's own file, so that it is whole without the log beside it.

        Raises:
            Mendable: the disk is full.
        """
        with mendable(self.path), self._writer, self._engine.connect() as connection:
            connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]

    def close(self) -> None:
        """Give the file back."""
        self._engine.dispose()


def _begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get("ala_writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


@contextmanager
def mendable(path: Path) -> Generator[None]:
    """Turn what the disk can do to the store at `path` into words; every other database error stays our fault."""
    try:
        yield
    except (DBAPIError, _driver.Error) as problem:
        text = str(getattr(problem, "orig", None) or problem).lower()
        if "disk i/o error" in text and _is_full(path.parent):
            text = "disk is full"  # SQLite says so only of the store itself, not of the small files beside it
        for sign, title, cause, step in _SIGNS:
            if sign in text:
                raise Mendable(title, cause, step) from problem
        raise


def _is_full(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free < _LEAST_FREE
    except OSError:
        return False


_SIGNS = (
    (
        "disk is full",
        "Il disco è pieno",
        "Non c'è spazio per salvare: l'ultima modifica non è stata registrata, quelle precedenti sono al sicuro.",
        "Liberare spazio sul disco e salvare di nuovo.",
    ),
    (
        "file is not a database",
        "L'archivio non si apre",
        "Il file dell'archivio è danneggiato oppure appartiene a un'altra installazione.",
        "Non cancellare nulla: copiare la cartella dei dati su una chiavetta e chiedere assistenza ad ALA.",
    ),
    (
        "malformed",
        "L'archivio è danneggiato",
        "Una parte del file dell'archivio non si legge più.",
        "Non cancellare nulla: copiare la cartella dei dati su una chiavetta e chiedere assistenza ad ALA.",
    ),
    (
        "disk i/o error",
        "Il disco non risponde",
        "La lettura o la scrittura sul disco non è riuscita; quanto era già salvato resta al sicuro.",
        "Controllare il disco e lo spazio libero, poi riaprire il programma.",
    ),
    (
        "readonly database",
        "L'archivio è in sola lettura",
        "Il programma non ha il permesso di scrivere nella cartella dei dati.",
        "Controllare i permessi della cartella o scegliere un'altra cartella con --data.",
    ),
    (
        "unable to open database file",
        "L'archivio non si apre",
        "Il file dell'archivio non si trova o non si può leggere.",
        "Controllare che la cartella dei dati esista e che sia leggibile.",
    ),
    (
        "database is locked",
        "L'archivio è occupato",
        "Un altro programma sta usando il file dell'archivio.",
        "Chiudere l'altra finestra del programma e riprovare.",
    ),
)
