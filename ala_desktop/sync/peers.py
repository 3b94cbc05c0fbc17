"""The other devices that may write a log, as this one knows them: the table `peer`, read and written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import Connection

from ala_desktop.core.text import clean
from ala_desktop.sync.keybox import Card, refuse_weak
from ala_desktop.sync.messages import DeviceCard
from ala_desktop.sync.replica import Me


class Peer(NamedTuple):
    """Another device of the comune; see `models.log.Peer`."""

    device: str
    name: str
    ordinal: int
    sign_key: bytes
    box_key: bytes
    confirmed: int
    revoked: int
    agency: int = 0

    @property
    def card(self) -> Card:
        """What is public of it."""
        return Card(self.device, self.sign_key, self.box_key)


class OtherKeys(ValueError):
    """The hub names other keys for a device that was known already. The argument is the device's name."""


_COLUMNS = ", ".join(Peer._fields)


def known(connection: Connection) -> list[Peer]:
    """All other devices, by ordinal."""
    return [Peer(*row) for row in connection.exec_driver_sql(f"SELECT {_COLUMNS} FROM peer ORDER BY ordinal")]


def one(connection: Connection, device: str) -> Peer | None:
    """The device of that id, if it is known."""
    row = connection.exec_driver_sql(f"SELECT {_COLUMNS} FROM peer WHERE device = ?", (device,)).one_or_none()
    return Peer(*row) if row else None


def learn(connection: Connection, me: Me, cards: Iterable[DeviceCard]) -> list[str]:
    """Note what the hub says of the comune's devices; returns the names of those that are revoked now and were not.

    Keys of a known device never change.

    Raises:
        OtherKeys: they did; nothing may be trusted.
        ValueError: a key is no key.
    """
    here = {peer.device: peer for peer in known(connection)}
    revoked: list[str] = []
    for card in cards:
        if card.device == me.device:
            continue
        sign_key, box_key = bytes.fromhex(card.sign_key), bytes.fromhex(card.box_key)
        old = here.get(card.device)
        if old is not None and (old.sign_key, old.box_key) != (sign_key, box_key):
            raise OtherKeys(old.name)
        refuse_weak(sign_key, box_key)
        name = clean(card.name) or f"PC {card.ordinal}"
        connection.exec_driver_sql(
            f"INSERT INTO peer ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, 0, ?, ?) "
            "ON CONFLICT (device) DO UPDATE SET name = excluded.name, revoked = excluded.revoked",
            (card.device, name, card.ordinal, sign_key, box_key, int(card.revoked), int(card.agency)),
        )
        if card.revoked and not (old and old.revoked):
            revoked.append(name)
    return revoked


def confirm(connection: Connection, device: str) -> None:
    """Note that a person compared a device's fingerprint: it may have the comune's key from here, or give it."""
    connection.exec_driver_sql("UPDATE peer SET confirmed = 1 WHERE device = ?", (device,))


def trust_alone(connection: Connection, device: str) -> None:
    """Note who gave the comune's key. Others that were compared while it was awaited have not had it from here."""
    connection.exec_driver_sql("UPDATE peer SET confirmed = (device = ?)", (device,))


def own_card(me: Me) -> Card:
    """What is public of this device."""
    sign_key = Ed25519PrivateKey.from_private_bytes(me.sign_key).public_key().public_bytes_raw()
    box_key = X25519PrivateKey.from_private_bytes(me.box_key).public_key().public_bytes_raw()
    return Card(me.device, sign_key, box_key)
