"""Linked cases before a commission: they come once, the outcome goes to the one in sight, minutes stay as they are."""

from ala_desktop.services.duplicate_verdicts import Verdicts
from ala_desktop.services.sittings.minutes import Minutes
from tests.factory import unit
from tests.unit.services.sitting_factory import body


def test_linked_applications_wait_as_one(tmp_path):
    office = body(tmp_path)
    shown, other = office.application(), office.application("Rossi Maria")
    Verdicts(office.desk).link("housing_application", shown, other)
    assert [case.application_id for case in office.agenda.waiting()] == [shown]
    office.grant(beneficiary_fiscal_code="RSSMRA80A41F205X", application_id=other)
    assert [case.application_id for case in office.agenda.waiting()] == [shown]
    office.opened()
    assert office.agenda.waiting() == []


def test_the_outcome_is_written_on_the_application_in_sight_though_the_other_was_on_the_agenda(tmp_path):
    office = body(tmp_path)
    other = office.application()
    file = office.decided()
    shown = office.application("Rossi Maria")
    Verdicts(office.desk).link("housing_application", shown, other)
    office.sittings.approve(file.sitting.id)
    assert office.desk.get("housing_application", shown)["outcome"] == "idonea"
    assert office.desk.get("housing_application", other)["outcome"] is None


def test_approved_minutes_are_the_same_after_their_records_were_linked(tmp_path):
    office = body(tmp_path)
    home = unit(office.desk, "BL0007", regional_id="R7")
    person = office.save("person", {"surname": "Rossi", "name": "Maria", "fiscal_code": "RSSMRA80A41E648U"})
    case = office.application(unit_id=home, person_id=person)
    sitting = office.sittings.approve(office.decided().sitting.id).sitting
    before = Minutes(office.desk).print(sitting.id, tmp_path / "prima.pdf")
    rows = [row.values for row in office.desk.find("agenda_item")]
    kept = unit(office.desk, "BL0008", address="Via Nuova", regional_id="R7")
    Verdicts(office.desk).link("housing_unit", kept, home)
    twin = office.save("person", {"surname": "Rosi", "name": "Maria", "fiscal_code": "RSSMRA80A41E648U"})
    Verdicts(office.desk).link("person", twin, person)
    Verdicts(office.desk).link("housing_application", office.application("Rosi Maria"), case)
    assert Minutes(office.desk).print(sitting.id, tmp_path / "dopo.pdf") == before
    assert [row.values for row in office.desk.find("agenda_item")] == rows
