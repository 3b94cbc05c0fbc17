"""Putting the store right from the log: the frames are folded anew, and rows, stamps, claims and shadows replaced.

What waits to be sent is kept and folded on top; where it is not whole itself, nothing is touched. Frames that are
damaged here come anew from the hub, which has them all.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection

from ala_desktop.core.collector import collector_at_rest
from ala_desktop.fields.values import Value
from ala_desktop.sync import chain, envelope, picture, replica, stored_snapshot
from ala_desktop.sync.capture import straight_to_rows
from ala_desktop.sync.checkup import Cell, Healed
from ala_desktop.sync.envelope import Frame
from ala_desktop.sync.ledger import Ledger
from ala_desktop.sync.proof import Broken, Discrepancy, End, Proof
from ala_desktop.sync.protocol import Arrived, Entry, Malformed, Refused, Transaction, decode_lines, encode
from ala_desktop.sync.replica import Me
from ala_desktop.sync.rows import Rows
from ala_desktop.sync.stored_ledger import FRAME_INSERT, write_lines
from ala_desktop.sync.upcast import upcast
from ala_desktop.sync.workset import Workset

_OTHER_LOG = "il registro della centrale non è quello di questo PC"
_FOLDED = ("stamp", "claim", "shadow", "pending_edit", "sealed_value")


class NeedsLog(Exception):
    """Frames are damaged or missing here, or do not lead to where this device stands: fetch the log again."""


class Unhealable(Exception):
    """What cannot be put right from the log; nothing may be kept of the attempt.

    Attributes:
        left: what is not as it should be.
    """

    def __init__(self, left: list[Discrepancy]) -> None:
        super().__init__(len(left))
        self.left = left


@collector_at_rest()
def heal(connection: Connection, rows: Rows, at: str) -> Healed | None:
    """Put right what is not as the log says, on a connection that writes for the fold; None when all is well.

    Raises:
        NeedsLog, Unhealable: see there; whoever holds the connection rolls back.
    """
    faults = picture.verify(connection, rows)
    return _heal(connection, rows, faults, at, fetched=False) if faults else None


@collector_at_rest()
def heal_with(connection: Connection, rows: Rows, log: Sequence[Arrived], at: str) -> Healed:
    """As `heal`, after the frames kept here were replaced by those that the hub holds, from the first one.

    Raises:
        Malformed: the hub's log is not the one that this device has followed. Unhealable: see there.
    """
    faults = picture.verify(connection, rows)
    _replace_frames(connection, log)
    return _heal(connection, rows, faults, at, fetched=True)


def _heal(connection: Connection, rows: Rows, faults: list[Discrepancy], at: str, *, fetched: bool) -> Healed:
    proof = Proof(connection, rows)
    try:
        proof.refold()
    except Broken as broken:
        raise (Unhealable([broken.discrepancy]) if fetched else NeedsLog) from broken
    me = replica.read(connection)
    if (proof.reached.seq, proof.reached.chain) != (me.seq, me.chain):
        raise NeedsLog
    replica.advance(connection, epoch=proof.reached.epoch)
    replace_ledger(connection, proof.ledger)
    _mend_outbox(connection, proof)
    _mend_corrections(connection, proof)
    before = shown(connection, rows)
    replace_fold(connection, rows, proof)
    _mend_chains(connection, rows)
    left = picture.verify(connection, rows)
    if left:
        raise Unhealable(left)
    return Healed(at, me.seq, faults, changes(before, shown(connection, rows)), fetched)


@collector_at_rest()
def refold(connection: Connection, rows: Rows) -> bool:
    """Write the fold of the log anew, as this edition of the records reads it; False where the log needs healing first.

    On a connection that writes for the fold, in a store that was as the log said under the edition before.
    """
    proof = Proof(connection, rows)
    try:
        proof.refold()
    except Broken:
        return False
    me = replica.read(connection)
    if (proof.reached.seq, proof.reached.chain) != (me.seq, me.chain):
        return False
    replace_fold(connection, rows, proof)
    return True


_Shown = dict[str, dict[str, dict[str, Value]]]


def shown(connection: Connection, rows: Rows) -> _Shown:
    """Values of every record by kind and id, in the log's form; without the kinds of which a row cannot be read."""
    found: _Shown = {}
    for kind in rows.catalog:
        with suppress(ValueError, TypeError):
            found[kind] = {record: stored.values for record, stored in list(rows.every(connection, kind))}
    return found


def changes(before: _Shown, after: _Shown) -> list[Cell]:
    """What changed on the screens, of the kinds that could be read."""
    return [
        Cell(kind, record, name, was.get(name), now.get(name))
        for kind in sorted(before.keys() & after.keys())
        for record in sorted(before[kind].keys() | after[kind].keys())
        for was, now in [(before[kind].get(record, {}), after[kind].get(record, {}))]
        for name in sorted(was.keys() | now.keys())
        if was.get(name) != now.get(name)
    ]


# --- what waits -------------------------------------------------------------------------------------------------------


def _mend_outbox(connection: Connection, proof: Proof) -> None:
    """What is on its way stands in its frame too, signed; a frame that is none is sealed again from its lines."""
    run = connection.exec_driver_sql
    me = replica.read(connection)
    end = proof.end
    for key, sealed in run("SELECT first_device_seq, sealed FROM sealed_batch ORDER BY first_device_seq").all():
        frame = _own(me, sealed, end)
        if frame is None:
            run("DELETE FROM sealed_batch WHERE first_device_seq >= ?", (key,))
            break
        lines = envelope.payload_of(frame).lines
        run("DELETE FROM sealed_batch WHERE first_device_seq = ?", (key,))
        run("INSERT OR REPLACE INTO sealed_batch VALUES (?, ?, ?, ?)", (end.next, len(lines), frame.hash, sealed))
        run("DELETE FROM outbox WHERE device_seq BETWEEN ? AND ?", (end.next, end.next + len(lines) - 1))
        numbered = [(number, ops, line) for number, (line, ops) in enumerate(_counted(lines), end.next)]
        run("INSERT INTO outbox (device_seq, ops, line) VALUES (?, ?, ?)", numbered)
        end = End(end.next + len(lines), frame.header.head, frame.hash)
    _mend_numbers(connection, proof.end.next)


def _own(me: Me, sealed: bytes, end: End) -> Frame | None:
    """The frame of this device in `sealed`, if it is whole and goes on from `end`."""
    key = Ed25519PrivateKey.from_private_bytes(me.sign_key).public_key().public_bytes_raw()
    with suppress(Malformed):
        frame = envelope.split(sealed)
        header = frame.header
        envelope.verify(sealed, frame, key)
        envelope.open_lines(frame, end.head)
        if (header.incarnation, header.first, header.previous) == (me.incarnation, end.next, end.previous):
            return frame
    return None


def _mend_numbers(connection: Connection, first: int) -> None:
    """How many ops each waiting line has, and the number that the next one gets: what the lines themselves say."""
    run = connection.exec_driver_sql
    waiting = run("SELECT device_seq, CAST(line AS BLOB) FROM outbox ORDER BY device_seq").all()
    with suppress(Malformed):
        for (number, _), (_, ops) in zip(waiting, _counted([line for _, line in waiting]), strict=True):
            run("UPDATE outbox SET ops = ? WHERE device_seq = ? AND ops <> ?", (ops, number, ops))
    numbers = [number for number, _ in waiting]
    whole = numbers == list(range(first, first + len(numbers)))
    if whole and first + len(numbers) > replica.read(connection).next_device_seq:
        replica.advance(connection, next_device_seq=first + len(numbers))


def _counted(lines: list[bytes]) -> list[tuple[bytes, int]]:
    """Lines with how many ops each has."""
    transactions, _ = decode_lines(lines) if lines else ([], [])
    return [(line, len(transaction.ops)) for line, transaction in zip(lines, transactions, strict=True)]


def _mend_corrections(connection: Connection, proof: Proof) -> None:
    """What was refused stands in its frame, with the hub's reason."""
    run = connection.exec_driver_sql
    kept = set(run("SELECT seq FROM correction").scalars())
    for seq, refusal in proof.refused.items():
        if seq in kept:
            run("UPDATE correction SET code = ?, detail = ?, line = ? WHERE seq = ?", (*refusal, seq))
        else:
            run(
                "UPDATE correction SET seq = ? WHERE code = ? AND detail = ? AND line = ? AND seq NOT IN "
                f"({', '.join(map(str, proof.refused)) or 'NULL'})",
                (seq, *refusal),
            )


def _mend_chains(connection: Connection, rows: Rows) -> None:
    """Where the chain of this store ends, so that the next frame fits."""
    proof = Proof(connection, rows)
    proof.refold()
    proof.check_batches()
    replica.advance(connection, head=proof.end.head, previous=proof.end.previous)


def replace_ledger(connection: Connection, ledger: Ledger) -> None:
    """Write what follows from the frames: how each stands, the lines, the links."""
    run = connection.exec_driver_sql
    run("DELETE FROM line")
    run("DELETE FROM link")
    write_lines(run, ledger)
    stands = [
        (spot.device, spot.incarnation, spot.next - spot.entry.count, spot.head, spot.line, spot.last,
         ledger.chain_at(spot.entry.first_seq + spot.entry.count - 1), spot.entry.first_seq)
        for spot in ledger.spots.values()
    ]  # fmt: skip
    if stands:
        run(
            "UPDATE frame SET device = ?, incarnation = ?, first_device_seq = ?, head = ?, line = ?, last = ?, "
            "chain = ? WHERE first_seq = ?",
            stands,
        )


# --- the fold ---------------------------------------------------------------------------------------------------------


def replace_fold(connection: Connection, rows: Rows, proof: Proof) -> None:
    """Take all rows away and write the fold of the log in their place, what waits on top."""
    run = connection.exec_driver_sql
    for table in (*rows.catalog, *_FOLDED):
        run(f"DELETE FROM {table}")
    found = run("SELECT device_seq, CAST(line AS BLOB) FROM outbox ORDER BY device_seq").all()
    try:
        transactions, _ = decode_lines([line for _, line in found]) if found else ([], [])
    except Malformed as problem:
        raise Unhealable([Discrepancy("outbox", "", str(problem))]) from problem
    present = upcast(rows.catalog, transactions)
    waiting = [(number, transaction) for (number, _), transaction in zip(found, present, strict=True)]
    marks = [(op.id, number) for number, transaction in waiting for op in transaction.ops]
    if marks:
        run("INSERT OR IGNORE INTO pending_edit (record, device_seq) VALUES (?, ?)", marks)
    # As if this device had just begun: every stamp is news.
    work = Workset(connection, rows, replace(replica.read(connection), seq=0))
    work.stand_in(proof.state, (record for record, _ in marks))
    work.store()
    _unmark_creations(connection, rows, proof, waiting)


def _unmark_creations(connection: Connection, rows: Rows, proof: Proof, waiting: list[tuple[int, Transaction]]) -> None:
    """A creation that waits is told by its row alone (`capture`)."""
    plain = [
        (op.id, number)
        for number, transaction in waiting
        if straight_to_rows(rows.catalog, ((op.kind, op.base) for op in transaction.ops))
        for op in transaction.ops
        if op.id not in proof.state.records
    ]
    if plain:
        connection.exec_driver_sql("DELETE FROM pending_edit WHERE record = ? AND device_seq = ?", plain)


# --- the log ----------------------------------------------------------------------------------------------------------


def _replace_frames(connection: Connection, log: Sequence[Arrived]) -> None:
    """Keep the hub's frames instead of those here, up to where this device stands.

    Where its position itself is damaged, it stands where the frames ended that were kept here.
    """
    rows = connection.exec_driver_sql("SELECT header_hash, sealed FROM frame")
    kept: dict[str, bytes] = {name: sealed for name, sealed in rows}  # noqa: C416 - rows are no pairs to the checker
    me = replica.read(connection)
    places = {0: chain.START}
    frames: list[tuple[int | str | bytes, ...]] = []
    for entry, sealed in log:
        whole = sealed or kept.get(entry.header_hash, b"")
        frame = envelope.split(whole)
        last = entry.first_seq + entry.count - 1
        before = places.get(entry.first_seq - 1)
        if before is None or (frame.hash, frame.header.count) != (entry.header_hash, entry.count):
            raise Malformed(_OTHER_LOG)
        places[last] = chain.hub_chain(before, entry)
        frames.append(
            (entry.first_seq, entry.count, frame.header.device, frame.header.incarnation, frame.header.first,
             entry.header_hash, encode(entry.refused), places[last], frame.header.head, "", 0, whole)
        )  # fmt: skip
    stands = [place for place in ((me.seq, me.chain), _end_here(connection)) if places.get(place[0]) == place[1]]
    if not stands:
        raise Malformed(_OTHER_LOG)
    seq, reached = max(stands)
    stored_snapshot.forget(connection)
    connection.exec_driver_sql("DELETE FROM frame")
    kept_frames = [frame for (entry, _), frame in zip(log, frames, strict=True) if entry.first_seq <= seq]
    if kept_frames:
        connection.exec_driver_sql(FRAME_INSERT, kept_frames)
    replica.advance(connection, seq=seq, chain=reached)


def _end_here(connection: Connection) -> tuple[int, str]:
    """Seq and chain after the frames that are kept here, as far as they can be read."""
    seq, reached = 0, chain.START
    query = "SELECT first_seq, count, header_hash, refused FROM frame ORDER BY first_seq"
    with suppress(msgspec.DecodeError):
        for first, count, name, refused in connection.exec_driver_sql(query):
            if first != seq + 1:
                break
            entry = Entry(first, count, name, msgspec.json.decode(refused, type=list[Refused]))
            seq, reached = first + count - 1, chain.hub_chain(reached, entry)
    return seq, reached
