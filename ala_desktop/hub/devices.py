"""Invitations and enrolment: how a PC of a comune, or of ALA, becomes a device that the hub knows."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import UTC, datetime, timedelta

from ala_desktop.core.clock import Clock
from ala_desktop.core.tenants import ALA, name_of, office_of
from ala_desktop.core.text import clean, fold
from ala_desktop.hub.identity import Identity
from ala_desktop.hub.store import Device, Invite, Store, Tenancy
from ala_desktop.hub.trunk import enrolment_of
from ala_desktop.sync.declined import Declined
from ala_desktop.sync.keybox import refuse_weak
from ala_desktop.sync.messages import DeviceCard, Enrolled, EnrolRequest
from ala_desktop.sync.notices import seal_notice

HOURS = 24
TRIES = 5
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no letter that is taken for a digit or another letter."""
_NAME, _SECRET = 4, 8
_ID = re.compile(r"[0-9a-f]{32}")
_KEY = re.compile(r"[0-9a-f]{64}")
_MOST_NAME = 40


class Enrolment:
    """Makes invitations and redeems them.

    A code has twelve letters in three groups: the first group names the invitation, the rest is the secret (40 bits,
    `TRIES` tries, kept as scrypt only). So guessing at random does not use up the tries of somebody's invitation.
    """

    def __init__(self, store: Store, identity: Identity, clock: Clock) -> None:
        self._store = store
        self._identity = identity
        self._clock = clock

    @property
    def clock(self) -> Clock:
        """What says how old an invitation is."""
        return self._clock

    def invite(self, comune: str) -> tuple[str, str]:
        """A fresh code for a PC of the comune with this Belfiore code or name, or of ALA; and when it expires, UTC.

        Raises:
            Mendable: the ambito has no such office.
        """
        tenant = office_of(comune).tenant
        name, secret, salt = _letters(_NAME), _letters(_SECRET), secrets.token_bytes(16)
        until = datetime.fromisoformat(self._clock.now()) + timedelta(hours=HOURS)
        expires = until.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        with self._store.locked(tenant) as tenancy:
            tenancy.add_invite(Invite(name, tenant, salt, _scrypt(secret, salt), expires, TRIES))
        return f"{name}-{secret[:4]}-{secret[4:]}", expires

    def enrol(self, request: EnrolRequest) -> Enrolled:
        """Add a device; the same device with the same code gets the same answer again.

        The caller has checked that the request is signed by the key that it names.

        Raises:
            Declined: `bad_request`, `bad_code`, `other_comune`, `other_keys`.
        """
        _refuse_shapes(request)
        name, secret = _parts(request.code)
        invite = self._store.invited(name)
        if invite is None:
            raise Declined("bad_code", "no such invitation")
        known = self._store.device(request.device)
        right = hmac.compare_digest(_scrypt(secret, invite.salt), invite.secret)
        with self._store.locked(invite.tenant) as tenancy:
            device = self._redeem(tenancy, name, request, known) if right else tenancy.count_try(name)
            epoch = tenancy.position().epoch
        if device is None:
            raise Declined("bad_code", "wrong, used, expired, or tried too often")
        return Enrolled(
            hub=self._identity.hub, hub_key=self._identity.public.hex(), tenant=device.tenant,
            comune=name_of(device.tenant), ordinal=device.ordinal, device_name=device.name, epoch=epoch,
            certificate=seal_notice(enrolment_of(device), device.tenant, self._identity.hub, self._identity.key).hex(),
        )  # fmt: skip

    def _redeem(self, tenancy: Tenancy, name: str, request: EnrolRequest, known: Device | None) -> Device | None:
        """The device of a request whose code is right; None when the invitation does not stand any more."""
        invite = tenancy.invite(name)
        if invite is None or invite.tries <= 0 or invite.expires <= self._clock.now():
            return None
        if invite.device not in ("", request.device):
            return None
        if request.tenant != invite.tenant:
            raise Declined("other_comune", invite.tenant)
        sign_key, box_key = bytes.fromhex(request.sign_key), bytes.fromhex(request.box_key)
        enrolled = tenancy.devices()
        if known is None:  # the same request may have been carried out while this one waited for the lock
            known = next((device for device in enrolled if device.device == request.device), None)
        if known is not None:
            if (known.tenant, known.sign_key, known.box_key) != (invite.tenant, sign_key, box_key):
                raise Declined("other_keys", request.device)
            return known
        ordinal = 1 + max((device.ordinal for device in enrolled), default=0)
        called = _called(invite.tenant, clean(request.device_name)[:_MOST_NAME] or f"PC {ordinal}")
        device = Device(
            invite.tenant, request.device, called, ordinal, sign_key, box_key, self._clock.now(), revoked=False
        )
        tenancy.enrol(name, device)
        return device


def _called(office: str, name: str) -> str:
    """What logs call a device. Where it says ALA, it is ALA's: in a comune's log this is what people see."""
    says_ala = fold(name).partition(" ")[0] == fold(ALA)
    if office == ALA:
        return name if says_ala else f"{ALA} {name}"
    return f"PC {name}" if says_ala else name


def card_of(device: Device, *, agency: bool = False) -> DeviceCard:
    """What other devices are told of one."""
    return DeviceCard(
        device=device.device, name=device.name, ordinal=device.ordinal, sign_key=device.sign_key.hex(),
        box_key=device.box_key.hex(), revoked=device.revoked, agency=agency,
    )  # fmt: skip


def _letters(count: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(count))


def _parts(typed: str) -> tuple[str, str]:
    """Name and secret of a code as people type it: any case, any dashes, O for zero, I and L for one."""
    bare = re.sub(r"[^0-9A-Z]", "", typed.upper()).translate(str.maketrans("OIL", "011"))
    if len(bare) != _NAME + _SECRET:
        raise Declined("bad_code", "not a code")
    return bare[:_NAME], bare[_NAME:]


def _scrypt(secret: str, salt: bytes) -> bytes:
    return hashlib.scrypt(secret.encode(), salt=salt, n=2**13, r=8, p=1)


def _refuse_shapes(request: EnrolRequest) -> None:
    whole = _ID.fullmatch(request.device) and _KEY.fullmatch(request.sign_key) and _KEY.fullmatch(request.box_key)
    if not whole or len(request.code) > 100 or len(request.device_name) > 1_000:
        raise Declined("bad_request", "id, keys or lengths")
    try:  # the other PCs of the comune refuse a list of devices with such a key in it, all of it
        refuse_weak(bytes.fromhex(request.sign_key), bytes.fromhex(request.box_key))
    except ValueError as problem:
        raise Declined("bad_request", "keys that are none") from problem
