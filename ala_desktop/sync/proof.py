"""The log folded anew from the frames that are kept here, and what is not as it should be. `picture`, `healing` use it.

Nothing is written, and the rows are not looked at: the fold stands beside them, to be compared or put in their place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection

from ala_desktop.sync import chain, envelope, replica
from ala_desktop.sync.capture import straight_to_rows
from ala_desktop.sync.envelope import Frame
from ala_desktop.sync.fold import Origin, fold
from ala_desktop.sync.protocol import Entry, Malformed, Refused, Transaction, decode_line
from ala_desktop.sync.rows import Rows
from ala_desktop.sync.state import PENDING, State


class Discrepancy(NamedTuple):
    """Something that is not as the log says.

    A record (kind and id), a frame (kind `frame`, its first seq), what waits to be sent (kind `outbox` or
    `sealed_batch`, its first device_seq; kind `pending_edit`, the record), what waits to be corrected (kind
    `correction`, its seq), or the end of a device's chain (kind `writer`, its incarnation).
    """

    kind: str
    id: str
    what: str


class End(NamedTuple):
    """Where the chain of an incarnation ends: whose it is, its next device_seq, head, hash of its last header."""

    device: str
    next: int = 1
    head: str = chain.START
    previous: str = ""


class Broken(Exception):
    """A frame that is not what it was."""

    def __init__(self, discrepancy: Discrepancy) -> None:
        super().__init__(discrepancy)
        self.discrepancy = discrepancy


class Proof:
    """The log folded anew, and what was found on the way.

    Attributes:
        state: the fold: of the frames at first, then with what waits.
        found: what is not as it should be.
        ends: where the chain of each incarnation ends; with what is on its way, once that was checked.
        reached: seq and hub's chain after the last frame.
        refused: what the hub refused, by its seq: code, detail, line.
    """

    def __init__(self, connection: Connection, rows: Rows) -> None:
        self._run = connection.exec_driver_sql
        self._me = replica.read(connection)
        self.ends: dict[str, End] = {}
        self.reached = (0, chain.START)
        self.refused: dict[int, tuple[str, str, bytes]] = {}
        self.state = State(rows.catalog)
        self.found: list[Discrepancy] = []

    def _say(self, kind: str, name: object, what: str) -> None:
        self.found.append(Discrepancy(kind, str(name), what))

    def end(self, incarnation: str, device: str) -> End:
        """Where the chain of an incarnation of a device ends."""
        return self.ends.get(incarnation, End(device))

    # --- what came ----------------------------------------------------------------------------------------------------

    def refold(self) -> None:
        """Fold every frame, checking signatures, both chains and the order.

        Raises:
            Broken: a frame that does not fit.
        """
        me = self._me
        keys: dict[str, bytes] = {row[0]: row[1] for row in self._run("SELECT device, sign_key FROM peer")}
        keys[me.device] = Ed25519PrivateKey.from_private_bytes(me.sign_key).public_key().public_bytes_raw()
        next_seq, hub_chain = 1, chain.START
        query = "SELECT first_seq, count, header_hash, refused, incarnation, first_device_seq, sealed FROM frame"
        for first_seq, count, name, refusals, *origin, sealed in self._run(f"{query} ORDER BY first_seq"):
            try:
                entry = Entry(first_seq, count, name, msgspec.json.decode(refusals, type=list[Refused]))
                frame = envelope.split(sealed)
                header = frame.header
                stands = (first_seq, name, count, *origin)
                if stands != (next_seq, frame.hash, header.count, header.incarnation, header.first):
                    raise Malformed("lotto fuori posto")
                envelope.verify(sealed, frame, keys.get(header.device, b""))
                transactions = self._opened(frame)
                self.refused.update(_refused_of(entry, frame))
            except (Malformed, msgspec.DecodeError) as problem:
                raise Broken(Discrepancy("frame", str(first_seq), str(problem))) from problem
            next_seq, hub_chain = first_seq + count, chain.hub_chain(hub_chain, entry)
            for seq, transaction in enumerate(transactions, first_seq):
                if seq not in self.refused:
                    fold(self.state, transaction, Origin(seq, header.incarnation, header.device_name))
        self.reached = (next_seq - 1, hub_chain)
        if self.reached != (me.seq, me.chain):
            self._say("frame", me.seq, "la catena dei lotti non arriva alla posizione registrata")
        for seq, *kept in self._run("SELECT seq, code, detail, line FROM correction"):
            if tuple(kept) != self.refused.get(seq):
                self._say("correction", seq, "il salvataggio da correggere non è quello che la centrale ha rifiutato")

    def _opened(self, frame: Frame) -> list[Transaction]:
        """A frame's transactions, if it goes on from what its device wrote before in this comune."""
        header = frame.header
        end = self.end(header.incarnation, header.device)
        if (header.tenant, header.device) != (self._me.tenant, end.device):
            raise Malformed("il lotto appartiene a un altro registro")
        if (header.first, header.previous) != (end.next, end.previous):
            raise Malformed("il lotto non segue il precedente dello stesso dispositivo")
        transactions = envelope.open_lines(frame, end.head)
        self.ends[header.incarnation] = End(header.device, header.first + header.count, header.head, frame.hash)
        return transactions

    # --- what waits ---------------------------------------------------------------------------------------------------

    def fold_outbox(self) -> None:
        """Fold what waits on top; each number must be there, and the marks from records to their waiting edits."""
        me, marks, due = self._me, _marks(self._run), set[tuple[str, int]]()
        allowed: set[tuple[str, int]] = set()
        expected = set(range(self.end(me.incarnation, me.device).next, me.next_device_seq))
        for device_seq, ops, line in self._run("SELECT device_seq, ops, line FROM outbox ORDER BY device_seq"):
            if device_seq not in expected:
                self._say("outbox", device_seq, "un salvataggio da inviare non ha il suo posto")
            expected.discard(device_seq)
            try:
                transaction, _ = decode_line(line if isinstance(line, bytes) else b"")
            except Malformed as problem:
                self._say("outbox", device_seq, str(problem))
                continue
            if len(transaction.ops) != ops:
                self._say("outbox", device_seq, "un salvataggio da inviare ha un altro numero di schede")
            fold(self.state, transaction, Origin(PENDING + device_seq, me.incarnation, me.device_name))
            own = {(op.id, device_seq) for op in transaction.ops}
            members = (member for op in transaction.ops for member in self.state.children.get(op.id, ()))
            allowed |= own | {(member, device_seq) for member in members}
            if not straight_to_rows(self.state.catalog, ((op.kind, op.base) for op in transaction.ops)):
                due |= own
        for device_seq in sorted(expected):
            self._say("outbox", device_seq, "manca un salvataggio da inviare")
        for record, _ in due - marks:
            folded = self.state.records.get(record)
            self._say(folded.kind if folded else "", record, "manca il segno della modifica da inviare")
        for record, _ in marks - allowed:
            self._say("pending_edit", record, "risulta da inviare una modifica che non c'è")

    def check_batches(self) -> None:
        """Frames on their way hold what waits, and go on from what this device sent before."""
        me = self._me
        key = Ed25519PrivateKey.from_private_bytes(me.sign_key).public_key().public_bytes_raw()
        query = "SELECT first_device_seq, count, header_hash, sealed FROM sealed_batch ORDER BY first_device_seq"
        for first, count, name, sealed in self._run(query).all():
            waiting = "SELECT line FROM outbox WHERE device_seq BETWEEN ? AND ? ORDER BY device_seq"
            lines = self._run(waiting, (first, first + count - 1)).scalars().all()
            try:
                frame = envelope.split(sealed)
                envelope.verify(sealed, frame, key)
                self._opened(frame)
                whole = (frame.hash, frame.header.first, frame.header.incarnation) == (name, first, me.incarnation)
                if not whole or envelope.payload_of(frame).lines != lines:
                    raise Malformed("il lotto in partenza non contiene quanto è da inviare")
            except Malformed as problem:
                self._say("sealed_batch", first, str(problem))
                return

    def check_writers(self) -> None:
        """Chains end where the store says, so that the next frame fits."""
        me = self._me
        rows = self._run("SELECT incarnation, device, head, previous FROM writer").all()
        kept: dict[str, tuple[str, ...]] = {incarnation: tuple(end) for incarnation, *end in rows}
        if me.incarnation in kept:
            self._say("writer", me.incarnation, "la catena di questo PC risulta di un altro")
        kept[me.incarnation] = me.device, me.head, me.previous
        for incarnation in sorted(kept.keys() | self.ends.keys()):
            end = self.end(incarnation, me.device)
            if kept.get(incarnation) != (end.device, end.head, end.previous):
                self._say("writer", incarnation, "la catena del dispositivo non finisce dove risulta")


def _refused_of(entry: Entry, frame: Frame) -> dict[int, tuple[str, str, bytes]]:
    """What the hub refused of a frame, by its seq: code, detail, line."""
    lines = envelope.payload_of(frame).lines if entry.refused else []
    if any(not 0 <= item.index < len(lines) for item in entry.refused):
        raise Malformed("rifiuti di salvataggi che nel lotto non ci sono")
    return {entry.first_seq + item.index: (item.code, item.detail, lines[item.index]) for item in entry.refused}


def _marks(run: Callable[[str], Iterable[Any]]) -> set[tuple[str, int]]:
    """Marks that lead from a record to its waiting edits."""
    return {(record, device_seq) for record, device_seq in run("SELECT record, device_seq FROM pending_edit")}
