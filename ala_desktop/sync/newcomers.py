"""Records that begin in a page of the log and that nothing else touches: they need no fold and go straight to rows.

The first copy of a comune's register is made of them alone. What the fold would make of them is the same, and a test
compares the two ways.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from sqlalchemy import Connection

from ala_desktop.fields.spec import Catalog
from ala_desktop.sync.fold import Origin
from ala_desktop.sync.protocol import Op, Transaction
from ala_desktop.sync.rows import Beginning, Rows
from ala_desktop.sync.standing import Standing
from ala_desktop.sync.storable import Alike, refuse_unstorable_rows

Placed = tuple[int, Standing, Transaction]
"""A transaction in the log: its seq, and how its frame stands there."""


class Newcomers:
    """Some transactions, parted into newcomers and the rest.

    Attributes:
        others: what has to be folded, in order: all ops that do not begin a newcomer.
    """

    def __init__(self, placed: list[Placed], fresh: set[str]) -> None:
        """`fresh`: ids of the newcomers, as `fresh_among` finds them."""
        self.others: list[tuple[Origin, Transaction]] = []
        self._met: dict[Alike, list[Beginning]] = defaultdict(list)
        for seq, standing, transaction in placed:
            group, line = transaction.group, standing.line
            rest: list[Op] = []
            for op in transaction.ops:
                record = op.id
                if record in fresh:
                    put = op.put
                    self._met[op.kind, tuple(put)].append((record, group, seq, line, *put.values()))
                else:
                    rest.append(op)
            if rest:
                self.others.append((standing.origin(seq), transaction.only(rest)))

    def refuse_unstorable(self, catalog: Catalog) -> None:
        """As `storable.refuse_unstorable`, of the newcomers."""
        for alike, rows in self._met.items():
            refuse_unstorable_rows(catalog, alike, [row[4:] for row in rows])

    def insert(self, connection: Connection, rows: Rows) -> list[tuple[str, str]]:
        """Write the newcomers' rows; returns their (kind, id)."""
        for (kind, names), met in self._met.items():
            rows.begin(connection, kind, names, met)
        return [(kind, record) for (kind, _), met in self._met.items() for record, *_ in met]


def fresh_among(connection: Connection, rows: Rows, ops: list[Op], touched: Iterable[str]) -> set[str]:
    """Ids of the records that one op begins and no other op puts on, of a kind that nothing freezes, not here yet.

    An id that stands here under another kind is no newcomer's either.

    `touched`: ids of records that are none in any case.
    """
    free = {kind for kind, spec in rows.catalog.items() if spec.freeze is None}
    begun = {op.id: op.kind for op in ops if op.base is None and op.kind in free}
    again = set(touched)
    if len(begun) < len(ops):
        again.update(record for record, times in Counter([op.id for op in ops]).items() if times > 1)
    by_kind: dict[str, list[str]] = {}
    for record, kind in begun.items():
        by_kind.setdefault(kind, []).append(record)
    return begun.keys() - again - rows.present(connection, by_kind)
