"""The model's log: the trunk, and the side branches that its grafts tell of. Hub and client hold the same thing."""

from __future__ import annotations

import copy

from ala_desktop.sync import chain
from ala_desktop.sync.chain import START
from ala_desktop.sync.protocol import Entry, Refused
from tests.property.restores.frames import HUB, Frame, Tip, identity, root, unpack

REPEATED = "repeated"


class Log:
    """Entries from the start, each with its frame and the chain after it.

    Attributes:
        at: by chain, the seq of the trunk where it stands.
        place: by a frame's hash, its entry on the trunk.
        links: by chain on a side branch, the chain before and the entry between.
        order: by seq - 1, the identity of the transaction there, or an empty text in a hub's frame.
        first: by identity, the seq of its first place.
        steps: by a frame's hash, the identities of its transactions, the one before them in front.
        enrolled: devices. ghosts: transactions, by the world's number.
    """

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.frames: list[Frame] = []
        self.chains: list[str] = [START]
        self.at: dict[str, int] = {START: 0}
        self.place: dict[str, Entry] = {}
        self.links: dict[str, tuple[str, Entry]] = {}
        self.order: list[str] = []
        self.first: dict[str, int] = {}
        self.steps: dict[str, list[str]] = {}
        self.enrolled: set[str] = set()
        self.ghosts: set[int] = set()
        self.epoch = 1

    @property
    def seq(self) -> int:
        return len(self.order)

    @property
    def chain(self) -> str:
        return self.chains[-1]

    @property
    def tip(self) -> Tip:
        return Tip(self.seq, self.chain)

    def copy(self) -> Log:
        """An independent copy: a backup."""
        twin = Log()
        for name, value in vars(self).items():
            setattr(twin, name, copy.copy(value))
        return twin

    def upto(self, chain_there: str) -> Log:
        """The log as it was at a place of the trunk."""
        cut = Log()
        for frame, entry, after in zip(self.frames, self.entries, self.chains, strict=False):
            if after == chain_there:
                break
            cut.append(frame, entry.refused)
        return cut

    def knows(self, chain_there: str) -> bool:
        """Whether everything before a place is here: on the way to it, every frame stands on the trunk.

        A graft may name more than followed it: a PC that was cut off in the middle of one gave the log back.
        """
        while chain_there not in self.at:
            chain_there, entry = self.links.get(chain_there, ("", None))
            if entry is None or entry.header_hash not in self.place:
                return False
        return True

    def parent(self, frame: Frame) -> str | None:
        """The identity before the frame's transactions; None when the frame before it is not here."""
        previous = frame.header.previous
        if not previous:
            return root(frame.header.device)
        return self.steps[previous][-1] if previous in self.steps else None

    def identities(self, frame: Frame) -> list[str]:
        """The identity before the frame, then of each of its transactions."""
        parent = self.parent(frame)
        assert parent is not None, "a frame before its predecessor"
        steps = [parent]
        for saved in frame.saved:
            steps.append(identity(steps[-1], saved.line))
        return steps

    def repeated(self, frame: Frame) -> list[int]:
        """Which of a frame's transactions are in the log already, in another frame of a store that was copied."""
        return [i for i, one in enumerate(self.identities(frame)[1:]) if one in self.first]

    def append(self, frame: Frame, refused: list[Refused]) -> None:
        """Take a frame up at the end of the trunk."""
        entry = Entry(self.seq + 1, frame.header.count, frame.hash, refused)
        self.entries.append(entry)
        self.frames.append(frame)
        self.chains.append(chain.hub_chain(self.chain, entry))
        self.place[frame.hash] = entry
        self._note_transactions(frame)
        self.at[self.chain] = self.seq
        if frame.graft:
            before = frame.graft.fork
            for item in frame.graft.entries:
                after = chain.hub_chain(before, item)
                self.links[after] = before, item
                before = after
            self.epoch = max(self.epoch, frame.graft.epoch)
        if frame.enrols:
            self.enrolled.add(frame.enrols)

    def _note_transactions(self, frame: Frame) -> None:
        if frame.header.device == HUB:
            self.order.append("")
            return
        assert frame.header.device in self.enrolled, "a frame of a device that is not enrolled"
        self.steps[frame.hash] = self.identities(frame)
        for saved, one in zip(frame.saved, self.steps[frame.hash][1:], strict=True):
            self.order.append(one)
            self.first.setdefault(one, self.seq)
            self.ghosts.add(saved.ghost)

    # --- what somebody had seen ---------------------------------------------------------------------------------------

    def branch(self, tip: str) -> tuple[int, dict[str, int]]:
        """Where the way to `tip` leaves the trunk, and the seqs there of the transactions beyond, by identity."""
        beyond: dict[str, int] = {}
        while tip not in self.at:
            tip, entry = self.links[tip]
            for index, one in enumerate(self.steps.get(entry.header_hash, [""])[1:]):
                if index not in {item.index for item in entry.refused}:
                    beyond[one] = entry.first_seq + index
        return self.at[tip], beyond

    def covers(self, tips: dict[int, Tip], base: int, seq: int) -> bool:
        """Whether a reader at `base` had the transaction that stands at `seq` of the trunk.

        Decided in the epoch of the base: on the branch that the reader's log was then, not on the trunk of now.
        """
        if not base or not seq:
            return not seq
        epoch, read = unpack(base)
        join, beyond = self.branch(tips[epoch].chain)
        if seq <= join:
            return seq <= read
        there = beyond.get(self.order[seq - 1])
        return there is not None and there <= read

    def now_at(self, tips: dict[int, Tip], named: int) -> int:
        """Where on the trunk the transaction stands that was at place `named` of the author's log; 0: nowhere."""
        epoch, seq = unpack(named)
        join, beyond = self.branch(tips[epoch].chain)
        if seq <= join:
            return seq
        return next((self.first[one] for one, there in beyond.items() if there == seq), 0)
