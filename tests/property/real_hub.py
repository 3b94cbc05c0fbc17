"""The hub of a simulated office: the real intake, store, post office and comparison, without a network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random
from sqlite3 import Connection, OperationalError, connect
from typing import TypeVar

from ala_desktop.core.ids import NewId
from ala_desktop.fields.kinds import Text
from ala_desktop.fields.spec import Catalog
from ala_desktop.hub.devices import Enrolment
from ala_desktop.hub.intake import Intake
from ala_desktop.hub.post import Post
from ala_desktop.hub.recovery import Recovery
from ala_desktop.hub.store_sqlite import SqliteStore
from ala_desktop.models.catalog import build
from ala_desktop.sync import chain, envelope, signing
from ala_desktop.sync.declined import Declined
from ala_desktop.sync.ledger import REPEATED
from ala_desktop.sync.protocol import Arrived, Position
from tests.factory import FixedClock
from tests.local_hub import URL, LocalHub
from tests.property.identity import IDENTITY, TENANT
from tests.property.lineage import Lineage
from tests.property.oracle import TransactionKey
from tests.property.ordering_hub import START, Hub, Ordered, ordered

LONGEST = 24
"""Letters of a text that this hub takes: fewer than the PCs do, so that it refuses some of what honest PCs send."""

_Result = TypeVar("_Result")


class RealHub(Hub):
    """Takes frames in, by whatever way they come.

    Attributes:
        log: what the store has. position: where it ends. lineage: which store wrote what.
        refused: transactions that were not accepted.
        lost: those that it had, and was put back without.
        lines: to the hub, cut by chance before or after the deed. store, intake: the real ones.
    """

    url = URL

    def __init__(self, chance: Random, cutting: float) -> None:
        self.store = SqliteStore(None)
        self.log: list[Ordered] = []
        self.position = START
        self.lineage = Lineage()
        self.refused: set[TransactionKey] = set()
        self.lost: set[TransactionKey] = set()
        self._catalog = _narrower(build())
        self.intake = Intake(self.store, self._catalog, IDENTITY.hub)
        self._enrolment = Enrolment(self.store, IDENTITY, FixedClock())
        self.lines = _Lines(self, self.intake, self._enrolment, chance, cutting)

    def offer(self, sealed: bytes) -> bool:
        """Whether the frame was new; a repeated one changes nothing, one that skips its predecessor is not taken."""
        before = self.position
        self._admit(sealed)
        self.follow()
        return self.position != before

    def _admit(self, sealed: bytes) -> None:
        device = self.store.device(envelope.split(sealed).header.device)
        if device is None:
            return
        try:
            self.intake.admit(device, sealed)
        except Declined as problem:
            if problem.code not in ("broken_chain", "behind"):
                raise

    def offer_dying(self, sealed: bytes, at: int) -> bool:
        """As `offer`, but it is cut off after so many steps of its database, if it comes so far; whether it was."""
        before = self._whole()
        (connection,) = self._connections()
        left = at

        def step() -> bool:
            nonlocal left
            left -= 1
            return left == 0

        connection.set_progress_handler(step, 25)
        died = False
        try:
            self._admit(sealed)
        except OperationalError:
            died = True
        finally:
            connection.set_progress_handler(None, 0)
        after = self._whole()
        if died and after != before:  # it was cut off right after the commit: the frame is in the log
            self._admit(sealed)
            assert self._whole() == after, "a cut-off admission left something behind"
        self.follow()
        return died

    def answer(self, parts: Sequence[bytes], new_id: NewId) -> tuple[str, list[bytes]]:
        """The answer to a letter, and the device that it is for."""
        post = Post(self.store, self._catalog, IDENTITY, new_id, self._enrolment, FixedClock())
        try:
            answered = post.answer(parts)
        finally:
            self.follow()
        return answered.device, answered.parts

    def page(self, device: str, after: Position, most: int) -> list[Arrived] | None:
        """The next frames after a place, as the store serves them to a device."""
        page = self.store.page(TENANT, after, device)
        return None if page is None else page.arrived[:most]

    def signature(self, place: Position) -> str:
        """As `Hub.signature`."""
        return signing.sign_place(IDENTITY.hub, TENANT, place, IDENTITY.key)

    def follow(self) -> None:
        """Note what has come into the log."""
        page = self.store.page(TENANT, self.position, "")
        while page is not None:
            for item in page.arrived:
                self.log.append(ordered(item.entry, item.sealed or b"", self.lineage))
                left_out = [one.index for one in item.entry.refused if one.code != REPEATED]
                self.refused.update(self.log[-1].keys[index] for index in left_out)
            self.position = chain.position_after(self.position, page.arrived)
            if not page.arrived:
                self.position = page.head.head
                return
            page = self.store.page(TENANT, self.position, "")
        raise AssertionError("the hub does not know its own log")

    def copied(self) -> Connection:
        """The store as it is: a backup."""
        backup = connect(":memory:", check_same_thread=False)
        (connection,) = self._connections()
        connection.backup(backup)
        return backup

    def put_back(self, backup: Connection) -> None:
        """An older copy takes the place of the store, and nobody is told."""
        before = self.keys
        (connection,) = self._connections()
        backup.backup(connection)
        self.log.clear()
        self.refused.clear()
        self.position = START
        self.follow()
        self.lost |= before - self.keys

    @property
    def keys(self) -> set[TransactionKey]:
        """What clerks saved and is in the log."""
        return {key for item in self.log if item.device != IDENTITY.hub for key in item.keys}

    def _whole(self) -> list[str]:
        """Everything in the store."""
        return [line for connection in self._connections() for line in connection.iterdump()]

    def _connections(self) -> list[Connection]:
        """Nobody else is at work."""
        return list(self.store._free.queue)  # pyright: ignore[reportPrivateUsage]

    def close(self) -> None:
        """Give the store back."""
        self.store.close()


class _Lines(LocalHub):
    """Lines that chance cuts, before the hub has done what was asked, or after; `cutting` says how often."""

    def __init__(self, hub: RealHub, intake: Intake, enrolment: Enrolment, chance: Random, cutting: float) -> None:
        super().__init__()
        self.identity = IDENTITY
        self.store, self.intake, self.enrolment = hub.store, intake, enrolment
        self.recovery = Recovery(hub.store, IDENTITY, FixedClock())
        self.cutting, self._chance, self._hub = cutting, chance, hub
        self.restoring: Callable[[Random], None] | None = None

    def __post_init__(self) -> None:
        """Everything else is the simulated hub's."""
        self.altered = lambda page: page

    def carry(self, what: str, deed: Callable[[], _Result]) -> _Result:
        """As `LocalHub.carry`; now and then the hub is put back just before."""
        if self.restoring is not None:
            self.restoring(self._chance)
        self.lost_before[what], self.lost_after[what] = (int(self._chance.random() < self.cutting / 2) for _ in "ab")
        try:
            return super().carry(what, deed)
        finally:
            self._hub.follow()


def _narrower(catalog: Catalog) -> Catalog:
    """The catalog with shorter texts."""
    specs = list(catalog.values())
    return Catalog(
        [
            replace(
                spec,
                fields={
                    name: replace(field, kind=replace(field.kind, most=min(LONGEST, field.kind.most)))
                    if type(field.kind) is Text
                    else field
                    for name, field in spec.fields.items()
                },
            )
            for spec in specs
        ]
    )
