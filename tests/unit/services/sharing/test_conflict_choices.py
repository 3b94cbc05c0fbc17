"""Choices at the screen: one by one, many at once, and the last one taken back."""

from __future__ import annotations

import pytest

from ala_desktop.core.errors import Mendable
from ala_desktop.services.sharing.conflict_choices import Choices, Settled
from ala_desktop.services.sharing.conflicts import Keep, Typed
from tests import factory
from tests.hubs import Pc
from tests.unit.services.discord import a_hub, disputed_unit, edit, exchange, some_pcs
from tests.unit.services.sitting_factory import body

THREE = ({"address": "Via Po", "floor": "1", "stair": "A"}, {"address": "Via Adda", "floor": "2", "stair": "B"})


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    with a_hub(tmp_path_factory.mktemp("hub")) as running:
        yield running


@pytest.fixture(scope="module")
def pcs(hub, tmp_path_factory):
    with some_pcs(hub, tmp_path_factory.mktemp("comune")) as pair:
        yield pair


def fields(choices: Choices, unit: str) -> list[str]:
    return [conflict.field for conflict in choices.of("housing_unit", unit)]


def value(one: Pc, unit: str, name: str = "address"):
    return one.desk.get("housing_unit", unit)[name]


def waiting(one: Pc) -> int:
    return one.desk.me.next_device_seq


def test_one_value_after_the_other_leaves_the_queue(pcs):
    unit = disputed_unit(pcs[0], pcs[1], "D1", *THREE)
    choices = Choices(pcs[0].desk)
    assert [one for one in choices.records() if one.id == unit] == [("housing_unit", unit, "Alloggio D1 Via Po", 3, 0)]
    for field, choice in (("address", Keep.PARKED), ("floor", Keep.IN_FORCE), ("stair", Typed("C"))):
        [conflict] = [one for one in choices.of("housing_unit", unit) if one.field == field]
        choices.decide(conflict.id, choice)
    assert fields(choices, unit) == []
    assert [value(pcs[0], unit, name) for name in ("address", "floor", "stair")] == ["Via Adda", "1", "C"]


@pytest.mark.parametrize(("keep", "address"), [(Keep.IN_FORCE, "Via Po"), (Keep.PARKED, "Via Adda")])
def test_all_values_of_chosen_records_are_decided_in_one_transaction(pcs, keep, address):
    first, second = pcs
    chosen = [disputed_unit(first, second, f"D2{n}", *THREE) for n in range(2)]
    other = disputed_unit(first, second, "D29", *THREE)
    choices, before = Choices(first.desk), waiting(first)
    assert choices.decide_all([("housing_unit", unit) for unit in chosen], keep) == Settled(6, 0)
    assert waiting(first) == before + 1
    assert [len(fields(choices, unit)) for unit in (*chosen, other)] == [0, 0, 3]
    exchange(first, second)
    assert [value(one, unit) for one in pcs for unit in chosen] == [address] * 4
    assert first.digest == second.digest


def test_taking_back_puts_the_former_value_back_and_offers_both_again(pcs):
    first, second = pcs
    unit = disputed_unit(first, second, "D3", {"address": "Via Po"}, {"address": "Via Adda"})
    choices = Choices(first.desk)
    [conflict] = choices.of("housing_unit", unit)
    choices.decide(conflict.id, Keep.PARKED)
    assert choices.can_undo
    [reopened] = choices.undo()
    assert (reopened.id, value(first, unit)) == (unit, "Via Po")
    [again] = choices.of("housing_unit", unit)
    assert (again.id, again.in_force.value, again.parked.value) == (conflict.id, "Via Po", "Via Adda")
    assert again.parked == conflict.parked
    exchange(first, second)
    assert (value(second, unit), first.digest) == ("Via Po", second.digest)

    choices.decide(conflict.id, Keep.PARKED)
    assert fields(choices, unit) == []
    exchange(first, second)
    assert [value(one, unit) for one in pcs] == ["Via Adda"] * 2
    assert [Choices(one.desk).of("housing_unit", unit) for one in pcs] == [[], []]


def test_taking_back_keeps_the_value_in_force_where_that_was_chosen(pcs):
    first, second = pcs
    unit = disputed_unit(first, second, "D4", {"address": "Via Po"}, {"address": "Via Adda"})
    choices = Choices(first.desk)
    [conflict] = choices.of("housing_unit", unit)
    choices.decide(conflict.id, Keep.IN_FORCE)
    before = waiting(first)
    choices.undo()
    assert (waiting(first), value(first, unit), fields(choices, unit)) == (before, "Via Po", ["address"])
    choices.decide(conflict.id, Keep.IN_FORCE)
    assert (value(first, unit), fields(choices, unit)) == ("Via Po", [])
    choices.undo()
    choices.decide(conflict.id, Typed("Via Lambro"))
    assert value(first, unit) == "Via Lambro"


def test_a_choice_for_many_is_taken_back_as_a_whole_and_the_one_before_it_next(pcs):
    first, second = pcs
    lone = disputed_unit(first, second, "D50", {"address": "Via Po"}, {"address": "Via Adda"})
    units = [disputed_unit(first, second, f"D5{n}", *THREE) for n in (1, 2)]
    choices = Choices(first.desk)
    choices.decide(choices.of("housing_unit", lone)[0].id, Keep.PARKED)
    choices.decide_all([("housing_unit", unit) for unit in units], Keep.PARKED)
    assert {one.id for one in choices.undo()} == set(units)
    assert [value(first, unit, "floor") for unit in units] == ["1", "1"]
    assert [len(fields(choices, unit)) for unit in units] == [3, 3]
    assert [one.id for one in choices.undo()] == [lone]
    assert value(first, lone) == "Via Po"
    assert (choices.undo(), choices.can_undo) == ([], False)


def test_a_value_that_was_changed_again_is_not_overwritten_by_taking_back(pcs):
    first, second = pcs
    unit = disputed_unit(first, second, "D6", {"address": "Via Po"}, {"address": "Via Adda"})
    choices = Choices(first.desk)
    choices.decide(choices.of("housing_unit", unit)[0].id, Keep.PARKED)
    edit(first, "housing_unit", unit, address="Via Olona")
    with pytest.raises(Mendable) as problem:
        choices.undo()
    assert problem.value.title == "La scelta non si può più annullare"
    assert value(first, unit) == "Via Olona"


def test_a_reopened_value_is_not_offered_once_somebody_wrote_another(pcs):
    first, second = pcs
    unit = disputed_unit(first, second, "D7", {"address": "Via Po"}, {"address": "Via Adda"})
    choices = Choices(first.desk)
    choices.decide(choices.of("housing_unit", unit)[0].id, Keep.IN_FORCE)
    exchange(first, second)
    choices.undo()
    assert [one.parked.value for one in choices.of("housing_unit", unit)] == ["Via Adda"]
    edit(second, "housing_unit", unit, address="Via Ticino")
    exchange(second, first)
    assert (value(first, unit), fields(choices, unit)) == ("Via Ticino", [])


def test_a_field_with_several_parked_values_is_left_for_a_look(tmp_path):
    with a_hub(tmp_path / "hub") as hub, some_pcs(hub, tmp_path, 3) as (first, second, third):
        unit = factory.unit(first.desk, "D8")
        exchange(first, second, third)
        edit(first, "housing_unit", unit, address="Via Po", floor="1")
        edit(second, "housing_unit", unit, address="Via Adda", floor="2")
        edit(third, "housing_unit", unit, address="Via Olona")
        exchange(first, second, third)
        choices, chosen = Choices(first.desk), [("housing_unit", unit)]
        assert sorted(str(one.parked.value) for one in choices.of(*chosen[0])) == ["2", "Via Adda", "Via Olona"]
        assert choices.decide_all(chosen, Keep.PARKED) == Settled(1, 2)
        assert (value(first, unit), value(first, unit, "floor")) == ("Via Po", "2")
        assert choices.decide_all(chosen, Keep.IN_FORCE) == Settled(2, 0)
        exchange(first, second, third)
        assert [(one.claims, value(one, unit)) for one in (first, second, third)] == [([], "Via Po")] * 3
        assert first.digest == second.digest == third.digest


def test_what_came_too_late_for_closed_minutes_is_marked_as_seen(tmp_path):
    with a_hub(tmp_path / "hub") as hub, some_pcs(hub, tmp_path) as (first, second):
        office = body(tmp_path, first.desk)
        office.application()
        file = office.decided()
        exchange(first, second)
        office.sittings.approve(file.sitting.id)
        edit(second, "sitting", file.sitting.id, place="Sala B")
        first.exchange.run()
        exchange(second, first)
        choices, minutes = Choices(first.desk), [("sitting", file.sitting.id)]
        assert [(one.to_decide, one.late) for one in choices.records()] == [(0, 1)]
        assert choices.decide_all(minutes, Keep.IN_FORCE) == Settled(0, 0)
        assert choices.mark_seen(minutes) == Settled(1, 0)
        assert choices.records() == []
        choices.undo()
        assert [(one.to_decide, one.late) for one in choices.records()] == [(0, 1)]
        choices.mark_seen(minutes)
        exchange(first, second)
        assert Choices(second.desk).records() == []
        assert first.digest == second.digest
