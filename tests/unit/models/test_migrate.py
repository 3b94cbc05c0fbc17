"""Bringing a store to the tables of this version: copied first, all or nothing, never a newer one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from ala_desktop.core.errors import Mendable
from ala_desktop.models import migrate
from ala_desktop.models.engine import Store
from tests.factory import FixedClock

KEY = bytes(range(32))
NEXT = '''
"""A step of a later version."""
from alembic import op
import sqlalchemy as sa

revision = "9999"
down_revision = "{newest}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("housing_unit", sa.Column("solar_panels", sa.Integer()))
    {then}
'''


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store with the tables of this version and one record in it."""
    store = Store(tmp_path / "archivio.db", KEY)
    assert migrate.upgrade(store, FixedClock())
    with store.writing() as connection:
        connection.exec_driver_sql("INSERT INTO housing_unit (id, code) VALUES ('u', 'BL0001')")
    yield store
    store.close()


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program of a later version: its migrations have one step more. Returns that step's file."""
    scripts = tmp_path / "later"
    shutil.copytree(Path(migrate.__file__).parent / "migrations", scripts)
    step = scripts / "versions" / "9999_solar_panels.py"
    step.write_text(NEXT.format(newest=newest(), then=""), encoding="utf-8")
    monkeypatch.setattr(migrate, "_SCRIPTS", scripts)
    return step


def newest() -> str:
    return str(_scripts().get_current_head())


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(Path(migrate.__file__).parent / "migrations"))


def test_there_is_one_newest_step_and_each_file_begins_with_its_name():
    steps = list(_scripts().walk_revisions())
    assert _scripts().get_heads() == [max(step.revision for step in steps)]
    assert all(Path(step.path).name.startswith(f"{step.revision}_") for step in steps)


def columns(store: Store) -> list[str]:
    with store.reading() as connection:
        return [row[1] for row in connection.exec_driver_sql("PRAGMA table_info(housing_unit)")]


def revision(store: Store) -> str:
    with store.reading() as connection:
        return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()


def copies(store: Store) -> list[Path]:
    return (
        sorted((store.path.parent / migrate.COPIES).glob("*")) if (store.path.parent / migrate.COPIES).exists() else []
    )


def test_a_store_of_this_version_is_left_alone(store: Store):
    assert not migrate.upgrade(store, FixedClock())
    assert copies(store) == []


def test_a_new_store_is_not_copied(store: Store):
    assert copies(store) == []


def test_an_older_store_is_brought_up_and_keeps_its_records(store: Store, later: Path):
    assert "solar_panels" not in columns(store)
    assert migrate.upgrade(store, FixedClock())
    assert "solar_panels" in columns(store)
    with store.reading() as connection:
        assert connection.exec_driver_sql("SELECT code FROM housing_unit").scalars().all() == ["BL0001"]
    assert not migrate.upgrade(store, FixedClock())


def test_an_older_store_is_copied_as_it_was_before(store: Store, later: Path):
    before = revision(store)
    migrate.upgrade(store, FixedClock("2026-11-22T09:00:00Z"))
    (copy,) = copies(store)
    assert copy.name == f"prima-di-{before}-20261122T090000Z.db"
    older = Store(copy, KEY)
    assert (revision(older), "solar_panels" in columns(older)) == (before, False)
    with older.reading() as connection:
        assert connection.exec_driver_sql("SELECT code FROM housing_unit").scalars().all() == ["BL0001"]
    older.close()


def test_a_step_that_fails_leaves_the_store_as_it_was(store: Store, later: Path):
    before = revision(store)
    later.write_text(NEXT.format(newest=before, then="raise ZeroDivisionError"), encoding="utf-8")
    with pytest.raises(ZeroDivisionError):
        migrate.upgrade(store, FixedClock())
    assert (revision(store), "solar_panels" in columns(store)) == (before, False)


def test_it_can_be_tried_again_in_the_same_second(store: Store, later: Path):
    text = later.read_text(encoding="utf-8")
    later.write_text(NEXT.format(newest=revision(store), then="raise ZeroDivisionError"), encoding="utf-8")
    with pytest.raises(ZeroDivisionError):
        migrate.upgrade(store, FixedClock())
    later.write_text(text, encoding="utf-8")
    assert migrate.upgrade(store, FixedClock())


def test_the_guards_are_renewed_with_the_tables(store: Store, later: Path):
    with store.structuring() as connection:
        connection.exec_driver_sql("DROP TRIGGER housing_unit_logged_update")
    migrate.upgrade(store, FixedClock())
    with store.reading() as connection:
        names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all()
    assert "housing_unit_logged_update" in names


def test_a_store_of_a_newer_program_is_refused_in_words_and_left_alone(store: Store):
    with store.structuring() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Mendable, match="versione più recente"):
        migrate.upgrade(store, FixedClock())
    assert (revision(store), copies(store)) == ("9999", [])
