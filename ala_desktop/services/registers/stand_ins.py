"""Rows of a register that are about a linked record go to the record that is shown for it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

from ala_desktop.services.linked import kept_of
from ala_desktop.services.registers.plan import Known

_IN = "(SELECT value FROM json_each(?))"


def shown_for(connection: Connection, kind: str, columns: Sequence[str], found: Iterable[Known]) -> dict[str, Known]:
    """By the id of each stored record in `found`, the known one to compare with: itself, unless it is linked.

    What any record says that it stands for is known of it too. `columns`: the fields that `found` was read with.
    """
    own = {known.record: known for known in found}
    kept = kept_of(connection, own)
    shown = {record: kept.get(record, record) for record in own}
    query = f"SELECT other, kept FROM linked_record WHERE kept IN {_IN}"  # noqa: S608
    others: dict[str, list[str]] = {}
    for other, standing in connection.exec_driver_sql(query, (json.dumps(list(shown.values())),)):
        others.setdefault(standing, []).append(other)
    absent = {*others, *(other for group in others.values() for other in group)} - own.keys()
    query = f"SELECT id, {', '.join(columns)} FROM {kind} WHERE id IN {_IN}"  # noqa: S608 - names of the catalog
    for record, *cells in connection.exec_driver_sql(query, (json.dumps(list(absent)),)):
        own[record] = Known(record, dict(zip(columns, cells, strict=True)))
    whole = {
        record: own[record]._replace(also=tuple(own[other].values for other in others.get(record, ()) if other in own))
        for record in shown.values()
    }
    return {record: whole[standing] for record, standing in shown.items()}


def everyone(connection: Connection, records: Iterable[str]) -> list[str]:
    """These ids, and those of the records that they stand for."""
    wanted = list(records)
    query = f"SELECT other FROM linked_record WHERE kept IN {_IN}"  # noqa: S608
    return [*wanted, *connection.exec_driver_sql(query, (json.dumps(wanted),)).scalars()]
