"""The exchange with the hub: pull, push, pull until everything of one's own came back. Carriers are handed in.

No database transaction is open while the network works. Killed at any point, the next exchange goes on: the position
advances with the rows, and a sealed frame is sent again byte for byte until the log returns it.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import Connection

from ala_desktop.core.clock import Clock
from ala_desktop.core.errors import Mendable
from ala_desktop.core.ids import NewId
from ala_desktop.fields.spec import Catalog
from ala_desktop.models.engine import Store
from ala_desktop.models.guards import FOLD
from ala_desktop.sync import chain, complaints, intake, keybox, outbox, peers, replica, signing
from ala_desktop.sync.bootstrap import Bootstrap
from ala_desktop.sync.care import Care
from ala_desktop.sync.changeover import Changed
from ala_desktop.sync.checkup import Healed
from ala_desktop.sync.declined import Declined
from ala_desktop.sync.intake import NeedsBytes, Taken, UnknownDevice, UnknownKind
from ala_desktop.sync.messages import Page, PageHead, Told, roster_of
from ala_desktop.sync.outbox import Sealed
from ala_desktop.sync.peers import OtherKeys, Peer
from ala_desktop.sync.protocol import Entry, Malformed, Position
from ala_desktop.sync.recovery import FORGOTTEN, Recovery, Stopped
from ala_desktop.sync.rekeying import take_up
from ala_desktop.sync.replica import Me
from ala_desktop.sync.rows import Rows
from ala_desktop.sync.transport import SnapshotLine, Transport

RECEIVING, SENDING, RETURNING = "Ricezione", "Invio", "Riconsegna ad ALA"
_MOST_STEPS = 20
"""Steps of a recovery in one exchange; three are many."""
_SUSPECT = {"unknown_position", "bad_frame", "bad_signature", "broken_chain"}
"""What the hub also says to a device whose own log is damaged."""


class Advance(NamedTuple):
    """How far an exchange is: what it does (Italian), how many transactions are done of how many."""

    phase: str
    done: int
    total: int


Progress = Callable[[Advance], None]
Stop = Callable[[], bool]


class Ground(Protocol):
    """What an exchange stands on; `services.desk.Desk` is it."""

    store: Store
    catalog: Catalog
    clock: Clock
    new_id: NewId

    @property
    def rows(self) -> Rows:
        """Rows under the comune's key that this device holds."""
        ...

    def rekey(self, connection: Connection) -> None:
        """Take up the comune's key anew, as the store has it on this connection."""
        ...

    def tell(self, changed: list[tuple[str, str]]) -> None:
        """Pass on which records changed."""
        ...


@dataclass(slots=True)
class Outcome:
    """What an exchange did.

    Attributes:
        sent: transactions handed to the hub, those of an earlier exchange that had not come back included.
        acknowledged: own transactions that came back and took effect.
        refused: own transactions that came back refused, each (seq, code, detail).
        received: transactions of other devices.
        stopped: whether it was stopped before its end.
        revoked: names of devices of the comune that turned out to be revoked since.
        healed: how the store was put right, if it had to be.
        copied: whether it showed for the first time that this store is in use twice, or was put back from a copy.
        given_back: transactions that the hub had lost and has from here.
    """

    sent: int = 0
    acknowledged: int = 0
    refused: list[tuple[int, str, str]] = field(default_factory=list)
    received: int = 0
    stopped: bool = False
    revoked: list[str] = field(default_factory=list)
    healed: Healed | None = None
    copied: bool = False
    given_back: int = 0

    def add(self, taken: Taken | Changed) -> None:
        """Count a page, or a change to the hub's trunk."""
        self.acknowledged += taken.acknowledged
        self.refused += taken.refused
        self.received += taken.received
        self.copied = self.copied or taken.copied


class Engine:
    """One exchange. Made anew for each."""

    def __init__(
        self,
        ground: Ground,
        transport: Transport,
        progress: Progress | None = None,
        stop: Stop | None = None,
        heard: Callable[[PageHead], None] | None = None,
    ) -> None:
        """`heard` is told the head of the first page, before any page is taken in."""
        self._ground = ground
        self._store = ground.store
        self._transport = transport
        self._progress = progress or _nobody_asks
        self._stop = stop or _nobody_stops
        self._heard = heard
        self._outcome = Outcome()
        self._taken = False
        """Whether a page was taken in; its time was noted with it."""
        self._care = Care(ground, transport)
        self._recovery = Recovery(ground, transport, self)
        self._proved = False
        """Whether this device's log was looked at before anything of it is offered."""
        self._telling: Told | None = None
        """What the next page answers, of this device's state."""

    @property
    def outcome(self) -> Outcome:
        """What was done until now."""
        return self._outcome

    def run(self) -> Outcome:
        """Exchange everything.

        Raises:
            Mendable: it could not be finished; what was done until then stays done.
        """
        return self._carry_out(self._exchange)

    def receive(self) -> Outcome:
        """Take in what the transport holds and send nothing: an answer that came by file.

        Raises:
            Mendable: as `run`.
        """
        return self._carry_out(self._receive)

    def _carry_out(self, phases: Callable[[], Mendable | None]) -> Outcome:
        try:
            with _unhurried_garbage():
                problem = self._with_care(phases)
        except Declined as refusal:
            raise complaints.declined(refusal) from refusal
        except Malformed as refusal:
            raise complaints.inconsistent(str(refusal)) from refusal
        except UnknownKind as refusal:
            raise complaints.too_old(str(refusal)) from refusal
        if problem is not None:
            raise problem
        if not self._outcome.stopped and not self._taken:
            with self._store.writing() as connection:
                replica.advance(connection, last_exchange=self._ground.clock.now())
        return self._outcome

    def _with_care(self, phases: Callable[[], Mendable | None]) -> Mendable | None:
        """The phases; before and after them the store is put right where it is not as the log says (SYNC 26)."""
        self._look_if_due()
        try:
            problem = phases()
        except (Declined, Malformed) as refusal:
            if isinstance(refusal, Declined) and refusal.code not in _SUSPECT:
                raise
            # Whatever does not fit may be damaged here. What was damaged is healed, and all is done once more.
            self._care.look()
            if self._care.healed is None:
                raise
            self._outcome.healed = self._care.healed
            problem = phases()
        if not self._outcome.stopped:
            self._look_if_due()
        return problem or self._care.problem

    def _look_if_due(self) -> None:
        if self._care.due:
            self._care.look()
            self._outcome.healed = self._outcome.healed or self._care.healed

    def _exchange(self) -> Mendable | None:
        """All phases, begun again after each step that a hub needs which is not what it was (ADR 14)."""
        for _ in range(_MOST_STEPS):
            try:
                return self._phases()
            except Declined as refusal:
                if refusal.code not in FORGOTTEN or not self._recovered(refusal.code):
                    raise
            if self._outcome.stopped:
                return None
        raise complaints.unsteady()

    def _phases(self) -> Mendable | None:
        """Receive, send, receive; returns what has to be told at the end."""
        told = self._care.told
        if told is not None:
            self._transport.tell(told)
            self._telling = told
        problem = self._receive()
        if self._care.may_send and self._push():
            self._pull()
            self._refuse_unfinished()
        return problem

    def _recovered(self, code: str) -> bool:
        """Make the hub whole again, or follow it; whether anything was done. What is given back is proved before."""
        if not self._proved:
            self._proved = True
            self._care.look()
            self._outcome.healed = self._outcome.healed or self._care.healed
            if self._care.healed or self._care.problem:
                return self._care.problem is None
        try:
            done = self._recovery.step(code)
        except Stopped:
            self._outcome.stopped = True
            return True
        self._outcome.given_back = self._recovery.given_back
        if changed := self._recovery.take_changed():
            self._taken = True
            self._outcome.add(changed)
            self._ground.tell(changed.changed)
        return done

    def _receive(self) -> Mendable | None:
        problem = self._fetch_key()
        if isinstance(self._transport, SnapshotLine):
            begin = Bootstrap(self._ground, self._transport, self.fetched, self._stopping)
            self._outcome.received += begin.run()
        self._pull()
        return problem

    def _me(self) -> Me:
        with self._store.reading() as connection:
            return replica.read(connection)

    def _stopping(self) -> bool:
        self._outcome.stopped = self._outcome.stopped or self._stop()
        return self._outcome.stopped

    # --- what a recovery says and asks ---

    def returned(self, done: int, total: int) -> None:
        """As `recovery.Way`."""
        self._progress(Advance(RETURNING, done, total))

    def fetched(self, done: int, total: int) -> None:
        """As `recovery.Way`."""
        self._progress(Advance(RECEIVING, done, total))

    def stopping(self) -> bool:
        """As `recovery.Way`."""
        return self._stopping()

    def learn(self) -> None:
        """As `recovery.Way`."""
        self._learn_peers()

    # --- receiving ---

    def _pull(self) -> None:
        """Pull to the end of the log.

        A frame of this device that is not here was sent by a twin of this store; it is asked for with its bytes.
        """
        try:
            self._pull_pages(self._transport.pull)
        except NeedsBytes:
            self._note_copied()
            try:
                self._pull_pages(self._transport.pull_whole)
            except NeedsBytes as problem:
                raise complaints.without_bytes() from problem

    def _pull_pages(self, pull: Callable[[Position], Page]) -> None:
        """One request when there is nothing new. The next page comes while one is taken."""
        position = self._me().position
        start = position.seq
        with ThreadPoolExecutor(1, "ala-pull") as network:
            coming = None if self._stopping() else network.submit(pull, position)
            while coming is not None:
                page = coming.result()
                if self._heard is not None:
                    heard, self._heard = self._heard, None
                    heard(page.head)
                self._meet(page)
                told, self._telling = self._telling, None
                self._care.hear(page.head, told)
                position, end = chain.position_after(position, page.arrived), page.head.head.seq
                more = page.arrived and position.seq < end and not self._stopping()
                coming = network.submit(pull, position) if more else None
                if page.arrived:
                    self._take(page)
                    self._progress(Advance(RECEIVING, position.seq - start, end - start))

    def _note_copied(self) -> None:
        """Note, and tell once, that another copy of this store has been at work."""
        with self._store.writing() as connection:
            if replica.read(connection).copied is None:
                replica.advance(connection, copied=self._ground.clock.now())
                self._outcome.copied = True

    def _meet(self, page: Page) -> None:
        """Ask which devices may write this log when they are not those that are known."""
        with self._store.reading() as connection:
            known, me = peers.known(connection), replica.read(connection)
        writers = [(peer.device, bool(peer.revoked)) for peer in known]
        if me.may_append:
            writers.append((me.device, False))
        if len(writers) != page.head.devices or page.head.roster not in ("", roster_of(writers)):
            self._learn_peers()

    def _learn_peers(self) -> None:
        cards = self._transport.devices()
        try:
            with self._store.writing() as connection:
                self._outcome.revoked += peers.learn(connection, replica.read(connection), cards)
        except OtherKeys as problem:
            raise complaints.impostor(str(problem)) from problem
        except ValueError as problem:
            raise complaints.inconsistent("le chiavi di un PC del comune") from problem

    def _take(self, page: Page) -> None:
        """Take a page in; when a device in it is not known yet, ask for the devices and try once more."""
        try:
            taken = self._take_once(page)
        except UnknownDevice:
            self._learn_peers()
            try:
                taken = self._take_once(page)
            except UnknownDevice as problem:
                raise Malformed(f"un lotto di un PC che nessuno conosce ({problem})") from problem
        self._outcome.add(taken)
        self._ground.tell(taken.changed)
        if taken.beyond:
            raise UnknownKind(taken.beyond)

    def _take_once(self, page: Page) -> Taken:
        with self._store.writing(FOLD) as connection:
            taken = intake.take(connection, self._ground.rows, page.arrived, self._ground.clock.now())
            self._keep_signature(connection, page.head)
        self._taken = True
        return taken

    def _keep_signature(self, connection: Connection, head: PageHead) -> None:
        """Keep the hub's signature over the place that was reached: what a hub that forgets it can be shown."""
        me = replica.read(connection)
        place, key = me.position, me.hub_key or b""
        signed = head.place == place and signing.place_is_signed(me.hub or "", me.tenant, place, head.signature, key)
        replica.advance(connection, signature=head.signature if signed else "")

    # --- sending ---

    def _push(self) -> bool:
        """Send what waits, frame by frame; first, byte for byte, what was sealed before. Whether anything was sent.

        One frame is on its way at a time; the next one is sealed meanwhile.
        """
        with self._store.reading() as connection:
            total = outbox.waiting(connection)
            sealed = outbox.in_flight(connection)
        with ThreadPoolExecutor(1, "ala-push") as network:
            frame = self._next_frame(sealed)
            while frame is not None:
                answer = network.submit(self._transport.push, frame.sealed)
                try:
                    following = self._next_frame(sealed)
                finally:
                    self._settle(frame, answer)
                self._outcome.sent += frame.transactions
                self._progress(Advance(SENDING, self._outcome.sent, total))
                frame = following
        return self._outcome.sent > 0

    def _next_frame(self, sealed: list[Sealed]) -> Sealed | None:
        """The next frame to send, sealed now if none of before is left."""
        if self._stopping():
            return None
        if sealed:
            return sealed.pop(0)
        with self._store.reading() as connection:
            if not outbox.anything_to_seal(connection):
                return None
        with self._store.writing() as connection:
            return outbox.seal_next(connection, self._ground.catalog, self._ground.new_id)

    def _settle(self, frame: Sealed, answer: Future[Entry]) -> None:
        """Wait for the hub's answer. A hub that is behind what the frame rests on is looked at once more (SYNC 13)."""
        try:
            answer.result()
        except Declined as problem:
            if problem.code != "behind":
                raise
            self._pull()
            self._transport.push(frame.sealed)

    def _refuse_unfinished(self) -> None:
        """Everything that was pushed has to be back by now."""
        with self._store.reading() as connection:
            out = sum(frame.transactions for frame in outbox.in_flight(connection))
        if out and not self._outcome.stopped:
            raise complaints.unfinished(out)

    # --- the comune's key ---

    def _fetch_key(self) -> Mendable | None:
        """Take the comune's key if it waits for this device; a false one is told after the exchange.

        It is taken only from a device whose fingerprint a person compared here: else whoever stands between could leave
        a key of its own. Until then it waits at the hub.
        """
        me = self._me()
        if me.comune_key_final:
            return None
        blob = self._transport.fetch_key()
        if not blob:
            return None
        try:
            key = self._unwrapped(me, blob)
        except Malformed as problem:
            return complaints.false_key(str(problem))
        sender = keybox.sender_of(blob)
        if self._peer(sender).confirmed:
            take_up(self._ground, key, sender)
        return None

    def _unwrapped(self, me: Me, blob: str) -> bytes:
        sender = self._peer(keybox.sender_of(blob))
        box_key = X25519PrivateKey.from_private_bytes(me.box_key)
        return keybox.unwrap(blob, me.tenant, sender.card, peers.own_card(me), box_key)

    def _peer(self, name: str) -> Peer:
        """The device of the comune of that id, which the hub may have to name first."""
        with self._store.reading() as connection:
            peer = peers.one(connection, name)
        if peer is None:
            self._learn_peers()
            with self._store.reading() as connection:
                peer = peers.one(connection, name)
        if peer is None or peer.revoked or peer.agency:
            raise Malformed("l'ha inviata un PC che non è del comune")
        return peer


@contextmanager
def _unhurried_garbage() -> Generator[None]:
    """Look for garbage less often: transactions are trees without circles, and searching them finds none."""
    usual = gc.get_threshold()
    gc.set_threshold(50_000, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _nobody_asks(advance: Advance) -> None:
    """Progress that nobody watches."""


def _nobody_stops() -> bool:
    return False
