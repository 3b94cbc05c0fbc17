"""One PC of a simulated office: a real store, and beside it what its clerk meant and had seen."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ala_desktop.core.ids import NewId
from ala_desktop.fields.spec import Catalog
from ala_desktop.fields.values import Value
from ala_desktop.models.engine import STORE_FILE
from ala_desktop.models.guards import FOLD
from ala_desktop.services.desk import Desk
from ala_desktop.services.row import Row
from ala_desktop.services.sharing.exchange import Exchange
from ala_desktop.services.sharing.file_exchange import FileExchange
from ala_desktop.sync import chain, intake, outbox, peers, picture, rekeying, replica
from ala_desktop.sync.bases import pack, unpack
from ala_desktop.sync.capture import Change
from ala_desktop.sync.engine import Engine
from ala_desktop.sync.intake import NeedsBytes
from ala_desktop.sync.protocol import Malformed
from ala_desktop.sync.replica import Me
from ala_desktop.sync.transport import Contact
from tests.factory import FixedClock
from tests.property.arrivals import Arrivals
from tests.property.deaths import dying, whole
from tests.property.identity import IDENTITY, TENANT, enrol
from tests.property.lineage import Lineage
from tests.property.oracle import Intent, Saved, Sight, TransactionKey
from tests.property.ordering_hub import START, Hub
from tests.property.stores import KEY, SwiftStore, fresh

if TYPE_CHECKING:
    from tests.property.real_hub import RealHub

COMUNE_KEY = b"c" * 64


class Form(NamedTuple):
    """A record open on the screen, as it was read, and what had arrived by then."""

    row: Row
    sight: Sight


@dataclass(frozen=True)
class Put:
    """What is typed into a form before it is saved."""

    form: Form
    values: Mapping[str, Value]
    pinned: bool = False
    closes: tuple[tuple[str, str, int], ...] = ()


class Pc:
    """A replica. `ids` mints identifiers; wall time is of no account and set at random by the simulation.

    ALA's reads a comune's log without the comune's key.

    Attributes:
        life: of its store, for the `lineage`.
        log: what has come to it.
        saved: what was saved on this store since it began or was copied.
    """

    def __init__(
        self, folder: Path, catalog: Catalog, ids: NewId, number: int, *, has_key: bool = True, tenant: str = TENANT,
        office: str = "",
    ) -> None:  # fmt: skip
        self.number, self.tenant, self.office = number, tenant, office or tenant
        self.catalog = catalog
        self.clock = FixedClock()
        self.log = Arrivals()
        self.saved: dict[TransactionKey, Saved] = {}
        self.forms: list[Form] = []
        self.lives = self.deaths = 0
        self._has_key = has_key
        self.by_line = True
        self.new_id = ids
        self._folder = folder
        store = fresh(folder)
        with store.structuring() as connection:
            replica.create(connection, self._newborn(has_key=has_key))
        self.desk = Desk(store, catalog, clock=self.clock, ids=ids)
        me = self.desk.me
        self.device, self.incarnation, self.life = me.device, me.incarnation, me.incarnation
        self.lineage = Lineage()

    def copied(self, folder: Path, number: int) -> Pc:
        """Another PC whose store is a copy of this one's as it stands; what is on the screen is not in it."""
        twin = copy.copy(self)
        twin.number, twin.clock, twin.forms, twin.saved = number, FixedClock(), [], {}
        twin.log = self.log.copied()
        twin.life = self.lineage.fork(self.life, self.last)
        ids = self.new_id

        def mint() -> str:
            one = ids()
            self.lineage.minted(twin.life, one)
            return one

        twin.new_id = mint
        twin.lives = twin.deaths = 0
        twin._folder = folder
        shutil.copytree(self._folder, folder, ignore=shutil.ignore_patterns("*-shm"))
        store = SwiftStore(folder / STORE_FILE, KEY)
        twin.desk = Desk(store, self.catalog, clock=twin.clock, ids=mint)
        return twin

    def _newborn(self, *, has_key: bool) -> Me:
        sign_key = bytes([self.number]) * 32
        comune_key = None if self.is_alas else COMUNE_KEY if has_key else b"p" * 64
        return Me(
            tenant=self.tenant, comune="Borghetto Lodigiano", office=self.office,
            author=f"Operatore {self.number}", device=self.new_id(),
            device_name=f"PC {self.number}", ordinal=self.number, incarnation=f"{self.number:016x}",
            sign_key=sign_key, box_key=sign_key, comune_key=comune_key, comune_key_final=int(has_key),
            hub=IDENTITY.hub, hub_url=None, hub_key=IDENTITY.public, epoch=1, seq=0, chain=chain.START,
            signature="", certificate=b"", next_device_seq=1, head=chain.START, previous="", last_exchange=None,
            copied=None,
        )  # fmt: skip

    @property
    def is_alas(self) -> bool:
        """Whether it is a PC of ALA, for which this is the log of somebody else."""
        return self.office != self.tenant

    def meet(self, other: Pc) -> None:
        """Learn another PC's keys."""
        me = other.desk.me
        card = peers.own_card(me)
        with self.desk.store.writing() as connection:
            connection.exec_driver_sql(
                "INSERT INTO peer (device, name, ordinal, sign_key, box_key, confirmed, revoked) "
                "VALUES (?, ?, ?, ?, ?, ?, 0)",
                (me.device, me.device_name, me.ordinal, card.sign_key, card.box_key, int(not other.is_alas)),
            )

    def join(self, hub: RealHub, *, by_line: bool) -> None:
        """Enrol; a PC that is not joined by line exchanges by file alone."""
        self.lineage = hub.lineage
        certificate = enrol(hub.store, self.desk.me)
        with self.desk.store.writing() as connection:
            replica.advance(connection, certificate=certificate)
        self.get_line(hub.url if by_line else None)

    def get_line(self, url: str | None) -> None:
        """Exchange by line from now on; None: by file."""
        self.by_line = url is not None
        with self.desk.store.writing() as connection:
            replica.advance(connection, hub_url=url)

    # --- the clerk ----------------------------------------------------------------------------------------------------

    @property
    def sight(self) -> Sight:
        """What has arrived by now."""
        return self.log.sight

    def read(self, kind: str, record: str) -> Form:
        """Open a record on the screen."""
        return Form(self.desk.get(kind, record), self.sight)

    def create(self, *new: tuple[str, str, dict[str, Value]], group: str | None = None) -> None:
        """Save new records as one transaction."""
        changes = [Change(kind, record, values) for kind, record, values in new]
        self._note(lambda: self.desk.save(changes, group=group), [[self._creation(c) for c in changes]])

    def bring_in(self, transactions: list[list[Change]], group: str) -> None:
        """Import: creations, each transaction on its own."""
        meant = [[self._creation(change) for change in changes] for changes in transactions]
        self._note(lambda: self.desk.save_each(transactions, group=group), meant)

    def write(self, *puts: Put, each: str | None = None) -> None:
        """Save forms as one transaction; or, with `each` (a group), each as its own."""
        changes = [
            Change(
                put.form.row.kind, put.form.row.id, put.values, put.form.row.position, put.form.row.values,
                put.pinned, put.closes,
            )
            for put in puts
        ]  # fmt: skip
        intents = [self._edit(put) for put in puts]
        with self.desk.reading() as connection:
            closed = set(connection.exec_driver_sql("SELECT record, field FROM sealed_value").all())
        unread = closed & {(intent.id, name) for intent in intents for name in intent.cells}
        if each:
            alone = [[change] for change in changes]
            self._note(lambda: self.desk.save_each(alone, group=each), [[i] for i in intents if i.cells])
        else:
            self._note(lambda: self.desk.save(changes), [[i for i in intents if i.cells]])
        assert not unread, f"what this PC cannot read was written over: {unread}"

    def _creation(self, change: Change) -> Intent:
        cells: dict[str, tuple[Value, Value]] = {name: (None, value) for name, value in change.put.items()}
        return Intent(change.kind, change.id, cells, self.sight, new=True)

    def _edit(self, put: Put) -> Intent:
        row = put.form.row
        cells = {n: (row.get(n), v) for n, v in put.values.items() if put.pinned or row.get(n) != v}
        closes = tuple((f, self.log.key_at(unpack(seq)[1])) for f, _, seq in put.closes)
        return Intent(row.kind, row.id, cells, put.form.sight, closes)

    def named(self, seq: int) -> int:
        """A place of the log as a decision names it."""
        return pack(self.desk.me.epoch, seq)

    @property
    def last(self) -> int:
        """The device_seq of what was saved last."""
        return self.desk.me.next_device_seq - 1

    def wrote(self, key: TransactionKey) -> bool:
        """Whether this store saved a transaction, also before it was copied."""
        return self.lineage.wrote(self.life, self.last, key)

    def held(self) -> set[TransactionKey]:
        """Every transaction that is here, in the log or waiting."""
        with self.desk.reading() as connection:
            waiting = connection.exec_driver_sql("SELECT device_seq FROM outbox").scalars().all()
        return self.log.places.keys() | {self.lineage.key(self.life, number) for number in waiting}

    def _note(self, act: Callable[[], object], meant: list[list[Intent]]) -> None:
        """Save, and remember what was meant by each transaction that came of it."""
        first = self.desk.me.next_device_seq
        act()
        meant = [intents for intents in meant if intents]
        assert self.desk.me.next_device_seq == first + len(meant), "another number of transactions than was meant"
        for place, intents in enumerate(meant, first):
            key = (self.life, place)
            self.saved[key] = Saved(key, intents)

    # --- the exchange -------------------------------------------------------------------------------------------------

    def seal(self) -> None:
        """Seal one frame, if anything waits."""
        with self.desk.store.writing() as connection:
            outbox.seal_next(connection, self.catalog, self.new_id)

    def frames(self) -> list[bytes]:
        """Sealed frames that have not come back."""
        with self.desk.reading() as connection:
            return [frame.sealed for frame in outbox.in_flight(connection)]

    def pull(self, hub: Hub, most: int) -> bool:
        """Take a page in; returns whether there was one."""
        page = hub.page(self.device, self.desk.me.position, most)
        if not page:
            return False
        try:
            with self.desk.store.writing(FOLD) as connection:
                intake.take(connection, self.desk.rows, page, self.clock.now())
                replica.advance(connection, signature=hub.signature(replica.read(connection).position))
        except NeedsBytes:
            return False  # of what a copy of this store sent; the exchange asks for it
        self._catch_up()
        return True

    def exchange(self, hub: RealHub) -> None:
        """A whole exchange over the line."""
        try:
            assert not self._exchanged(hub), "nothing was damaged"
        finally:
            self._catch_up()

    def _exchanged(self, hub: RealHub) -> bool:
        """Exchange, ALA's PC the log of another office; returns whether something was healed."""
        if not self.is_alas:
            return bool(Exchange(self.desk, hub.lines.connect).run().healed)
        me = self.desk.me
        contact = Contact(hub.url, IDENTITY.hub, IDENTITY.public, me.device, me.sign_key, tenant=me.tenant)
        return Engine(self.desk, hub.lines.connect(contact)).run().healed is not None

    def write_letter(self, hub: RealHub, target: Path, most: int) -> list[Path]:
        """Everything that waits, in files for the hub."""
        return self._by_file(hub).write(target, most).files

    def read_answer(self, hub: RealHub, files: list[Path]) -> None:
        """Read the hub's answer to a letter."""
        try:
            assert not self._by_file(hub).read(files).healed, "nothing was damaged"
        finally:
            self._catch_up()

    def _by_file(self, hub: RealHub) -> FileExchange:
        return FileExchange(self.desk, Exchange(self.desk, hub.lines.connect))

    def _catch_up(self) -> None:
        """Note what has arrived; with the comune's key, screens are read anew."""
        me = self.desk.me
        if me.comune_key_final and not self._has_key:
            self._has_key = True
            self.forms.clear()
        with self.desk.reading() as connection:
            self.log.follow(connection, me, self.life, self.lineage)

    def get_key(self) -> None:
        """The comune's own key reaches this PC, whose screens are read anew."""
        self._has_key = True
        self.forms.clear()
        with self.desk.store.writing(FOLD) as connection:
            rekeying.rekey(connection, self.catalog, COMUNE_KEY)
            self.desk.rekey(connection)

    def pull_twice(self, hub: Hub) -> None:
        """A page that was taken already arrives again: it is refused whole."""
        page = hub.page(self.device, START, 1)
        if not page or not self.desk.position():
            return
        before = self.whole()
        try:
            with self.desk.store.writing(FOLD) as connection:
                intake.take(connection, self.desk.rows, page, self.clock.now())
        except Malformed:
            assert self.whole() == before
            return
        raise AssertionError("a repeated page was taken in again")

    @property
    def state(self) -> str:
        """In a few words, how far this PC has come."""
        return f"{len(self.saved)} saved, {len(self.log.arrived)} arrived, {len(self.forms)} open"

    def digest(self) -> str:
        """Of everything that it holds."""
        with self.desk.reading() as connection:
            return picture.digest(connection, self.desk.rows)

    # --- faults -------------------------------------------------------------------------------------------------------

    def whole(self) -> dict[str, list[Any]]:
        """Every row of every table."""
        return whole(self.desk.store)

    @contextmanager
    def dying(self, at: int) -> Generator[None]:
        """The process dies at statement number `at` of its writes, if it comes so far."""
        with dying(self.desk.store, at) as died:
            yield
        self.deaths += len(died)

    def crash(self) -> None:
        """Power cut: what is on the disk goes on in a new process; what was on the screen is gone."""
        self.lives += 1
        image = self._folder.with_name(f"{self._folder.name.split('~')[0]}~{self.lives}")
        shutil.copytree(self._folder, image, ignore=shutil.ignore_patterns("*-shm"))
        self.desk.close()
        self._folder = image
        store = SwiftStore(image / STORE_FILE, KEY)
        self.desk = Desk(store, self.catalog, clock=self.clock, ids=self.new_id)
        self.forms.clear()
