"""Certificates: a device that a restored hub forgot shows what the hub once sealed of it (ADR 14, 6 and 9)."""

from __future__ import annotations

from typing import NamedTuple

from ala_desktop.hub.identity import Identity
from ala_desktop.hub.store import Device
from ala_desktop.hub.trunk import device_of
from ala_desktop.sync import envelope
from ala_desktop.sync.declined import Declined
from ala_desktop.sync.envelope import Frame
from ala_desktop.sync.notices import Enrolment, card_in, open_notice
from ala_desktop.sync.protocol import Malformed


class Card(NamedTuple):
    """A certificate that this hub sealed: whose it is, and the frame."""

    device: Device
    frame: Frame
    sealed: bytes


def certificate_in(text: str, device: str, identity: Identity) -> Card:
    """The certificate in a request of `device`.

    Raises:
        Declined: `unknown_device`: it is none, not this hub's, or another device's.
    """
    try:
        sealed = card_in(text)
        frame = envelope.split(sealed)
        envelope.verify(sealed, frame, identity.public)
        notice = open_notice(frame)
    except Malformed as problem:
        raise Declined("unknown_device", str(problem)) from problem
    if frame.header.hub != identity.hub or not isinstance(notice, Enrolment) or notice.device != device:
        raise Declined("unknown_device", "a certificate of something else")
    return Card(device_of(notice, frame.header.tenant), frame, sealed)
