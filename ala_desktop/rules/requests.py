"""How a request to ALA stands, and what may be done with it then. Pure; the sentences are Italian.

The state is told from what each side wrote, never stored: a withdrawal and an answer may cross on the way, and both
hold (ADR 22). The comune may always withdraw and decide alone (DESIGN 3); what is answered or withdrawn stays so, and
who wants more opens another request: the first keeps its question, its answer and its dates.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from ala_desktop.fields.values import Value


class State(Enum):
    """How a request stands."""

    OPEN = "aperta"
    TAKEN = "presa_in_carico"
    ANSWERED = "risposta"
    WITHDRAWN = "ritirata"

    @property
    def waits(self) -> bool:
        """Whether ALA has something to do."""
        return self in (State.OPEN, State.TAKEN)


def state_of(request: Mapping[str, Value], replies: int) -> State:
    """The state of a request with these values and so many replies; a withdrawal comes before everything."""
    if request.get("withdrawn_on") is not None:
        return State.WITHDRAWN
    if replies:
        return State.ANSWERED
    return State.OPEN if request.get("taken_on") is None else State.TAKEN


def may_withdraw(state: State) -> str | None:
    """Why the comune may not withdraw; None when it may."""
    if state is State.ANSWERED:
        return "ALA ha già risposto: la risposta resta, e decide comunque il Comune"
    return "è già stata ritirata" if state is State.WITHDRAWN else None


def may_restore(state: State, replies: int) -> str | None:
    """Why a withdrawal may not be taken back; None when it may."""
    if state is not State.WITHDRAWN:
        return "non è stata ritirata"
    return "nel frattempo ALA ha risposto: per altro si apre un'altra richiesta" if replies else None


def may_take(state: State) -> str | None:
    """Why ALA may not take a request in charge; None when it may."""
    if state is State.TAKEN:
        return "è già presa in carico"
    return _over(state)


def may_release(state: State) -> str | None:
    """Why ALA may not give a request back that it had taken; None when it may."""
    return _over(state) if state is not State.OPEN else "nessuno l'ha presa in carico"


def may_answer(state: State) -> str | None:
    """Why ALA may not answer; None when it may."""
    return _over(state)


def _over(state: State) -> str | None:
    if state is State.WITHDRAWN:
        return "il Comune l'ha ritirata e decide da solo"
    return "ha già una risposta: per altro il Comune apre un'altra richiesta" if state is State.ANSWERED else None
