"""The recovery sheets that this device knows, and what it left at the hub under its own: table `recovery_sheet`."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from ala_desktop.sync import sheet
from ala_desktop.sync.messages import LeftSheet
from ala_desktop.sync.replica import Me
from ala_desktop.sync.sealing import ComuneKey

_OWN, _SHOWN = "own", "shown"
_AGAIN = timedelta(days=7)
"""So often the key is left anew though nothing changed: a hub that was put back from a copy may have lost it."""


def keep_own(connection: Connection, secret: bytes) -> None:
    """Take up the sheet that is good for this PC now; the key has to be left under it."""
    if own(connection) != secret:
        _write(connection, _OWN, secret)


def own(connection: Connection) -> bytes | None:
    """The secret of this PC's sheet; None for one that was set up before sheets had any."""
    return _secret(connection, _OWN)


def to_leave(connection: Connection, me: Me, now: str) -> LeftSheet | None:
    """What has to be left at the hub now: the comune's key under a sheet or a key that is new, or a week has passed."""
    query = "SELECT secret, left, left_at FROM recovery_sheet WHERE which = ?"
    row = connection.exec_driver_sql(query, (_OWN,)).one_or_none()
    if row is None or not me.comune_key_final or me.comune_key is None:
        return None
    secret, left, left_at = row
    if left == _mark(me, secret) and _is_recent(left_at, now):
        return None
    return sealed(me, secret)


def sealed(me: Me, secret: bytes) -> LeftSheet:
    """The comune's key under the sheet of this device with that secret."""
    if me.comune_key is None:
        raise ValueError("no key of the comune here")
    blob = sheet.wrap(me.comune_key, secret, me.tenant, me.device)
    return LeftSheet(sheet.name_of(sheet.token_of(secret, me.tenant)), blob)


def note_left(connection: Connection, me: Me, left: LeftSheet, now: str) -> None:
    """Note that the hub has what `to_leave` gave; nothing is noted if the sheet changed meanwhile."""
    secret = own(connection)
    if secret is not None and left.name == sheet.name_of(sheet.token_of(secret, me.tenant)):
        query = "UPDATE recovery_sheet SET left = ?, left_at = ? WHERE which = ?"
        connection.exec_driver_sql(query, (_mark(me, secret), now, _OWN))


def keep_shown(connection: Connection, secret: bytes) -> None:
    """Note another PC's sheet that somebody typed here: the next letter shows it to the hub."""
    _write(connection, _SHOWN, secret)


def shown(connection: Connection) -> bytes | None:
    """The secret of a sheet that waits to be shown, or for the hub's answer."""
    return _secret(connection, _SHOWN)


def forget_shown(connection: Connection) -> None:
    """The hub answered, or nobody needs it any more."""
    connection.exec_driver_sql("DELETE FROM recovery_sheet WHERE which = ?", (_SHOWN,))


def _secret(connection: Connection, which: str) -> bytes | None:
    query = "SELECT secret FROM recovery_sheet WHERE which = ?"
    return connection.exec_driver_sql(query, (which,)).scalar_one_or_none()


def _write(connection: Connection, which: str, secret: bytes) -> None:
    connection.exec_driver_sql("INSERT OR REPLACE INTO recovery_sheet VALUES (?, ?, '', '')", (which, secret))


def _mark(me: Me, secret: bytes) -> str:
    """Names the sheet, the key under it and the life of the hub's log in which it was left."""
    key = ComuneKey(me.comune_key).fingerprint if me.comune_key else ""
    return f"{me.epoch}.{sheet.name_of(sheet.token_of(secret, me.tenant))}.{key}"


def _is_recent(left_at: str, now: str) -> bool:
    """A clock that went back counts as a week: leaving once more costs one question."""
    age = datetime.fromisoformat(now) - datetime.fromisoformat(left_at)
    return timedelta(0) <= age < _AGAIN
