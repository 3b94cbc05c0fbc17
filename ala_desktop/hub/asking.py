"""Who asks: the signature over a request, its nonce, its body. The tenant follows from the device alone."""

from __future__ import annotations

import asyncio
import re
import threading
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping
from typing import NamedTuple

from starlette.requests import ClientDisconnect

from ala_desktop.hub.cards import certificate_in
from ala_desktop.hub.identity import Identity
from ala_desktop.hub.store import Device, Store
from ala_desktop.sync import signing
from ala_desktop.sync.declined import Declined
from ala_desktop.sync.signing import Request

_NONCE = re.compile(r"[0-9a-f]{32}").fullmatch
_NONCE_BYTES = 16
_REMEMBERED, _DEVICES = 256, 10_000
"""Nonces remembered of a device, and of how many devices: the ones that asked last."""


class Claims(NamedTuple):
    """What the headers of a request say of it; nothing is checked yet."""

    device: str
    nonce: str
    body: str
    signature: str
    card: str


def claims_of(headers: Mapping[str, str]) -> Claims:
    """The claims in the headers; empty text for what is missing."""
    names = (signing.DEVICE, signing.NONCE, signing.BODY, signing.SIGNATURE, signing.CARD)
    return Claims(*(headers.get(name, "") for name in names))


class Nonces:
    """The nonces that devices used of late, so that a recorded request cannot be played again.

    Of each device one run of bytes, the newest nonce at its end: as texts they would take ten times the memory.
    """

    def __init__(self) -> None:
        self._seen: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def use(self, device: str, nonce: str) -> bool:
        """Whether the device uses this nonce (hex) for the first time, as far as is remembered."""
        fresh = bytes.fromhex(nonce)
        with self._lock:
            used = self._seen.get(device, b"")
            if _holds(used, fresh):
                return False
            self._seen[device] = (used + fresh)[-_REMEMBERED * _NONCE_BYTES :]
            self._seen.move_to_end(device)
            if len(self._seen) > _DEVICES:
                self._seen.popitem(last=False)
            return True


def _holds(used: bytes, nonce: bytes) -> bool:
    """Whether a nonce is in a run of them; what only spans two of them is none."""
    at = used.find(nonce)
    while at % _NONCE_BYTES and at >= 0:
        at = used.find(nonce, at + 1)
    return at >= 0


class Asking:
    """Checks requests of enrolled devices."""

    def __init__(self, store: Store, identity: Identity) -> None:
        self._store = store
        self._identity = identity
        self._nonces = Nonces()

    def device(self, method: str, target: str, claims: Claims, *, by_card: bool = False) -> Device:
        """The device that signed this request, before its body is read.

        Args:
            method, target: of the request.
            claims: what its headers say.
            by_card: whether the hub's own certificate is enough for a device that is not known.

        Raises:
            Declined: `bad_request`, `unknown_device`, `bad_signature`, `repeated_nonce`, `revoked`.
        """
        if not _NONCE(claims.nonce):
            raise Declined("bad_request", "nonce")
        device = self._store.device(claims.device)
        if device is None and by_card and claims.card:
            device = certificate_in(claims.card, claims.device, self._identity).device
        if device is None:
            raise Declined("unknown_device", claims.device[:32])
        request = Request(self._identity.hub, method, target, claims.device, claims.nonce, claims.body)
        if not signing.request_is_signed(request, claims.signature, device.sign_key):
            raise Declined("bad_signature", "request")
        if not self._nonces.use(device.device, claims.nonce):
            raise Declined("repeated_nonce", claims.nonce)
        if device.revoked:
            raise Declined("revoked", device.device)
        return device


async def bounded(chunks: AsyncIterator[bytes], most: int) -> bytes:
    """A body of at most `most` bytes; reading stops where it grows longer.

    Raises:
        Declined: `too_large`.
    """
    parts: list[bytes] = []
    size = 0
    async for chunk in chunks:
        size += len(chunk)
        if size > most:
            raise Declined("too_large", f"more than {most} bytes")
        parts.append(chunk)
    return b"".join(parts)


class Torn(NamedTuple):
    """What came of a body, and whether it broke off."""

    data: bytes
    torn: bool


async def bounded_or_torn(chunks: AsyncIterator[bytes], most: int, seconds: float) -> Torn:
    """As `bounded`; what had come when the line broke, or after so many seconds, is given all the same.

    Raises:
        Declined: `too_large`.
    """
    data = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for chunk in chunks:
                data += chunk
                if len(data) > most:
                    raise Declined("too_large", f"more than {most} bytes")
    except (ClientDisconnect, TimeoutError):
        return Torn(bytes(data), torn=True)
    return Torn(bytes(data), torn=False)


def refuse_other_body(claims: Claims, body: bytes) -> None:
    """Make sure that the body is the one that was signed.

    Raises:
        Declined: `bad_signature`.
    """
    if signing.body_hash(body) != claims.body:
        raise Declined("bad_signature", "body")
