"""Whatever was damaged is put right from the log: rows, last writers, parked values, shadows; what waits stays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from ala_desktop.models.guards import FOLD as FOLDING
from ala_desktop.services.desk import Desk
from ala_desktop.sync import healing, picture
from ala_desktop.sync.checkup import Cell, Healed
from ala_desktop.sync.healing import NeedsLog, Unhealable
from ala_desktop.sync.messages import Told
from ala_desktop.sync.protocol import Arrived, Entry, Malformed, Refused
from tests.unit.sync import damages
from tests.unit.sync.damages import FOLD, LEDGER, LOG, ROWS, UNREADABLE, WAITING, by_hand, copied
from tests.unit.sync.scene import OTHER, UNIT

AT = "2026-11-22T12:00:00Z"
LOST_WORK = [
    "DELETE FROM outbox WHERE device_seq = 7",
    "DELETE FROM outbox WHERE device_seq = 8",
    "DELETE FROM outbox",
    "UPDATE outbox SET device_seq = 9 WHERE device_seq = 8",
    "UPDATE outbox SET line = 'x' WHERE device_seq = 7",
    "UPDATE replica SET next_device_seq = 10",
    "UPDATE replica SET incarnation = 'x'",
]
"""What waited to be sent is not whole any more: it may stand in a row alone, so no row may be touched."""
OTHER_WORK = [
    "INSERT INTO outbox SELECT 9, ops, line FROM outbox WHERE device_seq = 8",
    "UPDATE outbox SET line = CAST(replace(line, '\"3\"', '\"4\"') AS BLOB) WHERE device_seq = 7",
]
"""Lines of the outbox that are whole, but say something else: nothing tells that they were changed."""
FOREIGN = ["UPDATE replica SET tenant = 'E648'", f"UPDATE peer SET sign_key = x'{'11' * 32}'", "DELETE FROM peer"]
"""Whose log it is cannot be told from the log."""
OF_THE_LOG = [
    one for one in LOG if "frame" in one or one.startswith(("UPDATE replica SET seq", "UPDATE replica SET c"))
]
HERE = [
    one
    for one in (*UNREADABLE, *ROWS, *FOLD, *WAITING, *LOG)
    if one not in (*LOST_WORK, *OTHER_WORK, *FOREIGN, *OF_THE_LOG)
]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("healing")
    damages.make(folder)
    return folder


@pytest.fixture
def desk(template: Path, tmp_path: Path) -> Iterator[Desk]:
    desk = copied(template, tmp_path / "pc")
    yield desk
    desk.close()


def heal(desk: Desk) -> Healed | None:
    with desk.store.writing(FOLDING) as connection:
        return healing.heal(connection, desk.rows, AT)


def heal_with(desk: Desk, log: list[Arrived]) -> Healed:
    with desk.store.writing(FOLDING) as connection:
        return healing.heal_with(connection, desk.rows, log, AT)


def faults(desk: Desk) -> list[object]:
    with desk.reading() as connection:
        return list(picture.verify(connection, desk.rows))


def told(desk: Desk) -> Told:
    with desk.reading() as connection:
        return picture.tell(connection, desk.rows)


def shown(desk: Desk) -> dict[str, object]:
    with desk.reading() as connection:
        return {record: stored.values for kind in desk.catalog for record, stored in desk.rows.every(connection, kind)}


def table(desk: Desk, name: str) -> list[object]:
    with desk.reading() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {name} ORDER BY 1, 2")]


def log_of(desk: Desk) -> list[Arrived]:
    """The log as the hub has it."""
    query = "SELECT first_seq, count, header_hash, refused, sealed FROM frame ORDER BY first_seq"
    with desk.reading() as connection:
        return [
            Arrived(Entry(first, count, name, msgspec.json.decode(refused, type=list[Refused])), sealed)
            for first, count, name, refused, sealed in connection.exec_driver_sql(query)
        ]


def test_a_sound_store_is_left_alone(desk: Desk):
    assert heal(desk) is None


@pytest.mark.parametrize("statement", HERE)
def test_it_is_put_right_and_what_waits_stays(desk: Desk, statement: str):
    before, waiting, tells = shown(desk), table(desk, "outbox"), told(desk)
    by_hand(desk, statement)

    healed = heal(desk)

    assert healed is not None
    assert healed.faults
    assert not healed.fetched
    assert faults(desk) == []
    assert (shown(desk), table(desk, "outbox"), told(desk)) == (before, waiting, tells)
    assert heal(desk) is None


@pytest.mark.parametrize("statement", OTHER_WORK)
def test_what_waits_is_believed_against_a_row(desk: Desk, statement: str):
    by_hand(desk, statement)

    assert heal(desk) is not None
    assert faults(desk) == []


@pytest.mark.parametrize("statement", OF_THE_LOG)
def test_a_damaged_log_is_replaced_by_the_hubs(desk: Desk, statement: str):
    before, waiting, tells, log = shown(desk), table(desk, "outbox"), told(desk), log_of(desk)
    by_hand(desk, statement)
    damaged = table(desk, "frame")
    with pytest.raises(NeedsLog):
        heal(desk)
    assert table(desk, "frame") == damaged

    healed = heal_with(desk, log)

    assert healed.fetched
    assert faults(desk) == []
    assert log_of(desk) == log
    assert (shown(desk), table(desk, "outbox"), told(desk)) == (before, waiting, tells)


@pytest.mark.parametrize("statement", LEDGER)
def test_what_follows_from_the_frames_is_told_by_them(desk: Desk, statement: str):
    before, waiting, tells, log = shown(desk), table(desk, "outbox"), told(desk), log_of(desk)
    by_hand(desk, statement)

    healed = heal(desk)

    assert healed
    assert not healed.cells
    assert faults(desk) == []
    assert (shown(desk), table(desk, "outbox"), told(desk), log_of(desk)) == (before, waiting, tells, log)


def test_own_frames_that_the_hub_keeps_back_are_kept_as_they_are_here(desk: Desk):
    log = log_of(desk)
    stubs = [
        Arrived(entry, None) if number == 0 else Arrived(entry, sealed) for number, (entry, sealed) in enumerate(log)
    ]
    by_hand(desk, "UPDATE frame SET sealed = x'00' WHERE first_seq = 4")

    assert heal_with(desk, stubs).fetched
    assert log_of(desk) == log


def test_the_log_of_somebody_else_is_not_taken(desk: Desk):
    by_hand(desk, "UPDATE frame SET sealed = x'00' WHERE first_seq = 4")
    damaged = table(desk, "frame")
    log = log_of(desk)
    other = [*log[:1], log[2], log[1]]

    for wrong in (log, other, log[:1], []):
        with pytest.raises(Malformed):
            heal_with(desk, wrong)
    assert table(desk, "frame") == damaged


@pytest.mark.parametrize("statement", LOST_WORK)
def test_where_waiting_work_is_not_whole_nothing_is_touched(desk: Desk, statement: str):
    by_hand(desk, statement)
    by_hand(desk, f"UPDATE housing_unit SET address = 'Via Falsa' WHERE id = '{OTHER}'")
    before = shown(desk), table(desk, "outbox"), table(desk, "claim")

    with pytest.raises(Unhealable) as problem:
        heal(desk)

    assert problem.value.left
    assert (shown(desk), table(desk, "outbox"), table(desk, "claim")) == before


@pytest.mark.parametrize("statement", FOREIGN)
def test_a_log_that_is_not_this_pcs_is_not_made_its_own(desk: Desk, statement: str):
    log = log_of(desk)
    by_hand(desk, statement)

    with pytest.raises(NeedsLog):
        heal(desk)
    with pytest.raises(Unhealable):
        heal_with(desk, log)


def test_what_stood_wrongly_is_told_and_not_lost(desk: Desk):
    by_hand(desk, f"UPDATE housing_unit SET notes = 'scritto altrove', code = NULL WHERE id = '{OTHER}'")

    healed = heal(desk)

    assert healed is not None
    assert healed.cells == [
        Cell("housing_unit", OTHER, "code", None, "BL0001"),
        Cell("housing_unit", OTHER, "notes", "scritto altrove", None),
    ]


def test_marks_and_parked_values_are_told_without_a_value_that_changed(desk: Desk):
    by_hand(desk, "DELETE FROM stamp")

    healed = heal(desk)

    assert healed is not None
    assert healed.cells == []
    assert {fault.id for fault in healed.faults} == {UNIT}


@pytest.mark.parametrize("statement", [one for one in (*ROWS, *FOLD) if "= 1" not in one])
def test_what_is_told_to_the_hub_shows_a_damage_of_the_acknowledged_state(desk: Desk, statement: str):
    """What concerns this PC's waiting work alone shows in nothing that is told."""
    before, sound = told(desk), layer(desk)
    by_hand(desk, statement)

    assert (told(desk) != before) == (layer(desk) != sound)


def layer(desk: Desk) -> object:
    """The acknowledged state, as the tables have it."""
    state = vars(picture)["_log_layer"]
    with desk.reading() as connection:
        records = state(connection, desk.rows).state.records
    return {
        record: (
            one.kind,
            one.values,
            one.group,
            one.created,
            one.stamps,
            {key: (c.seq, c.value, c.base, c.rectification) for key, c in one.claims.items()},
        )
        for record, one in records.items()
    }
