"""The registers of applications and of grants: one row, one case, linked to its person by codice fiscale.

Neither has a code that is its own, so rows and stored cases are paired one to one (`case_match`).
"""

from __future__ import annotations

from collections.abc import Set

from sqlalchemy import Connection

from ala_desktop.exchange.columns import Headings
from ala_desktop.fields.identifiers import identifying_key
from ala_desktop.fields.spec import Catalog, RecordSpec
from ala_desktop.fields.values import Value
from ala_desktop.services.person_links import people_with
from ala_desktop.services.registers.case_match import CaseRow, CaseTraits, pair
from ala_desktop.services.registers.measure_links import Measures
from ala_desktop.services.registers.plan import EqualRows, Plan, Sheet, Transaction
from ala_desktop.services.registers.stand_ins import shown_for
from ala_desktop.sync.capture import Change

_APPLICATION = CaseTraits("housing_application", "applicant_fiscal_code", "applicant", ("protocol",), "submitted_on")
_GRANT = CaseTraits(
    "intervention", "beneficiary_fiscal_code", "landlord", ("type", "year", "service", "granted_cents"), "settled_on"
)


class ApplicationRegister:
    """Plans the import of applications of any service; each keeps the ISEE that stands in its row."""

    kind = "housing_application"
    verified: frozenset[str] = frozenset()
    needed = (("service",), ("applicant", "applicant_fiscal_code"))

    def __init__(self, catalog: Catalog) -> None:
        self._spec = catalog[self.kind]
        self.headings = Headings([self._spec])

    def plan(self, sheet: Sheet, connection: Connection) -> Plan:
        """A verdict for every row, and a transaction for every new application."""
        planning = _CasePlanning(Plan(sheet), self._spec, _APPLICATION, connection)
        for row in planning.new_rows():
            planning.create(row)
        plan = planning.plan
        plan.settle()

        def totals(places: Set[int]) -> dict[str, object]:
            sap = sum(row.put.get("service") == "SAP" for row in planning.created if row.place in places)
            return {"header_row": sheet.table.header_line, "sap": sap}

        plan.totals = totals
        return plan


class GrantRegister:
    """Plans the import of grants; each belongs to the measure of its service and year."""

    kind = "intervention"
    verified = frozenset({"landlord_iban"})
    needed = (("service",), ("granted_cents",))

    def __init__(self, catalog: Catalog) -> None:
        self._spec = catalog[self.kind]
        self.headings = Headings([self._spec])

    def plan(self, sheet: Sheet, connection: Connection) -> Plan:
        """A verdict for every row, a transaction for every new grant, and before it one for a measure it needs."""
        planning = _CasePlanning(Plan(sheet), self._spec, _GRANT, connection)
        measures = Measures(connection, sheet.new_id)
        for row in planning.new_rows():
            measure, creation = measures.of(row.put.get("service"), row.put.get("year"))
            if creation is not None:
                planning.plan.transactions.append(Transaction([creation], ()))
            planning.create(row, measure_id=measure)
        plan = planning.plan
        plan.settle()
        iban = sheet.heading_of(self.kind, self._spec.fields["landlord_iban"])

        def totals(places: Set[int]) -> dict[str, object]:
            granted = sum(int(row.put.get("granted_cents") or 0) for row in planning.created if row.place in places)
            wrong = sum(any(note.column == iban for note in plan.notes.get(place, ())) for place in places)
            return {"granted_cents": granted, "wrong_iban": wrong}

        plan.totals = totals
        return plan


class _CasePlanning:
    """One file on its way to a plan."""

    def __init__(self, plan: Plan, spec: RecordSpec, traits: CaseTraits, connection: Connection) -> None:
        self.plan = plan
        self.created: list[CaseRow] = []
        self._sheet = plan.sheet
        self._spec = spec
        self._traits = traits
        self._connection = connection

    def new_rows(self) -> list[CaseRow]:
        """The rows that no stored case answers to; the others are told to be duplicates or different."""
        rows = self._read_rows()
        pair(self._connection, self._spec, self._traits, rows)
        self._go_to_shown(rows)
        for row in rows:
            if row.known is not None and not self.plan.differ(row.place, self._spec, row.known, row.put):
                self.plan.duplicate(row.place, record=row.known.record)
        new = [row for row in rows if row.known is None]
        self._people = people_with(self._connection, {key for row in new if (key := self._key(row.put))})
        return new

    def _go_to_shown(self, rows: list[CaseRow]) -> None:
        """A row that answers to a linked case is about the one that is shown for it."""
        known = [row.known for row in rows if row.known]
        columns = tuple(known[0].values) if known else ()
        shown = shown_for(self._connection, self._spec.kind, columns, known) if known else {}
        for row in rows:
            row.known = shown[row.known.record] if row.known else None

    def _read_rows(self) -> list[CaseRow]:
        equal = EqualRows(self._sheet)
        names = [column.field.name for column in self._sheet.columns]
        rows: list[CaseRow] = []
        for place, values in self.plan.rows():
            earlier = equal.earlier(place)
            if earlier is not None:
                self.plan.duplicate(place, of=earlier)
                continue
            put: dict[str, Value] = {n: value for n, value in zip(names, values, strict=True) if value is not None}
            own_id = put.pop("id", None)
            if self._traits is _GRANT:
                put.setdefault("type", "contributo")
            rows.append(CaseRow(place, put, None if own_id is None else str(own_id)))
        return rows

    def _key(self, put: dict[str, Value]) -> str | None:
        return identifying_key(put.get(self._traits.code))

    def create(self, row: CaseRow, **more: Value) -> None:
        """A new case, linked to the person whose codice fiscale it names if that person is here already."""
        key = self._key(row.put)
        if self._traits.code not in row.put:
            column = self._sheet.heading_of(self._spec.kind, self._spec.fields[self._traits.code])
            self.plan.warn(row.place, column, "", "manca il codice fiscale: non collegata a una persona")
        values = row.put | {"person_id": self._people.get(key) if key else None} | more
        values = {name: value for name, value in values.items() if value is not None}
        change = Change(self._spec.kind, self._sheet.new_id(), values)
        self.plan.transactions.append(Transaction([change], (row.place,)))
        self.plan.fresh.add(row.place)
        self.created.append(row)
