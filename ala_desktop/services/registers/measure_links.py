"""The measure that a grant belongs to: the one of its service and year, made when there is none."""

from __future__ import annotations

from sqlalchemy import Connection

from ala_desktop.core.ids import NewId
from ala_desktop.fields.values import Value
from ala_desktop.models.cases import SERVICES
from ala_desktop.sync.capture import Change


class Measures:
    """Living measures by service and year; of two alike, the first by id."""

    def __init__(self, connection: Connection, new_id: NewId) -> None:
        self._new_id = new_id
        found = connection.exec_driver_sql(
            "SELECT service, year, id FROM measure WHERE _deleted IS NULL ORDER BY id DESC"
        )
        self._ids: dict[tuple[Value, Value], str] = {(service, year): record for service, year, record in found}

    def of(self, service: Value, year: Value) -> tuple[str | None, Change | None]:
        """The measure's id, and its creation when nobody had it yet; (None, None) when either is unknown."""
        if service is None or year is None:
            return None, None
        known = self._ids.get((service, year))
        if known is not None:
            return known, None
        record = self._ids[service, year] = self._new_id()
        name = SERVICES.get(str(service), str(service))
        return record, Change("measure", record, {"service": service, "name": name, "year": year})
