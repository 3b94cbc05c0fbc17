"""An id is used once: what writes on it under another kind has no effect, whenever and however it arrives."""

from __future__ import annotations

import pytest

from ala_desktop.sync.protocol import Op, encode, line_of
from tests.fuzz.drafting import AT, Draft, Writer
from tests.unit.sync.scene import OTHER, UNIT, Scene, digest, sound, unit

ODD: dict[str, Op] = {
    "creation": Op("household", UNIT, None, {"address": "Via Po"}, []),
    "edit": Op("household", UNIT, 1, {"address": (None, "Via Po")}, []),
    "of_a_frozen_family": Op("vote", UNIT, None, {"vote": "favorevole", "sitting_id": OTHER}, []),
    "that_closes": Op("sitting", UNIT, 1, {"state": (None, "approvato")}, []),
}


def send(scene: Scene, op: Op) -> None:
    """A third PC, which does not look."""
    writer = Writer("A995", "PC 9", 9, "9" * 32, "9" * 16)
    card = writer.row
    for pc in (scene.one, scene.two):
        with pc.desk.store.writing() as connection:
            connection.exec_driver_sql(
                "INSERT INTO peer (device, name, ordinal, sign_key, box_key, confirmed, revoked) "
                "VALUES (?, ?, ?, ?, ?, 1, 0)",
                (card.device, card.name, card.ordinal, card.sign_key, card.box_key),
            )
    assert scene.hub.offer(Draft(writer, "a" * 64, [line_of(AT, "Chi scrive", None, [encode(op)])]).seal())


@pytest.mark.parametrize("name", ODD)
def test_an_id_of_another_kind_is_not_taken(scene: Scene, name: str):
    unit(scene.one, address="Via Roma")
    scene.exchange(scene.one)
    send(scene, ODD[name])

    scene.take(scene.one, scene.page(scene.one))  # after the unit
    scene.take(scene.two, scene.page(scene.two))  # in one page with it

    assert scene.one.desk.get("housing_unit", UNIT)["address"] == "Via Roma"
    assert scene.one.desk.find(ODD[name].kind) == []
    assert sound(scene.one)
    assert digest(scene.one) == digest(scene.two)
