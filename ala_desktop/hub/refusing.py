"""What of a frame does not stand, and which records are not there because their creation was refused (SYNC 12)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ala_desktop.core.ids import ID_LENGTH, are_ids
from ala_desktop.hub.judging import Verdict
from ala_desktop.hub.sight import Sight
from ala_desktop.hub.store import Tenancy
from ala_desktop.sync.protocol import Refused, Transaction


class Sorted(NamedTuple):
    """The frame's transactions sorted into those that stand and those that do not.

    Attributes:
        refused: those that do not, in order.
        lost: records whose creation was refused, and the seq of the last refused put on each.
        found: records that were created after all.
    """

    refused: list[Refused]
    lost: dict[str, int]
    found: set[str]


class _Marks:
    """The records that a device created and the hub refused, while a frame of it is gone through."""

    def __init__(self, tenancy: Tenancy, device: str, transactions: Sequence[Transaction]) -> None:
        records = {op.id for transaction in transactions for op in transaction.ops if len(op.id) == ID_LENGTH}
        self._before = tenancy.refused_among(device, records)
        self.missing = dict(self._before)

    def refuse(self, transaction: Transaction, seq: int) -> None:
        """A transaction does not stand: what it creates is missing, what it puts on what is missing is refused too."""
        put_on = {op.id for op in transaction.ops}
        self.missing.update(dict.fromkeys(_created(transaction) | (put_on & self.missing.keys()), seq))

    def accept(self, transaction: Transaction) -> None:
        """A transaction stands, and what it creates is there."""
        for record in _created(transaction) & self.missing.keys():
            del self.missing[record]

    def sorted(self, refused: list[Refused]) -> Sorted:
        """What came of it."""
        # Only what can be an id is noted: nothing can ever rest on the rest, and it may be as long as a save.
        lost = {one: seq for one, seq in self.missing.items() if self._before.get(one) != seq and are_ids([one])}
        return Sorted(refused, lost, self._before.keys() - self.missing.keys())


def sort_out(
    tenancy: Tenancy, device: str, transactions: list[Transaction], first_seq: int, sight: Sight,
    verdicts: Sequence[Verdict | None], again: Mapping[int, int],
) -> Sorted:  # fmt: skip
    """Refuse what does not stand, and what rests on a creation of the same device that was refused.

    Other devices know nothing of that creation: where they write on such a record, they have it from somebody else. So
    has the device itself, where it read the record after the last refusal had come back.

    Args:
        tenancy: the log that the transactions go into.
        device: whose they are.
        transactions: of one frame, which begins at `first_seq`.
        first_seq: of the first of them.
        sight: what their author had seen.
        verdicts: of each by itself.
        again: which of them are in the log already, by index, and where: they mean nothing once more.
    """
    marks = _Marks(tenancy, device, transactions)
    if not marks.missing and not any(verdicts) and not again:
        return Sorted([], {}, set())
    refused: list[Refused] = []
    for index, (transaction, own) in enumerate(zip(transactions, verdicts, strict=True)):
        if index in again:
            refused.append(Refused(index, "repeated", str(again[index])))
            continue
        verdict = own or _needs(transaction, marks.missing, sight)
        if verdict:
            refused.append(Refused(index, *verdict))
            marks.refuse(transaction, first_seq + index)
        else:
            marks.accept(transaction)
    return marks.sorted(refused)


def as_before(
    tenancy: Tenancy, device: str, transactions: list[Transaction], first_seq: int, refused: list[Refused]
) -> Sorted:
    """What follows from verdicts that the hub gave before it was restored; they are not judged again."""
    marks = _Marks(tenancy, device, transactions)
    codes = {item.index: item.code for item in refused}
    for index, transaction in enumerate(transactions):
        code = codes.get(index)
        if code is None:
            marks.accept(transaction)
        elif code != "repeated":
            marks.refuse(transaction, first_seq + index)
    return marks.sorted(refused)


def _created(transaction: Transaction) -> set[str]:
    return {op.id for op in transaction.ops if op.base is None}


def _needs(transaction: Transaction, missing: Mapping[str, int], sight: Sight) -> Verdict | None:
    created = _created(transaction)
    for op in transaction.ops:
        if op.id in missing and op.id not in created and not sight.sees(op.base or 0, missing[op.id]):
            return Verdict("needs_refused", op.id)
    return None
