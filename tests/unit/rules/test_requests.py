"""How a request to ALA stands, and what may be done with it then."""

from __future__ import annotations

import pytest

from ala_desktop.rules import requests
from ala_desktop.rules.requests import State

TAKEN = {"taken_on": "2026-11-23"}
WITHDRAWN = {"withdrawn_on": "2026-11-24"}


@pytest.mark.parametrize(
    ("values", "replies", "state"),
    [
        ({}, 0, State.OPEN),
        (TAKEN, 0, State.TAKEN),
        ({}, 1, State.ANSWERED),
        (TAKEN, 2, State.ANSWERED),
        (WITHDRAWN, 0, State.WITHDRAWN),
        (TAKEN | WITHDRAWN, 1, State.WITHDRAWN),
    ],
)
def test_the_state_follows_from_what_each_side_wrote(values, replies, state):
    assert requests.state_of(values, replies) is state


def test_ala_has_something_to_do_until_it_answers_or_the_comune_withdraws():
    assert [state for state in State if state.waits] == [State.OPEN, State.TAKEN]


def test_the_comune_withdraws_whatever_ala_is_doing_until_there_is_an_answer():
    assert [state for state in State if requests.may_withdraw(state) is None] == [State.OPEN, State.TAKEN]


def test_a_withdrawal_is_taken_back_only_while_no_answer_crossed_it():
    assert requests.may_restore(State.WITHDRAWN, 0) is None
    assert "risposto" in (requests.may_restore(State.WITHDRAWN, 1) or "")
    assert requests.may_restore(State.OPEN, 0)


def test_ala_takes_once_and_gives_back_what_it_took():
    assert [state for state in State if requests.may_take(state) is None] == [State.OPEN]
    assert [state for state in State if requests.may_release(state) is None] == [State.TAKEN]


def test_what_is_answered_or_withdrawn_is_reopened_by_another_request_only():
    assert [state for state in State if requests.may_answer(state) is None] == [State.OPEN, State.TAKEN]
    assert "un'altra richiesta" in (requests.may_answer(State.ANSWERED) or "")
