"""A whole frame judged at once, column by column, as nearly every frame can be. Only a yes counts.

A no says that something in the frame has to be looked at; `judging` then looks at each transaction by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from ala_desktop.core.text import is_clean
from ala_desktop.fields.kinds import Number, Text
from ala_desktop.fields.spec import Catalog, RecordSpec
from ala_desktop.fields.values import Value
from ala_desktop.hub.judging import MOST_INT, envelope_is_sound, identities_are_sound, problem_of
from ala_desktop.sync.protocol import MOST_OPS, MOST_TRANSACTION_BYTES, Op, Pair, Transaction

Column = Sequence[Value]


def all_sound(catalog: Catalog, transactions: Sequence[Transaction], sizes: Sequence[int]) -> bool:
    """Whether every transaction may certainly stand. `sizes`: bytes of their lines."""
    if max(sizes) > MOST_TRANSACTION_BYTES or max(len(item.ops) for item in transactions) > MOST_OPS:
        return False
    envelopes = {(item.at, item.author, item.group): item for item in transactions}
    if not all(map(envelope_is_sound, envelopes.values())):
        return False
    return _ops_are_sound(catalog, [op for item in transactions for op in item.ops])


def _ops_are_sound(catalog: Catalog, ops: Sequence[Op]) -> bool:
    if not identities_are_sound(ops):
        return False
    # Ops of one kind that put the same fields stand under each other, so that each field is a column.
    tables: dict[tuple[str, bool, tuple[str, ...]], list[Sequence[Value | Pair]]] = {}
    for op in ops:
        tables.setdefault((op.kind, op.base is None, tuple(op.put)), []).append(tuple(op.put.values()))
    texts: list[str] = []
    for (kind, creates, names), rows in tables.items():
        spec = catalog.get(kind)
        if spec is None:
            return False
        for name, cells in zip(names, zip(*rows, strict=True), strict=True):
            for column in _columns(spec, name, cells, creates=creates):
                if not _column_is_sound(spec, name, column, texts):
                    return False
    return is_clean("\n".join(texts))


def _columns(spec: RecordSpec, name: str, cells: Sequence[Value | Pair], *, creates: bool) -> list[Column]:
    """What of a column has to be looked at: the new values, and the old ones where they could leak."""
    if creates:
        return [cast("Column", cells)]
    pairs = cast("Sequence[Pair]", cells)
    news: Column = [pair[1] for pair in pairs]
    return [news, [pair[0] for pair in pairs]] if name in spec.sealed else [news]


def _column_is_sound(spec: RecordSpec, name: str, column: Column, texts: list[str]) -> bool:
    """Whether all values of a column may stand, but for their letters: its texts are added to `texts`."""
    field = spec.fields.get(name)
    if field is None or field.sealed:
        return not any(problem_of(spec, name, value) for value in column)
    values = [value for value in column if value is not None]
    types = set(map(type, values))
    if not values:
        return True
    kind = field.kind
    if types == {str}:
        words = cast("list[str]", values)
        texts += words
        if type(kind) is Text:
            return max(map(len, words)) <= kind.most
    elif types == {int}:
        numbers = cast("list[int]", values)
        least, greatest = min(numbers), max(numbers)
        if isinstance(kind, Number) and type(kind).check is Number.check and kind.greatest <= MOST_INT:
            return (-MOST_INT if kind.least is None else kind.least) <= least and greatest <= kind.greatest
        if max(-least, greatest) > MOST_INT:
            return False
    return not any(map(kind.check, set(values)))
