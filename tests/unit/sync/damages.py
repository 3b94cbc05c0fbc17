"""A store in the middle of its work, and what somebody may change in it by hand, in whatever table of the log."""

from __future__ import annotations

import shutil
from pathlib import Path

from ala_desktop.models.catalog import build
from ala_desktop.models.engine import STORE_FILE, Store
from ala_desktop.services.desk import Desk
from tests.property.pc import KEY, Put
from tests.unit.sync.scene import OTHER, THIRD, UNIT, Scene, edit, unit

HOUSEHOLD = "d" * 32
ONE, TWO = f"{1:016x}", f"{2:016x}"
"""The incarnations of the two PCs."""
CATALOG = build()


def make(folder: Path) -> Scene:
    """The first PC's store in the middle of its work.

    In the log: 1 to 3 the creations of UNIT, OTHER and HOUSEHOLD, one frame; 4 its edit of UNIT's address; 5 the second
    PC's, unseen and so parked; 6 an edit that the hub refused. Waiting: 6 an edit of OTHER, in a frame on its way; 7 an
    edit of UNIT, over the parked value; 8 the creation of THIRD.
    """
    scene = Scene(folder)
    one, two = scene.one, scene.two
    unit(one, UNIT, address="Via Roma")
    unit(one, OTHER)
    one.create(("household", HOUSEHOLD, {"name": "Famiglia", "notes": "riservate"}))
    scene.exchange(one, two)
    form = two.read("housing_unit", UNIT)
    edit(one, UNIT, address="Via Po")
    two.write(Put(form, {"address": "Via Adda"}))
    scene.send(one)
    scene.exchange(two)
    scene.take(one, scene.page(one))
    edit(one, OTHER, floor="9")
    scene.send(one)
    scene.take(one, scene.refused(scene.page(one), 0))
    edit(one, OTHER, floor="2")
    one.seal()
    edit(one, UNIT, floor="3")
    unit(one, THIRD)
    for pc in (one, two):
        pc.desk.close()
    return scene


def copied(template: Path, folder: Path) -> Desk:
    """The first PC's store, opened from a copy."""
    shutil.copytree(template / "pc1", folder)
    return Desk(Store(folder / STORE_FILE, KEY), CATALOG)


def by_hand(desk: Desk, statement: str) -> None:
    """Write past every guard: the triggers are dropped."""
    with desk.store.structuring() as connection:
        for name in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        assert connection.exec_driver_sql(statement).rowcount, "nothing was hit"


_UNIT, _OTHER, THIRD_ROW = (f"WHERE id = '{record}'" for record in (UNIT, OTHER, THIRD))
_CLAIM = "WHERE field = 'address' AND shown"
ROWS = {
    f"UPDATE housing_unit SET address = 'Via Falsa' {_UNIT}": ("housing_unit", UNIT),
    f"UPDATE housing_unit SET floor = '7' {_UNIT}": ("housing_unit", UNIT),
    f"UPDATE housing_unit SET code = 'BL9' {THIRD_ROW}": ("housing_unit", THIRD),
    f"UPDATE housing_unit SET lift = 1 {_OTHER}": ("housing_unit", OTHER),
    f"UPDATE housing_unit SET extra = '{{\"later\":1}}' {_OTHER}": ("housing_unit", OTHER),
    f"UPDATE housing_unit SET _deleted = 1 {_OTHER}": ("housing_unit", OTHER),
    f"UPDATE housing_unit SET group_id = 'x' {_OTHER}": ("housing_unit", OTHER),
    f"UPDATE housing_unit SET created_seq = 1 {_OTHER}": ("housing_unit", OTHER),
    f"UPDATE housing_unit SET created_seq = -7 {THIRD_ROW}": ("housing_unit", THIRD),
    f"UPDATE housing_unit SET created_by = '{TWO}' {_OTHER}": ("housing_unit", OTHER),
    f"DELETE FROM housing_unit {_OTHER}": ("housing_unit", OTHER),
    f"DELETE FROM housing_unit {THIRD_ROW}": ("housing_unit", THIRD),
    "INSERT INTO person (id, surname) VALUES ('x', 'Nessuno')": ("person", "x"),
    f"INSERT INTO person (id, surname) VALUES ('{UNIT}', 'Nessuno')": ("person", UNIT),
    f"INSERT INTO building (id, name) VALUES ('{HOUSEHOLD}', 'Nessuno')": ("household", HOUSEHOLD),
    f"UPDATE household SET notes = 'altre' WHERE id = '{HOUSEHOLD}'": ("household", HOUSEHOLD),
    f"INSERT INTO sealed_value VALUES ('{HOUSEHOLD}', 'notes', 'household', 'x')": ("household", HOUSEHOLD),
}
UNREADABLE = [
    f"UPDATE housing_unit SET extra = 'x' {_OTHER}",
    f"UPDATE housing_unit SET extra = '5' {_OTHER}",
    "UPDATE claim SET value = 'x'",
    "UPDATE claim SET base = x'00'",
    "UPDATE shadow SET value = x'ff'",
]
FOLD = {
    "UPDATE stamp SET seq = 1": ("housing_unit", UNIT),
    f"UPDATE stamp SET incarnation = '{TWO}'": ("housing_unit", UNIT),
    "UPDATE stamp SET field = 'code'": ("housing_unit", UNIT),
    "DELETE FROM stamp": ("housing_unit", UNIT),
    f"INSERT INTO stamp VALUES ('{OTHER}', 'code', 1, '{TWO}')": ("housing_unit", OTHER),
    **{
        f"UPDATE claim SET {change} {_CLAIM} = {shown}": ("housing_unit", UNIT)
        for shown in (0, 1)
        for change in (
            "value = '\"Via Falsa\"'", "base = '\"Via Falsa\"'", "seq = 4", "author = 'x'", "device = 'x'", "at = 'x'",
            "rectification = 1", "incarnation = 'x'", "kind = 'household'",
        )
    },
    f"DELETE FROM claim {_CLAIM} = 0": ("housing_unit", UNIT),
    f"DELETE FROM claim {_CLAIM} = 1": ("housing_unit", UNIT),
    f"INSERT INTO claim SELECT '{OTHER}', field, incarnation, shown, kind, seq, value, base, author, device, at, 0 "
    "FROM claim": ("housing_unit", OTHER),
    f"UPDATE shadow SET value = '\"4\"' WHERE record = '{OTHER}'": ("housing_unit", OTHER),
    f"UPDATE shadow SET field = 'stair' WHERE record = '{UNIT}'": ("housing_unit", UNIT),
    f"DELETE FROM shadow WHERE record = '{UNIT}'": ("housing_unit", UNIT),
    f"INSERT INTO shadow VALUES ('{OTHER}', 'code', '\"BL9\"')": ("housing_unit", OTHER),
}  # fmt: skip
WAITING = {
    "DELETE FROM outbox WHERE device_seq = 6": ("outbox", "6"),
    "DELETE FROM outbox WHERE device_seq = 7": ("outbox", "7"),
    "DELETE FROM outbox WHERE device_seq = 8": ("outbox", "8"),
    "DELETE FROM outbox": ("outbox", "6"),
    "UPDATE outbox SET device_seq = 9 WHERE device_seq = 8": ("outbox", "8"),
    "INSERT INTO outbox SELECT 9, ops, line FROM outbox WHERE device_seq = 8": ("outbox", "9"),
    "UPDATE outbox SET ops = 2 WHERE device_seq = 7": ("outbox", "7"),
    "UPDATE outbox SET line = CAST(replace(line, '\"3\"', '\"4\"') AS BLOB) WHERE device_seq = 7": (
        "housing_unit",
        UNIT,
    ),
    "UPDATE outbox SET line = 'x' WHERE device_seq = 7": ("outbox", "7"),
    "UPDATE outbox SET line = CAST(replace(line, '2026', '2027') AS BLOB) WHERE device_seq = 6": ("sealed_batch", "6"),
    "UPDATE sealed_batch SET count = 2": ("sealed_batch", "6"),
    "UPDATE sealed_batch SET first_device_seq = 7": ("sealed_batch", "7"),
    "UPDATE sealed_batch SET header_hash = 'x'": ("sealed_batch", "6"),
    "UPDATE sealed_batch SET sealed = x'00'": ("sealed_batch", "6"),
    "DELETE FROM sealed_batch": ("writer", ONE),
    f"DELETE FROM pending_edit WHERE record = '{UNIT}'": ("housing_unit", UNIT),
    f"UPDATE pending_edit SET device_seq = 8 WHERE record = '{UNIT}'": ("housing_unit", UNIT),
    f"UPDATE pending_edit SET record = '{HOUSEHOLD}' WHERE record = '{OTHER}'": ("housing_unit", OTHER),
    f"INSERT INTO pending_edit VALUES ('{HOUSEHOLD}', 7)": ("pending_edit", HOUSEHOLD),
    f"INSERT INTO pending_edit VALUES ('{HOUSEHOLD}', 5)": ("pending_edit", HOUSEHOLD),
    f"INSERT INTO pending_edit VALUES ('{UNIT}', 6)": ("pending_edit", UNIT),
    "UPDATE correction SET line = CAST(replace(line, '\"9\"', '\"8\"') AS BLOB)": ("correction", "6"),
    "UPDATE correction SET code = 'too_large'": ("correction", "6"),
    "UPDATE correction SET detail = 'x'": ("correction", "6"),
    "UPDATE correction SET seq = 5": ("correction", "5"),
}
LOG = {
    "UPDATE frame SET header_hash = 'x' WHERE first_seq = 1": ("frame", "1"),
    "UPDATE frame SET sealed = x'00' WHERE first_seq = 4": ("frame", "4"),
    "UPDATE frame SET count = 2 WHERE first_seq = 6": ("frame", "6"),
    "UPDATE frame SET first_seq = 7 WHERE first_seq = 6": ("frame", "7"),
    "UPDATE frame SET refused = '[]' WHERE first_seq = 6": ("frame", "6"),
    """UPDATE frame SET refused = '[[0,"bad_value","altro"]]' WHERE first_seq = 6""": ("frame", "6"),
    """UPDATE frame SET refused = '[[3,"bad_value","prova"]]' WHERE first_seq = 6""": ("frame", "6"),
    "UPDATE frame SET refused = 'x' WHERE first_seq = 6": ("frame", "6"),
    "DELETE FROM frame WHERE first_seq = 1": ("frame", "4"),
    "DELETE FROM frame WHERE first_seq = 5": ("frame", "6"),
    "DELETE FROM frame WHERE first_seq = 6": ("frame", "6"),
    "DELETE FROM frame": ("frame", "6"),
    "UPDATE replica SET seq = 5": ("frame", "5"),
    "UPDATE replica SET chain = '0'": ("frame", "6"),
    "UPDATE replica SET head = '0'": ("writer", ONE),
    "UPDATE replica SET previous = '0'": ("writer", ONE),
    "UPDATE replica SET next_device_seq = 8": ("outbox", "8"),
    "UPDATE replica SET next_device_seq = 10": ("outbox", "9"),
    "UPDATE replica SET incarnation = 'x'": ("sealed_batch", "6"),
    "UPDATE replica SET tenant = 'E648'": ("frame", "1"),
    f"UPDATE peer SET sign_key = x'{'11' * 32}'": ("frame", "5"),
    "DELETE FROM peer": ("frame", "5"),
}
LEDGER = {
    f"UPDATE frame SET incarnation = '{TWO}' WHERE first_seq = 4": ("frame", "4"),
    f"UPDATE frame SET incarnation = '{ONE}' WHERE first_seq = 5": ("frame", "5"),
    "UPDATE frame SET first_device_seq = 2 WHERE first_seq = 1": ("frame", "1"),
    "UPDATE frame SET first_device_seq = 2 WHERE first_seq = 5": ("frame", "5"),
    "UPDATE frame SET device = 'x' WHERE first_seq = 5": ("frame", "5"),
    "UPDATE frame SET chain = 'x' WHERE first_seq = 4": ("frame", "4"),
    "UPDATE frame SET head = 'x' WHERE first_seq = 1": ("frame", "1"),
    f"UPDATE frame SET line = '{TWO}' WHERE first_seq = 1": ("frame", "1"),
    "UPDATE frame SET last = 1 WHERE first_seq = 4": ("frame", "4"),
    f"UPDATE line SET last_seq = 1 WHERE name = '{TWO}'": ("line", TWO),
    f"UPDATE line SET parent = '{ONE}', parent_seq = 1 WHERE name = '{TWO}'": ("line", TWO),
    f"UPDATE line SET incarnation = 'x' WHERE name = '{TWO}'": ("line", TWO),
    f"UPDATE line SET name = 'x' WHERE name = '{TWO}'": ("line", TWO),
    "DELETE FROM line": ("line", TWO),
    "INSERT INTO line VALUES ('x', 'x', 1, '', 0)": ("line", "x"),
    "INSERT INTO link VALUES ('x', 'y', 'z')": ("link", "x"),
    "UPDATE replica SET epoch = 2": ("frame", "6"),
}
"""What follows from the frames themselves."""
