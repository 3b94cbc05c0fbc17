"""A connection that was cut off goes back without a transaction, so that whoever has it next can begin one."""

import sqlite3

import pytest

from ala_desktop.hub.store_sqlite import SqliteStore


@pytest.mark.parametrize("at", range(1, 30))
def test_wherever_a_transaction_is_cut_off_the_next_one_begins(at: int):
    store = SqliteStore(None)
    connection = store._free.queue[0]
    steps = iter(range(1, 10_000))
    connection.set_progress_handler(lambda: next(steps) == at, 1)

    with pytest.raises(sqlite3.OperationalError, match="interrupted"), store.locked("A995"):
        pass

    connection.set_progress_handler(None, 0)
    assert not connection.in_transaction
    with store.locked("A995") as tenancy:
        assert tenancy.position().seq == 0
    store.close()
