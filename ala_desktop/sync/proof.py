"""The log folded anew from the frames that are kept here, and what is not as it should be. `picture`, `healing` use it.

Nothing is written, and the rows are not looked at: the fold stands beside them, to be compared or put in their place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from typing import Any, NamedTuple

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection

from ala_desktop.sync import chain, envelope, replica, stored_snapshot
from ala_desktop.sync.capture import straight_to_rows
from ala_desktop.sync.envelope import Frame
from ala_desktop.sync.folding import Folding
from ala_desktop.sync.ledger import Spot
from ala_desktop.sync.protocol import Entry, Malformed, Refused, decode_line, encode
from ala_desktop.sync.rows import Rows
from ala_desktop.sync.standing import Standing, fold_at, view, waiting_line
from ala_desktop.sync.state import PENDING
from ala_desktop.sync.stored_ledger import SPOT, sealed_at, spot_of
from ala_desktop.sync.upcast import upcast


class Discrepancy(NamedTuple):
    """Something that is not as the log says.

    A record (kind and id), a frame (kind `frame`, its first seq), the snapshot before the first frame (kind `snapshot`,
    its seq), what waits to be sent (kind `outbox` or
    `sealed_batch`, its first device_seq; kind `pending_edit`, the record), what waits to be corrected (kind
    `correction`, its seq), the end of this store's chain (kind `writer`, its incarnation), or what is known of the
    log's forks (kinds `line` and `link`).
    """

    kind: str
    id: str
    what: str


class End(NamedTuple):
    """Where the chain of this store ends: its next device_seq, head, hash of its last header."""

    next: int = 1
    head: str = chain.START
    previous: str = ""


class Broken(Exception):
    """A frame that is not what it was."""

    def __init__(self, discrepancy: Discrepancy) -> None:
        super().__init__(discrepancy)
        self.discrepancy = discrepancy


class Proof(Folding):
    """The log folded anew, from its beginning or the snapshot that is kept of it, and what was found on the way.

    Attributes:
        state: the fold: of the frames at first, then with what waits.
        found: what is not as it should be.
        end: where the chain of this store ends; with what is on its way, once that was checked.
        refused: what the hub refused, by its seq: code, detail, line.
    """

    def __init__(self, connection: Connection, rows: Rows) -> None:
        self._connection = connection
        self._run = connection.exec_driver_sql
        self._me = replica.read(connection)
        super().__init__(rows.catalog, self._me.tenant, partial(sealed_at, self._run))
        self.end = End()
        self.refused: dict[int, tuple[str, str, bytes]] = {}
        self.found: list[Discrepancy] = []

    def _say(self, kind: str, name: object, what: str) -> None:
        self.found.append(Discrepancy(kind, str(name), what))

    # --- what came ----------------------------------------------------------------------------------------------------

    def refold(self) -> None:
        """Fold every frame that has its bytes here, checking signatures, both chains and the order.

        Raises:
            Broken: a frame, or the snapshot before the first one, that does not fit.
        """
        self._begin()
        query = (
            "SELECT first_seq, count, header_hash, refused, sealed, device, incarnation, first_device_seq, chain, "
            "head, line, last FROM frame WHERE first_seq > ? ORDER BY first_seq"
        )
        keys = self._keys()
        for first_seq, count, name, refusals, sealed, *told in self._run(query, (self.reached.seq,)):
            try:
                entry = Entry(first_seq, count, name, msgspec.json.decode(refusals, type=list[Refused]))
                frame = envelope.split(sealed)
                header = frame.header
                envelope.verify(sealed, frame, keys.get(header.device, b""))
                spot = self.take(entry, frame, sealed)
            except (Malformed, msgspec.DecodeError, ValueError) as problem:
                raise Broken(Discrepancy("frame", str(first_seq), str(problem))) from problem
            stands = (header.device, header.incarnation, header.first, self.reached.chain, *spot[4:])
            if tuple(told) != stands:
                self._say("frame", first_seq, "il lotto risulta altrove da dove sta")
        self.end = self._own_end()
        self._check_ledger()
        for seq, *kept in self._run("SELECT seq, code, detail, line FROM correction"):
            if tuple(kept) != self.refused.get(seq):
                self._say("correction", seq, "il salvataggio da correggere non è quello che la centrale ha rifiutato")

    def _keys(self) -> dict[str, bytes]:
        """By device, and for the hub, the keys whose signatures count."""
        me = self._me
        keys: dict[str, bytes] = {row[0]: row[1] for row in self._run("SELECT device, sign_key FROM peer")}
        keys[me.device] = Ed25519PrivateKey.from_private_bytes(me.sign_key).public_key().public_bytes_raw()
        if me.hub and me.hub_key:
            keys[me.hub] = me.hub_key
        return keys

    def take(self, entry: Entry, frame: Frame, sealed: bytes) -> Spot:
        """As `Folding.take`; what the hub refused is kept."""
        spot = super().take(entry, frame, sealed)
        if entry.refused and not frame.header.is_hubs:
            self.refused.update(_refused_of(entry, frame))
        return spot

    def _begin(self) -> None:
        """Take up the snapshot, where the frames begin with one; what is known of the frames before is in it."""
        snapshot = stored_snapshot.kept(self._connection)
        if snapshot is None:
            return
        try:
            self.begin(stored_snapshot.opened(self._connection, self.state.catalog))
        except Malformed as problem:
            raise Broken(Discrepancy("snapshot", str(snapshot.seq), str(problem))) from problem
        rows = self._run(f"SELECT {SPOT}, chain FROM frame WHERE first_seq <= ? ORDER BY first_seq", (snapshot.seq,))
        found = [(spot_of(row[:-1]), row[-1]) for row in rows]
        known = self.ledger
        expected = [
            (spot, known.chain_at(spot.entry.first_seq + spot.entry.count - 1)) for spot in known.spots.values()
        ]
        if found != expected:
            self._say("frame", snapshot.seq, "i lotti non sono quelli della fotografia del registro")

    def _own_end(self) -> End:
        """Where the chain of this store ends in the log: with its last frame, or, of several copies, with what it sent.

        What is on its way follows it, or else what it says itself.
        """
        me = self._me
        own = [name for name, spot in self.ledger.spots.items() if spot.incarnation == me.incarnation]
        name = own[-1] if own else ""
        if me.copied is not None or not own:
            sealed = self._run("SELECT sealed FROM sealed_batch ORDER BY first_device_seq LIMIT 1").scalar()
            sent = me.previous
            if sealed is not None:
                with suppress(Malformed):
                    sent = envelope.split(sealed).header.previous
            name = sent if sent in self.ledger.spots or not sent else name
        spot = self.ledger.spots.get(name)
        return End(spot.next, spot.head, name) if spot else End()

    def _check_ledger(self) -> None:
        """Lines and links are what the frames say, and the log ends where this device says it stands."""
        me = self._me
        if self.reached != me.position:
            self._say("frame", me.seq, "la catena dei lotti non arriva alla posizione registrata")
        lines = {tuple(row) for row in self._run("SELECT name, incarnation, last_seq, parent, parent_seq FROM line")}
        for name, *_ in lines ^ {tuple(line) for line in self.ledger.lines.values()}:
            self._say("line", name, "la catena del dispositivo non finisce dove risulta")
        links = {(after, link.before, encode(link.entry)) for after, link in self.ledger.links.items()}
        for after, *_ in links ^ {tuple(row) for row in self._run("SELECT after, before, entry FROM link")}:
            self._say("link", after, "un tratto del registro che la centrale aveva perduto non è quello che risulta")

    # --- what waits ---------------------------------------------------------------------------------------------------

    def fold_outbox(self) -> None:
        """Fold what waits on top; each number must be there, and the marks from records to their waiting edits."""
        me, marks, due = self._me, _marks(self._run), set[tuple[str, int]]()
        allowed: set[tuple[str, int]] = set()
        expected = set(range(self.end.next, me.next_device_seq))
        placed = self._waiting()
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
            [transaction] = upcast(self.state.catalog, [transaction])
            fold_at(self.state, transaction, placed.origin(PENDING + device_seq))
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

    def _waiting(self) -> Standing:
        """How what waits will stand, as far as the log is here."""
        me = self._me
        if me.epoch == 1 and me.copied is None:
            return Standing(me.incarnation, me.device_name)
        seen = [(epoch, *place) for epoch, place in replica.seen(self._connection, me).items()]
        line, own = waiting_line(self.ledger, me.incarnation, self.end.previous)
        return Standing(line, me.device_name, view(self.ledger, own, seen))

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
                self._go_on(frame)
                whole = (frame.hash, frame.header.first, frame.header.incarnation) == (name, first, me.incarnation)
                if not whole or envelope.payload_of(frame).lines != lines:
                    raise Malformed("il lotto in partenza non contiene quanto è da inviare")
            except Malformed as problem:
                self._say("sealed_batch", first, str(problem))
                return

    def _go_on(self, frame: Frame) -> None:
        """A frame on its way, after the one before it."""
        header, end = frame.header, self.end
        if (header.tenant, header.device) != (self._me.tenant, self._me.device):
            raise Malformed("il lotto appartiene a un altro registro")
        if (header.first, header.previous) != (end.next, end.previous):
            raise Malformed("il lotto non segue il precedente dello stesso dispositivo")
        envelope.open_lines(frame, end.head)
        self.end = End(header.first + header.count, header.head, frame.hash)

    def check_end(self) -> None:
        """This store's chain ends where it says, so that its next frame fits."""
        me = self._me
        if (me.head, me.previous) != self.end[1:]:
            self._say("writer", me.incarnation, "la catena del dispositivo non finisce dove risulta")


def _refused_of(entry: Entry, frame: Frame) -> dict[int, tuple[str, str, bytes]]:
    """What the hub refused of a frame, by its seq: code, detail, line."""
    lines = envelope.payload_of(frame).lines if entry.refused else []
    if any(not 0 <= item.index < len(lines) for item in entry.refused):
        raise Malformed("rifiuti di salvataggi che nel lotto non ci sono")
    return {entry.first_seq + item.index: (item.code, item.detail, lines[item.index]) for item in entry.refused}


def _marks(run: Callable[[str], Iterable[Any]]) -> set[tuple[str, int]]:
    """Marks that lead from a record to its waiting edits."""
    return {(record, device_seq) for record, device_seq in run("SELECT record, device_seq FROM pending_edit")}
