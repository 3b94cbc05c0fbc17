"""The one way to write: what a service changes becomes an entry of the log and rows, in one database transaction.

One record or ten thousand go through the same encoding; creations, which cannot conflict, go straight to their rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from ala_desktop.fields.spec import Catalog
from ala_desktop.fields.values import Value
from ala_desktop.sync import replica
from ala_desktop.sync.protocol import (
    MOST_OPS,
    MOST_TRANSACTION_BYTES,
    Op,
    Pair,
    Put,
    Transaction,
    encode,
    line_of,
    plain_values,
)
from ala_desktop.sync.replica import Me
from ala_desktop.sync.rows import Rows, Stored
from ala_desktop.sync.workset import Workset, concerned, freezing


class Change(NamedTuple):
    """What a service wants written on one record.

    Attributes:
        kind, id: the record; the id of a new one is minted by the caller.
        put: new values by name, in normal form.
        base: the position at which the record was read into the form; None creates it.
        old: values as they were read; without it, as they are shown now.
        pinned: keep values that do not differ too: a resolution, or the closing of a sitting.
        closes: parked claims that this resolves, each (field, incarnation, seq).
    """

    kind: str
    id: str
    put: Mapping[str, Value]
    base: int | None = None
    old: Mapping[str, Value] | None = None
    pinned: bool = False
    closes: tuple[tuple[str, str, int], ...] = ()


class TooLarge(ValueError):
    """More than one transaction may hold (SYNC 2)."""


class Gone(LookupError):
    """An edit of a record that is no longer there: the hub refused its creation. Arguments: kind, id."""


class Unreadable(RuntimeError):
    """A value kept to the comune would be replaced unread: its key has not reached this device. Arguments: kind, field.

    Writing on it would count as having seen it (SYNC 7).
    """


class Author(NamedTuple):
    """Who saves, and when by the wall clock (UTC)."""

    name: str
    at: str


def save(
    connection: Connection, rows: Rows, transactions: Iterable[Sequence[Change]], author: Author, group: str | None
) -> list[tuple[str, str]]:
    """Write transactions, each atomic in the log; returns (kind, id) of the records whose shown values changed.

    Raises:
        TooLarge: a transaction beyond the limits of the log. Gone, Unreadable: see there.
    """
    me = replica.read(connection)
    writing = _Writing(connection, rows, me, author, group)
    for changes in transactions:
        writing.add(changes)
    return writing.finish()


def straight_to_rows(catalog: Catalog, puts: Iterable[tuple[str, int | None]]) -> bool:
    """Whether a transaction of such puts (kind, base) needs no fold: it creates, and nothing of it can freeze."""
    return all(base is None and catalog[kind].freeze is None for kind, base in puts)


class _Writing:
    """Some transactions on their way into the outbox."""

    def __init__(self, connection: Connection, rows: Rows, me: Me, author: Author, group: str | None) -> None:
        self._connection = connection
        self._rows = rows
        self._me = me
        self._author = author
        self._group = group
        self._next = me.next_device_seq
        self._lines: list[tuple[int, int, bytes]] = []
        self._fresh: dict[str, list[tuple[str, Stored]]] = {}
        self._edited: list[Transaction] = []
        self._marks: list[tuple[str, int]] = []
        self._touched: set[str] = set()
        self._changed: list[tuple[str, str]] = []

    def add(self, changes: Sequence[Change]) -> None:
        """One transaction; an edit that changes nothing is dropped."""
        ids = {change.id for change in changes}
        if self._touched & ids:
            self._flush()
        self._touched |= ids
        plain = straight_to_rows(self._rows.catalog, ((change.kind, change.base) for change in changes))
        ops = [self._creation(change) if plain else self._op(change) for change in changes]
        kept = [op for op in ops if op is not None]
        if not kept:
            return
        line = line_of(self._author.at, self._author.name, self._group, [encode(op) for op in kept])
        if len(kept) > MOST_OPS or len(line) > MOST_TRANSACTION_BYTES:
            raise TooLarge(f"{len(kept)} ops, {len(line)} bytes")
        self._lines.append((self._next, len(kept), line))
        if plain:
            self._note_creations(kept)
        else:
            self._marks += [(op.id, self._next) for op in kept]
            self._edited.append(Transaction(self._author.at, self._author.name, self._group, kept))
        self._next += 1

    def _creation(self, change: Change) -> Op:
        values = self._sealed(change, {name: value for name, value in change.put.items() if value is not None})
        if not values:
            raise ValueError(f"a new {change.kind} without any value")
        return Op(change.kind, change.id, None, Put(values), [])

    def _note_creations(self, ops: list[Op]) -> None:
        for op in ops:
            stored = Stored(plain_values(op), self._group, -self._next, self._me.incarnation)
            self._fresh.setdefault(op.kind, []).append((op.id, stored))

    def _sealed(self, change: Change, put: dict[str, Value]) -> dict[str, Value]:
        spec = self._rows.catalog[change.kind]
        for name in spec.sealed & put.keys():
            if self._rows.key is None:
                raise RuntimeError("a device without a comune key cannot write sealed values")
            put[name] = self._rows.key.seal(change.kind, change.id, name, put[name])
        return put

    def _op(self, change: Change) -> Op | None:
        if change.base is None:
            return self._creation(change)
        stored = self._rows.fetch(self._connection, change.kind, [change.id]).get(change.id)
        if stored is None:
            raise Gone(change.kind, change.id)
        new = self._sealed(change, dict(change.put))
        seen: Mapping[str, Value] = stored.values
        if change.old is not None:
            seen = self._sealed(change, {name: change.old.get(name) for name in change.put})
        pairs: dict[str, Pair] = {
            name: (seen.get(name), value) for name, value in new.items() if change.pinned or seen.get(name) != value
        }
        self._refuse_unreadable(change, stored, pairs)
        return Op(change.kind, change.id, change.base, Put(pairs), list(change.closes)) if pairs else None

    def _refuse_unreadable(self, change: Change, stored: Stored, pairs: Mapping[str, Pair]) -> None:
        spec = self._rows.catalog[change.kind]
        written = spec.sealed & pairs.keys() & stored.values.keys()
        if written and not self._me.comune_key_final:
            closed = written - self._rows.open(spec, change.id, stored.values).keys()
            if closed:
                raise Unreadable(change.kind, min(closed))

    def _without_known(self, kind: str, rows: list[tuple[str, Stored]]) -> list[tuple[str, Stored]]:
        """The creations of records that are not there; those that arrived meanwhile are folded like edits."""
        known = self._rows.known(self._connection, kind, [record for record, _ in rows])
        for record, stored in rows if known else ():
            if record in known:
                op = Op(kind, record, None, Put(stored.values), [])
                self._marks.append((record, -(stored.created_seq or 0)))
                self._edited.append(Transaction(self._author.at, self._author.name, self._group, [op]))
        return [row for row in rows if row[0] not in known]

    def finish(self) -> list[tuple[str, str]]:
        """Write what is left; returns (kind, id) of all records whose shown values changed."""
        self._flush()
        return self._changed

    def _flush(self) -> None:
        """Write the log, then the rows."""
        run = self._connection.exec_driver_sql
        if not self._lines:
            return
        run("INSERT INTO outbox (device_seq, ops, line) VALUES (?, ?, ?)", self._lines)
        replica.advance(self._connection, next_device_seq=self._next)
        for kind, rows in self._fresh.items():
            new = self._without_known(kind, rows)
            self._rows.insert(self._connection, kind, new)
            self._changed += [(kind, record) for record, _ in new]
        if self._edited:
            run("INSERT OR IGNORE INTO pending_edit (record, device_seq) VALUES (?, ?)", self._marks)
            work = Workset(self._connection, self._rows, self._me)
            work.load(concerned(self._rows.catalog, self._edited), freezing(self._rows.catalog, self._edited))
            self._changed += work.store()
        for waiting in (self._lines, self._fresh, self._edited, self._marks, self._touched):
            waiting.clear()
