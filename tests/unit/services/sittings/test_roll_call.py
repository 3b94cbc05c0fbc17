"""Presences during a sitting."""

import time

import pytest

from ala_desktop.services.sittings.roll_call import wall_hour
from tests.factory import FixedClock
from tests.unit.services.sitting_factory import body


@pytest.fixture
def office(tmp_path):
    return body(tmp_path)


@pytest.fixture
def file(office):
    return office.sittings.file(office.sittings.open(office.commission.id, "2026-11-22").id)


def test_all_present_spares_who_was_called_already(office, file):
    office.roll_call.mark(file.attendance[1], "giustificato")
    office.roll_call.all_present(file.sitting.id)
    rows = office.sittings.file(file.sitting.id).attendance
    assert [row["presence"] for row in rows] == ["presente", "giustificato", "presente", "presente"]
    assert office.roll_call.all_present(file.sitting.id) == []


def test_entering_and_leaving_take_the_hour_of_the_room(office, file):
    row = office.roll_call.enter(file.attendance[0])
    assert (row["presence"], row["arrived_at"]) == ("presente", wall_hour(office.desk.clock))
    assert office.roll_call.leave(row, "11:15")["left_at"] == "11:15"
    assert office.roll_call.stay(row)["arrived_at"] is None


def test_an_absent_member_neither_comes_nor_goes(office, file):
    row = office.roll_call.leave(office.roll_call.enter(file.attendance[0], "09:30"), "10:00")
    absent = office.roll_call.mark(row, "assente")
    assert (absent["arrived_at"], absent["left_at"]) == (None, None)


def test_a_delegate_keeps_the_hours_of_the_seat(office, file):
    row = office.roll_call.delegate(file.attendance[0], "Elio Neri")
    row = office.roll_call.mark(office.roll_call.enter(row, "09:30"), "giustificato")
    assert (row["delegate"], row["arrived_at"]) == ("Elio Neri", "09:30")
    assert office.roll_call.delegate(row, "")["delegate"] is None


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone of the process cannot be set here")
@pytest.mark.parametrize(("moment", "hour"), [("2026-11-22T09:05:00Z", "10:05"), ("2026-07-01T22:30:00Z", "00:30")])
def test_the_hour_of_the_room_is_the_local_one(monkeypatch, moment, hour):
    monkeypatch.setenv("TZ", "Europe/Rome")
    time.tzset()
    try:
        assert wall_hour(FixedClock(moment)) == hour
    finally:
        monkeypatch.undo()
        time.tzset()
