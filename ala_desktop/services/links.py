"""Which other records speak of a record: a person's applications, a unit's household. For the links under a form."""

from __future__ import annotations

import json
from typing import NamedTuple

from ala_desktop.fields.spec import DELETED
from ala_desktop.services import naming
from ala_desktop.services.desk import Desk
from ala_desktop.services.linked import shown

MOST = 20
"""Records of one kind that are named; the lists show the rest."""

_POINTERS: dict[str, tuple[tuple[str, str], ...]] = {
    "housing_unit": (("household", "unit_id"), ("housing_application", "unit_id")),
    "household": (("housing_application", "household_id"),),
    "person": (("housing_application", "person_id"), ("intervention", "person_id")),
    "housing_application": (("intervention", "application_id"),),
    "measure": (("intervention", "measure_id"),),
    "building": (("housing_unit", "building_id"),),
}
"""For a kind, the (kind, field) of records that point to it and are worth a link."""


class Link(NamedTuple):
    """A record that points here, and what a person calls it."""

    kind: str
    id: str
    name: str


class Links:
    """Records that point to others."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def to(self, kind: str, record: str) -> list[Link]:
        """Living records that point to this one, or to one that it stands for, a few of each kind.

        Not on the window's thread: it may scan.
        """
        found: list[Link] = []
        group = json.dumps(self._desk.linked.group(record))
        for other, field in _POINTERS.get(kind, ()):
            query = (
                f"SELECT t.id FROM {other} t WHERE t.{field} IN (SELECT value FROM json_each(?)) "  # noqa: S608
                f"AND t.{DELETED} IS NULL AND {shown('t')} ORDER BY t.id DESC LIMIT {MOST}"
            )
            with self._desk.reading() as connection:
                ids = list(connection.exec_driver_sql(query, (group,)).scalars())
            rows = self._desk.many(other, ids)
            names = naming.names_of(self._desk, other, [row.values for row in rows])
            found += [Link(other, row.id, name) for row, name in zip(rows, names, strict=True)]
        if kind == "person":
            found += self._households(record)
        return found

    def _households(self, person: str) -> list[Link]:
        memberships = self._desk.find("household_member", person_id=person)
        rows = self._desk.many("household", dict.fromkeys(str(one["household_id"]) for one in memberships))
        spec = self._desk.catalog["household"]
        return [Link("household", row.id, spec.name_of(row.values)) for row in rows if not row.deleted]
