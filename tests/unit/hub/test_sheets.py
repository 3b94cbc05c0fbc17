"""Recovery sheets at the hub: given to whoever shows them from the same comune, and not to be tried for ever."""

import pytest

from ala_desktop.hub.sheets import TRIES, Sheets
from ala_desktop.hub.store import Store
from ala_desktop.hub.store_postgres import PostgresStore
from ala_desktop.hub.store_sqlite import SqliteStore
from ala_desktop.sync import sheet
from ala_desktop.sync.declined import Declined
from ala_desktop.sync.messages import FoundSheet, LeftSheet, ShownSheet
from tests.factory import FixedClock
from tests.hub_frames import Pen

TOKEN, WRONG = "a" * 64, ShownSheet("f" * 64)
LEFT = LeftSheet(sheet.name_of(TOKEN), "wrapped")


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request):
    made: Store
    made = PostgresStore(request.getfixturevalue("database")) if request.param == "postgresql" else SqliteStore(None)
    yield made
    made.close()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def sheets(store: Store, clock: FixedClock) -> Sheets:
    return Sheets(store, clock)


def code(sheets: Sheets, device, shown: ShownSheet) -> str:
    with pytest.raises(Declined) as raised:
        sheets.show(device, shown)
    return raised.value.code


def test_another_pc_of_the_comune_gets_what_was_left(sheets: Sheets, store: Store):
    lost, new = Pen().enrol(store), Pen(name="PC 2").enrol(store, 2)
    sheets.leave(lost, LEFT)

    assert sheets.show(new, ShownSheet(TOKEN)) == FoundSheet(lost.device, "wrapped")


def test_a_pc_of_another_comune_gets_nothing_with_the_very_sheet(sheets: Sheets, store: Store):
    lost, foreign = Pen().enrol(store), Pen("C816").enrol(store)
    sheets.leave(lost, LEFT)
    assert code(sheets, foreign, ShownSheet(TOKEN)) == "no_sheet"
    sheets.leave(foreign, LeftSheet("b" * 64, "theirs"))

    assert code(sheets, foreign, ShownSheet(TOKEN)) == "bad_sheet"


def test_the_sheet_of_a_revoked_pc_still_serves(sheets: Sheets, store: Store):
    lost, new = Pen().enrol(store), Pen(name="PC 2").enrol(store, 2)
    sheets.leave(lost, LEFT)
    with store.locked("A995") as tenancy:
        tenancy.revoke(lost.device, revoked=True)

    assert sheets.show(new, ShownSheet(TOKEN)).device == lost.device


def test_a_sheet_that_was_replaced_serves_no_more(sheets: Sheets, store: Store):
    lost, new = Pen().enrol(store), Pen(name="PC 2").enrol(store, 2)
    sheets.leave(lost, LEFT)
    sheets.leave(lost, LeftSheet("b" * 64, "of the new sheet"))

    assert code(sheets, new, ShownSheet(TOKEN)) == "bad_sheet"


def test_after_five_wrong_ones_even_the_right_one_waits_until_tomorrow(sheets: Sheets, store: Store, clock: FixedClock):
    lost, new, third = Pen().enrol(store), Pen(name="PC 2").enrol(store, 2), Pen(name="PC 3").enrol(store, 3)
    sheets.leave(lost, LEFT)
    assert [code(sheets, new, WRONG) for _ in range(TRIES)] == ["bad_sheet"] * 5

    assert code(sheets, new, ShownSheet(TOKEN)) == "too_many_tries"
    assert sheets.show(third, ShownSheet(TOKEN)).device == lost.device, "each PC has tries of its own"

    clock.moment = "2026-11-23T00:00:00Z"
    assert sheets.show(new, ShownSheet(TOKEN)).device == lost.device


def test_where_nothing_was_left_no_try_is_counted(sheets: Sheets, store: Store):
    new = Pen().enrol(store)

    assert [code(sheets, new, WRONG) for _ in range(TRIES + 1)] == ["no_sheet"] * 6
