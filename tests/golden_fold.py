"""Cases of the fold for `docs/sync-protocol.md`: small logs, and what the program makes of them."""

from __future__ import annotations

from typing import Any

from ala_desktop.fields.kinds import Text
from ala_desktop.fields.spec import Catalog, Field, Freeze, Merge, RecordSpec
from ala_desktop.sync.fold import Origin, fold
from ala_desktop.sync.protocol import Op, Transaction
from ala_desktop.sync.state import State

CLOSED = frozenset({"closed"})


def _spec(kind: str, names: dict[str, Merge], freeze: Freeze | None = None) -> RecordSpec:
    fields = {name: Field(name, Text(), name, merge=merge, why="prova") for name, merge in names.items()}
    return RecordSpec(kind, kind, kind, fields, freeze=freeze)


CATALOG = Catalog([
    _spec("unit", {"a": Merge.ASK, "b": Merge.AUTO, "s": Merge.SET}),
    _spec("sitting", {"state": Merge.ASK, "place": Merge.ASK}, Freeze("sitting", "state", CLOSED)),
    _spec("vote", {"sitting_id": Merge.ASK, "v": Merge.ASK}, Freeze("sitting", "state", CLOSED, within="sitting_id")),
])  # fmt: skip

_UNIT = [1, "A", [["unit", "u", None, {"a": "1", "b": "1", "s": "x"}, []]]]
_SITTING = [1, "A", [["sitting", "t", None, {"state": "draft", "place": "Sala A"}, []],
                     ["vote", "w", None, {"sitting_id": "t", "v": "yes"}, []]]]  # fmt: skip
_CLOSING = ["sitting", "t", 1, {"state": ["draft", "closed"], "place": ["Sala A", "Sala A"]}, []]
_CLOSED_VOTE = ["vote", "w", 1, {"sitting_id": ["t", "t"], "v": ["yes", "yes"]}, []]


def _edit(seq: int, who: str, base: int, put: dict[str, Any], closes: list[Any] | None = None) -> list[Any]:
    return [seq, who, [["unit", "u", base, put, closes or []]]]


LOGS: dict[str, list[Any]] = {
    "disjoint fields merge": [_UNIT, _edit(2, "A", 1, {"a": ["1", "2"]}), _edit(3, "B", 1, {"b": ["1", "2"]})],
    "a seen value is replaced": [_UNIT, _edit(2, "A", 1, {"a": ["1", "2"]}), _edit(3, "B", 2, {"a": ["2", "3"]})],
    "ASK parks the later of two unseen values": [
        _UNIT, _edit(2, "A", 1, {"a": ["1", "2"]}), _edit(3, "B", 1, {"a": ["1", "3"]})],
    "equal values agree, and the writer stays": [
        _UNIT, _edit(2, "A", 1, {"a": ["1", "2"]}), _edit(3, "B", 1, {"a": ["1", "2"]}),
        _edit(4, "A", 1, {"a": ["2", "4"]})],
    "own writes are seen": [_UNIT, _edit(2, "B", 1, {"a": ["1", "2"]}), _edit(3, "B", 1, {"a": ["2", "3"]})],
    "AUTO takes the later": [_UNIT, _edit(2, "A", 1, {"b": ["1", "2"]}), _edit(3, "B", 1, {"b": ["1", "3"]})],
    "SET unites": [_UNIT, _edit(2, "A", 1, {"s": ["x", "x\ny"]}), _edit(3, "B", 1, {"s": ["x", "z"]})],
    "one claim for an author and cell": [
        _UNIT, _edit(2, "A", 1, {"a": ["1", "2"]}), _edit(3, "B", 1, {"a": ["1", "3"]}),
        _edit(4, "B", 1, {"a": ["3", "4"]})],
    "an author who comes round withdraws": [
        _UNIT, _edit(2, "A", 1, {"a": ["1", "2"]}), _edit(3, "B", 1, {"a": ["1", "3"]}),
        _edit(4, "B", 1, {"a": ["3", "2"]})],
    "a decision closes what it names": [
        _UNIT, _edit(2, "A", 1, {"a": ["1", "2"]}), _edit(3, "B", 1, {"a": ["1", "3"]}),
        _edit(4, "A", 3, {"a": ["2", "3"]}, [["a", "B", 3]])],
    "a decision on what was replaced meanwhile closes nothing": [
        _UNIT, _edit(2, "A", 1, {"a": ["1", "2"]}), _edit(3, "B", 1, {"a": ["1", "3"]}),
        _edit(4, "B", 1, {"a": ["3", "5"]}), _edit(5, "A", 3, {"a": ["2", "3"]}, [["a", "B", 3]])],
    "a deletion against an unseen edit is asked": [
        _UNIT, _edit(2, "A", 1, {"a": ["1", "2"]}), _edit(3, "B", 1, {"_deleted": [None, 1]})],
    "an edit against an unseen deletion is asked": [
        _UNIT, _edit(2, "A", 1, {"_deleted": [None, 1]}), _edit(3, "B", 1, {"a": ["1", "2"]})],
    "an edit before its creation makes a placeholder": [
        _edit(1, "B", 0, {"a": [None, "2"]}), [2, "A", [["unit", "u", None, {"a": "1", "b": "1"}, []]]]],
    "an approval pins what was seen": [
        _SITTING, [2, "B", [["vote", "w", 1, {"v": ["yes", "no"]}, []]]], [3, "A", [_CLOSING, _CLOSED_VOTE]]],
    "an edit after the approval is a rectification": [
        _SITTING, [2, "A", [_CLOSING, _CLOSED_VOTE]], [3, "B", [["vote", "w", 1, {"v": ["yes", "no"]}, []]]]],
    "a vote that the approver never saw does not belong": [
        _SITTING, [2, "B", [["vote", "n", None, {"sitting_id": "t", "v": "no"}, []]]],
        [3, "A", [_CLOSING, _CLOSED_VOTE]]],
}  # fmt: skip


def cases() -> list[dict[str, Any]]:
    """Each log with its result."""
    return [{"name": name, "log": log, **_result(log)} for name, log in LOGS.items()]


def _result(log: list[Any]) -> dict[str, Any]:
    state = State(CATALOG)
    for seq, who, ops in log:
        fold(state, Transaction("2026-11-22T09:00:00Z", "", None, [_op(*op) for op in ops]), Origin(seq, who, who))
    claims = sorted(
        [record, c.field, c.incarnation, c.seq, c.value, int(c.rectification)]
        for record, folded in state.records.items()
        for c in folded.claims.values()
    )
    values = {record: dict(sorted(folded.values.items())) for record, folded in sorted(state.records.items())}
    return {"values": values, "claims": claims}


def _op(kind: str, record: str, base: int | None, put: dict[str, Any], closes: list[Any]) -> Op:
    pairs = {name: tuple(value) if isinstance(value, list) else value for name, value in put.items()}
    return Op(kind, record, base, pairs, [tuple(one) for one in closes])
