"""Who wrote what stands in the log: looked up in the frames, for showing beside a value."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection

from ala_desktop.sync import envelope
from ala_desktop.sync.protocol import decode_line
from ala_desktop.sync.replica import Me


class Written(NamedTuple):
    """Author, PC and wall time of a write; shown, never compared."""

    author: str
    device: str
    at: str


def at_seq(connection: Connection, seq: int) -> Written | None:
    """Who wrote the transaction at a place of the log; None when there is none here.

    Of one in a snapshot only the PC is known.
    """
    row = connection.exec_driver_sql(
        "SELECT first_seq, count, sealed, device FROM frame WHERE first_seq <= ? ORDER BY first_seq DESC LIMIT 1",
        (seq,),
    ).one_or_none()
    if row is None or seq >= row[0] + row[1]:
        return None
    if not row[2]:
        return Written("", _name_of(connection, row[3]), "")
    first: int = row[0]
    frame = envelope.split(row[2])
    transaction, _ = decode_line(envelope.payload_of(frame).lines[seq - first])
    return Written(transaction.author, frame.header.device_name, transaction.at)


def _name_of(connection: Connection, device: str) -> str:
    """What a PC is called; empty where nobody says so any more."""
    query = "SELECT name FROM peer WHERE device = ?"
    return connection.exec_driver_sql(query, (device,)).scalar() or ""


def of_cell(connection: Connection, me: Me, kind: str, record: str, field: str) -> Written | None:
    """Who wrote the value that is shown in a cell: a waiting transaction of this PC, or the log's last writer."""
    waiting = connection.exec_driver_sql(
        "SELECT line FROM outbox JOIN pending_edit USING (device_seq) WHERE record = ? ORDER BY device_seq DESC",
        (record,),
    )
    for (line,) in waiting:
        transaction, _ = decode_line(line)
        if any(op.id == record and field in op.put for op in transaction.ops) and _differs(connection, record, field):
            return Written(transaction.author, me.device_name, transaction.at)
    stamp = connection.exec_driver_sql("SELECT seq FROM stamp WHERE record = ? AND field = ?", (record, field)).scalar()
    if stamp is None:
        stamp = connection.exec_driver_sql(f"SELECT created_seq FROM {kind} WHERE id = ?", (record,)).scalar()
    if stamp is None:
        return None
    return at_seq(connection, stamp) if stamp > 0 else _own(connection, me, -stamp)


def _differs(connection: Connection, record: str, field: str) -> bool:
    query = "SELECT 1 FROM shadow WHERE record = ? AND field = ?"
    return connection.exec_driver_sql(query, (record, field)).first() is not None


def _own(connection: Connection, me: Me, device_seq: int) -> Written | None:
    """Who wrote a transaction of this device, sent or not."""
    line: bytes | None = connection.exec_driver_sql(
        "SELECT line FROM outbox WHERE device_seq = ?", (device_seq,)
    ).scalar()
    if line is not None:
        transaction, _ = decode_line(line)
        return Written(transaction.author, me.device_name, transaction.at)
    row = connection.exec_driver_sql(
        "SELECT first_seq - first_device_seq FROM frame WHERE line = ? AND first_device_seq <= ? "
        "ORDER BY first_device_seq DESC LIMIT 1",
        (me.incarnation, device_seq),
    ).scalar()
    return None if row is None else at_seq(connection, row + device_seq)
