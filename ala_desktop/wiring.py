"""Builds the services out of the settings, without Qt. The only place that wires."""

from __future__ import annotations

from pathlib import Path

from ala_desktop.models.catalog import build
from ala_desktop.services.desk import Desk
from ala_desktop.services.exchange import Exchange, Progress, Report, Stop
from ala_desktop.services.numbering import Numbering
from ala_desktop.services.office import Office
from ala_desktop.sync.transport_http import HttpTransport


def open_office(folder: Path) -> Office:
    """The office in a data folder, not yet opened."""
    return Office(folder, build())


def exchange_of(desk: Desk) -> Exchange:
    """The exchange of an open office, over HTTP."""
    return Exchange(desk, HttpTransport)


def exchange_round(desk: Desk, progress: Progress | None = None, stop: Stop | None = None) -> Report:
    """One exchange; minutes that came with an emergency number alone take their definitive one, which goes out too.

    Raises:
        Mendable: as `Exchange.run`.
    """
    exchange = exchange_of(desk)
    first = exchange.run(progress, stop)
    if first.stopped or not desk.holds_series or not Numbering(desk).settle():
        return first
    second = exchange.run(progress, stop)
    return Report(
        first.sent + second.sent, first.acknowledged + second.acknowledged, first.rejected + second.rejected,
        first.received + second.received, second.conflicts, second.epoch, second.seq, second.stopped,
    )  # fmt: skip
