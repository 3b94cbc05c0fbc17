"""A hub that was restored takes back from the PCs what it lost (ADR 14, 9 and 10).

What is offered was signed by this hub when it served it; frames are checked as if a stranger had brought them. All of
it is taken up in one transaction under the tenant's lock, or nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

from ala_desktop.core.clock import Clock
from ala_desktop.core.tenants import ALA
from ala_desktop.hub.cards import Card
from ala_desktop.hub.identity import Identity
from ala_desktop.hub.sight import leads_home
from ala_desktop.hub.store import Before, Device, Reading, Store, Tenancy
from ala_desktop.hub.trunk import Trunk, device_of
from ala_desktop.sync import chain, envelope, signing
from ala_desktop.sync.declined import Declined
from ala_desktop.sync.envelope import Frame
from ala_desktop.sync.messages import Common, Missing, Offer
from ala_desktop.sync.notices import Enrolment, Graft, open_notice
from ala_desktop.sync.protocol import Entry, Malformed

MOST_NAMED = 1_000
"""Missing frames named in one answer."""


class Recovery:
    """Compares logs, and takes offers."""

    def __init__(self, store: Store, identity: Identity, clock: Clock) -> None:
        self._store = store
        self._identity = identity
        self._clock = clock

    def compare(self, tenant: str, places: Sequence[tuple[int, str]]) -> Common:
        """Which of a PC's places this hub knows; they are in order."""
        with self._store.reading(tenant) as here:
            known = trunk = -1
            for index in range(len(places) - 1, -1, -1):
                on_trunk = _on_trunk(here, *places[index])
                if known < 0 and (on_trunk or leads_home(here.way(places[index][1]), places[index][0])):
                    known = index
                if on_trunk:
                    trunk = index
                    break
        return Common(known, trunk)

    def offer(self, tenant: str, offer: Offer) -> Missing:
        """Take a stretch up, once all its frames are here; what is missing is awaited.

        Raises:
            Declined: `bad_request`, `bad_signature`: it is none that this hub served; `unknown_position`: nor does the
                hub know where it begins; `bad_frame`, `unknown_device`, `other_keys`, `other_comune`: a frame of it
                cannot be taken.
        """
        self._refuse_unsigned(tenant, offer)
        names = [entry.header_hash for entry in offer.entries]
        with self._store.reading(tenant) as here:
            if self._is_done(here, offer):
                return Missing([])
            lacking = set(names) - here.present(names)
            lacking -= here.offered_among(lacking)
        if lacking:
            with self._store.locked(tenant) as tenancy:
                tenancy.expect(lacking, self._clock.now()[:10])
            return Missing([name for name in names if name in lacking][:MOST_NAMED])
        check = self._verified(tenant, offer)
        with self._store.locked(tenant) as tenancy:
            if not self._is_done(tenancy, offer):
                self._take(tenancy, tenant, offer, check)
            tenancy.forget_offered(names)
        return Missing([])

    def put(self, tenant: str, name: str, sealed: bytes) -> None:
        """Keep a frame that an offer lacks.

        Raises:
            Declined: `bad_frame`: it is not that frame; `bad_request`: nobody awaits it.
        """
        try:
            frame = envelope.split(sealed)
        except Malformed as problem:
            raise Declined("bad_frame", str(problem)) from problem
        header = frame.header
        if (frame.hash, header.tenant, header.hub) != (name, tenant, self._identity.hub):
            raise Declined("bad_frame", "another frame than its name says")
        with self._store.locked(tenant) as tenancy:
            if not tenancy.put_offered(name, sealed):
                raise Declined("bad_request", "a frame that no offer lacks")

    def recall(self, card: Card) -> None:
        """Let a device in again that shows the hub's own certificate; a device that is known stays as it is."""
        device = card.device
        known = self._store.device(device.device)
        if known is not None:
            return
        with self._store.locked(device.tenant) as tenancy:
            Trunk(tenancy, device.tenant, self._identity).repeat(card.frame, card.sealed)

    # --- what is offered ----------------------------------------------------------------------------------------------

    def _refuse_unsigned(self, tenant: str, offer: Offer) -> None:
        """Make sure that the entries follow each other, and that this hub signed where they end."""
        end, seq = offer.fork, offer.entries[0].first_seq
        for entry in offer.entries:
            if entry.first_seq != seq:
                raise Declined("bad_request", "entries that do not follow each other")
            end, seq = chain.hub_chain(end, entry), seq + entry.count
        if (offer.end.chain, offer.end.seq) != (end, seq - 1):
            raise Declined("bad_request", "entries that end elsewhere")
        public = self._identity.public
        if not signing.place_is_signed(self._identity.hub, tenant, offer.end, offer.signature, public):
            raise Declined("bad_signature", "a place that this hub did not sign")

    def _is_done(self, here: Reading, offer: Offer) -> bool:
        """Whether the hub knows already where the offer ends.

        Raises:
            Declined: it does not even know where it begins.
        """
        if not _knows(here, offer.entries[0].first_seq - 1, offer.fork):
            raise Declined("unknown_position", "the offer begins at a place that this hub does not know")
        return _knows(here, offer.end.seq, offer.end.chain)

    def _verified(self, tenant: str, offer: Offer) -> _Check:
        """Check every frame that is not in the log; returns what was found on the way."""
        known = [one for office in dict.fromkeys((tenant, ALA)) for one in self._store.devices(office)]
        with self._store.reading(tenant) as here:
            check = _Check(known, here, tenant, self._identity)
            present = here.present([entry.header_hash for entry in offer.entries])
            for entry in offer.entries:
                try:
                    check.frame(entry, here.offered(entry.header_hash), known=entry.header_hash in present)
                except Malformed as problem:
                    broken, reason = entry.header_hash, str(problem)
                    break
            else:
                broken = reason = ""
        if not broken:
            for device in check.enrolled:
                _refuse_others(device, self._store.device(device.device))
            return check
        with self._store.locked(tenant) as tenancy:
            tenancy.forget_offered([broken])  # whoever has it whole may give it back again
        raise Declined("bad_frame", f"{broken[:16]}: {reason}")

    def _take(self, tenancy: Tenancy, tenant: str, offer: Offer, check: _Check) -> None:
        """As the same log where the hub has done nothing since, else beside it."""
        trunk, end = Trunk(tenancy, tenant, self._identity), tenancy.position()
        shut_out = [device.device for device in tenancy.devices() if device.revoked]
        grafted = offer.fork != end.chain
        if grafted:
            trunk.graft(1 + max(end.epoch, check.epoch), offer.fork, offer.entries)
        present = tenancy.present([entry.header_hash for entry in offer.entries])
        for entry in offer.entries:
            if entry.header_hash not in present:
                sealed = tenancy.offered(entry.header_hash)
                if sealed is None or not check.was_checked(entry, sealed):
                    raise Declined("busy", "a frame of the offer was let go, or put again, meanwhile")
                trunk.give_back(envelope.split(sealed), sealed, entry.refused)
        if grafted:
            # Whom this hub shut out since, an older readmission does not let in again.
            for device in shut_out:
                trunk.revoke(device, self._clock.now(), revoked=True)
        elif tenancy.position() != offer.end:
            raise Declined("fault", "the log did not come out as it was")


def _on_trunk(here: Reading, seq: int, place: str) -> bool:
    return here.seqs([place]).get(place) == seq


def _knows(here: Reading, seq: int, place: str) -> bool:
    return _on_trunk(here, seq, place) or leads_home(here.way(place), seq)


class _Check:
    """Goes through the frames of an offer in order.

    Attributes:
        epoch: the highest that grafts among them began.
        enrolled: the devices that notices among them tell of.
    """

    def __init__(self, known: Sequence[Device], here: Reading, tenant: str, identity: Identity) -> None:
        self.epoch = 1
        self.enrolled: list[Device] = []
        self._here, self._tenant, self._identity = here, tenant, identity
        self._devices = {one.device: one for one in known}
        self._ends: dict[str, Before] = {}
        self._checked: dict[str, bytes] = {}

    def frame(self, entry: Entry, sealed: bytes | None, *, known: bool) -> None:
        """Check the next one; what is in the log already was checked.

        Raises:
            Malformed: it is not whole. Declined: it cannot be taken.
        """
        if known or sealed is None:
            return
        self._checked[entry.header_hash] = _digest(sealed)
        frame = envelope.split(sealed)
        header = frame.header
        if frame.hash != entry.header_hash or header.count != entry.count or header.tenant != self._tenant:
            raise Malformed("another frame than its entry says")
        if header.is_hubs:
            envelope.verify(sealed, frame, self._identity.public)
            self._notice(frame)
            return
        device = self._devices.get(header.device)
        if device is None:
            raise Declined("unknown_device", header.device[:32])
        envelope.verify(sealed, frame, device.sign_key)
        before = self._ends.get(header.previous) or self._here.precedents(header, frame.hash, []).before
        if before is None or header.first != before.next_device_seq:
            raise Malformed("does not follow what the device sent before")
        envelope.open_lines(frame, before.head)
        self._ends[frame.hash] = Before(header.first + header.count, header.head)

    def was_checked(self, entry: Entry, sealed: bytes) -> bool:
        """Whether these are the bytes of the frame that were checked: until the lock is held, others may be put."""
        return self._checked.get(entry.header_hash) == _digest(sealed)

    def _notice(self, frame: Frame) -> None:
        notice = open_notice(frame)
        if isinstance(notice, Graft):
            self.epoch = max(self.epoch, notice.epoch)
        elif isinstance(notice, Enrolment):
            device = device_of(notice, self._tenant)
            _refuse_others(device, self._devices.setdefault(device.device, device))
            self.enrolled.append(device)


def _refuse_others(device: Device, known: Device | None) -> None:
    """Make sure that a device that a notice tells of is not known as something else."""
    if known is None:
        return
    if known.tenant != device.tenant:
        raise Declined("other_comune", device.device)
    if (known.sign_key, known.box_key) != (device.sign_key, device.box_key):
        raise Declined("other_keys", device.device)


def _digest(sealed: bytes) -> bytes:
    return blake2b(sealed, digest_size=32).digest()
