"""The exchange of the logs of other tenants: the ambito's before the office's own, on ALA's PCs the comuni's after it.

One after another, so that memory holds one at a time; what is wrong with one is noted, and the others go on.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from ala_desktop.core import report
from ala_desktop.core.errors import Mendable
from ala_desktop.core.tenants import ALA, AMBITO, name_of
from ala_desktop.services.desk import Desk
from ala_desktop.sync import complaints, horizon, outbox, replica
from ala_desktop.sync.declined import Declined
from ala_desktop.sync.engine import Advance, Engine, Outcome, Progress, Stop
from ala_desktop.sync.messages import PageHead, place_of
from ala_desktop.sync.protocol import Malformed, Position
from ala_desktop.sync.transport import Contact, Transport
from ala_desktop.sync.workset import shown_claims

Connect = Callable[[Contact], Transport]


@dataclass(frozen=True, slots=True)
class Exchanged:
    """How the exchange of one other log went.

    Attributes:
        outcome: what it did. conflicts: values of it that wait for a decision now. position: how far this PC has come.
        problem: why it could not be finished, if so.
    """

    outcome: Outcome
    conflicts: int
    position: Position
    problem: Mendable | None = None


class OtherLogs:
    """The other logs in one exchange of an office.

    Attributes:
        exchanged: those that had anything to exchange, by tenant, in the order in which they were.
    """

    def __init__(
        self,
        home: Desk,
        connect: Connect,
        contact: Contact,
        progress: Progress | None = None,
        stop: Stop | None = None,
        *,
        sending: bool = True,
    ) -> None:
        """`sending`: whether the carrier takes anything; an answer in a file only brings."""
        self._home = home
        self._others = home.others
        self._connect = connect
        self._contact = contact
        self._progress = progress
        self._stop = stop or (lambda: False)
        self._sending = sending
        self.exchanged: dict[str, Exchanged] = {}

    def hear(self, head: PageHead) -> None:
        """The head of the own log's page tells where AMBITO ends: it is exchanged if it ends elsewhere here."""
        if self._ambito_moved(head):
            self.exchange(AMBITO)

    def _ambito_moved(self, head: PageHead) -> bool:
        try:
            published = self._others.published()
        except Mendable:  # told by the exchange, which finds it too
            return True
        if published is None:
            return bool(head.ambito)
        me = published.me
        return (place_of(me.chain) if me.seq else "") != head.ambito or _waits(published)

    def exchange_comuni(self, transport: Transport) -> None:
        """On a PC of ALA, the log of each comune that ends elsewhere than here, or for which something waits."""
        if self._home.tenant != ALA:
            return
        try:
            heads = transport.tenants()
        except Declined as problem:
            raise complaints.declined(problem) from problem
        here = set(self._others.tenants())
        for tenant, head in ((one.tenant, one.head) for one in heads):
            if self._stop():
                return
            if tenant not in here or self._moved(tenant, head):
                self.exchange(tenant)

    def _moved(self, tenant: str, head: Position) -> bool:
        try:
            with self._others.open(tenant) as desk:
                return desk.me.position != head or _waits(desk)
        except Mendable:  # told by the exchange, which finds it too
            return True

    def exchange(self, tenant: str) -> None:
        """Exchange one log; whatever is wrong with it is noted with it alone."""
        before = Exchanged(Outcome(), 0, self._home.me.position)
        try:
            with self._others.open(tenant) as desk:
                self.exchanged[tenant] = self._with(desk)
        except Mendable as problem:
            self.exchanged[tenant] = replace(before, problem=problem)
        except Exception as fault:  # noqa: BLE001 - one comune's log never keeps the others back
            where = report.write(self._home.store.path.parent, fault, self._home.clock.now())
            self.exchanged[tenant] = replace(before, problem=complaints.broken_log(name_of(tenant), str(where)))

    def _with(self, desk: Desk) -> Exchanged:
        transport = self._connect(replace(self._contact, tenant=desk.tenant))
        engine = Engine(desk, transport, self._told_of(desk.tenant), self._stop)
        try:
            outcome, problem = engine.run() if self._sending and desk.me.may_append else engine.receive(), None
        except Mendable as unfinished:
            outcome, problem = engine.outcome, unfinished
        finally:
            transport.close()
        if problem is None:
            _lighten(desk)
        return exchanged(desk, outcome, problem)

    def _told_of(self, tenant: str) -> Progress | None:
        tell = self._progress
        if tell is None:
            return None

        def told(advance: Advance) -> None:
            tell(advance._replace(phase=f"{advance.phase} · {name_of(tenant)}"))

        return told


def _lighten(desk: Desk) -> None:
    """Drop the frames that this PC need not keep of another office's log (ADR 26)."""
    with desk.reading() as connection:
        if not horizon.due(connection, desk.catalog):
            return
    with suppress(Malformed, Mendable), desk.store.writing() as connection:  # what is damaged here is healed elsewhere
        horizon.draw(connection, desk.catalog)


def exchanged(desk: Desk, outcome: Outcome, problem: Mendable | None = None) -> Exchanged:
    """How the exchange of `desk` went, with how it stands now."""
    with desk.reading() as connection:
        return Exchanged(outcome, len(shown_claims(connection)), replica.read(connection).position, problem)


def _waits(desk: Desk) -> bool:
    with desk.reading() as connection:
        return outbox.waiting(connection) > 0
