"""Frames before they are sealed, by a device that signs whatever it is told to: every step can be tampered with."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import blake2b
from random import Random

import msgspec
import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ala_desktop.hub.store import Device, Invite, Store
from ala_desktop.sync import chain
from ala_desktop.sync.protocol import split_line
from tests.property.identity import IDENTITY

HUB = IDENTITY.hub
AT = "2026-11-22T09:00:00Z"


def key_of(name: str) -> Ed25519PrivateKey:
    """A key that follows from a name, so that a case can be played again."""
    return Ed25519PrivateKey.from_private_bytes(blake2b(name.encode(), digest_size=32).digest())


@dataclass
class Writer:
    """A device and where its chain stands."""

    tenant: str
    name: str
    ordinal: int
    device: str
    incarnation: str
    revoked: bool = False
    next: int = 1
    head: str = chain.START
    previous: str = ""

    @property
    def key(self) -> Ed25519PrivateKey:
        """It signs with this."""
        return key_of(self.device)

    @property
    def row(self) -> Device:
        """As the hub knows it."""
        public = self.key.public_key().public_bytes_raw()
        return Device(self.tenant, self.device, self.name, self.ordinal, public, public, AT, self.revoked)

    def enrol(self, where: Store) -> None:
        """Put it into a store without an invitation's ceremony."""
        with where.locked(self.tenant) as tenancy:
            tenancy.add_invite(Invite(self.device, self.tenant, b"", b"", AT, 1))
            tenancy.enrol(self.device, self.row)

    def follow(self, header: dict[str, object], name: str) -> None:
        """A frame of this device was admitted: the next one continues it."""
        if header["incarnation"] == self.incarnation:
            self.next = int(str(header["first_device_seq"])) + int(str(header["count"]))
            self.head, self.previous = str(header["head"]), name


def squeezed(payload: bytes) -> bytes:
    """As an honest program compresses."""
    return zstandard.ZstdCompressor(level=3).compress(payload)


def same(data: bytes) -> bytes:
    """Untampered."""
    return data


@dataclass
class Draft:
    """A frame and everything that may be done to it on its way.

    Attributes:
        writer: whose chain it continues. sender: who hands it over; None: its writer.
        salt, lines: what it carries. signer: another key than the writer's.
        changed: members of the header that are not as they should be; `...` leaves one out.
        head_bytes, joined, pack, sealed: done to the header before it is signed, to the payload before compression,
            in the place of compression, and to the whole.
    """

    writer: Writer
    salt: str
    lines: list[bytes]
    sender: Device | None = None
    signer: Ed25519PrivateKey | None = None
    batch: str = "b" * 32
    changed: dict[str, object] = field(default_factory=dict)
    head_bytes: Callable[[bytes], bytes] = same
    joined: Callable[[bytes], bytes] = same
    pack: Callable[[bytes], bytes] = squeezed
    sealed: Callable[[bytes], bytes] = same

    def seal(self) -> bytes:
        """The frame."""
        writer = self.writer
        head = self.changed.get("head") or self._head()
        payload = self.joined(b"\n".join((self.salt.encode(), *self.lines)))
        members: dict[str, object] = {
            "hub": HUB, "tenant": writer.tenant, "device": writer.device, "device_name": writer.name,
            "incarnation": writer.incarnation, "batch": self.batch, "first_device_seq": writer.next,
            "count": len(self.lines), "head": head, "previous": writer.previous, "size": len(payload), "codec": 1,
        }  # fmt: skip
        members = {name: value for name, value in (members | self.changed).items() if value is not ...}
        header = self.head_bytes(msgspec.json.encode(members, order="sorted"))
        signature = (self.signer or writer.key).sign(b"ala frame 1\n" + header)
        whole = b"".join((b"ALA1", struct.pack(">I", len(header)), header, signature, self.pack(payload)))
        return self.sealed(whole)

    def _head(self) -> str:
        """The chain after the lines, where they have one."""
        try:
            return chain.device_head(self.writer.head, self.salt, [split_line(line) for line in self.lines])
        except (msgspec.MsgspecError, RecursionError, ValueError):
            return chain.START


def hexed(chance: Random, digits: int) -> str:
    """Random hexadecimal digits."""
    return f"{chance.getrandbits(4 * digits):0{digits}x}"
