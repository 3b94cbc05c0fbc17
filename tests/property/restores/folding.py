"""The real fold over a model's log: what the log adds is who had seen what, and whose line a transaction is on."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from hashlib import blake2b

import msgspec

from ala_desktop.fields.kinds import Text
from ala_desktop.fields.spec import Catalog, Field, Freeze, Merge, RecordSpec, Share
from ala_desktop.fields.values import Value
from ala_desktop.sync.fold import Origin, fold
from ala_desktop.sync.protocol import Op, Transaction, encode
from ala_desktop.sync.sealing import ComuneKey
from ala_desktop.sync.state import Stamp, State
from tests.property.restores.frames import HUB, Frame, Tip
from tests.property.restores.log import Log

KIND, SITTING, VOTE = "scheda", "seduta", "voto"
ASK, AUTO, SET, SEALED = ("nome", "via"), ("stato",), ("segni",), ("riservato",)
CLOSED, WITHIN = "approvato", "seduta_id"
KEY = ComuneKey(b"c" * 64)


def _catalog() -> Catalog:
    fields = [Field(name, Text(60), name) for name in ASK]
    fields += [Field(name, Text(60), name, merge=Merge.AUTO, why="prova") for name in AUTO]
    fields += [Field(name, Text(60), name, merge=Merge.SET, why="prova") for name in SET]
    fields += [Field(name, Text(60), name, share=Share.COMUNE) for name in SEALED]
    frozen = Freeze(SITTING, "stato", frozenset({CLOSED}))
    return Catalog([
        _spec(KIND, fields),
        _spec(SITTING, [Field(name, Text(60), name) for name in ("stato", "luogo")], frozen),
        _spec(VOTE, [Field(name, Text(60), name) for name in (WITHIN, "parere")], replace(frozen, within=WITHIN)),
    ])  # fmt: skip


def _spec(kind: str, fields: list[Field], freeze: Freeze | None = None) -> RecordSpec:
    return RecordSpec(kind, kind, kind, {item.name: item for item in fields}, freeze=freeze)


CATALOG = _catalog()


@dataclass
class Line:
    """What one store wrote in one life: a stretch of a device's chain without forks.

    Attributes:
        name: stands for the author in stamps and claims.
        last: identity of its newest transaction.
        own: the lines that it grew out of, each up to a seq: what was written there, its author wrote.
    """

    name: str
    incarnation: str
    last: str
    own: dict[str, int] = field(default_factory=dict)


class Placed(Origin):
    """An origin that knows its line and what its author's log was."""

    line: Line
    log: Log
    tips: dict[int, Tip]

    def sees(self, writer: Stamp, base: int) -> bool:
        """As `Origin.sees`, on the author's own branch of device and of log."""
        if writer.incarnation == self.line.name or writer.seq <= self.line.own.get(writer.incarnation, 0):
            return True
        return self.log.covers(self.tips, base, writer.seq)


class Folding:
    """The state at the end of a log."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.state = State(CATALOG)
        self._done = 0
        self._lines: dict[str, Line] = {}
        self._names: set[str] = set()

    def advance(self) -> None:
        """Fold what was appended since."""
        for entry, frame in zip(self.log.entries[self._done :], self.log.frames[self._done :], strict=True):
            if frame.header.device != HUB:
                without = {item.index for item in entry.refused}
                self._take(frame, entry.first_seq, without)
        self._done = len(self.log.entries)

    def _take(self, frame: Frame, first_seq: int, without: set[int]) -> None:
        steps = self.log.steps[frame.hash]
        for index, transaction in enumerate(frame.opened[0]):
            if self.log.first[steps[index + 1]] != first_seq + index:
                continue  # told before, in another frame
            line = self._line(frame, steps[index], steps[index + 1])
            if index not in without:
                self._fold(frame, transaction, first_seq + index, line)

    def _line(self, frame: Frame, parent: str, one: str) -> Line:
        """The line of a transaction: its predecessor's, if it is the first to go on from there in the same life."""
        before, life = self._lines.get(parent), frame.header.incarnation
        if before and before.last == parent and before.incarnation == life:
            before.last = one
        else:
            name = life if life not in self._names else f"{life}~{one[:8]}"
            self._names.add(name)
            own = {**before.own, before.name: self.log.first[parent]} if before else {}
            before = Line(name, life, one, own)
        self._lines[one] = before
        return before

    def _fold(self, frame: Frame, transaction: Transaction, seq: int, line: Line) -> None:
        origin = Placed(seq, line.name, frame.header.device)
        origin.line, origin.log, origin.tips = line, self.log, frame.tips
        ops = [self._with_closes(op, frame.tips) if op.closes else op for op in transaction.ops]
        fold(self.state, transaction.only(ops), origin)

    def _with_closes(self, op: Op, tips: dict[int, Tip]) -> Op:
        """The op with the claims that it closes as they are called here."""
        record = self.state.records.get(op.id)
        named = {(name, self.log.now_at(tips, seq)) for name, _, seq in op.closes}
        claims = record.claims.values() if record else ()
        closes = [(c.field, c.incarnation, c.seq) for c in claims if (c.field, c.seq) in named]
        return msgspec.structs.replace(op, closes=closes)

    def minutes(self) -> dict[str, dict[str, dict[str, Value]]]:
        """The rows of each closed sitting and its living votes, by sitting."""
        records = self.state.records
        closed = [one for one, folded in records.items() if folded.kind == SITTING and self.state.frozen(folded)]
        return {
            one: {row: dict(records[row].values) for row in (one, *self.state.children.get(one, ()))
                  if not records[row].deleted}
            for one in closed
        }  # fmt: skip

    def digest(self) -> str:
        """One hash of everything that was folded."""
        hashing = blake2b(digest_size=16)
        for record in sorted(self.state.records):
            folded = self.state.records[record]
            claims = sorted((c.field, c.incarnation, c.seq, encode(c.value)) for c in folded.claims.values())
            hashing.update(encode((record, folded.values, sorted(folded.stamps.items()), claims)))
        return hashing.hexdigest()
