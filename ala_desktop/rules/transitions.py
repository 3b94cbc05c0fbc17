"""Which changes of state are allowed: the four axes of a housing unit, and the states of a sitting.

Pure functions over values in normal form; they know no record class and no store. Services and screens may import
this. The rules of the axes are those of DOMAIN 1 ("Unit: four orthogonal axes"); nothing else is forbidden, because
offices also record what happened long ago and in another order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ala_desktop.fields.values import Value, show_date

AXES = {
    "designation": "la destinazione",
    "occupancy": "l'occupazione",
    "condition": "la condizione",
    "availability": "la disponibilità",
}
"""The four axes of a unit, each with its Italian name inside a sentence."""

TERMINAL = {"alienato": "alienato", "demolito": "demolito"}
"""Availabilities from which a unit never comes back (DOMAIN 1)."""

OCCUPIED = frozenset({"assegnato", "in_rilascio", "occupato_senza_titolo"})
"""Occupancies in which somebody lives there, so that leaving them is a release."""

WORKS_IN_OCCUPATION = "lavori con l'alloggio occupato"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say of a change.

    Attributes:
        refusals: why it cannot be, in Italian sentences; empty when it can.
        questions: what the clerk must confirm first, in Italian; empty when there is nothing to confirm.
    """

    refusals: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PastState:
    """A value that an axis had until it changed.

    Attributes:
        axis: one of AXES.
        value: identifier of the value that ended.
        since: the day it began, ISO; None when not known.
        until: the day on which the next value began, ISO.
    """

    axis: str
    value: str
    since: str | None
    until: str


def changed_axes(before: Mapping[str, Value], after: Mapping[str, Value]) -> list[str]:
    """The axes whose value differs, in the order of AXES."""
    return [axis for axis in AXES if before.get(axis) != after.get(axis)]


def dated(before: Mapping[str, Value], put: Mapping[str, Value], today: date) -> dict[str, Value]:
    """`put` with the day on which each changed axis takes its new value: as the clerk wrote it, else today.

    A day left as it was belongs to the old value. An axis that had no value gets no day that nobody wrote (the home
    was SAP long before it was registered); one that is emptied loses its day.
    """
    completed = dict(put)
    for axis in AXES:
        day = f"{axis}_since"
        if axis not in put or put[axis] == before.get(axis):
            continue
        if put[axis] is None:
            completed[day] = None
        elif before.get(axis) is not None and put.get(day) in (None, before.get(day)):
            completed[day] = today.isoformat()
    return completed


def past_states(before: Mapping[str, Value], after: Mapping[str, Value], today: date) -> list[PastState]:
    """The values that end with this change, one for each axis that had a value and changes it.

    `after` carries the days of the new values (see `dated`).
    """
    ended: list[PastState] = []
    for axis in changed_axes(before, after):
        value = before.get(axis)
        if isinstance(value, str):
            until = _day(after, axis) if after.get(axis) is not None else None
            ended.append(PastState(axis, value, _day(before, axis), until or today.isoformat()))
    return ended


def judge_unit(
    before: Mapping[str, Value], after: Mapping[str, Value], today: date, *, lived_in_before: bool = False
) -> Verdict:
    """Whether a unit may pass from `before` to `after` (all its values, not only the changed ones).

    Args:
        before: the unit as it stands; empty for a new one.
        after: the unit as it would stand, its days completed by `dated`.
        today: the calendar day.
        lived_in_before: whether the occupancy before the present one was one of OCCUPIED (from the unit's past states).
    """
    refusals = [*_terminal(before, after), *_order_of_days(before, after), *_release(before, after, lived_in_before)]
    questions = [*_works(before, after), *_reason(before, after), *_future(before, after, today)]
    return Verdict(tuple(refusals), tuple(questions))


def works_in_occupation(after: Mapping[str, Value]) -> bool:
    """Whether works go on in a unit that is assigned; allowed only if the office says so (DOMAIN 1)."""
    return after.get("condition") == "in_manutenzione" and after.get("occupancy") == "assegnato"


def _terminal(before: Mapping[str, Value], after: Mapping[str, Value]) -> list[str]:
    state = before.get("availability")
    changed = changed_axes(before, after)
    if state not in TERMINAL or not changed:
        return []
    names = " e ".join(AXES[axis] for axis in changed)
    return [f"L'alloggio risulta {TERMINAL[str(state)]}: è uno stato definitivo, {names} non può più cambiare."]


def _order_of_days(before: Mapping[str, Value], after: Mapping[str, Value]) -> list[str]:
    wrong: list[str] = []
    for axis in changed_axes(before, after):
        old, new = _day(before, axis), _day(after, axis)
        if old and new and new < old:
            wrong.append(
                f"Per {AXES[axis]} il nuovo valore decorrerebbe dal {show_date(new)}, "
                f"prima di quello attuale (dal {show_date(old)})."
            )
    return wrong


def _release(before: Mapping[str, Value], after: Mapping[str, Value], lived_in_before: bool) -> list[str]:
    """Release, then inspection, then condition (DOMAIN 1). Without a known day of release there is nothing to check."""
    released = _day(after, "occupancy")
    left = before.get("occupancy") in OCCUPIED or (before.get("occupancy") == "libero" and lived_in_before)
    if after.get("occupancy") != "libero" or not left or released is None or "condition" not in _set(before, after):
        return []
    inspected = after.get("last_inspection")
    if isinstance(inspected, str) and inspected >= released:
        return []
    return [
        f"L'alloggio è stato rilasciato il {show_date(released)}: prima di cambiare la condizione "
        "va registrato il sopralluogo fatto dopo il rilascio."
    ]


def _works(before: Mapping[str, Value], after: Mapping[str, Value]) -> list[str]:
    if not works_in_occupation(after) or not {"condition", "occupancy"} & set(changed_axes(before, after)):
        return []
    return [
        "Un alloggio in manutenzione non può essere assegnato, salvo che i lavori proseguano con l'alloggio occupato. "
        "I lavori proseguono con l'alloggio occupato?"
    ]


def _reason(before: Mapping[str, Value], after: Mapping[str, Value]) -> list[str]:
    new = "availability" in changed_axes(before, after) and after.get("availability") == "non_disponibile"
    return ["Manca il motivo della non disponibilità. Salvare ugualmente?"] if new and _bare(after) else []


def _future(before: Mapping[str, Value], after: Mapping[str, Value], today: date) -> list[str]:
    asked: list[str] = []
    for axis in changed_axes(before, after):
        day = _day(after, axis)
        if day and day > today.isoformat():
            asked.append(f"Per {AXES[axis]} la decorrenza è futura ({show_date(day)}). La data è giusta?")
    return asked


def _set(before: Mapping[str, Value], after: Mapping[str, Value]) -> set[str]:
    return {axis for axis in changed_axes(before, after) if after.get(axis) is not None}


def _day(values: Mapping[str, Value], axis: str) -> str | None:
    day = values.get(f"{axis}_since")
    return day if isinstance(day, str) else None


def _bare(values: Mapping[str, Value]) -> bool:
    return not str(values.get("availability_reason") or "").strip()


SITTING_PASSAGES = frozenset({("bozza", "in_lettura"), ("in_lettura", "bozza"), ("in_lettura", "approvato")})
"""The only passages between the states of a sitting (DOMAIN 5); `approvato` has no way out."""


def sitting_may_pass(now: Value, then: str) -> bool:
    """Whether a sitting in state `now` (None counts as a draft) may pass to `then`."""
    return (str(now or "bozza"), then) in SITTING_PASSAGES
