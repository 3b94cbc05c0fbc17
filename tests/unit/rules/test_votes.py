"""Votes sum to the voters in the room; outcomes are only proposed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ala_desktop.models import sittings
from ala_desktop.rules.room import Ballot, Seat
from ala_desktop.rules.votes import (
    DECISIVE,
    FITNESS,
    REFUSING,
    REQUEST,
    VOTES,
    Tally,
    counted,
    manner,
    proposed_outcome,
    tally,
    vote_problems,
)

ANNA, BRUNO, CARLA = seats = tuple(
    Seat(name, name, voting=True, presence="presente") for name in ("Anna", "Bruno", "Carla")
)
HEARER = Seat("Dario", "Dario", voting=False, presence="presente")


def yes(*names):
    return [Ballot(name, "favorevole") for name in names]


def test_words_are_those_of_the_records():
    assert set(VOTES) == set(sittings.VOTES)
    assert set(sittings.ITEM_OUTCOMES) >= DECISIVE
    assert REFUSING < DECISIVE


def test_votes_of_all_in_the_room_are_in_order():
    assert vote_problems("voto", seats, yes("Anna", "Bruno", "Carla"), None) == []


def test_a_missing_vote_names_who_did_not_vote():
    (problem,) = vote_problems("voto", seats, yes("Anna"), None)
    assert "Bruno, Carla" in problem
    assert "3 votanti" in problem


def test_who_left_for_a_conflict_is_not_expected_to_vote():
    ballots = [*yes("Anna", "Bruno"), Ballot("Carla", conflict=True, left_room=True)]
    assert vote_problems("voto", seats, ballots, None) == []
    assert tally(seats, ballots, None) == Tally(2, 0, 0, 0, 2)


@pytest.mark.parametrize("vote", VOTES)
def test_who_declared_a_conflict_may_only_abstain(vote):
    ballots = [*yes("Anna", "Bruno"), Ballot("Carla", vote, conflict=True)]
    assert bool(vote_problems("voto", seats, ballots, None)) is (vote in ("favorevole", "contrario"))


def test_a_vote_from_outside_the_room_is_reported():
    late = (ANNA, BRUNO, Seat("Carla", "Carla", voting=True, presence="presente", arrived_at="10:00"))
    ballots = yes("Anna", "Bruno", "Carla")
    assert "Carla" in vote_problems("voto", late, ballots, "09:59")[0]
    assert vote_problems("voto", late, ballots, "10:00") == []


def test_a_vote_of_who_has_none_is_reported():
    ballots = yes("Anna", "Bruno", "Carla", "Dario")
    assert "Dario" in vote_problems("voto", (*seats, HEARER), ballots, None)[0]


def test_two_votes_of_one_member_are_reported():
    ballots = [*yes("Anna", "Bruno", "Carla"), Ballot("Anna", "contrario")]
    assert vote_problems("voto", seats, ballots, None) == ["Anna risulta con 2 voti"]


def test_unanimity_needs_no_ballots_and_bears_no_dissent():
    assert vote_problems("unanimita", seats, [], None) == []
    assert "Bruno" in vote_problems("unanimita", seats, [Ballot("Bruno", "astenuto")], None)[0]


def test_nobody_decides_in_an_empty_room():
    assert vote_problems("consenso", (HEARER,), [], None) == ["nessuno con diritto di voto era in sala"]


def test_the_manner_follows_from_the_votes_when_it_is_not_written():
    assert manner(None, yes("Anna")) == "voto"
    assert manner(None, [Ballot("Anna", left_room=True)]) is None
    assert manner("consenso", []) == "consenso"


def test_the_minutes_print_no_counts_for_a_consensus_and_all_in_favour_for_unanimity():
    assert counted("consenso", seats, [], None) is None
    assert counted(None, seats, [], None) is None
    assert counted("unanimita", seats, yes("Anna"), None) == Tally(3, 0, 0, 0, 3)
    assert counted("voto", seats, yes("Anna"), None) == Tally(1, 0, 0, 0, 3)


@pytest.mark.parametrize(
    ("favour", "against", "abstained", "outcome"),
    [(2, 1, 0, "accolta"), (2, 2, 0, "respinta"), (2, 0, 2, "respinta"), (3, 0, 2, "accolta"), (0, 0, 0, "respinta")],
)
def test_the_proposed_outcome_needs_more_than_half_of_the_voters(favour, against, abstained, outcome):
    found = Tally(favour, against, abstained, 0, favour + against + abstained)
    assert proposed_outcome(found) == outcome
    assert proposed_outcome(found, FITNESS) == FITNESS[REQUEST.index(outcome)]


@given(st.data())
def test_votes_balance_exactly_when_nothing_is_reported(data):
    """Over rooms with late comers, leavers and hearers: no problem of a vote means that the counts add up."""
    hours = st.none() | st.sampled_from(["09:15", "09:30", "09:45"])
    room = [
        Seat(str(n), f"Nome {n}", data.draw(st.booleans()), data.draw(st.sampled_from(["presente", "assente"])), "",
             data.draw(hours), data.draw(hours))
        for n in range(data.draw(st.integers(1, 6)))
    ]  # fmt: skip
    ballots = [
        Ballot(one.member_id, data.draw(st.none() | st.sampled_from(VOTES)), left_room=data.draw(st.booleans()))
        for one in room
    ]
    at = data.draw(st.sampled_from(["09:00", "09:30", "10:00"]))
    problems = vote_problems("voto", room, ballots, at)
    found = tally(room, ballots, at)
    if not problems:
        assert found.balanced
        assert found.voters > 0
    elif not found.balanced:
        assert problems
    if found.balanced and found.voters and not any("risulta" in problem for problem in problems):
        assert problems == []
