"""Requests to ALA in one log: the comune asks and withdraws, ALA takes and answers; each sees what the other did.

`all_requests` gathers them over the logs that ALA holds; `referrals` ties them to discordant values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ala_desktop.core.errors import Mendable
from ala_desktop.core.tenants import ALA
from ala_desktop.fields.spec import DELETED
from ala_desktop.fields.values import Value
from ala_desktop.rules import requests as rules
from ala_desktop.rules.requests import State
from ala_desktop.services.desk import Desk
from ala_desktop.services.row import Row
from ala_desktop.services.sharing.save_words import SaveWords
from ala_desktop.sync.capture import Change

KIND, REPLY = "request_to_ala", "reply"


class Reply(NamedTuple):
    """What ALA answered: outcome (its identifier), text, who, on which day."""

    id: str
    outcome: str
    text: str
    by: str
    on: str


class About(NamedTuple):
    """The record that a request is about; for a discordant value also its field, and the conflict's id."""

    kind: str
    id: str
    name: str
    field: str = ""
    conflict: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """A request as both sides see it.

    Attributes:
        tenant: of whose log it is. id: of its record.
        type: what is asked (its identifier). subject, text: the question.
        about: the record concerned, or None. due_on: the day by which an answer is needed, or empty.
        asked_by, asked_on; taken_by, taken_on; withdrawn_by, withdrawn_on, withdrawn_why: who did it, when, why; empty
            where nobody did.
        state: how it stands. replies: ALA's answers, oldest first; also of one that was withdrawn meanwhile.
        news: the other side did something that was not looked at on this PC yet.
    """

    tenant: str
    id: str
    type: str
    subject: str
    text: str
    about: About | None
    due_on: str
    asked_by: str
    asked_on: str
    taken_by: str
    taken_on: str
    withdrawn_by: str
    withdrawn_on: str
    withdrawn_why: str
    state: State
    replies: tuple[Reply, ...]
    news: bool

    def as_json(self) -> dict[str, object]:
        """The shape that scripts read."""
        return {
            "id": self.id, "comune": self.tenant, "type": self.type, "subject": self.subject, "text": self.text,
            "about": self.about._asdict() if self.about else None, "due_on": self.due_on or None,
            "state": self.state.value, "asked": _when(self.asked_by, self.asked_on),
            "taken": _when(self.taken_by, self.taken_on),
            "withdrawn": {**withdrawn, "why": self.withdrawn_why or None}
            if (withdrawn := _when(self.withdrawn_by, self.withdrawn_on)) else None,
            "replies": [reply._asdict() for reply in self.replies], "news": self.news,
        }  # fmt: skip


def _when(by: str, on: str) -> dict[str, object] | None:
    return {"by": by, "on": on} if on else None


def in_order(found: Sequence[Request]) -> list[Request]:
    """Those that wait first, the nearest due day before the others; then the latest asked."""
    newest = sorted(found, key=lambda one: one.id, reverse=True)
    return sorted(newest, key=lambda one: (not one.state.waits, (one.due_on or "9") if one.state.waits else ""))


class Requests:
    """The requests in the log of `desk`. Any thread may call."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._agency = desk.me.office == ALA

    # --- reading ---------------------------------------------------------------------------------------------------

    def list(self) -> list[Request]:
        """Every request, in the order of `in_order`."""
        return in_order(self._told(self._desk.find(KIND)))

    def one(self, request: str) -> Request:
        """One request.

        Raises:
            Mendable: there is none with this id.
        """
        return self._told([self._desk.get(KIND, request)])[0]

    def _told(self, rows: Sequence[Row]) -> list[Request]:
        replies: dict[str, list[Row]] = {}
        for reply in self._desk.find(REPLY) if rows else ():
            replies.setdefault(reply.text("request_id"), []).append(reply)
        seen = self._seen()
        return [self._request(row, replies.get(row.id, []), seen.get(row.id, "")) for row in rows]

    def _request(self, row: Row, replies: list[Row], seen: str) -> Request:
        text = row.text
        about = About(*(text(f"about_{name}") for name in ("kind", "id", "name", "field", "claim")))
        return Request(
            self._desk.tenant, row.id, text("type"), text("subject"), text("text"), about if about.id else None,
            text("due_on"), text("asked_by"), text("asked_on"), text("taken_by"), text("taken_on"),
            text("withdrawn_by"), text("withdrawn_on"), text("withdrawn_why"),
            rules.state_of(row.values, len(replies)),
            tuple(Reply(one.id, *map(one.text, ("outcome", "text", "replied_by", "replied_on"))) for one in replies),
            self._stands(row.values, len(replies)) != seen,
        )  # fmt: skip

    # --- what is new -----------------------------------------------------------------------------------------------

    def _stands(self, values: Mapping[str, Value], replies: int) -> str:
        """What the other side did so far, in a word that is kept once it was looked at; empty: nothing."""
        if self._agency:
            return State.OPEN.value if values.get("withdrawn_on") is None else State.WITHDRAWN.value
        return f"{values.get('taken_by')} {replies}" if replies or values.get("taken_on") is not None else ""

    def _seen(self) -> dict[str, str]:
        with self._desk.reading() as connection:
            found = connection.exec_driver_sql("SELECT request, told FROM seen_request").all()
        return {request: told for request, told in found}  # noqa: C416 - rows, not pairs

    def mark_seen(self, request: str) -> None:
        """Take note that a request was looked at on this PC as it stands."""
        row, replies = self._desk.get(KIND, request), len(self._desk.find(REPLY, request_id=request))
        told = self._stands(row.values, replies)
        if self._seen().get(request, "") == told:
            return
        with self._desk.store.writing() as connection:
            connection.exec_driver_sql("INSERT OR REPLACE INTO seen_request VALUES (?, ?)", (request, told))

    # --- the comune ------------------------------------------------------------------------------------------------

    def about(self, kind: str, record: str) -> About:
        """How a request names the record that it is about.

        Raises:
            Mendable: there is no such record.
        """
        row = self._desk.get(kind, record)
        return About(kind, record, SaveWords(self._desk).name(kind, row.values)[:200])

    def signed(self, about: About | None = None) -> dict[str, Value]:
        """What the program itself writes into a new request."""
        put: dict[str, Value] = {"asked_by": self._desk.author, "asked_on": self._today()}
        if about:
            named = zip(("kind", "id", "name", "field", "claim"), about, strict=True)
            put |= {f"about_{name}": value for name, value in named if value}
        return put

    def open(self, type: str, subject: str, text: str = "", *, about: About | None = None, due_on: str = "") -> Request:
        """Ask ALA.

        Raises:
            Mendable: a value that cannot stand.
        """
        put = {"type": type, "subject": subject, "text": text or None, "due_on": due_on or None, **self.signed(about)}
        record = self._desk.new_id()
        self._desk.save([Change(KIND, record, {name: value for name, value in put.items() if value is not None})])
        return self.one(record)

    def withdraw(self, request: str, why: str = "") -> Request:
        """Take a request back: the comune decides alone.

        Raises:
            Mendable: it is answered, or withdrawn already.
        """
        row = self._judged(request, "La richiesta non si può ritirare", lambda state, _: rules.may_withdraw(state))
        self._desk.save([self.withdrawing(row, why)])
        return self.one(request)

    def withdrawing(self, row: Row, why: str) -> Change:
        """The change that withdraws a request."""
        return row.change(
            {"withdrawn_on": self._today(), "withdrawn_by": self._desk.author, "withdrawn_why": why or None}
        )

    def restore(self, request: str) -> Request:
        """Take a withdrawal back, while ALA has not answered.

        Raises:
            Mendable: ALA has answered meanwhile, or it is not withdrawn.
        """
        row = self._judged(request, "Il ritiro non si può annullare", rules.may_restore)
        self._desk.save([restoring(row)])
        return self.one(request)

    # --- ALA -------------------------------------------------------------------------------------------------------

    def take(self, request: str) -> Request:
        """ALA takes a request in charge.

        Raises:
            Mendable: it is taken, answered or withdrawn already.
        """
        row = self._judged(request, "La richiesta non si può prendere in carico", lambda s, _: rules.may_take(s))
        self._desk.save([row.change({"taken_on": self._today(), "taken_by": self._desk.author})])
        self.mark_seen(request)
        return self.one(request)

    def release(self, request: str) -> Request:
        """ALA gives a request back that it had taken.

        Raises:
            Mendable: nobody has taken it, or it is over.
        """
        row = self._judged(request, "La presa in carico non si può annullare", lambda s, _: rules.may_release(s))
        self._desk.save([row.change({"taken_on": None, "taken_by": None})])
        return self.one(request)

    def answer(self, request: str, outcome: str, text: str) -> Request:
        """ALA answers; what the comune has withdrawn meanwhile unseen is answered all the same.

        Raises:
            Mendable: it is answered or withdrawn already, or a value that cannot stand.
        """
        self.refuse_answer(request)
        self._desk.save([self.answering(request, outcome, text)])
        self.mark_seen(request)
        return self.one(request)

    def refuse_answer(self, request: str) -> None:
        """Say why a request cannot be answered.

        Raises:
            Mendable: it is answered or withdrawn already.
        """
        self._judged(request, "Alla richiesta non si può rispondere", lambda state, _: rules.may_answer(state))

    def answering(self, request: str, outcome: str, text: str) -> Change:
        """The change that answers a request."""
        put = {"request_id": request, "outcome": outcome, "text": text or None, **self.signed_reply()}
        return Change(REPLY, self._desk.new_id(), {name: value for name, value in put.items() if value is not None})

    def signed_reply(self) -> dict[str, Value]:
        """What the program itself writes into a reply."""
        return {"replied_by": self._desk.author, "replied_on": self._today()}

    def recall(self, reply: str) -> Request:
        """Take an answer back: it is deleted, and stays in the log."""
        row = self._desk.get(REPLY, reply)
        self._desk.save([row.change({DELETED: 1})])
        return self.one(row.text("request_id"))

    # --- both ------------------------------------------------------------------------------------------------------

    def _judged(self, request: str, title: str, rule: Callable[[State, int], str | None]) -> Row:
        """The row of a request that `rule` lets pass."""
        row = self._desk.get(KIND, request)
        replies = len(self._desk.find(REPLY, request_id=request))
        reason = rule(rules.state_of(row.values, replies), replies)
        if reason is not None:
            raise Mendable(title, f"«{row.text('subject')}»: {reason}.", "Rivedere l'elenco delle richieste.")
        return row

    def _today(self) -> str:
        return self._desk.clock.today().isoformat()


def restoring(row: Row) -> Change:
    """The change that takes the withdrawal of a request back."""
    return row.change({"withdrawn_on": None, "withdrawn_by": None, "withdrawn_why": None})
