"""The number series at the hub: moved from a lost PC under one lock, and kept to afterwards."""

from __future__ import annotations

import pytest

from ala_desktop.core.errors import Mendable
from ala_desktop.core.ids import new_id
from ala_desktop.hub.series import Series, leased_to
from ala_desktop.hub.store import Device, Store
from ala_desktop.hub.store_postgres import PostgresStore
from ala_desktop.hub.store_sqlite import SqliteStore
from ala_desktop.sync import chain, envelope
from ala_desktop.sync.notices import Lease, Revocation, open_notice
from ala_desktop.sync.protocol import Op, Position
from tests.factory import FixedClock
from tests.hub_frames import AT, HUB, Pen, creation, edit, intake, line

START = Position(1, 0, chain.START)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request):
    made: Store
    made = PostgresStore(request.getfixturevalue("database")) if request.param == "postgresql" else SqliteStore(None)
    yield made
    made.close()


@pytest.fixture
def series(store: Store) -> Series:
    return Series(store, HUB, FixedClock())


class Pair:
    """The first PC of a comune, which is lost, and the second."""

    def __init__(self, store: Store) -> None:
        self.store, self.lost, self.heir = store, Pen(), Pen(name="PC 2")
        self.one, self.two = self.lost.enrol(store), self.heir.enrol(store, 2)

    def sends(self, device: Device, pen: Pen, *ops: Op) -> list[str]:
        """Codes of what was refused."""
        entry = intake(self.store).admit(device, pen.frame(*(line(op) for op in ops)))
        return [refused.code for refused in entry.refused]


@pytest.fixture
def pair(store: Store) -> Pair:
    return Pair(store)


def number(record: str | None = None, register: str | None = None) -> Op:
    put = {"commission_id": new_id(), "year": 2026, "number": 1, "sitting_id": new_id(), "given_on": "2026-11-22"}
    return creation(record, "minutes_number", **put, **({"emergency_register": register} if register else {}))


def test_the_move_is_said_in_the_log_and_the_lost_pc_is_shut_out(store: Store, series: Series, pair: Pair):
    assert series.holder("A995") == pair.one.device
    pair.sends(pair.one, pair.lost, number())

    assert series.shut_out_and_move(pair.one.device, pair.two.device) == pair.two

    assert [device.revoked for device in store.devices("A995")] == [True, False]
    assert series.holder("A995") == pair.two.device
    page = store.page("A995", START, pair.two.device)
    assert page is not None
    frame = envelope.split(page.arrived[-1].sealed or b"")
    envelope.verify(page.arrived[-1].sealed or b"", frame, HUB.public)
    assert open_notice(frame) == Lease(AT, pair.two.device)
    assert open_notice(envelope.split(page.arrived[-2].sealed or b"")) == Revocation(AT, pair.one.device, 1)
    assert page.head.head.seq == 3


def test_it_may_be_repeated(store: Store, series: Series, pair: Pair):
    for _ in range(2):
        series.shut_out_and_move(pair.one.device, pair.two.device)

    with store.locked("A995") as tenancy:
        assert tenancy.position().seq == 2


def test_a_number_of_the_lost_pc_that_a_person_admits_later_is_refused_and_the_heirs_is_not(series: Series, pair: Pair):
    series.shut_out_and_move(pair.one.device, pair.two.device)

    assert pair.sends(pair.one, pair.lost, number(), creation(), number(register="PC 1")) == ["not_holder"]
    assert pair.sends(pair.two, pair.heir, number()) == []


def test_an_emergency_number_cannot_be_made_a_definitive_one(series: Series, pair: Pair):
    series.shut_out_and_move(pair.one.device, pair.two.device)
    record = new_id()
    assert pair.sends(pair.one, pair.lost, number(record, "PC 1")) == []

    change = edit(record, 1, "minutes_number", emergency_register=("PC 1", None))

    assert pair.sends(pair.one, pair.lost, change) == ["not_holder"]


def test_what_a_frame_itself_makes_an_emergency_number_passes(store: Store, series: Series, pair: Pair):
    """A PC that joins later has numbered as the only one it knew, and sends that under its emergency register."""
    series.shut_out_and_move(pair.one.device, pair.two.device)
    third, record = Pen(name="PC 3"), new_id()
    device = third.enrol(store, 3)
    change = edit(record, 1, "minutes_number", emergency_register=(None, "PC 3"))

    assert pair.sends(device, third, number(record), change) == []


def test_as_long_as_nothing_was_moved_nothing_is_refused(pair: Pair):
    assert pair.sends(pair.two, pair.heir, number()) == []


def test_each_comune_has_a_holder_of_its_own(store: Store, series: Series, pair: Pair):
    other = Pen("C816").enrol(store)
    series.shut_out_and_move(pair.one.device, pair.two.device)

    assert series.holder("C816") == other.device
    with store.locked("C816") as tenancy:
        assert leased_to(tenancy, HUB.hub) is None


def test_the_series_go_to_no_unfit_pc(store: Store, series: Series, pair: Pair):
    foreign, third = Pen("C816").enrol(store), Pen(name="PC 3").enrol(store, 3)
    with store.locked("A995") as tenancy:
        tenancy.revoke(third.device, revoked=True)
    cases = {
        "f" * 32: "PC non trovato",
        foreign.device: "La numerazione non può passare a quel PC",
        pair.one.device: "La numerazione non può passare a quel PC",
        third.device: "La numerazione non può passare a quel PC",
    }

    for heir, title in cases.items():
        with pytest.raises(Mendable, match=title):
            series.shut_out_and_move(pair.one.device, heir)
    with pytest.raises(Mendable, match="La numerazione è di un altro PC"):
        series.shut_out_and_move(third.device, pair.two.device)

    assert [device.revoked for device in store.devices("A995")] == [False, False, True]
    assert series.holder("A995") == pair.one.device
