"""Cases that wait for a commission, and the words with which they come on an agenda.

Names are written as the office writes them. Nothing here writes to the store; `agenda` does.
"""

from __future__ import annotations

from dataclasses import dataclass

from ala_desktop.fields.values import Value
from ala_desktop.rules.agenda import HOMES, OPEN_OUTCOMES, agenda_order, application_waits, grant_waits
from ala_desktop.services.desk import Desk
from ala_desktop.services.row import Row


@dataclass(frozen=True, slots=True)
class Waiting:
    """A case that waits for a commission.

    Attributes:
        id: what a choice of cases names: the grant's id if it is a grant, else the application's.
        application_id: the application, or None.
        intervention_id: the request for a grant, or None.
        day: when it was asked, ISO; None when not known.
        who: applicant or beneficiary.
        service: label of the service or measure.
        values: the fields of an agenda item, filled in.
    """

    id: str
    application_id: str | None
    intervention_id: str | None
    day: str | None
    who: str
    service: str
    values: dict[str, Value]


def waiting(desk: Desk) -> list[Waiting]:
    """Every case that waits and is on no open sitting's agenda, oldest first.

    A request for a grant that hangs on a waiting application is one case with it; so are linked records.
    """
    kept, taken = desk.linked.kept, _on_open_agendas(desk)
    grants = [row for row in _pending(desk, "intervention", type="contributo") if grant_waits(row.values)]
    granted_on = {kept(str(row["application_id"])) for row in grants if row["application_id"]}
    applications = {row.id: row for row in _pending(desk, "housing_application") if application_waits(row.values)}
    words = _Words(desk)
    cases = [words.grant(row, applications.get(kept(str(row["application_id"])))) for row in grants]
    cases += [words.application(row) for row in applications.values() if row.id not in granted_on]
    free = [case for case in cases if not {case.application_id, case.intervention_id} & taken]
    return sorted(free, key=lambda case: agenda_order(case.day, case.values.get("case_code"), case.id))


def _pending(desk: Desk, kind: str, **where: Value) -> list[Row]:
    return [row for outcome in OPEN_OUTCOMES for row in desk.find(kind, outcome=outcome, **where)]


def _on_open_agendas(desk: Desk) -> set[str | None]:
    sittings = [row for state in (None, "bozza", "in_lettura") for row in desk.find("sitting", state=state)]
    items = [item for sitting in sittings for item in desk.find("agenda_item", sitting_id=sitting.id)]
    named = {str(item[name]) for item in items for name in ("application_id", "intervention_id") if item[name]}
    return {desk.linked.kept(record) for record in named}


class _Words:
    """Writes subject, report and proposal of an item from its case."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def application(self, row: Row) -> Waiting:
        service = self._show(row, "service")
        proposal = "Esaminare la domanda e deliberare sull'idoneità." if row["service"] in HOMES else (
            "Esaminare la domanda e deliberare sull'accoglimento."
        )  # fmt: skip
        values: dict[str, Value] = {
            "type": "domanda",
            "subject": f"{service}: domanda di {row.text('applicant')}"[:400],
            "case_code": row["protocol"],
            "application_id": row.id,
            "unit_id": row["unit_id"],
            "report": self._facts(row),
            "proposal": proposal,
        }
        return Waiting(row.id, row.id, None, _day(row["submitted_on"]), row.text("applicant"), service, values)

    def grant(self, row: Row, application: Row | None) -> Waiting:
        service = self._show(row, "service") or "Contributo"
        who = self._beneficiary(row, application)
        day = row["started_on"] or (application["submitted_on"] if application else None)
        year = f"{row['year']}-12-31" if row["year"] else None
        told = (self._facts(application) if application else None, self._landlord(row))
        values: dict[str, Value] = {
            "type": "contributo",
            "subject": f"{service}: richiesta di contributo di {who}"[:400],
            "case_code": application["protocol"] if application else None,
            "application_id": application.id if application else None,
            "intervention_id": row.id,
            "report": " ".join(part for part in told if part) or None,
            "proposal": f"Deliberare sulla concessione del contributo{self._limits(row)}.",
            "amount_cents": row["granted_cents"],
            "months": row["months"],
        }
        return Waiting(row.id, application.id if application else None, row.id, _day(day or year), who, service, values)

    def _facts(self, row: Row) -> str | None:
        parts = [
            f"Domanda presentata il {self._show(row, 'submitted_on')}" if row["submitted_on"] else "",
            f"ID pratica regionale {row['regional_id']}" if row["regional_id"] else "",
            f"ISEE {self._show(row, 'isee_cents')}" if row["isee_cents"] is not None else "",
            f"punteggio {self._show(row, 'score')}" if row["score"] is not None else "",
            self._members(row["household_id"]),
        ]
        told = ", ".join(part for part in parts if part)
        return f"{told[0].upper()}{told[1:]}." if told else None

    def _members(self, household: Value) -> str:
        rows = self._desk.find("household_member", household_id=household) if household else []
        count = sum(row["until"] is None for row in rows)
        return f"nucleo di {count} component{'e' if count == 1 else 'i'}" if count else ""

    def _landlord(self, row: Row) -> str:
        return f"Proprietario (locatore): {row['landlord']}." if row["landlord"] else ""

    def _limits(self, row: Row) -> str:
        """The ceilings of the measure, as its sheet has them; nothing when there is no sheet."""
        for measure in self._desk.many("measure", [str(row["measure_id"])]) if row["measure_id"] else []:
            cap = f"{self._show(measure, 'cap_cents')}" if measure["cap_cents"] is not None else ""
            months = f"{measure['most_months']} mensilità" if measure["most_months"] is not None else ""
            limits = " e ".join(part for part in (cap, months) if part)
            return f", entro i limiti della misura «{measure['name']}»" + (f" (massimo {limits})" if limits else "")
        return ""

    def _beneficiary(self, row: Row, application: Row | None) -> str:
        if application and application["applicant"]:
            return application.text("applicant")
        person = self._desk.linked.kept(str(row["person_id"])) if row["person_id"] else ""
        people = self._desk.many("person", [person]) if person else []
        named = [self._desk.catalog["person"].name_of(person.values) for person in people]
        return (named or [row.text("beneficiary_fiscal_code")])[0] or "beneficiario non indicato"

    def _show(self, row: Row, name: str) -> str:
        return self._desk.catalog[row.kind].fields[name].kind.show(row[name])


def _day(value: Value) -> str | None:
    return value if isinstance(value, str) else None
