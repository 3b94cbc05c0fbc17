"""Who belongs to a household: its members with their people, adding, linking and letting go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ala_desktop.core.errors import Mendable
from ala_desktop.fields.identifiers import identifying_key
from ala_desktop.fields.spec import DELETED
from ala_desktop.fields.values import Value
from ala_desktop.services.desk import Desk
from ala_desktop.services.person_links import people_with
from ala_desktop.services.row import Row
from ala_desktop.sync.capture import Change


class Member(NamedTuple):
    """A membership and its person; the person is None while that record has not arrived, or was deleted."""

    membership: Row
    person: Row | None


class Households:
    """The members of households."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def members(self, household: str) -> list[Member]:
        """Who belongs to it, in the order in which they were added; linked people are one."""
        memberships: dict[str, Row] = {}
        for one in self._desk.find("household_member", household_id=household):
            memberships.setdefault(self._desk.linked.kept(str(one["person_id"])), one)
        people = {row.id: row for row in self._desk.many("person", memberships) if not row.deleted}
        return [Member(one, people.get(person)) for person, one in memberships.items()]

    def households_of(self, person: str) -> list[Row]:
        """The living households that a person belongs to."""
        memberships = self._desk.find("household_member", person_id=person)
        rows = self._desk.many("household", dict.fromkeys(str(one["household_id"]) for one in memberships))
        return [row for row in rows if not row.deleted]

    def add(self, household: str, person: Mapping[str, Value], relation: Value = None) -> Member:
        """A new person in the household, in one transaction."""
        who = self._desk.new_id()
        rows = self._desk.save(
            [Change("person", who, person), self._membership(household, who, relation)],
        )
        return Member(rows[1], rows[0])

    def link(self, household: str, person: str, relation: Value = None) -> Member:
        """A known person in the household.

        Raises:
            Mendable: the person belongs to it already.
        """
        if self._desk.find("household_member", household_id=household, person_id=person):
            raise Mendable(
                "La persona fa già parte del nucleo",
                "Compare già fra i componenti di questo nucleo.",
                "Aprire la sua scheda dall'elenco dei componenti, se occorre correggerla.",
            )
        [row] = self._desk.save([self._membership(household, person, relation)])
        return Member(row, self._desk.get("person", person))

    def _membership(self, household: str, person: str, relation: Value) -> Change:
        values: dict[str, Value] = {"household_id": household, "person_id": person, "relation": relation}
        return Change("household_member", self._desk.new_id(), values)

    def let_go(self, member: Member) -> list[Row]:
        """Take a person out of the household; the person's record stays. Returns what was deleted, for restoring."""
        row = member.membership
        same = {"household_id": row["household_id"], "person_id": row["person_id"]}
        return self._desk.save([one.change({DELETED: 1}) for one in self._desk.find("household_member", **same)])

    def known(self, fiscal_code: Value) -> Row | None:
        """The person who has this codice fiscale already, compared without spaces and case; None when nobody has."""
        key = identifying_key(fiscal_code)
        if key is None:
            return None
        with self._desk.reading() as connection:
            found = people_with(connection, [key]).get(key)
        return self._desk.get("person", found) if found else None
