"""Runs the migrations. Apart from `migrate`, which nearly always finds that there is nothing to run."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, MetaData

from ala_desktop.models import checkup, draft, local, log, sheets

METADATA: MetaData = log.Base.metadata
"""All tables: these modules filled it as they were imported."""
_FILLED_BY = (checkup, draft, local, log, sheets)


def bring_up(connection: Connection, scripts: Path) -> None:
    """Run the migrations in a folder that this store has not had, up to the newest."""
    config = Config()
    config.set_main_option("script_location", str(scripts))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
