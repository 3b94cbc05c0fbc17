"""Whether the store is sound: its digest, the proof that rows are the fold of the log, series without gaps."""

from __future__ import annotations

from typing import NamedTuple

from ala_desktop.services.desk import Desk
from ala_desktop.services.sittings.numbering import Numbering
from ala_desktop.sync import picture, replica
from ala_desktop.sync.picture import Discrepancy


class Digest(NamedTuple):
    """One hash of the acknowledged state, and the place in the log at which it was taken."""

    digest: str
    seq: int


class Soundness:
    """Checks of the whole store."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def digest(self) -> Digest:
        """The hash that is the same on every replica that has reached the same place."""
        with self._desk.reading() as connection:
            return Digest(picture.digest(connection, self._desk.rows), replica.read(connection).seq)

    def verify(self) -> list[Discrepancy]:
        """Everything that is not as the log says; empty when all is well.

        Reads pages' seals on the disk too, and looks for gaps and doubles in the numbers of minutes (DESIGN 9, 6).
        """
        with self._desk.reading() as connection:
            damaged = connection.exec_driver_sql("PRAGMA cipher_integrity_check").scalars().all()
            found = [Discrepancy("archivio", "", str(line)) for line in damaged]
            found += picture.verify(connection, self._desk.rows)
        numbers = Numbering(self._desk).faults()
        return found + [Discrepancy("commission", fault.commission_id, fault.what) for fault in numbers]
