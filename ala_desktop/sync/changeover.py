"""From a side branch to the hub's trunk: the log after their join is replaced, with its fold, in one transaction.

What waits to be sent stays as it is. The place that is left is kept as the last one of its epoch: what was written
there names it still (ADR 14).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import Connection

from ala_desktop.core.collector import collector_at_rest
from ala_desktop.sync import chain, envelope, healing, picture, replica, stored_snapshot
from ala_desktop.sync.intake import UnknownKind
from ala_desktop.sync.ledger import Ledger
from ala_desktop.sync.proof import Broken, Proof
from ala_desktop.sync.protocol import Arrived, Malformed, Position, encode
from ala_desktop.sync.replica import Me
from ala_desktop.sync.rows import Rows
from ala_desktop.sync.stored_ledger import FRAME_INSERT


class Elsewhere(Exception):
    """The log that was fetched does not know the place that would be left: it was put back meanwhile. Begin again."""


class Fetched(NamedTuple):
    """The trunk after a place that both logs have, to its end; the hub's signature over that, if it gave one."""

    join: Position
    arrived: Sequence[Arrived]
    signature: str


@dataclass(slots=True)
class Changed:
    """What changed with the log; members as in `intake.Taken`."""

    received: int = 0
    acknowledged: int = 0
    refused: list[tuple[int, str, str]] = field(default_factory=list)
    changed: list[tuple[str, str]] = field(default_factory=list)
    copied: bool = False


class _Place(NamedTuple):
    """A transaction by its frame and its place in it: seqs change, this does not."""

    name: str
    number: int


@collector_at_rest()
def change_over(connection: Connection, rows: Rows, fetched: Fetched, now: str) -> Changed:
    """Follow the trunk from the join on.

    Raises:
        Elsewhere, UnknownKind: see there. Malformed: the log is not what it says. Nothing may be kept of the attempt.
    """
    me = replica.read(connection)
    if fetched.join.seq > me.seq:
        raise Elsewhere
    before, done = healing.shown(connection, rows), Changed()
    corrections = _corrections(connection)
    ours = set(connection.exec_driver_sql("SELECT header_hash FROM frame").scalars())
    reached = _replace_frames(connection, fetched, done, ours, me)
    replica.note_tip(connection, me.position)
    replica.advance(connection, seq=reached.seq, chain=reached.chain, signature=fetched.signature, last_exchange=now)
    if done.copied:
        done.copied = me.copied is None
        replica.advance(connection, copied=me.copied or now)
    proof = _refolded(connection, rows)
    if not proof.ledger.knows(me.seq, me.chain):
        raise Elsewhere
    replica.advance(connection, epoch=proof.reached.epoch)
    healing.replace_ledger(connection, proof.ledger)
    _rename_corrections(connection, corrections, proof.ledger)
    _strike_off(connection, proof.ledger, done)
    healing.replace_fold(connection, rows, proof)
    if picture.verify(connection, rows):
        raise Malformed("il registro della centrale non corrisponde alle sue schede")
    done.changed = sorted({(cell.kind, cell.id) for cell in healing.changes(before, healing.shown(connection, rows))})
    return done


def _refolded(connection: Connection, rows: Rows) -> Proof:
    proof = Proof(connection, rows)
    try:
        proof.refold()
    except Broken as broken:
        raise Malformed(broken.discrepancy.what) from broken
    unknown = {folded.kind for folded in proof.state.records.values()} - rows.catalog.keys()
    if unknown:
        raise UnknownKind(", ".join(sorted(unknown)))
    return proof


def _replace_frames(connection: Connection, fetched: Fetched, done: Changed, ours: set[str], me: Me) -> Position:
    """Frames of the trunk instead of those after the join; returns where the log ends now."""
    run = connection.exec_driver_sql
    sent = set(run("SELECT header_hash FROM sealed_batch").scalars())
    run("DELETE FROM frame WHERE first_seq > ?", (fetched.join.seq,))
    if fetched.join.seq < stored_snapshot.horizon(connection):
        stored_snapshot.forget(connection)
    place, frames = fetched.join, list[tuple[int | str | bytes, ...]]()
    for entry, sealed in fetched.arrived:
        if entry.first_seq != place.seq + 1 or sealed is None:
            raise Malformed("manca una parte del registro")
        frame = envelope.split(sealed)
        header = frame.header
        if frame.hash != entry.header_hash or header.count != entry.count:
            raise Malformed("il lotto appartiene a un altro registro")
        place = Position(place.epoch, place.seq + entry.count, chain.hub_chain(place.chain, entry))
        frames.append(
            (entry.first_seq, entry.count, header.device, header.incarnation, header.first, entry.header_hash,
             encode(entry.refused), place.chain, header.head, "", 0, sealed)
        )  # fmt: skip
        if frame.hash not in ours | sent and not header.is_hubs:
            done.received += entry.count
            done.copied = done.copied or (header.device, header.incarnation) == (me.device, me.incarnation)
    if frames:
        run(FRAME_INSERT, frames)
    return place


def _corrections(connection: Connection) -> dict[int, _Place]:
    """By seq, which transactions wait to be corrected."""
    query = (
        "SELECT seq, header_hash, seq - first_seq FROM correction "
        "JOIN frame ON first_seq <= seq AND seq < first_seq + count"
    )
    return {seq: _Place(name, index) for seq, name, index in connection.exec_driver_sql(query)}


def _rename_corrections(connection: Connection, was: dict[int, _Place], ledger: Ledger) -> None:
    """What waits to be corrected stands elsewhere now. Through negative numbers: old and new ones may be the same."""
    run = connection.exec_driver_sql
    places = [(-ledger.spots[place.name].first_place(place.number), seq) for seq, place in was.items()]
    if places:
        run("UPDATE correction SET seq = ? WHERE seq = ?", places)
        run("UPDATE correction SET seq = -seq WHERE seq < 0")


def _strike_off(connection: Connection, ledger: Ledger, done: Changed) -> None:
    """Own frames that were on their way and stand on the trunk are acknowledged."""
    run = connection.exec_driver_sql
    for first, count, name in run("SELECT first_device_seq, count, header_hash FROM sealed_batch").all():
        spot = ledger.spot(name)
        if spot is None:
            continue
        refused = ledger.refusals(spot)
        for index, seq, item in refused:
            line = run("SELECT line FROM outbox WHERE device_seq = ?", (first + index,)).scalar_one()
            run("INSERT INTO correction (seq, code, detail, line) VALUES (?, ?, ?, ?)",
                (seq, item.code, item.detail, line))  # fmt: skip
            done.refused.append((seq, item.code, item.detail))
        done.acknowledged += count - len(refused)
        run("DELETE FROM outbox WHERE device_seq BETWEEN ? AND ?", (first, first + count - 1))
        run("DELETE FROM sealed_batch WHERE header_hash = ?", (name,))
