"""The fold, clause by clause (SYNC 13, 16 to 18). What freezes is in test_fold_freezing."""

from __future__ import annotations

import pytest

from ala_desktop.fields.spec import DELETED
from ala_desktop.fields.values import Value
from ala_desktop.sync.protocol import Op
from tests.unit.sync.small_log import SmallLog


@pytest.fixture
def log() -> SmallLog:
    """One home, created by a at place 1."""
    log = SmallLog()
    log.create("a", address="Via Roma", floor="1")
    return log


class TestMerging:
    def test_disjoint_fields_merge(self, log: SmallLog):
        log.edit("a", 1, address="Via Po")
        log.edit("b", 1, floor="2")
        assert (log.value("address"), log.value("floor"), log.claims()) == ("Via Po", "2", [])

    def test_a_seen_value_is_replaced(self, log: SmallLog):
        seen = log.edit("a", 1, address="Via Po")
        log.edit("b", seen, address="Via Adda")
        assert (log.value("address"), log.claims()) == ("Via Adda", [])

    def test_an_unseen_value_of_another_asks(self, log: SmallLog):
        log.edit("a", 1, address="Via Po")
        log.edit("b", 1, old={"address": "Via Roma"}, address="Via Adda")
        assert (log.value("address"), log.claims()) == ("Via Po", [("address", "b", "Via Adda")])

    def test_a_claim_tells_what_its_author_had_seen_and_who_they_are(self, log: SmallLog):
        log.edit("a", 1, address="Via Po")
        seq = log.edit("b", 1, old={"address": "Via Roma"}, address="Via Adda")
        claim = log.claim("address", "b")
        assert (claim.base, claim.seq, claim.author, claim.device) == ("Via Roma", seq, "author b", "pc b")
        assert (claim.kind, claim.record, claim.rectification) == ("home", "r", False)

    def test_equal_values_agree(self, log: SmallLog):
        log.edit("a", 1, address="Via Po")
        log.edit("b", 1, address="Via Po")
        assert (log.value("address"), log.claims()) == ("Via Po", [])

    def test_an_unseen_equal_value_does_not_change_the_last_writer(self, log: SmallLog):
        first = log.edit("a", 1, address="Via Po")
        second = log.edit("b", 1, address="Via Po")
        assert log.record().writer("address") == (first, "a")
        log.edit("c", first, address="Via Adda")  # has seen a's writing but not b's equal one
        assert (second, log.value("address"), log.claims()) == (3, "Via Adda", [])

    def test_two_who_empty_a_field_agree(self, log: SmallLog):
        log.edit("a", 1, address=None)
        log.edit("b", 1, address=None)
        assert (log.value("address"), log.claims()) == (None, [])

    def test_emptying_against_an_unseen_value_asks(self, log: SmallLog):
        log.edit("a", 1, address="Via Po")
        log.edit("b", 1, address=None)
        assert (log.value("address"), log.claims()) == ("Via Po", [("address", "b", None)])

    def test_own_writes_of_the_same_incarnation_are_seen(self, log: SmallLog):
        log.edit("a", 1, address="Via Po")
        log.edit("a", 1, address="Via Adda")
        assert (log.value("address"), log.claims()) == ("Via Adda", [])

    def test_writes_of_the_same_pc_in_an_earlier_life_are_not(self, log: SmallLog):
        log.edit("a", 1, address="Via Po")
        log.edit("a after a restore", 1, address="Via Adda")
        assert log.claims() == [("address", "a after a restore", "Via Adda")]

    def test_a_field_that_the_creation_left_empty_is_nobodys(self, log: SmallLog):
        log.edit("b", 0, phone="0371", needs="ascensore")
        assert (log.value("phone"), log.value("needs"), log.claims()) == ("0371", "ascensore", [])

    def test_a_creation_counts_as_a_write(self, log: SmallLog):
        log.edit("b", 0, address="Via Adda")
        assert log.claims() == [("address", "b", "Via Adda")]

    def test_an_unknown_field_asks(self, log: SmallLog):
        log.edit("a", 1, of_a_newer_version="x")
        log.edit("b", 1, of_a_newer_version="y")
        assert (log.value("of_a_newer_version"), log.claims()) == ("x", [("of_a_newer_version", "b", "y")])

    def test_no_clock_orders_anything(self, log: SmallLog):
        log.append("a", log.op(1, address="Via Po"), at="2031-01-01T00:00:00Z")
        log.append("b", log.op(2, address="Via Adda"), at="1999-01-01T00:00:00Z")
        assert log.value("address") == "Via Adda"

    def test_a_put_on_an_id_of_another_kind_has_no_effect(self, log: SmallLog):
        log.edit("b", 1, kind="item", address="Via Adda")
        assert (log.value("address"), log.claims()) == ("Via Roma", [])


class TestPolicies:
    def test_auto_takes_the_later_in_the_order_of_the_log(self, log: SmallLog):
        log.edit("a", 1, phone="111")
        log.edit("b", 1, phone="222")
        assert (log.value("phone"), log.claims()) == ("222", [])

    def test_auto_leaves_the_last_writer_to_the_later(self, log: SmallLog):
        log.edit("a", 1, phone="111")
        seq = log.edit("b", 1, phone="222")
        assert log.record().writer("phone") == (seq, "b")

    def test_set_unites(self, log: SmallLog):
        log.edit("a", 1, needs="ascensore")
        log.edit("b", 1, needs="cane")
        assert (log.value("needs"), log.claims()) == ("ascensore\ncane", [])

    def test_set_takes_out_what_the_author_took_out_and_nothing_else(self, log: SmallLog):
        seen = log.edit("a", 1, needs="ascensore\ncane")
        log.edit("a", seen, old={"needs": "ascensore\ncane"}, needs="ascensore\ncane\nterrazzo")
        log.edit("b", seen, old={"needs": "ascensore\ncane"}, needs="ascensore")
        assert log.value("needs") == "ascensore\nterrazzo"

    def test_an_emptied_set_is_empty(self, log: SmallLog):
        seen = log.edit("a", 1, needs="cane")
        log.edit("b", seen, old={"needs": "cane"}, needs=None)
        assert log.value("needs") is None

    def test_a_second_own_write_on_a_set_keeps_what_others_added_unseen(self, log: SmallLog):
        log.edit("a", 1, needs="ascensore")
        log.edit("b", 1, needs="cane")
        log.edit("b", 1, old={"needs": "cane"}, needs="cane\nterrazzo")
        assert log.value("needs") == "ascensore\ncane\nterrazzo"


class TestClaims:
    def test_there_is_one_for_each_cell_and_incarnation(self, log: SmallLog):
        log.edit("a", 1, address="Via Po")
        log.edit("b", 1, address="Via Adda")
        log.edit("c", 1, address="Via Lambro")
        assert log.claims() == [("address", "b", "Via Adda"), ("address", "c", "Via Lambro")]

    def test_the_authors_later_unseen_write_replaces_it(self, log: SmallLog):
        log.edit("a", 1, address="Via Po")
        log.edit("b", 1, address="Via Adda")
        again = log.edit("b", 1, address="Via Lambro")
        assert log.claims() == [("address", "b", "Via Lambro")]
        assert log.claim("address", "b").seq == again

    def test_the_authors_equal_write_withdraws_it(self, log: SmallLog):
        log.edit("a", 1, address="Via Po")
        log.edit("b", 1, address="Via Adda")
        log.edit("b", 1, address="Via Po")
        assert (log.value("address"), log.claims()) == ("Via Po", [])

    def test_the_authors_seen_write_withdraws_it(self, log: SmallLog):
        seen = log.edit("a", 1, address="Via Po")
        log.edit("b", 1, address="Via Adda")
        log.edit("b", seen, address="Via Lambro")
        assert (log.value("address"), log.claims()) == ("Via Lambro", [])

    def test_somebody_elses_seen_write_leaves_it(self, log: SmallLog):
        log.edit("a", 1, address="Via Po")
        parked = log.edit("b", 1, address="Via Adda")
        log.edit("c", parked, address="Via Lambro")
        assert (log.value("address"), log.claims()) == ("Via Lambro", [("address", "b", "Via Adda")])

    def test_a_resolution_that_names_it_closes_it(self, log: SmallLog):
        log.edit("a", 1, address="Via Po")
        parked = log.edit("b", 1, address="Via Adda")
        log.edit("c", parked, closes=[("address", "b", parked)], address="Via Adda")
        assert (log.value("address"), log.claims()) == ("Via Adda", [])

    def test_a_resolution_may_keep_the_value_in_force(self, log: SmallLog):
        log.edit("a", 1, address="Via Po")
        parked = log.edit("b", 1, address="Via Adda")
        log.edit("c", parked, old={"address": "Via Po"}, closes=[("address", "b", parked)], address="Via Po")
        assert (log.value("address"), log.claims()) == ("Via Po", [])
        assert log.record().writer("address") == (4, "c")

    def test_a_resolution_does_not_close_a_newer_claim(self, log: SmallLog):
        log.edit("a", 1, address="Via Po")
        parked = log.edit("b", 1, address="Via Adda")
        log.edit("b", 1, address="Via Lambro")
        log.edit("c", parked, closes=[("address", "b", parked)], address="Via Adda")
        assert log.claims() == [("address", "b", "Via Lambro")]

    def test_a_resolution_closes_only_what_it_names(self, log: SmallLog):
        log.edit("a", 1, address="Via Po")
        parked = log.edit("b", 1, address="Via Adda")
        other = log.edit("c", 1, address="Via Lambro")
        log.edit("d", other, closes=[("address", "b", parked)], address="Via Adda")
        assert log.claims() == [("address", "c", "Via Lambro")]

    @pytest.mark.parametrize(("first", "second"), [("Via Po", "Via Adda"), ("Via Adda", "Via Po")])
    def test_two_different_resolutions_conflict_in_turn(self, log: SmallLog, first: str, second: str):
        log.edit("a", 1, address="Via Po")
        parked = log.edit("b", 1, address="Via Adda")
        closes = [("address", "b", parked)]
        log.edit("c", parked, closes=closes, address=first)
        log.edit("d", parked, closes=closes, address=second)
        assert (log.value("address"), log.claims()) == (first, [("address", "d", second)])

    def test_two_equal_resolutions_agree(self, log: SmallLog):
        log.edit("a", 1, address="Via Po")
        parked = log.edit("b", 1, address="Via Adda")
        for who in ("c", "d"):
            log.edit(who, parked, closes=[("address", "b", parked)], address="Via Adda")
        assert (log.value("address"), log.claims()) == ("Via Adda", [])


class TestDeleting:
    def test_a_seen_record_is_deleted_and_restored(self, log: SmallLog):
        gone = log.delete("b", 1)
        assert log.deleted()
        log.restore("c", gone)
        assert not log.deleted()
        assert log.claims() == []

    def test_a_delete_after_an_unseen_write_asks(self, log: SmallLog):
        log.edit("a", 1, address="Via Po")
        log.delete("b", 1)
        assert (log.deleted(), log.claims()) == (False, [(DELETED, "b", 1)])

    def test_a_write_after_an_unseen_delete_asks_and_is_kept(self, log: SmallLog):
        log.delete("b", 1)
        log.edit("a", 1, address="Via Po")
        assert (log.deleted(), log.claims()) == (True, [(DELETED, "a", None)])
        assert log.value("address") == "Via Po"

    def test_a_delete_after_an_unseen_parked_write_asks(self, log: SmallLog):
        seen = log.edit("a", 1, address="Via Po")
        log.edit("b", 1, address="Via Adda")
        log.delete("c", seen)
        assert (log.deleted(), log.claims()) == (False, [(DELETED, "c", 1), ("address", "b", "Via Adda")])

    def test_a_delete_after_own_writes_does_not_ask(self, log: SmallLog):
        log.edit("b", 1, address="Via Po")
        log.delete("b", 1)
        assert (log.deleted(), log.claims()) == (True, [])

    def test_two_deletes_agree(self, log: SmallLog):
        log.delete("a", 1)
        log.delete("b", 1)
        assert (log.deleted(), log.claims()) == (True, [])

    def test_a_second_delete_agrees_whatever_else_was_written(self, log: SmallLog):
        seen = log.edit("a", 1, address="Via Po")
        log.delete("a", seen)
        log.delete("b", 1)
        assert (log.deleted(), log.claims()) == (True, [])

    def test_a_resolution_deletes_what_was_asked(self, log: SmallLog):
        log.edit("a", 1, address="Via Po")
        asked = log.delete("b", 1)
        log.append("c", Op("home", "r", asked, {DELETED: (None, 1)}, [(DELETED, "b", asked)]))
        assert (log.deleted(), log.claims()) == (True, [])

    def test_a_resolution_restores_what_was_written_on(self, log: SmallLog):
        log.delete("b", 1)
        asked = log.edit("a", 1, address="Via Po")
        log.append("c", Op("home", "r", asked, {DELETED: (1, None)}, [(DELETED, "a", asked)]))
        assert (log.deleted(), log.claims(), log.value("address")) == (False, [], "Via Po")

    def test_who_goes_on_after_reading_the_delete_does_not_ask(self, log: SmallLog):
        gone = log.delete("b", 1)
        log.edit("a", gone, address="Via Po")
        assert (log.deleted(), log.claims()) == (True, [])


class TestWhatArrivesOutOfOrder:
    def test_an_edit_before_its_record_makes_a_placeholder(self):
        log = SmallLog()
        log.edit("b", 0, address="Via Po")
        assert (log.value("address"), log.record().created) == ("Via Po", (0, ""))

    def test_the_record_that_comes_later_fills_the_placeholder(self):
        log = SmallLog()
        log.edit("b", 0, address="Via Po")
        seq = log.create("a", group="import", address="Via Roma", floor="1")
        assert (log.value("address"), log.value("floor")) == ("Via Po", "1")
        assert log.claims() == [("address", "a", "Via Roma")]
        assert (log.record().created, log.record().group) == ((seq, "a"), "import")

    def test_two_creations_of_one_record_merge_like_edits(self, log: SmallLog):
        log.create("b", address="Via Po", floor="1", phone="0371", group="import")
        assert (log.value("address"), log.value("floor"), log.value("phone")) == ("Via Roma", "1", "0371")
        assert log.claims() == [("address", "b", "Via Po")]
        assert (log.record().created, log.record().group) == ((1, "a"), None)

    def test_a_delete_after_an_unseen_creation_asks(self, log: SmallLog):
        log.delete("b", 0)
        assert (log.deleted(), log.claims()) == (False, [(DELETED, "b", 1)])


@pytest.mark.parametrize("value", ["Via Po", None])
def test_the_fold_gives_the_same_to_everybody(log: SmallLog, value: Value):
    """A copy folded on its own comes to the same: nothing in the fold looks beyond the state and the transaction."""
    twin = SmallLog()
    twin.create("a", address="Via Roma", floor="1")
    for each in (log, twin):
        each.edit("b", 1, address=value)
        each.edit("c", 1, address="Via Adda")
        each.delete("d", 1)
    one, other = log.record(), twin.record()
    assert (one.values, one.stamps, one.claims) == (other.values, other.stamps, other.claims)
