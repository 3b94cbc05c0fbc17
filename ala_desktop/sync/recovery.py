"""A hub that was put back: it is given what it lost, and where it has gone another way, it is followed (ADR 14).

One step at a time; the exchange begins again after each. Killed anywhere, the next exchange finds out anew what is
needed: nothing is noted on the way, and asking twice does no more than asking once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

import msgspec

from ala_desktop.core.clock import Clock
from ala_desktop.models.engine import Store
from ala_desktop.models.guards import FOLD
from ala_desktop.sync import chain, changeover, replica, signing, stored_snapshot
from ala_desktop.sync.changeover import Changed, Elsewhere, Fetched
from ala_desktop.sync.declined import Declined
from ala_desktop.sync.messages import MOST_COMPARED, Common, Offer, PageHead
from ala_desktop.sync.protocol import Arrived, Entry, Position, Refused
from ala_desktop.sync.replica import Me
from ala_desktop.sync.rows import Rows
from ala_desktop.sync.transport import Transport

FORGOTTEN = {"unknown_position", "unknown_device", "behind", "broken_chain"}
"""What a hub says that is not what it was."""


class Ground(Protocol):
    """What is recovered; `services.desk.Desk` is it."""

    store: Store
    clock: Clock

    @property
    def rows(self) -> Rows:
        """Rows under the comune's key that this device holds."""
        ...


class Stopped(Exception):
    """The clerk does not want to wait for it."""


class Way(Protocol):
    """What the exchange says and asks meanwhile."""

    def returned(self, done: int, total: int) -> None:
        """How many of the transactions that the hub lacks were given back."""
        ...

    def fetched(self, done: int, total: int) -> None:
        """How many transactions of the hub's log were fetched."""
        ...

    def stopping(self) -> bool:
        """Whether to stop."""
        ...

    def learn(self) -> None:
        """Ask the hub which devices may write this log."""
        ...


class _Log(NamedTuple):
    """This device's log: its entries, and the place after each."""

    me: Me
    entries: list[Entry]
    places: list[tuple[int, str]]

    def place(self, index: int) -> Position:
        """The place after an entry; -1 is the start."""
        seq, there = self.places[index] if index >= 0 else (0, chain.START)
        return Position(1, seq, there)


class Recovery:
    """The recovery of one exchange.

    Attributes:
        given_back: transactions that the hub had lost.
    """

    def __init__(self, ground: Ground, transport: Transport, way: Way) -> None:
        self._ground = ground
        self._transport = transport
        self._way = way
        self.given_back = 0
        self._changed: Changed | None = None

    def step(self, code: str) -> bool:
        """Do what comes first after the hub said `code`; returns whether there was anything to do.

        Raises:
            Declined: the hub does not take it. Stopped: the clerk did. Malformed, UnknownKind: as the intake.
        """
        log = self._log()
        self._may_go_on()
        known = self._last(log, lambda common: common.known)
        if known + 1 < len(log.entries):
            if not log.me.signature:
                return False
            return self._give_back_or_recall(log, known)
        if code == "unknown_device":
            if not log.me.certificate:
                return False
            self._transport.recall(log.me.certificate)
        else:
            trunk = self._last(log, lambda common: common.trunk)
            if trunk + 1 == len(log.entries):
                return False
            self._change_over(self._join(log, trunk))
        return True

    def take_changed(self) -> Changed | None:
        """What a change to the hub's trunk brought, if there was one since this was asked."""
        changed, self._changed = self._changed, None
        return changed

    def _log(self) -> _Log:
        with self._ground.store.reading() as connection:
            me = replica.read(connection)
            rows = connection.exec_driver_sql(
                "SELECT first_seq, count, header_hash, refused, chain FROM frame ORDER BY first_seq"
            ).all()
        entries = [
            Entry(first, count, name, msgspec.json.decode(refused, type=list[Refused]))
            for first, count, name, refused, _ in rows
        ]
        places = [(first + count - 1, there) for first, count, *_, there in rows]
        return _Log(me, entries, places)

    def _may_go_on(self) -> None:
        if self._way.stopping():
            raise Stopped

    def _last(self, log: _Log, which: Callable[[Common], int]) -> int:
        """The last place of the log that the hub has, by bisecting; -1 is the start."""
        low, high = -1, len(log.places)
        while high - low > 1:
            asked = _spread(low + 1, high - 1)
            found = which(self._transport.compare([log.places[index] for index in asked], log.me.certificate))
            if found >= len(asked):
                raise Declined("fault", "more places than were asked")
            low = asked[found] if found >= 0 else low
            high = asked[found + 1] if found + 1 < len(asked) else high
        return low

    # --- giving back --------------------------------------------------------------------------------------------------

    def _give_back_or_recall(self, log: _Log, known: int) -> bool:
        """Give back; where the hub forgot this device, and its enrolment is not in what it lost, remind it first."""
        try:
            return self._give_back(log, known)
        except Declined as refusal:
            if refusal.code != "unknown_device" or not log.me.certificate:
                raise
            self._transport.recall(log.me.certificate)
            return True

    def _give_back(self, log: _Log, known: int) -> bool:
        """Offer all that stands in this log after the last place that the hub knows, whoever wrote it.

        False where the hub lacks frames that have no bytes here (`stored_snapshot`): what is here it has now, and
        another PC gives it the rest.
        """
        me, lost = log.me, log.entries[known + 1 :]
        offer = Offer(log.place(known).chain, lost, me.position, me.signature)
        counts = {entry.header_hash: entry.count for entry in lost}
        total, given = sum(counts.values()), set[str]()
        for _ in range(2 * len(lost) + 1):  # a hub that is put back meanwhile asks for some of them again
            missing, absent = self._transport.offer(offer, me.certificate).missing, 0
            for name in missing:
                self._may_go_on()
                if name not in counts:
                    raise Declined("fault", "a frame that was not offered")
                sealed = self._sealed(name)
                if not sealed:
                    absent += 1
                    continue
                if not self._hand_over(name, sealed, me.certificate):
                    return True
                given.add(name)
                self._way.returned(sum(counts[one] for one in given), total)
            if not missing:
                self.given_back += sum(counts[one] for one in given)
                return True
            if absent == len(missing):
                return False
        raise Declined("fault", "frames that the hub does not keep")

    def _hand_over(self, name: str, sealed: bytes, certificate: bytes) -> bool:
        """Give a frame back; False where the hub awaits none, since it was put back again after the offer."""
        try:
            self._transport.give_back(name, sealed, certificate)
        except Declined as refusal:
            if refusal.code != "bad_request":
                raise
            return False
        return True

    def _sealed(self, name: str) -> bytes:
        with self._ground.store.reading() as connection:
            query = "SELECT sealed FROM frame WHERE header_hash = ?"
            return connection.exec_driver_sql(query, (name,)).scalar_one()

    def _join(self, log: _Log, trunk: int) -> Position:
        """Where this log leaves the trunk: from the beginning on, where its frames begin with a snapshot after that."""
        with self._ground.store.reading() as connection:
            horizon = stored_snapshot.horizon(connection)
        place = log.place(trunk)
        return place if place.seq >= horizon else log.place(-1)

    # --- changing over ------------------------------------------------------------------------------------------------

    def _change_over(self, join: Position) -> None:
        """Leave this branch for the hub's trunk: fetched aside, and taken over at once when all of it is here."""
        self._way.learn()
        fetched = self._fetch(join)
        try:
            with self._ground.store.writing(FOLD) as connection:
                changed = changeover.change_over(connection, self._ground.rows, fetched, self._ground.clock.now())
        except Elsewhere:
            return
        self._changed = changed

    def _fetch(self, join: Position) -> Fetched:
        position, arrived = join, list[Arrived]()
        while True:
            self._may_go_on()
            page = self._transport.pull_whole(position)
            arrived += page.arrived
            position = chain.position_after(position, page.arrived)
            self._way.fetched(position.seq - join.seq, page.head.head.seq - join.seq)
            if not page.arrived or position.seq >= page.head.head.seq:
                return Fetched(join, arrived, self._signature(page.head, position))

    def _signature(self, head: PageHead, reached: Position) -> str:
        with self._ground.store.reading() as connection:
            me = replica.read(connection)
        place = head.place
        if place is None or (place.seq, place.chain) != (reached.seq, reached.chain):
            return ""
        key = me.hub_key or b""
        return head.signature if signing.place_is_signed(me.hub or "", me.tenant, place, head.signature, key) else ""


def _spread(first: int, last: int) -> list[int]:
    """Numbers from the first to the last, both among them, as many as one question takes."""
    count = last - first + 1
    if count <= MOST_COMPARED:
        return list(range(first, last + 1))
    return [first + number * (count - 1) // (MOST_COMPARED - 1) for number in range(MOST_COMPARED)]
