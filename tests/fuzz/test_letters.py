"""Whatever a stick brings, to ALA or to a PC, is answered in words; nothing is written that was not asked for."""

from __future__ import annotations

import pytest

from tests.fuzz import letters


def test_a_letter_that_was_tampered_with_is_answered_in_words():
    outcomes = letters.play("days", range(300))

    assert outcomes["answered"] > 20
    assert outcomes["read"] > 3
    assert outcomes["Il file non si può leggere"] > 20


@pytest.mark.soak
@pytest.mark.timeout(3_600)
def test_many_letters_that_were_tampered_with_are_answered_in_words():
    assert letters.play("soak", range(10_000))["answered"] > 500
