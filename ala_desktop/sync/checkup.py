"""What this PC knows of its own soundness, and what it tells the hub of it: the tables `checkup` and `healing`.

Digests are taken when the program is idle and kept here; an exchange only sends what is kept (SYNC 26).
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec
from sqlalchemy import Connection

from ala_desktop.fields.values import Value
from ala_desktop.sync.messages import Told, told_in
from ala_desktop.sync.proof import Discrepancy
from ala_desktop.sync.protocol import encode

Unlike = tuple[str, list[str]]
"""A device that tells something else of the same place, and the kinds of record that differ."""


class Cell(NamedTuple):
    """A shown value that healing changed: whose, what it was, what it is now; in the log's form."""

    kind: str
    id: str
    field: str
    was: Value
    now: Value


_unlike = msgspec.json.Decoder(list[Unlike]).decode
_faults = msgspec.json.Decoder(list[Discrepancy]).decode
_cells = msgspec.json.Decoder(list[Cell]).decode


class State(NamedTuple):
    """The last look of this PC at itself.

    Attributes:
        told: what the hub is told, or None.
        faults: how many things were found not to be as the log says, and are not put right yet.
        verified: when the whole log was last folded anew, UTC; None never.
        unlike: devices that tell something else. examined: those of them that this PC has looked into.
    """

    told: Told | None = None
    faults: int = 0
    verified: str | None = None
    unlike: list[Unlike] = []
    examined: list[Unlike] = []

    @property
    def due(self) -> bool:
        """Whether the store has to be looked at before the next work with the hub is done."""
        return self.faults > 0 or self.unlike != self.examined


class Healed(NamedTuple):
    """A time that the store was put right; see `models.checkup.Healing`."""

    at: str
    seq: int
    faults: list[Discrepancy]
    cells: list[Cell]
    fetched: bool


def state(connection: Connection) -> State:
    """What is known."""
    query = "SELECT told, faults, verified, unlike, examined FROM checkup"
    row = connection.exec_driver_sql(query).one_or_none()
    if row is None:
        return State()
    told, faults, verified, unlike, examined = row
    return State(told_in(told), faults, verified, _unlike(unlike), _unlike(examined))


def _keep(connection: Connection, now: State) -> None:
    connection.exec_driver_sql(
        "INSERT OR REPLACE INTO checkup (one, told, faults, verified, unlike, examined) VALUES (1, ?, ?, ?, ?, ?)",
        (now.told.text if now.told else "", now.faults, now.verified, encode(now.unlike), encode(now.examined)),
    )


def note_told(connection: Connection, told: Told) -> None:
    """Keep a fresh digest for the next exchange."""
    _keep(connection, state(connection)._replace(told=told))


def note_verified(connection: Connection, faults: int, told: Told | None, at: str) -> None:
    """Keep what a full look at the store found. It answers what other devices had given to think about.

    `told`: what the hub is told from now on; nothing, where the store is not sound.
    """
    known = state(connection)
    _keep(connection, State(told, faults, at, known.unlike, known.unlike))


def note_unlike(connection: Connection, unlike: list[Unlike]) -> None:
    """Keep what the hub says of other devices at the place that this one told of."""
    known = state(connection)
    if known.unlike != unlike:
        _keep(connection, known._replace(unlike=unlike))


def note_healed(connection: Connection, healed: Healed) -> None:
    """Write down what was put right."""
    connection.exec_driver_sql(
        "INSERT INTO healing (at, seq, faults, cells, fetched) VALUES (?, ?, ?, ?, ?)",
        (healed.at, healed.seq, encode(healed.faults), encode(healed.cells), int(healed.fetched)),
    )


def healings(connection: Connection) -> list[Healed]:
    """Every time that the store was put right, the last one first."""
    query = "SELECT at, seq, faults, cells, fetched FROM healing ORDER BY number DESC"
    return [
        Healed(at, seq, _faults(faults), _cells(cells), bool(fetched))
        for at, seq, faults, cells, fetched in connection.exec_driver_sql(query)
    ]
