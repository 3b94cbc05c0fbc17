"""Which cases wait for a commission, and what its decision does to them."""

import pytest

from ala_desktop.models import cases, sittings
from ala_desktop.rules.agenda import (
    HOMES,
    OPEN_OUTCOMES,
    agenda_order,
    answers_for,
    application_after,
    application_waits,
    grant_after,
    grant_waits,
)


def test_words_are_those_of_the_records():
    assert OPEN_OUTCOMES - {None} <= set(cases.OUTCOMES)
    assert set(cases.SERVICES) >= HOMES
    for outcome in sittings.ITEM_OUTCOMES:
        assert application_after({"outcome": outcome}, "2026-11-20").get("outcome", "in_istruttoria") in cases.OUTCOMES


@pytest.mark.parametrize("outcome", [None, *cases.OUTCOMES])
def test_an_application_waits_until_it_is_decided(outcome):
    assert application_waits({"outcome": outcome}) is (outcome in (None, "in_istruttoria", "rinviata"))


@pytest.mark.parametrize(
    ("values", "waits"),
    [
        ({"type": "contributo"}, True),
        ({"type": "contributo", "outcome": "in_istruttoria", "granted_cents": 100}, True),
        ({"type": "contributo", "granted_cents": 100}, False),
        ({"type": "contributo", "settled_on": "2024-06-06"}, False),
        ({"type": "contributo", "outcome": "in_istruttoria", "settled_cents": 100}, False),
        ({"type": "contributo", "outcome": "accolta"}, False),
        ({"type": "mediazione"}, False),
    ],
)
def test_a_grant_waits_unless_it_was_decided_or_paid(values, waits):
    assert grant_waits(values) is waits


def test_the_oldest_request_comes_first_and_the_undated_last():
    written = [("2026-02-01", "9", "a"), (None, "1", "b"), ("2026-02-01", "10", "c"), ("2025-12-31", None, "d")]
    assert [key[2] for key in sorted(agenda_order(*one) for one in written)] == ["d", "c", "a", "b"]


def test_a_decision_dates_the_application_and_a_postponement_does_not():
    item = {"outcome": "idonea", "unit_id": "u"}
    assert application_after(item, "2026-11-20") == {"outcome": "idonea", "decided_on": "2026-11-20", "unit_id": "u"}
    assert application_after({"outcome": "rinviata"}, "2026-11-20") == {"outcome": "rinviata"}
    assert application_after({"outcome": "supplemento"}, "2026-11-20") == {"outcome": "in_istruttoria"}
    assert application_after({"outcome": "presa_atto"}, "2026-11-20") == {}
    assert application_after({"outcome": None}, "2026-11-20") == {}


def test_a_refusal_gives_neither_home_nor_money():
    refused = {"outcome": "respinta", "unit_id": "u", "amount_cents": 100, "months": 3}
    assert "unit_id" not in application_after(refused, "2026-11-20")
    assert grant_after(refused) == {"outcome": "respinta"}


def test_a_granted_request_takes_amount_and_months():
    item = {"outcome": "accolta", "amount_cents": 120000, "months": 8}
    assert grant_after(item) == {"outcome": "accolta", "granted_cents": 120000, "months": 8}


def test_homes_are_found_fit_and_requests_are_granted():
    assert answers_for("SAP", None) == ("idonea", "non_idonea")
    assert answers_for("SAP", "grant") == ("accolta", "respinta")
    assert answers_for("misura_unica", None) == ("accolta", "respinta")
    assert answers_for(None, None) == ("accolta", "respinta")
