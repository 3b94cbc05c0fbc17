"""Rows of the records' tables, to and from the values of the fold. SQL is made from the catalog's own names.

In the log a value kept to the comune is sealed; in its column it stands open, or waits in `sealed_value` while this
device lacks the key.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection

from ala_desktop.fields.spec import DELETED, Catalog, RecordSpec
from ala_desktop.fields.values import Value
from ala_desktop.sync.protocol import encode
from ala_desktop.sync.sealing import CannotOpen, ComuneKey

_ORIGIN = ("group_id", "created_seq", "created_by")
_META = ("id", DELETED, "extra", *_ORIGIN)
_FEW = 8
"""Fewer rows than this do not deserve a statement of their own."""


class Stored(NamedTuple):
    """A row as it stands: values in the log's form, and where the record came from.

    Attributes:
        values: not-None values by name, sealed ones sealed, unknown ones and `_deleted` included.
        group: the import that created it.
        created_seq: its place in the log; negative: minus the device_seq of this device's own transaction;
            None: no creation has arrived yet.
        created_by: the incarnation that created it.
    """

    values: dict[str, Value]
    group: str | None
    created_seq: int | None
    created_by: str | None


Beginning = tuple[Any, ...]
"""A new record as the log begins it: its id, the import that it belongs to, its place in the log, the line, values."""

_New = tuple[str, dict[str, Value], str | None, int | None, str | None]
"""A row to insert: its id, then as in `Stored`."""


class Table:
    """The statements of one kind.

    Attributes:
        plain: names of the fields whose values stand in the log as they stand in the column.
    """

    def __init__(self, spec: RecordSpec) -> None:
        self.spec = spec
        self.fields = tuple(spec.fields)
        self.plain = spec.fields.keys() - spec.sealed
        columns = (*_META, *self.fields)
        self.insert = self._inserting(columns)
        self.update = f"UPDATE {spec.kind} SET {', '.join(f'{c} = ?' for c in columns[1:])} WHERE id = ?"
        self.delete = f"DELETE FROM {spec.kind} WHERE id = ?"
        self.select = f"SELECT {', '.join(columns)} FROM {spec.kind}"

    def _inserting(self, columns: Sequence[str]) -> str:
        # OR FAIL: one row at a time, with nothing to undo (see `models.guards`).
        marks = ", ".join("?" * len(columns))
        return f"INSERT OR FAIL INTO {self.spec.kind} ({', '.join(columns)}) VALUES ({marks})"

    def insert_some(self, names: Sequence[str]) -> str:
        """The statement for rows that fill their origin and these columns."""
        return self._inserting(("id", *_ORIGIN, *names))

    def whole(self, record: str, columns: dict[str, Value], *origin: Value) -> tuple[Value, ...]:
        """The cells of `insert`: the columns that a row fills, and where it came from."""
        column = columns.get
        return (record, column(DELETED), column("extra"), *origin, *map(column, self.fields))


class Rows:
    """Reads and writes rows of every kind of a catalog."""

    def __init__(self, catalog: Catalog, key: ComuneKey | None) -> None:
        self.catalog = catalog
        self.key = key
        self.tables = {kind: Table(spec) for kind, spec in catalog.items()}
        self._bounds = " UNION ALL ".join(
            f"SELECT '{kind}', (SELECT min(id) FROM {kind}), (SELECT max(id) FROM {kind})" for kind in catalog
        )

    def fetch(self, connection: Connection, kind: str, ids: Iterable[str]) -> dict[str, Stored]:
        """The rows of `kind` with these ids; absent ones are left out."""
        where = " WHERE id IN (SELECT value FROM json_each(?))"
        return dict(self._stored(connection, self.tables[kind], where, (json.dumps(list(ids)),)))

    def known(self, connection: Connection, kind: str, ids: list[str]) -> set[str]:
        """Which of these ids have a row of `kind`."""
        query = f"SELECT id FROM {kind} WHERE id IN (SELECT value FROM json_each(?))"
        return set(connection.exec_driver_sql(query, (json.dumps(ids),)).scalars())

    def present(self, connection: Connection, wanted: Mapping[str, Sequence[str]]) -> set[str]:
        """Which of these ids, by kind, have a row of any kind."""
        return {record for _, record in self._rows_with(connection, wanted)}

    def namesakes(self, connection: Connection, absent: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
        """By kind, those of its records whose ids are among the `absent` ones of other kinds.

        An id is used once; whoever uses it again for a record of another kind writes nothing (the first one stands).
        """
        found: dict[str, list[str]] = {}
        for kind, record in sorted(self._rows_with(connection, absent)):
            found.setdefault(kind, []).append(record)
        return found

    def _rows_with(self, connection: Connection, wanted: Mapping[str, Sequence[str]]) -> set[tuple[str, str]]:
        """The (kind, id) of rows of any kind with these ids.

        Ids grow with time, so that nearly every table is told apart by its first and its last one.
        """
        spans = {kind: (min(ids), max(ids)) for kind, ids in wanted.items() if ids}
        if not spans:
            return set()
        found: set[tuple[str, str]] = set()
        for kind, least, greatest in connection.exec_driver_sql(self._bounds).all():
            if least is None:  # no record of this kind
                continue
            near = [name for name, (first, last) in spans.items() if first <= greatest and least <= last]
            ids = [record for name in near for record in wanted[name] if least <= record <= greatest]
            if ids:
                found.update((kind, record) for record in self.known(connection, kind, ids))
        return found

    def fetch_where(self, connection: Connection, kind: str, column: str, values: Iterable[str]) -> dict[str, Stored]:
        """The rows of `kind` whose `column` is one of `values`."""
        where = f" WHERE {column} IN (SELECT value FROM json_each(?))"
        return dict(self._stored(connection, self.tables[kind], where, (json.dumps(list(values)),)))

    def every(self, connection: Connection, kind: str) -> Iterator[tuple[str, Stored]]:
        """All rows of `kind`, by id."""
        return self._stored(connection, self.tables[kind], " ORDER BY id", ())

    def _stored(
        self, connection: Connection, table: Table, where: str, arguments: tuple[str, ...]
    ) -> Iterator[tuple[str, Stored]]:
        waiting = self._waiting(connection, table.spec)
        found = connection.exec_driver_sql(table.select + where, arguments).all()
        for record, deleted, extra, group, seq, by, *cells in found:
            values: dict[str, Value] = {n: v for n, v in zip(table.fields, cells, strict=True) if v is not None}
            if deleted is not None:
                values[DELETED] = deleted
            if extra:
                values.update(json.loads(extra))
            self._seal(table.spec, record, values)
            if waiting:
                values.update(waiting.get(record, {}))
            yield record, Stored(values, group, seq, by)

    def _seal(self, spec: RecordSpec, record: str, values: dict[str, Value]) -> None:
        if self.key is not None:
            for name in spec.sealed & values.keys():
                values[name] = self.key.seal(spec.kind, record, name, values[name])

    def _waiting(self, connection: Connection, spec: RecordSpec) -> dict[str, dict[str, Value]]:
        found: dict[str, dict[str, Value]] = {}
        if spec.sealed:
            rows = connection.exec_driver_sql(
                "SELECT record, field, value FROM sealed_value WHERE kind = ?", (spec.kind,)
            )
            for record, field, value in rows:
                found.setdefault(record, {})[field] = value
        return found

    def insert(self, connection: Connection, kind: str, rows: Iterable[tuple[str, Stored]]) -> None:
        """Add rows that are not there."""
        self._add(connection, kind, ((record, s.values, s.group, s.created_seq, s.created_by) for record, s in rows))

    def begin(self, connection: Connection, kind: str, names: tuple[str, ...], rows: list[Beginning]) -> None:
        """Add the rows of new records as the log begins them, all with values of these fields."""
        table = self.tables[kind]
        if len(rows) >= _FEW and table.plain.issuperset(names):
            connection.exec_driver_sql(table.insert_some(names), rows)
        else:
            self._add(connection, kind, ((row[0], dict(zip(names, row[4:], strict=True)), *row[1:4]) for row in rows))

    def _add(self, connection: Connection, kind: str, rows: Iterable[_New]) -> None:
        """Insert rows, together those that fill the same columns: an empty cell costs more to bind than a full one."""
        table = self.tables[kind]
        few: list[tuple[Value, ...]] = []
        opened = ((row[0], self._columns(connection, table, row[0], row[1]), *row[2:]) for row in rows)
        for names, same in _alike(opened).items():
            if len(same) < _FEW:
                few += [table.whole(record, columns, *origin) for record, columns, *origin in same]
            else:
                cells = [(record, group, seq, by, *columns.values()) for record, columns, group, seq, by in same]
                connection.exec_driver_sql(table.insert_some(names), cells)
        if few:
            connection.exec_driver_sql(table.insert, few)

    def update(self, connection: Connection, kind: str, rows: list[tuple[str, Stored]]) -> None:
        """Replace rows that are there."""
        table = self.tables[kind]
        if table.spec.sealed:
            connection.exec_driver_sql("DELETE FROM sealed_value WHERE record = ?", [(record,) for record, _ in rows])
        whole = (self._tuple(connection, table, record, stored) for record, stored in rows)
        connection.exec_driver_sql(table.update, [(*cells[1:], cells[0]) for cells in whole])

    def delete(self, connection: Connection, kind: str, ids: list[str]) -> None:
        """Take rows away: only those whose creation the hub refused."""
        gone = [(record,) for record in ids]
        connection.exec_driver_sql(self.tables[kind].delete, gone)
        if self.tables[kind].spec.sealed:
            connection.exec_driver_sql("DELETE FROM sealed_value WHERE record = ?", gone)

    def _tuple(self, connection: Connection, table: Table, record: str, stored: Stored) -> tuple[Value, ...]:
        columns = self._columns(connection, table, record, stored.values)
        return table.whole(record, columns, stored.group, stored.created_seq, stored.created_by)

    def _columns(self, connection: Connection, table: Table, record: str, values: dict[str, Value]) -> dict[str, Value]:
        """What stands in a row's columns, besides its origin: open, and what this version does not know in `extra`."""
        if values.keys() <= table.plain:
            return values
        columns = self.open(table.spec, record, values, connection)
        unknown = columns.keys() - table.spec.fields.keys() - {DELETED}
        if unknown:
            columns["extra"] = encode({name: columns.pop(name) for name in unknown}).decode()
        return columns

    def open(
        self, spec: RecordSpec, record: str, values: dict[str, Value], connection: Connection | None = None
    ) -> dict[str, Value]:
        """`values` with the comune's own opened; what this device cannot open is left out, and noted in the store."""
        opened = dict(values)
        for name in spec.sealed & values.keys():
            sealed = opened.pop(name)
            try:
                if self.key is None:
                    raise CannotOpen(name)
                opened[name] = self.key.open(spec.kind, record, name, sealed)
            except CannotOpen:
                if connection is not None:
                    connection.exec_driver_sql(
                        "INSERT OR REPLACE INTO sealed_value (record, field, kind, value) VALUES (?, ?, ?, ?)",
                        (record, name, spec.kind, sealed),
                    )
        return opened


def _alike(rows: Iterable[_New]) -> dict[tuple[str, ...], list[_New]]:
    """Rows by the names of their values."""
    alike: dict[tuple[str, ...], list[_New]] = {}
    for row in rows:
        alike.setdefault(tuple(row[1]), []).append(row)
    return alike
