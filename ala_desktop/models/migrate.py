"""Bringing a store to the tables of this version, with a copy of it before each change."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, inspect

from ala_desktop.core.clock import Clock
from ala_desktop.core.errors import Mendable
from ala_desktop.models import checkup, draft, guards, local, log, sheets
from ala_desktop.models.catalog import build
from ala_desktop.models.engine import Store

METADATA: MetaData = log.Base.metadata
"""All tables: the imports of `log`, `local`, `checkup`, `draft` and `sheets` above filled it."""

LOCAL = tuple(
    table.__tablename__
    for table in (draft.Draft, checkup.Checkup, checkup.Healing, sheets.RecoverySheet, local.LinkedRecord)
)
"""Tables that are no fold of the log and no part of it."""

COPIES = "copie"
_VERSION = "alembic_version"


def upgrade(store: Store, clock: Clock) -> bool:
    """Bring `store` to the newest tables; returns whether anything changed. An old store is copied first.

    Raises:
        Mendable: the store was written by a newer program.
    """
    current, newest = _revision(store), _scripts().get_current_head()
    if current == newest:
        return False
    if current is not None:
        _refuse_newer(current)
        _copy_before(store, current, clock)
    with store.structuring() as connection:
        command.upgrade(_config(connection), "head")
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


def _refuse_newer(current: str) -> None:
    known = {script.revision for script in _scripts().walk_revisions()}
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


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())
