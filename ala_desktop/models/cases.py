"""Applications, measures and interventions: what a household asks for and what it was given (DOMAIN 1, 2, 4)."""

from __future__ import annotations

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from ala_desktop.fields.kinds import Choice, Day, FiscalCode, Iban, Money, Number, Reference, Text, Year
from ala_desktop.fields.spec import Share
from ala_desktop.models import natural_keys
from ala_desktop.models.record import Record, column, living_index

SERVICES = {
    "SAP": "SAP",
    "SAT": "SAT",
    "SAS": "SAS",
    "misura_unica": "Misura Unica",
    "morosita_incolpevole": "Morosità incolpevole",
    "contributo_solidarieta": "Contributo di solidarietà",
    "altro": "Altro servizio",
}
SERVICES_ALSO = {"Fondo morosità incolpevole": "morosita_incolpevole"}
OUTCOMES = {
    "in_istruttoria": "In istruttoria",
    "idonea": "Idonea",
    "non_idonea": "Non idonea",
    "esclusa": "Esclusa",
    "accolta": "Accolta",
    "respinta": "Respinta",
    "rinviata": "Rinviata",
}
INTERVENTIONS = {
    "contributo": "Contributo",
    "accompagnamento": "Accompagnamento",
    "mediazione": "Mediazione",
    "contatto": "Contatto o colloquio",
}
PAYEES = {"locatore": "Proprietario (locatore)", "conduttore": "Inquilino (conduttore)", "nessuno": "Nessun pagamento"}


class HousingApplication(Record):
    """A request of any service. A SAP application is filed on the regional platform: here its id, score, outcome."""

    __tablename__ = "housing_application"
    __table_args__ = (
        living_index("housing_application", "submitted_on", "protocol"),
        Index("housing_application_protocol", "protocol"),
        Index("housing_application_person", "person_id"),
        Index("housing_application_group", "group_id"),
        *natural_keys.indexes("housing_application"),
    )
    label, plural, title = "Domanda", "Domande", ("protocol", "service", "applicant")

    protocol: Mapped[str | None] = column(
        Text(40), "Protocollo", searched=True, register=("Prot.", "Protocollo", "N. protocollo")
    )
    submitted_on: Mapped[str | None] = column(Day(), "Data", register=("Data", "Data domanda", "Presentata il"))
    service: Mapped[str | None] = column(
        Choice(SERVICES, SERVICES_ALSO), "Servizio", required=True, register=("Servizio", "Misura")
    )
    applicant: Mapped[str | None] = column(
        Text(160), "Richiedente", required=True, searched=True, register=("Richiedente", "Cognome e nome")
    )
    applicant_fiscal_code: Mapped[str | None] = column(
        FiscalCode(),
        "Codice fiscale del richiedente",
        searched=True,
        register=("CF richiedente", "Codice fiscale", "CF"),
    )
    person_id: Mapped[str | None] = column(Reference("person"), "Persona collegata")
    household_id: Mapped[str | None] = column(Reference("household"), "Nucleo")
    regional_id: Mapped[str | None] = column(
        Text(40), "ID pratica regionale", searched=True, register=("ID pratica regionale", "ID regionale")
    )
    isee_cents: Mapped[int | None] = column(Money(), "ISEE", register=("ISEE",))
    score: Mapped[int | None] = column(Number(scale=2, greatest=1_000_00), "Punteggio", register=("Punteggio", "Punti"))
    outcome: Mapped[str | None] = column(Choice(OUTCOMES), "Esito", register=("Esito",))
    decided_on: Mapped[str | None] = column(Day(), "Data dell'esito")
    unit_id: Mapped[str | None] = column(Reference("housing_unit"), "Alloggio")
    notes: Mapped[str | None] = column(
        Text(4000, lines=True), "Note dell'ufficio", share=Share.COMUNE, register=("Note", "Annotazioni")
    )


class Measure(Record):
    """A call or fund with its dated parameters; ceilings are data, never constants (DOMAIN 2)."""

    __tablename__ = "measure"
    __table_args__ = (living_index("measure", "year", "name"), Index("measure_group", "group_id"))
    label, plural, title = "Misura", "Misure", ("name", "year")
    published = True

    service: Mapped[str | None] = column(Choice(SERVICES, SERVICES_ALSO), "Tipo di misura", required=True)
    name: Mapped[str | None] = column(Text(120), "Denominazione", required=True, searched=True)
    year: Mapped[int | None] = column(Year(), "Anno")
    valid_from: Mapped[str | None] = column(Day(), "Valida dal")
    valid_until: Mapped[str | None] = column(Day(future=True), "Valida fino al")
    isee_limit_cents: Mapped[int | None] = column(Money(), "Limite ISEE")
    cap_cents: Mapped[int | None] = column(Money(), "Contributo massimo")
    most_months: Mapped[int | None] = column(Number(greatest=120), "Mensilità massime")
    payee: Mapped[str | None] = column(Choice(PAYEES), "Si paga a")
    source: Mapped[str | None] = column(Text(), "Fonte", help="Delibera o avviso da cui vengono i parametri")
    notes: Mapped[str | None] = column(Text(4000, lines=True), "Note")


class Intervention(Record):
    """What was done for a person: a grant, an accompaniment, a mediation or a contact."""

    __tablename__ = "intervention"
    __table_args__ = (
        living_index("intervention", "year", "beneficiary_fiscal_code"),
        Index("intervention_person", "person_id"),
        Index("intervention_group", "group_id"),
        *natural_keys.indexes("intervention"),
    )
    label, plural, title = "Intervento", "Interventi", ("type", "year", "beneficiary_fiscal_code")

    type: Mapped[str | None] = column(Choice(INTERVENTIONS), "Tipo", required=True)
    year: Mapped[int | None] = column(Year(), "Anno", register=("Anno",))
    service: Mapped[str | None] = column(Choice(SERVICES, SERVICES_ALSO), "Misura", register=("Misura",))
    measure_id: Mapped[str | None] = column(Reference("measure"), "Scheda della misura")
    beneficiary_fiscal_code: Mapped[str | None] = column(
        FiscalCode(),
        "Codice fiscale del beneficiario",
        searched=True,
        register=("CF beneficiario", "Codice fiscale", "CF"),
    )
    person_id: Mapped[str | None] = column(Reference("person"), "Persona collegata")
    application_id: Mapped[str | None] = column(Reference("housing_application"), "Domanda")
    landlord: Mapped[str | None] = column(
        Text(160), "Proprietario (locatore)", searched=True, register=("Proprietario", "Locatore")
    )
    landlord_iban: Mapped[str | None] = column(Iban(), "IBAN del proprietario", register=("IBAN proprietario", "IBAN"))
    months: Mapped[int | None] = column(Number(greatest=120), "Mensilità", register=("Mensilità", "Mesi"))
    granted_cents: Mapped[int | None] = column(Money(), "Importo concesso", register=("Importo concesso", "Concesso"))
    settled_cents: Mapped[int | None] = column(
        Money(), "Importo liquidato", register=("Importo liquidato", "Liquidato")
    )
    settled_on: Mapped[str | None] = column(Day(), "Data di liquidazione", register=("Data liquidazione",))
    started_on: Mapped[str | None] = column(Day(), "Data")
    outcome: Mapped[str | None] = column(Choice(OUTCOMES), "Esito")
    notes: Mapped[str | None] = column(Text(4000, lines=True), "Note dell'ufficio", share=Share.COMUNE)
