"""From this device's provisional key to the comune's own, in one write transaction.

What waits to be sent under the provisional key is sealed again, what other devices sealed opens into its column, and
what is shown is folded anew. No frame is touched: what holds sealed values was not framed before (`outbox`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection

from ala_desktop.fields.spec import Catalog
from ala_desktop.fields.values import Value
from ala_desktop.models.engine import Store
from ala_desktop.models.guards import FOLD
from ala_desktop.sync import peers, replica
from ala_desktop.sync.protocol import Op, Pair, Put, decode_line, encode, line_of
from ala_desktop.sync.rows import Rows
from ala_desktop.sync.sealing import CannotOpen, ComuneKey
from ala_desktop.sync.workset import Workset


@dataclass(frozen=True, slots=True)
class _Resealing:
    """The two keys, and the catalog that says which fields are sealed."""

    catalog: Catalog
    old: ComuneKey | None
    new: ComuneKey

    def value(self, kind: str, record: str, field: str, value: Value) -> Value:
        """A sealed value under the new key; what the old one does not open is somebody else's, and stays."""
        if value is None or self.old is None:
            return value
        try:
            return self.new.seal(kind, record, field, self.old.open(kind, record, field, value))
        except CannotOpen:
            return value

    def op(self, op: Op) -> Op:
        """An op with its sealed values under the new key."""
        put: Put = dict(op.put)
        for name in self.catalog[op.kind].sealed & put.keys():
            value = put[name]
            if isinstance(value, tuple):
                pair: Pair = (self.value(op.kind, op.id, name, value[0]), self.value(op.kind, op.id, name, value[1]))
                put[name] = pair
            else:
                put[name] = self.value(op.kind, op.id, name, value)
        return Op(op.kind, op.id, op.base, put, op.closes)


class Keyholder(Protocol):
    """The open office whose key it is; `services.desk.Desk` is it."""

    store: Store
    catalog: Catalog

    def rekey(self, connection: Connection) -> None:
        """Take up the comune's key anew, as the store has it on this connection."""
        ...

    def tell(self, changed: list[tuple[str, str]]) -> None:
        """Pass on which records changed."""
        ...


def take_up(ground: Keyholder, comune_key: bytes, giver: str) -> None:
    """Take up the comune's key, for the store and for the open desk in one step: nobody saves in between.

    `giver`: the device that gave it, which counts as confirmed alone; empty where none did.
    """
    try:
        with ground.store.writing(FOLD) as connection:
            changed = rekey(connection, ground.catalog, comune_key)
            peers.trust_alone(connection, giver)
            ground.rekey(connection)
    except BaseException:
        with ground.store.reading() as connection:
            ground.rekey(connection)
        raise
    ground.tell(changed)


def opens_something_or_nothing_waits(connection: Connection, comune_key: bytes) -> bool:
    """Whether a key may be the comune's, by the values that this device could not open so far."""
    key = ComuneKey(comune_key)
    query = "SELECT kind, record, field, value FROM sealed_value LIMIT 1000"
    waiting = connection.exec_driver_sql(query).all()
    return not waiting or any(_opens(key, *row) for row in waiting)


def _opens(key: ComuneKey, kind: str, record: str, field: str, value: str) -> bool:
    try:
        key.open(kind, record, field, value)
    except CannotOpen:
        return False
    return True


def rekey(connection: Connection, catalog: Catalog, comune_key: bytes) -> list[tuple[str, str]]:
    """Take up the comune's key; returns (kind, id) of the records whose shown values changed."""
    me = replica.read(connection)
    old = ComuneKey(me.comune_key) if me.comune_key else None
    resealing = _Resealing(catalog, old, ComuneKey(comune_key))
    concerned = _reseal_outbox(connection, resealing)
    replica.advance(connection, comune_key=comune_key, comune_key_final=1)
    rows = Rows(catalog, resealing.new)
    for kind, ids in _open_waiting(connection, rows).items():
        concerned.setdefault(kind, set()).update(ids)
    work = Workset(connection, rows, replica.read(connection))
    work.load(concerned)
    work.store()
    return [(kind, record) for kind, ids in concerned.items() for record in sorted(ids)]


def _reseal_outbox(connection: Connection, resealing: _Resealing) -> dict[str, set[str]]:
    """Seal again what waits; returns kinds and ids of the records concerned."""
    concerned: dict[str, set[str]] = {}
    written: list[tuple[bytes, int]] = []
    for device_seq, line in connection.exec_driver_sql("SELECT device_seq, line FROM outbox").all():
        transaction, _ = decode_line(line)
        ops = [resealing.op(op) for op in transaction.ops]
        if ops == transaction.ops:
            continue
        fresh = line_of(transaction.at, transaction.author, transaction.group, [encode(op) for op in ops])
        written.append((fresh, device_seq))
        for op in ops:
            concerned.setdefault(op.kind, set()).add(op.id)
    if written:
        connection.exec_driver_sql("UPDATE outbox SET line = ? WHERE device_seq = ?", written)
    return concerned


def _open_waiting(connection: Connection, rows: Rows) -> dict[str, set[str]]:
    """Open into their columns the values that only the comune's key opens; returns kinds and ids of the records."""
    concerned: dict[str, set[str]] = {}
    for kind, record in connection.exec_driver_sql("SELECT DISTINCT kind, record FROM sealed_value").all():
        concerned.setdefault(kind, set()).add(record)
    for kind, ids in concerned.items():
        rows.update(connection, kind, list(rows.fetch(connection, kind, ids).items()))
    return concerned
