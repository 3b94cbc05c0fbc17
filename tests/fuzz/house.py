"""A hub, its devices, and everything that was ever sent to it: one world of the fuzzer, judged by the oracle."""

from __future__ import annotations

import dataclasses
from collections import Counter
from hashlib import blake2b
from pathlib import Path
from random import Random

from ala_desktop.hub.intake import Intake
from ala_desktop.hub.judging import judge
from ala_desktop.hub.store import Device, Store
from ala_desktop.hub.store_sqlite import SqliteStore
from ala_desktop.models.catalog import build
from ala_desktop.models.guards import FOLD
from ala_desktop.sync import chain, intake, picture
from ala_desktop.sync.declined import ERRORS, Declined
from ala_desktop.sync.protocol import Entry, Position, decode_line, encode
from tests.fuzz.drafting import HUB, Draft, Writer, hexed
from tests.fuzz.honest import NotSo, Opened, Register
from tests.fuzz.saves import Office
from tests.property.pc import Pc

CATALOG = build()
TENANT = "A995"
START = Position(1, 0, chain.START)


class House:
    """The hub with two devices of a comune, one of another, and one that was revoked.

    Attributes:
        writers: the devices. sent: frames that were offered, whatever came of them.
        counts: how often each outcome came: `admitted`, `known`, or the code of the error.
    """

    def __init__(self, chance: Random, store: Store | None = None) -> None:
        self.store: Store = store or SqliteStore(None)
        self.intake = Intake(self.store, CATALOG, HUB)
        self.register = Register(HUB)
        self.office = Office(chance)
        self.sent: list[tuple[Device, bytes]] = []
        self.entries: dict[tuple[str, str], Entry] = {}
        self.counts: Counter[str] = Counter()

        def writer(tenant: str, number: int, *, revoked: bool = False) -> Writer:
            return Writer(tenant, f"PC {number}", number, hexed(chance, 32), hexed(chance, 16), revoked)

        self.revoked = writer(TENANT, 3, revoked=True)
        self.writers = [writer(TENANT, 1), writer(TENANT, 2), writer("C816", 1), self.revoked]
        for each in self.writers:
            each.enrol(self.store)

    def draft(self, chance: Random, writer: Writer | None = None) -> Draft:
        """An honest frame of a device, the next of its chain; None takes one of those that may send."""
        writer = writer or chance.choice([*self.writers[:2] * 4, self.writers[2]])
        self.office.chance, self.office.end = chance, self.register.ends.get(writer.tenant, 0)
        return Draft(writer, hexed(chance, 64), self.office.transactions(), batch=hexed(chance, 32))

    def offer(self, sender: Device, sealed: bytes) -> str:
        """Hand a frame to the hub; returns what came of it.

        Raises:
            AssertionError: it is not what the oracle says, or something was written that should not have been.
        """
        before = self.image()
        wanted = self._wanted(sender, sealed)
        told = self._answer(sender, sealed)
        written = self.image() != before
        if isinstance(told, Declined):
            outcome = told.code
            assert outcome in ERRORS.keys() - {"fault", "busy", "full"}, f"declined: {told}"
            assert isinstance(wanted, NotSo), f"declined though admissible: {told}"
            assert not written, "a declined frame left something behind"
        else:
            outcome = self._took(sender, told, wanted)
            assert written == (outcome == "admitted"), f"{outcome}, and the store says otherwise"
        self.sent = [*self.sent[-40:], (sender, sealed)]
        self.counts[outcome] += 1
        return outcome

    def _answer(self, sender: Device, sealed: bytes) -> Entry | Declined:
        try:
            return self.intake.admit(sender, sealed)
        except Declined as problem:
            return Declined(problem.code, problem.detail)  # without the frames that it passed: they hold what was sent

    def _wanted(self, sender: Device, sealed: bytes) -> Opened | NotSo | None:
        try:
            return self.register.opened(sealed, sender)
        except NotSo as reason:
            return NotSo(str(reason))

    def _took(self, sender: Device, entry: Entry, wanted: Opened | NotSo | None) -> str:
        assert not isinstance(wanted, NotSo), f"admitted, and it is not admissible: {wanted}"
        if wanted is None:
            assert self.entries[sender.tenant, entry.header_hash] == entry
            return "known"
        assert (entry.first_seq, entry.count) == (self.register.ends.get(sender.tenant, 0) + 1, len(wanted.lines))
        unsound = [i for i, line in enumerate(wanted.lines) if judge(CATALOG, decode_line(line)[0], len(line))]
        again = {item.index for item in entry.refused if item.code == "repeated"}
        own = [item.index for item in entry.refused if item.code not in ("needs_refused", "repeated")]
        assert [index for index in unsound if index not in again] == own
        self.register.admit(wanted, encode(entry))
        self.entries[sender.tenant, entry.header_hash] = entry
        for writer in self.writers:
            if writer.device == sender.device:
                writer.follow(wanted.header, wanted.name)
        return "admitted"

    def image(self) -> bytes | list[object]:
        """The whole store, or its hash, to compare."""
        if isinstance(self.store, SqliteStore):
            free = self.store._free  # pyright: ignore[reportPrivateUsage]
            connection = free.get()
            try:
                return blake2b(connection.serialize()).digest()
            finally:
                free.put(connection)
        where = [tenant.tenant for tenant in self.store.status()]
        return [(self.store.status(), self.store.devices(one), self.store.page(one, START, "")) for one in where]

    def fold(self, folder: Path) -> str:
        """What was admitted, taken in by two PCs in pages of different sizes; returns their common digest.

        Raises:
            AssertionError: a PC does not take it, does not verify, or has another digest.
        """
        digests = {self._digest(folder / str(most), number, most) for number, most in ((7, 10_000), (8, 3))}
        assert len(digests) == 1, "two replicas of one log differ"
        return digests.pop()

    def _digest(self, folder: Path, number: int, most: int) -> str:
        ids = (f"{digits:032x}" for digits in range(number * 10_000, 10**9))
        folder.parent.mkdir(exist_ok=True)
        pc = Pc(folder, CATALOG, lambda: next(ids), number)
        try:
            with pc.desk.store.writing() as connection:
                for writer in (self.writers[0], self.writers[1], self.revoked):
                    card = writer.row
                    connection.exec_driver_sql(
                        "INSERT INTO peer (device, name, ordinal, sign_key, box_key, confirmed, revoked) "
                        "VALUES (?, ?, ?, ?, ?, 1, ?)",
                        (card.device, card.name, card.ordinal, card.sign_key, card.box_key, int(card.revoked)),
                    )
            position = START
            while True:
                page = self.store.page(TENANT, position, pc.device)
                assert page is not None
                arrived = page.arrived[:most]
                if not arrived:
                    break
                with pc.desk.store.writing(FOLD) as connection:
                    intake.take(connection, pc.desk.rows, arrived, "2026-11-22T10:00:00Z")
                position = chain.position_after(position, arrived)
            with pc.desk.reading() as connection:
                found = picture.verify(connection, pc.desk.rows)
                assert found == [], found[:5]
                return picture.digest(connection, pc.desk.rows)
        finally:
            pc.desk.close()

    def close(self) -> None:
        """Give the store back."""
        self.store.close()


def ahead(writer: Writer, sealed: bytes, register: Register) -> Writer:
    """The writer as it will stand once this frame of its own is admitted."""
    frame = register.opened(sealed, writer.row)
    assert frame is not None
    after = dataclasses.replace(writer)
    after.follow(frame.header, frame.name)
    return after
