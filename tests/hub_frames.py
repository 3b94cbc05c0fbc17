"""Devices and frames made by hand, for tests of the hub: what an honest program would never send included."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from ala_desktop.core.ids import new_id
from ala_desktop.hub.identity import Identity
from ala_desktop.hub.intake import Intake
from ala_desktop.hub.store import Device, Invite, Store
from ala_desktop.hub.store_sqlite import SqliteStore
from ala_desktop.models.catalog import build
from ala_desktop.sync import chain, envelope
from ala_desktop.sync.protocol import CODEC, Header, Op, Put, encode, encode_header, line_of, split_line

AT = "2026-11-22T09:00:00Z"
BOX_KEY = X25519PrivateKey.from_private_bytes(b"b" * 32).public_key().public_bytes_raw()
HUB = Identity(Ed25519PrivateKey.generate())
CATALOG = build()


def store(path: Path | None = None) -> SqliteStore:
    return SqliteStore(path)


def intake(where: Store) -> Intake:
    return Intake(where, CATALOG, HUB.hub)


def creation(record: str | None = None, kind: str = "housing_unit", **put: str | int | None) -> Op:
    values: Put = dict(put or {"code": "BL0001", "address": "Via Roma"})
    return Op(kind, record or new_id(), None, values, [])


def edit(record: str, base: int, kind: str = "housing_unit", **pairs: tuple[str | int | None, str | int | None]) -> Op:
    return Op(kind, record, base, dict(pairs), [])


def line(*ops: Op, at: str = AT, author: str = "Piera Invernizzi", group: str | None = None) -> bytes:
    return line_of(at, author, group, [encode(op) for op in ops])


@dataclass
class Pen:
    """A device of a comune, and the state of its chain."""

    tenant: str = "A995"
    name: str = "PC 1"
    device: str = field(default_factory=new_id)
    incarnation: str = field(default_factory=lambda: secrets.token_hex(8))
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    next: int = 1
    head: str = chain.START
    previous: str = ""

    def row(self, ordinal: int = 1, *, revoked: bool = False) -> Device:
        return Device(
            self.tenant,
            self.device,
            self.name,
            ordinal,
            self.key.public_key().public_bytes_raw(),
            BOX_KEY,
            AT,
            revoked,
        )

    def enrol(self, where: Store, ordinal: int = 1) -> Device:
        """Put the device into a store without an invitation's ceremony."""
        name = secrets.token_hex(4)
        with where.locked(self.tenant) as tenancy:
            tenancy.add_invite(Invite(name, self.tenant, b"", b"", AT, 1))
            tenancy.enrol(name, self.row(ordinal))
        return self.row(ordinal)

    def frame(self, *lines: bytes, advance: bool = True, payload: bytes | None = None, **changed: object) -> bytes:
        """A sealed frame of these lines; `changed` replaces members of the header before it is signed."""
        salt = secrets.token_hex(32)
        try:
            head = chain.device_head(self.head, salt, [split_line(item) for item in lines])
        except (msgspec.MsgspecError, RecursionError):
            head = chain.START
        joined = envelope.Payload(salt, list(lines)).joined() if payload is None else payload
        header = Header(
            hub=HUB.hub, tenant=self.tenant, device=self.device, device_name=self.name, incarnation=self.incarnation,
            batch=new_id(), first=self.next, count=len(lines), head=head, previous=self.previous, size=len(joined),
            codec=CODEC if "seen" in changed else 1,
        )  # fmt: skip
        header = msgspec.structs.replace(header, **changed)
        sealed = envelope.seal(header, joined, self.key)
        if advance:
            self.next += len(lines)
            self.head, self.previous = head, chain.header_hash(encode_header(header))
        return sealed
