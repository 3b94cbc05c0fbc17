"""Recovery sheets that this PC knows: a local table, not in the log. `sync.sheet_book` alone reads and writes it."""

from __future__ import annotations

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from ala_desktop.models.tables import Base


class RecoverySheet(Base):
    """A sheet by what follows from its code; the code itself is on paper alone.

    Attributes:
        which: `own`, the sheet of this PC; `shown`, another PC's that was typed here and goes out with the next letter.
        secret: 32 bytes (`models.keyring.sheet_secret`).
        left: what was left at the hub under it (`sheet_book`), and left_at: when, UTC; empty before.
    """

    __tablename__ = "recovery_sheet"

    which: Mapped[str] = mapped_column(String, primary_key=True)
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    left: Mapped[str] = mapped_column(String)
    left_at: Mapped[str] = mapped_column(String)
