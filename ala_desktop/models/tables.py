"""The tables of the records, made from what the record classes declare; and the base of every other table of a store.

Alembic compares them with the migrations. Only `models` may import this.
"""

from __future__ import annotations

from sqlalchemy import Column, Integer, MetaData, String, Table, text
from sqlalchemy import Index as TableIndex
from sqlalchemy.orm import DeclarativeBase

from ala_desktop.fields.spec import DELETED
from ala_desktop.models.catalog import RECORDS
from ala_desktop.models.record import Index, Record, spec_of


class Base(DeclarativeBase):
    """Of the tables that are no records': the log's own, and those of this PC alone."""

    metadata = MetaData()


def _table(record: type[Record]) -> Table:
    """Its fields, and what the log and the imports note beside them.

    Columns:
        id: UUIDv7 in hex, minted by the device that wrote it first.
        _deleted: 1 when it was deleted; the text stays until retention ends.
        extra: fields of a newer version of the program, as canonical JSON.
        group_id: the import that brought it, or NULL.
        created_seq: its place in the comune's log; NULL while it waits to be sent.
        created_by: the incarnation that created it.
    """
    table = Table(
        record.kind,
        Base.metadata,
        Column("id", String, primary_key=True),
        Column(DELETED, Integer),
        Column("extra", String),
        Column("group_id", String),
        Column("created_seq", Integer),
        Column("created_by", String),
    )
    for field in spec_of(record).fields.values():
        table.append_column(Column(field.name, Integer if field.kind.stored is int else String))
    for declared in record.indexes:
        _index(table, declared)
    return table


def _index(table: Table, declared: Index) -> None:
    over = [table.c[one] if one in table.c else text(one) for one in declared.over]
    where = text(declared.where) if declared.where else None
    index = TableIndex(declared.name, *over, sqlite_where=where)
    table.append_constraint(index)


TABLES = tuple(_table(record) for record in RECORDS)
"""Of the records, in the catalog's order."""
