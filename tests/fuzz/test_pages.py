"""A hub that lies is found out, or its page verifies: a desktop's store is never left in between."""

from __future__ import annotations

import pytest

from tests.fuzz import pages


def test_a_page_that_lies_is_refused_or_verifies():
    outcomes = pages.play("days", range(600))

    assert outcomes["Malformed"] > 150
    assert outcomes["taken"] > 30


@pytest.mark.soak
@pytest.mark.timeout(3_600)
def test_many_pages_that_lie_are_refused_or_verify():
    assert pages.play("soak", range(20_000))["Malformed"] > 5_000
