"""What the log must amount to, told from its rules (SYNC 7, 8, 13, 16 to 18; ADR 7) with what each author had seen.

Independent of `ala_desktop.sync.fold`: nothing here knows of positions, stamps, epochs or stores. An author has seen
the transactions in their `Sight`, noted by the simulation when the form was read, and the own ones: those that led to
theirs, also before the store was copied. Whoever is first to go on from a transaction stays on its line (ADR 14, 5).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from ala_desktop.fields.values import Value

DELETED = "_deleted"
WITHIN = {"attendance": "sitting_id", "agenda_item": "sitting_id", "vote": "sitting_id"}
Cell = tuple[str, str]
TransactionKey = tuple[str, int]
"""One transaction, whoever looks at it: (life of a store, device_seq)."""


class Ancestry(Protocol):
    """What was saved on a store before what."""

    def before(self, key: TransactionKey) -> TransactionKey | None: ...
    def wrote(self, life: str, upto: int, key: TransactionKey) -> bool: ...


class Sight(NamedTuple):
    """What somebody had pulled when a form was read: the transactions of others, up to a count."""

    arrived: dict[TransactionKey, int]
    upto: int

    def holds(self, key: TransactionKey) -> bool:
        return self.arrived.get(key, self.upto) < self.upto


@dataclass(frozen=True)
class Intent:
    """What a clerk wrote on one record: new values by field, as (shown before, written)."""

    kind: str
    id: str
    cells: dict[str, tuple[Value, Value]]
    sight: Sight
    closes: tuple[tuple[str, TransactionKey], ...] = ()
    new: bool = False


@dataclass(frozen=True)
class Saved:
    """One transaction as it was meant."""

    key: TransactionKey
    intents: list[Intent]


class Parked(NamedTuple):
    """A value in the queue."""

    value: Value
    key: TransactionKey
    rectification: bool


@dataclass
class Model:
    """One record as it must be."""

    kind: str
    born: TransactionKey | None
    cells: dict[str, Value] = field(default_factory=dict)
    by: dict[str, TransactionKey] = field(default_factory=dict)
    parked: dict[tuple[str, TransactionKey], Parked] = field(default_factory=dict)

    def writer(self, name: str) -> TransactionKey | None:
        return self.by.get(name)

    def write(self, name: str, value: Value, key: TransactionKey) -> None:
        self.cells[name] = value
        self.by[name] = key

    @property
    def living(self) -> dict[str, Value]:
        return {name: value for name, value in self.cells.items() if value is not None}


class Oracle:
    """The records after some transactions, in the order of the hub.

    Attributes:
        lines: of each transaction that stands in the log, the line; it is called by its first transaction.
    """

    def __init__(self, ancestry: Ancestry) -> None:
        self.records: dict[str, Model] = {}
        self.lines: dict[TransactionKey, TransactionKey] = {}
        self._last: dict[TransactionKey, TransactionKey] = {}
        self._ancestry = ancestry

    def place(self, key: TransactionKey) -> None:
        """The next transaction of the log stands on the line of what was saved before it, or begins one."""
        before = self._ancestry.before(key)
        line = self.lines.get(before, key) if before else key
        self.lines[key] = line = line if self._last.get(line) == before else key
        self._last[line] = key

    def apply(self, saved: Saved) -> None:
        approving = {i.id: i for i in saved.intents if self._approves(i)}
        pinned = {i.id for i in saved.intents if i.id in approving or self._meeting(i) in approving}
        for intent in saved.intents:
            model = self.records.get(intent.id)
            if model:
                for name, key in intent.closes:
                    slots = [slot for slot, parked in model.parked.items() if (slot[0], parked.key) == (name, key)]
                    for slot in slots:
                        del model.parked[slot]
            if model is None:
                self._begin(saved, intent, intent.id in pinned)
            elif intent.id in pinned:
                self._pin(saved, intent, model)
            elif self.closed(model, intent.id):
                self._late(saved, intent, model)
            else:
                self._edit(saved, intent, model)
        for meeting, intent in approving.items():
            self._close(saved, meeting, intent, pinned)

    def closed(self, model: Model, record: str) -> bool:
        meeting = model.cells.get(WITHIN[model.kind]) if model.kind in WITHIN else record
        holder = self.records.get(str(meeting))
        return holder is not None and holder.kind == "sitting" and holder.cells.get("state") == "approvato"

    def _approves(self, intent: Intent) -> bool:
        model = self.records.get(intent.id)
        return (
            intent.kind == "sitting"
            and intent.cells.get("state", (None, None))[1] == "approvato"
            and not (model and self.closed(model, intent.id))
        )

    def _meeting(self, intent: Intent) -> str:
        """The sitting that a record belongs to: as it stands, or as it is written now."""
        if intent.kind not in WITHIN:
            return ""
        model = self.records.get(intent.id)
        stands = model.cells.get(WITHIN[intent.kind]) if model else None
        return str(stands or intent.cells.get(WITHIN[intent.kind], (None, None))[1])

    def _begin(self, saved: Saved, intent: Intent, pinned: bool) -> None:
        model = self.records[intent.id] = Model(intent.kind, saved.key if intent.new else None)
        for name, (_, value) in intent.cells.items():
            if value is not None or not intent.new:
                model.write(name, value, saved.key)
        self._retire_late(saved, intent, model, pinned)

    def _retire_late(self, saved: Saved, intent: Intent, model: Model, pinned: bool) -> None:
        if model.kind in WITHIN and not pinned and self.closed(model, intent.id):
            model.cells[DELETED] = 1
            model.parked[DELETED, self.lines[saved.key]] = Parked(None, saved.key, rectification=True)

    def _unseen(self, saved: Saved, intent: Intent, key: TransactionKey | None) -> bool:
        return key is not None and not self._ancestry.wrote(*saved.key, key) and not intent.sight.holds(key)

    def _late(self, saved: Saved, intent: Intent, model: Model) -> None:
        for name, (_, value) in intent.cells.items():
            model.parked.pop((name, self.lines[saved.key]), None)
            if value != model.cells.get(name):
                model.parked[name, self.lines[saved.key]] = Parked(value, saved.key, rectification=True)

    def _edit(self, saved: Saved, intent: Intent, model: Model) -> None:
        cells, mine = dict(intent.cells), self.lines[saved.key]
        within = WITHIN.get(model.kind, "")
        joins = within in cells and model.cells.get(within) is None
        if within in cells and not joins:
            cells.pop(within)
        if model.cells.get(DELETED) and DELETED not in cells and self._unseen(saved, intent, model.by.get(DELETED)):
            model.parked[DELETED, mine] = Parked(None, saved.key, rectification=False)
        if cells.get(DELETED, (None, None))[1] == 1 and not model.cells.get(DELETED):
            writes = [model.born, *model.by.values(), *(p.key for p in model.parked.values())]
            if any(self._unseen(saved, intent, key) for key in writes):
                cells.pop(DELETED)
                model.parked[DELETED, mine] = Parked(1, saved.key, rectification=False)
        for name, (_, value) in cells.items():
            model_value = model.cells.get(name)
            if not self._unseen(saved, intent, model.writer(name)):
                model.write(name, value, saved.key)
            elif value != model_value:
                model.parked[name, mine] = Parked(value, saved.key, rectification=False)
                continue
            model.parked.pop((name, mine), None)
        if intent.new and model.born is None:
            model.born = saved.key
        if joins:
            self._retire_late(saved, intent, model, pinned=False)

    def _pin(self, saved: Saved, intent: Intent, model: Model) -> None:
        within = WITHIN.get(model.kind, "")
        fixed = {within} if model.cells.get(within) else set[str]()
        for name in {*model.cells, *intent.cells} - fixed:
            wanted = intent.cells.get(name, (None, None))[1]
            current, writer = model.cells.get(name), model.writer(name)
            unseen = current != wanted and writer is not None and self._unseen(saved, intent, writer)
            if writer is not None and unseen:
                model.parked[name, self.lines[writer]] = Parked(current, writer, rectification=True)
            if unseen or name in intent.cells:
                model.write(name, wanted, saved.key)
                model.parked.pop((name, self.lines[saved.key]), None)

    def _close(self, saved: Saved, meeting: str, intent: Intent, pinned: set[str]) -> None:
        for record, model in self.records.items():
            member = model.kind in WITHIN and model.cells.get(WITHIN[model.kind]) == meeting
            if not member and record != meeting:
                continue
            alive_by = model.by.get(DELETED, model.born)
            living = member and record not in pinned and not model.cells.get(DELETED)
            if living and alive_by and self._unseen(saved, intent, alive_by):
                model.write(DELETED, 1, saved.key)
                model.parked[DELETED, self.lines[alive_by]] = Parked(None, alive_by, rectification=True)
            for key, parked in model.parked.items():
                model.parked[key] = parked._replace(rectification=True)
