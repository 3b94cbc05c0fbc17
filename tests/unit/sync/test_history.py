"""Who wrote what stands in a cell: in the log, on its way, and after a colleague wrote on it too."""

from __future__ import annotations

from ala_desktop.sync import history
from ala_desktop.sync.history import Written
from tests.property.pc import Pc
from tests.unit.sync.scene import OTHER, THIRD, UNIT, Scene, edit, unit


def told(pc: Pc, field: str = "address", record: str = UNIT) -> Written | None:
    with pc.desk.reading() as connection:
        return history.of_cell(connection, pc.desk.me, "housing_unit", record, field)


def at(pc: Pc, seq: int) -> Written | None:
    with pc.desk.reading() as connection:
        return history.at_seq(connection, seq)


def by(number: int, moment: str) -> Written:
    return Written(f"Operatore {number}", f"PC {number}", moment)


def times(scene: Scene) -> None:
    """Each PC's clock stands at a year of its own."""
    scene.one.clock.moment, scene.two.clock.moment = "2001-01-01T09:00:00Z", "2002-01-01T09:00:00Z"


ONE, TWO = by(1, "2001-01-01T09:00:00Z"), by(2, "2002-01-01T09:00:00Z")


def test_nobody_wrote_what_there_is_not(scene: Scene):
    assert told(scene.one) is None
    assert at(scene.one, 1) is None


def test_a_creation_that_waits_is_this_pcs(scene: Scene):
    times(scene)
    unit(scene.one, address="Via Roma")
    assert told(scene.one) == ONE


def test_a_creation_is_found_in_the_log_on_both_sides(scene: Scene):
    times(scene)
    unit(scene.two, OTHER)
    unit(scene.one, THIRD)
    unit(scene.one, address="Via Roma")
    scene.exchange(scene.two, scene.one, scene.two)
    assert (told(scene.one), told(scene.two)) == (ONE, ONE)
    assert told(scene.one, "code", OTHER) == TWO


def test_an_own_creation_is_found_in_whichever_frame_it_went(scene: Scene):
    unit(scene.two, OTHER)
    scene.exchange(scene.two, scene.one)
    for year, record in ((2001, UNIT), (2002, THIRD)):
        scene.one.clock.moment = f"{year}-01-01T09:00:00Z"
        unit(scene.one, record)
        scene.exchange(scene.one)
    assert told(scene.one, "code", UNIT) == by(1, "2001-01-01T09:00:00Z")
    assert told(scene.one, "code", THIRD) == by(1, "2002-01-01T09:00:00Z")


def test_each_transaction_of_a_frame_is_told_apart(scene: Scene):
    for year, record in ((2001, UNIT), (2002, OTHER), (2003, THIRD)):
        scene.one.clock.moment = f"{year}-01-01T09:00:00Z"
        unit(scene.one, record)
    scene.exchange(scene.one, scene.two)
    found = [at(scene.two, seq) for seq in (1, 2, 3)]
    assert [one and one.at[:4] for one in found] == ["2001", "2002", "2003"]
    assert (at(scene.two, 0), at(scene.two, 4)) == (None, None)


def test_an_edited_cell_is_its_editors_and_the_others_stay(scene: Scene):
    times(scene)
    unit(scene.one, address="Via Roma")
    scene.exchange(scene.one, scene.two)
    edit(scene.two, floor="1")
    assert (told(scene.two, "floor"), told(scene.two, "address")) == (TWO, ONE)
    scene.exchange(scene.two, scene.one)
    assert (told(scene.one, "floor"), told(scene.one, "address")) == (TWO, ONE)


def test_the_last_of_several_waiting_edits_is_told(scene: Scene):
    unit(scene.one, address="Via Roma")
    scene.exchange(scene.one)
    for year, address in ((2001, "Via Po"), (2002, "Via Adda")):
        scene.one.clock.moment = f"{year}-01-01T09:00:00Z"
        edit(scene.one, address=address)
    assert told(scene.one) == by(1, "2002-01-01T09:00:00Z")


def test_a_waiting_edit_that_did_not_prevail_leaves_the_cell_to_the_log(scene: Scene):
    times(scene)
    unit(scene.one, address="Via Roma")
    scene.exchange(scene.one, scene.two)
    edit(scene.one, address="Via Po")
    edit(scene.two, address="Via Adda")
    scene.send(scene.two)
    scene.take(scene.one, scene.page(scene.one))
    assert scene.one.desk.get("housing_unit", UNIT)["address"] == "Via Adda"
    assert told(scene.one) == TWO
