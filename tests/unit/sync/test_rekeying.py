"""The comune's key takes the place of a provisional one: what waits is sealed anew, and nothing else changes."""

from __future__ import annotations

from ala_desktop.sync import rekeying
from ala_desktop.sync.protocol import Op, decode_line
from tests.property.pc import COMUNE_KEY, Pc
from tests.unit.sync.scene import UNIT, Scene, digest, sound, unit

HOME, OTHER_HOME = "e" * 32, "f" * 32


def household(pc: Pc, record: str = HOME, **values: str) -> None:
    pc.create(("household", record, {"name": "Famiglia", **values}))


def lines(pc: Pc) -> list[bytes]:
    with pc.desk.reading() as connection:
        return list(connection.exec_driver_sql("SELECT line FROM outbox ORDER BY device_seq").scalars())


def op(line: bytes) -> Op:
    return decode_line(line)[0].ops[0]


def late(scene: Scene) -> Pc:
    pc = scene.pc(3, has_key=False)
    for other in (scene.one, scene.two):
        other.meet(pc)
        pc.meet(other)
    return pc


def test_what_waits_is_sealed_with_the_comunes_key_and_shown_as_before(scene: Scene):
    three = late(scene)
    household(three, notes="riservata")
    before = op(lines(three)[0])
    three.get_key()
    after = op(lines(three)[0])
    assert after.put["notes"] != before.put["notes"]
    assert after.put["name"] == before.put["name"]
    assert scene.one.desk.rows.key
    assert scene.one.desk.rows.key.open("household", HOME, "notes", str(after.put["notes"])) == "riservata"
    assert three.desk.get("household", HOME)["notes"] == "riservata"
    assert three.desk.me.comune_key_final == 1
    assert sound(three)
    three.desk.close()


def test_what_holds_nothing_sealed_stays_byte_for_byte(scene: Scene):
    three = late(scene)
    unit(three)
    household(three)
    before = lines(three)
    three.get_key()
    assert lines(three) == before
    three.desk.close()


def test_both_sides_of_a_waiting_edit_are_sealed_anew(scene: Scene):
    three = late(scene)
    household(three, notes="prima")
    row = three.desk.get("household", HOME)
    three.desk.save([row.change({"notes": "dopo"})])
    three.get_key()
    key, pair = scene.one.desk.rows.key, op(lines(three)[1]).put["notes"]
    assert key
    assert isinstance(pair, tuple)
    assert [key.open("household", HOME, "notes", value) for value in pair] == ["prima", "dopo"]
    three.desk.close()


def test_what_others_sealed_opens_and_is_told(scene: Scene):
    three = late(scene)
    household(scene.one, notes="riservata")
    household(scene.one, OTHER_HOME)
    unit(scene.one)
    scene.exchange(scene.one, three)
    assert three.desk.get("household", HOME)["notes"] is None
    with three.desk.store.writing() as connection:
        connection.exec_driver_sql("UPDATE write_guard SET mode = 2")
        changed = rekeying.rekey(connection, three.catalog, COMUNE_KEY)
        three.desk.rekey(connection)
    assert changed == [("household", HOME)]
    assert three.desk.get("household", HOME)["notes"] == "riservata"
    with three.desk.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM sealed_value").scalar_one() == 0
    assert digest(three) == digest(scene.one)
    assert sound(three)
    three.desk.close()


def test_a_second_time_changes_nothing(scene: Scene):
    three = late(scene)
    household(three, notes="riservata")
    household(scene.one, OTHER_HOME, notes="di un altro")
    scene.exchange(scene.one, three)
    three.get_key()
    before = three.whole()
    three.get_key()
    assert three.whole() == before
    three.desk.close()


def test_frames_on_their_way_go_out_as_they_were_sealed(scene: Scene):
    three = late(scene)
    unit(three, UNIT)
    household(three, notes="riservata")
    three.seal()
    before = three.frames()
    three.get_key()
    assert three.frames() == before
    scene.exchange(three, scene.one)
    assert scene.one.desk.get("household", HOME)["notes"] == "riservata"
    three.desk.close()
