"""Possible duplicates: a query over the indexes of natural keys, and never a transaction (SYNC 21).

What a person decides about one is written by `duplicate_verdicts`. Records that are linked already count as one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import NamedTuple

from sqlalchemy import Connection

from ala_desktop.fields.spec import DELETED
from ala_desktop.fields.values import Value
from ala_desktop.models.natural_keys import condition, expression
from ala_desktop.rules.duplicates import KINDS, SIGNS, Reason, Sign, called, likeness
from ala_desktop.rules.linking import APART, SAME, pair, pair_id
from ala_desktop.services import naming
from ala_desktop.services.desk import Desk
from ala_desktop.services.linked import VERDICT, kept_of

MOST_TWINS = 3
"""Possible twins that a form shows at once."""
_MOST_ALIKE = 60
"""Records with one key that are compared; a key that more records share says nothing of any of them."""
_IN = "(SELECT value FROM json_each(?))"
_DISPUTED = "Collegate, ma qualcuno ha detto che non sono la stessa"

_FIELDS = {
    kind: tuple(dict.fromkeys(name for sign in SIGNS if sign.kind == kind for name in (*sign.fields, *sign.agree)))
    for kind in KINDS
}
"""What `likeness` asks of a record."""

Values = Mapping[str, Value]


class Twin(NamedTuple):
    """A record that may be the one in a form: its id and name, and why, beside which field."""

    id: str
    name: str
    reason: str
    field: str


class Possible(NamedTuple):
    """Two records that may be one: (id, name) of each, the elder first, and why, in Italian."""

    kind: str
    first: tuple[str, str]
    second: tuple[str, str]
    reason: str


class Duplicates:
    """Finds possible duplicates. `of` answers while somebody types; the others belong on a reading thread."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def of(self, kind: str, record: str, values: Values) -> list[Twin]:
        """Records that may be the one with these values, the surest first; `record` is its id, saved or not."""
        if kind not in KINDS:
            return []
        own = set(self._desk.linked.group(record))
        with self._desk.reading() as connection:
            rows = {k: v for k, v in _alike(connection, kind, values).items() if k not in own}
            kept = kept_of(connection, rows)
            said = _verdicts(connection, kind, [(record, kept.get(k, k)) for k in rows])
        found: dict[str, Reason] = {}
        for other, stored in rows.items():
            shown = kept.get(other, other)
            reason = None if shown in own or said.get(pair(record, shown)) == APART else likeness(kind, values, stored)
            if reason:
                found.setdefault(shown, reason)
        ranked = sorted(found, key=lambda other: _rank(kind, found[other]))[:MOST_TWINS]
        names = self._names(kind, ranked)
        return [Twin(other, names[other], *found[other]) for other in ranked if other in names]

    def all(self, kind: str | None = None) -> list[Possible]:
        """Every pair of records that may be one, of a kind or of all, in the order of the kinds and of their ids."""
        found: list[Possible] = []
        for one in KINDS if kind is None else (kind,):
            pairs = self._pairs(one)
            names = self._names(one, {record for ends in pairs for record in ends})
            found += [
                Possible(one, (first, names[first]), (second, names[second]), reason)
                for (first, second), reason in sorted(pairs.items())
                if first in names and second in names
            ]
        return found

    def counts(self) -> dict[str, int]:
        """How many pairs of each kind wait for a decision; kinds without any are left out."""
        counted = {kind: len(self._pairs(kind)) for kind in KINDS}
        return {kind: count for kind, count in counted.items() if count}

    def _pairs(self, kind: str) -> dict[tuple[str, str], str]:
        with self._desk.reading() as connection:
            rows, groups = _shared_keys(connection, kind)
            kept = kept_of(connection, rows)
            found: dict[tuple[str, str], str] = {}
            for one, other in groups:
                ends = pair(kept.get(one, one), kept.get(other, other))
                reason = None if ends[0] == ends[1] or ends in found else likeness(kind, rows[one], rows[other])
                if reason:
                    found[ends] = reason.text
            for ends in _disputed(connection, kind):
                found.setdefault(ends, _DISPUTED)
            said = _verdicts(connection, kind, found)
        return {ends: reason for ends, reason in found.items() if said.get(ends) != APART}

    def _names(self, kind: str, records: Iterable[str]) -> dict[str, str]:
        rows = self._desk.many(kind, records)
        names = naming.names_of(self._desk, kind, [row.values for row in rows])
        return {row.id: name for row, name in zip(rows, names, strict=True)}


def _rank(kind: str, reason: Reason) -> int:
    texts = [sign.reason for sign in SIGNS if sign.kind == kind]
    return texts.index(reason.text) if reason.text in texts else len(texts)


def _chosen(kind: str) -> str:
    return f"SELECT id, {', '.join(_FIELDS[kind])} FROM {kind} WHERE "  # noqa: S608 - names of the catalog


def _read(connection: Connection, kind: str, test: str, asked: tuple[Value, ...]) -> dict[str, Values]:
    rows = connection.exec_driver_sql(_chosen(kind) + test, asked)
    return {record: dict(zip(_FIELDS[kind], cells, strict=True)) for record, *cells in rows}


def _alike(connection: Connection, kind: str, values: Values) -> dict[str, Values]:
    """The living records that share a key with these values, and what they say, by id."""
    found: dict[str, Values] = {}
    for sign in SIGNS:
        key = sign.key(values) if sign.kind == kind else None
        if key is not None:
            test = f"{condition(sign)} AND {expression(sign)} = ? LIMIT {_MOST_ALIKE}"
            found |= _read(connection, kind, test, (key,))
    return found


def _shared_keys(connection: Connection, kind: str) -> tuple[dict[str, Values], Iterator[tuple[str, str]]]:
    """The records that share a key with another, by id, and the pairs to compare."""
    rows: dict[str, Values] = {}
    groups: dict[tuple[str, ...], list[str]] = {}
    for sign in SIGNS:
        if sign.kind == kind:
            met = _sharing(connection, sign)
            rows |= met
            for record, values in met.items():
                names = called(values) if sign.name == "birth" else ()
                groups.setdefault((sign.name, sign.key(values) or record, *names), []).append(record)
    pairs = (ends for group in groups.values() for ends in combinations(sorted(group)[:_MOST_ALIKE], 2))
    return rows, pairs


def _sharing(connection: Connection, sign: Sign) -> dict[str, Values]:
    """The living records whose key by `sign` another one has too; the index alone is read to find the keys."""
    key, living = expression(sign), condition(sign)
    query = f"SELECT {key} FROM {sign.kind} WHERE {living} GROUP BY {key} HAVING count(*) BETWEEN 2 AND {_MOST_ALIKE}"  # noqa: S608
    keys = list(connection.exec_driver_sql(query).scalars())
    return _read(connection, sign.kind, f"{living} AND {key} IN {_IN}", (json.dumps(keys),)) if keys else {}


def _verdicts(connection: Connection, kind: str, ends: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """What was said of these pairs (in any order), by pair in its one order."""
    ids = {pair_id(kind, *each): pair(*each) for each in ends}
    query = f"SELECT id, verdict FROM {VERDICT} WHERE {DELETED} IS NULL AND verdict IS NOT NULL AND id IN {_IN}"  # noqa: S608
    return {ids[record]: verdict for record, verdict in connection.exec_driver_sql(query, (json.dumps(list(ids)),))}


def _disputed(connection: Connection, kind: str) -> Iterator[tuple[str, str]]:
    """Pairs that were linked, and that another verdict keeps apart; between living records."""
    query = (
        f"SELECT first_id, second_id FROM {VERDICT} WHERE {DELETED} IS NULL AND verdict = ? AND record_kind = ? "  # noqa: S608
        f"AND first_id IN (SELECT id FROM {kind} WHERE {DELETED} IS NULL) "
        f"AND second_id IN (SELECT id FROM {kind} WHERE {DELETED} IS NULL)"
    )
    linked = [(str(first), str(second)) for first, second in connection.exec_driver_sql(query, (SAME, kind))]
    kept = kept_of(connection, {end for ends in linked for end in ends})
    for first, second in linked:
        ends = pair(kept.get(first, first), kept.get(second, second))
        if ends[0] != ends[1]:
            yield ends
