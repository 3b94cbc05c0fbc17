"""What was written on a record after its creation, while it waits to be sent; `functional` sees it in the log."""

from __future__ import annotations

import pytest

from ala_desktop.sync.capture import Change
from ala_desktop.sync.edits import edited_since_creation
from tests import factory


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
