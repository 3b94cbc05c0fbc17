"""Who is in the room, and the quorum."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ala_desktop.models import sittings
from ala_desktop.rules.room import VOTING_ROLES, Ballot, Seat, ballot_of, has_vote, in_room, quorum, seat_of, voters


def seat(name="Anna", **more):
    return Seat(name, name, more.pop("voting", True), more.pop("presence", "presente"), **more)


HOURS = st.integers(0, 1439).map(lambda minute: f"{minute // 60:02}:{minute % 60:02}")
SEATS = st.lists(
    st.builds(
        Seat,
        member_id=st.uuids().map(str),
        name=st.just("Anna"),
        voting=st.booleans(),
        presence=st.sampled_from([None, *sittings.PRESENCES]),
        delegate=st.sampled_from(["", "Bruno"]),
        arrived_at=st.none() | HOURS,
        left_at=st.none() | HOURS,
    ),
    max_size=9,
)


def test_roles_are_those_of_the_records():
    assert set(sittings.MEMBER_ROLES) >= VOTING_ROLES


@pytest.mark.parametrize(
    ("role", "voting", "votes"),
    [
        ("presidente", None, True),
        ("componente", None, True),
        ("segretario", None, False),
        ("uditore", None, False),
        ("segretario", 1, True),
        ("componente", 0, False),
        (None, None, False),
    ],
)
def test_the_record_decides_who_votes_and_else_the_role(role, voting, votes):
    assert has_vote(role, voting) is votes


def test_a_delegate_takes_the_seat_of_an_absent_member():
    assert in_room(seat(presence="giustificato", delegate="Bruno"), "10:00")
    assert not in_room(seat(presence="giustificato"), "10:00")


def test_a_seat_counts_from_its_entry_and_up_to_its_exit():
    moving = seat(arrived_at="09:30", left_at="10:30")
    assert [in_room(moving, at) for at in ("09:29", "09:30", "10:29", "10:30")] == [False, True, True, False]


def test_the_quorum_is_that_of_the_opening():
    seats = [seat("Anna"), seat("Bruno", arrived_at="09:30"), seat("Carla", voting=False)]
    at_opening = quorum(seats, 2, "09:00")
    assert (at_opening.present, at_opening.met) == (1, False)
    assert quorum(seats, 2, "09:30").met is True


def test_an_unwritten_quorum_is_not_known():
    assert quorum([seat()], None, "09:00").met is None


def test_who_leaves_for_a_conflict_is_no_voter():
    seats = [seat("Anna"), seat("Bruno")]
    assert [one.name for one in voters(seats, [Ballot("Bruno", conflict=True, left_room=True)], None)] == ["Anna"]


@given(SEATS, st.none() | HOURS, st.sets(st.integers(0, 8)))
def test_voters_are_among_those_who_make_the_quorum(seats, at, out):
    ballots = [Ballot(one.member_id, left_room=True) for place, one in enumerate(seats) if place in out]
    here = voters(seats, ballots, at)
    gone = sum(one.voting and in_room(one, at) for place, one in enumerate(seats) if place in out)
    assert len(here) == quorum(seats, 1, at).present - gone
    assert all(one.voting and one.attends for one in here)


def test_seats_and_ballots_read_the_records_values():
    row = {"role": "componente", "presence": "assente", "delegate": " Bruno ", "left_at": "10:00", "arrived_at": None}
    assert seat_of("m", row, "Anna") == Seat(
        "m", "Anna", voting=True, presence="assente", delegate="Bruno", left_at="10:00"
    )
    assert ballot_of({"member_id": "m", "vote": None, "conflict": 1}) == Ballot("m", conflict=True)
