"""The model's hub: it orders, and where it finds that it lost its memory, it takes the clients' for its own."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import NamedTuple

from ala_desktop.sync import chain
from ala_desktop.sync.protocol import Entry, Refused, encode
from tests.property.restores.frames import Frame, Graft, Tip, hub_frame
from tests.property.restores.log import REPEATED, Log

_SECRET = b"the hub's key, which stands outside its store"


class Declined(Exception):
    """The hub does not do it; the argument is the code."""


class Page(NamedTuple):
    """Entries after a position, and the hub's signature over the chain after them; where the log ends."""

    entries: Sequence[Entry]
    frames: Sequence[Frame]
    signature: bytes
    end: str


class Common(NamedTuple):
    """Of the positions that a client named: the last that the hub knows at all, the last on its trunk."""

    known: int
    trunk: int


class Branch(NamedTuple):
    """What a client offers: entries and frames after a fork that the hub knows, signed once by the hub."""

    fork: str
    entries: Sequence[Entry]
    frames: Sequence[Frame]
    signature: bytes


def signed(what: str) -> bytes:
    """The hub's signature, over a chain head or a device."""
    return blake2b(what.encode(), key=_SECRET, digest_size=16).digest()


class Hub:
    """One tenant's log at the hub. Everything that it must not forget is in `log`; a backup is a copy of that."""

    def __init__(self) -> None:
        self.log = Log()

    # --- asking -------------------------------------------------------------------------------------------------------

    def _admit_device(self, device: str) -> None:
        if device not in self.log.enrolled:
            raise Declined("unknown_device")

    def pull(self, device: str, after: Tip, most: int) -> Page:
        """Entries after a position on the trunk."""
        self._admit_device(device)
        if after.chain not in self.log.at:
            raise Declined("unknown_position")
        start = self.log.chains.index(after.chain)
        entries = self.log.entries[start : start + most]
        end = self.log.chains[start + len(entries)]
        return Page(entries, self.log.frames[start : start + most], signed(end), self.log.chain)

    def compare(self, certificate: tuple[str, bytes], chains: Sequence[str]) -> Common:
        """How much of a client's log is known here; the hub's own signature lets a device in that it forgot."""
        self._check(certificate)
        known = max(i for i, one in enumerate(chains) if self.log.knows(one))
        trunk = max(i for i, one in enumerate(chains) if one in self.log.at)
        return Common(known, trunk)

    def _check(self, certificate: tuple[str, bytes]) -> None:
        device, signature = certificate
        if signed(f"device {device}") != signature:
            raise Declined("unknown_device")

    # --- taking -------------------------------------------------------------------------------------------------------

    def enrol(self, device: str) -> tuple[str, bytes]:
        """Let a device in; its certificate. Enrolment is an entry of the log, so that it comes back with it."""
        frame = hub_frame(("enrol", device), enrols=device)
        if frame.hash not in self.log.place:
            self.log.append(frame, [])
        return device, signed(f"device {device}")

    def recall(self, certificate: tuple[str, bytes]) -> None:
        """Let a device in again that shows the hub's own signature."""
        self._check(certificate)
        self.enrol(certificate[0])

    def push(self, frame: Frame) -> None:
        """Take a device's frame; the same one again changes nothing."""
        self._admit_device(frame.header.device)
        if frame.hash in self.log.place:
            return
        self.refuse_unfounded(frame)
        if self.log.parent(frame) is None:
            raise Declined("broken_chain")
        self.log.append(frame, self._verdicts(frame, {}))

    def refuse_unfounded(self, frame: Frame) -> None:
        """Nothing is ordered before what its author had seen (SYNC 13): told by hashes, not by numbers."""
        for _, _, there in frame.header.seen:
            if not self.log.knows(there):
                raise Declined("behind")

    def _verdicts(self, frame: Frame, former: dict[int, Refused]) -> list[Refused]:
        """What does not count of a frame: as was decided before, else by its content; and what is here already."""
        repeated = set(self.log.repeated(frame))
        found: list[Refused] = []
        for index, saved in enumerate(frame.saved):
            if index in repeated:
                found.append(Refused(index, REPEATED, ""))
            elif index in former and former[index].code != REPEATED:
                found.append(former[index])
            elif not former and b"vietato" in saved.line:
                found.append(Refused(index, "bad_value", ""))
        return found

    def offer(self, certificate: tuple[str, bytes], branch: Branch) -> None:
        """Take up a branch that this hub once signed: as the same log where it has done nothing since, else beside it.

        Offering the same again changes nothing.
        """
        self._check(certificate)
        if not self.log.knows(branch.fork):
            raise Declined("unknown_position")
        end = branch.fork
        for entry in branch.entries:
            end = chain.hub_chain(end, entry)
        if signed(end) != branch.signature:
            raise Declined("bad_signature")
        if self.log.knows(end):
            return
        if branch.fork == self.log.chain:
            for entry, frame in zip(branch.entries, branch.frames, strict=True):
                self.log.append(frame, entry.refused)
            assert self.log.chain == end
        else:
            self._graft(branch)

    def _graft(self, branch: Branch) -> None:
        """Begin a new epoch: name the branch's links, then add its frames that are not here, in its order."""
        epochs = [frame.graft.epoch for frame in branch.frames if frame.graft]
        graft = Graft(max([self.log.epoch, *epochs]) + 1, branch.fork, list(branch.entries))
        content = [graft.epoch, graft.fork, [encode(entry).decode() for entry in graft.entries]]
        self.log.append(hub_frame(content, graft), [])
        for entry, frame in zip(branch.entries, branch.frames, strict=True):
            if frame.hash not in self.log.place:
                former = {item.index: item for item in entry.refused}
                self.log.append(frame, self._verdicts(frame, former))
