"""The model's PC: a log, what waits, and the one exchange that copes with whatever the hub has become."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from random import Random
from typing import Protocol, TypeVar

from ala_desktop.fields.values import Value
from ala_desktop.sync import chain
from ala_desktop.sync.chain import START
from ala_desktop.sync.protocol import Op, Put, encode, line_of
from tests.property.restores.folding import KEY, KIND, SEALED, Folding
from tests.property.restores.frames import Frame, Header, Saved, Tip, pack, unpack
from tests.property.restores.hub import Branch, Declined, Hub, Page
from tests.property.restores.log import Log

_Result = TypeVar("_Result")
_ENOUGH = 2_000
"""Questions in one exchange, after which it must have ended."""


class Lost(Exception):
    """A message or its answer did not arrive."""


class Wire(Protocol):
    """A line that loses, repeats and delays."""

    def ask(self, deed: Callable[[Hub], _Result]) -> _Result: ...
    def tell(self, deed: Callable[[Hub], None]) -> None: ...


@dataclass(frozen=True)
class Form:
    """A record on the screen: where in which epoch it was read, what stood there, and what its reader had seen."""

    record: str
    base: int | None
    values: dict[str, Value]
    sight: frozenset[int]
    claims: tuple[tuple[str, str, int, int], ...] = ()
    kind: str = KIND


@dataclass(frozen=True)
class Write:
    """What is typed into a form; `closes` are claims of it."""

    form: Form
    cells: dict[str, Value]
    closes: tuple[tuple[str, str, int, int], ...] = ()


class Client:
    """One PC's store, and its program.

    Attributes:
        waiting: saved transactions in no frame yet, with the bases that they name.
        flight: sealed frames that have not come back, sent again byte for byte.
        tips: by epoch, the last position that this store held in it.
        mine: what was written on this store, before it was copied too.
        minutes: rows of closed sittings, as this log first showed them closed.
    """

    def __init__(self, device: str, incarnation: str, certificate: tuple[str, bytes]) -> None:
        self.device, self.incarnation, self.certificate = device, incarnation, certificate
        self.log = Log()
        self.signature = b""
        self.waiting: list[tuple[Saved, set[int]]] = []
        self.flight: list[Frame] = []
        self.next, self.head, self.previous = 1, START, ""
        self.tips: dict[int, Tip] = {}
        self.mine: frozenset[int] = frozenset()
        self.forms: list[Form] = []
        self.folding = Folding(self.log)
        self.minutes: dict[str, dict[str, dict[str, Value]]] = {}

    def copied(self) -> Client:
        """The store as it is: a backup, or a clone. What is on the screen is not in it."""
        twin = copy.copy(self)
        twin.log = self.log.copy()
        twin.waiting, twin.flight, twin.forms, twin.tips = list(self.waiting), list(self.flight), [], dict(self.tips)
        twin.folding = Folding(twin.log)
        twin.folding.advance()
        twin.minutes = dict(self.minutes)
        return twin

    @property
    def held(self) -> set[int]:
        """Every transaction in this store."""
        flying = {saved.ghost for frame in self.flight for saved in frame.saved}
        return self.log.ghosts | flying | {saved.ghost for saved, _ in self.waiting}

    # --- the clerk ----------------------------------------------------------------------------------------------------

    def read(self, record: str) -> Form:
        """Open a record."""
        folded, place = self.folding.state.records.get(record), pack(self.log.epoch, self.log.seq)
        claims = folded.claims.values() if folded else ()
        named = tuple((c.field, c.incarnation, pack(self.log.epoch, c.seq), self._ghost(c.seq)) for c in claims)
        kind, values = (folded.kind, dict(folded.values)) if folded else (KIND, {})
        return Form(record, place, values, frozenset(self.log.ghosts), named, kind)

    def _ghost(self, seq: int) -> int:
        for entry, frame in zip(reversed(self.log.entries), reversed(self.log.frames), strict=True):
            if entry.first_seq <= seq:
                return frame.saved[seq - entry.first_seq].ghost
        raise LookupError(seq)

    def seal_value(self, record: str, name: str, value: Value) -> Value:
        """A value kept to the comune as the log has it (SYNC 5)."""
        return KEY.seal(KIND, record, name, value) if name in SEALED else value

    def save(self, ghost: int, at: str, writes: Iterable[Write]) -> None:
        """Save forms as one transaction."""
        ops: list[Op] = []
        bases: set[int] = set()
        for write in writes:
            form, put = write.form, Put()
            for name, value in write.cells.items():
                new = self.seal_value(form.record, name, value)
                put[name] = new if form.base is None else (form.values.get(name), new)
            closes = [closing[:3] for closing in write.closes]
            ops.append(Op(form.kind, form.record, form.base, put, closes))
            bases |= {seq for _, _, seq in closes} | ({form.base} if form.base else set())
        line = line_of(at, self.device, None, [encode(op) for op in ops])
        self.waiting.append((Saved(ghost, line), bases))
        self.mine |= {ghost}

    # --- the exchange -------------------------------------------------------------------------------------------------

    def seal(self, chance: Random, most: int) -> None:
        """Put what waits into a frame, which says where in the log its bases are."""
        taken, self.waiting = self.waiting[:most], self.waiting[most:]
        if not taken:
            return
        now = {**self.tips, self.log.epoch: self.log.tip}
        epochs = {unpack(base)[0] for _, bases in taken for base in bases} | {self.log.epoch}
        frame = Frame(
            Header(self.device, self.incarnation, self.next, len(taken), "", self.previous,
                   [(epoch, now[epoch].seq, now[epoch].chain) for epoch in sorted(epochs)]),
            tuple(saved for saved, _ in taken),
        )  # fmt: skip
        salt = f"{chance.getrandbits(256):064x}"
        self.head = chain.device_head(self.head, salt, frame.opened[1])
        frame = replace(frame, header=_with_head(frame.header, self.head))
        self.next, self.previous = self.next + len(taken), frame.hash
        self.flight.append(frame)

    def exchange(self, wire: Wire, chance: Random) -> None:
        """Everything: receive, send, receive. Cut off anywhere, the next one goes on."""
        self.pull(wire, chance.randint(1, 6))
        self.seal(chance, chance.choice((1, 3, 1000)))
        self.push(wire)
        self.pull(wire, chance.randint(1, 6))

    def push(self, wire: Wire) -> None:
        """Send what has not come back, oldest first."""
        for frame in list(self.flight):
            wire.tell(lambda hub, frame=frame: hub.push(frame))
            self.note_pushed(frame)

    def note_pushed(self, frame: Frame) -> None:
        """The hub's answer is a hint and changes nothing (SYNC 23)."""

    def pull(self, wire: Wire, most: int) -> None:
        """Receive to the end of the log, after making the hub whole again if it turns out to have been restored."""
        for _ in range(_ENOUGH):
            try:
                page = wire.ask(lambda hub: hub.pull(self.device, self.log.tip, most))
            except Declined as problem:
                self.recover(wire, str(problem), most)
                continue
            self._take(page)
            if self.log.chain == page.end:
                return
        raise AssertionError(f"{self.device} pulls for ever")

    def _take(self, page: Page) -> None:
        """Take a page in, in one database transaction."""
        for entry, frame in zip(page.entries, page.frames, strict=True):
            before = self.log.epoch, self.log.tip
            self.log.append(frame, entry.refused)
            if self.log.epoch != before[0]:
                self.tips[before[0]] = before[1]
        self._settle(page.signature)

    def _settle(self, signature: bytes) -> None:
        self.signature = signature
        self.flight = [frame for frame in self.flight if frame.hash not in self.log.place]
        self.folding.advance()
        for sitting, rows in self.folding.minutes().items():
            assert self.minutes.setdefault(sitting, rows) == rows, f"closed minutes changed on {self.device}"

    # --- a hub that was restored --------------------------------------------------------------------------------------

    def recover(self, wire: Wire, why: str, most: int) -> None:
        """The hub does not know this PC or its position: give it back what it lost, then follow it."""
        common = wire.ask(lambda hub: hub.compare(self.certificate, self.log.chains))
        if common.known < len(self.log.entries):
            self.give_back(wire, common.known)
        elif why == "unknown_device":
            wire.tell(lambda hub: hub.recall(self.certificate))
        elif common.trunk < len(self.log.entries):
            self.change_over(wire, self.log.chains[common.trunk], most)

    def give_back(self, wire: Wire, known: int) -> None:
        """Offer all that stands in this log after the last place that the hub knows, whoever wrote it."""
        log = self.log
        branch = Branch(log.chains[known], log.entries[known:], log.frames[known:], self.signature)
        wire.tell(lambda hub: hub.offer(self.certificate, branch))

    def change_over(self, wire: Wire, join: str, most: int) -> None:
        """Leave this branch for the hub's trunk: aside, until that log knows the place that is left; then at once."""
        try:
            there, signature = self._fetched(wire, self.log.upto(join), most)
        except Declined:
            return  # restored again meanwhile
        if self.may_leave_for(there):
            self.tips[self.log.epoch] = self.log.tip
            self.log, self.folding, self.minutes = there, Folding(there), {}
            self._settle(signature)

    def may_leave_for(self, there: Log) -> bool:
        """Whether another log holds everything of this one, and knows where it stood here."""
        return there.knows(self.log.chain)

    def _fetched(self, wire: Wire, there: Log, most: int) -> tuple[Log, bytes]:
        """The trunk from a place of it on, to its end."""
        while True:
            page = wire.ask(lambda hub: hub.pull(self.device, there.tip, most))
            for entry, frame in zip(page.entries, page.frames, strict=True):
                there.append(frame, entry.refused)
            if there.chain == page.end:
                return there, page.signature


def _with_head(header: Header, head: str) -> Header:
    return Header(header.device, header.incarnation, header.first, header.count, head, header.previous, header.seen)
