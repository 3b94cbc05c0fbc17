"""Whatever one changes by hand, in whatever table of the log, `verify` names it. One line for each damage."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ala_desktop.services.desk import Desk
from ala_desktop.sync import picture
from ala_desktop.sync.picture import Unreadable
from tests.unit.sync import damages
from tests.unit.sync.damages import FOLD, LEDGER, LOG, ROWS, THIRD_ROW, UNREADABLE, WAITING, by_hand, copied


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("damage")
    damages.make(folder)
    return folder


@pytest.fixture
def desk(template: Path, tmp_path: Path) -> Iterator[Desk]:
    desk = copied(template, tmp_path / "pc")
    yield desk
    desk.close()


def named(desk: Desk) -> set[tuple[str, str]]:
    with desk.reading() as connection:
        return {(found.kind, found.id) for found in picture.verify(connection, desk.rows)}


def test_the_store_is_sound_before_anybody_touches_it(desk: Desk):
    assert named(desk) == set()
    with desk.reading() as connection:
        for table in ("frame", "outbox", "sealed_batch", "stamp", "claim", "shadow", "pending_edit", "correction"):
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one(), f"{table} is empty"


@pytest.mark.parametrize("statement", [*ROWS, *FOLD, *WAITING, *LOG, *LEDGER])
def test_it_is_named(desk: Desk, statement: str):
    expected = (ROWS | FOLD | WAITING | LOG | LEDGER)[statement]
    by_hand(desk, statement)
    assert expected in named(desk)


@pytest.mark.parametrize("statement", UNREADABLE)
def test_what_cannot_be_read_is_told(desk: Desk, statement: str):
    by_hand(desk, statement)
    assert named(desk) == {("archivio", "")}
    with desk.reading() as connection, pytest.raises(Unreadable):
        picture.tell(connection, desk.rows)


def test_work_whose_lines_and_rows_vanished_together_is_missed_by_its_number(desk: Desk):
    """Rows and marks agree again; but that something was saved as number 8 is known."""
    for statement in ("DELETE FROM outbox WHERE device_seq = 8", f"DELETE FROM housing_unit {THIRD_ROW}"):
        by_hand(desk, statement)
    assert named(desk) == {("outbox", "8")}
