"""Commands on requests to ALA: list, open, withdraw, take, answer."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Mapping

from ala_desktop.cli.context import Context
from ala_desktop.core.console import Answer
from ala_desktop.core.errors import Mendable
from ala_desktop.core.tenants import name_of
from ala_desktop.fields.spec import RecordSpec
from ala_desktop.fields.values import ValueProblem, show_date
from ala_desktop.rules.requests import State
from ala_desktop.services.desk import Desk
from ala_desktop.services.sharing.request_book import RequestBook
from ala_desktop.services.sharing.requests import KIND, REPLY, Request, Requests

STATES = {
    State.OPEN: "aperta",
    State.TAKEN: "presa in carico",
    State.ANSWERED: "con risposta",
    State.WITHDRAWN: "ritirata",
}


def requests(context: Context, arguments: Namespace) -> Answer:
    """List the requests, or do one thing with one."""
    with context.desk() as desk:
        book = RequestBook(desk)
        if arguments.action == "list":
            return _listed(desk, book, arguments.tenant)
        if arguments.action == "open":
            return _done(desk, _open(desk, arguments))
        with book.at(book.tenant_of(arguments.id)) as other:
            return _done(other, _on_one(other, arguments))


def _listed(desk: Desk, book: RequestBook, tenant: str | None) -> Answer:
    if tenant is None:
        found = book.list()
    else:
        with book.at(tenant.upper()) as other:
            found = Requests(other).list()
    words = "\n\n".join(told(desk, one) for one in found) or "Nessuna richiesta."
    return Answer([one.as_json() for one in found], words)


def _open(desk: Desk, arguments: Namespace) -> Request:
    spec, asked = desk.catalog[KIND], Requests(desk)
    texts = {"type": arguments.type, "subject": arguments.subject, "text": arguments.text, "due_on": arguments.due}
    values = _read(desk, spec, texts)
    about = asked.about(_known(desk, arguments.about[0]), arguments.about[1]) if arguments.about else None
    return asked.open(values["type"], values["subject"], values["text"], about=about, due_on=values["due_on"])


def _on_one(desk: Desk, arguments: Namespace) -> Request:
    asked = Requests(desk)
    if arguments.action == "withdraw":
        return asked.withdraw(arguments.id, arguments.why)
    if arguments.action == "take":
        return asked.take(arguments.id)
    values = _read(desk, desk.catalog[REPLY], {"outcome": arguments.outcome, "text": arguments.text})
    return asked.answer(arguments.id, values["outcome"], values["text"])


def _known(desk: Desk, kind: str) -> str:
    if kind not in desk.catalog:
        raise Mendable(
            "Tipo di scheda sconosciuto",
            f"«{kind}» non è un tipo di scheda.",
            f"I tipi sono: {', '.join(desk.catalog)}.",
        )
    return kind


def _read(desk: Desk, spec: RecordSpec, texts: Mapping[str, str]) -> dict[str, str]:
    """Texts as values in normal form; empty where nothing was written."""
    values: dict[str, str] = {}
    for name, text in texts.items():
        field = spec.fields[name]
        try:
            values[name] = str(field.kind.parse(text, desk.clock.today()) or "")
        except ValueProblem as problem:
            raise Mendable(
                f"{field.label}: valore non valido", f"«{text[:60]}» {problem.reason}.", "Correggerlo e riprovare."
            ) from problem
    return values


def _done(desk: Desk, request: Request) -> Answer:
    return Answer(request.as_json(), told(desk, request))


def told(desk: Desk, request: Request) -> str:
    """A request in a few lines."""
    types, outcomes = (desk.catalog[kind].fields[name].kind for kind, name in ((KIND, "type"), (REPLY, "outcome")))
    due = f", risposta entro il {show_date(request.due_on)}" if request.due_on else ""
    lines = [
        f"{request.id}  {request.subject}",
        f"  {name_of(request.tenant)} - {types.show(request.type)} - {STATES[request.state]}{due}",
        *_lines(request),
    ]
    for reply in request.replies:
        lines.append(f"  ALA ({reply.by}, {show_date(reply.on)}), {outcomes.show(reply.outcome)}: {reply.text}")
    return "\n".join(lines)


def _lines(request: Request) -> Iterable[str]:
    if request.about:
        yield f"  scheda: {request.about.name}"
    if request.taken_on:
        yield f"  presa in carico da {request.taken_by} il {show_date(request.taken_on)}"
    if request.withdrawn_on:
        why = f": {request.withdrawn_why}" if request.withdrawn_why else ""
        yield f"  ritirata da {request.withdrawn_by} il {show_date(request.withdrawn_on)}{why}"
