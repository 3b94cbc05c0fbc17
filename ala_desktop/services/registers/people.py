"""The register of households: one row, one person; rows with the same number are one household.

A person is known by codice fiscale or, lacking it, by number in the register, surname, name and birth date together;
never by name alone. Which stored household a number means is decided in `household_match`.
"""

from __future__ import annotations

from collections.abc import Iterator, Set

from sqlalchemy import Connection

from ala_desktop.exchange.columns import Headings
from ala_desktop.fields.kinds import Reference
from ala_desktop.fields.spec import Catalog, Field
from ala_desktop.fields.values import Value
from ala_desktop.services.person_links import WaitingCases
from ala_desktop.services.registers.fiscal_code_figures import count_codes
from ala_desktop.services.registers.household_match import PersonRow, StoredHouseholds, StoredPeople
from ala_desktop.services.registers.plan import EqualRows, Known, Plan, Sheet, Transaction
from ala_desktop.sync.capture import Change

HOUSEHOLD_ID = "Codice interno del nucleo"
"""Heading of the households' ids in the files that this program writes."""
_MOST_PEOPLE = 200
"""People of one household in one transaction; a register without numbers would pass the log's limit."""


class HouseholdRegister:
    """Plans the import of households with their people."""

    kind = "household"
    verified = frozenset({"fiscal_code"})
    needed = (("surname", "fiscal_code"),)

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        household_id = Field("id", Reference("household"), HOUSEHOLD_ID, register=(HOUSEHOLD_ID,))
        specs = [catalog["person"], catalog["household"], catalog["household_member"]]
        self.headings = Headings(specs, [("household", household_id)])

    def plan(self, sheet: Sheet, connection: Connection) -> Plan:
        """A verdict for every row, and a transaction for every household that gets something new."""
        planning = _HouseholdPlanning(Plan(sheet), self._catalog, connection)
        for group in planning.groups():
            planning.household(group)
        planning.plan.settle()
        planning.plan.totals = planning.totals
        return planning.plan


class _HouseholdPlanning:
    """One file on its way to a plan."""

    def __init__(self, plan: Plan, catalog: Catalog, connection: Connection) -> None:
        self.plan = plan
        self._sheet = plan.sheet
        self._specs = {kind: catalog[kind] for kind in ("person", "household", "household_member")}
        self._rows = list(self._parted())
        self._people = StoredPeople(connection, self._rows)
        self._people.match(self._rows)
        met = [row.known.record for row in self._rows if row.known]
        self._households = StoredHouseholds(connection, met, self._rows)
        self._waiting = WaitingCases(connection)
        self._household_of: dict[int, str] = {}

    def _parted(self) -> Iterator[PersonRow]:
        equal = EqualRows(self._sheet)
        targets = [(column.kind, column.field.name) for column in self._sheet.columns]
        for place, values in self.plan.rows():
            earlier = equal.earlier(place)
            if earlier is not None:
                self.plan.duplicate(place, of=earlier)
                continue
            row = PersonRow(place, {}, {}, {})
            parts = {"person": row.person, "household": row.household, "household_member": row.member}
            for (kind, name), value in zip(targets, values, strict=True):
                if value is not None:
                    parts[kind][name] = value
            own_id, household_id = row.person.pop("id", None), row.household.pop("id", None)
            row.own_id = None if own_id is None else str(own_id)
            row.household_id = None if household_id is None else str(household_id)
            yield row

    def groups(self) -> list[list[PersonRow]]:
        """Rows by household, in the order of their first row; a row without a number is alone."""
        found: dict[tuple[object, ...], list[PersonRow]] = {}
        for row in self._rows:
            named = (row.household.get("register_name"), row.number) if row.number else (row.place,)
            key = (row.household_id,) if row.household_id else named
            found.setdefault(key, []).append(row)
        return list(found.values())

    def household(self, group: list[PersonRow]) -> None:
        """Decide on the rows of one household, and plan what they bring."""
        known = self._households.of(group)
        changes: list[Change] = []
        if known is None and not any(row.person for row in group):
            for row in group:
                self.plan.warn(row.place, "", "", "la riga non nomina nessuna persona: non è stata registrata")
            return
        if known is None:
            known = self._new_household(group)
            changes.append(Change("household", known.record, known.values))
        places: list[int] = []
        for row in group:
            self._household_of[row.place] = known.record
            brought = self._row(row, known, is_new=known.creation is not None)
            if brought:
                if len(places) == _MOST_PEOPLE:
                    self.plan.transactions.append(Transaction(changes, tuple(places)))
                    changes, places = [], []
                changes += brought
                places.append(row.place)
        if places or changes:
            self.plan.transactions.append(Transaction(changes, tuple(places)))

    def _new_household(self, group: list[PersonRow]) -> Known:
        """A household named after its head, with the first declared ISEE among its rows."""
        head = next((row for row in group if row.is_head), group[0])
        number = group[0].number
        values: dict[str, Value] = {}
        for row in group:
            for name, value in row.household.items():
                if values.setdefault(name, value) != value:
                    field = self._specs["household"].fields[name]
                    first = field.kind.show(values[name])
                    heading = self._sheet.heading_of("household", field)
                    self.plan.warn(
                        row.place, heading, field.kind.show(value), f"per il nucleo si è letto prima {first}"
                    )
        values.setdefault("name", head.full_name[:120] or f"Nucleo {number or ''}".strip())
        values.setdefault("register_name", self._sheet.source)
        if number is None:
            heading = self._sheet.heading_of("household", self._specs["household"].fields["register_number"])
            self.plan.warn(group[0].place, heading, "", "manca il numero del nucleo: la riga diventa un nucleo a sé")
        return Known(self._sheet.new_id(), values, group[0].place, values)

    def _row(self, row: PersonRow, household: Known, *, is_new: bool) -> list[Change]:
        """What one row brings; it is a duplicate when it brings nothing and differs in nothing."""
        differs = not is_new and self.plan.differ(row.place, self._specs["household"], household, row.household)
        if not row.person:
            if not differs:
                self.plan.duplicate(row.place, record=household.record)
            return []
        # An earlier row of this file may have brought the person since.
        person = row.known or self._people.by_code(row.key)
        if person is None:
            changes = self._new_person(row)
            person = Known(changes[0].id, dict(row.person), row.place)
        else:
            changes = []
            differs |= self.plan.differ(row.place, self._specs["person"], person, row.person)
        member = self._households.member(household.record, person.record)
        if member is None:
            changes.append(self._new_member(row, household.record, person.record))
            self.plan.fresh.add(row.place)
            return changes
        differs |= self.plan.differ(row.place, self._specs["household_member"], member, row.member)
        if not differs:
            self.plan.duplicate(row.place, of=member.place, record=person.record)
        return []

    def _new_person(self, row: PersonRow) -> list[Change]:
        """A person, and the link from the applications and grants that waited for this codice fiscale."""
        record = self._sheet.new_id()
        values = row.person
        column = self._sheet.heading_of("person", self._specs["person"].fields["fiscal_code"])
        for note in self._sheet.readings.warned.get(row.place, ()):
            if note.column == column:
                values["fiscal_code_note"] = f"{note.reason} in {self._sheet.source}"
        changes = [Change("person", record, values)]
        if row.key is not None:
            self._people.remember(row.key, Known(record, values, row.place, values))
            for kind, case in self._waiting.take(row.key):
                changes.append(Change(kind, case, {"person_id": record}, self._sheet.position))
        if "surname" not in values:
            heading = self._sheet.heading_of("person", self._specs["person"].fields["surname"])
            self.plan.warn(row.place, heading, "", "manca il cognome")
        return changes

    def _new_member(self, row: PersonRow, household: str, person: str) -> Change:
        values: dict[str, Value] = {"household_id": household, "person_id": person, **row.member}
        change = Change("household_member", self._sheet.new_id(), values)
        self._households.remember(household, person, Known(change.id, values, row.place, values))
        return change

    def totals(self, places: Set[int]) -> dict[str, object]:
        """Households and people that the rows at `places` bring, and how their codici fiscali are."""
        people = [row.place for row in self._rows if row.place in places and row.person]
        return {
            "households": len({self._household_of[place] for place in people}),
            "people": len(people),
            "fiscal_codes": count_codes(self._sheet, people),
        }
