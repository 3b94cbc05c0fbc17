"""Applications, measures and interventions: what a household asks for and what it was given (DOMAIN 1, 2, 4)."""

from __future__ import annotations

from ala_desktop.fields.kinds import Choice, Day, FiscalCode, Iban, Money, Number, Reference, Text, Year
from ala_desktop.fields.spec import Share
from ala_desktop.models import natural_keys
from ala_desktop.models.record import Record, column, index, living_index

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

    kind = "housing_application"
    indexes = (
        living_index("housing_application", "submitted_on", "protocol"),
        index("housing_application_protocol", "protocol"),
        index("housing_application_person", "person_id"),
        index("housing_application_group", "group_id"),
        *natural_keys.indexes("housing_application"),
    )
    label, plural, title = "Domanda", "Domande", ("protocol", "service", "applicant")

    protocol = column(Text(40), "Protocollo", searched=True, register=("Prot.", "Protocollo", "N. protocollo"))
    submitted_on = column(Day(), "Data", register=("Data", "Data domanda", "Presentata il"))
    service = column(Choice(SERVICES, SERVICES_ALSO), "Servizio", required=True, register=("Servizio", "Misura"))
    applicant = column(
        Text(160), "Richiedente", required=True, searched=True, register=("Richiedente", "Cognome e nome")
    )
    applicant_fiscal_code = column(
        FiscalCode(),
        "Codice fiscale del richiedente",
        searched=True,
        register=("CF richiedente", "Codice fiscale", "CF"),
    )
    person_id = column(Reference("person"), "Persona collegata")
    household_id = column(Reference("household"), "Nucleo")
    regional_id = column(
        Text(40), "ID pratica regionale", searched=True, register=("ID pratica regionale", "ID regionale")
    )
    isee_cents = column(Money(), "ISEE", register=("ISEE",))
    score = column(Number(scale=2, greatest=1_000_00), "Punteggio", register=("Punteggio", "Punti"))
    outcome = column(Choice(OUTCOMES), "Esito", register=("Esito",))
    decided_on = column(Day(), "Data dell'esito")
    unit_id = column(Reference("housing_unit"), "Alloggio")
    notes = column(Text(4000, lines=True), "Note dell'ufficio", share=Share.COMUNE, register=("Note", "Annotazioni"))


class Measure(Record):
    """A call or fund with its dated parameters; ceilings are data, never constants (DOMAIN 2)."""

    kind = "measure"
    indexes = (living_index("measure", "year", "name"), index("measure_group", "group_id"))
    label, plural, title = "Misura", "Misure", ("name", "year")
    published = True

    service = column(Choice(SERVICES, SERVICES_ALSO), "Tipo di misura", required=True)
    name = column(Text(120), "Denominazione", required=True, searched=True)
    year = column(Year(), "Anno")
    valid_from = column(Day(), "Valida dal")
    valid_until = column(Day(future=True), "Valida fino al")
    isee_limit_cents = column(Money(), "Limite ISEE")
    cap_cents = column(Money(), "Contributo massimo")
    most_months = column(Number(greatest=120), "Mensilità massime")
    payee = column(Choice(PAYEES), "Si paga a")
    source = column(Text(), "Fonte", help="Delibera o avviso da cui vengono i parametri")
    notes = column(Text(4000, lines=True), "Note")


class Intervention(Record):
    """What was done for a person: a grant, an accompaniment, a mediation or a contact."""

    kind = "intervention"
    indexes = (
        living_index("intervention", "year", "beneficiary_fiscal_code"),
        index("intervention_person", "person_id"),
        index("intervention_group", "group_id"),
        *natural_keys.indexes("intervention"),
    )
    label, plural, title = "Intervento", "Interventi", ("type", "year", "beneficiary_fiscal_code")

    type = column(Choice(INTERVENTIONS), "Tipo", required=True)
    year = column(Year(), "Anno", register=("Anno",))
    service = column(Choice(SERVICES, SERVICES_ALSO), "Misura", register=("Misura",))
    measure_id = column(Reference("measure"), "Scheda della misura")
    beneficiary_fiscal_code = column(
        FiscalCode(),
        "Codice fiscale del beneficiario",
        searched=True,
        register=("CF beneficiario", "Codice fiscale", "CF"),
    )
    person_id = column(Reference("person"), "Persona collegata")
    application_id = column(Reference("housing_application"), "Domanda")
    landlord = column(Text(160), "Proprietario (locatore)", searched=True, register=("Proprietario", "Locatore"))
    landlord_iban = column(Iban(), "IBAN del proprietario", register=("IBAN proprietario", "IBAN"))
    months = column(Number(greatest=120), "Mensilità", register=("Mensilità", "Mesi"))
    granted_cents = column(Money(), "Importo concesso", register=("Importo concesso", "Concesso"))
    settled_cents = column(Money(), "Importo liquidato", register=("Importo liquidato", "Liquidato"))
    settled_on = column(Day(), "Data di liquidazione", register=("Data liquidazione",))
    started_on = column(Day(), "Data")
    outcome = column(Choice(OUTCOMES), "Esito")
    notes = column(Text(4000, lines=True), "Note dell'ufficio", share=Share.COMUNE)
