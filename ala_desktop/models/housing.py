"""Buildings, housing units and the past values of a unit's four axes (DOMAIN 1)."""

from __future__ import annotations

from ala_desktop.fields.kinds import Choice, Day, Floor, Money, Number, Reference, Text, Year, YesNo
from ala_desktop.models import natural_keys
from ala_desktop.models.record import Record, column, index, living_index

OWNERS = {
    "comune": "Comune",
    "aler_pavia_lodi": "ALER Pavia-Lodi",
    "aler_milano": "ALER Milano",
    "privato": "Privato",
    "altro": "Altro ente",
}
OWNERS_ALSO = {"ALER PV-LO": "aler_pavia_lodi", "ALER": "aler_pavia_lodi", "ALER MI": "aler_milano"}
DESIGNATIONS = {
    "SAP": "SAP - servizio abitativo pubblico",
    "SAT": "SAT - servizio abitativo transitorio",
    "SAS": "SAS - servizio abitativo sociale",
    "HOUSING": "Housing sociale o temporaneo",
    "PRIVATE": "Locazione privata",
    "OTHER": "Altra destinazione",
}
OCCUPANCIES = {
    "libero": "Libero",
    "proposto": "Proposto",
    "accettato": "Proposta accettata",
    "assegnato": "Assegnato",
    "in_rilascio": "In corso di rilascio",
    "occupato_senza_titolo": "Occupato senza titolo",
}
CONDITIONS = {
    "idoneo": "Idoneo",
    "carenze_manutentive": "Carenze manutentive",
    "in_manutenzione": "In manutenzione",
    "inagibile": "Inagibile",
}
AVAILABILITIES = {
    "disponibile": "Disponibile, assegnabile senza lavori",
    "assegnabile_stato_di_fatto": "Assegnabile nello stato di fatto",
    "non_disponibile": "Non disponibile",
    "in_alienazione": "In alienazione",
    "alienato": "Alienato",
    "demolito": "Demolito",
}
AXES = {
    "designation": "Destinazione",
    "occupancy": "Occupazione",
    "condition": "Condizione",
    "availability": "Disponibilità",
}


class Building(Record):
    """A building that holds housing units."""

    kind = "building"
    indexes = (living_index("building", "address", "street_number"), *natural_keys.indexes("building"))
    label, plural, title = "Fabbricato", "Fabbricati", ("address", "street_number")

    address = column(Text(), "Indirizzo", required=True, searched=True)
    street_number = column(Text(20), "Civico", searched=True)
    name = column(Text(120), "Denominazione", searched=True)
    cadastral_sheet = column(Text(20), "Foglio")
    cadastral_parcel = column(Text(20), "Mappale")
    owner_body = column(Choice(OWNERS, OWNERS_ALSO), "Proprietà")
    year_built = column(Year(), "Anno di costruzione")
    lift = column(YesNo(), "Ascensore")
    notes = column(Text(4000, lines=True), "Note")


class HousingUnit(Record):
    """A home, with four orthogonal axes; past values of each are kept in `UnitState`."""

    kind = "housing_unit"
    indexes = (
        living_index("housing_unit", "code"),
        index("housing_unit_group", "group_id"),
        *natural_keys.indexes("housing_unit"),
    )
    label, plural, title = "Alloggio", "Alloggi", ("code", "address", "street_number")

    code = column(
        Text(40),
        "Codice alloggio",
        required=True,
        searched=True,
        register=("Codice alloggio", "Codice", "Cod. alloggio"),
    )
    building_id = column(Reference("building"), "Fabbricato")
    address = column(Text(), "Indirizzo", searched=True, register=("Indirizzo", "Via"))
    street_number = column(Text(20), "Civico", searched=True, register=("Civico", "N. civico", "Numero civico"))
    stair = column(Text(20), "Scala", register=("Scala",))
    floor = column(Floor(), "Piano", register=("Piano",))
    interior = column(Text(20), "Interno", register=("Int.", "Interno"))
    cadastral_sheet = column(Text(20), "Foglio", register=("Foglio", "Fg."))
    cadastral_parcel = column(Text(20), "Mappale", register=("Mappale", "Particella", "Mapp."))
    cadastral_subunit = column(Text(20), "Subalterno", register=("Sub", "Sub.", "Subalterno"))
    cadastral_rooms = column(Number(scale=1, greatest=999, bare=True), "Vani", register=("Vani",))
    net_area_sqm = column(
        Number(scale=2, greatest=10_000_00, unit="m²"),
        "Superficie utile (m²)",
        register=("Sup. utile mq", "Superficie utile", "Superficie", "Mq"),
    )
    lift = column(YesNo(), "Ascensore", register=("Ascensore",))
    owner_body = column(
        Choice(OWNERS, OWNERS_ALSO), "Proprietà", register=("Proprietà", "Ente proprietario", "Proprietario")
    )
    designation = column(Choice(DESIGNATIONS), "Destinazione", register=("Destinazione",))
    designation_since = column(Day(), "Destinazione dal")
    occupancy = column(Choice(OCCUPANCIES), "Occupazione")
    occupancy_since = column(Day(), "Occupazione dal")
    condition = column(Choice(CONDITIONS, {"carenze manut.": "carenze_manutentive"}), "Condizione")
    condition_since = column(Day(), "Condizione dal")
    availability = column(Choice(AVAILABILITIES), "Disponibilità")
    availability_since = column(Day(), "Disponibilità dal")
    availability_reason = column(Text(), "Motivo della non disponibilità")
    rent_cents = column(Money(), "Canone mensile", register=("Canone mensile", "Canone"))
    last_inspection = column(
        Day(), "Ultimo sopralluogo", register=("Ultimo sopralluogo", "Data sopralluogo", "Sopralluogo")
    )
    regional_id = column(Text(40), "Identificativo regionale")
    notes = column(Text(4000, lines=True), "Note", register=("Note",))


class UnitState(Record):
    """A value that one axis of a unit had until it changed: what, from when, until when, why."""

    kind = "unit_state"
    indexes = (index("unit_state_unit", "unit_id"),)
    label, plural, title = "Stato precedente", "Stati precedenti", ("axis", "value", "until")

    unit_id = column(Reference("housing_unit"), "Alloggio", required=True)
    axis = column(Choice(AXES), "Asse", required=True)
    value = column(Text(40), "Valore")
    since = column(Day(), "Dal")
    until = column(Day(), "Al")
    reason = column(Text(), "Motivo")
