"""The triggers: nothing is written outside the log, and approved minutes stay. Removed, they let it through."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from ala_desktop.models import guards
from ala_desktop.models.catalog import build
from ala_desktop.models.guards import FOLD, SAVE
from ala_desktop.services.desk import Desk
from ala_desktop.sync.capture import Change
from tests import factory

CATALOG = build()
FAMILY = {"sitting": "5" * 32, "attendance": "a" * 32, "agenda_item": "b" * 32, "vote": "e" * 32}
OPEN = "0" * 32
STATEMENTS = {
    "insert": "INSERT INTO {kind} (id, {within}) VALUES ('new', '{sitting}')",
    "replace": "INSERT OR REPLACE INTO {kind} (id, {within}) VALUES ('{id}', '{open}')",
    "update": "UPDATE {kind} SET _deleted = 1 WHERE id = '{id}'",
    "delete": "DELETE FROM {kind} WHERE id = '{id}'",
    "move away": "UPDATE {kind} SET {within} = '{open}' WHERE id = '{id}'",
    "move in": "UPDATE {kind} SET {within} = '{sitting}' WHERE {within} = '{open}'",
}
ON_FROZEN = [
    (kind, deed)
    for kind in FAMILY
    for deed in STATEMENTS
    if kind != "sitting" or deed in ("replace", "update", "delete")
]


@pytest.fixture(scope="module")
def closed_office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an approved sitting and its family, and an open one with members of its own."""
    folder = tmp_path_factory.mktemp("closed")
    desk = factory.desk(folder)
    for sitting, mark in ((FAMILY["sitting"], ""), (OPEN, "2")):
        head = {"commission_id": "c" * 32, "held_on": "2026-11-20", "state": "in_lettura"}
        family = {
            "attendance": {"member_id": "d" * 32},
            "agenda_item": {"position": 1, "subject": "Tetto"},
            "vote": {"item_id": FAMILY["agenda_item"], "member_id": "d" * 32},
        }
        changes = [Change("sitting", sitting, head)]
        changes += [
            Change(kind, FAMILY[kind][: 32 - len(mark)] + mark, {"sitting_id": sitting, **values})
            for kind, values in family.items()
        ]
        desk.save(changes)
    row = desk.get("sitting", FAMILY["sitting"])
    desk.save([Change("sitting", row.id, {"state": "approvato"}, row.position, row.values, pinned=True)])
    desk.close()
    return folder


@pytest.fixture
def desk(closed_office: Path, tmp_path: Path) -> Iterator[Desk]:
    """That office, opened from a copy."""
    shutil.copytree(closed_office, tmp_path / "office")
    desk = factory.desk(tmp_path / "office")
    yield desk
    desk.close()


def sql(kind: str, deed: str) -> str:
    within = "id" if kind == "sitting" else "sitting_id"
    template = STATEMENTS[deed]
    if kind == "sitting" and deed == "replace":
        template = "INSERT OR REPLACE INTO {kind} (id, state) VALUES ('{id}', 'bozza')"
    return template.format(kind=kind, within=within, id=FAMILY[kind], sitting=FAMILY["sitting"], open=OPEN)


def run(desk: Desk, statement: str, mode: int) -> None:
    with desk.store.writing(mode) as connection:
        done = connection.exec_driver_sql(statement)
        assert done.rowcount == 1


def drop(desk: Desk, trigger: str) -> None:
    with desk.store.structuring() as connection:
        connection.exec_driver_sql(f"DROP TRIGGER {trigger}")


def event_of(deed: str) -> str:
    return {"replace": "insert", "move away": "update", "move in": "update"}.get(deed, deed)


@pytest.mark.parametrize(("kind", "deed"), ON_FROZEN)
def test_approved_minutes_refuse_a_save(desk: Desk, kind: str, deed: str):
    with pytest.raises(IntegrityError, match=f"{kind} is frozen"):
        run(desk, sql(kind, deed), SAVE)


@pytest.mark.parametrize(("kind", "deed"), ON_FROZEN)
def test_approved_minutes_refuse_what_comes_outside_the_log(desk: Desk, kind: str, deed: str):
    with pytest.raises(IntegrityError, match=f"{kind} (is frozen|written outside the log)"):
        run(desk, sql(kind, deed), 0)


@pytest.mark.parametrize(("kind", "deed"), ON_FROZEN)
def test_without_its_trigger_the_save_goes_through(desk: Desk, kind: str, deed: str):
    drop(desk, f"{kind}_frozen_{event_of(deed)}")
    run(desk, sql(kind, deed), SAVE)


@pytest.mark.parametrize(("kind", "deed"), ON_FROZEN)
def test_the_fold_may_write_on_approved_minutes(desk: Desk, kind: str, deed: str):
    run(desk, sql(kind, deed), FOLD)


@pytest.mark.parametrize("kind", CATALOG)
def test_no_row_is_written_outside_the_log(desk: Desk, kind: str):
    for event, statement in (
        ("insert", f"INSERT INTO {kind} (id) VALUES ('here')"),
        ("update", f"UPDATE {kind} SET _deleted = 1 WHERE id = 'here'"),
        ("delete", f"DELETE FROM {kind} WHERE id = 'here'"),
    ):
        with pytest.raises(IntegrityError, match=f"{kind} written outside the log"):
            run(desk, statement, 0)
        drop(desk, f"{kind}_logged_{event}")
        run(desk, statement, 0)


def test_a_write_of_many_rows_outside_the_log_leaves_all_as_they_were(desk: Desk):
    units = [factory.unit(desk, code) for code in ("BL0001", "BL0002", "BL0003")]

    with desk.store.structuring() as connection:
        for statement in ("UPDATE housing_unit SET address = 'altrove'", "DELETE FROM housing_unit"):
            with pytest.raises(IntegrityError, match="written outside the log"):
                connection.exec_driver_sql(statement)

    assert [desk.get("housing_unit", unit)["address"] for unit in units] == ["Via Roma"] * 3


def test_without_the_flag_row_nothing_is_written_either(desk: Desk):
    with desk.store.structuring() as connection:
        connection.exec_driver_sql("DELETE FROM write_guard")
    with pytest.raises(IntegrityError, match="written outside the log"):
        run(desk, "INSERT INTO housing_unit (id) VALUES ('new')", SAVE)


def test_the_flag_is_cleared_after_a_save_and_after_a_failure(desk: Desk):
    def mode(connection: Connection) -> int:
        return connection.exec_driver_sql("SELECT mode FROM write_guard").scalar_one()

    def fail() -> None:
        with desk.store.writing(FOLD) as connection:
            assert mode(connection) == FOLD
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with desk.reading() as connection:
        assert mode(connection) == 0


def test_every_kind_is_guarded_against_every_event():
    text = "\n".join(guards.statements(CATALOG))
    for kind, spec in CATALOG.items():
        for event in ("insert", "update", "delete"):
            assert f"TRIGGER {kind}_logged_{event} " in text
            assert (f"TRIGGER {kind}_frozen_{event} " in text) == (spec.freeze is not None)
