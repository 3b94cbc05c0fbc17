"""Whether what a page brings can be kept at all. A desktop asks this of what the hub let pass, whatever its edition.

The hub judges values (`hub.judging`); a desktop checks only what would otherwise stand in its rows as something else
than in the log: a text in a column of numbers, a number that no column holds, an id that is none. These rules do not
change with the kinds of field, so that an older program never stops at what a newer hub admits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

from ala_desktop.core.ids import are_ids
from ala_desktop.fields.spec import DELETED, Catalog, RecordSpec
from ala_desktop.fields.values import Value
from ala_desktop.sync.protocol import Malformed, Op, Transaction

MOST_INT = 2**53 - 1
"""The largest number that every reader of JSON keeps exactly."""
_NONE = {type(None)}

Alike = tuple[str, tuple[str, ...]]
"""A kind of record, and names of fields in order: ops that put the same ones stand under each other as in a table."""


def refuse_odd_places(ops: Sequence[Op]) -> None:
    """Make sure that the records of these ops have ids, and were read at places that there can be.

    Raises:
        Malformed: they have not; no honest hub lets them pass.
    """
    bases = {op.base for op in ops} - {None}
    placed = all(0 <= base <= MOST_INT for base in bases if base is not None)
    if not placed or not are_ids([op.id for op in ops]):
        raise Malformed("una scheda senza un codice interno, o letta a una posizione che non c'è")


def refuse_unstorable(catalog: Catalog, transactions: Iterable[Transaction]) -> None:
    """Make sure that these transactions, of kinds that the catalog knows, can be kept as they are.

    Raises:
        Malformed: they cannot; no honest hub lets them pass.
    """
    tables: dict[Alike, list[Sequence[Value]]] = {}
    for transaction in transactions:
        for op in transaction.ops:
            news = [value[1] if isinstance(value, tuple) else value for value in op.put.values()]
            tables.setdefault((op.kind, tuple(op.put)), []).append(news)
    for alike, rows in tables.items():
        refuse_unstorable_rows(catalog, alike, rows)


def refuse_unstorable_rows(catalog: Catalog, alike: Alike, rows: Iterable[Sequence[Value]]) -> None:
    """Make sure that these values can be kept, each under the field in its place.

    Raises:
        Malformed: they cannot; no honest hub lets them pass.
    """
    kind, names = alike
    for name, values in zip(names, zip(*rows, strict=True), strict=True):
        if not _fit(catalog[kind], name, values):
            raise Malformed(f"un valore che nessuna centrale accetta: {catalog[kind].label}")


def _fit(spec: RecordSpec, name: str, values: Sequence[Value]) -> bool:
    """Whether the values of a column are of its type."""
    if name == DELETED:
        return set(values) <= {None, 1}
    field = spec.fields.get(name)
    types = set(map(type, values))
    if field is not None and not types - _NONE <= {str if field.sealed else field.kind.stored}:
        return False
    if int not in types:
        return True
    numbers = values if types == {int} else [value for value in values if isinstance(value, int)]
    return min(cast("Sequence[int]", numbers)) >= -MOST_INT and max(cast("Sequence[int]", numbers)) <= MOST_INT
