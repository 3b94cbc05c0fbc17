"""Horizons: what a PC of ALA drops of a comune's log is what it has proved, and nothing that it may still need."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ala_desktop.models.catalog import build
from ala_desktop.sync import horizon, snapshot, stored_snapshot
from ala_desktop.sync.ledger import REPEATED
from ala_desktop.sync.notices import Horizon
from ala_desktop.sync.protocol import Malformed
from tests.property.pc import Pc
from tests.unit.sync.photographs import folded, notice_of
from tests.unit.sync.restored_hub import RestoredHub, copy_of
from tests.unit.sync.scene import OTHER, UNIT, Scene, digest, edit, get, sound, unit

AT = "2026-11-22T10:00:00Z"


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


@pytest.fixture
def alas(scene: Scene, tmp_path: Path) -> Iterator[Pc]:
    made = Pc(tmp_path / "ala", build(), scene.new_id, 7, office="ALA")
    made.meet(scene.one)
    made.meet(scene.two)
    yield made
    made.desk.close()


@pytest.fixture
def hub(scene: Scene) -> RestoredHub:
    """A log with an edit; of its two PCs the second has a discordant one on its way."""
    hub = RestoredHub()
    unit(scene.one, UNIT, address="Via Roma")
    hub.exchange(scene.one, scene.two)
    edit(scene.one, UNIT, address="Via Po")
    edit(scene.two, UNIT, address="Via Adda")
    hub.exchange(scene.one)
    return hub


def photograph(hub: RestoredHub, pc: Pc, **changed: object) -> int:
    """Have the hub say a snapshot of its log, and that it may be relied upon; returns its seq."""
    folding = folded(pc, hub.log)
    hub.say(notice_of(snapshot.pack("A995", folding.opened), folding, **changed))
    hub.say(Horizon(AT, folding.reached.seq))
    return folding.reached.seq


def due(pc: Pc) -> bool:
    with pc.desk.reading() as connection:
        return horizon.due(connection, pc.catalog)


def draw(pc: Pc) -> bool:
    with pc.desk.store.writing() as connection:
        return horizon.draw(connection, pc.catalog)


def bytes_at(pc: Pc) -> dict[int, int]:
    """Bytes of each frame, by its first seq."""
    with pc.desk.reading() as connection:
        rows = connection.exec_driver_sql("SELECT first_seq, length(sealed) FROM frame").all()
    return {seq: size for seq, size in rows}  # noqa: C416 - rows are no pairs to the checker


def test_frames_up_to_the_snapshot_go_and_everything_else_stays(scene: Scene, hub: RestoredHub, alas: Pc):
    seq = photograph(hub, scene.one)
    hub.serve(alas)
    before = digest(alas)
    assert due(alas)

    assert draw(alas)

    assert [first for first, size in bytes_at(alas).items() if not size] == list(range(1, seq + 1))
    assert not due(alas)
    assert digest(alas) == before
    assert sound(alas)


def test_what_comes_later_folds_as_on_the_others(scene: Scene, hub: RestoredHub, alas: Pc):
    photograph(hub, scene.one)
    hub.serve(alas)
    draw(alas)

    hub.exchange(scene.two, scene.one)
    unit(scene.one, OTHER)
    hub.exchange(scene.one)
    hub.serve(alas)

    assert digest(alas) == digest(scene.one)
    assert get(alas, OTHER)["code"]
    assert sound(alas)


def test_a_second_horizon_goes_on_from_the_first(scene: Scene, hub: RestoredHub, alas: Pc):
    photograph(hub, scene.one)
    hub.serve(alas)
    draw(alas)
    hub.exchange(scene.two, scene.one)
    seq = photograph(hub, scene.one)
    hub.serve(alas)

    assert due(alas)
    assert draw(alas)

    with alas.desk.reading() as connection:
        assert stored_snapshot.horizon(connection) == seq
    assert digest(alas) == digest(scene.one)
    assert sound(alas)


@pytest.mark.parametrize("wrong", [{"digest": "0" * 64}, {"edition": 99}])
def test_a_snapshot_that_is_not_what_was_folded_here_takes_nothing_away(
    scene: Scene, hub: RestoredHub, alas: Pc, wrong: dict[str, object]
):
    photograph(hub, scene.one, **wrong)
    hub.serve(alas)

    assert not (due(alas) and draw(alas))

    assert min(bytes_at(alas).values()) > 0
    assert sound(alas)


def test_a_snapshot_without_a_horizon_takes_nothing_away(scene: Scene, hub: RestoredHub, alas: Pc):
    folding = folded(scene.one, hub.log)
    hub.say(notice_of(snapshot.pack("A995", folding.opened), folding))
    hub.serve(alas)

    assert not due(alas)


def test_the_office_itself_keeps_every_frame(scene: Scene, hub: RestoredHub):
    photograph(hub, scene.one)
    hub.serve(scene.one)

    assert not due(scene.one)


def test_a_save_that_waits_to_be_corrected_keeps_its_frame(scene: Scene, hub: RestoredHub, alas: Pc):
    photograph(hub, scene.one)
    hub.serve(alas)
    with alas.desk.store.writing() as connection:
        connection.exec_driver_sql("INSERT INTO correction VALUES (2, 'bad_value', 'prova', x'5b5d')")

    assert not due(alas)


def test_a_damaged_frame_takes_nothing_away(scene: Scene, hub: RestoredHub, alas: Pc):
    photograph(hub, scene.one)
    hub.serve(alas)
    with alas.desk.store.writing() as connection:
        connection.exec_driver_sql(
            "UPDATE frame SET sealed = substr(sealed, 1, length(sealed) - 3) WHERE first_seq = 1"
        )

    with pytest.raises(Malformed):
        draw(alas)

    assert min(bytes_at(alas).values()) > 0


def test_what_a_copied_pc_repeats_of_it_is_taken_as_the_hub_says(
    scene: Scene, hub: RestoredHub, alas: Pc, tmp_path: Path
):
    edit(scene.one, UNIT, floor="1")
    twin = copy_of(scene.one, tmp_path / "copy")
    hub.exchange(scene.one)
    photograph(hub, scene.one)
    hub.serve(alas)
    draw(alas)
    edit(twin, UNIT, stair="A")
    hub.exchange(twin)
    assert REPEATED in {item.code for entry, _ in hub.log for item in entry.refused}

    hub.serve(alas)
    hub.serve(scene.two)

    assert digest(alas) == digest(scene.two)
    assert (get(alas)["floor"], get(alas)["stair"]) == ("1", "A")
    assert sound(alas)
    twin.desk.close()
