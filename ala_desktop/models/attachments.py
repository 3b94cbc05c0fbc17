"""Attachments of records (DOMAIN 2, 5, 7): leases, ISEE, court papers, annexes of minutes.

The record travels in the log; the file itself travels apart, encrypted with a key of its own (`sync.sealed_file`), by
the hash of what is encrypted. The key stands in the record, kept to the comune: the hub carries the file and cannot
read it.
"""

from __future__ import annotations

from ala_desktop.core.media import MEDIA
from ala_desktop.fields.kinds import Choice, Day, Number, Reference, Text
from ala_desktop.fields.spec import Share
from ala_desktop.models.record import Record, column, index
from ala_desktop.models.sittings import within_sitting

ATTACHED_TO = {
    "housing_unit": "Alloggio",
    "household": "Nucleo familiare",
    "housing_application": "Domanda",
    "intervention": "Intervento",
    "sitting": "Seduta",
}


class Attachment(Record):
    """A file that belongs to a record. The annexes of a sitting freeze with it."""

    kind = "attachment"
    indexes = (
        index("attachment_of", "record_kind", "of_record"),
        index("attachment_sitting", "sitting_id"),
        index("attachment_blob", "blob"),
    )
    label, plural, title = "Allegato", "Allegati", ("name",)
    freeze = within_sitting("sitting_id")

    record_kind = column(Choice(ATTACHED_TO), "Tipo di scheda", required=True)
    of_record = column(Text(32), "Scheda", required=True)
    sitting_id = column(Reference("sitting"), "Seduta")
    name = column(Text(120), "Nome del file", share=Share.COMUNE, required=True)
    media_type = column(Choice({name: medium.label for name, medium in MEDIA.items()}), "Tipo di file", required=True)
    size = column(Number(least=1), "Dimensione in byte", required=True)
    blob = column(Text(64), "Impronta del file cifrato", required=True)
    content_hash = column(Text(64), "Impronta del contenuto", share=Share.COMUNE, required=True)
    key = column(Text(64), "Chiave del file", share=Share.COMUNE, required=True, secret=True)
    note = column(Text(500), "Nota", share=Share.COMUNE)
    added_on = column(Day(), "Aggiunto il")
    added_by = column(Text(120), "Aggiunto da")
