"""A hub in memory that can be put back: it takes forks up, says what repeats, and grafts what it had lost (ADR 14)."""

from __future__ import annotations

from copy import copy
from hashlib import blake2b
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ala_desktop.models.engine import STORE_FILE, Store
from ala_desktop.models.guards import FOLD
from ala_desktop.services.desk import Desk
from ala_desktop.sync import chain, envelope, intake
from ala_desktop.sync.intake import Taken
from ala_desktop.sync.ledger import REPEATED
from ala_desktop.sync.notices import Graft, Notice, seal_notice
from ala_desktop.sync.protocol import Arrived, Entry, Refused
from tests.property.pc import KEY, Pc
from tests.property.real_hub import IDENTITY

SIGN_KEY = Ed25519PrivateKey.from_private_bytes(b"h" * 32)
"""The private key of `IDENTITY`."""


class RestoredHub:
    """The hub's log, and what it knows of each frame's transactions."""

    def __init__(self) -> None:
        self.log: list[Arrived] = []
        self._first: dict[str, int] = {}
        self._last: dict[str, str] = {"": ""}
        self.epoch = 1

    def copied(self) -> RestoredHub:
        """A backup."""
        twin = copy(self)
        twin.log, twin._first, twin._last = list(self.log), dict(self._first), dict(self._last)
        return twin

    @property
    def chain(self) -> str:
        return self.chains[-1]

    @property
    def chains(self) -> list[str]:
        chains = [chain.START]
        for entry, _ in self.log:
            chains.append(chain.hub_chain(chains[-1], entry))
        return chains

    @property
    def seq(self) -> int:
        return sum(entry.count for entry, _ in self.log)

    def push(self, sealed: bytes, former: list[Refused] | None = None) -> None:
        """Take a device's frame; its verdicts stay as they were where it stood before."""
        frame = envelope.split(sealed)
        if any(entry.header_hash == frame.hash for entry, _ in self.log):
            return
        ids = self._identities(frame)
        refused = [Refused(i, REPEATED, str(self._first[one])) for i, one in enumerate(ids) if one in self._first]
        again = {item.index for item in refused}
        refused += [item for item in former or [] if item.index not in again and item.code != REPEATED]
        entry = Entry(self.seq + 1, frame.header.count, frame.hash, sorted(refused, key=lambda item: item.index))
        for index, one in enumerate(ids):
            self._first.setdefault(one, entry.first_seq + index)
        self._last[frame.hash] = ids[-1]
        self.log.append(Arrived(entry, sealed))

    def _identities(self, frame: envelope.Frame) -> list[str]:
        one, ids = self._last[frame.header.previous] or frame.header.device, list[str]()
        for line in envelope.payload_of(frame).lines:
            one = blake2b(one.encode() + line, digest_size=16).hexdigest()
            ids.append(one)
        return ids

    def say(self, notice: Notice) -> None:
        """Append a frame of the hub's own."""
        sealed = seal_notice(notice, "A995", IDENTITY.hub, SIGN_KEY)
        self.log.append(Arrived(Entry(self.seq + 1, 1, envelope.split(sealed).hash, []), sealed))

    def adopt(self, entry: Entry, sealed: bytes) -> None:
        """Take an entry up as it was, at the end of the log."""
        frame = envelope.split(sealed)
        if frame.header.is_hubs:
            self.log.append(Arrived(entry, sealed))
            return
        self.push(sealed, entry.refused)
        assert self.log[-1].entry == entry

    def graft(self, branch: RestoredHub, known: int, fork: str = "") -> None:
        """Take up what another life of this hub had after its first `known` frames."""
        self.epoch = max(self.epoch, branch.epoch) + 1
        lost = branch.log[known:]
        self.say(Graft(self.epoch, fork or branch.chains[known], [entry for entry, _ in lost]))
        names = {entry.header_hash for entry, _ in self.log}
        for entry, sealed in lost:
            assert sealed is not None
            if entry.header_hash in names:
                continue
            if envelope.split(sealed).header.is_hubs:
                self.log.append(Arrived(Entry(self.seq + 1, 1, entry.header_hash, []), sealed))
            else:
                self.push(sealed, entry.refused)

    def send(self, *pcs: Pc) -> None:
        for pc in pcs:
            pc.seal()
            for sealed in pc.frames():
                self.push(sealed)

    def serve(self, pc: Pc) -> Taken:
        """Give a PC everything that it has not, own frames with their bytes."""
        page = [item for item in self.log if item.entry.first_seq > pc.desk.me.seq]
        with pc.desk.store.writing(FOLD) as connection:
            return intake.take(connection, pc.desk.rows, page, "2026-11-22T10:00:00Z")

    def exchange(self, *pcs: Pc) -> None:
        """Everybody sends and receives until nothing is left."""
        for _ in range(2):
            self.send(*pcs)
            for pc in pcs:
                self.serve(pc)


def copy_of(pc: Pc, folder: Path) -> Pc:
    """A PC whose data folder is a copy of another's as it stands now."""
    folder.mkdir()
    pc.desk.store.copy_to(folder / STORE_FILE)
    twin = copy(pc)
    twin.desk = Desk(Store(folder / STORE_FILE, KEY), pc.catalog, clock=pc.clock, ids=pc.new_id)
    return twin
