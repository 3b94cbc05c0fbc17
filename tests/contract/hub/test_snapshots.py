"""Snapshots at the hub, on every store: made of the log as it stands, signed in it, kept as long as they are of use."""

from pathlib import Path

import pytest

from ala_desktop.core.errors import Mendable
from ala_desktop.hub import snapshots
from ala_desktop.hub.intake import Intake
from ala_desktop.hub.snapshots import Snapshots
from ala_desktop.hub.store import Device, Store
from ala_desktop.hub.store_postgres import PostgresStore
from ala_desktop.hub.store_sqlite import SqliteStore
from ala_desktop.hub.trunk import Trunk
from ala_desktop.sync import chain, envelope, snapshot, telling
from ala_desktop.sync.ledger import Ledger
from ala_desktop.sync.messages import Told
from ala_desktop.sync.notices import Horizon, Lease, Notice, Photograph, open_notice
from ala_desktop.sync.protocol import Position
from ala_desktop.sync.snapshot import Opened
from ala_desktop.sync.state import State
from tests.factory import FixedClock
from tests.hub_frames import CATALOG, HUB, Pen, creation, edit, intake, line

UNIT = "a" * 32


@pytest.fixture(params=["file", "memory", "postgresql"])
def where(request, tmp_path: Path):
    if request.param == "postgresql":
        made: Store = PostgresStore(request.getfixturevalue("database"))
    else:
        made = SqliteStore(tmp_path / "centrale.db" if request.param == "file" else None)
    yield made
    made.close()


@pytest.fixture
def door(where: Store) -> Intake:
    return intake(where)


@pytest.fixture
def house(where: Store) -> Snapshots:
    return Snapshots(where, CATALOG, HUB, FixedClock())


@pytest.fixture
def pen() -> Pen:
    return Pen()


@pytest.fixture
def device(where: Store, pen: Pen, door: Intake) -> Device:
    """A device that has created a unit and edited it."""
    made = pen.enrol(where)
    door.admit(made, pen.frame(line(creation(UNIT)), line(creation())))
    door.admit(made, pen.frame(line(edit(UNIT, 2, address=("Via Roma", "Via Po")))))
    return made


def said(where: Store, tenant: str = "A995") -> Opened:
    """What the newest snapshot says, read as a desktop does."""
    newest = snapshots.newest(where, tenant, HUB.hub)
    assert newest is not None
    with where.shelf(tenant) as shelf:
        parts: list[bytes] = []
        for name, size in newest.notice.parts:
            part = b""
            while len(part) < size:
                part += shelf.blob_piece(name, len(part))
            parts.append(part)
    return snapshot.unpack(newest.notice, tenant, parts, State(CATALOG), Ledger(lambda _: b""))


def told(where: Store) -> list[Notice]:
    """What the hub says in the log."""
    with where.reading("A995") as here:
        return [open_notice(envelope.split(sealed)) for _, sealed in here.frames_of(HUB.hub)]


def last_of(where: Store) -> Photograph:
    """The snapshot that the log told of last."""
    notice = told(where)[-1]
    assert isinstance(notice, Photograph)
    return notice


def test_it_holds_the_log_up_to_where_it_stood(house: Snapshots, where: Store, device: Device):
    made = house.make("A995")

    assert made is not None
    assert (made.seq, made.records) == (3, 2)
    place, state, *_ = said(where)
    assert place.seq == 3
    assert state.records[UNIT].values["address"] == "Via Po"
    assert state.records[UNIT].stamps["address"].seq == 3
    assert last_of(where).digest
    assert last_of(where).parts[0][1] == made.size


def test_nothing_is_made_where_no_device_wrote(house: Snapshots, where: Store, pen: Pen, door: Intake, device: Device):
    assert house.make("A995") is not None
    assert house.make("A995") is None
    assert house.make("C816") is None

    door.admit(device, pen.frame(line(creation())))

    assert house.make("A995") is not None
    assert said(where).place.seq == 5


def test_the_newest_two_are_kept(house: Snapshots, where: Store, pen: Pen, door: Intake, device: Device):
    made: list[Photograph] = []
    for _ in range(3):
        house.make("A995")
        made.append(last_of(where))
        door.admit(device, pen.frame(line(creation())))

    with where.shelf("A995") as shelf:
        kept = [all(shelf.blob_size(name) for name, _ in notice.parts) for notice in made]
    assert kept == [False, True, True]
    assert said(where).place == made[-1].place


def test_of_the_holder_of_the_series_it_says_what_stood_there(house: Snapshots, where: Store, device: Device):
    with where.locked("A995") as tenancy:
        Trunk(tenancy, "A995", HUB).say(Lease("2026-11-22T09:00:00Z", device.device))
    house.make("A995")

    assert said(where).holder == device.device


def test_another_comune_has_none_of_it(house: Snapshots, where: Store, device: Device):
    house.make("A995")

    assert snapshots.newest(where, "C816", HUB.hub) is None


def test_one_whose_parts_or_place_the_store_lost_is_not_offered(house: Snapshots, where: Store, device: Device):
    house.make("A995")
    name, _ = last_of(where).parts[0]
    with where.locked("A995") as tenancy:
        tenancy.shelf.forget(name)

    assert snapshots.newest(where, "A995", HUB.hub) is None


def test_what_a_device_tells_of_the_place_has_to_be_the_same(house: Snapshots, where: Store, device: Device):
    house.make("A995")
    right = telling.told_of(said(where).state, 1, 3)

    def tell(told: Told) -> None:
        with where.locked("A995") as tenancy:
            tenancy.keep_picture(device.device, told)

    # The place that is folded next is the log's end, behind the notice of the first one.
    tell(right._replace(seq=4, kinds="x" + right.kinds[1:]))
    name, _ = last_of(where).parts[0]
    with where.locked("A995") as tenancy:
        tenancy.shelf.forget(name)
    with pytest.raises(Mendable, match="non concorda"):
        house.make("A995")

    tell(right._replace(seq=4))
    assert house.make("A995") is not None


class TestAHorizon:
    """Up to which snapshot desktops may drop frames: no further than the oldest backup goes."""

    @pytest.fixture
    def ends(self, house: Snapshots, where: Store, pen: Pen, door: Intake, device: Device) -> list[Position]:
        """Where the log ended before, between and after two snapshots."""
        ends: list[Position] = [where.heads()["A995"]]
        for _ in range(2):
            house.make("A995")
            door.admit(device, pen.frame(line(creation())))
            ends.append(where.heads()["A995"])
        return ends

    def test_it_is_the_newest_snapshot_that_the_backup_holds(
        self, house: Snapshots, where: Store, ends: list[Position]
    ):
        assert house.draw_horizon("A995", ends[0]) == 3
        assert house.draw_horizon("A995", ends[1]) == 5
        assert [notice for notice in told(where) if isinstance(notice, Horizon)] == [
            Horizon(FixedClock().now(), 3), Horizon(FixedClock().now(), 5),
        ]  # fmt: skip

    def test_it_never_goes_back_nor_is_said_twice(self, house: Snapshots, ends: list[Position]):
        assert house.draw_horizon("A995", ends[2]) == 5
        assert house.draw_horizon("A995", ends[2]) is None
        assert house.draw_horizon("A995", ends[0]) is None

    def test_a_backup_that_ends_before_any_snapshot_allows_none(
        self, house: Snapshots, where: Store, ends: list[Position]
    ):
        with where.reading("A995") as here:
            entry = here.entry_at(1)
        assert entry is not None
        assert house.draw_horizon("A995", Position(1, 2, chain.hub_chain(chain.START, entry))) is None

    def test_a_backup_of_another_log_allows_none(self, house: Snapshots, ends: list[Position]):
        assert house.draw_horizon("A995", Position(1, ends[2].seq, "e" * 64)) is None
        assert house.draw_horizon("C816", ends[2]) is None
