"""Who this device is and how far it has come: the one row of `replica`, read and advanced."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from ala_desktop.sync import rights
from ala_desktop.sync.bases import pack
from ala_desktop.sync.protocol import Position


@dataclass(frozen=True, slots=True)
class Me:
    """What the log needs to know of this device; see `models.log.Replica`."""

    tenant: str
    comune: str
    office: str
    author: str
    device: str
    device_name: str
    ordinal: int | None
    incarnation: str
    sign_key: bytes
    box_key: bytes
    comune_key: bytes | None
    comune_key_final: int
    hub: str | None
    hub_url: str | None
    hub_key: bytes | None
    epoch: int
    seq: int
    chain: str
    signature: str
    certificate: bytes
    next_device_seq: int
    head: str
    previous: str
    last_exchange: str | None
    copied: str | None
    series_holder: str | None = None
    folded_by: str | None = None

    @property
    def position(self) -> Position:
        """How far this device has pulled its comune's log."""
        return Position(self.epoch, self.seq, self.chain)

    @property
    def holds_series(self) -> bool:
        """Whether this device numbers minutes definitively (ADR 6)."""
        return self.at_home and self.numbers(self.device, 1 if self.ordinal is None else self.ordinal)

    def numbers(self, device: str, ordinal: int) -> bool:
        """Whether a device of the comune does: the one that the hub named last, before that the first one."""
        return ordinal == 1 if self.series_holder is None else device == self.series_holder

    @property
    def at_home(self) -> bool:
        """Whether this is the log of the office that this device is of."""
        return self.tenant == self.office

    @property
    def may_append(self) -> bool:
        """Whether this device may write this log at all."""
        return rights.may_append(self.office, self.tenant)


_COLUMNS = tuple(Me.__dataclass_fields__)


def read(connection: Connection) -> Me:
    """The row."""
    row = connection.exec_driver_sql(f"SELECT {', '.join(_COLUMNS)} FROM replica").one()
    return Me(*row)


def place(connection: Connection) -> int:
    """Only how far this device has come in the log, as a base (`bases`): asked for every record that is read."""
    epoch, seq = connection.exec_driver_sql("SELECT epoch, seq FROM replica").one()
    return pack(epoch, seq)


def create(connection: Connection, me: Me) -> None:
    """Write the row of a new store."""
    marks = ", ".join("?" * len(_COLUMNS))
    values = tuple(getattr(me, column) for column in _COLUMNS)
    connection.exec_driver_sql(f"INSERT INTO replica (one, {', '.join(_COLUMNS)}) VALUES (1, {marks})", values)


def advance(connection: Connection, **changes: str | int | bytes | None) -> None:
    """Change some columns of the row."""
    unknown = changes.keys() - set(_COLUMNS)
    if unknown:
        raise KeyError(unknown)
    assignments = ", ".join(f"{column} = ?" for column in changes)
    connection.exec_driver_sql(f"UPDATE replica SET {assignments}", tuple(changes.values()))


def write(connection: Connection, was: Me, now: Me) -> None:
    """Write what differs between two readings of the row."""
    changed = {name: getattr(now, name) for name in _COLUMNS if getattr(now, name) != getattr(was, name)}
    if changed:
        advance(connection, **changed)


def note_tip(connection: Connection, place: Position) -> None:
    """Keep the last place that this store held in an epoch, as it leaves it."""
    connection.exec_driver_sql(
        "INSERT OR REPLACE INTO tip (epoch, seq, chain) VALUES (?, ?, ?)", (place.epoch, place.seq, place.chain)
    )


def seen(connection: Connection, me: Me) -> dict[int, tuple[int, str]]:
    """What the bases written here are pinned to: by epoch, the last place that this store held in it."""
    tips: dict[int, tuple[int, str]] = {
        epoch: (seq, there) for epoch, seq, there in connection.exec_driver_sql("SELECT epoch, seq, chain FROM tip")
    }
    return {**tips, me.epoch: (me.seq, me.chain)}
