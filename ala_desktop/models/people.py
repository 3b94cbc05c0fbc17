"""Households, people and who lives with whom (DOMAIN 6 and 7)."""

from __future__ import annotations

from ala_desktop.fields.kinds import Choice, Day, FiscalCode, Money, Number, Reference, Text
from ala_desktop.fields.spec import Share
from ala_desktop.models import natural_keys
from ala_desktop.models.record import Record, column, index, living_index

SEXES = {"F": "Femmina", "M": "Maschio"}


class Household(Record):
    """People who live together and ask together."""

    kind = "household"
    indexes = (living_index("household", "name"), index("household_group", "group_id"))
    label, plural, title = "Nucleo familiare", "Nuclei familiari", ("name",)

    name = column(
        Text(120), "Intestatario", required=True, searched=True, help="Cognome e nome di chi rappresenta il nucleo"
    )
    register_number = column(Text(20), "Numero nel registro", register=("N. nucleo", "Nucleo", "Numero nucleo"))
    register_name = column(Text(120), "Registro di provenienza")
    address = column(Text(), "Indirizzo", searched=True)
    unit_id = column(Reference("housing_unit"), "Alloggio")
    declared_isee_cents = column(
        Money(),
        "ISEE dichiarato",
        register=("ISEE",),
        help="Valore dichiarato, senza data: non sostituisce l'attestazione",
    )
    notes = column(Text(4000, lines=True), "Note dell'ufficio", share=Share.COMUNE)


class Person(Record):
    """A person. The codice fiscale is kept as written and may be missing."""

    kind = "person"
    indexes = (
        living_index("person", "surname", "name"),
        index("person_group", "group_id"),
        *natural_keys.indexes("person"),
    )
    label, plural, title = "Persona", "Persone", ("surname", "name")

    surname = column(Text(80), "Cognome", required=True, searched=True, register=("Cognome",))
    name = column(Text(80), "Nome", searched=True, register=("Nome",))
    sex = column(Choice(SEXES), "Sesso", register=("Sesso",))
    birth_date = column(Day(), "Data di nascita", register=("Data nascita", "Data di nascita", "Nato il"))
    birth_place = column(Text(80), "Luogo di nascita", register=("Luogo nascita", "Luogo di nascita", "Nato a"))
    fiscal_code = column(
        FiscalCode(), "Codice fiscale", searched=True, register=("Codice Fiscale", "CF", "Cod. fiscale")
    )
    fiscal_code_note = column(
        Text(), "Codice fiscale non verificato perché", help="Da compilare se il codice non supera il controllo"
    )
    phone = column(Text(60), "Telefono", register=("Tel.", "Telefono", "Cell."))
    email = column(Text(120), "Posta elettronica")
    disability_percent = column(
        Number(greatest=100, unit="%"),
        "Invalidità (%)",
        share=Share.COMUNE,
        register=("Invalidità %", "Invalidità", "% invalidità"),
    )
    notes = column(Text(4000, lines=True), "Note riservate dell'ufficio", share=Share.COMUNE)


class HouseholdMember(Record):
    """That a person belongs to a household, with the relation as it was typed."""

    kind = "household_member"
    indexes = (
        index("household_member_household", "household_id"),
        index("household_member_person", "person_id"),
        index("household_member_group", "group_id"),
    )
    label, plural, title = "Componente", "Componenti", ("relation",)

    household_id = column(Reference("household"), "Nucleo", required=True)
    person_id = column(Reference("person"), "Persona", required=True)
    relation = column(Text(60), "Rapporto di parentela", register=("Rel. parentela", "Parentela", "Relazione"))
    since = column(Day(), "Dal")
    until = column(Day(), "Al")
