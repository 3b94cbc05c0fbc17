"""The base of every record and the one way to declare a field of it. Only `models` may import this."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import Index, Integer, MetaData, String, text
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedColumn, mapped_column

from ala_desktop.fields.kinds import FieldKind
from ala_desktop.fields.spec import DELETED, Field, Freeze, Merge, RecordSpec, Share, WrittenBy


class Base(DeclarativeBase):
    """The metadata that Alembic compares with the migrations: records and the log's own tables."""

    metadata = MetaData()


class Record(Base):
    """A record that is kept, shown and synchronised. One subclass per kind, one line per field.

    Attributes:
        id: UUIDv7 in hex, minted by the device that wrote it first.
        deleted: 1 when it was deleted; the text stays until retention ends.
        extra: fields of a newer version of the program, as canonical JSON.
        group_id: the import that brought it, or None.
        created_seq: its place in the comune's log; None while it waits to be sent.
        created_by: the incarnation that created it.
    """

    __abstract__ = True
    label: ClassVar[str]
    plural: ClassVar[str]
    title: ClassVar[tuple[str, ...]] = ()
    freeze: ClassVar[Freeze | None] = None
    written_by: ClassVar[WrittenBy] = WrittenBy.COMUNE
    published: ClassVar[bool] = False
    order: ClassVar[tuple[str, ...]] = ()

    id: Mapped[str] = mapped_column(String, primary_key=True)
    deleted: Mapped[int | None] = mapped_column(DELETED, Integer)
    extra: Mapped[str | None] = mapped_column(String)
    group_id: Mapped[str | None] = mapped_column(String)
    created_seq: Mapped[int | None] = mapped_column(Integer)
    created_by: Mapped[str | None] = mapped_column(String)


def column(
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
) -> MappedColumn[Any]:
    """Declare a field: from this line come column, editor, check, list column, register column and merge policy."""
    described = Field("", kind, label, merge, why, share, required, help, register, searched, written_by)
    return mapped_column(Integer if kind.stored is int else String, info={"field": described})


def spec_of(record: type[Record]) -> RecordSpec:
    """The spec that a record class declares."""
    fields: dict[str, Field] = {}
    for attribute in record.__table__.columns:
        declared: Field | None = attribute.info.get("field")
        if declared is not None:
            fields[attribute.name] = Field(
                attribute.name, declared.kind, declared.label, declared.merge, declared.why, declared.share,
                declared.required, declared.help, declared.register, declared.searched, declared.written_by,
            )  # fmt: skip
    return RecordSpec(
        str(record.__tablename__), record.label, record.plural, fields, record.title, record.freeze, record.written_by,
        record.published,
    )  # fmt: skip


def living_index(kind: str, *columns: str) -> Index:
    """An index over the living records of a kind, for lists in that order."""
    living = text(f"{DELETED} IS NULL")
    return Index(f"{kind}_by_{'_'.join(columns)}", *columns, sqlite_where=living)
