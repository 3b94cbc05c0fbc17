"""Votes: all in favour with one key, then the exceptions."""

import pytest

from ala_desktop.rules.votes import tally
from ala_desktop.services.sittings.roll_call import wall_hour
from ala_desktop.services.sittings.voting import vote_id
from tests.unit.services.sitting_factory import body


def cast(file):
    names = {row["member_id"]: row["full_name"] for row in file.attendance}
    return {names[row["member_id"]]: row["vote"] for row in file.votes.get(file.items[0].id, ()) if row["vote"]}


@pytest.fixture
def office(tmp_path):
    return body(tmp_path)


@pytest.fixture
def file(office):
    office.application()
    return office.opened()


def test_all_in_favour_is_one_key(office, file):
    after = office.voting.all_favourable(file, file.items[0].id)
    assert cast(after) == dict.fromkeys(("Anna Villa", "Bruno Sala", "Carla Riva"), "favorevole")
    item = after.items[0]
    assert (item["decision"], item["outcome"]) == ("voto", "idonea")
    assert item["treated_at"] == wall_hour(office.desk.clock)


def test_the_outcome_follows_the_votes_until_somebody_chooses_another(office, file):
    item = file.items[0].id
    file = office.voting.all_favourable(file, item)
    for name in ("Anna Villa", "Bruno Sala"):
        file = office.voting.vote(file, item, office.member(file, name), "contrario")
    assert file.items[0]["outcome"] == "non_idonea"
    office.sittings.write(file.items[0], {"outcome": "supplemento"})
    file = office.sittings.file(file.sitting.id)
    file = office.voting.vote(file, item, office.member(file, "Anna Villa"), "favorevole")
    assert file.items[0]["outcome"] == "supplemento"
    assert office.voting.proposal(file, item) == "idonea"


def test_an_exception_changes_one_vote(office, file):
    item = file.items[0].id
    file = office.voting.all_favourable(file, item)
    file = office.voting.vote(file, item, office.member(file, "Carla Riva"), "astenuto")
    assert cast(file) == {"Anna Villa": "favorevole", "Bruno Sala": "favorevole", "Carla Riva": "astenuto"}
    assert tally(file.seats, file.ballots(item), None).balanced


def test_who_is_out_of_the_room_is_not_made_to_vote(office, file):
    item = file.items[0].id
    file = office.voting.declare_conflict(file, item, office.member(file, "Carla Riva"))
    file = office.voting.all_favourable(file, item)
    assert set(cast(file)) == {"Anna Villa", "Bruno Sala"}
    assert [seat.name for seat in file.voters(item)] == ["Anna Villa", "Bruno Sala"]


def test_who_declares_a_conflict_and_stays_abstains(office, file):
    item = file.items[0].id
    file = office.voting.declare_conflict(file, item, office.member(file, "Carla Riva"), leaves=False)
    file = office.voting.all_favourable(file, item)
    assert cast(file)["Carla Riva"] == "astenuto"


def test_a_conflict_declared_after_the_vote_takes_the_vote_back(office, file):
    item = file.items[0].id
    file = office.voting.all_favourable(file, item)
    file = office.voting.declare_conflict(file, item, office.member(file, "Carla Riva"))
    assert "Carla Riva" not in cast(file)
    file = office.voting.withdraw_conflict(file, item, office.member(file, "Carla Riva"))
    assert len(file.voters(item)) == 3


def test_who_left_before_the_vote_does_not_vote(office, file):
    office.sittings.write(file.items[0], {"treated_at": "10:00"})
    office.roll_call.leave(office.seat(file, "Bruno Sala"), "09:45")
    file = office.sittings.file(file.sitting.id)
    file = office.voting.all_favourable(file, file.items[0].id)
    assert set(cast(file)) == {"Anna Villa", "Carla Riva"}


def test_stepping_out_for_an_item_takes_the_vote_back(office, file):
    item = file.items[0].id
    file = office.voting.all_favourable(file, item)
    file = office.voting.step_out(file, item, office.member(file, "Bruno Sala"))
    assert "Bruno Sala" not in cast(file)
    file = office.voting.step_out(file, item, office.member(file, "Bruno Sala"), out=False)
    assert len(file.voters(item)) == 3


@pytest.mark.parametrize("decision", ["unanimita", "consenso"])
def test_deciding_without_counting_takes_the_votes_back(office, file, decision):
    item = file.items[0].id
    file = office.voting.all_favourable(file, item)
    file = office.voting.decide(file, item, decision)
    assert cast(file) == {}
    assert (file.items[0]["decision"], file.items[0]["outcome"]) == (decision, "idonea")


def test_clearing_takes_back_everything_but_the_conflicts(office, file):
    item = file.items[0].id
    file = office.voting.declare_conflict(file, item, office.member(file, "Carla Riva"))
    file = office.voting.all_favourable(file, item)
    file = office.voting.clear(file, item)
    assert cast(file) == {}
    assert [file.items[0][name] for name in ("decision", "outcome", "treated_at")] == [None, None, None]
    assert [ballot.conflict for ballot in file.ballots(item) if ballot.conflict] == [True]


def test_minutes_typed_on_another_day_get_no_hour_of_their_own(office):
    office.application()
    file = office.opened("2026-11-20")
    after = office.voting.all_favourable(file, file.items[0].id)
    assert after.items[0]["treated_at"] is None


def test_a_grant_is_proposed_as_granted(office):
    office.grant()
    file = office.opened()
    assert office.voting.all_favourable(file, file.items[0].id).items[0]["outcome"] == "accolta"


def test_a_member_has_one_vote_record_for_an_item_whoever_writes_it(office, file):
    item, member = file.items[0].id, office.member(file, "Anna Villa")
    stale = file
    office.voting.vote(file, item, member, "favorevole")
    after = office.voting.vote(stale, item, member, "contrario")
    assert [row.id for row in after.votes[item]] == [vote_id(item, member)]
    assert len({vote_id(item, member), vote_id(member, item)}) == 2
