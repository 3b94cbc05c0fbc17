"""Looking after the store in the course of an exchange: what is not as the log says is put right, and written down."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from sqlalchemy import Connection

from ala_desktop.core.clock import Clock
from ala_desktop.core.errors import Mendable
from ala_desktop.fields.spec import Catalog
from ala_desktop.models.engine import Store
from ala_desktop.models.guards import FOLD
from ala_desktop.sync import chain, checkup, complaints, healing, picture, replica, telling
from ala_desktop.sync.checkup import Healed
from ala_desktop.sync.healing import NeedsLog, Unhealable
from ala_desktop.sync.messages import PageHead, Told
from ala_desktop.sync.protocol import Arrived, Malformed, Position
from ala_desktop.sync.rows import Rows
from ala_desktop.sync.transport import Transport


class Ground(Protocol):
    """What is looked after; `services.desk.Desk` is it."""

    store: Store
    catalog: Catalog
    clock: Clock

    @property
    def rows(self) -> Rows:
        """Rows under the comune's key that this device holds."""
        ...

    def tell(self, changed: list[tuple[str, str]]) -> None:
        """Pass on which records changed."""
        ...


class Care:
    """The care of one exchange, or of one command without a hub.

    Attributes:
        healed: what was put right, if anything was.
        problem: what could not be, in words.
        may_send: whether what waits to be sent is whole, as far as anybody looked.
    """

    def __init__(self, ground: Ground, transport: Transport | None) -> None:
        self._ground = ground
        self._transport = transport
        self.healed: Healed | None = None
        self.problem: Mendable | None = None
        self.may_send = True

    @property
    def due(self) -> bool:
        """Whether something is known to be wrong, or another device tells something else and nobody looked yet."""
        with self._ground.store.reading() as connection:
            return self.problem is None and checkup.state(connection).due

    @property
    def told(self) -> Told | None:
        """What the hub may be told of this device's state."""
        with self._ground.store.reading() as connection:
            return checkup.state(connection).told

    def hear(self, head: PageHead, told: Told | None) -> None:
        """Note what the hub answered to what it was told: now, or in a letter that has come back."""
        with self._ground.store.reading() as connection:
            known = checkup.state(connection)
        current = known.told
        if current is None or head.compared not in ("", current.text) or (told is None and not head.compared):
            return
        others = [(device, telling.unlike(self._ground.catalog, current.kinds, kinds)) for device, kinds in head.unlike]
        if others != known.unlike:
            with self._ground.store.writing() as connection:
                checkup.note_unlike(connection, others)

    def look(self) -> None:
        """Fold the whole log anew, and put right what is not as it says."""
        at = self._ground.clock.now()
        with self._ground.store.reading() as connection:
            faults = picture.verify(connection, self._ground.rows)
            told = None if faults else picture.tell(connection, self._ground.rows)
        if not faults:
            with self._ground.store.writing() as connection:
                checkup.note_verified(connection, 0, told, at)
            return
        try:
            self.healed = self._heal(at)
        except Unhealable as problem:
            self.problem = complaints.unhealable(len(problem.left))
            self.may_send = all(fault.kind not in ("outbox", "sealed_batch") for fault in problem.left)
        except NeedsLog:
            self.problem = complaints.log_needed(len(faults))
        except Malformed:
            self.problem = complaints.unhealable(len(faults))
        if self.healed is None:
            with self._ground.store.writing() as connection:
                checkup.note_verified(connection, len(faults), None, at)
            return
        self._ground.tell(sorted({(cell.kind, cell.id) for cell in self.healed.cells}))

    def _heal(self, at: str) -> Healed | None:
        try:
            return self._written(lambda connection: healing.heal(connection, self._ground.rows, at))
        except NeedsLog:
            log = self._fetched()
        return self._written(lambda connection: healing.heal_with(connection, self._ground.rows, log, at))

    def _written(self, heal: Callable[[Connection], Healed | None]) -> Healed | None:
        """Heal in one transaction with the note of it; nothing is kept where it does not succeed."""
        with self._ground.store.writing(FOLD) as connection:
            healed = heal(connection)
            if healed is not None:
                checkup.note_healed(connection, healed)
                checkup.note_verified(connection, 0, picture.tell(connection, self._ground.rows), healed.at)
            return healed

    def _fetched(self) -> list[Arrived]:
        """The comune's log from its beginning, own frames with their bytes.

        Raises:
            NeedsLog: there is no hub to ask now.
        """
        if self._transport is None:
            raise NeedsLog
        with self._ground.store.reading() as connection:
            me = replica.read(connection)
        position, log = Position(me.epoch, 0, chain.START), list[Arrived]()
        while True:
            try:
                page = self._transport.pull_whole(position)
            except Mendable as problem:  # a hub that is away, or a file that holds another part of the log
                raise NeedsLog from problem
            log += page.arrived
            position = chain.position_after(position, page.arrived)
            if not page.arrived or position.seq >= page.head.head.seq:
                return log
