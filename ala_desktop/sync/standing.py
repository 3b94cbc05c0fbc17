"""How a transaction stands in the log when it is folded: on whose line, and what its author had seen (ADR 14)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ala_desktop.sync.bases import unpack
from ala_desktop.sync.fold import Origin, fold
from ala_desktop.sync.ledger import Ledger, Line, Way
from ala_desktop.sync.protocol import Op, Transaction
from ala_desktop.sync.state import PENDING, Stamp, State

Seen = Iterable[tuple[int, int, str]]
"""As in a frame's header: (epoch, seq, the hub's chain there)."""
_TRUNK = Way(PENDING, {})
"""Before frames said what they rest on there was one epoch, and nothing but the trunk."""


@dataclass(frozen=True, slots=True)
class View:
    """What the author of a frame knew besides their own line.

    Attributes:
        own: lines that theirs grew out of, each up to a seq.
        ways: from the trunk to the author's log, by epoch.
    """

    own: Mapping[str, int]
    ways: Mapping[int, Way]

    def covers(self, base: int, seq: int) -> bool:
        """Whether a reader at `base` had the transaction that stands at `seq` of the trunk."""
        epoch, read = unpack(base)
        way = self.ways.get(epoch)
        if way is None or not seq:
            return not seq
        if seq <= way.join:
            return seq <= read
        there = way.beyond.get(seq)
        return there is not None and there <= read

    def here(self, named: int) -> int:
        """Where on the trunk the transaction stands that was at place `named` of the author's log; 0: nowhere."""
        epoch, seq = unpack(named)
        way = self.ways.get(epoch)
        if way is None:
            return 0
        if seq <= way.join:
            return seq
        return next((trunk for trunk, there in way.beyond.items() if there == seq), 0)


class Placed(Origin):
    """An origin on a log that has branches, or on a line that grew out of another."""

    view: View

    def sees(self, writer: Stamp, base: int) -> bool:
        """As `Origin.sees`, on the author's own branch of device and of log."""
        if writer.incarnation == self.incarnation or writer.seq <= self.view.own.get(writer.incarnation, 0):
            return True
        return self.view.covers(base, writer.seq)


@dataclass(frozen=True, slots=True)
class Standing:
    """Of all transactions of a frame: the line, the name of the PC, and the view where the seqs alone do not tell."""

    line: str
    device: str
    view: View | None = None

    def origin(self, seq: int) -> Origin:
        """Of the transaction at a place."""
        if self.view is None:
            return Origin(seq, self.line, self.device)
        placed = Placed(seq, self.line, self.device)
        placed.view = self.view
        return placed


def standing(ledger: Ledger, name: str, device: str, seen: Seen, *, branched: bool) -> Standing:
    """The standing of a frame on the line `name`; `branched`: whether the log knows of any side branch."""
    line = ledger.line(name)
    if line is None or not (branched or line.parent):
        return Standing(name, device)
    return Standing(name, device, view(ledger, ledger.own(line), seen))


def view(ledger: Ledger, own: Mapping[str, int], seen: Seen) -> View:
    """What an author had seen who pins these places."""
    ways = {epoch: ledger.way(seq, there) for epoch, seq, there in seen}
    return View(own, ways or {1: _TRUNK})


def waiting_line(ledger: Ledger, incarnation: str, previous: str) -> tuple[str, dict[str, int]]:
    """The line of what waits to be sent after the frame `previous`, and what that grew out of.

    A line that would begin with it has no name yet; it is called by one that no line of the log has.
    """
    spot = ledger.spot(previous) if previous else None
    line = ledger.line(spot.line) if spot else None
    if spot is None or line is None:
        return (incarnation if ledger.line(incarnation) is None else f"{incarnation}~"), {}
    if (line.last, line.incarnation) == (spot.last, incarnation):
        return line.name, ledger.own(line)
    grown = Line(f"{incarnation}~", incarnation, 0, line.name, spot.last)
    return grown.name, ledger.own(grown)


def fold_at(state: State, transaction: Transaction, origin: Origin) -> None:
    """Fold a transaction where it stands; the claims that it closes are named as they are called here."""
    if isinstance(origin, Placed) and any(op.closes for op in transaction.ops):
        transaction = transaction.only([_with_closes(state, op, origin.view) for op in transaction.ops])
    fold(state, transaction, origin)


def _with_closes(state: State, op: Op, view: View) -> Op:
    record = state.records.get(op.id)
    named = {(field, view.here(seq)) for field, _, seq in op.closes}
    claims = record.claims.values() if record else ()
    closes = [(c.field, c.incarnation, c.seq) for c in claims if (c.field, c.seq) in named]
    return Op(op.kind, op.id, op.base, op.put, closes)
