"""Whether a transaction may stand: its shape, its values, its size. Pure; what other transactions did is not seen here.

Only what the declared schema does not accept is refused (SYNC 11); fields of a newer version pass as they are.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from ala_desktop.core.ids import are_ids
from ala_desktop.core.text import is_clean
from ala_desktop.fields import check
from ala_desktop.fields.spec import Catalog, RecordSpec
from ala_desktop.fields.values import Value
from ala_desktop.sync.protocol import MOST_OPS, MOST_TRANSACTION_BYTES, Op, Transaction

_FIELD = re.compile(r"[a-z_][a-z0-9_]{0,63}").fullmatch
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z").fullmatch
MOST_INT = 2**53 - 1
"""The largest number that every reader of JSON keeps exactly."""
_MOST_NAME = 200
_LEAST_SEALED = 17
"""Bytes of the shortest sealed value: the seal's own 16, and one digit."""


class Verdict(NamedTuple):
    """Why a transaction is refused: a code of `protocol.REASONS`, and what it was about, in Italian."""

    code: str
    detail: str


def judge(catalog: Catalog, transaction: Transaction, size: int) -> Verdict | None:
    """None for a transaction that may stand. `size`: bytes of its line."""
    if size > MOST_TRANSACTION_BYTES or len(transaction.ops) > MOST_OPS:
        return Verdict("too_large", f"{len(transaction.ops)} schede, {size} byte")
    if not envelope_is_sound(transaction):
        return Verdict("bad_value", "data, autore o gruppo del salvataggio")
    for op in transaction.ops:
        spec = catalog.get(op.kind)
        if spec is None:
            return Verdict("unknown_kind", op.kind[:_MOST_NAME])
        if verdict := _judge_op(spec, op):
            return verdict
    return None


def envelope_is_sound(transaction: Transaction) -> bool:
    """Whether time, author and group of a transaction are what they should be."""
    author, group = transaction.author, transaction.group
    named = len(author) <= _MOST_NAME and is_clean(author)
    grouped = group is None or (len(group) <= _MOST_NAME and is_clean(group))
    return named and grouped and _is_moment(transaction.at)


def _is_moment(text: str) -> bool:
    """Whether a text is an instant in UTC that there is."""
    try:
        return bool(_MOMENT(text) and datetime.fromisoformat(text))
    except ValueError:
        return False


def identities_are_sound(ops: Sequence[Op]) -> bool:
    """Whether the ids, bases and resolved claims of ops can be such."""
    places = {op.base for op in ops} | {seq for op in ops for _, _, seq in op.closes}
    return are_ids([op.id for op in ops]) and all(0 <= place <= MOST_INT for place in places if place is not None)


def _judge_op(spec: RecordSpec, op: Op) -> Verdict | None:
    if not identities_are_sound([op]):
        return Verdict("bad_value", f"{spec.label}: codice interno o posizione")
    if _is_plainly_sound(spec, op):
        return None
    for name, value in op.put.items():
        if isinstance(value, tuple):
            old, new = value
            reason = _leak(spec, name, old) or problem_of(spec, name, new)
        else:
            reason = problem_of(spec, name, value)
        if reason:
            label = spec.fields[name].label if name in spec.fields else name[:_MOST_NAME]
            return Verdict("bad_value", f"{spec.label}, {label}: {reason}")
    return None


def _is_plainly_sound(spec: RecordSpec, op: Op) -> bool:
    """Whether an op holds nothing but sound values of known, open fields. Nearly all do; a no says nothing yet."""
    texts: list[str] = []
    for name, value in op.put.items():
        problem_of = spec.checks.get(name)
        new = value[1] if isinstance(value, tuple) else value
        if problem_of is None or problem_of(new):
            return False
        if isinstance(new, str):
            texts.append(new)
        elif new is not None and abs(new) > MOST_INT:
            return False
    return is_clean("\n".join(texts))


def problem_of(spec: RecordSpec, name: str, value: Value) -> str | None:
    """Why a value may not stand in a field, or None."""
    reason = check.value_problem(spec, name, value, sealed=True) or _leak(spec, name, value)
    if reason:
        return reason
    if name not in spec.fields and not _FIELD(name):
        return "nome di campo non ammesso"
    if isinstance(value, str):
        return None if is_clean(value) else "contiene caratteri non ammessi"
    return "numero troppo grande" if value is not None and abs(value) > MOST_INT else None


def _leak(spec: RecordSpec, name: str, value: Value) -> str | None:
    """Why a value kept to the comune may not travel like this: it is in clear. None when it is sealed or absent."""
    if value is None or name not in spec.sealed:
        return None
    try:
        sealed = isinstance(value, str) and len(base64.b64decode(value, validate=True)) >= _LEAST_SEALED
    except (binascii.Error, ValueError):
        sealed = False
    return None if sealed else "va cifrato con la chiave del comune"
