"""Transactions of older editions, as the fold of this one reads them."""

from __future__ import annotations

from ala_desktop.fields.spec import Catalog
from ala_desktop.fields.steps import Step, words
from ala_desktop.sync.protocol import Op, Transaction
from ala_desktop.sync.upcast import upcast

AT = "2026-11-28T09:00:00Z"
CATALOG = Catalog([], 2, [Step("unit", "rent", "rent_cents", 2), Step("unit", "state", "state", 2, words({"a": "b"}))])


def read(*ops: Op) -> list[Op]:
    [transaction] = upcast(CATALOG, [Transaction(AT, "Piera", "import-1", list(ops))])
    assert (transaction.at, transaction.author, transaction.group) == (AT, "Piera", "import-1")
    return transaction.ops


def test_a_creation_is_read_under_present_names():
    [op] = read(Op("unit", "u", None, {"rent": 5, "state": "a", "code": "x"}, []))
    assert op.put == {"rent_cents": 5, "state": "b", "code": "x"}


def test_an_edit_is_read_with_what_its_author_had_seen_and_the_claims_that_it_closes():
    [op] = read(Op("unit", "u", 7, {"rent": (5, None)}, [("rent", "life", 3)]))
    assert (op.base, op.put, op.closes) == (7, {"rent_cents": (5, None)}, [("rent_cents", "life", 3)])


def test_what_takes_no_step_is_the_same_object():
    untouched = [Transaction(AT, "Piera", None, [Op("person", "p", None, {"rent": 5}, [])])]
    assert upcast(CATALOG, untouched) is untouched


def test_a_field_written_under_both_names_is_the_present_one():
    [op] = read(Op("unit", "u", None, {"rent": 5, "rent_cents": 6}, []))
    assert op.put == {"rent_cents": 6}


def test_reading_twice_changes_nothing():
    once = read(Op("unit", "u", None, {"rent": 5, "state": "a"}, []))
    assert read(*once) == once
