"""The fuzzer of pages: a hub that lies to a desktop, alone or with the key of a device of the comune.

A page is taken in whole, and then the store verifies; or it is refused in one of the ways that the exchange has words
for. Anything else is a fault. Nothing is kept of a case: each meets the same store.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from random import Random

import msgspec

from ala_desktop.hub.store import Invite
from ala_desktop.models.guards import FOLD
from ala_desktop.sync import intake, peers, picture
from ala_desktop.sync.intake import NeedsBytes, UnknownDevice, UnknownKind
from ala_desktop.sync.messages import (
    DeviceCard,
    Page,
    PageHead,
    decode,
    join_parts,
    pack_page,
    split_parts,
    unpack_page,
)
from ala_desktop.sync.peers import OtherKeys
from ala_desktop.sync.protocol import Arrived, Entry, Malformed, Position, Refused, encode
from tests.fuzz.drafting import Draft, hexed
from tests.fuzz.house import CATALOG, START, TENANT, House
from tests.fuzz.saves import Office
from tests.fuzz.tampering import KINDS, bomb
from tests.fuzz.trees import spoil
from tests.property.pc import Pc

_NOW = "2026-11-22T10:00:00Z"


class _Undone(Exception):
    """The case is over, and nothing of it is to stay."""


class Reader:
    """A PC that has taken the beginning of its comune's log and waits for the rest, some frames of its own in it.

    Attributes:
        page: what an honest hub would serve next.
    """

    def __init__(self, seed: str, folder: Path) -> None:
        chance = Random(f"{seed}/pages")
        self.house = House(chance)
        ids = (f"{digits:032x}" for digits in range(70_000, 10**9))
        self.pc = Pc(folder, CATALOG, lambda: next(ids), 7)
        self._enrol()
        self._send(chance, 3)
        self._write("BL1")
        self._take()
        self._send(chance, 2)
        self._write("BL2")
        self._write("BL3")
        self._send(chance, 2)
        self.position = self._position()
        page = self.house.store.page(TENANT, self.position, self.pc.device)
        assert page is not None
        assert len(page.arrived) > 5
        self.page = page
        self.before = self.pc.whole()

    def _enrol(self) -> None:
        me = self.pc.desk.me
        row = self.house.writers[0].row._replace(
            device=me.device, name=me.device_name, ordinal=7, sign_key=peers.own_card(me).sign_key
        )  # fmt: skip
        with self.house.store.locked(TENANT) as tenancy:
            tenancy.add_invite(Invite(me.device, TENANT, b"", b"", "", 1))
            tenancy.enrol(me.device, row)
        self.row = row
        with self.pc.desk.store.writing() as connection:
            for writer in (self.house.writers[0], self.house.writers[1]):
                card = writer.row
                connection.exec_driver_sql(
                    "INSERT INTO peer (device, name, ordinal, sign_key, box_key, confirmed, revoked) "
                    "VALUES (?, ?, ?, ?, ?, 1, 0)",
                    (card.device, card.name, card.ordinal, card.sign_key, card.box_key),
                )

    def _send(self, chance: Random, count: int) -> None:
        for number in range(count):
            writer = self.house.writers[number % 2]
            draft = self.house.draft(chance, writer)
            assert self.house.offer(writer.row, draft.seal()) == "admitted"

    def _write(self, code: str) -> None:
        self.pc.create(("housing_unit", self.pc.desk.new_id(), {"code": code, "address": "Via Roma"}))
        self.pc.seal()
        sealed = self.pc.frames()[-1]
        assert self.house.offer(self.row, sealed) == "admitted"

    def _take(self) -> None:
        page = self.house.store.page(TENANT, START, self.pc.device)
        assert page is not None
        with self.pc.desk.store.writing(FOLD) as connection:
            intake.take(connection, self.pc.desk.rows, page.arrived, _NOW)

    def _position(self) -> Position:
        return self.pc.desk.me.position

    def meet(self, data: bytes) -> str:
        """What comes of a page: `taken`, or the name of the refusal. Nothing stays of it.

        Raises:
            AssertionError: it was taken, and the store does not verify.
        """
        outcome = "taken"
        try:
            page = unpack_page(data)
            with self.pc.desk.store.writing(FOLD) as connection:
                intake.take(connection, self.pc.desk.rows, page.arrived, _NOW)
                found = picture.verify(connection, self.pc.desk.rows)
                assert found == [], found
                raise _Undone
        except _Undone:
            return outcome
        except (Malformed, NeedsBytes, UnknownDevice, UnknownKind) as problem:
            return type(problem).__name__

    def meet_cards(self, data: bytes) -> str:
        """What comes of a list of devices."""
        try:
            cards = decode(data, list[DeviceCard])
            with self.pc.desk.store.writing() as connection:
                peers.learn(connection, self.pc.desk.me, cards)
                peers.known(connection)
                raise _Undone
        except _Undone:
            return "learnt"
        except (Malformed, OtherKeys, ValueError) as problem:
            return type(problem).__name__

    def close(self) -> None:
        """Nothing stayed of any case."""
        assert self.pc.whole() == self.before
        self.pc.desk.close()
        self.house.close()


def _bytes(chance: Random, reader: Reader) -> bytes:
    data = bytearray(pack_page(reader.page))
    for _ in range(chance.choice((1, 1, 3))):
        at = chance.randrange(len(data))
        match chance.randrange(4):
            case 0:
                data[at] ^= 1 << chance.randrange(8)
            case 1:
                del data[at : at + chance.choice((1, 4, len(data)))]
                data = data or bytearray(4)
            case 2:
                data[at:at] = chance.randbytes(4)
            case _:
                data[at : at + 4] = chance.choice((bytes(4), b"\xff" * 4, b"\0\0\0\1"))
    return bytes(data)


def _json(chance: Random, reader: Reader) -> bytes:
    """The head or an entry is spoilt."""
    parts = split_parts(pack_page(reader.page))
    at = chance.choice([0, *range(1, len(parts), 2)])
    parts[at] = spoil(chance, parts[at])
    return join_parts(parts)


_NUMBERS = (0, -1, 1, 2, 7, 999, 2**53, 2**63, 2**64 - 1)


def _entries(chance: Random, reader: Reader) -> bytes:
    """Entries in another order, missing, repeated, or saying something else."""
    arrived = list(reader.page.arrived)
    for _ in range(chance.choice((1, 1, 2))):
        at, other = chance.randrange(len(arrived)), chance.randrange(len(arrived))
        entry, sealed = arrived[at]
        match chance.randrange(9):
            case 0:
                arrived[at], arrived[other] = arrived[other], arrived[at]
            case 1:
                arrived = arrived[:at] + arrived[at + 1 :] or arrived
            case 2:
                arrived.insert(other, arrived[at])
            case 3:
                entry = msgspec.structs.replace(entry, first_seq=chance.choice(_NUMBERS))
            case 4:
                entry = msgspec.structs.replace(entry, count=chance.choice(_NUMBERS))
            case 5:
                entry = msgspec.structs.replace(entry, header_hash=chance.choice((hexed(chance, 64), "", "x")))
            case 6 | 7:
                indexes = chance.choice(([0], [0, 0], [1, 0], [-1], [2**40], [entry.count - 1], list(range(9)), []))
                codes = ("bad_value", "", "zzz\x00", "needs_refused")
                refused = [
                    Refused(index, chance.choice(codes), "p" * chance.choice((0, 9, 9_000))) for index in indexes
                ]
                entry = msgspec.structs.replace(entry, refused=refused)
            case _:
                sealed = chance.choice((None, arrived[other].sealed, b"ALA1", reader.house.sent[0][1]))
        if at < len(arrived):
            arrived[at] = Arrived(entry, sealed)
    return _packed(reader, _renumbered(reader, arrived) if chance.random() < 0.5 else arrived)


def _renumbered(reader: Reader, arrived: list[Arrived]) -> list[Arrived]:
    """Places one after the other, as a careful liar would give them."""
    seq = reader.position.seq
    made: list[Arrived] = []
    for entry, sealed in arrived:
        made.append(Arrived(msgspec.structs.replace(entry, first_seq=seq + 1), sealed))
        seq += entry.count
    return made


def _packed(reader: Reader, arrived: list[Arrived]) -> bytes:
    return pack_page(Page(PageHead(reader.page.head.head, 3), arrived))


def _forged(chance: Random, reader: Reader) -> bytes:
    """One frame more, after the others, by somebody who holds the key of a device; the hub refuses nothing in it."""
    house = reader.house
    writer = chance.choice(house.writers)
    draft = house.draft(chance, writer)
    kinds = [kind for kind in KINDS if kind is not bomb]
    if chance.random() < 0.5:
        draft.lines = Office(chance, 5, house.office.records).odd()
    else:
        chance.choice(kinds)(chance, draft, house)
    sealed = draft.seal()
    return _packed(reader, _renumbered(reader, [*reader.page.arrived, Arrived(_entry_of(draft, sealed), sealed)]))


def _entry_of(draft: Draft, sealed: bytes) -> Entry:
    """As a hub would make it that does not look."""
    head = sealed[8 : 8 + int.from_bytes(sealed[4:8], "big")]
    count = draft.changed.get("count", len(draft.lines))
    return Entry(0, count if type(count) is int else 1, blake2b(head, digest_size=32).hexdigest(), [])


def _cards(chance: Random, reader: Reader) -> bytes:
    cards = [
        {"device": row.device, "name": row.name, "ordinal": row.ordinal, "sign_key": row.sign_key.hex(),
         "box_key": row.box_key.hex(), "revoked": row.revoked}
        for row in (*(writer.row for writer in reader.house.writers), reader.row)
    ]  # fmt: skip
    return spoil(chance, encode(cards))


_LIES: tuple[Callable[[Random, Reader], bytes], ...] = (_bytes, _json, _entries, _entries, _forged, _forged)


def case(reader: Reader, seed: str, index: int) -> str:
    """Play one case; returns what came of it."""
    chance = Random(f"{seed}:{index}")
    if index % 8 == 7:
        return "cards " + reader.meet_cards(_cards(chance, reader))
    return reader.meet(chance.choice(_LIES)(chance, reader))


def play(seed: str, indexes: range) -> Counter[str]:
    """Play cases; returns how often each outcome came.

    Raises:
        AssertionError: with the command that plays the case again.
    """
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="ala-fuzz-") as folder:
        reader = Reader(seed, Path(folder) / "pc")
        try:
            assert reader.meet(pack_page(reader.page)) == "taken"
            for index in indexes:
                try:
                    counts[case(reader, seed, index)] += 1
                except Exception as problem:
                    replay = f"python -m tests.fuzz pages {seed} {index} only"
                    raise AssertionError(f"case {index}: replay with {replay}") from problem
        finally:
            reader.close()
    return counts
