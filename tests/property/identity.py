"""Who the simulated hub is, and whose log it is about. Without the hub itself, which takes memory to load."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ala_desktop.hub.identity import Identity
from ala_desktop.hub.store import Device, Invite, Store
from ala_desktop.hub.trunk import enrolment_of
from ala_desktop.sync import peers
from ala_desktop.sync.notices import seal_notice
from ala_desktop.sync.replica import Me

IDENTITY = Identity(Ed25519PrivateKey.from_private_bytes(b"h" * 32))
TENANT = "A995"


def enrol(store: Store, me: Me) -> bytes:
    """Let a PC in, without an invitation's ceremony; returns its certificate."""
    card = peers.own_card(me)
    device = Device(me.office, me.device, me.device_name, me.ordinal or 0, *card[1:], "", revoked=False)
    with store.locked(me.office) as tenancy:
        tenancy.add_invite(Invite(me.device, me.office, b"", b"", "", 1))
        tenancy.enrol(me.device, device)
    return seal_notice(enrolment_of(device), device.tenant, IDENTITY.hub, IDENTITY.key)
