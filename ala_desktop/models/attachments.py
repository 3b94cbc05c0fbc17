"""Attachments of records (DOMAIN 2, 5, 7): leases, ISEE, court papers, annexes of minutes.

The record travels in the log; the file itself travels apart, encrypted with a key of its own (`sync.sealed_file`), by
the hash of what is encrypted. The key stands in the record, kept to the comune: the hub carries the file and cannot
read it.
"""

from __future__ import annotations

from sqlalchemy import Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from ala_desktop.core.media import MEDIA
from ala_desktop.fields.kinds import Choice, Day, Number, Reference, Text
from ala_desktop.fields.spec import Share
from ala_desktop.models.record import Base, Record, column
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

    __tablename__ = "attachment"
    __table_args__ = (
        Index("attachment_of", "record_kind", "of_record"),
        Index("attachment_sitting", "sitting_id"),
        Index("attachment_blob", "blob"),
    )
    label, plural, title = "Allegato", "Allegati", ("name",)
    freeze = within_sitting("sitting_id")

    record_kind: Mapped[str | None] = column(Choice(ATTACHED_TO), "Tipo di scheda", required=True)
    of_record: Mapped[str | None] = column(Text(32), "Scheda", required=True)
    sitting_id: Mapped[str | None] = column(Reference("sitting"), "Seduta")
    name: Mapped[str | None] = column(Text(120), "Nome del file", share=Share.COMUNE, required=True)
    media_type: Mapped[str | None] = column(
        Choice({name: medium.label for name, medium in MEDIA.items()}), "Tipo di file", required=True
    )
    size: Mapped[int | None] = column(Number(least=1), "Dimensione in byte", required=True)
    blob: Mapped[str | None] = column(Text(64), "Impronta del file cifrato", required=True)
    content_hash: Mapped[str | None] = column(Text(64), "Impronta del contenuto", share=Share.COMUNE, required=True)
    key: Mapped[str | None] = column(Text(64), "Chiave del file", share=Share.COMUNE, required=True)
    note: Mapped[str | None] = column(Text(500), "Nota", share=Share.COMUNE)
    added_on: Mapped[str | None] = column(Day(), "Aggiunto il")
    added_by: Mapped[str | None] = column(Text(120), "Aggiunto da")


class BlobAtHub(Base):
    """That the hub keeps the encrypted file with this hash. Local: only `sync.blobs` reads and writes it.

    Attributes:
        epoch: of the hub's log when it said so; a restored hub is asked again.
    """

    __tablename__ = "blob_at_hub"

    blob: Mapped[str] = mapped_column(String, primary_key=True)
    epoch: Mapped[int] = mapped_column(Integer)
