"""What was written on a record after its creation, waiting to be sent or in the log."""

from __future__ import annotations

import pytest

from ala_desktop.sync.capture import Change
from ala_desktop.sync.edits import edited_since_creation
from tests import factory
from tests.property.pc import Put
from tests.unit.sync.scene import OTHER, UNIT, Scene, edit, unit


@pytest.fixture
def desk(tmp_path):
    desk = factory.desk(tmp_path)
    yield desk
    desk.close()


def edited(desk, *records):
    with desk.reading() as connection:
        return edited_since_creation(connection, records)


def test_a_record_that_was_only_created_is_not_edited(desk):
    assert edited(desk, factory.unit(desk), "0" * 32) == {}


def test_fields_written_since_are_named_and_a_deletion_with_them(desk):
    unit, other = factory.unit(desk), factory.unit(desk, "BL2")
    desk.save([Change("housing_unit", unit, {"address": "Via Po", "floor": "T"}, 0)])
    desk.save([Change("housing_unit", unit, {"_deleted": 1}, 0)])
    assert edited(desk, unit, other) == {unit: {"address", "floor", "_deleted"}}


def test_a_record_created_beside_an_edit_is_not_edited_itself(desk):
    unit, person = factory.unit(desk), desk.new_id()
    desk.save([Change("person", person, {"surname": "Rossi"}), Change("housing_unit", unit, {"floor": "1"}, 0)])
    assert edited(desk, unit, person) == {unit: {"floor"}}
    assert edited(desk, person) == {}


def test_what_came_back_and_what_a_colleague_wrote_counts_as_well(scene: Scene):
    """In force, and parked."""
    unit(scene.one, address="Via Roma")
    unit(scene.one, OTHER)
    scene.exchange(scene.one, scene.two)
    form = scene.two.read("housing_unit", UNIT)
    edit(scene.one, address="Via Po", floor="1")
    scene.two.write(Put(form, {"address": "Via Adda"}))
    scene.two.write(Put(scene.two.read("housing_unit", OTHER), {"_deleted": 1}))
    scene.exchange(scene.one, scene.two, scene.one)
    assert edited(scene.one.desk, UNIT, OTHER) == {UNIT: {"address", "floor"}, OTHER: {"_deleted"}}
    assert edited(scene.one.desk, UNIT, OTHER) == edited(scene.two.desk, UNIT, OTHER)


def test_a_parked_value_alone_counts(scene: Scene):
    unit(scene.one, address="Via Roma")
    scene.exchange(scene.one, scene.two)
    scene.two.create(("housing_unit", OTHER, {"code": "BL0002", "address": "Via Adda"}))
    unit(scene.one, OTHER, address="Via Po")
    scene.exchange(scene.two, scene.one)
    with scene.one.desk.reading() as connection:
        stamped = connection.exec_driver_sql("SELECT count(*) FROM stamp").scalar_one()
    assert stamped == 0
    assert edited(scene.one.desk, OTHER) == {OTHER: {"address", "code"}}
