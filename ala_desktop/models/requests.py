"""What passes between a comune and ALA about a case: the request, and ALA's replies (DESIGN 3, ADR 22).

No cell has two writers: the comune withdraws in fields of its own, ALA takes in its, and each reply is a record. The
state follows from these (`rules.requests`), so that a withdrawal and an answer that crossed stand beside each other.
"""

from __future__ import annotations

from ala_desktop.fields.kinds import Choice, Day, Reference, Text
from ala_desktop.fields.spec import Merge, WrittenBy
from ala_desktop.models.record import Record, column, living_index

DISCORDANT = "dato_discordante"
DECIDED = "dato_deciso"
REQUESTS = {
    "parere": "Parere su un caso",
    "quesito": "Quesito",
    DISCORDANT: "Dato discordante",
    "commissione_sat": "Caso per la Commissione SAT",
    "altro": "Altra richiesta",
}
OUTCOMES = {
    "risposta": "Risposta",
    "favorevole": "Parere favorevole",
    "contrario": "Parere contrario",
    "da_integrare": "Servono altri elementi",
    "commissione_sat": "Decisione della Commissione SAT",
    DECIDED: "Dato deciso da ALA",
}
_ONE_WITHDRAWAL = "il Comune la ritira una volta sola: chiunque lo faccia, dice lo stesso"
_ONE_TAKER = "chi la segue è l'ultimo che l'ha presa in carico; chi lo ha fatto prima resta nella storia"


class RequestToAla(Record):
    """A case that a comune passes to ALA. It may always be withdrawn: the comune then decides alone."""

    kind = "request_to_ala"
    indexes = (living_index("request_to_ala", "due_on"),)
    label, plural, title = "Richiesta ad ALA", "Richieste ad ALA", ("subject",)

    type = column(Choice(REQUESTS), "Che cosa si chiede", required=True)
    subject = column(Text(200), "Oggetto", required=True, searched=True)
    text = column(Text(4000, lines=True), "Testo")
    due_on = column(Day(future=True), "Risposta entro il")
    about_kind = column(Text(40), "Tipo della scheda")
    about_id = column(Text(40), "Codice interno della scheda")
    about_name = column(Text(200), "Scheda", searched=True)
    about_field = column(Text(60), "Campo discordante")
    about_claim = column(Text(40), "Dato discordante")
    asked_by = column(Text(120), "Chiesto da")
    asked_on = column(Day(), "Chiesto il")
    withdrawn_on = column(Day(), "Ritirata il", merge=Merge.AUTO, why=_ONE_WITHDRAWAL)
    withdrawn_by = column(Text(120), "Ritirata da", merge=Merge.AUTO, why=_ONE_WITHDRAWAL)
    withdrawn_why = column(Text(400), "Motivo del ritiro", merge=Merge.AUTO, why=_ONE_WITHDRAWAL)
    taken_on = column(Day(), "Presa in carico il", merge=Merge.AUTO, why=_ONE_TAKER, written_by=WrittenBy.ALA)
    taken_by = column(Text(120), "Presa in carico da", merge=Merge.AUTO, why=_ONE_TAKER, written_by=WrittenBy.ALA)


class Reply(Record):
    """What ALA answers to a request. Two operators who answer unseen leave two replies."""

    kind = "reply"
    indexes = (living_index("reply", "request_id"),)
    label, plural, title = "Risposta di ALA", "Risposte di ALA", ("outcome",)
    written_by = WrittenBy.ALA

    request_id = column(Reference("request_to_ala"), "Richiesta", required=True)
    outcome = column(Choice(OUTCOMES), "Esito", required=True)
    text = column(Text(4000, lines=True), "Testo", required=True)
    replied_by = column(Text(120), "Risposto da")
    replied_on = column(Day(), "Risposto il")
