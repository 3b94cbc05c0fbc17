"""A migrated store has the tables, the indexes and the triggers that the record classes declare, and no others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from ala_desktop.models import guards, migrate, migrating
from ala_desktop.models.catalog import build
from ala_desktop.models.engine import Store
from tests.factory import FixedClock

KEY = bytes(range(32))


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = Store(tmp_path_factory.mktemp("migrated") / "archivio.db", KEY)
    migrate.upgrade(store, FixedClock())
    yield store
    store.close()


@pytest.fixture(scope="module")
def declared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """What SQLAlchemy makes of the classes, without any migration."""
    store = Store(tmp_path_factory.mktemp("declared") / "archivio.db", KEY)
    with store.structuring() as connection:
        migrating.METADATA.create_all(connection)
    yield store
    store.close()


@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index")
@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
def test_alembic_finds_nothing_to_do(migrated: Store):
    """It passes over indexes on expressions; the test of indexes below does not."""
    with migrated.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, migrating.METADATA) == []


def test_every_table_has_the_declared_columns(migrated: Store, declared: Store):
    assert _of_both(migrated, declared, _columns)


def test_every_table_stores_its_rows_as_declared(migrated: Store, declared: Store):
    """WITHOUT ROWID is no business of Alembic's comparison."""
    assert _of_both(migrated, declared, _without_rowid)


def test_every_index_is_as_declared_conditions_and_expressions_too(migrated: Store, declared: Store):
    found = _of_both(migrated, declared, _indexes)
    assert any("replace(fiscal_code" in sql for sql in found.values())
    assert any("_deleted IS NULL" in sql for sql in found.values())


def test_the_triggers_are_the_guards(migrated: Store):
    with migrated.reading() as connection:
        found = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE type = 'trigger'").scalars().all()
    assert sorted(found) == sorted(guards.statements(build()))


def test_every_field_of_every_kind_has_its_column(migrated: Store):
    with migrated.reading() as connection:
        for kind, spec in build().items():
            columns = {row[1]: row[2] for row in connection.exec_driver_sql(f"PRAGMA table_info({kind})")}
            for field in spec.fields.values():
                assert columns[field.name] == ("INTEGER" if field.kind.stored is int else "VARCHAR"), field.name


def _of_both(migrated: Store, declared: Store, look: Callable[[Connection], dict[str, str]]) -> dict[str, str]:
    with migrated.reading() as one, declared.reading() as other:
        found, wanted = look(one), look(other)
    found.pop("alembic_version", None)
    assert found == wanted
    return found


def _tables(connection: Connection) -> list[str]:
    return list(connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars())


def _columns(connection: Connection) -> dict[str, str]:
    """By table: name, type, required and place in the key of every column, by name."""
    found: dict[str, str] = {}
    for table in _tables(connection):
        rows = connection.exec_driver_sql(f"PRAGMA table_xinfo({table})")
        found[table] = str(sorted((row[1], row[2], row[3], row[5]) for row in rows))
    return found


def _without_rowid(connection: Connection) -> dict[str, str]:
    rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'table'").all()
    return {name: str("WITHOUT ROWID" in sql.upper()) for name, sql in rows}


def _indexes(connection: Connection) -> dict[str, str]:
    rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql NOT NULL").all()
    return {name: re.sub(r'[\s"]+', " ", sql) for name, sql in rows}
