"""The base of every record and the one way to declare a field of it. Only `models` may import this.

No SQL stands behind these classes: they are read into specs (`models.catalog`) and into tables (`models.tables`), so
that the hub, which needs the specs alone, carries no desktop's database with it (ADR 25).
"""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, NamedTuple

from ala_desktop.fields.kinds import FieldKind
from ala_desktop.fields.spec import DELETED, Field, Freeze, Merge, RecordSpec, Share, WrittenBy


class Index(NamedTuple):
    """An index of a record's table, over columns or expressions of SQL; `where`: over which rows, all if empty."""

    name: str
    over: tuple[str, ...]
    where: str = ""


class Record:
    """A record that is kept, shown and synchronised. One subclass per kind, one line per field; nobody makes one.

    Attributes:
        kind: identifier, also the name of the table; what else there is of a spec, see `fields.spec.RecordSpec`.
        indexes: of its table.
    """

    kind: ClassVar[str]
    indexes: ClassVar[tuple[Index, ...]] = ()
    label: ClassVar[str]
    plural: ClassVar[str]
    title: ClassVar[tuple[str, ...]] = ()
    freeze: ClassVar[Freeze | None] = None
    written_by: ClassVar[WrittenBy] = WrittenBy.COMUNE
    published: ClassVar[bool] = False


def column(  # noqa: PLR0913 - a declaration: all by keyword
    kind: FieldKind,
    label: str,
    *,
    merge: Merge = Merge.ASK,
    why: str = "",
    share: Share = Share.ALA,
    required: bool = False,
    help: str = "",
    register: tuple[str, ...] = (),
    searched: bool = False,
    written_by: WrittenBy | None = None,
    secret: bool = False,
) -> Field:
    """Declare a field: from this line come column, editor, check, list column, register column and merge policy."""
    return Field("", kind, label, merge, why, share, required, help, register, searched, written_by, secret)


def spec_of(record: type[Record]) -> RecordSpec:
    """The spec that a record class declares."""
    fields = {name: replace(one, name=name) for name, one in vars(record).items() if isinstance(one, Field)}
    return RecordSpec(
        record.kind, record.label, record.plural, fields, record.title, record.freeze, record.written_by,
        record.published,
    )  # fmt: skip


def index(name: str, *columns: str) -> Index:
    """An index over all records of a kind."""
    return Index(name, columns)


def living_index(kind: str, *columns: str) -> Index:
    """An index over the living records of a kind, for lists in that order."""
    return Index(f"{kind}_by_{'_'.join(columns)}", columns, f"{DELETED} IS NULL")
