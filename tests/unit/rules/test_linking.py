"""Which record stands for which: simple cases one by one, and whatever is told in whatever order."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from ala_desktop.rules.linking import APART, SAME, Verdict, pair, pair_id, stand_for

A, B, C, D = ("a" * 32, "b" * 32, "c" * 32, "d" * 32)
ALL = {A, B, C, D}


def link(kept, other):
    return Verdict(*pair(kept, other), SAME, kept)


def apart(one, other):
    return Verdict(*pair(one, other), APART)


def test_a_chain_leads_to_its_end():
    assert stand_for([link(B, A), link(C, B)], ALL) == {A: C, B: C}


def test_a_circle_is_resolved_to_its_first_record():
    assert stand_for([link(B, A), link(C, B), link(A, C)], ALL) == {B: A, C: A}
    assert stand_for([link(A, B), link(B, A)], ALL) == {B: A}


def test_two_records_kept_over_one_leave_the_first():
    assert stand_for([link(B, A), link(C, A)], ALL) == {A: B, C: B}


def test_a_deleted_record_stands_for_none_that_lives():
    assert stand_for([link(B, A)], {A}) == {B: A}
    assert stand_for([link(B, A)], set()) == {A: B}


def test_a_link_that_would_join_what_somebody_keeps_apart_waits():
    assert stand_for([link(A, B), link(B, C), apart(A, C)], ALL) == {B: A}
    assert stand_for([link(A, B), apart(C, D)], ALL) == {B: A}


def test_the_id_of_a_pair_is_one_from_either_end_and_of_the_later_record():
    assert pair_id("person", A, B) == pair_id("person", B, A)
    assert pair_id("person", A, B) != pair_id("housing_unit", A, B)
    assert pair_id("person", A, B).startswith(B[:12])
    assert len(pair_id("person", A, B)) == 32


_RECORDS = [letter * 32 for letter in "abcdef"]
_PAIRS = list(itertools.combinations(_RECORDS, 2))


@st.composite
def _told(draw):
    """At most one verdict on each pair, as the log has it."""
    told = []
    for ends in draw(st.lists(st.sampled_from(_PAIRS), unique=True)):
        verdict = draw(st.sampled_from([SAME, SAME, APART]))
        told.append(Verdict(ends[0], ends[1], verdict, draw(st.sampled_from(ends)) if verdict == SAME else None))
    return told


@given(_told(), st.sets(st.sampled_from(_RECORDS)), st.randoms(use_true_random=False))
def test_every_replica_shows_the_same(told, living, shuffle):
    found = stand_for(told, living)
    again = list(told)
    shuffle.shuffle(again)
    assert stand_for(again, living) == found
    for other, kept in found.items():
        assert kept not in found  # whoever is shown is shown as itself
        assert kept in living or not {other, *(o for o, k in found.items() if k == kept)} & living
    groups = {record: found.get(record, record) for record in _RECORDS}
    for verdict in told:
        if verdict.verdict == APART:
            assert groups[verdict.first] != groups[verdict.second]
    if not any(verdict.verdict == APART for verdict in told):
        assert all(groups[verdict.first] == groups[verdict.second] for verdict in told)
