"""What waits to be sent, sealed into frames. A frame is sent again byte for byte until it comes back."""

from __future__ import annotations

import secrets
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection

from ala_desktop.core.ids import NewId
from ala_desktop.fields.spec import Catalog
from ala_desktop.sync import chain, envelope, replica
from ala_desktop.sync.bases import unpack
from ala_desktop.sync.protocol import CODEC, MOST_OPS, MOST_SEEN, Header, decode_line, encode_header, split_lines
from ala_desktop.sync.replica import Me

_MOST_BYTES = 4_000_000
_UNSEALED = "device_seq >= (SELECT coalesce(max(first_device_seq + count), 0) FROM sealed_batch)"


class Sealed(NamedTuple):
    """A frame on its way: its header's hash, how many transactions, its bytes."""

    header_hash: str
    transactions: int
    sealed: bytes


def waiting(connection: Connection) -> int:
    """How many transactions are not acknowledged."""
    return connection.exec_driver_sql("SELECT count(*) FROM outbox").scalar_one()


def in_flight(connection: Connection) -> list[Sealed]:
    """Frames that were sealed and have not come back, oldest first."""
    query = "SELECT header_hash, count, sealed FROM sealed_batch ORDER BY first_device_seq"
    return [Sealed(*row) for row in connection.exec_driver_sql(query)]


def anything_to_seal(connection: Connection) -> bool:
    """Whether something waits that is in no frame yet."""
    return connection.exec_driver_sql(f"SELECT EXISTS (SELECT 1 FROM outbox WHERE {_UNSEALED})").scalar_one() == 1


def seal_next(connection: Connection, catalog: Catalog, new_id: NewId) -> Sealed | None:
    """Seal the next frame of what waits, about MOST_OPS ops; None when nothing (more) can be sealed.

    While the comune's key has not reached this device, transactions that hold values kept to the comune wait.
    """
    me = replica.read(connection)
    if me.hub is None:
        return None
    rows, epochs = _next_lines(connection, me, catalog)
    if not rows:
        return None
    places = replica.seen(connection, me)
    first, lines = rows[0][0], [line for _, line in rows]
    payload = envelope.Payload(secrets.token_hex(32), lines)
    head = chain.device_head(me.head, payload.salt, split_lines(lines))
    joined = payload.joined()
    header = Header(
        hub=me.hub, tenant=me.tenant, device=me.device, device_name=me.device_name, incarnation=me.incarnation,
        batch=new_id(), first=first, count=len(lines), head=head, previous=me.previous,
        size=len(joined), codec=CODEC,
        seen=[(epoch, *places.get(epoch, (0, chain.START))) for epoch in sorted(epochs)],
        edition=catalog.edition,
    )  # fmt: skip
    sealed = envelope.seal(header, joined, Ed25519PrivateKey.from_private_bytes(me.sign_key))
    name = chain.header_hash(encode_header(header))
    connection.exec_driver_sql(
        "INSERT INTO sealed_batch (first_device_seq, count, header_hash, sealed) VALUES (?, ?, ?, ?)",
        (first, len(lines), name, sealed),
    )
    replica.advance(connection, head=head, previous=name)
    return Sealed(name, len(lines), sealed)


def _next_lines(connection: Connection, me: Me, catalog: Catalog) -> tuple[list[tuple[int, bytes]], set[int]]:
    """The next lines with their device_seqs, and the epochs that a frame of them has to pin to places."""
    query = f"SELECT device_seq, ops, line FROM outbox WHERE {_UNSEALED} ORDER BY device_seq LIMIT ?"
    taken: list[tuple[int, bytes]] = []
    epochs = {me.epoch}
    ops = size = 0
    for device_seq, count, line in connection.exec_driver_sql(query, (MOST_OPS,)):
        ops, size = ops + count, size + len(line)
        if taken and (ops > MOST_OPS or size > _MOST_BYTES):
            break
        if not me.comune_key_final and _holds_sealed(line, catalog):
            break
        named = epochs | _epochs(line) if me.epoch > 1 else epochs
        if taken and len(named) > MOST_SEEN:
            break
        epochs = named
        taken.append((device_seq, line))
    return taken, epochs


def _epochs(line: bytes) -> set[int]:
    """The epochs of the places that a transaction names."""
    ops = decode_line(line)[0].ops
    bases = [op.base for op in ops if op.base is not None]
    return {unpack(place)[0] for place in (*bases, *(seq for op in ops for _, _, seq in op.closes))}


def _holds_sealed(line: bytes, catalog: Catalog) -> bool:
    transaction, _ = decode_line(line)
    return any(catalog[op.kind].sealed & op.put.keys() for op in transaction.ops)
