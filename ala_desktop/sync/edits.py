"""Which fields of a record were written after it was created, by anybody: in the log, or waiting to be sent."""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlalchemy import Connection

from ala_desktop.sync.protocol import decode_line

_IN = "(SELECT value FROM json_each(?))"


def edited_since_creation(connection: Connection, records: Iterable[str]) -> dict[str, set[str]]:
    """The edited fields of those among `records` that were edited, by id; `_deleted` is one of them.

    A value that is parked in the conflict queue counts: somebody wrote it.
    """
    wanted = set(records)
    asked = (json.dumps(sorted(wanted)),)
    found: dict[str, set[str]] = {}
    for table in ("stamp", "claim"):
        query = f"SELECT record, field FROM {table} WHERE record IN {_IN}"
        for record, field in connection.exec_driver_sql(query, asked):
            found.setdefault(record, set()).add(field)
    query = f"SELECT line FROM outbox WHERE device_seq IN (SELECT device_seq FROM pending_edit WHERE record IN {_IN})"
    for (line,) in connection.exec_driver_sql(query, asked):
        for op in decode_line(line)[0].ops:
            if op.base is not None and op.id in wanted:
                found.setdefault(op.id, set()).update(op.put)
    return found
