"""What people said of possible duplicates, and which record stands for which: the first in the log, the second here."""

from __future__ import annotations

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ala_desktop.fields.kinds import Choice, Text
from ala_desktop.fields.spec import Merge
from ala_desktop.models.record import Base, Record, column
from ala_desktop.rules.linking import APART, SAME

VERDICTS = {SAME: "È la stessa scheda", APART: "Non è un duplicato"}
_EITHER = "chiunque dei due resti in vista, dell'altro non si perde nulla"
_WHY = "il motivo accompagna il giudizio: due motivi diversi per lo stesso giudizio non sono un contrasto"


class DuplicateLink(Record):
    """What was said of two records of one kind. Its id follows from theirs (`rules.linking.pair_id`).

    Without a verdict nothing is decided any more: a link or a dismissal was taken back.
    """

    __tablename__ = "duplicate_link"
    label, plural, title = "Possibile duplicato", "Possibili duplicati", ("reason",)

    record_kind: Mapped[str | None] = column(Text(64), "Tipo di scheda", required=True)
    first_id: Mapped[str | None] = column(Text(64), "Prima scheda", required=True)
    second_id: Mapped[str | None] = column(Text(64), "Seconda scheda", required=True)
    verdict: Mapped[str | None] = column(Choice(VERDICTS), "Giudizio")
    kept_id: Mapped[str | None] = column(Text(64), "Scheda che resta in vista", merge=Merge.AUTO, why=_EITHER)
    reason: Mapped[str | None] = column(Text(200), "Motivo", merge=Merge.AUTO, why=_WHY)


class LinkedRecord(Base):
    """A record that another one stands for. Follows from the verdicts; no part of the log (`services.linked`).

    Attributes:
        other: its id. kind: its kind. kept: the id of the record that is shown in its place.
    """

    __tablename__ = "linked_record"
    __table_args__ = (Index("linked_record_kept", "kept"),)

    other: Mapped[str] = mapped_column(String, primary_key=True)
    kind: Mapped[str] = mapped_column(String)
    kept: Mapped[str] = mapped_column(String)
