"""What a PC notes beside the log for itself: small tables that are no part of it, and never sent."""

from __future__ import annotations

from sqlalchemy import Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from ala_desktop.models.tables import Base


class LinkedRecord(Base):
    """A record that another one stands for. Follows from the verdicts on duplicates (`services.linked`).

    Attributes:
        other: its id. kind: its kind. kept: the id of the record that is shown in its place.
    """

    __tablename__ = "linked_record"
    __table_args__ = (Index("linked_record_kept", "kept"),)

    other: Mapped[str] = mapped_column(String, primary_key=True)
    kind: Mapped[str] = mapped_column(String)
    kept: Mapped[str] = mapped_column(String)


class SeenRequest(Base):
    """How a request to ALA stood when it was last looked at on this PC."""

    __tablename__ = "seen_request"

    request: Mapped[str] = mapped_column(String, primary_key=True)
    told: Mapped[str] = mapped_column(String)


class BlobAtHub(Base):
    """That the hub keeps the encrypted file with this hash. Only `sync.blobs` reads and writes it.

    Attributes:
        epoch: of the hub's log when it said so; a restored hub is asked again.
    """

    __tablename__ = "blob_at_hub"

    blob: Mapped[str] = mapped_column(String, primary_key=True)
    epoch: Mapped[int] = mapped_column(Integer)
