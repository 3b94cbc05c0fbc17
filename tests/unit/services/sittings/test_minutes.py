"""What the minutes say comes from the rows, and from frozen rows once they are approved."""

import pytest

from ala_desktop.core.errors import Mendable
from ala_desktop.printing.minutes_content import ConflictOfInterest, Movement
from ala_desktop.rules.votes import Tally
from ala_desktop.services.sittings.commissions import Commissions
from ala_desktop.services.sittings.minutes import Minutes
from ala_desktop.sync.capture import Change
from tests.factory import unit
from tests.unit.printing import pdf_reading
from tests.unit.services.sitting_factory import body


def test_a_draft_prints_with_its_watermark(tmp_path):
    office = body(tmp_path)
    office.application("Đorđević Žarko")
    file = office.opened()
    out = tmp_path / "verbale.pdf"
    content = Minutes(office.desk).print(file.sitting.id, out)
    assert content.is_draft
    text = pdf_reading.text(out.read_bytes())
    assert "BOZZA" in text
    assert "Đorđević Žarko" in text


def test_approved_minutes_carry_their_number_and_no_watermark(tmp_path):
    office = body(tmp_path)
    office.application()
    sitting = office.sittings.approve(office.decided().sitting.id).sitting
    out = tmp_path / "verbale.pdf"
    content = Minutes(office.desk).print(sitting.id, out)
    assert (content.number, content.emergency_number, content.approved_on) == ("1/2026", "", "2026-11-22")
    assert (content.authority, content.province) == ("Comune di Borghetto Lodigiano", "Provincia di Lodi")
    assert "BOZZA" not in pdf_reading.text(out.read_bytes())


def test_the_course_of_the_sitting_reaches_the_minutes(tmp_path):
    office = body(tmp_path)
    home = unit(office.desk, "BL0007", address="Via Garibaldi", street_number="3 bis", floor="2", interior="5")
    office.application(unit_id=home)
    file = office.opened(convocation="prot. 4512 del 12/11/2026", remote=1)
    item = file.items[0].id
    office.roll_call.leave(office.seat(file, "Bruno Sala"), "10:30")
    file = office.sittings.file(file.sitting.id)
    file = office.voting.declare_conflict(file, item, office.member(file, "Carla Riva"))
    file = office.voting.all_favourable(file, item)
    office.sittings.write(
        file.items[0],
        {"documents": "istanza\n\nISEE", "months": 12, "term": "2027-11-30", "dissent": "Nessuno", "reasoning": "Sì"},
    )
    content = Minutes(office.desk).content(file.sitting.id)
    (printed,) = content.items
    assert printed.conflicts == (ConflictOfInterest("Carla Riva", left_room=True),)
    assert printed.votes == Tally(2, 0, 0, 0, 2)
    assert printed.documents == ("istanza", "ISEE")
    assert printed.unit == "BL0007, Via Garibaldi 3 bis, piano 2, interno 5"
    assert (printed.outcome, printed.decision, printed.months) == ("Idonea", "A votazione", 12)
    bruno = next(member for member in content.members if member.name == "Bruno Sala")
    assert bruno.movements == (Movement(entered=False, at="10:30"),)
    assert (bruno.role, bruno.position, bruno.presence, bruno.voting) == (
        "Componente", "Ente di Bruno Sala", "Presente", True
    )  # fmt: skip
    assert (content.chair, content.secretary, content.remote) == ("Anna Villa", "Dario Monti", True)
    assert (content.quorum.required, content.quorum.present, content.quorum.met) == (2, 3, True)


def test_approved_minutes_print_the_same_after_everything_around_them_changed(tmp_path):
    office = body(tmp_path)
    home = unit(office.desk, "BL0007", street_number="3")
    office.application(unit_id=home)
    sitting = office.sittings.approve(office.decided().sitting.id).sitting
    before = Minutes(office.desk).content(sitting.id)
    assert before.items[0].unit == "BL0007, Via Roma 3"
    commissions = Commissions(office.desk)
    commissions.edit(office.commission, {"name": "Commissione nuova", "quorum": 3})
    for member in commissions.members(office.commission.id):
        commissions.edit(member, {"full_name": "Altro nome", "position": "Altro ente", "role": "uditore", "voting": 0})
    row = office.desk.get("housing_unit", home)
    office.desk.save([Change("housing_unit", home, {"address": "Via Nuova"}, row.position)])
    assert Minutes(office.desk).content(sitting.id) == before


def test_an_item_out_of_the_ordinary_says_so(tmp_path):
    office = body(tmp_path)
    sitting = office.sittings.open(office.commission.id, "2026-11-22")
    office.agenda.add(sitting.id, "Sgombero", "fuori_sacco")
    office.agenda.add(sitting.id, "Comunicazioni")
    assert [item.placing for item in Minutes(office.desk).content(sitting.id).items] == ["Fuori sacco", ""]


def test_a_subject_that_says_its_place_is_not_repeated(tmp_path):
    office = body(tmp_path)
    sitting = office.sittings.open(office.commission.id, "2026-11-22")
    office.agenda.add(sitting.id, "Varie ed eventuali", "varie")
    assert [item.placing for item in Minutes(office.desk).content(sitting.id).items] == [""]


def test_minutes_of_no_sitting_are_refused(tmp_path):
    office = body(tmp_path)
    with pytest.raises(Mendable, match="non trovata"):
        Minutes(office.desk).print(office.desk.new_id(), tmp_path / "x.pdf")
    assert not (tmp_path / "x.pdf").exists()
