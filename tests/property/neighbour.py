"""A PC of another comune at the same hub: it works on its own log, and tries what is not its own."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ala_desktop.sync import envelope
from ala_desktop.sync.declined import Declined
from ala_desktop.sync.transport import Contact
from tests import hub_frames
from tests.hub_frames import Pen, creation
from tests.property.identity import IDENTITY, TENANT
from tests.property.ordering_hub import START
from tests.property.pc import Pc
from tests.property.real_hub import RealHub

COMUNE = "C816"


class Neighbour:
    """Its pen writes by hand what no honest program sends."""

    def __init__(self, hub: RealHub, chance: Random) -> None:
        key = Ed25519PrivateKey.from_private_bytes(b"n" * 32)
        self._hub = hub
        self._chance = chance
        self._pen = Pen(COMUNE, device=self._id(), incarnation="f" * 16, key=key)
        self._device = self._pen.enrol(hub.store)
        self._sent: list[bytes] = []

    def _id(self) -> str:
        return f"{self._chance.getrandbits(128):032x}"

    def _frame(self, tenant: str, *, advance: bool) -> bytes:
        text = hub_frames.line(creation(self._id()))
        return self._pen.frame(text, advance=advance, hub=IDENTITY.hub, tenant=tenant, batch=self._id())

    def work(self, _: Pc) -> None:
        """A save of its own comune goes to the hub."""
        self._sent.append(self._frame(COMUNE, advance=True))
        self._hub.intake.admit(self._device, self._sent[-1])

    def send_again(self) -> None:
        """A hub that was put back gets everything that it lost."""
        for sealed in self._sent:
            self._hub.intake.admit(self._device, sealed)

    def trespass(self, _: Pc) -> None:
        """It asks for another comune's log, writes into it, and hands over another comune's frame as its own."""
        contact = Contact("", IDENTITY.hub, IDENTITY.public, self._device.device, b"n" * 32, tenant=TENANT)
        line = self._hub.lines.connect(contact)
        _refused(lambda: line.pull(START))
        for sealed in (self._frame(TENANT, advance=False), *(one.sealed for one in self._hub.log[-1:])):
            _refused(lambda sealed=sealed: self._hub.intake.admit(self._device, sealed))

    def check(self) -> None:
        """Its log has what it sent and nothing else."""
        page = self._hub.store.page(COMUNE, START, "")
        assert page is not None
        frames = [(envelope.split(item.sealed or b"").header.device, item.sealed) for item in page.arrived]
        assert [sealed for device, sealed in frames if device != IDENTITY.hub] == self._sent, "another comune's log"
        assert [device.device for device in self._hub.store.devices(COMUNE)] == [self._device.device]


def _refused(deed: Callable[[], object]) -> None:
    try:
        deed()
    except Declined:
        return
    raise AssertionError("the hub did what is not this comune's to ask")
