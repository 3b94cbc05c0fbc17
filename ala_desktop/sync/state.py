"""What a fold of the log amounts to: records, the last writers of edited cells, parked claims. In memory, no store."""

from __future__ import annotations

from typing import NamedTuple

from ala_desktop.fields.spec import DELETED, Catalog
from ala_desktop.fields.values import Value

PENDING = 2**60
"""Transactions that wait to be sent are folded as if their seq were this plus their device_seq."""


class Stamp(NamedTuple):
    """Who wrote a cell last: the place in the log, and the incarnation."""

    seq: int
    incarnation: str


NOBODY = Stamp(0, "")
"""Writer of a cell that nobody wrote; also the creation of a record that has not arrived yet."""


class Claim(NamedTuple):
    """A value that someone wrote without having seen the one in force; it waits for a person (SYNC 16 to 18).

    Attributes:
        kind, record, field: the cell.
        incarnation: whose claim; one per cell and incarnation.
        seq: the place of the write in the log.
        value: what they wrote. base: what they had seen when they wrote it.
        author, device, at: who, on which PC, when by their clock.
        rectification: it came too late for a record that had been frozen.
    """

    kind: str
    record: str
    field: str
    incarnation: str
    seq: int
    value: Value
    base: Value
    author: str
    device: str
    at: str
    rectification: bool


class Folded:
    """One record as the log makes it.

    Attributes:
        kind: kind of record.
        values: fields that are not None, unknown ones and `_deleted` too.
        group: the import that created it.
        created: the place and incarnation of its creation; it is the last writer of every cell without a stamp.
        stamps: last writers of edited cells.
        claims: by (field, incarnation).
    """

    __slots__ = ("claims", "created", "group", "kind", "stamps", "values")

    def __init__(self, kind: str, values: dict[str, Value], group: str | None, created: Stamp) -> None:
        self.kind = kind
        self.values = values
        self.group = group
        self.created = created
        self.stamps: dict[str, Stamp] = {}
        self.claims: dict[tuple[str, str], Claim] = {}

    def writer(self, field: str) -> Stamp:
        """The last writer of a cell; `NOBODY` for one that was never filled."""
        return self.stamps.get(field) or (self.created if field in self.values else NOBODY)

    def put(self, field: str, value: Value) -> None:
        """Set a cell; None empties it."""
        if value is None:
            self.values.pop(field, None)
        else:
            self.values[field] = value

    @property
    def deleted(self) -> bool:
        """Whether the record is deleted."""
        return DELETED in self.values

    def copy(self) -> Folded:
        """An independent copy, for folding what waits to be sent on top of the log."""
        twin = Folded(self.kind, dict(self.values), self.group, self.created)
        twin.stamps = dict(self.stamps)
        twin.claims = dict(self.claims)
        return twin


class State:
    """Records by id, and which records hang on one that can freeze them."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.records: dict[str, Folded] = {}
        self.children: dict[str, set[str]] = {}

    def add(self, record: str, folded: Folded) -> None:
        """Take a record in."""
        self.records[record] = folded
        self.note_parent(record, folded)

    def within(self, folded: Folded) -> str | None:
        """The field of this record that names the one which freezes it; None for a record of no family."""
        freeze = self.catalog.freezes.get(folded.kind)
        return freeze.within if freeze else None

    def note_parent(self, record: str, folded: Folded) -> None:
        """Remember under which freezing record this one hangs."""
        within = self.within(folded)
        parent = folded.values.get(within) if within else None
        if isinstance(parent, str):
            self.children.setdefault(parent, set()).add(record)

    def is_frozen(self, record: str) -> bool:
        """Whether the record with this id is here, and frozen."""
        folded = self.records.get(record)
        return folded is not None and self.frozen(folded)

    def frozen(self, folded: Folded) -> bool:
        """Whether a record of a kind that can freeze is frozen."""
        freeze = self.catalog.freezes.get(folded.kind)
        if freeze is None:
            return False
        if freeze.within is None:
            holder: Folded | None = folded
        else:
            holder = self.records.get(str(folded.values.get(freeze.within)))
        return holder is not None and holder.values.get(freeze.field) in freeze.states
