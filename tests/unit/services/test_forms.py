import json

import pytest

from ala_desktop.core.errors import Mendable
from ala_desktop.services.forms import Forms
from ala_desktop.services.sittings.commissions import Commissions
from ala_desktop.services.units import ToConfirm
from ala_desktop.sync.capture import Change
from tests import factory


@pytest.fixture
def forms(desk):
    return Forms(desk)


def test_a_blank_form_saves_a_new_record_under_its_own_id(desk, forms):
    blank = forms.blank("housing_unit")
    assert forms.is_new(blank)
    saved = forms.save(blank, {"code": "A1"})
    assert (saved.id, saved["code"]) == (blank.id, "A1")
    assert not forms.is_new(saved)


def test_saving_another_occupancy_keeps_the_past_one(desk, forms):
    unit = desk.get("housing_unit", factory.unit(desk, occupancy="assegnato", occupancy_since="2020-01-01"))
    saved = forms.save(unit, {"occupancy": "in_rilascio"})
    [past] = desk.find("unit_state", unit_id=unit.id)
    assert (past["axis"], past["value"], past["until"]) == ("occupancy", "assegnato", "2026-11-22")
    assert saved["occupancy_since"] == "2026-11-22"


def test_what_the_rules_ask_must_be_confirmed(desk, forms):
    unit = desk.get("housing_unit", factory.unit(desk, occupancy="assegnato"))
    with pytest.raises(ToConfirm):
        forms.save(unit, {"condition": "in_manutenzione"})
    assert forms.save(unit, {"condition": "in_manutenzione"}, confirmed=True)["condition"] == "in_manutenzione"


def test_a_draft_survives_without_a_save_and_goes_with_one(desk, forms):
    unit = desk.get("housing_unit", factory.unit(desk))
    forms.drafts.keep(unit.kind, unit.id, unit.position, {"address": "Via Nuova"})
    row, draft = Forms(desk).open("housing_unit", unit.id)
    assert draft is not None
    assert (row["address"], draft.typed) == ("Via Roma", {"address": "Via Nuova"})
    forms.save(row, {"address": "Via Nuova"})
    assert forms.drafts.all() == []


def test_a_draft_of_a_new_record_opens_as_a_blank_form(desk, forms):
    blank = forms.blank("person")
    forms.drafts.keep("person", blank.id, None, {"surname": "Rossi"})
    row, draft = forms.open("person", blank.id)
    assert forms.is_new(row)
    assert draft is not None
    assert draft.is_new
    assert draft.typed == {"surname": "Rossi"}


def test_nothing_typed_keeps_no_draft(forms):
    forms.drafts.keep("person", "a" * 32, None, {"surname": "Rossi"})
    forms.drafts.keep("person", "a" * 32, None, {})
    assert forms.drafts.of("a" * 32) is None


def test_a_draft_of_another_version_keeps_what_can_be_read(desk, forms):
    typed = json.dumps({"surname": "Rossi", "unheard_of": 1, "sex": "?" * 5, "birth_date": "2026-99-99"})
    with desk.store.writing() as connection:
        for record, kind in (("a" * 32, "person"), ("b" * 32, "spaceship")):
            connection.exec_driver_sql(
                "INSERT INTO draft VALUES (?, ?, NULL, '2026-01-01T00:00:00Z', ?)", (record, kind, typed)
            )
    [draft] = forms.drafts.all()
    assert draft.typed["surname"] == "Rossi"
    assert {"unheard_of", "birth_date"}.isdisjoint(draft.typed)


def test_drafts_are_no_part_of_the_log(desk, forms):
    before = desk.position()
    forms.drafts.keep("person", "a" * 32, None, {"surname": "Rossi"})
    with desk.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM outbox").scalar() == 0
    assert desk.position() == before


def test_a_deleted_household_and_its_memberships_come_back_together(desk, forms):
    home, person, member = desk.new_id(), desk.new_id(), desk.new_id()
    desk.save(
        [
            Change("household", home, {"name": "Rossi"}),
            Change("person", person, {"surname": "Rossi"}),
            Change("household_member", member, {"household_id": home, "person_id": person}),
        ]
    )
    gone = forms.delete(desk.get("household", home))
    assert [row.kind for row in gone] == ["household", "household_member"]
    assert desk.find("household_member") == []
    assert len(desk.find("person")) == 1
    forms.restore(gone)
    assert desk.find("household_member")[0].id == member
    assert not desk.get("household", home).deleted


def test_a_record_that_is_not_there_is_told_in_words(forms):
    with pytest.raises(Mendable):
        forms.open("person", "f" * 32)


def test_only_people_are_filled_and_doubted(forms):
    assert forms.fill("housing_unit", {"code": "A"}) == {}
    assert forms.doubts("housing_unit", {"code": "A"}) == {}
    assert forms.fill("person", {"fiscal_code": "BNCNNA80C52E648X"})["birth_date"] == "1980-03-12"


def test_a_commission_with_sittings_is_not_deleted(desk, forms):
    commission = desk.get(
        "commission", Commissions(desk).create({"name": "Commissione Casa", "body": "commissione_casa"}).id
    )
    sitting = desk.new_id()
    desk.save([Change("sitting", sitting, {"commission_id": commission.id, "held_on": "2026-11-22"})])
    with pytest.raises(Mendable, match="ha sedute") as problem:
        forms.delete(commission)
    assert "una seduta" in problem.value.cause
    forms.delete(desk.get("sitting", sitting))
    assert forms.delete(commission)[0].deleted
