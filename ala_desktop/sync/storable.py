"""Whether what a page brings can be kept at all. A desktop asks this of what the hub let pass, whatever its edition.

The hub judges values (`hub.judging`); a desktop checks only what would otherwise stand in its rows as something else
than in the log: a text in a column of numbers, a number that no column holds, an id that is none. These rules do not
change with the kinds of field, so that an older program never stops at what a newer hub admits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import cast

from ala_desktop.fields.spec import DELETED, Catalog, RecordSpec
from ala_desktop.fields.values import Value
from ala_desktop.sync.protocol import Malformed, Pair, Transaction

MOST_INT = 2**53 - 1
"""The largest number that every reader of JSON keeps exactly."""
_ID = re.compile(r"[0-9a-f]{32}").fullmatch
_NONE = {type(None)}


def refuse_unstorable(catalog: Catalog, transactions: Iterable[Transaction]) -> None:
    """Make sure that these transactions, of kinds that the catalog knows, can be kept as they are.

    Raises:
        Malformed: they cannot; no honest hub lets them pass.
    """
    # Ops of one kind that put the same fields stand under each other, so that each field is a column.
    tables: dict[tuple[str, bool, tuple[str, ...]], list[Sequence[Value | Pair]]] = {}
    for transaction in transactions:
        for op in transaction.ops:
            base, put = op.base, op.put
            if not _ID(op.id) or not (base is None or 0 <= base <= MOST_INT):
                raise Malformed("una scheda senza un codice interno, o letta a una posizione che non c'è")
            tables.setdefault((op.kind, base is None, tuple(put)), []).append(tuple(put.values()))
    for (kind, creates, names), rows in tables.items():
        for name, cells in zip(names, zip(*rows, strict=True), strict=True):
            news = cells if creates else [pair[1] for pair in cast("Sequence[Pair]", cells)]
            if not _fit(catalog[kind], name, cast("Sequence[Value]", news)):
                raise Malformed(f"un valore che nessuna centrale accetta: {catalog[kind].label}")


def _fit(spec: RecordSpec, name: str, values: Sequence[Value]) -> bool:
    """Whether the values of a column are of its type."""
    if name == DELETED:
        return set(values) <= {None, 1}
    field = spec.fields.get(name)
    types = set(map(type, values)) - _NONE
    if field is not None and not types <= {str if field.sealed else field.kind.stored}:
        return False
    if int not in types:
        return True
    numbers = [value for value in values if isinstance(value, int)]
    return min(numbers) >= -MOST_INT and max(numbers) <= MOST_INT
