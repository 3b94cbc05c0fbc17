"""Bringing a store to the tables of this version, with a copy of it before each change."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect

from ala_desktop.core.clock import Clock
from ala_desktop.core.errors import Mendable
from ala_desktop.models import guards
from ala_desktop.models.catalog import build
from ala_desktop.models.engine import Store

COPIES = "copie"
_VERSION = "alembic_version"
_SCRIPTS = Path(__file__).parent / "migrations"


def upgrade(store: Store, clock: Clock) -> bool:
    """Bring `store` to the newest tables; returns whether anything changed. An old store is copied first.

    Raises:
        Mendable: the store was written by a newer program.
    """
    current, known = _revision(store), _revisions()
    if current == known[-1]:
        return False
    if current is not None:
        _refuse_newer(current, known)
        _copy_before(store, current, clock)
    with store.structuring() as connection:
        # Alembic takes a fifth of a start to load, and nearly never is there anything to do.
        from ala_desktop.models.migrating import bring_up

        bring_up(connection, _SCRIPTS)
        _renew_guards(connection)
    return True


def is_empty(store: Store) -> bool:
    """Whether `store` has no tables of ours: it was never prepared, or what it held is gone."""
    return _revision(store) is None


def _renew_guards(connection: Connection) -> None:
    """Triggers follow from the catalog: drop what is there, make them anew."""
    names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all()
    for name in names:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    for statement in guards.statements(build()):
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql("INSERT OR IGNORE INTO write_guard (one, mode) VALUES (1, 0)")


def _revision(store: Store) -> str | None:
    with store.reading() as connection:
        if not inspect(connection).has_table(_VERSION):
            return None
        return connection.exec_driver_sql(f"SELECT version_num FROM {_VERSION}").scalar()  # noqa: S608


def _revisions() -> list[str]:
    """The revisions that this program knows, oldest first: their files begin with them."""
    return sorted(path.name[:4] for path in (_SCRIPTS / "versions").glob("[0-9]*_*.py"))


def _refuse_newer(current: str, known: list[str]) -> None:
    if current not in known:
        raise Mendable(
            "L'archivio è di una versione più recente",
            "È stato aperto con una versione del programma successiva a questa.",
            "Aggiornare il programma su questo PC e riaprire.",
        )


def _copy_before(store: Store, current: str, clock: Clock) -> None:
    folder = store.path.parent / COPIES
    folder.mkdir(exist_ok=True)
    stamp = clock.now().replace(":", "").replace("-", "")
    store.copy_to(folder / f"prima-di-{current}-{stamp}.db")
