"""What the fold does when minutes close: freezing (SYNC 18) and what was approved (ADR 7)."""

from __future__ import annotations

import pytest

from ala_desktop.fields.spec import DELETED
from ala_desktop.fields.values import Value
from ala_desktop.sync.protocol import Op
from tests.unit.sync.small_log import SmallLog


@pytest.fixture
def log() -> SmallLog:
    """A meeting m with the items i and j, created by a at places 1 to 3."""
    log = SmallLog()
    log.create("a", "m", "meeting", state="bozza", remarks="nessuna")
    log.create("a", "i", "item", meeting_id="m", text="Tetto")
    log.create("a", "j", "item", meeting_id="m", text="Scale")
    return log


def approve(log: SmallLog, who: str, base: int, **texts: Value) -> int:
    """Approve what `who` saw at `base`: the meeting, and each item of `texts` with the text it showed."""
    ops = [pin(log, base, "meeting", "m", state="approvato", remarks="nessuna")]
    ops += [pin(log, base, "item", item, meeting_id="m", text=text) for item, text in texts.items()]
    return log.append(who, *ops)


def pin(log: SmallLog, base: int, kind: str, record: str, **values: Value) -> Op:
    return log.op(base, record, kind, dict(values), None, **values)


def approved(log: SmallLog) -> int:
    """As a saw it, complete."""
    return approve(log, "a", log.seq, i="Tetto", j="Scale")


class TestAfterTheFreeze:
    def test_a_put_has_no_effect_and_waits_as_a_rectification(self, log: SmallLog):
        approved(log)
        seq = log.edit("b", 3, "i", "item", old={"text": "Tetto"}, text="Facciata")
        assert (log.value("text", "i"), log.claims("i")) == ("Tetto", [("text", "b", "Facciata")])
        claim = log.claim("text", "b", "i")
        assert (claim.rectification, claim.seq, claim.base, claim.author) == (True, seq, "Tetto", "author b")

    def test_even_one_whose_author_had_seen_the_approval(self, log: SmallLog):
        seen = approved(log)
        log.edit("b", seen, "m", "meeting", remarks="altre")
        assert (log.value("remarks", "m"), log.claims("m")) == ("nessuna", [("remarks", "b", "altre")])

    def test_the_state_itself_does_not_go_back(self, log: SmallLog):
        seen = approved(log)
        log.edit("a", seen, "m", "meeting", state="bozza")
        assert (log.value("state", "m"), log.claims("m")) == ("approvato", [("state", "a", "bozza")])

    def test_a_delete_waits_too(self, log: SmallLog):
        seen = approved(log)
        log.delete("b", seen, "i", "item")
        assert (log.deleted("i"), log.claims("i")) == (False, [(DELETED, "b", 1)])

    def test_a_put_that_changes_nothing_waits_for_nothing(self, log: SmallLog):
        approved(log)
        log.edit("b", 3, "i", "item", text="Tetto")
        assert log.claims("i") == []

    def test_its_author_may_withdraw_a_rectification(self, log: SmallLog):
        approved(log)
        log.edit("b", 3, "i", "item", text="Facciata")
        log.edit("b", 4, "i", "item", text="Tetto")
        assert log.claims("i") == []

    def test_a_rectification_that_was_dealt_with_is_closed_by_name(self, log: SmallLog):
        approved(log)
        late = log.edit("b", 3, "i", "item", text="Facciata")
        closes = [("text", "b", late)]
        log.edit("a", late, "i", "item", old={"text": "Tetto"}, closes=closes, text="Tetto")
        assert (log.value("text", "i"), log.claims("i")) == ("Tetto", [])

    def test_a_new_member_does_not_belong_to_the_minutes(self, log: SmallLog):
        approved(log)
        log.create("b", "k", "item", meeting_id="m", text="Cortile")
        assert (log.deleted("k"), log.value("text", "k")) == (True, "Cortile")
        assert log.claims("k") == [(DELETED, "b", None)]
        assert log.claim(DELETED, "b", "k").rectification

    def test_another_meeting_goes_on(self, log: SmallLog):
        approved(log)
        log.create("b", "n", "meeting", state="bozza")
        log.create("b", "k", "item", meeting_id="n", text="Cortile")
        log.edit("c", log.seq, "k", "item", text="Giardino")
        assert (log.value("text", "k"), log.claims("k"), log.deleted("k")) == ("Giardino", [], False)

    def test_a_second_approval_changes_nothing(self, log: SmallLog):
        approved(log)
        approve(log, "b", 3, i="Facciata", j="Scale")
        assert (log.value("text", "i"), log.claims("i")) == ("Tetto", [("text", "b", "Facciata")])
        assert (log.claims("m"), log.claims("j")) == ([], [])


class TestWhatTheApproverHadNotSeen:
    def test_an_earlier_write_is_undone_and_parked(self, log: SmallLog):
        unseen = log.edit("b", 3, "i", "item", text="Facciata")
        approve(log, "a", 3, i="Tetto", j="Scale")
        assert (log.value("text", "i"), log.claims("i")) == ("Tetto", [("text", "b", "Facciata")])
        claim = log.claim("text", "b", "i")
        assert (claim.rectification, claim.seq, claim.base) == (True, unseen, "Tetto")

    def test_both_orders_end_alike(self, log: SmallLog):
        other = SmallLog()
        other.create("a", "m", "meeting", state="bozza", remarks="nessuna")
        other.create("a", "i", "item", meeting_id="m", text="Tetto")
        other.create("a", "j", "item", meeting_id="m", text="Scale")
        log.edit("b", 3, "i", "item", old={"text": "Tetto"}, text="Facciata")
        approve(log, "a", 3, i="Tetto", j="Scale")
        approve(other, "a", 3, i="Tetto", j="Scale")
        other.edit("b", 3, "i", "item", old={"text": "Tetto"}, text="Facciata")
        for record in ("m", "i", "j"):
            assert (log.record(record).values, log.claims(record)) == (
                other.record(record).values,
                other.claims(record),
            )

    def test_a_seen_write_is_part_of_what_is_approved(self, log: SmallLog):
        seen = log.edit("b", 3, "i", "item", text="Facciata")
        approve(log, "a", seen, i="Facciata", j="Scale")
        assert (log.value("text", "i"), log.claims("i")) == ("Facciata", [])

    def test_an_unseen_equal_write_is_no_rectification(self, log: SmallLog):
        log.edit("b", 3, "i", "item", text="Facciata")
        approve(log, "a", 3, i="Facciata", j="Scale")
        assert (log.value("text", "i"), log.claims("i")) == ("Facciata", [])

    def test_a_field_that_was_filled_unseen_is_emptied_and_parked(self, log: SmallLog):
        log.edit("b", 3, "i", "item", outcome="accolta")
        approve(log, "a", 3, i="Tetto", j="Scale")
        assert (log.value("outcome", "i"), log.claims("i")) == (None, [("outcome", "b", "accolta")])

    def test_a_field_that_was_emptied_unseen_is_filled_again(self, log: SmallLog):
        log.edit("b", 3, "i", "item", text=None)
        approve(log, "a", 3, i="Tetto", j="Scale")
        assert (log.value("text", "i"), log.claims("i")) == ("Tetto", [("text", "b", None)])

    def test_an_unseen_delete_is_undone(self, log: SmallLog):
        log.delete("b", 3, "i", "item")
        approve(log, "a", 3, i="Tetto", j="Scale")
        assert (log.deleted("i"), log.claims("i")) == (False, [(DELETED, "b", 1)])

    def test_an_unseen_return_to_draft_does_not_stop_the_approval(self, log: SmallLog):
        log.edit("b", 3, "m", "meeting", state="in_lettura")
        approve(log, "a", 3, i="Tetto", j="Scale")
        assert (log.value("state", "m"), log.claims("m")) == ("approvato", [("state", "b", "in_lettura")])

    def test_an_unseen_member_is_retired(self, log: SmallLog):
        unseen = log.create("b", "k", "item", meeting_id="m", text="Cortile")
        approve(log, "a", 3, i="Tetto", j="Scale")
        assert (log.deleted("k"), log.claims("k")) == (True, [(DELETED, "b", None)])
        assert (log.claim(DELETED, "b", "k").rectification, log.claim(DELETED, "b", "k").seq) == (True, unseen)

    def test_a_member_that_was_restored_unseen_is_retired(self, log: SmallLog):
        gone = log.delete("a", 3, "j", "item")
        log.restore("b", gone, "j", "item")
        approve(log, "a", gone, i="Tetto")
        assert (log.deleted("j"), log.claims("j")) == (True, [(DELETED, "b", None)])

    def test_a_member_that_the_approver_saw_deleted_stays_deleted(self, log: SmallLog):
        gone = log.delete("b", 3, "j", "item")
        approve(log, "a", gone, i="Tetto")
        assert (log.deleted("j"), log.claims("j")) == (True, [])

    def test_the_approvers_own_parked_value_is_approved_and_no_longer_parked(self, log: SmallLog):
        log.edit("b", 3, "i", "item", text="Facciata")
        log.edit("a", 3, "i", "item", text="Tetto piano")
        approve(log, "a", 3, i="Tetto piano", j="Scale")
        assert (log.value("text", "i"), log.claims("i")) == ("Tetto piano", [("text", "b", "Facciata")])

    def test_what_was_parked_before_can_only_be_rectified(self, log: SmallLog):
        log.edit("a", 3, "i", "item", text="Facciata")
        parked = log.edit("b", 3, "i", "item", text="Cortile")
        approve(log, "a", parked, i="Facciata", j="Scale")
        assert log.claim("text", "b", "i").rectification


class TestFamilies:
    def test_a_member_never_moves_to_another_meeting(self, log: SmallLog):
        log.create("a", "n", "meeting", state="bozza")
        log.edit("a", 4, "i", "item", text="Facciata", meeting_id="n")
        assert (log.value("meeting_id", "i"), log.value("text", "i")) == ("m", "Facciata")
        assert log.claims("i") == [("meeting_id", "a", "n")]

    def test_nor_does_an_approval_move_it(self, log: SmallLog):
        log.create("a", "n", "meeting", state="bozza")
        ops = [pin(log, 4, "meeting", "m", state="approvato"), pin(log, 4, "item", "i", meeting_id="n", text="Tetto")]
        log.append("a", *ops)
        assert log.value("meeting_id", "i") == "m"

    def test_a_member_made_by_the_approval_belongs_to_the_minutes(self, log: SmallLog):
        ops = [
            pin(log, 3, "meeting", "m", state="approvato", remarks="nessuna"),
            Op("item", "k", None, {"meeting_id": "m", "text": "Varie"}, []),
            *(pin(log, 3, "item", item, meeting_id="m", text=text) for item, text in (("i", "Tetto"), ("j", "Scale"))),
        ]
        log.append("a", *ops)
        assert (log.deleted("k"), log.claims("k")) == (False, [])

    def test_a_placeholder_that_turns_out_a_member_of_closed_minutes_is_retired(self, log: SmallLog):
        log.edit("b", 3, "k", "item", text="Cortile")
        approved(log)
        log.create("c", "k", "item", meeting_id="m", text="Cortile")
        assert (log.deleted("k"), log.claims("k")) == (True, [(DELETED, "c", None)])

    def test_minutes_may_be_created_closed(self):
        log = SmallLog()
        log.append(
            "a",
            Op("meeting", "m", None, {"state": "approvato"}, []),
            Op("item", "i", None, {"meeting_id": "m", "text": "Tetto"}, []),
        )
        log.edit("b", 1, "i", "item", text="Facciata")
        assert (log.deleted("m"), log.deleted("i"), log.value("text", "i")) == (False, False, "Tetto")
