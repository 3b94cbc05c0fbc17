"""Whether the store is sound: its digest, the proof that rows are the fold of the log, numbers without gaps; healing.

The window looks when it is idle (`look`); exchanges compare and heal by themselves (`sync.care`); all is told here.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from ala_desktop.core.errors import Mendable
from ala_desktop.fields.values import Value
from ala_desktop.services import naming
from ala_desktop.services.desk import Desk
from ala_desktop.services.sittings.numbering import Numbering
from ala_desktop.sync import checkup, peers, picture, replica
from ala_desktop.sync.care import Care
from ala_desktop.sync.checkup import Cell, Healed
from ala_desktop.sync.picture import Unreadable
from ala_desktop.sync.proof import Discrepancy

_EVERY = timedelta(days=1)
"""How often the whole log is folded anew when nothing asks for it."""
_SEALED = "(riservato)"


class Digest(NamedTuple):
    """One hash of the acknowledged state, and the place in the log at which it was taken."""

    digest: str
    seq: int


@dataclass(frozen=True, slots=True)
class Change:
    """A value on a screen that healing changed.

    Attributes:
        kind, id: the record. name: how a person calls it, with its kind. label: of the field.
        was, now: as a clerk reads them; empty for none.
    """

    kind: str
    id: str
    name: str
    label: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Healing:
    """A time that the records were put right from the log.

    Attributes:
        at: when, UTC. faults: what was not as the log says.
        changes: what it changed on the screens; what was shown wrongly is not lost from here.
        fetched: whether the log had to be fetched again from ALA.
    """

    at: str
    faults: tuple[Discrepancy, ...]
    changes: tuple[Change, ...]
    fetched: bool


@dataclass(frozen=True, slots=True)
class Unlike:
    """Another PC of the comune that has other data at the same place in the log.

    Attributes:
        device, name: which. kinds: plural labels of the kinds of record that differ.
        examined: whether this PC has proved since that its own are as the log says: then the other one is to be looked
            at, or one of the two programs is to be updated.
    """

    device: str
    name: str
    kinds: tuple[str, ...]
    examined: bool


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

        Reads pages' seals on the disk too, and looks for gaps and doubles in the numbers of minutes (DESIGN 9, 6). What
        is found wrong with the records is put right by the next exchange, or by `heal`.
        """
        with self._desk.reading() as connection:
            damaged = connection.exec_driver_sql("PRAGMA cipher_integrity_check").scalars().all()
            found = picture.verify(connection, self._desk.rows)
            told = None if found else picture.tell(connection, self._desk.rows)
        with suppress(Mendable), self._desk.store.writing() as connection:  # a full disk does not hide what was found
            checkup.note_verified(connection, len(found), told, self._desk.clock.now())
        numbers = Numbering(self._desk).faults()
        pages = [Discrepancy("archivio", "", str(line)) for line in damaged]
        return pages + found + [Discrepancy("commission", fault.commission_id, fault.what) for fault in numbers]

    def heal(self) -> Healing | None:
        """Put the records right from the log that is kept here; None when nothing was wrong with them.

        Raises:
            Mendable: the log is not enough: it says what is. Nothing was changed then.
        """
        care = Care(self._desk, None)
        care.look()
        if care.problem is not None:
            raise care.problem
        return self._told(care.healed) if care.healed else None

    def look(self) -> bool:
        """What to do while nobody works: a fresh digest to compare, now and then the whole proof; returns if news.

        The digest takes about a second for 100,000 records, the proof, once a day, some seconds. Nothing waits for it.
        """
        with self._desk.reading() as connection:
            known = checkup.state(connection)
        if self._overdue(known.verified):
            self.verify()
            return True
        return self.take_digest()

    def take_digest(self) -> bool:
        """Take a fresh digest for the next exchange, unless there is one of this place; returns whether it did."""
        with self._desk.reading() as connection:
            known, here = checkup.state(connection), replica.read(connection)
        if known.told is not None and (known.told.epoch, known.told.seq) == (here.epoch, here.seq):
            return False
        if known.faults:
            return False  # nothing is told of it before it was put right
        try:
            with self._desk.reading() as connection:
                told = picture.tell(connection, self._desk.rows)
        except Unreadable:
            self.verify()
            return True
        with self._desk.store.writing() as connection:
            checkup.note_told(connection, told)
        return True

    def _overdue(self, verified: str | None) -> bool:
        if verified is None:
            return True
        since = datetime.fromisoformat(self._desk.clock.now()) - datetime.fromisoformat(verified)
        return not timedelta(0) <= since < _EVERY  # a clock that was put back counts as overdue

    def healings(self) -> list[Healing]:
        """Every time that the records were put right, the last one first."""
        with self._desk.reading() as connection:
            found = checkup.healings(connection)
        return [self._told(one) for one in found]

    def unlike(self) -> list[Unlike]:
        """Other PCs of the comune that have other data, as of the last exchange."""
        with self._desk.reading() as connection:
            known, others = checkup.state(connection), {peer.device: peer.name for peer in peers.known(connection)}
        catalog = self._desk.catalog
        return [
            Unlike(
                device, others.get(device, device), tuple(catalog[kind].plural for kind in kinds if kind in catalog),
                examined=(device, kinds) in known.examined,
            )
            for device, kinds in known.unlike
        ]  # fmt: skip

    def _told(self, healed: Healed) -> Healing:
        changes = tuple(map(self._change, healed.cells))
        return Healing(healed.at, tuple(healed.faults), changes, healed.fetched)

    def _change(self, cell: Cell) -> Change:
        spec = self._desk.catalog[cell.kind]
        field = spec.fields.get(cell.field)

        def words(value: Value) -> str:
            if value is None:
                return ""
            if cell.field in spec.sealed:
                return _SEALED
            return field.kind.show(value) if field else str(value)

        rows = self._desk.many(cell.kind, [cell.id])
        [name] = naming.names_of(self._desk, cell.kind, [row.values for row in rows]) if rows else [""]
        label = field.label if field else cell.field
        return Change(cell.kind, cell.id, f"{spec.label} {name}".strip(), label, words(cell.was), words(cell.now))
