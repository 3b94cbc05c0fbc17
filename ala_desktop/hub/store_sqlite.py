"""The hub's store in SQLite: one file, or memory. Writers pass one at a time; readers see one consistent view each."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Collection, Generator
from contextlib import contextmanager
from pathlib import Path
from queue import LifoQueue

from ala_desktop.core.errors import Mendable
from ala_desktop.hub import shelf
from ala_desktop.hub.shelf import Shelf
from ala_desktop.hub.store import Device, Held, Invite, Precedents, Store, TenantStatus, previous_of
from ala_desktop.hub.tenancy_sqlite import DEVICES, INVITES, SqliteTenancy, device_of
from ala_desktop.sync import chain
from ala_desktop.sync.declined import Declined
from ala_desktop.sync.messages import Page, PageHead, Told, roster_of
from ala_desktop.sync.protocol import Entry, Header, Position

_SCHEMA_VERSION = 7
_LATER = f"""
CREATE TABLE IF NOT EXISTS picture (tenant TEXT NOT NULL, device TEXT NOT NULL, version TEXT NOT NULL,
    epoch INTEGER NOT NULL, seq INTEGER NOT NULL, kinds TEXT NOT NULL, PRIMARY KEY (tenant, device)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS quarantine (tenant TEXT NOT NULL, header_hash TEXT NOT NULL, device TEXT NOT NULL,
    received TEXT NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY (tenant, header_hash));
CREATE TABLE IF NOT EXISTS sheet (tenant TEXT NOT NULL, device TEXT NOT NULL, name TEXT NOT NULL, blob TEXT NOT NULL,
    PRIMARY KEY (tenant, device)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sheet_try (tenant TEXT NOT NULL, device TEXT NOT NULL, day TEXT NOT NULL,
    tries INTEGER NOT NULL, PRIMARY KEY (tenant, device)) WITHOUT ROWID;
{shelf.SQLITE}"""
_FRAME = """
CREATE TABLE frame (tenant TEXT NOT NULL, first_seq INTEGER NOT NULL, count INTEGER NOT NULL, device TEXT NOT NULL,
    header_hash TEXT NOT NULL, previous TEXT NOT NULL, refused BLOB NOT NULL, chain TEXT NOT NULL,
    epoch INTEGER NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY (tenant, first_seq), UNIQUE (tenant, header_hash));
CREATE INDEX frame_chain ON frame (tenant, chain);
CREATE INDEX frame_previous ON frame (tenant, device, previous);
CREATE TABLE link (tenant TEXT NOT NULL, after TEXT NOT NULL, before TEXT NOT NULL, first_seq INTEGER NOT NULL,
    count INTEGER NOT NULL, header_hash TEXT NOT NULL, PRIMARY KEY (tenant, after)) WITHOUT ROWID;
CREATE TABLE offered (tenant TEXT NOT NULL, header_hash TEXT NOT NULL, day TEXT NOT NULL, sealed BLOB,
    PRIMARY KEY (tenant, header_hash));
CREATE TABLE twin (tenant TEXT NOT NULL, seq INTEGER NOT NULL, device TEXT NOT NULL, identity TEXT NOT NULL,
    PRIMARY KEY (tenant, seq)) WITHOUT ROWID;
CREATE INDEX twin_identity ON twin (tenant, device, identity);
"""
"""What a frame follows leads to where its device's chain stands; there is no other note of that."""
_SCHEMA = f"""
CREATE TABLE tenant (tenant TEXT PRIMARY KEY, epoch INTEGER NOT NULL, counter INTEGER NOT NULL, chain TEXT NOT NULL)
    WITHOUT ROWID;
CREATE TABLE device (tenant TEXT NOT NULL, device TEXT NOT NULL UNIQUE, name TEXT NOT NULL, ordinal INTEGER NOT NULL,
    sign_key BLOB NOT NULL, box_key BLOB NOT NULL, enrolled TEXT NOT NULL, revoked INTEGER NOT NULL,
    PRIMARY KEY (tenant, ordinal)) WITHOUT ROWID;
CREATE TABLE invite (tenant TEXT NOT NULL, name TEXT NOT NULL UNIQUE, salt BLOB NOT NULL, secret BLOB NOT NULL,
    expires TEXT NOT NULL, tries INTEGER NOT NULL, device TEXT NOT NULL, PRIMARY KEY (tenant, name)) WITHOUT ROWID;
CREATE TABLE key_box (tenant TEXT NOT NULL, device TEXT NOT NULL, blob TEXT NOT NULL,
    PRIMARY KEY (tenant, device)) WITHOUT ROWID;
CREATE TABLE refused_record (tenant TEXT NOT NULL, device TEXT NOT NULL, record TEXT NOT NULL, seq INTEGER NOT NULL,
    PRIMARY KEY (tenant, device, record)) WITHOUT ROWID;
{_LATER}{_FRAME}"""
_FROM_1 = """
ALTER TABLE refused_record RENAME TO refused_record_1;
CREATE TABLE refused_record (tenant TEXT NOT NULL, device TEXT NOT NULL, record TEXT NOT NULL, seq INTEGER NOT NULL,
    PRIMARY KEY (tenant, device, record)) WITHOUT ROWID;
INSERT INTO refused_record SELECT tenant, device, record, counter
    FROM refused_record_1 JOIN device USING (tenant) JOIN tenant USING (tenant);
DROP TABLE refused_record_1;
"""
"""From version 1, which did not note whose creation was refused: as if it had been every device's, until now."""
_ASIDE = "ALTER TABLE frame RENAME TO frame_5;"
_BACK = """
INSERT INTO frame SELECT tenant, first_seq, count, device, header_hash, previous_of(sealed), refused, chain, 1, sealed
    FROM frame_5;
DROP TABLE frame_5;
DROP TABLE writer;
"""
_FROM_5 = _ASIDE + _FRAME + _BACK
"""From version 5, which knew of each incarnation where it stood, and refused whatever followed another frame."""
_LATEST = _LATER + _FROM_5
_STEPS = {
    0: _SCHEMA,
    1: _FROM_1 + _LATEST,
    2: _LATEST,
    3: _LATEST,
    4: shelf.SQLITE + _FROM_5,
    5: shelf.SQLITE_MADE + _FROM_5,
    6: shelf.SQLITE_MADE,
}
"""From each version to this one."""
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "trusted_schema=OFF", "wal_autocheckpoint=4000")
_WAIT = 10.0
"""Seconds that a writer waits for another process."""
_READERS = 4


class SqliteStore(Store):
    """`hub.store.Store` in SQLite."""

    def __init__(self, path: Path | None) -> None:
        """Open the store in the file `path`, made when it is missing; None keeps it in memory.

        Raises:
            Mendable: the file is damaged, not ours, or of a newer version of the hub.
        """
        self._name = str(path) if path else ":memory:"
        self._writing = threading.Lock()
        self._free: LifoQueue[sqlite3.Connection] = LifoQueue()
        try:
            for _ in range(_READERS if path else 1):
                self._free.put(self._connect())
            self._prepare()
        except Mendable:
            self.close()
            raise
        except sqlite3.Error as problem:
            self.close()
            raise unusable(self._name, problem) from problem

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._name, timeout=_WAIT, isolation_level=None, check_same_thread=False)
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        return connection

    def _prepare(self) -> None:
        with self._transaction("IMMEDIATE") as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version > _SCHEMA_VERSION:
                raise Mendable(
                    "L'archivio è di una versione più recente della centrale",
                    f"{self._name} è stato scritto da un programma più nuovo di questo.",
                    "Aggiornare il programma della centrale.",
                )
            if version < _SCHEMA_VERSION:
                connection.create_function("previous_of", 1, previous_of)
                for statement in filter(str.strip, _STEPS[version].split(";")):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {_SCHEMA_VERSION}")

    @contextmanager
    def _transaction(self, kind: str) -> Generator[sqlite3.Connection]:
        connection = self._free.get()
        try:
            try:
                connection.execute(f"BEGIN {kind}")
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
        except sqlite3.OperationalError as problem:
            raise _declined(problem) from problem
        finally:
            self._free.put(connection)

    @contextmanager
    def locked(self, tenant: str) -> Generator[SqliteTenancy]:
        """As `Store.locked`."""
        with self._writing, self._transaction("IMMEDIATE") as connection:
            connection.execute("INSERT OR IGNORE INTO tenant VALUES (?, 1, 0, ?)", (tenant, chain.START))
            yield SqliteTenancy(connection, tenant)

    def device(self, device: str) -> Device | None:
        """As `Store.device`."""
        with self._transaction("DEFERRED") as connection:
            row = connection.execute(f"{DEVICES} WHERE device = ?", (device,)).fetchone()
        return device_of(row) if row else None

    def invited(self, name: str) -> Invite | None:
        """As `Store.invited`."""
        with self._transaction("DEFERRED") as connection:
            row = connection.execute(f"{INVITES} WHERE name = ?", (name,)).fetchone()
        return Invite(*row) if row else None

    def devices(self, tenant: str) -> list[Device]:
        """As `Store.devices`."""
        with self._transaction("DEFERRED") as connection:
            return SqliteTenancy(connection, tenant).devices()

    @contextmanager
    def reading(self, tenant: str) -> Generator[SqliteTenancy]:
        """As `Store.reading`."""
        with self._transaction("DEFERRED") as connection:
            yield SqliteTenancy(connection, tenant)

    def precedents(self, header: Header, header_hash: str, chains: Collection[str]) -> Precedents:
        """As `Store.precedents`."""
        with self._transaction("DEFERRED") as connection:
            return SqliteTenancy(connection, header.tenant).precedents(header, header_hash, chains)

    def entry(self, tenant: str, header_hash: str) -> Entry | None:
        """As `Store.entry`."""
        with self._transaction("DEFERRED") as connection:
            return SqliteTenancy(connection, tenant).entry(header_hash)

    def page(self, tenant: str, after: Position, device: str) -> Page | None:
        """As `Store.page`."""
        with self._transaction("DEFERRED") as connection:
            here = SqliteTenancy(connection, tenant)
            end = here.position()
            start = here.place_at(after.seq)
            if start is None or start.chain != after.chain:
                return None
            roster, arrived = here.roster(), here.entries_after(after.seq, device)
            last = arrived[-1].entry if arrived else None
            place = here.place_at(last.first_seq + last.count - 1) if last else None
            head = PageHead(end, len(roster), roster_of(roster), ambito=here.ambito(), place=place)
            return Page(head, arrived)

    def key_for(self, tenant: str, device: str) -> str | None:
        """As `Store.key_for`."""
        with self._transaction("DEFERRED") as connection:
            query = "SELECT blob FROM key_box WHERE tenant = ? AND device = ?"
            row = connection.execute(query, (tenant, device)).fetchone()
        return row[0] if row else None

    @contextmanager
    def shelf(self, tenant: str) -> Generator[Shelf]:
        """As `Store.shelf`."""
        with self._transaction("DEFERRED") as connection:
            yield SqliteTenancy(connection, tenant).shelf

    def held(self, tenant: str) -> list[Held]:
        """As `Store.held`."""
        with self._transaction("DEFERRED") as connection:
            return SqliteTenancy(connection, tenant).held()

    def pictures(self, tenant: str) -> dict[str, Told]:
        """As `Store.pictures`."""
        with self._transaction("DEFERRED") as connection:
            return SqliteTenancy(connection, tenant).pictures()

    def heads(self) -> dict[str, Position]:
        """As `Store.heads`."""
        with self._transaction("DEFERRED") as connection:
            rows = connection.execute("SELECT tenant, epoch, counter, chain FROM tenant ORDER BY tenant").fetchall()
        return {tenant: Position(*place) for tenant, *place in rows}

    def status(self) -> list[TenantStatus]:
        """As `Store.status`."""
        query = """
            SELECT tenant, epoch, counter,
                (SELECT count(*) FROM device WHERE device.tenant = t.tenant),
                (SELECT count(*) FROM frame WHERE frame.tenant = t.tenant),
                (SELECT coalesce(sum(length(sealed)), 0) FROM frame WHERE frame.tenant = t.tenant)
            FROM tenant AS t ORDER BY tenant"""
        with self._transaction("DEFERRED") as connection:
            return [TenantStatus(*row) for row in connection.execute(query)]

    def close(self) -> None:
        """As `Store.close`."""
        while not self._free.empty():
            self._free.get().close()


def unusable(name: str, problem: sqlite3.Error) -> Mendable:
    """What is wrong with a store that does not open, or does not give what is in it, in words."""
    text = str(problem)
    for signs, cause, next_step in _TROUBLES:
        if any(sign in text for sign in signs):
            return Mendable(_UNUSABLE, f"{name}: {cause}.", next_step)
    return Mendable(_UNUSABLE, f"{name}: {text}.", _COPY)


_UNUSABLE = "L'archivio della centrale non si apre"
_COPY = "Non cancellare nulla: rimettere il file da una copia, oppure chiedere assistenza."
_TROUBLES = (
    (
        ("full", "disk I/O"),
        "il disco è pieno o non risponde",
        "Controllare il disco e lo spazio libero, poi riprovare.",
    ),
    (("locked", "busy"), "è occupato da un altro programma", "Ripetere il comando tra qualche secondo."),
    (("not a database", "malformed"), "il file è danneggiato, o non è l'archivio di una centrale", _COPY),
    (
        ("readonly", "unable to open", "denied"),
        "il sistema non permette di leggerlo o di scriverlo",
        "Controllare i permessi della cartella, oppure indicarne un'altra con --data.",
    ),
)


def _declined(problem: sqlite3.OperationalError) -> Exception:
    """What the disk and other processes can do to a store; any other error is a fault of the program."""
    text = str(problem)
    if "locked" in text or "busy" in text:
        return Declined("busy", text)
    if "full" in text or "disk I/O" in text:
        return Declined("full", text)
    return problem
