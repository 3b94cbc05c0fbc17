"""Commissions, their members, sittings, agenda, votes and minutes numbers (DOMAIN 5).

A sitting in state `approvato` freezes with its attendance, items and votes; the number is a record of its own.
"""

from __future__ import annotations

from ala_desktop.fields.kinds import Choice, Day, Money, Number, Reference, Text, TimeOfDay, Year, YesNo
from ala_desktop.fields.spec import Freeze
from ala_desktop.models.record import Record, column, index, living_index

BODIES = {"commissione_casa": "Commissione Casa", "commissione_sat": "Commissione SAT", "altro": "Altro organo"}
MEMBER_ROLES = {
    "presidente": "Presidente",
    "componente": "Componente",
    "segretario": "Segretario verbalizzante",
    "relatore": "Relatore (senza voto)",
    "uditore": "Uditore (senza voto)",
}
STATES = {"bozza": "Bozza", "in_lettura": "In lettura", "approvato": "Approvato"}
PRESENCES = {"presente": "Presente", "assente": "Assente", "giustificato": "Assente giustificato"}
VOTES = {
    "favorevole": "Favorevole",
    "contrario": "Contrario",
    "astenuto": "Astenuto",
    "non_partecipa": "Non partecipa al voto",
}
DECISIONS = {"voto": "A votazione", "unanimita": "All'unanimità", "consenso": "Per consenso"}
ITEM_KINDS = {
    "domanda": "Domanda",
    "contributo": "Richiesta di contributo",
    "fuori_sacco": "Fuori sacco",
    "varie": "Varie ed eventuali",
    "altro": "Altro argomento",
}
ITEM_OUTCOMES = {
    "accolta": "Accolta",
    "respinta": "Respinta",
    "idonea": "Idonea",
    "non_idonea": "Non idonea",
    "supplemento": "Supplemento di istruttoria",
    "rinviata": "Rinviata ad altra seduta",
    "presa_atto": "Presa d'atto",
}

FROZEN = frozenset({"approvato"})


def within_sitting(field: str) -> Freeze:
    """A record of the family of the sitting that `field` refers to."""
    return Freeze("sitting", "state", FROZEN, within=field)


class Commission(Record):
    """A body that decides: its name and its quorum."""

    kind = "commission"
    indexes = (living_index("commission", "name"),)
    label, plural, title = "Commissione", "Commissioni", ("name",)

    name = column(Text(160), "Denominazione", required=True, searched=True)
    body = column(Choice(BODIES), "Organo", required=True)
    quorum = column(
        Number(least=1, greatest=99), "Numero legale", help="Quanti componenti con voto devono essere presenti"
    )
    established_by = column(Text(), "Atto di nomina")
    place = column(Text(), "Sede abituale")
    active = column(YesNo(), "Attiva")


class CommissionMember(Record):
    """A person who sits in a commission, with or without a vote."""

    kind = "commission_member"
    indexes = (index("commission_member_commission", "commission_id"),)
    label, plural, title = "Componente della commissione", "Componenti della commissione", ("full_name",)

    commission_id = column(Reference("commission"), "Commissione", required=True)
    full_name = column(Text(120), "Nome e cognome", required=True, searched=True)
    role = column(Choice(MEMBER_ROLES), "Ruolo", required=True)
    position = column(Text(120), "Qualifica o ente")
    voting = column(YesNo(), "Ha diritto di voto")
    active = column(YesNo(), "In carica")


class Sitting(Record):
    """One meeting of a commission. Approved, it never changes.

    What its minutes say of records that may change later (the body's name, a member's position, a unit's address) is
    written beside the reference, so that the minutes print the same for ever.
    """

    kind = "sitting"
    indexes = (living_index("sitting", "held_on"),)
    label, plural, title = "Seduta", "Sedute", ("held_on",)
    freeze = Freeze("sitting", "state", FROZEN)

    commission_id = column(Reference("commission"), "Commissione", required=True)
    commission_name = column(Text(160), "Denominazione della commissione")
    held_on = column(Day(future=True), "Data", required=True)
    place = column(Text(), "Luogo")
    remote = column(YesNo(), "In videoconferenza")
    convocation = column(Text(), "Convocazione", help="Protocollo e data della lettera di convocazione")
    opened_at = column(TimeOfDay(), "Apertura")
    closed_at = column(TimeOfDay(), "Chiusura")
    suspensions = column(Text(1000, lines=True), "Sospensioni")
    chair_id = column(Reference("commission_member"), "Presiede")
    secretary_id = column(Reference("commission_member"), "Segretario verbalizzante")
    quorum = column(Number(least=1, greatest=99), "Numero legale richiesto")
    remarks = column(Text(8000, lines=True), "Comunicazioni e note")
    state = column(Choice(STATES), "Stato")
    approved_on = column(Day(), "Approvato il")


class Attendance(Record):
    """Whether a member is in the room, from when to when."""

    kind = "attendance"
    indexes = (index("attendance_sitting", "sitting_id"),)
    label, plural, title = "Presenza", "Presenze", ("presence",)
    freeze = within_sitting("sitting_id")

    sitting_id = column(Reference("sitting"), "Seduta", required=True)
    member_id = column(Reference("commission_member"), "Componente", required=True)
    full_name = column(Text(120), "Nome e cognome")
    role = column(Choice(MEMBER_ROLES), "Ruolo")
    position = column(Text(120), "Qualifica o ente")
    voting = column(YesNo(), "Ha diritto di voto")
    presence = column(Choice(PRESENCES), "Presenza")
    delegate = column(Text(120), "Delegato")
    arrived_at = column(TimeOfDay(), "Entra alle")
    left_at = column(TimeOfDay(), "Esce alle")


class AgendaItem(Record):
    """One item of the agenda, from the report to the outcome."""

    kind = "agenda_item"
    indexes = (index("agenda_item_sitting", "sitting_id"),)
    label, plural, title = "Punto all'ordine del giorno", "Punti all'ordine del giorno", ("position", "subject")
    freeze = within_sitting("sitting_id")

    sitting_id = column(Reference("sitting"), "Seduta", required=True)
    position = column(Number(least=1, greatest=999), "N.", required=True)
    type = column(Choice(ITEM_KINDS), "Tipo")
    subject = column(Text(400), "Oggetto", required=True, searched=True)
    case_code = column(Text(40), "Codice pratica")
    application_id = column(Reference("housing_application"), "Domanda")
    intervention_id = column(Reference("intervention"), "Contributo")
    treated_at = column(
        TimeOfDay(), "Trattato alle", help="Dice chi era in aula, se durante la seduta si entra o si esce"
    )
    report = column(Text(8000, lines=True), "Relazione istruttoria")
    documents = column(Text(2000, lines=True), "Documenti esaminati")
    discussion = column(Text(8000, lines=True), "Sintesi della discussione")
    proposal = column(Text(4000, lines=True), "Proposta")
    reasoning = column(Text(4000, lines=True), "Motivazione")
    decision = column(Choice(DECISIONS), "Modo della decisione")
    outcome = column(Choice(ITEM_OUTCOMES), "Esito")
    unit_id = column(Reference("housing_unit"), "Alloggio")
    unit_text = column(Text(300), "Alloggio come a verbale")
    amount_cents = column(Money(), "Importo")
    months = column(Number(greatest=120), "Mensilità")
    term = column(Day(future=True), "Termine")
    dissent = column(Text(2000, lines=True), "Dichiarazioni di dissenso")


class Vote(Record):
    """How one member voted on one item, and whether they left for a conflict of interest (L. 241/1990 art. 6-bis)."""

    kind = "vote"
    indexes = (index("vote_sitting", "sitting_id"), index("vote_item", "item_id"))
    label, plural, title = "Voto", "Voti", ("vote",)
    freeze = within_sitting("sitting_id")

    sitting_id = column(Reference("sitting"), "Seduta", required=True)
    item_id = column(Reference("agenda_item"), "Punto", required=True)
    member_id = column(Reference("commission_member"), "Componente", required=True)
    vote = column(Choice(VOTES), "Voto")
    conflict = column(YesNo(), "Conflitto di interessi dichiarato")
    left_room = column(YesNo(), "Ha lasciato la sala")


class MinutesNumber(Record):
    """The number that minutes took in a commission's series of a year; kept beside the frozen sitting.

    Two may point to one sitting: an emergency number, and the definitive one that followed it.
    """

    kind = "minutes_number"
    indexes = (
        index("minutes_number_series", "commission_id", "year", "number"),
        index("minutes_number_sitting", "sitting_id"),
    )
    label, plural, title = "Numero del verbale", "Numeri dei verbali", ("number", "year")

    commission_id = column(Reference("commission"), "Commissione", required=True)
    year = column(Year(), "Anno", required=True)
    number = column(Number(least=1), "Numero", required=True)
    emergency_register = column(
        Text(40), "Registro di emergenza", help="Vuoto per un numero definitivo, altrimenti il PC che lo ha dato"
    )
    sitting_id = column(Reference("sitting"), "Seduta", required=True)
    given_on = column(Day(), "Attribuito il")
