"""Defaults that tests start from: an office of Borghetto Lodigiano, invented people, a fixed clock."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from ala_desktop.core.clock import Clock
from ala_desktop.models.catalog import build
from ala_desktop.models.keyring import Cost
from ala_desktop.services.desk import Desk
from ala_desktop.services.office import NewOffice, Office
from ala_desktop.sync.capture import Change

PASSPHRASE = "gelso nebbia cascina"
CHEAP = Cost(memory=64, passes=1)
BORGHETTO = NewOffice("A995", "Borghetto Lodigiano", "Piera Invernizzi")
TODAY = date(2026, 11, 22)


class FixedClock(Clock):
    """A clock that stands still until it is moved."""

    def __init__(self, now: str = "2026-11-22T09:00:00Z") -> None:
        self.moment = now

    def now(self) -> str:
        return self.moment

    def today(self) -> date:
        return date.fromisoformat(self.moment[:10])


def office(folder: Path) -> Office:
    return Office(folder, build(), clock=FixedClock(), cost=CHEAP)


def desk(folder: Path) -> Desk:
    """A fresh office, open; or the one that `folder` holds already."""
    place = office(folder)
    return place.open(PASSPHRASE) if place.is_set_up else place.set_up(BORGHETTO, PASSPHRASE)[0]


def unit(desk: Desk, code: str = "BL0001", **values: str | int | None) -> str:
    """A housing unit; returns its id."""
    record = desk.new_id()
    desk.save([Change("housing_unit", record, {"code": code, "address": "Via Roma", **values})])
    return record
