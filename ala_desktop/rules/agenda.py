"""Which cases wait for a commission, in what order they come on the agenda, and what a decision does to a case.

Pure functions over values in normal form. The words of the agenda are written by `services.agenda_cases`.
"""

from __future__ import annotations

from collections.abc import Mapping

from ala_desktop.fields.values import Value
from ala_desktop.rules.votes import DECISIVE, FITNESS, REQUEST

HOMES = frozenset({"SAP", "SAT", "SAS"})
"""Services that give a home."""

OPEN_OUTCOMES = frozenset({None, "in_istruttoria", "rinviata"})
"""Outcomes with which an application still waits: none, supplementary enquiry, adjourned to another sitting."""

_CASE_OUTCOMES = {
    "accolta": "accolta",
    "respinta": "respinta",
    "idonea": "idonea",
    "non_idonea": "non_idonea",
    "supplemento": "in_istruttoria",
    "rinviata": "rinviata",
}
"""Outcome of an item to outcome of its case. `presa_atto` takes note and leaves the case as it is."""


def application_waits(values: Mapping[str, Value]) -> bool:
    """Whether an application waits for a commission."""
    return values.get("outcome") in OPEN_OUTCOMES


def grant_waits(values: Mapping[str, Value]) -> bool:
    """Whether an intervention is a request for a grant that waits for a commission.

    A row of an old register has no outcome but an amount granted or paid: it was decided long ago.
    """
    if values.get("type") != "contributo" or values.get("outcome") not in OPEN_OUTCOMES:
        return False
    paid = values.get("settled_cents") is not None or values.get("settled_on") is not None
    decided = values.get("outcome") is None and values.get("granted_cents") is not None
    return not (paid or decided)


def agenda_order(day: Value, code: Value, written: str) -> tuple[str, str, str]:
    """The sort key of a case on the agenda: oldest request first, undated ones last, then by protocol, then by id."""
    return (str(day or "9999"), str(code or ""), written)


def application_after(item: Mapping[str, Value], held_on: str) -> dict[str, Value]:
    """What the outcome of an item writes on its application; empty when it leaves it as it is."""
    outcome = _CASE_OUTCOMES.get(str(item.get("outcome")))
    if outcome is None:
        return {}
    put: dict[str, Value] = {"outcome": outcome}
    if outcome in DECISIVE:
        put["decided_on"] = held_on
    if outcome in (FITNESS[0], REQUEST[0]) and item.get("unit_id"):
        put["unit_id"] = item["unit_id"]
    return put


def grant_after(item: Mapping[str, Value]) -> dict[str, Value]:
    """What the outcome of an item writes on its grant: the outcome and, if granted, amount and months."""
    outcome = _CASE_OUTCOMES.get(str(item.get("outcome")))
    if outcome is None:
        return {}
    put: dict[str, Value] = {"outcome": outcome}
    if outcome == "accolta":
        granted: dict[str, Value] = {"granted_cents": item.get("amount_cents"), "months": item.get("months")}
        put |= {name: value for name, value in granted.items() if value is not None}
    return put


def answers_for(service: Value, grant: Value) -> tuple[str, str]:
    """The pair of outcomes, yes and no, that fits what an item decides.

    An application for a home is found fit or not; a grant or a measure of support is given or refused.
    """
    return REQUEST if grant or service not in HOMES else FITNESS
