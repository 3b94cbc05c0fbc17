"""The four axes of a unit, and the states of a sitting."""

from datetime import date

import pytest

from ala_desktop.models import housing, sittings
from ala_desktop.rules.transitions import (
    AXES,
    OCCUPIED,
    SITTING_PASSAGES,
    TERMINAL,
    dated,
    judge_unit,
    past_states,
    sitting_may_pass,
)

TODAY = date(2026, 11, 22)


def judged(before, put, **more):
    return judge_unit(before, before | dated(before, put, TODAY), TODAY, **more)


def test_rules_speak_of_values_that_the_records_know():
    assert set(AXES) == set(housing.AXES)
    assert set(TERMINAL) <= set(housing.AVAILABILITIES)
    assert set(OCCUPIED) <= set(housing.OCCUPANCIES)
    assert {state for passage in SITTING_PASSAGES for state in passage} == set(sittings.STATES)


@pytest.mark.parametrize("last", ["alienato", "demolito"])
@pytest.mark.parametrize("axis", list(AXES))
def test_nothing_changes_after_a_terminal_availability(last, axis):
    verdict = judged({"availability": last}, {axis: "SAP"})
    assert len(verdict.refusals) == 1
    assert last in verdict.refusals[0]


def test_other_fields_of_a_sold_unit_may_still_change():
    assert judged({"availability": "alienato"}, {"notes": "venduto all'asta"}).refusals == ()


def test_assigning_a_unit_under_works_asks_first():
    verdict = judged({"condition": "in_manutenzione"}, {"occupancy": "assegnato"})
    assert verdict.refusals == ()
    assert "occupato?" in verdict.questions[0]


def test_works_that_go_on_do_not_ask_again():
    both = {"condition": "in_manutenzione", "occupancy": "assegnato", "designation": "SAP"}
    assert judged(both, {"designation": "SAT"}).questions == ()


def test_condition_after_a_release_waits_for_the_inspection():
    lived_in = {"occupancy": "in_rilascio", "condition": "idoneo", "last_inspection": "2020-01-01"}
    released = {"occupancy": "libero", "occupancy_since": "2026-11-10", "condition": "carenze_manutentive"}
    assert "sopralluogo" in judged(lived_in, released).refusals[0]
    assert judged(lived_in, released | {"last_inspection": "2026-11-09"}).refusals
    assert judged(lived_in, released | {"last_inspection": "2026-11-10"}).refusals == ()


def test_inspection_is_asked_also_when_the_release_was_saved_before():
    released = {"occupancy": "libero", "occupancy_since": "2026-11-10", "condition": "idoneo"}
    assert judged(released, {"condition": "inagibile"}, lived_in_before=True).refusals
    assert judged(released, {"condition": "inagibile"}, lived_in_before=False).refusals == ()


def test_a_release_of_unknown_day_asks_for_no_inspection():
    assert judged({"occupancy": "libero", "condition": "idoneo"}, {"condition": "inagibile"}).refusals == ()


def test_a_new_value_cannot_begin_before_the_one_it_ends():
    before = {"designation": "SAP", "designation_since": "2020-05-01"}
    assert "01/04/2020" in judged(before, {"designation": "SAT", "designation_since": "2020-04-01"}).refusals[0]


def test_a_day_to_come_is_asked_about():
    assert judged({}, {"designation": "SAP", "designation_since": "2027-01-01"}).questions


def test_not_available_without_a_reason_is_asked_about():
    assert judged({}, {"availability": "non_disponibile"}).questions
    assert not judged({}, {"availability": "non_disponibile", "availability_reason": "sfitto da sanare"}).questions


def test_each_changed_axis_leaves_its_past_value():
    before = {"occupancy": "assegnato", "occupancy_since": "2019-03-01", "condition": "idoneo", "designation": "SAP"}
    after = before | dated(before, {"occupancy": "in_rilascio", "condition": "carenze_manutentive"}, TODAY)
    ended = past_states(before, after, TODAY)
    assert [(one.axis, one.value, one.since, one.until) for one in ended] == [
        ("occupancy", "assegnato", "2019-03-01", "2026-11-22"),
        ("condition", "idoneo", None, "2026-11-22"),
    ]


def test_the_day_of_a_change_is_the_one_written_else_today():
    before = {"occupancy": "libero", "occupancy_since": "2019-03-01"}
    assert dated(before, {"occupancy": "proposto"}, TODAY)["occupancy_since"] == "2026-11-22"
    untouched = {"occupancy": "proposto", "occupancy_since": "2019-03-01"}
    assert dated(before, untouched, TODAY)["occupancy_since"] == "2026-11-22"
    written = {"occupancy": "proposto", "occupancy_since": "2026-11-01"}
    assert dated(before, written, TODAY)["occupancy_since"] == "2026-11-01"


def test_a_first_value_gets_no_day_that_nobody_wrote():
    assert "designation_since" not in dated({}, {"designation": "SAP"}, TODAY)
    assert past_states({}, {"designation": "SAP"}, TODAY) == []


def test_an_emptied_axis_loses_its_day_and_keeps_its_past():
    before = {"occupancy": "libero", "occupancy_since": "2019-03-01"}
    put = dated(before, {"occupancy": None}, TODAY)
    assert put["occupancy_since"] is None
    assert past_states(before, before | put, TODAY)[0].until == "2026-11-22"


@pytest.mark.parametrize("now", [None, *sittings.STATES])
def test_nothing_leaves_the_approved_state(now):
    assert sitting_may_pass(now, "in_lettura") is (now in (None, "bozza"))
    assert sitting_may_pass(now, "approvato") is (now == "in_lettura")
    assert sitting_may_pass(now, "bozza") is (now == "in_lettura")
