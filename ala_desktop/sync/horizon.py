"""Making a log that is another office's lighter: the frames up to a snapshot that the hub's backups hold are dropped.

The snapshot is made here, from those very frames, and has to be the one that the hub signed: so it was proved by the PC
that relies on it from now on. An office's own log keeps every frame: it is the history of its clerks, and what a
restored hub is given back.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection

from ala_desktop.core.collector import collector_at_rest
from ala_desktop.fields.spec import Catalog
from ala_desktop.sync import envelope, replica, snapshot, stored_snapshot
from ala_desktop.sync.folding import Folding
from ala_desktop.sync.notices import Horizon, Photograph, open_notice
from ala_desktop.sync.protocol import Entry, Malformed, Refused
from ala_desktop.sync.snapshot import Packed
from ala_desktop.sync.stored_ledger import sealed_at


class _Said(NamedTuple):
    """A snapshot up to which frames may go, and the frame that names it."""

    notice: Photograph
    sealed: bytes


def due(connection: Connection, catalog: Catalog) -> bool:
    """Whether there are frames to drop; a save that waits to be corrected keeps its own."""
    said = None if replica.read(connection).at_home else _said(connection)
    if said is None or said.notice.edition != catalog.edition:
        return False
    waits = connection.exec_driver_sql("SELECT 1 FROM correction WHERE seq <= ?", (said.notice.seq,)).first()
    return said.notice.seq > stored_snapshot.horizon(connection) and waits is None


@collector_at_rest()
def draw(connection: Connection, catalog: Catalog) -> bool:
    """Put the snapshot in the place of the frames up to it; False, and nothing changes, where it is another one.

    On a connection that writes; `due` said so.

    Raises:
        Malformed: a frame, or the snapshot kept until now, is damaged: the next proof heals it.
    """
    said = _said(connection)
    if said is None:
        return False
    packed = _packed(connection, catalog, said.notice.seq)
    if packed.digest != said.notice.digest:
        return False
    stored_snapshot.begin(connection, said.sealed)
    for number, part in enumerate(packed.parts):
        stored_snapshot.add(connection, number, 0, part)
    stored_snapshot.adopt(connection)
    connection.exec_driver_sql("UPDATE frame SET sealed = x'' WHERE first_seq <= ?", (said.notice.seq,))
    return True


def _said(connection: Connection) -> _Said | None:
    """The newest snapshot that a horizon names."""
    me, photographs, seq = replica.read(connection), dict[int, _Said](), 0
    query = "SELECT sealed FROM frame WHERE device = ? AND first_seq > ? ORDER BY first_seq"
    for sealed in connection.exec_driver_sql(query, (me.hub or "", stored_snapshot.horizon(connection))).scalars():
        notice = open_notice(envelope.split(sealed))
        if isinstance(notice, Photograph):
            photographs[notice.seq] = _Said(notice, sealed)
        elif isinstance(notice, Horizon):
            seq = max(seq, notice.seq)
    return photographs.get(seq)


def _packed(connection: Connection, catalog: Catalog, seq: int) -> Packed:
    """The snapshot at a place, from the frames that are here up to it."""
    run, me = connection.exec_driver_sql, replica.read(connection)
    folding = Folding(catalog, me.tenant, partial(sealed_at, run))
    if stored_snapshot.kept(connection) is not None:
        folding.begin(stored_snapshot.opened(connection, catalog))
    query = (
        "SELECT first_seq, count, header_hash, refused, sealed FROM frame "
        "WHERE first_seq > ? AND first_seq <= ? ORDER BY first_seq"
    )
    for first, count, name, refused, sealed in run(query, (folding.reached.seq, seq)):
        entry = Entry(first, count, name, msgspec.json.decode(refused, type=list[Refused]))
        folding.take(entry, envelope.split(sealed), sealed)
    if folding.reached.seq != seq:
        raise Malformed("la fotografia del registro finisce in mezzo a un lotto")
    return snapshot.pack(me.tenant, folding.opened)
