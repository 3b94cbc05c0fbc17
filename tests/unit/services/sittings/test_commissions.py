"""Bodies and their members."""

from ala_desktop.services.sittings.commissions import Commissions
from tests.unit.services.sitting_factory import body


def test_members_come_in_the_order_of_the_roll_call(tmp_path):
    office = body(tmp_path)
    names = [row["full_name"] for row in Commissions(office.desk).members(office.commission.id)]
    assert names == ["Anna Villa", "Bruno Sala", "Carla Riva", "Dario Monti"]


def test_the_vote_follows_from_the_role_unless_it_is_written(tmp_path):
    office = body(tmp_path)
    commissions = Commissions(office.desk)
    votes = {row["full_name"]: row["voting"] for row in commissions.members(office.commission.id)}
    assert votes == {"Anna Villa": 1, "Bruno Sala": 1, "Carla Riva": 1, "Dario Monti": 0}
    added = commissions.add_member(office.commission.id, {"full_name": "Elio Neri", "role": "segretario", "voting": 1})
    assert added["voting"] == 1


def test_former_members_are_shown_only_when_asked(tmp_path):
    office = body(tmp_path)
    commissions = Commissions(office.desk)
    first = commissions.members(office.commission.id)[0]
    assert commissions.edit(first, {"active": 0})["active"] == 0
    assert first.id not in [row.id for row in commissions.members(office.commission.id)]
    assert commissions.members(office.commission.id, former=True)[-1].id == first.id


def test_commissions_in_activity_come_first(tmp_path):
    office = body(tmp_path)
    commissions = Commissions(office.desk)
    commissions.create({"name": "Antica commissione", "body": "altro", "active": 0})
    assert [row["name"] for row in commissions.all()] == ["Commissione Casa", "Antica commissione"]


def test_members_of_one_role_stand_in_the_order_of_the_alphabet(tmp_path):
    office = body(tmp_path)
    commissions = Commissions(office.desk)
    for name in ("Łucja Dąbrowska", "Nives Boselli", "dario Bosi"):
        commissions.add_member(office.commission.id, {"full_name": name, "role": "uditore"})
    expected = ["dario Bosi", "Łucja Dąbrowska", "Nives Boselli"]
    assert [row["full_name"] for row in commissions.members(office.commission.id)][-3:] == expected
    sitting = office.sittings.open(office.commission.id, "2026-11-22")
    assert [row["full_name"] for row in office.sittings.file(sitting.id).attendance][-3:] == expected
