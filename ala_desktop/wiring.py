"""Builds the services out of the settings, without Qt. The only place that wires."""

from __future__ import annotations

from pathlib import Path

from ala_desktop.models.catalog import build
from ala_desktop.services.attachments.attachments import Attachments
from ala_desktop.services.desk import Desk
from ala_desktop.services.office import Office
from ala_desktop.services.sharing.exchange import Exchange, Progress, Report, Stop
from ala_desktop.services.sharing.file_exchange import FileExchange


def open_office(folder: Path) -> Office:
    """The office in a data folder, not yet opened."""
    return Office(folder, build())


def exchange_of(desk: Desk) -> Exchange:
    """The exchange of an open office, over HTTP."""
    # What HTTP needs takes long to load, and most commands and the first page do without.
    from ala_desktop.sync.transport_http import HttpTransport

    return Exchange(desk, HttpTransport)


def attachments_of(desk: Desk) -> Attachments:
    """Attachments of an open office, fetched over HTTP."""
    return Attachments(desk, exchange_of(desk))


def file_exchange_of(desk: Desk) -> FileExchange:
    """The exchange of an open office by file."""
    return FileExchange(desk, exchange_of(desk))


def exchange_round(desk: Desk, progress: Progress | None = None, stop: Stop | None = None) -> Report:
    """One exchange of an open office, with what follows from it (`Exchange.round`).

    Raises:
        Mendable: as `Exchange.run`.
    """
    return exchange_of(desk).round(progress, stop)
