"""A log of a few invented kinds, folded in memory: who wrote what, having read the record at which place."""

from __future__ import annotations

from ala_desktop.fields.kinds import Tags, Text
from ala_desktop.fields.spec import DELETED, Catalog, Field, Freeze, Merge, RecordSpec
from ala_desktop.fields.values import Value
from ala_desktop.sync.fold import Origin, fold
from ala_desktop.sync.protocol import Op, Transaction
from ala_desktop.sync.state import Claim, Folded, State

APPROVED = frozenset({"approvato"})


def _spec(kind: str, fields: dict[str, Merge], freeze: Freeze | None = None) -> RecordSpec:
    made = {
        name: Field(name, Tags() if merge is Merge.SET else Text(), name, merge, "" if merge is Merge.ASK else "test")
        for name, merge in fields.items()
    }
    return RecordSpec(kind, kind, kind, made, (), freeze)


def catalog() -> Catalog:
    """A home with a field of each policy; a meeting that freezes, and its items."""
    home = {"address": Merge.ASK, "floor": Merge.ASK, "phone": Merge.AUTO, "needs": Merge.SET}
    meeting = {"state": Merge.ASK, "remarks": Merge.ASK, "place": Merge.ASK}
    item = {"meeting_id": Merge.ASK, "text": Merge.ASK, "outcome": Merge.ASK}
    return Catalog(
        [
            _spec("home", home),
            _spec("meeting", meeting, Freeze("meeting", "state", APPROVED)),
            _spec("item", item, Freeze("meeting", "state", APPROVED, within="meeting_id")),
        ]
    )


class SmallLog:
    """Transactions appended one by one; each method returns the place (seq) of what it appended."""

    def __init__(self) -> None:
        self.state = State(catalog())
        self.seq = 0

    def append(self, who: str, *ops: Op, group: str | None = None, at: str = "2026-11-22T09:00:00Z") -> int:
        self.seq += 1
        fold(self.state, Transaction(at, f"author {who}", group, list(ops)), Origin(self.seq, who, f"pc {who}"))
        return self.seq

    def create(self, who: str, record: str = "r", kind: str = "home", group: str | None = None, **values: Value) -> int:
        return self.append(who, Op(kind, record, None, dict(values), []), group=group)

    def edit(
        self,
        who: str,
        base: int,
        record: str = "r",
        kind: str = "home",
        old: dict[str, Value] | None = None,
        closes: list[tuple[str, str, int]] | None = None,
        **values: Value,
    ) -> int:
        return self.append(who, self.op(base, record, kind, old, closes, **values))

    def op(
        self,
        base: int,
        record: str = "r",
        kind: str = "home",
        old: dict[str, Value] | None = None,
        closes: list[tuple[str, str, int]] | None = None,
        **values: Value,
    ) -> Op:
        seen = old or {}
        return Op(kind, record, base, {name: (seen.get(name), value) for name, value in values.items()}, closes or [])

    def delete(self, who: str, base: int, record: str = "r", kind: str = "home") -> int:
        return self.append(who, Op(kind, record, base, {DELETED: (None, 1)}, []))

    def restore(self, who: str, base: int, record: str = "r", kind: str = "home") -> int:
        return self.append(who, Op(kind, record, base, {DELETED: (1, None)}, []))

    def record(self, record: str = "r") -> Folded:
        return self.state.records[record]

    def value(self, field: str, record: str = "r") -> Value:
        return self.record(record).values.get(field)

    def deleted(self, record: str = "r") -> bool:
        return self.record(record).deleted

    def claims(self, record: str = "r") -> list[tuple[str, str, Value]]:
        """What is parked on a record: (field, who, value)."""
        return sorted((c.field, c.incarnation, c.value) for c in self.record(record).claims.values())

    def claim(self, field: str, who: str, record: str = "r") -> Claim:
        return self.record(record).claims[field, who]
