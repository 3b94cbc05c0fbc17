"""Transactions of an older edition of the records, as this one reads them (SYNC 20). Signed bytes never change.

Whatever decodes lines for the fold reads them through here: pages of the log, what waits to be sent, the proof.
"""

from __future__ import annotations

from ala_desktop.fields.spec import Catalog
from ala_desktop.fields.steps import Steps
from ala_desktop.fields.values import Value
from ala_desktop.sync.protocol import Op, Pair, Put, Transaction


def upcast(catalog: Catalog, transactions: list[Transaction]) -> list[Transaction]:
    """The transactions with every field under its present name and in its present form.

    The same list if no op has a step to take, as nearly always.
    """
    steps = catalog.steps
    if not steps or not any(steps.touch(op.kind) for transaction in transactions for op in transaction.ops):
        return transactions
    return [transaction.only([_op(steps, op) for op in transaction.ops]) for transaction in transactions]


def _op(steps: Steps, op: Op) -> Op:
    if not steps.touch(op.kind):
        return op
    put: Put = {}
    # In the order of the names: where an op writes a field by both, every replica takes the same of them.
    for name, value in sorted(op.put.items()):
        now = steps.name(op.kind, name)
        if now == name or now not in op.put:
            put[now] = _value(steps, op.kind, name, value)
    closes = [(steps.name(op.kind, field), incarnation, seq) for field, incarnation, seq in op.closes]
    return Op(op.kind, op.id, op.base, put, closes)


def _value(steps: Steps, kind: str, name: str, value: Value | Pair) -> Value | Pair:
    if isinstance(value, tuple):
        old, new = value
        return steps.value(kind, name, old), steps.value(kind, name, new)
    return steps.value(kind, name, value)
