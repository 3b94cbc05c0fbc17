"""Choices between discordant values as a clerk makes them at the screen: one, many at once, and the last taken back.

A choice taken back puts the former value back by a transaction of its own (the log never forgets one), and offers the
two values again until the clerk decides or the program is closed. Built on `conflicts`, which knows the queue itself.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple, TypeVar

from ala_desktop.core.errors import Mendable
from ala_desktop.fields.values import Value
from ala_desktop.services import naming
from ala_desktop.services.desk import Desk
from ala_desktop.services.row import Row
from ala_desktop.services.sharing.conflicts import Choice, Conflict, Conflicts, Disputed, Keep, name_of
from ala_desktop.sync.capture import Change
from ala_desktop.sync.state import Claim

_Item = TypeVar("_Item")
_AT_ONCE = 500
"""Records that one transaction of a choice for many touches (SYNC 2 allows a thousand)."""


class Settled(NamedTuple):
    """What a choice for many did: values decided, and values left because they must be looked at one by one."""

    decided: int
    left: int


class _Step(NamedTuple):
    """One decided value: the claim, what stood before, and what was chosen."""

    claim: Claim
    former: Value
    chosen: Value


class Choices:
    """The queue of discordant values at the screen. Any thread may call."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._queue = Conflicts(desk)
        self._done: list[list[_Step]] = []
        self._reopened: dict[str, _Step] = {}
        self._guard = threading.Lock()

    # --- reading ---------------------------------------------------------------------------------------------------

    def records(self) -> list[Disputed]:
        """The records with something to decide, or that came too late, in the order of the queue."""
        return self._queue.records(self._claims())

    def of(self, kind: str, record: str) -> list[Conflict]:
        """The discordant values of one record, in the order of its form."""
        places = {name: place for place, name in enumerate(self._desk.catalog[kind].fields)}
        claims = [claim for claim in self._claims() if (claim.kind, claim.record) == (kind, record)]
        return self._queue.described(sorted(claims, key=lambda claim: places.get(claim.field, len(places))))

    @property
    def can_undo(self) -> bool:
        """Whether there is a choice of this session that can be taken back."""
        return bool(self._done)

    def _claims(self) -> list[Claim]:
        """The queue, and what was reopened; not what is in the queue by itself again, or was written meanwhile."""
        claims = self._queue.claims()
        queued = {name_of(claim) for claim in claims}
        with self._guard:
            for name, step in list(self._reopened.items()):
                row = self._desk.get(step.claim.kind, step.claim.record)
                if name in queued or row.get(step.claim.field) != step.former:
                    del self._reopened[name]
            again = [step.claim for step in self._reopened.values()]
        return sorted([*claims, *again], key=lambda claim: (claim.record, claim.field, claim.incarnation))

    # --- choosing --------------------------------------------------------------------------------------------------

    def decide(self, conflict_id: str, choice: Choice) -> None:
        """Decide one value.

        Raises:
            Mendable: it was decided meanwhile, closed minutes, a value that this PC cannot read yet.
        """
        named = [claim for claim in self._claims() if name_of(claim) == conflict_id]
        claim = named[0] if named else self._queue.find(conflict_id)
        self._done.append(self._save([(claim, choice)], again=conflict_id in self._reopened))

    def decide_all(self, records: Collection[tuple[str, str]], keep: Keep) -> Settled:
        """Decide all values of these records alike.

        Left are fields with several parked values, when those are wanted, and values that this PC cannot read yet.

        Raises:
            Mendable: a value could not be saved; what was decided before it stays decided.
        """
        wanted = set(records)
        claims = [c for c in self._claims() if (c.kind, c.record) in wanted and not c.rectification]
        return self._settle_all(claims, keep)

    def mark_seen(self, records: Collection[tuple[str, str]]) -> Settled:
        """Take note of what came too late for closed minutes of these records: nothing changes, it leaves the queue.

        Raises:
            Mendable: as `decide_all`.
        """
        wanted = set(records)
        claims = [c for c in self._claims() if (c.kind, c.record) in wanted and c.rectification]
        return self._settle_all(claims, Keep.IN_FORCE)

    def _settle_all(self, claims: Sequence[Claim], keep: Keep) -> Settled:
        cells = Counter((claim.record, claim.field) for claim in claims)
        plain = [
            claim
            for claim in claims
            if not self._is_locked(claim) and (keep is Keep.IN_FORCE or cells[claim.record, claim.field] == 1)
        ]
        steps: list[_Step] = []
        for again in (False, True):
            chosen = [claim for claim in plain if (name_of(claim) in self._reopened) is again]
            for part in _portions(chosen):
                steps += self._save([(claim, keep) for claim in part], again=again)
        if steps:
            self._done.append(steps)
        return Settled(len(plain), len(claims) - len(plain))

    def _is_locked(self, claim: Claim) -> bool:
        sealed = claim.field in self._desk.catalog[claim.kind].sealed
        return sealed and any(conflict.locked for conflict in self._queue.described([claim]))

    def _save(self, decisions: list[tuple[Claim, Choice]], *, again: bool) -> list[_Step]:
        """Save choices in one transaction; a reopened value is out of the queue, so that its choice is a plain edit."""
        rows = {claim.record: self._desk.get(claim.kind, claim.record) for claim, _ in decisions}
        steps = [
            _Step(claim, row.get(claim.field), self._queue.value_of(claim, choice, row))
            for claim, choice in decisions
            for row in [rows[claim.record]]
        ]
        if again:
            closing = self._queue.closing(decisions, {(row.kind, row.id): row for row in rows.values()})
            self._put([(step.claim, step.former, step.chosen) for step in steps], rows, closing)
        else:
            self._queue.settle(decisions)
        with self._guard:
            for step in steps:
                self._reopened.pop(name_of(step.claim), None)
        return steps

    # --- taking back -----------------------------------------------------------------------------------------------

    def undo(self) -> list[Disputed]:
        """Put back what stood before the last choice, and offer its values again; returns the records concerned.

        Raises:
            Mendable: a value has been changed again since.
        """
        if not self._done:
            return []
        steps = self._done.pop()
        rows = {step.claim.record: self._desk.get(step.claim.kind, step.claim.record) for step in steps}
        for step in steps:
            row = rows[step.claim.record]
            if row.get(step.claim.field) != step.chosen:
                raise Mendable(
                    "La scelta non si può più annullare",
                    f"«{naming.name_of(self._desk, row.kind, row.values)}» è stata modificata di nuovo nel frattempo.",
                    "Aprire la scheda e scrivere il valore giusto.",
                )
        for part in _portions(steps):
            reopening = self._queue.referrals.reopening({name_of(step.claim) for step in part})
            self._put([(step.claim, step.chosen, step.former) for step in part], rows, reopening)
        with self._guard:
            self._reopened.update({name_of(step.claim): step for step in steps})
        return self._queue.records([step.claim for step in steps])

    def _put(
        self, edits: Sequence[tuple[Claim, Value, Value]], rows: Mapping[str, Row], with_it: Sequence[Change]
    ) -> None:
        """Edit cells of `rows` from one value to another, one change per record, in one transaction `with_it`."""
        puts: dict[str, dict[str, tuple[Value, Value]]] = {}
        for claim, old, new in edits:
            if old != new:
                puts.setdefault(claim.record, {})[claim.field] = (old, new)
        changes = [
            Change(
                rows[record].kind, record, {name: new for name, (_, new) in pairs.items()}, rows[record].position,
                {name: old for name, (old, _) in pairs.items()},
            )
            for record, pairs in puts.items()
        ]  # fmt: skip
        if changes or with_it:
            self._desk.save([*changes, *with_it])


def _portions(items: Sequence[_Item]) -> list[Sequence[_Item]]:
    return [items[at : at + _AT_ONCE] for at in range(0, len(items), _AT_ONCE)]
