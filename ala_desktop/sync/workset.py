"""The part of the state that some transactions concern: loaded from the store, folded in memory, written back.

Shown = fold(log), then what waits to be sent, by the same function (SYNC 19). Rows hold what is shown; `shadow`
holds the log's value of the cells that differ.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection

from ala_desktop.fields.spec import Catalog
from ala_desktop.sync.fold import Origin, freezes, written
from ala_desktop.sync.protocol import Transaction, decode_lines, decode_value, encode
from ala_desktop.sync.replica import Me
from ala_desktop.sync.rows import Rows, Stored
from ala_desktop.sync.standing import fold_at
from ala_desktop.sync.state import NOBODY, PENDING, Claim, Folded, Stamp, State
from ala_desktop.sync.stored_ledger import of_waiting, own_places
from ala_desktop.sync.upcast import upcast

_IN = "(SELECT value FROM json_each(?))"
_CLAIM_COLUMNS = "record, field, incarnation, shown, kind, seq, value, base, author, device, at, rectification"


class Workset:
    """Records by id, as the log has them (`state`) and as their rows stand (`before`)."""

    def __init__(self, connection: Connection, rows: Rows, me: Me) -> None:
        self._connection = connection
        self._rows = rows
        self._me = me
        self._own: list[tuple[int, int, int]] | None = None
        self._first_waiting = 0
        self.state = State(rows.catalog)
        self.before: dict[str, tuple[str, Stored]] = {}
        self._wanted: set[str] = set()
        self._claimed: set[str] = set()
        self._shadowed: set[str] = set()
        self._marked: set[str] = set()

    def load(self, wanted: Mapping[str, Iterable[str]], freezing: Collection[str] = ()) -> None:
        """Bring records in by kind and id, with what can freeze them; of those in `freezing` the whole family."""
        for kind, ids in wanted.items():
            self._wanted.update(ids)
            self._take(kind, self._rows.fetch(self._connection, kind, ids))
        absent = {kind: [record for record in ids if record not in self.before] for kind, ids in wanted.items()}
        for kind, ids in self._rows.namesakes(self._connection, absent).items():
            self._take(kind, self._rows.fetch(self._connection, kind, ids))
        self._load_families(wanted, freezing)
        self._overlay(list(self.before))

    def load_everything(self) -> None:
        """Bring the whole store in: for the digest and for verification."""
        for kind in self.state.catalog:
            self._take(kind, dict(self._rows.every(self._connection, kind)))
        self._overlay(None)

    def stand_in(self, state: State, waiting: Iterable[str]) -> None:
        """Take the fold of the whole log in the place of rows that were taken away; `store` writes all of it.

        `waiting`: ids of the records that waiting transactions put on; all of them are marked as pending edits.
        """
        self.state = state
        self._wanted.update(state.records, waiting)

    def _load_families(self, wanted: Mapping[str, Iterable[str]], freezing: Collection[str]) -> None:
        parents: dict[str, set[str]] = {}
        for kind in self.state.catalog.family:
            parents.setdefault(kind, set()).update(wanted.get(kind, ()))
        for kind, stored in self.before.values():
            spec = self.state.catalog[kind]
            if spec.freeze and spec.freeze.within:
                parents[spec.freeze.kind].add(str(stored.values.get(spec.freeze.within)))
        for kind, ids in parents.items():
            if not ids:
                continue
            self._take(kind, self._rows.fetch(self._connection, kind, ids - self.before.keys()))
            whole = (ids & set(freezing)) | self._freezing_soon(ids)
            for child in self.state.catalog.family[kind] if whole else ():
                within = self.state.catalog.freezes[child].within
                if within:
                    self._take(child, self._rows.fetch_where(self._connection, child, within, whole))

    def _freezing_soon(self, ids: set[str]) -> set[str]:
        """Those among `ids` that a waiting transaction freezes."""
        marked = f"SELECT device_seq FROM pending_edit WHERE record IN {_IN}"
        lines = self._connection.exec_driver_sql(
            f"SELECT line FROM outbox WHERE device_seq IN ({marked})", (json.dumps(list(ids)),)
        ).scalars()
        transactions, _ = decode_lines(list(lines))
        return ids & freezing(self.state.catalog, upcast(self.state.catalog, transactions))

    def _take(self, kind: str, fetched: dict[str, Stored]) -> None:
        for record, stored in fetched.items():
            if record in self.before:
                continue
            self.before[record] = (kind, stored)
            created = self._created(stored)
            if created is not None:
                self.state.add(record, Folded(kind, dict(stored.values), stored.group, created))

    def _created(self, stored: Stored) -> Stamp | None:
        """Where the creation stands in the log; None while it waits to be sent."""
        if stored.created_seq is None:
            return NOBODY
        if stored.created_seq > 0:
            return Stamp(stored.created_seq, stored.created_by or "")
        seq = self._own_seq(-stored.created_seq)
        return None if seq is None else Stamp(seq, stored.created_by or "")

    def _own_seq(self, device_seq: int) -> int | None:
        """The place in the log of one of this device's transactions; None before it came back.

        On another line than the first of this life, and where a twin of this store sent it, the row itself says it.
        """
        if self._own is None:
            run = self._connection.exec_driver_sql
            self._own = own_places(run, self._me.incarnation)
            self._first_waiting = run("SELECT coalesce(min(device_seq), ?) FROM outbox", (PENDING,)).scalar_one()
        if device_seq >= self._first_waiting:
            return None
        at = bisect_right(self._own, (device_seq, PENDING, 0)) - 1
        if at < 0:
            return None
        first, count, seq = self._own[at]
        return seq + device_seq - first if device_seq < first + count else None

    def _overlay(self, ids: list[str] | None) -> None:
        """Put the log's own values, last writers and claims on what was loaded; None means on everything."""
        if ids == []:
            return
        where, wanted = ("", ()) if ids is None else (f"WHERE record IN {_IN}", (json.dumps(ids),))
        records, run = self.state.records, self._connection.exec_driver_sql
        for record, field, value in run(f"SELECT record, field, value FROM shadow {where}", wanted).all():
            self._shadowed.add(record)
            if record in records:
                records[record].put(field, decode_value(value))
        for record, field, seq, incarnation in run(f"SELECT * FROM stamp {where}", wanted).all():
            if record in records:
                records[record].stamps[field] = Stamp(seq, incarnation)
        for row in run(f"SELECT {_CLAIM_COLUMNS} FROM claim {where}", wanted).all():
            record, field, incarnation, shown = row[:4]
            self._claimed.add(record)
            if not shown and record in records:
                records[record].claims[field, incarnation] = claim_of(row)

    def fold(self, transaction: Transaction, origin: Origin) -> None:
        """Fold one transaction of the log; its records have been loaded."""
        self._own = None
        fold_at(self.state, transaction, origin)

    def store(self, now: Me | None = None) -> list[tuple[str, str]]:
        """Write everything back; returns (kind, id) of the records whose shown values changed.

        `now`: where this device stands, if that has changed since the records were loaded.
        """
        self._own = None
        pending = self._pending()
        shown, closed = self._with_pending(pending, now or self._me)
        marks = [*self._overtaken(pending), *closed]
        if marks:
            query = "INSERT OR IGNORE INTO pending_edit (record, device_seq) VALUES (?, ?)"
            self._connection.exec_driver_sql(query, marks)
        put_on = {op.id for _, transaction in pending for op in transaction.ops}
        waiting = put_on | {record for record, _ in closed} | self._marked
        changed = self._store_rows(shown)
        self._store_shadows(shown, waiting)
        self._store_stamps()
        self._store_claims(shown, waiting)
        return changed

    def _pending(self) -> list[tuple[int, Transaction]]:
        """Waiting transactions that concern any loaded record, oldest first."""
        ids = json.dumps(list(self._wanted | self.before.keys()))
        query = f"SELECT record, device_seq FROM pending_edit WHERE record IN {_IN}"
        marks = self._connection.exec_driver_sql(query, (ids,)).all()
        self._marked, seqs = {record for record, _ in marks}, {seq for _, seq in marks}
        for _, stored in self.before.values():
            if stored.created_seq is not None and stored.created_seq < 0:
                seqs.add(-stored.created_seq)
        if not seqs:
            return []
        found = self._connection.exec_driver_sql(
            f"SELECT device_seq, line FROM outbox WHERE device_seq IN {_IN} ORDER BY device_seq",
            (json.dumps(list(seqs)),),
        ).all()
        transactions, _ = decode_lines([line for _, line in found])
        present = upcast(self.state.catalog, transactions)
        return [(seq, transaction) for (seq, _), transaction in zip(found, present, strict=True)]

    def _overtaken(self, pending: list[tuple[int, Transaction]]) -> list[tuple[str, int]]:
        """Waiting creations of records that somebody else created first, which are edits now: (record, device_seq)."""
        waiting = {seq for seq, _ in pending}
        return [
            (record, -stored.created_seq)
            for record, (_, stored) in self.before.items()
            if record in self.state.records and stored.created_seq is not None and -stored.created_seq in waiting
        ]

    def _with_pending(self, pending: list[tuple[int, Transaction]], now: Me) -> tuple[State, list[tuple[str, int]]]:
        """The log's state with the waiting transactions on top, and the records that a waiting approval closes in.

        The latter are (record, device_seq): an approval changes members of its family that it does not put on.
        """
        if not pending:
            return self.state, []
        touched = {op.id for _, transaction in pending for op in transaction.ops}
        shown = State(self.state.catalog)
        for record, folded in self.state.records.items():
            # Freezing changes more of a family than the ops name; every other record changes by an op of its own.
            mutable = record in touched or folded.kind in shown.catalog.freezes
            shown.add(record, folded.copy() if mutable else folded)
        here = self._wanted | self.before.keys()
        closed: list[tuple[str, int]] = []
        standing = of_waiting(self._connection, now)
        for device_seq, transaction in pending:
            ours = [op for op in transaction.ops if op.id in here]
            parents = [op.id for op in ours if op.kind in shown.catalog.family and not shown.is_frozen(op.id)]
            fold_at(shown, transaction.only(ours), standing.origin(PENDING + device_seq))
            for parent in parents:
                if shown.is_frozen(parent):
                    closed += [(child, device_seq) for child in shown.children.get(parent, ())]
        return shown, closed

    def _store_rows(self, shown: State) -> list[tuple[str, str]]:
        fresh: dict[str, list[tuple[str, Stored]]] = {}
        edited: dict[str, list[tuple[str, Stored]]] = {}
        for record, folded in shown.records.items():
            was, now = self.before.get(record), self._stored(record, folded)
            if was is None:
                fresh.setdefault(folded.kind, []).append((record, now))
            elif was[1].values != now.values or not self._same_origin(was[1], now):
                edited.setdefault(folded.kind, []).append((record, now))
        gone = [(kind, record) for record, (kind, _) in self.before.items() if record not in shown.records]
        for kind, rows in fresh.items():
            self._rows.insert(self._connection, kind, rows)
        # A frozen family is written children first, so that the freezing row comes last.
        for kind, rows in sorted(edited.items(), key=lambda item: item[0] in self.state.catalog.family):
            self._rows.update(self._connection, kind, rows)
        for kind, record in gone:
            self._rows.delete(self._connection, kind, [record])
        written = [(kind, record) for part in (fresh, edited) for kind, rows in part.items() for record, _ in rows]
        return written + gone

    def _same_origin(self, was: Stored, now: Stored) -> bool:
        """Whether two rows tell the same of their creation; an own one may be told by its device_seq or its seq."""
        if (was.created_seq, was.created_by) == (now.created_seq, now.created_by):
            return True
        told_by_device_seq = was.created_seq is not None and was.created_seq < 0
        return told_by_device_seq and self._created(was) == Stamp(now.created_seq or 0, now.created_by or "")

    def _stored(self, record: str, shown: Folded) -> Stored:
        """A row: what is shown, and what the log says of the creation, unless that waits."""
        logged = self.state.records.get(record)
        if logged is not None:
            seq, by = logged.created
            return Stored(shown.values, logged.group, seq or None, by or None)
        if shown.created.seq >= PENDING:
            return Stored(shown.values, shown.group, PENDING - shown.created.seq, self._me.incarnation)
        # A waiting edit of a record that the log does not have: its creation was refused.
        first = min(stamp.seq for stamp in shown.stamps.values())
        return Stored(shown.values, shown.group, PENDING - first, None)

    def _store_shadows(self, shown: State, waiting: set[str]) -> None:
        if self._shadowed:
            query = f"DELETE FROM shadow WHERE record IN {_IN}"
            self._connection.exec_driver_sql(query, (json.dumps(list(self._shadowed)),))
        cells: list[tuple[str, str, bytes]] = []
        for record in waiting & self.state.records.keys():
            logged, seen = self.state.records[record].values, shown.records[record].values
            for field in logged.keys() | seen.keys():
                if logged.get(field) != seen.get(field):
                    cells.append((record, field, encode(logged.get(field))))
        if cells:
            self._connection.exec_driver_sql("INSERT INTO shadow (record, field, value) VALUES (?, ?, ?)", cells)

    def _store_stamps(self) -> None:
        fresh = [
            (record, field, stamp.seq, stamp.incarnation)
            for record, folded in self.state.records.items()
            for field, stamp in folded.stamps.items()
            if stamp.seq > self._me.seq
        ]
        if fresh:
            self._connection.exec_driver_sql("INSERT OR REPLACE INTO stamp VALUES (?, ?, ?, ?)", fresh)

    def _store_claims(self, shown: State, waiting: set[str]) -> None:
        if self._claimed:
            query = f"DELETE FROM claim WHERE record IN {_IN}"
            self._connection.exec_driver_sql(query, (json.dumps(list(self._claimed)),))
        rows = [_claim_row(claim, 0) for folded in self.state.records.values() for claim in folded.claims.values()]
        for record in waiting & shown.records.keys():
            rows += [_claim_row(claim, 1) for claim in shown.records[record].claims.values()]
        if rows:
            marks = ", ".join("?" * 12)
            self._connection.exec_driver_sql(f"INSERT INTO claim ({_CLAIM_COLUMNS}) VALUES ({marks})", rows)


def _claim_row(claim: Claim, shown: int) -> tuple[str | int | bytes, ...]:
    return (
        claim.record, claim.field, claim.incarnation, shown, claim.kind, claim.seq, encode(claim.value),
        encode(claim.base), claim.author, claim.device, claim.at, int(claim.rectification),
    )  # fmt: skip


def claim_of(row: Iterable[Any]) -> Claim:
    """A claim from its row, in the order of `_CLAIM_COLUMNS`."""
    record, field, incarnation, _, kind, seq, value, base, author, device, at, late = row
    return Claim(
        kind, record, field, incarnation, seq, decode_value(value), decode_value(base), author, device, at, bool(late),
    )  # fmt: skip


def shown_claims(connection: Connection) -> list[Claim]:
    """Every claim as it stands with what waits to be sent, by record and field."""
    query = (
        f"SELECT {_CLAIM_COLUMNS} FROM claim WHERE shown = "
        "(SELECT EXISTS (SELECT 1 FROM pending_edit WHERE pending_edit.record = claim.record)) "
        "ORDER BY record, field, incarnation"
    )
    return [claim_of(row) for row in connection.exec_driver_sql(query)]


def freezing(catalog: Catalog, transactions: Iterable[Transaction]) -> set[str]:
    """Ids of the records that transactions freeze."""
    return {op.id for transaction in transactions for op in transaction.ops if freezes(catalog, op)}


def concerned(catalog: Catalog, transactions: Iterable[Transaction]) -> dict[str, set[str]]:
    """Kinds and ids that transactions put on, with the freezing records that members of a family refer to."""
    wanted: dict[str, set[str]] = {}
    for transaction in transactions:
        for op in transaction.ops:
            wanted.setdefault(op.kind, set()).add(op.id)
            freeze = catalog.freezes.get(op.kind)
            if freeze is not None and freeze.within is not None and freeze.within in op.put:
                wanted.setdefault(freeze.kind, set()).add(str(written(op, freeze.within)))
    return wanted
