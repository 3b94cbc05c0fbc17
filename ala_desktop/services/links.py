"""Which other records speak of a record: a person's applications, a unit's household. For the links under a form."""

from __future__ import annotations

from typing import NamedTuple

from ala_desktop.fields.spec import DELETED
from ala_desktop.services import naming
from ala_desktop.services.desk import Desk

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
        """Living records that point to this one, a few of each kind. Not on the window's thread: it may scan."""
        found: list[Link] = []
        for other, field in _POINTERS.get(kind, ()):
            query = f"SELECT id FROM {other} WHERE {field} = ? AND {DELETED} IS NULL ORDER BY id DESC LIMIT {MOST}"  # noqa: S608
            with self._desk.reading() as connection:
                ids = list(connection.exec_driver_sql(query, (record,)).scalars())
            rows = self._desk.many(other, ids)
            names = naming.names_of(self._desk, other, [row.values for row in rows])
            found += [Link(other, row.id, name) for row, name in zip(rows, names, strict=True)]
        if kind == "person":
            found += self._households(record)
        return found

    def _households(self, person: str) -> list[Link]:
        memberships = self._desk.find("household_member", person_id=person)
        rows = self._desk.many("household", [str(one["household_id"]) for one in memberships])
        spec = self._desk.catalog["household"]
        return [Link("household", row.id, spec.name_of(row.values)) for row in rows if not row.deleted]
