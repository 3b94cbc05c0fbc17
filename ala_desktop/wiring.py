"""Builds the services out of the settings, without Qt. The only place that wires."""

from __future__ import annotations

from pathlib import Path

from ala_desktop.models.catalog import build
from ala_desktop.services.office import Office


def open_office(folder: Path) -> Office:
    """The office in a data folder, not yet opened."""
    return Office(folder, build())
