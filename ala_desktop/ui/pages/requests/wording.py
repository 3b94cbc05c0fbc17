"""Italian sentences about requests. Pure text."""

from __future__ import annotations

from collections.abc import Iterator

from ala_desktop.core.tenants import name_of
from ala_desktop.fields.values import show_date
from ala_desktop.models.requests import OUTCOMES, REQUESTS
from ala_desktop.rules.requests import State
from ala_desktop.services.sharing.requests import Reply, Request

_SHORT = 38
_STATES = {
    State.OPEN: "Aperta",
    State.TAKEN: "Presa in carico",
    State.ANSWERED: "Con risposta",
    State.WITHDRAWN: "Ritirata",
}


def state(request: Request) -> str:
    """How it stands: `Con risposta · nuova`; a withdrawal that crossed an answer says both."""
    text = _STATES[request.state]
    if request.state is State.WITHDRAWN and request.replies:
        text += ", ALA ha risposto"
    return f"{text} · nuova" if request.news else text


def due(request: Request) -> str:
    """The day by which an answer is needed."""
    return show_date(request.due_on) if request.due_on else ""


def kind(request: Request) -> str:
    """What is asked."""
    return REQUESTS.get(request.type, request.type)


def head(request: Request, *, agency: bool) -> str:
    """`Parere su un caso · chiesto da Piera Invernizzi il 22/11/2026 · risposta entro il 31/12/2026`."""
    parts = [kind(request), f"chiesto da {request.asked_by} il {show_date(request.asked_on)}"]
    if agency:
        parts.insert(0, f"Comune di {name_of(request.tenant)}")
    if request.due_on:
        parts.append(f"risposta entro il {due(request)}")
    return " · ".join(parts)


def course(request: Request) -> Iterator[str]:
    """What was done with it besides answering, a sentence each."""
    if request.taken_on:
        yield f"Presa in carico da {request.taken_by} (ALA) il {show_date(request.taken_on)}."
    if request.withdrawn_on:
        why = f": {request.withdrawn_why}" if request.withdrawn_why else ""
        yield f"Ritirata da {request.withdrawn_by} il {show_date(request.withdrawn_on)}{why}."
        if request.replies:
            yield "Il ritiro e la risposta si sono incrociati: restano entrambi, e decide il Comune."
    if request.state.waits and not request.taken_on:
        yield "ALA non l'ha ancora presa in carico."


def signed(reply: Reply) -> str:
    """`Parere favorevole · Ada Negri (ALA), 23/11/2026`."""
    return f"{OUTCOMES.get(reply.outcome, reply.outcome)} · {reply.by} (ALA), {show_date(reply.on)}"


def _short(subject: str) -> str:
    """A subject that leaves room for what stands beside it."""
    return subject if len(subject) <= _SHORT else subject[: _SHORT - 1].rstrip() + "…"


def came(request: Request) -> str:
    """What ALA did, for the comune: `ALA ha risposto: Chi precede?`."""
    did = "ha risposto" if request.replies else "ha preso in carico"
    return f"ALA {did}: {_short(request.subject)}"


def asked(request: Request) -> str:
    """What waits for ALA: `Borghetto Lodigiano: Chi precede? · entro il 31/12/2026`."""
    until = f" · entro il {due(request)}" if request.due_on else ""
    return f"{name_of(request.tenant)}: {_short(request.subject)}{until}"
