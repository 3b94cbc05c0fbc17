"""The snapshot that a store's log begins with: tables `snapshot` and `snapshot_piece`. It may still be on its way.

Once it is taken up, the frames up to it have no bytes here; how they stand is known (`ledger`), and the rest proves
against the snapshot itself, which is kept as it came.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from sqlalchemy import Connection

from ala_desktop.fields.spec import Catalog
from ala_desktop.sync import envelope, replica, snapshot
from ala_desktop.sync.ledger import Ledger
from ala_desktop.sync.notices import Photograph, open_notice
from ala_desktop.sync.protocol import Malformed
from ala_desktop.sync.snapshot import Opened
from ala_desktop.sync.state import State
from ala_desktop.sync.stored_ledger import sealed_at


def kept(connection: Connection) -> Photograph | None:
    """The snapshot that this store's log begins with; None where all frames are here."""
    sealed = connection.exec_driver_sql("SELECT notice FROM snapshot WHERE adopted = 1").scalar()
    return None if sealed is None else _notice(sealed)


def horizon(connection: Connection) -> int:
    """The last seq whose frame has no bytes here; 0 where all have."""
    found = connection.exec_driver_sql("SELECT seq FROM snapshot WHERE adopted = 1").scalar()
    return found or 0


def coming(connection: Connection) -> bytes:
    """The notice of the snapshot that is being fetched; empty without one."""
    return connection.exec_driver_sql("SELECT notice FROM snapshot WHERE adopted = 0").scalar() or b""


def begin(connection: Connection, notice: bytes) -> None:
    """Begin to fetch the snapshot that this notice names, in the place of any other."""
    forget(connection)
    seq = _notice(notice).seq
    connection.exec_driver_sql("INSERT INTO snapshot (one, seq, notice, adopted) VALUES (1, ?, ?, 0)", (seq, notice))


def forget(connection: Connection) -> None:
    """There is none, nor is any being fetched."""
    connection.exec_driver_sql("DELETE FROM snapshot")
    connection.exec_driver_sql("DELETE FROM snapshot_piece")


def have(connection: Connection, part: int) -> int:
    """How many bytes of a part came, from its beginning."""
    query = "SELECT coalesce(max(at + length(bytes)), 0) FROM snapshot_piece WHERE part = ?"
    return connection.exec_driver_sql(query, (part,)).scalar_one()


def add(connection: Connection, part: int, at: int, data: bytes) -> None:
    """Keep what came of a part from `at` on."""
    connection.exec_driver_sql("INSERT INTO snapshot_piece (part, at, bytes) VALUES (?, ?, ?)", (part, at, data))


def drop(connection: Connection, part: int) -> None:
    """What came of a part is not what it should be."""
    connection.exec_driver_sql("DELETE FROM snapshot_piece WHERE part = ?", (part,))


def part(connection: Connection, number: int) -> bytes:
    """What came of a part."""
    query = "SELECT bytes FROM snapshot_piece WHERE part = ? ORDER BY at"
    return b"".join(connection.exec_driver_sql(query, (number,)).scalars())


def adopt(connection: Connection) -> None:
    """The log begins with what was fetched."""
    connection.exec_driver_sql("UPDATE snapshot SET adopted = 1")


def read(connection: Connection, notice: Photograph, catalog: Catalog) -> Opened:
    """The snapshot whose parts are here.

    Raises:
        Malformed: damaged, or folded by a program of another edition of the records.
    """
    if notice.edition != catalog.edition:
        raise Malformed("la fotografia del registro è di un'altra edizione del programma")
    ledger = Ledger(partial(sealed_at, connection.exec_driver_sql))
    parts = _parts(connection)
    return snapshot.unpack(notice, replica.read(connection).tenant, parts, State(catalog), ledger)


def opened(connection: Connection, catalog: Catalog) -> Opened:
    """What the snapshot of this store says, which the hub signed.

    Raises:
        Malformed: as `read`; another snapshot than the hub's.
    """
    me = replica.read(connection)
    sealed = connection.exec_driver_sql("SELECT notice FROM snapshot WHERE adopted = 1").scalar_one()
    notice = told(sealed, me.hub or "", me.tenant, me.hub_key or b"")
    return read(connection, notice, catalog)


def told(sealed: bytes, hub: str, tenant: str, key: bytes) -> Photograph:
    """The notice of a snapshot of a tenant's log, sealed by the hub.

    Raises:
        Malformed: it is something else.
    """
    frame = envelope.split(sealed)
    envelope.verify(sealed, frame, key)
    notice = open_notice(frame)
    if (frame.header.hub, frame.header.tenant) != (hub, tenant) or not isinstance(notice, Photograph):
        raise Malformed("non è l'avviso di una fotografia di questo registro")
    return notice


def _notice(sealed: bytes) -> Photograph:
    notice = open_notice(envelope.split(sealed))
    if not isinstance(notice, Photograph):
        raise Malformed("non è l'avviso di una fotografia del registro")
    return notice


def _parts(connection: Connection) -> Iterator[bytes]:
    numbers = connection.exec_driver_sql("SELECT DISTINCT part FROM snapshot_piece ORDER BY part").scalars().all()
    return (part(connection, number) for number in numbers)
