"""Taking in a page of the comune's log: checked, folded and stored in one database transaction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from ala_desktop.core.collector import collector_at_rest
from ala_desktop.sync import chain, envelope, notices, replica
from ala_desktop.sync.envelope import Frame
from ala_desktop.sync.ledger import Ledger, Spot
from ala_desktop.sync.newcomers import Newcomers, Placed, fresh_among
from ala_desktop.sync.notices import Enrolment, Graft, Lease
from ala_desktop.sync.protocol import (
    Arrived,
    Entry,
    Header,
    Malformed,
    Op,
    Position,
    Transaction,
    decode_lines,
    encode,
)
from ala_desktop.sync.replica import Me
from ala_desktop.sync.rows import Rows
from ala_desktop.sync.standing import Standing, standing
from ala_desktop.sync.storable import refuse_odd_places, refuse_unstorable
from ala_desktop.sync.stored_ledger import FRAME_INSERT, StoredLedger
from ala_desktop.sync.upcast import upcast
from ala_desktop.sync.workset import Workset, concerned, freezing

_REPEATS = "la centrale ripete un lotto"


class UnknownDevice(LookupError):
    """A frame of a device whose keys are not here yet: ask the hub for the list of devices."""


class UnknownKind(ValueError):
    """A kind of record that this version of the program does not know: it must be updated first."""


class NeedsBytes(LookupError):
    """A frame of this device came as a stub and is not here: a twin of this store sent it. Ask for the whole page."""


@dataclass(slots=True)
class Taken:
    """What a page brought.

    Attributes:
        received: transactions of other devices.
        acknowledged: own transactions that came back and took effect.
        refused: own transactions that came back refused: (seq, code, detail).
        changed: (kind, id) of records whose shown values changed.
        twins: frames of this store's own life that it did not send: another copy of it did.
        copied: whether that showed for the first time.
        beyond: what the page goes on with that this program must be updated for; what came before was taken in.
    """

    received: int = 0
    acknowledged: int = 0
    refused: list[tuple[int, str, str]] = field(default_factory=list)
    changed: list[tuple[str, str]] = field(default_factory=list)
    twins: int = 0
    copied: bool = False
    beyond: str = ""


@dataclass(slots=True)
class _Frame:
    """A frame of the page, opened. `spot` and `standing`: how it stands in the log; `chain`: the hub's after it."""

    entry: Entry
    header: Header
    sealed: bytes
    transactions: list[Transaction]
    spot: Spot
    standing: Standing
    chain: str
    own: bool = False


@collector_at_rest()
def take(connection: Connection, rows: Rows, arrived: list[Arrived], now: str) -> Taken:
    """Take in consecutive entries of the log, right after the position.

    Raises:
        Malformed: an entry is not what it says; nothing was written.
        UnknownDevice: see there. UnknownKind: see there. NeedsBytes: see there.
    """
    page = _Page(connection, rows.catalog.edition)
    for item in arrived:
        try:
            page.add(item)
        except UnknownKind as problem:
            if not page.frames:
                raise
            page.taken.beyond = str(problem)
            break
    me, taken = page.me, page.taken
    work = Workset(connection, rows, me)
    newcomers = _fold(connection, work, rows, page.frames)
    for frame in page.frames:
        _note(connection, frame, page.ledger, taken)
    page.ledger.write()
    now_here = replace(
        me, epoch=page.position.epoch, seq=page.position.seq, chain=page.position.chain, last_exchange=now,
        certificate=page.certificate, series_holder=page.series_holder,
        copied=me.copied or (now if taken.twins else None),
    )  # fmt: skip
    replica.write(connection, me, now_here)
    taken.changed = work.store(now_here) + newcomers.insert(connection, rows)
    taken.copied = me.copied is None and taken.twins > 0
    return taken


class _Page:
    """A page of the log, opened entry by entry."""

    def __init__(self, connection: Connection, edition: int) -> None:
        self._connection, self._edition = connection, edition
        self.me = replica.read(connection)
        self.ledger = StoredLedger(connection)
        self.frames: list[_Frame] = []
        self.position = self.me.position
        self.certificate = self.me.certificate
        self.series_holder = self.me.series_holder
        self.taken = Taken()
        # An own frame comes back as a stub; one that comes back whole is acknowledged just the same.
        query = "SELECT header_hash FROM sealed_batch ORDER BY first_device_seq"
        self._sent = list(connection.exec_driver_sql(query).scalars())

    def add(self, item: Arrived) -> None:
        """Open the next entry.

        Raises:
            UnknownKind: a program of a later edition of the records wrote it; nothing was done.
        """
        frame = envelope.split(item.sealed) if item.sealed is not None else None
        if frame is not None and frame.header.edition > self._edition:
            raise UnknownKind(f"edizione {frame.header.edition}, qui è la {self._edition}")
        if item.entry.first_seq != self.position.seq + 1:
            raise Malformed("manca una parte del registro")
        _refuse_odd_refusals(item.entry)
        before = self.position
        chained = chain.hub_chain(before.chain, item.entry)
        self.position = Position(before.epoch, before.seq + item.entry.count, chained)
        if item.entry.header_hash in self._sent:
            self.frames.append(self._own_frame(item))
        elif frame is not None and item.sealed is not None:
            self.frames.append(self._foreign_frame(item.entry, frame, item.sealed, before))
        elif self.ledger.spot(item.entry.header_hash) is not None:
            raise Malformed(_REPEATS)
        else:
            raise NeedsBytes(item.entry.header_hash)

    def _own_frame(self, item: Arrived) -> _Frame:
        """A frame that is on its way."""
        name = item.entry.header_hash
        if self._sent.pop(0) != name:
            raise Malformed("la centrale conferma i lotti di questo PC in un altro ordine")
        query = "SELECT sealed FROM sealed_batch WHERE header_hash = ?"
        sealed = self._connection.exec_driver_sql(query, (name,)).scalar_one()
        header = envelope.split(sealed).header
        if header.count != item.entry.count:
            raise Malformed("la centrale conferma un lotto diverso da quello inviato")
        spot, placed = self._append(item.entry, header, sealed)
        return _Frame(item.entry, header, sealed, [], spot, placed, self.position.chain, own=True)

    def _foreign_frame(self, entry: Entry, frame: Frame, sealed: bytes, before: Position) -> _Frame:
        """A frame of another device, of the hub, or of a twin of this store."""
        me, header = self.me, frame.header
        if (header.tenant, header.hub) != (me.tenant, me.hub) or frame.hash != entry.header_hash:
            raise Malformed("il lotto appartiene a un altro registro")
        if header.count != entry.count:
            raise Malformed("il lotto non ha il numero di salvataggi dichiarato")
        if header.is_hubs:
            return self._notice(entry, frame, sealed, before)
        envelope.verify(sealed, frame, _public_key(self._connection, me, header.device))
        previous = self.ledger.before(header)
        transactions = envelope.open_lines(frame, previous.head if previous else chain.START)
        spot, placed = self._append(entry, header, sealed)
        if (header.device, header.incarnation) == (me.device, me.incarnation):
            self.taken.twins += 1
        return _Frame(entry, header, sealed, transactions, spot, placed, self.position.chain)

    def _append(self, entry: Entry, header: Header, sealed: bytes) -> tuple[Spot, Standing]:
        spot = self.ledger.append(entry, header, self.position.chain, sealed)
        branched = self.position.epoch > 1
        return spot, standing(self.ledger, spot.line, header.device_name, header.seen, branched=branched)

    def _notice(self, entry: Entry, frame: Frame, sealed: bytes, before: Position) -> _Frame:
        """A frame of the hub's own: it puts on no record."""
        me, header = self.me, frame.header
        envelope.verify(sealed, frame, me.hub_key or b"")
        notice = notices.open_notice(frame)
        spot = self.ledger.append_notice(entry, header.hub, self.position.chain)
        if isinstance(notice, Enrolment) and notice.device == me.device and not self.certificate:
            self.certificate = sealed
        if isinstance(notice, Lease):
            self.series_holder = notice.device
        if isinstance(notice, Graft):
            if notice.epoch == before.epoch:
                raise Malformed("la centrale comincia una seconda volta lo stesso periodo")
            self.ledger.graft(notice.fork, notice.entries)
            if notice.epoch > before.epoch:  # else it was itself lost, and is given back behind the graft of its branch
                replica.note_tip(self._connection, before)
                self.position = Position(notice.epoch, self.position.seq, self.position.chain)
        return _Frame(entry, header, sealed, [], spot, Standing("", ""), self.position.chain)


def _refuse_odd_refusals(entry: Entry) -> None:
    """The hub refuses transactions that are in the frame, each once."""
    indexes = [item.index for item in entry.refused]
    if indexes != sorted({index for index in indexes if 0 <= index < entry.count}):
        raise Malformed("la centrale rifiuta salvataggi che nel lotto non ci sono")


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
            if frame.standing.line != frame.header.incarnation:
                _reopen(frame, None)  # rows have the incarnation for its line
            elif foreign or edited or frame.entry.refused:
                _reopen(frame, foreign | edited)
    for frame in frames:
        frame.transactions = upcast(rows.catalog, frame.transactions)
    placed = [item for frame in frames for item in _placed(frame)]
    ops = [op for *_, transaction in placed for op in transaction.ops]
    if unknown := {op.kind for op in ops} - rows.catalog.keys():
        raise UnknownKind(", ".join(sorted(unknown)))
    refuse_odd_places(ops)
    mine = [transaction for frame in own for transaction in frame.transactions]
    touched = edited | {op.id for transaction in mine for op in transaction.ops}
    newcomers = Newcomers(placed, fresh_among(connection, rows, ops, touched))
    newcomers.refuse_unstorable(rows.catalog)
    others = [rest for _, rest in newcomers.others]
    refuse_unstorable(rows.catalog, others)
    folded = [*others, *mine]
    work.load(concerned(rows.catalog, folded), freezing(rows.catalog, folded))
    for origin, rest in newcomers.others:
        work.fold(rest, origin)
    return newcomers


def _placed(frame: _Frame) -> Iterator[Placed]:
    """The transactions of a frame that were not refused, and where they stand."""
    refused = {item.index for item in frame.entry.refused}
    for seq, transaction in enumerate(frame.transactions, frame.entry.first_seq):
        if seq - frame.entry.first_seq not in refused and transaction.ops:
            yield seq, frame.standing, transaction


def _reopen(frame: _Frame, concerned_ids: set[str] | None) -> None:
    """Take up an own frame's ops again: those on some records and the refused ones, or all of them."""
    refused = {item.index for item in frame.entry.refused}
    transactions, _ = decode_lines(envelope.payload_of(envelope.split(frame.sealed)).lines)
    for index, transaction in enumerate(transactions):
        ops: list[Op] = [
            op for op in transaction.ops if concerned_ids is None or index in refused or op.id in concerned_ids
        ]
        frame.transactions.append(transaction.only(ops))


def _note(connection: Connection, frame: _Frame, ledger: Ledger, taken: Taken) -> None:
    """Write a frame down, and strike an own one off what waits."""
    entry, header, spot, run = frame.entry, frame.header, frame.spot, connection.exec_driver_sql
    row = (
        entry.first_seq, entry.count, header.device, header.incarnation, header.first, entry.header_hash,
        encode(entry.refused), frame.chain, spot.head, spot.line, spot.last, frame.sealed,
    )  # fmt: skip
    try:
        run(FRAME_INSERT, row)
    except IntegrityError as problem:
        raise Malformed(_REPEATS) from problem
    if not frame.own:
        taken.received += 0 if header.is_hubs else entry.count
        return
    first, last = header.first, header.first + entry.count - 1
    refused = ledger.refusals(spot) if entry.refused else []
    for index, seq, item in refused:
        (line,) = run("SELECT line FROM outbox WHERE device_seq = ?", (first + index,)).one()
        run("INSERT INTO correction (seq, code, detail, line) VALUES (?, ?, ?, ?)", (seq, item.code, item.detail, line))
        taken.refused.append((seq, item.code, item.detail))
    taken.acknowledged += entry.count - len(refused)
    run("DELETE FROM outbox WHERE device_seq BETWEEN ? AND ?", (first, last))
    run("DELETE FROM pending_edit WHERE device_seq BETWEEN ? AND ?", (first, last))
    run("DELETE FROM sealed_batch WHERE first_device_seq = ?", (first,))
