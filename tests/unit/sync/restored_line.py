"""A line to a hub in memory that may be another one the next moment, put back from a backup (ADR 14)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from ala_desktop.sync import chain, complaints, envelope, signing
from ala_desktop.sync.declined import Declined
from ala_desktop.sync.ledger import Ledger
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
    PageHead,
    TenantHead,
    Told,
)
from ala_desktop.sync.notices import Enrolment, Graft, open_notice
from ala_desktop.sync.peers import own_card
from ala_desktop.sync.protocol import Arrived, Entry, Position
from ala_desktop.sync.transport import Transport
from tests.property.pc import Pc
from tests.property.real_hub import IDENTITY
from tests.unit.sync.restored_hub import SIGN_KEY, RestoredHub

_Result = TypeVar("_Result")
AT = "2026-11-22T09:00:00Z"


@dataclass
class Office:
    """PCs, and the hub that they see now.

    Attributes:
        most: entries of a page.
        asked: names of the questions, in order. before: what happens just before a question, by its number.
    """

    hub: RestoredHub = field(default_factory=RestoredHub)
    pcs: list[Pc] = field(default_factory=list)
    most: int = 3
    asked: list[str] = field(default_factory=list)
    before: dict[int, Callable[[], None]] = field(default_factory=dict)
    offered: dict[str, bytes] = field(default_factory=dict)
    awaited: set[str] = field(default_factory=set)

    def enrol(self, pc: Pc) -> None:
        self.hub.say(self.notice(pc))
        self.pcs.append(pc)

    def notice(self, pc: Pc) -> Enrolment:
        card = own_card(pc.desk.me)
        return Enrolment(AT, pc.device, f"PC {pc.number}", pc.number, card.sign_key.hex(), card.box_key.hex())

    def put_back(self, backup: RestoredHub) -> None:
        self.hub = backup.copied()
        self.offered.clear()
        self.awaited.clear()

    def line(self, pc: Pc) -> Line:
        return Line(self, pc)


class Line(Transport):
    def __init__(self, office: Office, pc: Pc) -> None:
        self._office, self._pc = office, pc

    def _ask(self, what: str, deed: Callable[[RestoredHub], _Result]) -> _Result:
        office = self._office
        office.asked.append(what)
        if happens := office.before.pop(len(office.asked), None):
            happens()
        return deed(office.hub)

    def push(self, sealed: bytes) -> Entry:
        def push(hub: RestoredHub) -> Entry:
            self._refuse_unknown(hub)
            frame = envelope.split(sealed)
            ledger = ledger_of(hub)
            if ledger.spot(frame.hash) is None:
                if not all(ledger.knows(seq, there) for _, seq, there in frame.header.seen):
                    raise Declined("behind")
                if frame.header.previous and ledger.spot(frame.header.previous) is None:
                    raise Declined("broken_chain")
                hub.push(sealed)
            return hub.log[-1].entry

        return self._ask("push", push)

    def _refuse_unknown(self, hub: RestoredHub) -> None:
        if self._pc.device not in enrolled(hub):
            raise Declined("unknown_device")

    def pull(self, after: Position) -> Page:
        return self._ask("pull", lambda hub: self._page(hub, after, whole=False))

    def pull_whole(self, after: Position) -> Page:
        return self._ask("pull_whole", lambda hub: self._page(hub, after, whole=True))

    def _page(self, hub: RestoredHub, after: Position, *, whole: bool) -> Page:
        self._refuse_unknown(hub)
        ledger = ledger_of(hub)
        if ledger.chain_at(after.seq) != after.chain:
            raise Declined("unknown_position")
        page = [item for item in hub.log if item.entry.first_seq > after.seq][: self._office.most]
        place = placed(hub, after.seq + sum(entry.count for entry, _ in page))
        signature = signing.sign_place(IDENTITY.hub, "A995", place, SIGN_KEY)
        head = PageHead(placed(hub, hub.seq), len(enrolled(hub)), place=place, signature=signature)
        return Page(head, [item if whole or not self._own(item) else Arrived(item.entry, None) for item in page])

    def _own(self, item: Arrived) -> bool:
        return envelope.split(item.sealed or b"").header.device == self._pc.device

    def compare(self, places: Sequence[tuple[int, str]], certificate: bytes) -> Common:
        def compare(hub: RestoredHub) -> Common:
            assert envelope.split(certificate).header.is_hubs
            ledger = ledger_of(hub)
            known = [i for i, (seq, there) in enumerate(places) if ledger.knows(seq, there)]
            trunk = [i for i, (seq, there) in enumerate(places) if ledger.chain_at(seq) == there]
            return Common(max(known, default=-1), max(trunk, default=-1))

        return self._ask("compare", compare)

    def offer(self, offer: Offer, certificate: bytes) -> Missing:
        return self._ask("offer", lambda hub: self._offered(hub, offer))

    def _offered(self, hub: RestoredHub, offer: Offer) -> Missing:
        end, ledger = offer.fork, ledger_of(hub)
        for entry in offer.entries:
            end = chain.hub_chain(end, entry)
        assert end == offer.end.chain
        assert signing.place_is_signed(IDENTITY.hub, "A995", offer.end, offer.signature, IDENTITY.public)
        if not ledger.knows(offer.entries[0].first_seq - 1, offer.fork):
            raise Declined("unknown_position")
        if ledger.knows(offer.end.seq, end):
            return Missing([])
        here = self._office.offered
        names = [entry.header_hash for entry in offer.entries]
        missing = [name for name in names if ledger.spot(name) is None and name not in here]
        if missing:
            self._office.awaited.update(missing)
            return Missing(missing[:2])
        kept = {entry.header_hash: sealed for entry, sealed in hub.log} | here
        branch = RestoredHub()
        branch.log = [Arrived(entry, kept[entry.header_hash]) for entry in offer.entries]
        branch.epoch = offer.end.epoch
        if offer.fork == hub.chain:
            for entry, sealed in branch.log:
                assert sealed is not None
                hub.adopt(entry, sealed)
        else:
            hub.graft(branch, 0, offer.fork)
        return Missing([])

    def give_back(self, name: str, sealed: bytes, certificate: bytes) -> None:
        def keep(_: RestoredHub) -> None:
            assert envelope.split(sealed).hash == name
            if name not in self._office.awaited:
                raise Declined("bad_request")
            self._office.offered[name] = sealed

        self._ask("give_back", keep)

    def recall(self, certificate: bytes) -> None:
        self._ask("recall", lambda hub: hub.say(self._office.notice(self._pc)))

    def devices(self) -> list[DeviceCard]:
        def cards(hub: RestoredHub) -> list[DeviceCard]:
            self._refuse_unknown(hub)
            known = [pc for pc in self._office.pcs if pc.device in enrolled(hub)]
            notices = [self._office.notice(pc) for pc in known]
            return [DeviceCard(n.device, n.name, n.ordinal, n.sign_key, n.box_key, revoked=False) for n in notices]

        return self._ask("devices", cards)

    def fetch_key(self) -> str:
        raise complaints.unasked()

    def tell(self, told: Told) -> None:
        pass

    def enrol(self, request: EnrolRequest) -> Enrolled:
        raise complaints.unasked()

    def tenants(self) -> list[TenantHead]:
        raise complaints.unasked()

    def put_key(self, for_device: str, blob: str) -> None:
        raise complaints.unasked()

    def leave_sheet(self, left: LeftSheet) -> None:
        raise complaints.unasked()

    def show_sheet(self, token: str) -> FoundSheet:
        raise complaints.unasked()

    def close(self) -> None:
        pass


def ledger_of(hub: RestoredHub) -> Ledger:
    """What the hub knows of its log."""
    frames = {entry.first_seq: sealed for entry, sealed in hub.log}
    ledger, there = Ledger(frames.get), chain.START
    for entry, sealed in hub.log:
        frame = envelope.split(sealed or b"")
        there = chain.hub_chain(there, entry)
        if not frame.header.is_hubs:
            ledger.append(entry, frame.header, there, sealed or b"")
            continue
        ledger.append_notice(entry, frame.header.hub, there)
        notice = open_notice(frame)
        if isinstance(notice, Graft):
            ledger.graft(notice.fork, notice.entries)
    return ledger


def notices(hub: RestoredHub, upto: int) -> list[Enrolment | Graft]:
    found: list[Enrolment | Graft] = []
    for entry, sealed in hub.log:
        frame = envelope.split(sealed or b"")
        if frame.header.is_hubs and entry.first_seq <= upto:
            notice = open_notice(frame)
            if isinstance(notice, Enrolment | Graft):
                found.append(notice)
    return found


def enrolled(hub: RestoredHub) -> set[str]:
    return {notice.device for notice in notices(hub, hub.seq) if isinstance(notice, Enrolment)}


def placed(hub: RestoredHub, seq: int) -> Position:
    epochs = [notice.epoch for notice in notices(hub, seq) if isinstance(notice, Graft)]
    return Position(max(epochs, default=1), seq, ledger_of(hub).chain_at(seq) or "")
