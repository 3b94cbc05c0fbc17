"""What is made known to everybody: sets of rules with their dated parameters, and public notices (DOMAIN 0, 1).

ALA publishes them, and measures, in the ambito's log for all comuni; an office may keep some of its own.
"""

from __future__ import annotations

from ala_desktop.fields.kinds import Choice, Day, Text
from ala_desktop.models.cases import SERVICES, SERVICES_ALSO
from ala_desktop.models.record import Record, column, living_index


class RuleSet(Record):
    """The parameters of a body of rules in one edition: valid for a time, from a source, never replaced in place."""

    kind = "rule_set"
    indexes = (living_index("rule_set", "valid_from", "name"),)
    label, plural, title = "Insieme di regole", "Regole", ("name", "edition")
    published = True

    service = column(Choice(SERVICES, SERVICES_ALSO), "Servizio", required=True)
    name = column(Text(120), "Denominazione", required=True, searched=True)
    edition = column(Text(40), "Edizione", help="Per esempio 2026, o il numero della delibera")
    valid_from = column(Day(future=True), "Valido dal", required=True)
    valid_until = column(Day(future=True), "Valido fino al")
    source = column(Text(), "Fonte", required=True, help="Legge, regolamento o delibera da cui vengono i parametri")
    parameters = column(Text(4000, lines=True), "Parametri", searched=True, help="Uno per riga: nome = valore")
    notes = column(Text(4000, lines=True), "Note")


class PublicNotice(Record):
    """A public notice: for whom, from when until when applications are taken, by whom."""

    kind = "public_notice"
    indexes = (living_index("public_notice", "published_on", "subject"),)
    label, plural, title = "Avviso pubblico", "Avvisi pubblici", ("subject",)
    published = True

    service = column(Choice(SERVICES, SERVICES_ALSO), "Servizio", required=True)
    subject = column(Text(200), "Oggetto", required=True, searched=True)
    number = column(Text(40), "Numero", searched=True)
    published_on = column(Day(future=True), "Pubblicato il")
    opens_on = column(Day(future=True), "Domande dal")
    closes_on = column(Day(future=True), "Domande fino al")
    notice_lead = column(Text(120), "Comune capofila")
    web_address = column(Text(), "Indirizzo web")
    text = column(Text(4000, lines=True), "Testo")
