"""Wherever a log is cut, a PC that begins with a snapshot of its first part ends where one ends that received it all.

Two PCs, now and then a copy of one, edit the same few records in any order; a seed names a day.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from ala_desktop.sync import picture
from ala_desktop.sync.messages import Told
from tests.property.pc import Pc
from tests.unit.sync.photographs import begun
from tests.unit.sync.restored_hub import RestoredHub, copy_of
from tests.unit.sync.scene import OTHER, THIRD, UNIT, Scene, edit, sound, unit

_RECORDS = (UNIT, OTHER, THIRD)


def told(pc: Pc) -> Told:
    with pc.desk.reading() as connection:
        return picture.tell(connection, pc.desk.rows)


def day(draw: random.Random, scene: Scene, hub: RestoredHub, folder: Path) -> None:
    """A log that comes of some work."""
    for record in _RECORDS:
        unit(scene.one, record, address="Via Roma")
    hub.exchange(scene.one, scene.two)
    at_work = [scene.one, scene.two]
    for step in range(12):
        pc = draw.choice(at_work)
        values = {draw.choice(("address", "floor", "stair")): f"{draw.randrange(3)}"}
        edit(pc, draw.choice(_RECORDS), **values)
        if draw.random() < 0.15:
            unit(pc, f"{step:032x}")
        if draw.random() < 0.1 and len(at_work) < 3:
            at_work.append(copy_of(pc, folder / "copy"))
        if draw.random() < 0.6:
            hub.exchange(draw.choice(at_work))
    hub.exchange(*at_work)
    for pc in at_work[2:]:
        pc.desk.close()


@pytest.mark.parametrize("seed", range(12))
def test_it_ends_where_one_ends_that_received_everything(seed: int, tmp_path: Path):
    draw, scene, hub = random.Random(seed), Scene(tmp_path), RestoredHub()
    day(draw, scene, hub, tmp_path)
    newcomers = [scene.pc(number) for number in (3, 4)]
    for pc in newcomers:
        pc.meet(scene.one)
        pc.meet(scene.two)
        unit(pc, f"{0xF0 + pc.number:032x}")
    one, whole = newcomers

    begun(one, hub.log[: draw.randrange(1, len(hub.log) + 1)])
    hub.serve(one)
    hub.serve(whole)

    assert told(one) == told(whole)
    assert sound(one)
    one.meet(whole)
    whole.meet(one)
    edit(one, UNIT, address="Via Po")
    hub.exchange(one, whole)
    assert told(one) == told(whole)
    assert sound(one)
    for pc in (*newcomers, scene.one, scene.two):
        pc.desk.close()
