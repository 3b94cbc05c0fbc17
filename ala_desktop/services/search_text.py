"""The searchable text of one list, kept in memory: folded, in small blocks, patched where rows change.

A substring of any word finds a row, whatever its case, accents and punctuation. Nothing is written beside the rows, so
a save or an import pays nothing for it. Only `listing` imports this.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable, Iterable
from itertools import compress
from operator import itemgetter
from typing import NamedTuple

from sqlalchemy import Connection

from ala_desktop.core.text import searchable
from ala_desktop.fields.spec import DELETED

_BLOCK_BITS = 9
_BLOCK = 1 << _BLOCK_BITS
"""A block covers 512 row numbers: reading one anew after a change takes about two milliseconds."""

_NOWHERE = bytes(_BLOCK)
_WORDS_KEPT = 16


def words_of(text: str) -> tuple[str, ...]:
    """What must all be found in a row, from what was typed."""
    return tuple(sorted(set(searchable(text).split())))


class Order:
    """Row numbers in the order of a list, ready to be picked from by a mask."""

    def __init__(self, numbers: array[int]) -> None:
        self.numbers = numbers
        self._all = numbers.tolist()
        self._highest = max(self._all, default=0)
        self._pick = itemgetter(*self._all, 0) if numbers else None  # at least two, or it gives no tuple

    def where(self, mask: bytes) -> array[int]:
        """The numbers at whose place `mask` holds a 1; rows written since the mask was made are not among them."""
        if self._pick is None:
            return self.numbers
        whole = mask + bytes(max(0, self._highest + 1 - len(mask)))
        return array("q", list(compress(self._all, self._pick(whole))))


class _Block(NamedTuple):
    """The texts of 512 rows: together, to pass over what cannot match, and one by one."""

    text: str
    lines: list[str]


_UNREAD = _Block("", [])


class SearchText:
    """Row numbers by words, for the living rows of one kind.

    Args:
        kind: the table.
        expressions: SQL expressions over the alias `t` whose text is searched.
    """

    def __init__(self, kind: str, expressions: Iterable[str]) -> None:
        self._kind = kind
        self._text = " || ' ' || ".join(f"coalesce({expression}, '')" for expression in expressions) or "''"
        self._blocks: list[_Block] = []
        self._stale: set[int] = set()
        self._masks: dict[str, bytes] = {}

    def load(self, connection: Connection, stopped: Callable[[], bool] = lambda: False) -> None:
        """Read what is missing or changed."""
        last = connection.exec_driver_sql(f"SELECT max(rowid) FROM {self._kind}").scalar() or 0  # noqa: S608
        blocks = (last >> _BLOCK_BITS) + 1
        self._stale |= set(range(len(self._blocks), blocks))
        self._blocks += [_UNREAD] * (blocks - len(self._blocks))
        if self._stale:
            self._masks.clear()
        while self._stale and not stopped():
            block = self._stale.pop()
            self._blocks[block] = self._read(connection, block)

    def _read(self, connection: Connection, block: int) -> _Block:
        """The texts of a block, a line for each row number; empty lines for rows that are deleted or not there."""
        first = block << _BLOCK_BITS
        rows = connection.exec_driver_sql(
            f"SELECT t.rowid, {self._text} FROM {self._kind} t "  # noqa: S608 - names of the catalog
            f"WHERE t.rowid BETWEEN ? AND ? AND t.{DELETED} IS NULL",
            (first, first + _BLOCK - 1),
        ).all()
        lines = [""] * _BLOCK
        for number, text in rows:
            lines[number - first] = text.replace("\n", " ")
        text = searchable("\n".join(lines))
        return _Block(text, text.split("\n"))

    def note(self, connection: Connection, ids: Iterable[str]) -> None:
        """That these records changed: their blocks are read anew before the next search."""
        numbers = connection.exec_driver_sql(
            f"SELECT rowid FROM {self._kind} WHERE id IN (SELECT value FROM json_each(?))",  # noqa: S608
            (json.dumps(list(ids)),),
        ).scalars()
        known = len(self._blocks)
        self._stale |= {block for number in numbers if (block := number >> _BLOCK_BITS) < known}

    def among(self, order: Order, words: tuple[str, ...]) -> array[int]:
        """The row numbers of `order` whose text holds every word."""
        size = len(self._blocks) * _BLOCK
        together = int.from_bytes(b"\1" * size, "big")
        for word in words:
            together &= int.from_bytes(self._mask(word), "big")
        return order.where(together.to_bytes(size, "big"))

    def _mask(self, word: str) -> bytes:
        """A byte for each row number, 1 where the text holds `word`; the words being typed are remembered."""
        if word not in self._masks:
            if len(self._masks) >= _WORDS_KEPT:
                self._masks.pop(next(iter(self._masks)))
            self._masks[word] = b"".join(
                [bytes([word in line for line in lines]) if word in text else _NOWHERE for text, lines in self._blocks]
            )
        return self._masks[word]
