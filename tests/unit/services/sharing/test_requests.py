"""Requests to ALA: what each side may do, what it sees as new, and what is taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from ala_desktop.core.errors import Mendable
from ala_desktop.rules.requests import State
from ala_desktop.services.office import NewOffice
from ala_desktop.services.sharing.exchange import Exchange
from ala_desktop.services.sharing.request_book import RequestBook
from ala_desktop.services.sharing.requests import Requests, in_order
from tests import factory
from tests.hubs import Pc
from tests.local_hub import URL, LocalHub
from tests.unit.services.discord import exchange


@pytest.fixture
def agency(tmp_path: Path, hub: LocalHub):
    desk, _ = factory.office(tmp_path / "ala").set_up(NewOffice("ALA", "ALA", "Ada Negri"), factory.PASSPHRASE)
    made = Pc(desk, Exchange(desk, hub.connect))
    made.exchange.enrol(URL, hub.invite("ALA"))
    yield made
    desk.close()


def ask(one: Pc, subject: str = "Chi precede?", due_on: str = "") -> str:
    return Requests(one.desk).open("parere", subject, "Due domande con lo stesso punteggio", due_on=due_on).id


def at_ala(agency: Pc, request: str):
    with RequestBook(agency.desk).at("A995") as desk:
        return Requests(desk).one(request)


def test_a_request_says_who_asks_when_and_about_which_record(desk):
    unit = factory.unit(desk)
    asked = Requests(desk)
    made = asked.open("quesito", "Si può assegnare?", about=asked.about("housing_unit", unit), due_on="2026-12-31")
    assert (made.state, made.asked_by, made.asked_on) == (State.OPEN, "Piera Invernizzi", "2026-11-22")
    assert made.about is not None
    assert (made.about.kind, made.about.id, made.about.name) == ("housing_unit", unit, "Alloggio BL0001 Via Roma")
    assert not made.news
    assert made.as_json()["asked"] == {"by": "Piera Invernizzi", "on": "2026-11-22"}


def test_those_that_wait_stand_first_by_due_day(desk):
    asked = Requests(desk)
    withdrawn, undated, late, soon = (
        asked.open("parere", subject, due_on=due).id
        for subject, due in (
            ("ritirata", "2026-11-23"),
            ("senza data", ""),
            ("dopo", "2026-12-31"),
            ("presto", "2026-11-30"),
        )
    )
    asked.withdraw(withdrawn)
    assert [one.id for one in asked.list()] == [soon, late, undated, withdrawn]
    assert in_order(asked.list()) == asked.list()


def test_a_withdrawal_is_taken_back_and_given_a_reason(desk):
    asked = Requests(desk)
    request = asked.open("parere", "Chi precede?").id
    gone = asked.withdraw(request, "Risolto in ufficio")
    assert (gone.state, gone.withdrawn_by, gone.withdrawn_why) == (
        State.WITHDRAWN,
        "Piera Invernizzi",
        "Risolto in ufficio",
    )
    with pytest.raises(Mendable, match="già stata ritirata") as refused:
        asked.withdraw(request)
    assert "ritirare" in refused.value.title
    assert asked.restore(request).state is State.OPEN


def test_each_side_is_told_what_the_other_did_until_it_looks(first: Pc, agency: Pc):
    request = ask(first)
    exchange(first, agency)
    book = RequestBook(agency.desk)
    assert [one.id for one in book.waiting()] == [request]
    with book.at("A995") as log:
        at = Requests(log)
        assert at.one(request).news
        at.mark_seen(request)
        assert not at.one(request).news
        at.take(request)
        assert at.one(request).taken_by == "Ada Negri"
    exchange(agency, first)
    mine = Requests(first.desk)
    assert mine.one(request).news
    mine.mark_seen(request)
    assert not mine.one(request).news
    with book.at("A995") as log:
        Requests(log).answer(request, "favorevole", "Precede la prima.")
    assert book.waiting() == []
    exchange(agency, first)
    answered = mine.one(request)
    assert (answered.state, answered.news, answered.replies[0].by) == (State.ANSWERED, True, "Ada Negri")
    assert [one.id for one in RequestBook(first.desk).waiting()] == [request]


def test_a_withdrawal_that_crosses_an_answer_leaves_both(first: Pc, agency: Pc):
    request = ask(first)
    exchange(first, agency)
    with RequestBook(agency.desk).at("A995") as log:
        Requests(log).answer(request, "contrario", "Manca un documento.")
    Requests(first.desk).withdraw(request, "Risolto")
    exchange(agency, first, agency)
    for seen in (Requests(first.desk).one(request), at_ala(agency, request)):
        assert (seen.state, seen.withdrawn_why) == (State.WITHDRAWN, "Risolto")
        assert [reply.text for reply in seen.replies] == ["Manca un documento."]
    with pytest.raises(Mendable, match="ALA ha risposto"):
        Requests(first.desk).restore(request)


def test_ala_takes_back_what_it_did(first: Pc, agency: Pc):
    request = ask(first)
    exchange(first, agency)
    with RequestBook(agency.desk).at("A995") as log:
        at = Requests(log)
        at.take(request)
        assert at.release(request).state is State.OPEN
        reply = at.answer(request, "favorevole", "Sì.").replies[0]
        assert at.recall(reply.id).state is State.OPEN
    exchange(agency, first)
    assert Requests(first.desk).one(request).state is State.OPEN


def test_ala_does_not_answer_what_it_knows_to_be_withdrawn(first: Pc, agency: Pc):
    request = ask(first)
    Requests(first.desk).withdraw(request)
    exchange(first, agency)
    with RequestBook(agency.desk).at("A995") as log, pytest.raises(Mendable, match="decide da solo"):
        Requests(log).answer(request, "favorevole", "Sì.")


def test_a_request_that_nobody_has_is_said_to_be_missing(desk):
    with pytest.raises(Mendable, match="codice nulla"):
        RequestBook(desk).tenant_of("nulla")


def test_a_comunes_store_is_opened_again_only_when_something_was_written_there(first: Pc, agency: Pc, monkeypatch):
    request = ask(first)
    exchange(first, agency)
    book, opened = RequestBook(agency.desk), list[str]()
    plain = agency.desk.others.open
    monkeypatch.setattr(agency.desk.others, "open", lambda tenant: opened.append(tenant) or plain(tenant))
    assert [one.news for one in (*book.list(), *book.list())] == [True, True]
    assert opened == ["A995"]
    with book.at("A995") as log:
        Requests(log).mark_seen(request)
    assert [one.news for one in book.list()] == [False]
    assert opened == ["A995"] * 3
