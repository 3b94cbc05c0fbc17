"""Series without gaps and doubles, and emergency registers."""

from hypothesis import given
from hypothesis import strategies as st

from ala_desktop.rules.numbering import (
    Fault,
    Given,
    definitive_text,
    emergency_text,
    faults,
    next_definitive,
    next_emergency,
    shown,
    unsettled,
)


def test_a_series_begins_with_one_for_each_commission_and_year():
    given_before = [Given("casa", 2026, 7, "", "a"), Given("casa", 2025, 31, "", "b")]
    assert next_definitive(given_before, "casa", 2026) == 8
    assert next_definitive(given_before, "casa", 2027) == 1
    assert next_definitive(given_before, "sat", 2026) == 1


def test_emergency_numbers_do_not_move_the_series():
    given_before = [Given("casa", 2026, 9, "PC2", "a")]
    assert next_definitive(given_before, "casa", 2026) == 1
    assert next_emergency(given_before, "PC2", 2026) == 10
    assert next_emergency(given_before, "PC3", 2026) == 1
    assert next_emergency(given_before, "PC2", 2027) == 1


def test_an_emergency_register_is_one_for_all_commissions():
    assert next_emergency([Given("casa", 2026, 1, "PC2", "a")], "PC2", 2026) == 2


def test_settling_follows_the_order_of_each_register():
    waiting = [
        Given("casa", 2026, 2, "PC2", "b"),
        Given("casa", 2026, 1, "PC2", "a"),
        Given("casa", 2025, 5, "PC3", "z"),
    ]
    assert [one.sitting_id for one in unsettled(waiting)] == ["z", "a", "b"]
    assert [one.sitting_id for one in unsettled([*waiting, Given("casa", 2026, 1, "", "a")])] == ["z", "b"]


def test_numbers_are_read_as_the_office_reads_them():
    emergency, definitive = Given("casa", 2026, 1, "PC2", "a"), Given("casa", 2026, 12, "", "a")
    assert shown([]) == ""
    assert shown([definitive]) == "12/2026"
    assert shown([emergency]) == "emergenza PC2-1/2026"
    assert shown([emergency, definitive]) == "emergenza PC2-1/2026 (definitivo 12/2026)"
    assert (definitive_text([emergency]), emergency_text([definitive])) == ("", "")


def test_gaps_and_doubles_are_told():
    series = [Given("casa", 2026, 1, "", "a"), Given("casa", 2026, 3, "", "b"), Given("casa", 2026, 3, "", "c")]
    assert faults(series) == [
        Fault("casa", "il verbale n. 3/2026 compare due volte"),
        Fault("casa", "manca il verbale n. 2/2026"),
    ]


STEPS = st.lists(
    st.tuples(st.sampled_from(["PC1", "PC2", "PC3"]), st.sampled_from(["casa", "sat"]), st.sampled_from([2025, 2026])),
    max_size=30,
)


@given(STEPS, st.sets(st.integers(0, 29)))
def test_no_series_ever_has_a_gap_or_a_double(steps, exchanges):
    """PC1 holds the series; the others take emergency numbers, and exchange with PC1 at arbitrary moments."""
    held: list[Given] = []
    apart: dict[str, list[Given]] = {"PC2": [], "PC3": []}
    for place, (pc, commission, year) in enumerate(steps):
        sitting = str(place)
        if pc == "PC1":
            held.append(Given(commission, year, next_definitive(held, commission, year), "", sitting))
        else:
            own = apart[pc]
            own.append(Given(commission, year, next_emergency(own, pc, year), pc, sitting))
        if place in exchanges or place == len(steps) - 1:
            held += [one for own in apart.values() for one in own if one not in held]
            for one in unsettled(held):
                number = next_definitive(held, one.commission_id, one.year)
                held.append(Given(one.commission_id, one.year, number, "", one.sitting_id))
            assert unsettled(held) == []
        assert faults(held) == []
    definitive = [one.sitting_id for one in held if not one.register]
    assert sorted(definitive, key=int) == [str(place) for place in range(len(steps))]
    emergency = [(one.register, one.year, one.number) for one in held if one.register]
    assert len(emergency) == len(set(emergency))
