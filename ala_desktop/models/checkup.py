"""What this PC knows of its own soundness: local tables, not in the log. `sync.checkup` alone reads and writes them."""

from __future__ import annotations

from sqlalchemy import Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from ala_desktop.models.tables import Base


class Checkup(Base):
    """One row, or none yet: what was found when this PC last looked at itself (SYNC 26).

    Attributes:
        told: what it tells the hub of its state, as text; empty while what it has is not sound.
        faults: how many things were not as the log says, when they were last looked for.
        verified: when the whole log was last folded anew, UTC.
        unlike: devices that told something else of the same place, as of the last exchange, JSON
            `[[device, [kind]]]`; examined: what of it was looked into.
    """

    __tablename__ = "checkup"

    one: Mapped[int] = mapped_column(Integer, primary_key=True)
    told: Mapped[str] = mapped_column(String)
    faults: Mapped[int] = mapped_column(Integer)
    verified: Mapped[str | None] = mapped_column(String)
    unlike: Mapped[bytes] = mapped_column(LargeBinary)
    examined: Mapped[bytes] = mapped_column(LargeBinary)


class Healing(Base):
    """That the store was put right from the log, and what was changed by it.

    Attributes:
        at: when, UTC. seq: the place in the log.
        faults: what was found, JSON `[[kind, id, what]]`.
        cells: shown values that changed by it, JSON `[[kind, id, field, was, is]]`, in the log's form.
        fetched: 1 when the log had to be fetched again from the hub.
    """

    __tablename__ = "healing"

    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[str] = mapped_column(String)
    seq: Mapped[int] = mapped_column(Integer)
    faults: Mapped[bytes] = mapped_column(LargeBinary)
    cells: Mapped[bytes] = mapped_column(LargeBinary)
    fetched: Mapped[int] = mapped_column(Integer)
