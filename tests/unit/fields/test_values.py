"""Readers of numbers, dates and amounts, as people and registers write them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ala_desktop.fields.values import (
    ValueProblem,
    read_date,
    read_money,
    read_scaled,
    show_date,
    show_scaled,
)

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("136,96 €", 13696), ("€ 30,51", 3051), ("5777,95", 577795), ("1.818,11", 181811), ("€ 14.437,05", 1443705),
        ("0", 0), ("12", 1200), ("1.500", 150000), ("79.06", 7906), ("-120,00", -12000), (",5", 50),
        ("7.512,3", 751230), ("1 234,50", 123450), ("EUR 10,00", 1000),
    ],
)  # fmt: skip
def test_amounts_are_read_as_cents(text, cents):
    assert read_money(text) == cents


@pytest.mark.parametrize("text", ["quaranta", "1,2,3", "1.23.4", "12,345", "€", "1e3", "0x1", "--1", "1.2345"])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(ValueProblem):
        read_money(text)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("22.11.15", "2015-11-22"), ("04-07-2021", "2021-07-04"), ("30/9/2020", "2020-09-30"),
        ("9/1/2016", "2016-01-09"),
        ("2025-04-28", "2025-04-28"), ("12032019", "2019-03-12"), ("12/3/19", "2019-03-12"), ("oggi", "2026-11-22"),
        ("+30", "2026-12-22"), ("-1", "2026-11-21"), ("ieri", "2026-11-21"), ("domani", "2026-11-23"),
        ("29/02/2024", "2024-02-29"), ("10.03.40", "1940-03-10"), ("22.11.26", "2026-11-22"),
        ("23.11.26", "1926-11-23"),
    ],
)  # fmt: skip
def test_dates_are_read_in_every_form(text, day):
    assert read_date(text, TODAY) == day


@pytest.mark.parametrize("text", ["31/02/2023", "00/01/2020", "12/13/2020", "29/02/2023", "marzo", "12/3", "1/1/20255"])
def test_days_that_do_not_exist_are_refused(text):
    with pytest.raises(ValueProblem):
        read_date(text, TODAY)


def test_a_two_digit_year_to_come_stays_in_this_century():
    assert read_date("1/3/27", TODAY, future=True) == "2027-03-01"


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 1, 1)))
def test_a_shown_date_reads_back(day):
    assert read_date(show_date(day.isoformat()), TODAY) == day.isoformat()


@given(st.dates(max_value=TODAY))
def test_two_digit_years_never_lie_after_today(day):
    text = day.strftime("%d.%m.") + f"{day.year % 100:02}"
    try:
        read = date.fromisoformat(read_date(text, TODAY))
    except ValueProblem:
        assert (day.month, day.day) == (2, 29)
        return
    assert TODAY - timedelta(days=36525) < read <= TODAY


@given(st.integers(-(10**12), 10**12), st.integers(0, 3))
def test_a_shown_number_reads_back(value, scale):
    assert read_scaled(show_scaled(value, scale), scale) == value
