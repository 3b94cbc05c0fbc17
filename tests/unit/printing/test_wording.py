"""Dates and amounts in the words of an Italian document."""

import pytest

from ala_desktop.printing import wording


@pytest.mark.parametrize(
    ("value", "words"),
    [("2026-11-22", "22 novembre 2026"), ("2027-01-01", "1° gennaio 2027"), ("2026-08-09", "9 agosto 2026"), ("", "")],
)
def test_a_date_is_written_out(value, words):
    assert wording.long_date(value).replace("\u00a0", " ") == words


def test_a_short_date_has_the_day_first():
    assert wording.short_date("2026-11-02") == "02/11/2026"
    assert wording.short_date("") == ""


@pytest.mark.parametrize(
    ("cents", "words"), [(0, "0,00 €"), (5, "0,05 €"), (300000, "3.000,00 €"), (123456789, "1.234.567,89 €")]
)
def test_cents_are_shown_as_euro(cents, words):
    assert wording.euro(cents).replace("\u00a0", " ") == words
