"""What the hub refuses: it leaves the lists, is kept for correction word by word, and holds nobody else up."""

from __future__ import annotations

from ala_desktop.sync.protocol import Op, decode_line
from tests.property.pc import Pc
from tests.unit.sync.scene import OTHER, THIRD, UNIT, Scene, digest, edit, get, unit, waiting


def corrections(pc: Pc) -> dict[int, list[Op]]:
    """What is kept, by its place in the log."""
    with pc.desk.reading() as connection:
        rows = connection.exec_driver_sql("SELECT seq, line FROM correction").all()
    return {seq: decode_line(line)[0].ops for seq, line in rows}


def test_a_refused_creation_leaves_the_lists_and_is_kept_for_correction(scene: Scene):
    unit(scene.one)
    scene.send(scene.one)
    taken = scene.take(scene.one, scene.refused(scene.page(scene.one), 0))
    assert (taken.acknowledged, taken.refused) == (0, [(1, "bad_value", "prova")])
    assert taken.changed == [("housing_unit", UNIT)]
    assert scene.one.desk.find("housing_unit") == []
    assert corrections(scene.one)[1][0].put == {"code": "BL0001"}
    assert waiting(scene.one) == 0


def test_a_refused_edit_is_taken_back(scene: Scene):
    unit(scene.one, address="Via Roma")
    scene.exchange(scene.one)
    edit(scene.one, address="Via Po")
    scene.send(scene.one)
    taken = scene.take(scene.one, scene.refused(scene.page(scene.one), 0))
    assert taken.changed == [("housing_unit", UNIT)]
    assert get(scene.one)["address"] == "Via Roma"
    assert corrections(scene.one)[2][0].put == {"address": ("Via Roma", "Via Po")}


def test_one_refused_save_in_the_middle_of_a_frame_does_not_hold_up_the_others(scene: Scene):
    for number, record in enumerate((UNIT, OTHER, THIRD)):
        unit(scene.one, record, floor=str(number))
    scene.send(scene.one)
    page = scene.refused(scene.page(scene.one), 1)
    taken = scene.take(scene.one, page)
    assert (taken.acknowledged, taken.refused) == (2, [(2, "bad_value", "prova")])
    assert {row.id for row in scene.one.desk.find("housing_unit")} == {UNIT, THIRD}
    assert list(corrections(scene.one)) == [2]
    scene.take(scene.two, scene.refused([scene.hub.served(scene.two.device, scene.hub.log)[0]], 1))
    assert digest(scene.one) == digest(scene.two)


def test_the_edits_around_a_refused_one_stand_in_their_order(scene: Scene):
    unit(scene.one, address="Via Roma")
    scene.exchange(scene.one)
    for address in ("Via Po", "Via Adda", "Via Lambro"):
        edit(scene.one, address=address)
    scene.send(scene.one)
    scene.take(scene.one, scene.refused(scene.page(scene.one), 1))
    assert get(scene.one)["address"] == "Via Lambro"
    assert corrections(scene.one)[3][0].put == {"address": ("Via Po", "Via Adda")}


def test_a_refused_edit_leaves_the_later_ones_that_wait(scene: Scene):
    unit(scene.one, address="Via Roma")
    scene.exchange(scene.one)
    edit(scene.one, address="Via Po")
    scene.send(scene.one)
    edit(scene.one, floor="2")
    scene.take(scene.one, scene.refused(scene.page(scene.one), 0))
    assert (get(scene.one)["address"], get(scene.one)["floor"], waiting(scene.one)) == ("Via Roma", "2", 1)


def test_an_edit_of_a_refused_creation_is_shown_as_long_as_it_waits(scene: Scene):
    unit(scene.one, address="Via Roma")
    scene.send(scene.one)
    edit(scene.one, floor="1")
    scene.take(scene.one, scene.refused(scene.page(scene.one), 0))
    row = get(scene.one)
    assert (row["address"], row["floor"]) == (None, "1")
    scene.send(scene.one)
    scene.take(scene.one, scene.refused(scene.page(scene.one), 0))
    assert scene.one.desk.many("housing_unit", [UNIT]) == []
    assert list(corrections(scene.one)) == [1, 2]


def test_a_corrected_creation_brings_the_record_back_under_its_id(scene: Scene):
    unit(scene.one, address="Via Roma")
    scene.send(scene.one)
    scene.take(scene.one, scene.refused(scene.page(scene.one), 0))
    unit(scene.one, address="Via Po")
    assert get(scene.one)["address"] == "Via Po"
    assert waiting(scene.one) == 1


def test_others_do_not_see_what_was_refused(scene: Scene):
    unit(scene.one)
    scene.send(scene.one)
    taken = scene.take(scene.two, scene.refused(scene.page(scene.two), 0))
    assert scene.two.desk.find("housing_unit") == []
    assert (taken.received, taken.changed, taken.refused) == (1, [], [])
    assert corrections(scene.two) == {}


def test_a_refused_creation_of_a_record_that_a_colleague_created_too_leaves_the_colleagues(scene: Scene):
    unit(scene.two, address="Via Adda")
    scene.send(scene.two)
    unit(scene.one, address="Via Roma")
    scene.send(scene.one)
    page = scene.page(scene.one)
    scene.take(scene.one, scene.refused(page, 0))
    assert get(scene.one)["address"] == "Via Adda"
    assert corrections(scene.one)[2][0].put == {"code": "BL0001", "address": "Via Roma"}
