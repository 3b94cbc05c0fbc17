"""Taking in a page of the comune's log: checked, folded and stored in one database transaction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection

from ala_desktop.core.collector import collector_at_rest
from ala_desktop.sync import chain, envelope, replica
from ala_desktop.sync.newcomers import Newcomers, Placed, fresh_among
from ala_desktop.sync.protocol import (
    Arrived,
    Entry,
    Malformed,
    Op,
    Position,
    Transaction,
    decode_lines,
    encode,
)
from ala_desktop.sync.replica import Me
from ala_desktop.sync.rows import Rows
from ala_desktop.sync.storable import refuse_unstorable
from ala_desktop.sync.workset import Workset, concerned, freezing


class UnknownDevice(LookupError):
    """A frame of a device whose keys are not here yet: ask the hub for the list of devices."""


class UnknownKind(ValueError):
    """A kind of record that this version of the program does not know: it must be updated first."""


@dataclass(slots=True)
class Taken:
    """What a page brought.

    Attributes:
        received: transactions of other devices.
        acknowledged: own transactions that came back and took effect.
        refused: own transactions that came back refused: (seq, code, detail).
        changed: (kind, id) of records whose shown values changed.
    """

    received: int = 0
    acknowledged: int = 0
    refused: list[tuple[int, str, str]] = field(default_factory=list)
    changed: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class _Frame:
    """A frame of the page, opened."""

    entry: Entry
    own: bool
    device_name: str
    incarnation: str
    first_device_seq: int
    sealed: bytes
    transactions: list[Transaction]


class _End(NamedTuple):
    """Where an incarnation stands: whose it is, its chain, the hash of its last frame's header, its next device_seq."""

    device: str
    head: str = chain.START
    previous: str = ""
    next: int = 1


_Heads = dict[str, _End]
"""By incarnation, as far as they were looked up."""


@collector_at_rest()
def take(connection: Connection, rows: Rows, arrived: list[Arrived], now: str) -> Taken:
    """Take in consecutive entries of the log, right after the position.

    Raises:
        Malformed: an entry is not what it says; nothing was written.
        UnknownDevice: see there. UnknownKind: see there.
    """
    me = replica.read(connection)
    frames: list[_Frame] = []
    position = me.position
    heads: _Heads = {}
    # An own frame comes back as a stub; one that comes back whole is acknowledged just the same.
    query = "SELECT header_hash FROM sealed_batch ORDER BY first_device_seq"
    sent = list(connection.exec_driver_sql(query).scalars())
    for item in arrived:
        if item.entry.first_seq != position.seq + 1:
            raise Malformed("manca una parte del registro")
        _refuse_odd_refusals(item.entry)
        own = item.sealed is None or item.entry.header_hash in sent
        frames.append(_own_frame(connection, me, item, sent) if own else _foreign_frame(connection, me, item, heads))
        chained = chain.hub_chain(position.chain, item.entry)
        position = Position(position.epoch, position.seq + item.entry.count, chained)
    taken = Taken()
    work = Workset(connection, rows, me)
    newcomers = _fold(connection, work, rows, frames)
    for frame in frames:
        _note(connection, frame, heads, taken)
    taken.changed = work.store() + newcomers.insert(connection, rows)
    replica.advance(connection, epoch=position.epoch, seq=position.seq, chain=position.chain, last_exchange=now)
    return taken


def _refuse_odd_refusals(entry: Entry) -> None:
    """The hub refuses transactions that are in the frame, each once."""
    indexes = [item.index for item in entry.refused]
    if indexes != sorted({index for index in indexes if 0 <= index < entry.count}):
        raise Malformed("la centrale rifiuta salvataggi che nel lotto non ci sono")


def _own_frame(connection: Connection, me: Me, item: Arrived, sent: list[str]) -> _Frame:
    """A frame that is on its way; `sent` has the names of all of them, oldest first, and loses this one."""
    name = item.entry.header_hash
    if name not in sent:
        raise Malformed("la centrale conferma un lotto che questo PC non ha inviato")
    if sent.pop(0) != name:
        raise Malformed("la centrale conferma i lotti di questo PC in un altro ordine")
    query = "SELECT sealed FROM sealed_batch WHERE header_hash = ?"
    sealed = connection.exec_driver_sql(query, (name,)).scalar_one()
    header = envelope.split(sealed).header
    if header.count != item.entry.count:
        raise Malformed("la centrale conferma un lotto diverso da quello inviato")
    return _Frame(
        entry=item.entry, own=True, device_name=me.device_name, incarnation=header.incarnation,
        first_device_seq=header.first, sealed=sealed, transactions=[],
    )  # fmt: skip


def _foreign_frame(connection: Connection, me: Me, item: Arrived, heads: _Heads) -> _Frame:
    sealed = item.sealed or b""
    frame = envelope.split(sealed)
    header = frame.header
    if (header.tenant, header.hub) != (me.tenant, me.hub) or frame.hash != item.entry.header_hash:
        raise Malformed("il lotto appartiene a un altro registro")
    if header.count != item.entry.count:
        raise Malformed("il lotto non ha il numero di salvataggi dichiarato")
    envelope.verify(sealed, frame, _public_key(connection, me, header.device))
    if header.incarnation == me.incarnation:
        raise Malformed("la centrale ripete un lotto di questo PC")
    end = heads.get(header.incarnation) or _end_of(connection, header.incarnation) or _End(header.device)
    if header.device != end.device:
        raise Malformed("il lotto continua quelli di un altro PC")
    if (header.previous, header.first) != (end.previous, end.next):
        raise Malformed("il lotto non segue il precedente dello stesso dispositivo")
    transactions = envelope.open_lines(frame, end.head)
    heads[header.incarnation] = _End(header.device, header.head, frame.hash, header.first + header.count)
    return _Frame(
        entry=item.entry, own=False, device_name=header.device_name, incarnation=header.incarnation,
        first_device_seq=header.first, sealed=sealed, transactions=transactions,
    )  # fmt: skip


def _end_of(connection: Connection, incarnation: str) -> _End | None:
    """Where an incarnation stands in the store; None for one that is new here."""
    row = connection.exec_driver_sql(
        "SELECT device, head, previous FROM writer WHERE incarnation = ?", (incarnation,)
    ).one_or_none()
    if row is None:
        return None
    # Backwards from the end of the log: as a rule a PC that sends has sent of late.
    query = "SELECT first_device_seq + count FROM frame WHERE incarnation = ? ORDER BY first_seq DESC LIMIT 1"
    device, head, previous = row
    return _End(device, head, previous, connection.exec_driver_sql(query, (incarnation,)).scalar_one())


def _public_key(connection: Connection, me: Me, device: str) -> bytes:
    if device == me.device:
        return Ed25519PrivateKey.from_private_bytes(me.sign_key).public_key().public_bytes_raw()
    row = connection.exec_driver_sql("SELECT sign_key FROM peer WHERE device = ?", (device,)).one_or_none()
    if row is None:
        raise UnknownDevice(device)
    return row[0]


def _fold(connection: Connection, work: Workset, rows: Rows, frames: list[_Frame]) -> Newcomers:
    """Fold the page in order. Of this device's own transactions only what may differ from the rows is folded again."""
    edited = set(connection.exec_driver_sql("SELECT DISTINCT record FROM pending_edit").scalars().all())
    own = [frame for frame in frames if frame.own]
    if own:
        foreign = {op.id for frame in frames for transaction in frame.transactions for op in transaction.ops}
        for frame in own:
            if foreign or edited or frame.entry.refused:
                _reopen(frame, foreign | edited)
    placed = [item for frame in frames for item in _placed(frame)]
    unknown = {op.kind for *_, transaction in placed for op in transaction.ops} - rows.catalog.keys()
    if unknown:
        raise UnknownKind(", ".join(sorted(unknown)))
    refuse_unstorable(rows.catalog, (transaction for *_, transaction in placed))
    mine = [transaction for frame in own for transaction in frame.transactions]
    touched = edited | {op.id for transaction in mine for op in transaction.ops}
    newcomers = Newcomers(placed, fresh_among(connection, rows, placed, touched))
    folded = [*(rest for _, rest in newcomers.others), *mine]
    work.load(concerned(rows.catalog, folded), freezing(rows.catalog, folded))
    for origin, rest in newcomers.others:
        work.fold(rest, origin)
    return newcomers


def _placed(frame: _Frame) -> Iterator[Placed]:
    """The transactions of a frame that were not refused, and where they stand."""
    refused = {item.index for item in frame.entry.refused}
    for seq, transaction in enumerate(frame.transactions, frame.entry.first_seq):
        if seq - frame.entry.first_seq not in refused and transaction.ops:
            yield seq, frame.incarnation, frame.device_name, transaction


def _reopen(frame: _Frame, concerned_ids: set[str]) -> None:
    refused = {item.index for item in frame.entry.refused}
    transactions, _ = decode_lines(envelope.payload_of(envelope.split(frame.sealed)).lines)
    for index, transaction in enumerate(transactions):
        ops: list[Op] = [op for op in transaction.ops if index in refused or op.id in concerned_ids]
        frame.transactions.append(transaction.only(ops))


def _note(connection: Connection, frame: _Frame, heads: _Heads, taken: Taken) -> None:
    """Write a frame down, and strike an own one off what waits."""
    entry, run = frame.entry, connection.exec_driver_sql
    run(
        "INSERT INTO frame (first_seq, count, incarnation, first_device_seq, header_hash, refused, sealed) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (entry.first_seq, entry.count, frame.incarnation, frame.first_device_seq, entry.header_hash,
         encode(entry.refused), frame.sealed),
    )  # fmt: skip
    if not frame.own:
        run("INSERT OR REPLACE INTO writer VALUES (?, ?, ?, ?)", (frame.incarnation, *heads[frame.incarnation][:3]))
        taken.received += entry.count
        return
    first, last = frame.first_device_seq, frame.first_device_seq + entry.count - 1
    for item in entry.refused:
        (line,) = run("SELECT line FROM outbox WHERE device_seq = ?", (first + item.index,)).one()
        seq = entry.first_seq + item.index
        run("INSERT INTO correction (seq, code, detail, line) VALUES (?, ?, ?, ?)", (seq, item.code, item.detail, line))
        taken.refused.append((seq, item.code, item.detail))
    taken.acknowledged += entry.count - len(entry.refused)
    run("DELETE FROM outbox WHERE device_seq BETWEEN ? AND ?", (first, last))
    run("DELETE FROM pending_edit WHERE device_seq BETWEEN ? AND ?", (first, last))
    run("DELETE FROM sealed_batch WHERE first_device_seq = ?", (first,))
