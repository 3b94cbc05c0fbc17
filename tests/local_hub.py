"""A hub in the same process, with everything of the real one but HTTP; its line can be cut before or after the deed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from ala_desktop.core.tenants import is_comune
from ala_desktop.hub import rights
from ala_desktop.hub.app import cards, with_signed_place
from ala_desktop.hub.cards import Card, certificate_in
from ala_desktop.hub.comparing import compared
from ala_desktop.hub.devices import Enrolment
from ala_desktop.hub.recovery import Recovery
from ala_desktop.hub.sheets import Sheets
from ala_desktop.hub.store import Device
from ala_desktop.sync import complaints
from ala_desktop.sync.declined import Declined
from ala_desktop.sync.messages import (
    Common,
    DeviceCard,
    Enrolled,
    EnrolRequest,
    FoundSheet,
    LeftSheet,
    Missing,
    Offer,
    Page,
    ShownSheet,
    TenantHead,
    Told,
)
from ala_desktop.sync.notices import card_text
from ala_desktop.sync.protocol import Entry, Position
from ala_desktop.sync.transport import Contact, Transport
from tests import hub_frames
from tests.factory import FixedClock
from tests.hub_frames import HUB

URL = "http://127.0.0.1:1"
"""Where nobody listens: the line does not go over the network."""

_Result = TypeVar("_Result")


@dataclass
class LocalHub:
    """The hub, and what is to go wrong.

    Attributes:
        asked: names of the questions, in order.
        lost_before, lost_after: by question, how many times the line is cut before or after the deed.
        wrong: by question, the error to answer with, once.
        lost: how many cuts and wrong answers there were.
    """

    asked: list[str] = field(default_factory=list)
    lost_before: dict[str, int] = field(default_factory=dict)
    lost_after: dict[str, int] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)
    lost: int = 0

    def __post_init__(self) -> None:
        self.identity = HUB
        self.store = hub_frames.store()
        self.intake = hub_frames.intake(self.store)
        self.enrolment = Enrolment(self.store, HUB, FixedClock())
        self.sheets = Sheets(self.store, FixedClock())
        self.recovery = Recovery(self.store, HUB, FixedClock())
        self.altered: Callable[[Page], Page] = lambda page: page

    def invite(self, comune: str = "A995") -> str:
        return self.enrolment.invite(comune)[0]

    def connect(self, contact: Contact) -> Transport:
        return _Line(self, contact)

    def carry(self, what: str, deed: Callable[[], _Result]) -> _Result:
        self.asked.append(what)
        self._cut(self.lost_before, what)
        if what in self.wrong:
            self.lost += 1
            raise Declined(self.wrong.pop(what))
        result = deed()
        self._cut(self.lost_after, what)
        return result

    def _cut(self, plan: dict[str, int], what: str) -> None:
        if plan.get(what, 0):
            plan[what] -= 1
            self.lost += 1
            raise complaints.away("la connessione si è interrotta")


class _Line(Transport):
    def __init__(self, hub: LocalHub, contact: Contact) -> None:
        self._hub, self._contact = hub, contact
        self._telling: Told | None = None

    @property
    def _device(self) -> Device:
        device = self._hub.store.device(self._contact.device)
        if device is None:
            raise Declined("unknown_device")
        if device.revoked:
            raise Declined("revoked")
        return device

    def enrol(self, request: EnrolRequest) -> Enrolled:
        return self._hub.carry("enrol", lambda: self._hub.enrolment.enrol(request))

    def push(self, sealed: bytes) -> Entry:
        return self._hub.carry("push", lambda: self._hub.intake.admit(self._device, sealed))

    def pull(self, after: Position) -> Page:
        return self._hub.carry("pull", lambda: self._page(after, self._device))

    def pull_whole(self, after: Position) -> Page:
        return self._hub.carry("pull_whole", lambda: self._page(after, self._device._replace(device="")))

    def tell(self, told: Told) -> None:
        self._telling = told

    @property
    def _tenant(self) -> str:
        return rights.log_asked(self._device, {"tenant": self._contact.tenant} if self._contact.tenant else {})

    def tenants(self) -> list[TenantHead]:
        def heads() -> list[TenantHead]:
            rights.refuse_all_but_ala(self._device)
            return [TenantHead(*item) for item in self._hub.store.heads().items() if is_comune(item[0])]

        return self._hub.carry("tenants", heads)

    def _page(self, after: Position, device: Device) -> Page:
        page = self._hub.store.page(self._tenant, after, device.device)
        if page is None:
            raise Declined("unknown_position")
        telling, self._telling = self._telling, None
        if telling is not None and self._tenant == device.tenant:
            page = page._replace(head=compared(self._hub.store, device, telling, page.head))
        page = page._replace(head=with_signed_place(page.head, self._tenant, self._hub.identity))
        return self._hub.altered(page)

    def devices(self) -> list[DeviceCard]:
        return self._hub.carry("devices", lambda: cards(self._hub.store, self._tenant))

    def compare(self, places: Sequence[tuple[int, str]], certificate: bytes) -> Common:
        return self._hub.carry("compare", lambda: self._hub.recovery.compare(self._log(certificate), list(places)))

    def offer(self, offer: Offer, certificate: bytes) -> Missing:
        return self._hub.carry("offer", lambda: self._hub.recovery.offer(self._log(certificate), offer))

    def give_back(self, name: str, sealed: bytes, certificate: bytes) -> None:
        self._hub.carry("give_back", lambda: self._hub.recovery.put(self._log(certificate), name, sealed))

    def recall(self, certificate: bytes) -> None:
        self._hub.carry("recall", lambda: self._hub.recovery.recall(self._card(certificate)))

    def _log(self, certificate: bytes) -> str:
        """The log that is meant; a device that the hub does not know shows its certificate."""
        device = self._hub.store.device(self._contact.device)
        if device is not None:
            return self._tenant
        asked = {"tenant": self._contact.tenant} if self._contact.tenant else {}
        return rights.log_asked(self._card(certificate).device, asked)

    def _card(self, certificate: bytes) -> Card:
        return certificate_in(card_text(certificate), self._contact.device, self._hub.identity)

    def put_key(self, for_device: str, blob: str) -> None:
        def put() -> None:
            with self._hub.store.locked(self._device.tenant) as tenancy:
                tenancy.put_key(for_device, blob)

        self._hub.carry("put_key", put)

    def fetch_key(self) -> str:
        device = self._device
        return self._hub.carry("fetch_key", lambda: self._hub.store.key_for(device.tenant, device.device) or "")

    def leave_sheet(self, left: LeftSheet) -> None:
        self._hub.carry("leave_sheet", lambda: self._hub.sheets.leave(self._device, left))

    def show_sheet(self, token: str) -> FoundSheet:
        return self._hub.carry("show_sheet", lambda: self._hub.sheets.show(self._device, ShownSheet(token)))

    def close(self) -> None:
        pass
