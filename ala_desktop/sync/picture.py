"""The whole state at once: its digest, and the proof that the rows are the fold of the log."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b

import msgspec
from sqlalchemy import Connection

from ala_desktop.core.collector import collector_at_rest
from ala_desktop.sync import replica, telling
from ala_desktop.sync.messages import Told
from ala_desktop.sync.proof import Broken, Discrepancy, Proof
from ala_desktop.sync.protocol import encode
from ala_desktop.sync.rows import Rows
from ala_desktop.sync.state import PENDING, Folded, Stamp, State
from ala_desktop.sync.workset import Workset, shown_claims


class Unreadable(Exception):
    """A row or what belongs to it cannot even be read: what it holds is not what this program writes."""


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


@collector_at_rest()
def tell(connection: Connection, rows: Rows) -> Told:
    """A digest of each kind at the acknowledged place (SYNC 26), short enough to go with every exchange.

    It covers more than `digest`: last writers and creations too. Two replicas with equal kinds of record tell the same.

    Raises:
        Unreadable: see there.
    """
    me = replica.read(connection)
    return telling.told_of(_log_layer(connection, rows).state, me.epoch, me.seq)


def _log_layer(connection: Connection, rows: Rows) -> Workset:
    work = Workset(connection, rows, replica.read(connection))
    try:
        work.load_everything()
    except (ValueError, TypeError, msgspec.MsgspecError) as problem:
        raise Unreadable from problem
    return work


@collector_at_rest()
def verify(connection: Connection, rows: Rows) -> list[Discrepancy]:
    """Fold the whole log anew and compare: frames and their signatures, the log's state, and what is shown.

    A broken frame ends it: what came after cannot be told.
    """
    proof = Proof(connection, rows)
    try:
        proof.refold()
    except Broken as broken:
        return [broken.discrepancy]
    found = proof.found
    try:
        work = _log_layer(connection, rows)
    except Unreadable:
        return [*sorted(set(found)), Discrepancy("archivio", "", "una scheda, o un valore discordante, non si legge")]
    found += _differences(proof.state, work.state)
    proof.fold_outbox()
    proof.check_batches()
    proof.check_end()
    found += _unlike_shown(proof.state, work, replica.read(connection).incarnation)
    found += _namesakes(connection, work)
    claims = {claim for folded in proof.state.records.values() for claim in folded.claims.values()}
    for claim in claims ^ set(shown_claims(connection)):
        found.append(Discrepancy(claim.kind, claim.record, f"valori discordanti diversi dal registro: {claim.field}"))
    return sorted(set(found))


def _unlike_shown(expected: State, work: Workset, own: str) -> Iterator[Discrepancy]:
    """Where a row is not what the log and what waits fold to; `own`: this life of the store."""
    for record, folded in expected.records.items():
        if record not in work.before:
            yield Discrepancy(folded.kind, record, "la scheda manca")
    for record, (kind, stored) in work.before.items():
        folded = expected.records.get(record)
        if folded is None:
            yield Discrepancy(kind, record, "la scheda non risulta nel registro")
            continue
        if folded.values != stored.values:
            names = folded.values.keys() | stored.values.keys()
            fields = sorted(name for name in names if folded.values.get(name) != stored.values.get(name))
            yield Discrepancy(kind, record, f"la scheda è diversa dal registro: {', '.join(fields)}")
        waits = record not in work.state.records and folded.created.seq >= PENDING
        origin = (folded.group, PENDING - folded.created.seq, own)
        if waits and origin != (stored.group, stored.created_seq, stored.created_by):
            yield Discrepancy(kind, record, "la scheda risulta di un altro salvataggio")


def _namesakes(connection: Connection, work: Workset) -> Iterator[Discrepancy]:
    """Rows under an id that a record of another kind has: the log knows only that one."""
    for kind in work.state.catalog:
        for record in connection.exec_driver_sql(f"SELECT id FROM {kind}").scalars():
            if record in work.before and work.before[record][0] != kind:
                yield Discrepancy(kind, record, "la scheda ha il codice interno di un'altra")


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
