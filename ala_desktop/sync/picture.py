"""The whole state at once: its digest, and the proof that the rows are the fold of the log."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from typing import NamedTuple

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection

from ala_desktop.core.collector import collector_at_rest
from ala_desktop.sync import chain, envelope, replica
from ala_desktop.sync.capture import straight_to_rows
from ala_desktop.sync.fold import Origin, fold
from ala_desktop.sync.protocol import Entry, Malformed, Refused, decode_line, encode
from ala_desktop.sync.replica import Me
from ala_desktop.sync.rows import Rows
from ala_desktop.sync.state import PENDING, Folded, Stamp, State
from ala_desktop.sync.workset import Workset, shown_claims


class Discrepancy(NamedTuple):
    """Something that is not as the log says.

    A record (kind and id), a frame (kind `frame`, its first seq), what waits to be sent (kind `outbox` or
    `sealed_batch`, its first device_seq), or the end of a device's chain (kind `writer`, its incarnation).
    """

    kind: str
    id: str
    what: str


@collector_at_rest()
def digest(connection: Connection, rows: Rows) -> str:
    """One hash of the acknowledged state: values, origins and parked claims; the same on every replica."""
    state = _log_layer(connection, rows).state
    hashing = blake2b(digest_size=32)
    by_kind: dict[str, list[str]] = {}
    for record, folded in state.records.items():
        by_kind.setdefault(folded.kind, []).append(record)
    for kind in sorted(by_kind):
        for record in sorted(by_kind[kind]):
            folded = state.records[record]
            claims = sorted((c.field, c.incarnation, c.seq, encode(c.value)) for c in folded.claims.values())
            hashing.update(encode((kind, record, folded.values, folded.group, claims)) + b"\n")
    return hashing.hexdigest()


def _log_layer(connection: Connection, rows: Rows) -> Workset:
    work = Workset(connection, rows, replica.read(connection))
    work.load_everything()
    return work


@collector_at_rest()
def verify(connection: Connection, rows: Rows) -> list[Discrepancy]:
    """Fold the whole log anew and compare: frames and their signatures, the log's state, and what is shown.

    A broken frame ends it: what came after cannot be told.
    """
    me = replica.read(connection)
    folding = State(rows.catalog)
    heads: dict[str, tuple[str, str]] = {}
    try:
        found = list(_refold(connection, me, folding, heads))
    except _Broken as broken:
        return [broken.discrepancy]
    work = _log_layer(connection, rows)
    found += _differences(folding, work.state)
    found += _fold_outbox(connection, me, folding)
    found += _wrong_batches(connection, me, heads)
    found += _wrong_writers(connection, me, heads)
    for record, folded in folding.records.items():
        if record not in work.before:
            found.append(Discrepancy(folded.kind, record, "la scheda manca"))
    for record, (kind, stored) in work.before.items():
        expected = folding.records.get(record)
        if expected is None:
            found.append(Discrepancy(kind, record, "la scheda non risulta nel registro"))
        elif expected.values != stored.values:
            fields = sorted(n for n in expected.values.keys() | stored.values.keys()
                            if expected.values.get(n) != stored.values.get(n))  # fmt: skip
            found.append(Discrepancy(kind, record, f"la scheda è diversa dal registro: {', '.join(fields)}"))
    claims = {claim for folded in folding.records.values() for claim in folded.claims.values()}
    for claim in claims ^ set(shown_claims(connection)):
        found.append(Discrepancy(claim.kind, claim.record, f"valori discordanti diversi dal registro: {claim.field}"))
    return sorted(set(found))


class _Broken(Exception):
    """A frame that is not what it was."""

    def __init__(self, discrepancy: Discrepancy) -> None:
        super().__init__(discrepancy)
        self.discrepancy = discrepancy


def _refold(connection: Connection, me: Me, state: State, heads: dict[str, tuple[str, str]]) -> Iterator[Discrepancy]:
    """Fold every frame into `state`, checking signatures, both chains and the order.

    `heads` becomes, by incarnation, the end of its chain and the hash of its last frame's header.

    Raises:
        _Broken: a frame that does not fit.
    """
    keys = {device: key for device, key in connection.exec_driver_sql("SELECT device, sign_key FROM peer")}  # noqa: C416
    keys[me.device] = Ed25519PrivateKey.from_private_bytes(me.sign_key).public_key().public_bytes_raw()
    next_seq, hub_chain = 1, chain.START
    query = "SELECT first_seq, count, header_hash, refused, sealed FROM frame ORDER BY first_seq"
    for first_seq, count, name, refused, sealed in connection.exec_driver_sql(query):
        try:
            entry = Entry(first_seq, count, name, msgspec.json.decode(refused, type=list[Refused]))
            frame = envelope.split(sealed)
            if first_seq != next_seq or frame.hash != name or frame.header.count != count:
                raise Malformed("lotto fuori posto")
            envelope.verify(sealed, frame, keys.get(frame.header.device, b""))
            head, previous = heads.get(frame.header.incarnation, (chain.START, ""))
            if frame.header.previous != previous:
                raise Malformed("il lotto non segue il precedente dello stesso dispositivo")
            transactions = envelope.open_lines(frame, head)
        except (Malformed, msgspec.DecodeError) as problem:
            raise _Broken(Discrepancy("frame", str(first_seq), str(problem))) from problem
        header = frame.header
        heads[header.incarnation] = header.head, name
        next_seq, hub_chain = first_seq + count, chain.hub_chain(hub_chain, entry)
        skipped = {item.index for item in entry.refused}
        for index, transaction in enumerate(transactions):
            if index not in skipped:
                fold(state, transaction, Origin(first_seq + index, header.incarnation, header.device_name))
    if (next_seq - 1, hub_chain) != (me.seq, me.chain):
        yield Discrepancy("frame", str(me.seq), "la catena dei lotti non arriva alla posizione registrata")


def _fold_outbox(connection: Connection, me: Me, state: State) -> Iterator[Discrepancy]:
    """Fold what waits on top of `state`; the marks that lead from a record to its waiting edits must be there."""
    rows = connection.exec_driver_sql("SELECT record, device_seq FROM pending_edit")
    marks: set[tuple[str, int]] = {(record, device_seq) for record, device_seq in rows}
    for device_seq, line in connection.exec_driver_sql("SELECT device_seq, line FROM outbox ORDER BY device_seq"):
        try:
            transaction, _ = decode_line(line)
        except Malformed as problem:
            yield Discrepancy("outbox", str(device_seq), str(problem))
            continue
        fold(state, transaction, Origin(PENDING + device_seq, me.incarnation, me.device_name))
        if not straight_to_rows(state.catalog, ((op.kind, op.base) for op in transaction.ops)):
            for op in transaction.ops:
                if (op.id, device_seq) not in marks:
                    yield Discrepancy(op.kind, op.id, "manca il segno della modifica da inviare")


def _wrong_batches(connection: Connection, me: Me, heads: dict[str, tuple[str, str]]) -> Iterator[Discrepancy]:
    """Frames on their way that do not hold what waits, or do not go on from what this device sent before."""
    query = "SELECT first_device_seq, count, header_hash, sealed FROM sealed_batch ORDER BY first_device_seq"
    for first, count, name, sealed in connection.exec_driver_sql(query).all():
        waiting = "SELECT line FROM outbox WHERE device_seq BETWEEN ? AND ? ORDER BY device_seq"
        lines = connection.exec_driver_sql(waiting, (first, first + count - 1)).scalars().all()
        head, previous = heads.get(me.incarnation, (chain.START, ""))
        try:
            frame = envelope.split(sealed)
            envelope.open_lines(frame, head)
            if frame.hash != name or frame.header.previous != previous or envelope.payload_of(frame).lines != lines:
                raise Malformed("il lotto in partenza non contiene quanto è da inviare")
        except Malformed as problem:
            yield Discrepancy("sealed_batch", str(first), str(problem))
            return
        heads[me.incarnation] = frame.header.head, name


def _wrong_writers(connection: Connection, me: Me, heads: dict[str, tuple[str, str]]) -> Iterator[Discrepancy]:
    """Ends of chains that are not where the store says, so that the next frame would not fit."""
    rows = connection.exec_driver_sql("SELECT incarnation, head, previous FROM writer").all()
    kept: dict[str, tuple[str, str]] = {incarnation: (head, previous) for incarnation, head, previous in rows}
    kept[me.incarnation] = me.head, me.previous
    for incarnation in sorted(kept.keys() | heads.keys()):
        if kept.get(incarnation) != heads.get(incarnation, (chain.START, "")):
            yield Discrepancy("writer", incarnation, "la catena del dispositivo non finisce dove risulta")


def _differences(folded: State, kept: State) -> Iterator[Discrepancy]:
    """Where the log's state in the tables is not what the frames fold to."""
    for record in folded.records.keys() | kept.records.keys():
        one, other = folded.records.get(record), kept.records.get(record)
        if one is None or other is None:
            kind = (one or other or Folded("", {}, None, Stamp(0, ""))).kind
            yield Discrepancy(kind, record, "manca nel registro" if one is None else "manca tra le schede")
            continue
        pairs = {
            "valori": (one.values, other.values), "origine": (one.group, other.group),
            "creazione": (one.created, other.created), "autori": (one.stamps, other.stamps),
            "valori discordanti": (one.claims, other.claims),
        }  # fmt: skip
        for what, (expected, actual) in pairs.items():
            if expected != actual:
                yield Discrepancy(one.kind, record, f"registro e schede non concordano: {what}")
