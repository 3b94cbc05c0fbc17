"""A log folded frame by frame, from its beginning or from a snapshot of it. In memory; who wants it reads the frames.

Desktops prove their rows with it, the hub makes snapshots: one fold for all (SYNC 16, 25).
"""

from __future__ import annotations

from collections.abc import Callable

from ala_desktop.fields.spec import Catalog
from ala_desktop.sync import chain, envelope, notices
from ala_desktop.sync.envelope import Frame
from ala_desktop.sync.ledger import Ledger, Spot
from ala_desktop.sync.notices import Graft, Lease, Notice
from ala_desktop.sync.protocol import Entry, Malformed, Position
from ala_desktop.sync.snapshot import Opened
from ala_desktop.sync.standing import fold_at, standing
from ala_desktop.sync.state import State
from ala_desktop.sync.upcast import upcast


class Folding:
    """The fold of a tenant's log up to a place.

    Attributes:
        state: what the frames amount to. ledger: how they stand. reached: where the last one ends.
        holder: the device that the series were moved to last; None where they never were.
    """

    def __init__(self, catalog: Catalog, tenant: str, sealed_at: Callable[[int], bytes | None]) -> None:
        """`sealed_at`: as of `Ledger`."""
        self.state = State(catalog)
        self.ledger = Ledger(sealed_at)
        self.reached = Position(1, 0, chain.START)
        self.holder: str | None = None
        self._tenant = tenant

    def begin(self, snapshot: Opened) -> None:
        """Go on from a snapshot, instead of the beginning."""
        self.reached, self.state, self.ledger, self.holder = snapshot

    @property
    def opened(self) -> Opened:
        """What has been reached, as a snapshot says it."""
        return Opened(self.reached, self.state, self.ledger, self.holder)

    def take(self, entry: Entry, frame: Frame, sealed: bytes) -> Spot:
        """Fold the next frame, whose signature was verified; returns how it stands.

        Raises:
            Malformed: it is not what its entry says, or does not follow what its device sent before.
        """
        before, header = self.reached, frame.header
        there = chain.hub_chain(before.chain, entry)
        if (entry.first_seq, entry.header_hash, entry.count) != (before.seq + 1, frame.hash, header.count):
            raise Malformed("lotto fuori posto")
        self.reached = Position(before.epoch, before.seq + entry.count, there)
        if header.tenant != self._tenant:
            raise Malformed("il lotto appartiene a un altro registro")
        if header.is_hubs:
            self.follow(notices.open_notice(frame))
            return self.ledger.append_notice(entry, header.hub, there)
        previous = self.ledger.before(header)
        transactions = envelope.open_lines(frame, previous.head if previous else chain.START)
        spot = self.ledger.append(entry, header, there, sealed)
        branched = before.epoch > 1
        placed = standing(self.ledger, spot.line, header.device_name, header.seen, branched=branched)
        without = {item.index for item in entry.refused}
        for index, transaction in enumerate(upcast(self.state.catalog, transactions)):
            if index not in without:
                fold_at(self.state, transaction, placed.origin(entry.first_seq + index))
        return spot

    def follow(self, notice: Notice) -> None:
        """Do what the hub says in the frame that has just been reached."""
        if isinstance(notice, Lease):
            self.holder = notice.device
        if isinstance(notice, Graft):
            self.ledger.graft(notice.fork, notice.entries)
            self.reached = Position(max(notice.epoch, self.reached.epoch), self.reached.seq, self.reached.chain)
