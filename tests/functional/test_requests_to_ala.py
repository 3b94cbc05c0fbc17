"""Cases that go to ALA and come back, by commands: a conflict, a question, and a withdrawal that crosses an answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.functional.test_two_comuni_and_ala import A, B, Office, confirm_each_other, joined
from tests.hubs import HubProcess

ASK = (
    "--type",
    "parere",
    "--subject",
    "Alloggio con due aventi diritto",
    "--text",
    "Chi precede?",
    "--due",
    "31/12/2026",
)


@pytest.fixture
def ala(tmp_path: Path, hub: HubProcess) -> Office:
    return joined(tmp_path / "ala", hub, "ALA")


@pytest.fixture
def comune(tmp_path: Path, hub: HubProcess) -> Office:
    return joined(tmp_path / "borghetto", hub, A)


def sync(*offices: Office) -> None:
    for office in offices:
        office.ask("sync")


def only(office: Office, *arguments: str):
    (found,) = office.ask("requests", "list", *arguments)
    return found


def test_a_conflict_goes_to_ala_and_comes_back_resolved_on_both_pcs(
    tmp_path: Path, hub: HubProcess, ala: Office, comune: Office
):
    second = joined(tmp_path / "secondo", hub, A)
    confirm_each_other(comune, second)
    unit = comune.ask("edit", "housing_unit", "new", "code=U1", "address=Via Roma")["id"]
    sync(comune, second)
    comune.ask("edit", "housing_unit", unit, "address=Via di uno")
    second.ask("edit", "housing_unit", unit, "address=Via di due")
    sync(comune, second, comune)
    (conflict,) = second.ask("conflicts", "list")
    asked = second.ask("conflicts", "refer", conflict["id"])
    assert second.ask("conflicts", "refer", conflict["id"])["id"] == asked["id"]
    sync(second, comune, ala)
    assert [office.ask("conflicts", "list")[0]["referred"] for office in (comune, second)] == [asked["asked"]["on"]] * 2

    seen = only(ala)
    assert (seen["comune"], seen["type"], seen["state"], seen["news"]) == (A, "dato_discordante", "aperta", True)
    assert seen["about"]["conflict"] == conflict["id"]
    assert all(word in seen["text"] for word in ("Via Roma", "Via di uno", "Via di due"))
    ala.ask("conflicts", "resolve", conflict["id"], "--keep", "parked", "--tenant", A)
    sync(ala, comune, second)

    for office in (comune, second):
        assert office.ask("conflicts", "list") == []
        assert office.ask("show", "housing_unit", unit)["address"] == conflict["parked"]["value"]
        answered = only(office)
        assert (answered["state"], answered["news"]) == ("risposta", True)
        (reply,) = answered["replies"]
        assert (reply["outcome"], conflict["parked"]["value"] in reply["text"]) == ("dato_deciso", True)
        assert office.ask("verify")["clean"] is True
    assert comune.ask("digest") == second.ask("digest") == ala.ask("digest", "--tenant", A)


def test_a_question_is_taken_and_answered_and_another_comune_sees_nothing_of_it(
    tmp_path: Path, hub: HubProcess, ala: Office, comune: Office
):
    other = joined(tmp_path / "codogno", hub, B)
    unit = comune.ask("edit", "housing_unit", "new", "code=U1", "address=Via Roma")["id"]
    asked = comune.ask("requests", "open", *ASK, "--about", "housing_unit", unit)
    assert (asked["state"], asked["due_on"], asked["about"]["id"]) == ("aperta", "2026-12-31", unit)
    sync(comune, other, ala)
    assert ala.ask("requests", "take", asked["id"])["taken"]["by"]
    sync(ala, comune)
    assert (only(comune)["state"], only(comune)["news"]) == ("presa_in_carico", True)
    ala.ask("requests", "answer", asked["id"], "--outcome", "favorevole", "--text", "Precede la prima domanda.")
    sync(ala, comune, other)
    (reply,) = only(comune)["replies"]
    assert (reply["outcome"], reply["text"]) == ("favorevole", "Precede la prima domanda.")
    assert other.ask("requests", "list") == []
    assert only(ala) == only(ala, "--tenant", A)
    assert "ritirare" in comune.fail("requests", "withdraw", asked["id"])["title"]
    assert (
        "rispondere"
        in ala.fail("requests", "answer", asked["id"], "--outcome", "risposta", "--text", "Ancora")["title"]
    )


def test_a_withdrawal_and_an_answer_that_cross_are_both_seen(ala: Office, comune: Office):
    asked = comune.ask("requests", "open", *ASK)
    sync(comune, ala)
    ala.ask("requests", "answer", asked["id"], "--outcome", "contrario", "--text", "Manca l'attestazione.")
    comune.ask("requests", "withdraw", asked["id"], "--why", "Risolto in ufficio")
    sync(ala, comune, ala)
    for office in (ala, comune):
        seen = only(office)
        assert seen["state"] == "ritirata"
        assert seen["withdrawn"]["why"] == "Risolto in ufficio"
        assert [reply["text"] for reply in seen["replies"]] == ["Manca l'attestazione."]
    assert comune.ask("conflicts", "list") == ala.ask("conflicts", "list", "--tenant", A) == []
    assert comune.ask("digest") == ala.ask("digest", "--tenant", A)


def test_nobody_writes_what_is_the_others(ala: Office, comune: Office):
    asked = comune.ask("requests", "open", *ASK)
    sync(comune, ala)
    assert "scrivere" in comune.fail("requests", "take", asked["id"])["title"]
    refused = comune.fail("requests", "answer", asked["id"], "--outcome", "favorevole", "--text", "Sì")
    assert "scrivere" in refused["title"]
    assert "scrivere" in ala.fail("requests", "withdraw", asked["id"])["title"]
