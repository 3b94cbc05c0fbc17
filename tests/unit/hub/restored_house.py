"""A hub whose log can be put back to any of its entries, and what a PC that has the whole of it offers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ala_desktop.hub.identity import Identity
from ala_desktop.hub.recovery import Recovery
from ala_desktop.hub.store import Device, Store
from ala_desktop.hub.trunk import Trunk, enrolment_of
from ala_desktop.sync import chain, envelope, signing
from ala_desktop.sync.messages import Missing, Offer
from ala_desktop.sync.notices import Graft, open_notice
from ala_desktop.sync.protocol import Arrived, Entry, Position
from tests import hub_frames
from tests.factory import FixedClock
from tests.hub_frames import HUB, Pen, creation, line

START = Position(1, 0, chain.START)


@dataclass
class House:
    """A hub of one comune over a store, with the PCs that it enrolled by notices of its log."""

    store: Store
    tenant: str = "A995"
    rows: dict[str, Device] = field(default_factory=dict)

    def enrol(self, pen: Pen) -> Pen:
        row = pen.row(1 + len(self.rows))
        self.rows[pen.device] = row
        self.say(lambda trunk: trunk.say(enrolment_of(row)))
        return pen

    def say(self, deed: Callable[[Trunk], None]) -> None:
        with self.store.locked(self.tenant) as tenancy:
            deed(Trunk(tenancy, self.tenant, HUB))

    def send(self, pen: Pen, sealed: bytes) -> Entry:
        return hub_frames.intake(self.store).admit(self.rows[pen.device], sealed)

    def save(self, pen: Pen, count: int = 1) -> Entry:
        seen = [(self.end.epoch, self.end.seq, self.end.chain)]
        return self.send(pen, pen.frame(*[line(creation()) for _ in range(count)], seen=seen))

    @property
    def log(self) -> list[Arrived]:
        page = self.store.page(self.tenant, START, "")
        assert page is not None
        return page.arrived

    @property
    def end(self) -> Position:
        return self.store.heads().get(self.tenant, START)

    @property
    def recovery(self) -> Recovery:
        return Recovery(self.store, HUB, FixedClock())

    def restored(self, where: Store, entries: int) -> House:
        """The hub as it was after so many entries."""
        before = House(where, self.tenant, dict(self.rows))
        for entry, sealed in self.log[:entries]:
            assert sealed is not None
            before.say(lambda trunk, e=entry, s=sealed: trunk.give_back(envelope.split(s), s, e.refused))
        return before

    def offer(self, after: int, upto: int | None = None, identity: Identity = HUB) -> Offer:
        """What a PC offers that pulled this log so far, from the entry `after` on."""
        entries = [item.entry for item in self.log][:upto]
        place, epoch = chain.START, 1
        fork = place
        for number, (entry, sealed) in enumerate(self.log[:upto], 1):
            place = chain.hub_chain(place, entry)
            fork = place if number == after else fork
            assert sealed is not None
            frame = envelope.split(sealed)
            notice = open_notice(frame) if frame.header.is_hubs else None
            epoch = notice.epoch if isinstance(notice, Graft) else epoch
        end = Position(epoch, entries[-1].first_seq + entries[-1].count - 1, place)
        signature = signing.sign_place(HUB.hub, self.tenant, end, identity.key)
        return Offer(fork, entries[after:], end, signature)

    def give_back(self, to: House, after: int, upto: int | None = None) -> None:
        """A PC with this log gives a restored hub what that lost."""
        offer = self.offer(after, upto)
        missing = to.recovery.offer(self.tenant, offer).missing
        frames = {entry.header_hash: sealed for entry, sealed in self.log}
        for name in missing:
            sealed = frames[name]
            assert sealed is not None
            to.recovery.put(self.tenant, name, sealed)
        assert to.recovery.offer(self.tenant, offer) == Missing([])

    def places(self) -> list[tuple[int, str]]:
        found, place = [(0, chain.START)], chain.START
        for entry, _ in self.log:
            place = chain.hub_chain(place, entry)
            found.append((entry.first_seq + entry.count - 1, place))
        return found


def other_signature(sealed: bytes) -> bytes:
    """The header, and so the name, stays."""
    at = 8 + len(envelope.split(sealed).header_bytes)
    return sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
