"""A tenant's log under its lock, where frames come in that the hub judged before or says itself (ADR 14, 6, 7, 10)."""

from __future__ import annotations

from datetime import datetime, timedelta

from ala_desktop.hub import twins
from ala_desktop.hub.identity import Identity
from ala_desktop.hub.refusing import Sorted, as_before
from ala_desktop.hub.store import Admitted, Device, Tenancy
from ala_desktop.sync import chain, envelope
from ala_desktop.sync.envelope import Frame
from ala_desktop.sync.notices import Enrolment, Graft, Notice, Revocation, open_notice, seal_notice
from ala_desktop.sync.protocol import Entry, Refused, decode_lines


class Trunk:
    """What is appended here was checked; everything that follows from it is written with it."""

    def __init__(self, tenancy: Tenancy, tenant: str, identity: Identity) -> None:
        self._tenancy = tenancy
        self._tenant = tenant
        self._identity = identity

    def say(self, notice: Notice) -> None:
        """Append a frame of the hub's own; the same one again changes nothing."""
        self.repeat(*self._sealed(notice))

    def _sealed(self, notice: Notice) -> tuple[Frame, bytes]:
        sealed = seal_notice(notice, self._tenant, self._identity.hub, self._identity.key)
        return envelope.split(sealed), sealed

    def revoke(self, device: str, now: str, *, revoked: bool) -> None:
        """Shut a device out, or let it back in, and say so; nothing where it is so already."""
        if any(one.device == device and one.revoked is revoked for one in self._tenancy.devices()):
            return
        notice = Revocation(now, device, int(revoked))
        while self._tenancy.entry(
            self._sealed(notice)[0].hash
        ):  # thrice in a second: the same one would change nothing
            notice = Revocation(_second_after(notice.at), device, int(revoked))
        self.say(notice)

    def repeat(self, frame: Frame, sealed: bytes) -> None:
        """Append a frame of the hub's own that was sealed before, if it is not there."""
        if self._tenancy.entry(frame.hash) is None:
            self.give_back(frame, sealed, [])

    def give_back(self, frame: Frame, sealed: bytes, refused: list[Refused]) -> None:
        """Append a frame at the end of the trunk, with the verdicts that it had before, and what is repeated here."""
        end, header = self._tenancy.position(), frame.header
        result = Sorted([], {}, set())
        if header.is_hubs:
            self._follow(open_notice(frame))
        else:
            result = self._resorted(frame, end.seq + 1, refused)
        entry = Entry(end.seq + 1, header.count, frame.hash, result.refused)
        admitted = Admitted(header, entry, chain.hub_chain(end.chain, entry), sealed)
        self._tenancy.append(admitted, refused=result.lost, cleared=result.found)

    def _resorted(self, frame: Frame, first_seq: int, refused: list[Refused]) -> Sorted:
        device = frame.header.device
        again = twins.repeated(self._tenancy, frame, first_seq, self._tenancy.kin(frame.header, frame.hash))
        verdicts = {item.index: item for item in refused if item.code != "repeated"}
        verdicts |= {index: Refused(index, "repeated", str(seq)) for index, seq in again.items()}
        transactions, _ = decode_lines(envelope.payload_of(frame).lines)
        return as_before(self._tenancy, device, transactions, first_seq, [verdicts[at] for at in sorted(verdicts)])

    def _follow(self, notice: Notice) -> None:
        if isinstance(notice, Enrolment):
            self._enrol(notice)
        elif isinstance(notice, Revocation):
            self._tenancy.revoke(notice.device, revoked=bool(notice.revoked))
        elif isinstance(notice, Graft):  # pyright: ignore[reportUnnecessaryIsInstance] - notices of other parts follow nothing here
            epoch = max(self._tenancy.position().epoch, notice.epoch)
            self._tenancy.add_links(epoch, notice.fork, notice.entries)

    def _enrol(self, notice: Enrolment) -> None:
        """Add the device of a notice, unless it is here; its place in the order may be somebody else's by now."""
        devices = self._tenancy.devices()
        if any(device.device == notice.device for device in devices):
            return
        taken = {device.ordinal for device in devices}
        ordinal = notice.ordinal if notice.ordinal not in taken else 1 + max(taken)
        self._tenancy.add_device(device_of(notice, self._tenant)._replace(ordinal=ordinal))

    def graft(self, epoch: int, fork: str, entries: list[Entry]) -> None:
        """Tell of a side branch; what of it is not here follows."""
        self.say(Graft(epoch, fork, entries))


def _second_after(moment: str) -> str:
    return (datetime.fromisoformat(moment) + timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%SZ")


def device_of(notice: Enrolment, tenant: str) -> Device:
    """The device that a notice in a tenant's log tells of."""
    return Device(
        tenant, notice.device, notice.name, notice.ordinal, bytes.fromhex(notice.sign_key),
        bytes.fromhex(notice.box_key), notice.at, revoked=False,
    )  # fmt: skip


def enrolment_of(device: Device) -> Enrolment:
    """What the hub says of a device, and seals as its certificate."""
    return Enrolment(
        device.enrolled, device.device, device.name, device.ordinal, device.sign_key.hex(), device.box_key.hex()
    )
