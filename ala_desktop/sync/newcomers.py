"""Records that begin in a page of the log and that nothing else touches: they need no fold and go straight to rows.

The first copy of a comune's register is made of them alone. What the fold would make of them is the same, and a test
compares the two ways.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable

from sqlalchemy import Connection

from ala_desktop.fields.spec import Catalog
from ala_desktop.sync.protocol import Op, Transaction
from ala_desktop.sync.rows import Creation, Rows


class Newcomers:
    """The newcomers among some transactions, and their rows as they are met."""

    def __init__(
        self, connection: Connection, catalog: Catalog, effective: Iterable[Transaction], everything: Iterable[Op]
    ) -> None:
        """`effective`: transactions that were not refused; `everything`: all ops that matter, those of refused too."""
        times = Counter(op.id for op in everything)
        candidates: dict[str, set[str]] = {}
        for transaction in effective:
            for op in transaction.ops:
                if op.base is None and times[op.id] == 1 and catalog[op.kind].freeze is None:
                    candidates.setdefault(op.kind, set()).add(op.id)
        self._ids: set[str] = set()
        self._met: dict[str, list[Creation]] = {}
        for kind, ids in candidates.items():
            self._ids |= ids - _here(connection, kind, ids)
        self._ids -= _pending(connection)

    def rest(self, transaction: Transaction) -> Transaction | None:
        """The transaction without its newcomers; None when they are all of it."""
        rest = [op for op in transaction.ops if op.id not in self._ids]
        if not rest:
            return None
        return transaction if len(rest) == len(transaction.ops) else transaction._replace(ops=rest)

    def meet(self, transaction: Transaction, seq: int, incarnation: str) -> None:
        """Take the newcomers that begin in this transaction."""
        for op in transaction.ops:
            if op.id in self._ids:
                self._met.setdefault(op.kind, []).append((op, transaction.group, seq, incarnation))

    def insert(self, connection: Connection, rows: Rows) -> list[tuple[str, str]]:
        """Write the rows that were met; returns their (kind, id)."""
        for kind, met in self._met.items():
            rows.begin(connection, kind, met)
        return [(kind, op.id) for kind, met in self._met.items() for op, *_ in met]


def _here(connection: Connection, kind: str, ids: set[str]) -> set[str]:
    query = f"SELECT id FROM {kind} WHERE id IN (SELECT value FROM json_each(?))"
    return {record for (record,) in connection.exec_driver_sql(query, (json.dumps(list(ids)),))}


def _pending(connection: Connection) -> set[str]:
    return set(connection.exec_driver_sql("SELECT DISTINCT record FROM pending_edit").scalars().all())
