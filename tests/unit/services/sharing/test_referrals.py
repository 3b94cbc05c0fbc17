"""Discordant values that go to ALA: the request that is opened, and what closes it with the value."""

from __future__ import annotations

from pathlib import Path

import pytest

from ala_desktop.core.errors import Mendable
from ala_desktop.rules.requests import State
from ala_desktop.services.office import NewOffice
from ala_desktop.services.sharing.conflict_choices import Choices
from ala_desktop.services.sharing.conflicts import Conflicts, Keep
from ala_desktop.services.sharing.exchange import Exchange
from ala_desktop.services.sharing.request_book import RequestBook
from ala_desktop.services.sharing.requests import Requests
from ala_desktop.sync.capture import Change
from tests import factory
from tests.hubs import Pc
from tests.local_hub import URL, LocalHub
from tests.unit.services.discord import disputed_unit, edit, exchange


@pytest.fixture
def agency(tmp_path: Path, hub: LocalHub):
    desk, _ = factory.office(tmp_path / "ala").set_up(NewOffice("ALA", "ALA", "Ada Negri"), factory.PASSPHRASE)
    made = Pc(desk, Exchange(desk, hub.connect))
    made.exchange.enrol(URL, hub.invite("ALA"))
    yield made
    desk.close()


@pytest.fixture
def conflict(first: Pc, second: Pc):
    disputed_unit(first, second, "C1", {"address": "Via Po"}, {"address": "Via Adda"})
    (found,) = Conflicts(first.desk).list()
    return found


def test_a_referred_value_says_since_when_and_what_each_wrote(first: Pc, conflict):
    request = Conflicts(first.desk).refer(conflict.id)
    assert (request.type, request.subject) == ("dato_discordante", "Indirizzo: Alloggio C1 Via Po")
    assert request.text.splitlines() == [
        "Prima: Via Roma",
        "In vigore: Via Po (Piera Invernizzi, PC 1)",
        "In attesa: Via Adda (Piera Invernizzi, PC 2)",
    ]
    (shown,) = Conflicts(first.desk).list()
    assert (shown.referred, shown.request, shown.as_json()["referred"]) == ("2026-11-22", request.id, "2026-11-22")
    assert Conflicts(first.desk).refer(conflict.id).id == request.id


def test_ala_decides_and_answers_in_one_save(first: Pc, second: Pc, agency: Pc, conflict):
    request = Conflicts(first.desk).refer(conflict.id).id
    exchange(first, second, agency)
    with RequestBook(agency.desk).at("A995") as log:
        Conflicts(log).keep_parked(conflict.id)
    exchange(agency, first, second)
    for one in (first, second):
        assert Conflicts(one.desk).list() == []
        answered = Requests(one.desk).one(request)
        assert (answered.state, answered.replies[0].outcome, answered.replies[0].by) == (
            State.ANSWERED, "dato_deciso", "Ada Negri",
        )  # fmt: skip
        assert answered.replies[0].text == "Deciso da ALA: Via Adda"


def test_the_comune_decides_anyway_and_the_request_goes_with_it(first: Pc, conflict):
    request = Conflicts(first.desk).refer(conflict.id).id
    Conflicts(first.desk).keep_in_force(conflict.id)
    gone = Requests(first.desk).one(request)
    assert (gone.state, gone.withdrawn_why) == (State.WITHDRAWN, "Deciso dal Comune")


def test_a_choice_taken_back_takes_the_withdrawal_back_too(first: Pc, conflict):
    request = Conflicts(first.desk).refer(conflict.id).id
    choices, asked = Choices(first.desk), Requests(first.desk)
    choices.decide(conflict.id, Keep.PARKED)
    assert asked.one(request).state is State.WITHDRAWN
    choices.undo()
    assert asked.one(request).state is State.OPEN
    (again,) = choices.of("housing_unit", conflict.record)
    assert again.referred
    choices.decide(conflict.id, Keep.IN_FORCE)
    assert asked.one(request).state is State.WITHDRAWN


def test_what_ala_has_decided_only_the_comune_changes_again(first: Pc, second: Pc, agency: Pc, conflict):
    request = Conflicts(first.desk).refer(conflict.id).id
    exchange(first, agency)
    with RequestBook(agency.desk).at("A995") as log:
        choices = Choices(log)
        choices.decide(conflict.id, Keep.PARKED)
        assert Requests(log).one(request).state is State.ANSWERED
        with pytest.raises(Mendable, match="non scrive questi dati"):
            choices.undo()


def test_deciding_all_at_once_closes_every_request(first: Pc, second: Pc, conflict):
    disputed_unit(first, second, "C2", {"floor": "1"}, {"floor": "2"})
    found = Conflicts(first.desk).list()
    requests = [Conflicts(first.desk).refer(one.id).id for one in found]
    done = Choices(first.desk).decide_all({(one.kind, one.record) for one in found}, Keep.PARKED)
    assert (done.decided, len(requests)) == (2, 2)
    assert {Requests(first.desk).one(request).state for request in requests} == {State.WITHDRAWN}


def test_what_is_kept_to_the_comune_is_not_left_to_ala(first: Pc, second: Pc):
    exchange(first, second)
    first.exchange.confirm(second.desk.me.device)
    second.exchange.confirm(first.desk.me.device)
    exchange(first, second)
    household = first.desk.new_id()
    first.desk.save([Change("household", household, {"name": "Famiglia Riva"})])
    exchange(first, second)
    edit(first, "household", household, notes="Una")
    edit(second, "household", household, notes="Altra")
    exchange(first, second)
    (conflict,) = Conflicts(first.desk).list()
    with pytest.raises(Mendable, match="riservato al Comune"):
        Conflicts(first.desk).refer(conflict.id)
    assert Requests(first.desk).list() == []
