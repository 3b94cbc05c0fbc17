"""Offices to measure on: opened cheaply, with invented units. Times nothing itself."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from ala_desktop.core.ids import new_id
from ala_desktop.fields.spec import Catalog
from ala_desktop.models.catalog import build
from ala_desktop.models.housing import CONDITIONS, DESIGNATIONS, OCCUPANCIES, OWNERS
from ala_desktop.models.keyring import Cost
from ala_desktop.services.desk import Desk
from ala_desktop.services.office import NewOffice, Office
from ala_desktop.sync.capture import Change

NEW_OFFICE = NewOffice("A995", "Borghetto Lodigiano", "Piera Invernizzi")
PASSPHRASE = "gelso nebbia cascina"
CHEAP = Cost(memory=64, passes=1)
"""Key derivation that costs nothing, where something else is measured."""

STREETS = (
    "Via A. De Gasperi", "Cascina Cà del Bosco", "Via Garibaldi", "Vicolo Sant'Antonio", "Piazza della Libertà",
    "Via Don Minzoni", "Viale Agnelli", "Via Roma", "Via XXV Aprile", "Strada Provinciale 107",
)  # fmt: skip


def new_desk(folder: Path, catalog: Catalog | None = None) -> Desk:
    """A new office in `folder`, open."""
    return Office(folder, catalog or build(), cost=CHEAP).set_up(NEW_OFFICE, PASSPHRASE)[0]


def units(count: int) -> Iterator[list[Change]]:
    """One transaction for each of `count` invented housing units; the same ones each time, but for their ids."""
    draw = random.Random(61)
    for number in range(count):
        yield [Change("housing_unit", new_id(), _unit(draw, number))]


def _unit(draw: random.Random, number: int) -> dict[str, str | int | None]:
    return {
        "code": f"BL{number:06}",
        "address": draw.choice(STREETS),
        "street_number": draw.choice(("1", "7/A", "12", "3 bis", "s.n.c.", str(draw.randint(2, 180)))),
        "stair": draw.choice(("A", "B", None)),
        "floor": draw.choice(("S1", "T", "R", "1", "2", "3")),
        "interior": str(draw.randint(1, 20)),
        "cadastral_sheet": str(draw.randint(1, 30)),
        "cadastral_parcel": str(draw.randint(1, 900)),
        "cadastral_subunit": str(700 + number),
        "cadastral_rooms": draw.choice((20, 30, 35, 40, 50)),
        "net_area_sqm": draw.randint(2_800, 11_000),
        "lift": draw.choice((1, 0, None)),
        "owner_body": draw.choice(tuple(OWNERS)),
        "designation": draw.choice(tuple(DESIGNATIONS)),
        "occupancy": draw.choice((*OCCUPANCIES, None)),
        "condition": draw.choice((*CONDITIONS, None)),
        "rent_cents": draw.randint(4_000, 48_000),
        "last_inspection": f"20{draw.randint(14, 25)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}",
    }
