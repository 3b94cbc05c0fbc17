"""Forms that were left before they were saved. Local to this PC: no part of the log, and never sent."""

from __future__ import annotations

from sqlalchemy import Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from ala_desktop.models.tables import Base


class Draft(Base):
    """What a clerk typed into a form and has not saved.

    Attributes:
        record: the record's id; a new record has one already.
        kind: its kind.
        base: the log position at which the record was read; None for a new one.
        at: when it was last typed on, UTC.
        typed: canonical JSON of the changed fields: values in normal form.
    """

    __tablename__ = "draft"

    record: Mapped[str] = mapped_column(String, primary_key=True)
    kind: Mapped[str] = mapped_column(String)
    base: Mapped[int | None] = mapped_column(Integer)
    at: Mapped[str] = mapped_column(String)
    typed: Mapped[str] = mapped_column(String)
