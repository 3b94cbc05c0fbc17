"""Discordant values that a comune leaves to ALA: each by a request of its own, closed with the value.

"Rimetti ad ALA" opens the request. Whoever decides the value closes it in the same transaction: the comune withdraws,
ALA answers. Nothing here is needed for the decision itself (`conflicts`), which holds with or without a request.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from ala_desktop.core.tenants import ALA
from ala_desktop.fields.spec import DELETED
from ala_desktop.models.requests import DECIDED, DISCORDANT
from ala_desktop.services.desk import Desk
from ala_desktop.services.row import Row
from ala_desktop.services.sharing.requests import KIND, REPLY, About, Request, Requests, restoring
from ala_desktop.sync.capture import Change

DECIDED_HERE = "Deciso dal Comune"
_MOST_TEXT = 4000
_MOST_SUBJECT = 200


class Question(NamedTuple):
    """A discordant value as a request tells it: the cell, and the values with who wrote them when."""

    about: About
    subject: str
    text: str


class Referrals:
    """The requests of one log that are about discordant values."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._requests = Requests(desk)
        self._agency = desk.me.office == ALA

    def refer(self, question: Question) -> Request:
        """Leave a discordant value to ALA; one that is left to it already stays so."""
        waiting = self.waiting().get(question.about.conflict)
        if waiting is not None:
            return self._requests.one(waiting.id)
        return self._requests.open(
            DISCORDANT, question.subject[:_MOST_SUBJECT], question.text[:_MOST_TEXT], about=question.about
        )

    def waiting(self) -> dict[str, Row]:
        """Requests about discordant values that wait for ALA, by the id of the conflict."""
        rows = self._desk.find(KIND, type=DISCORDANT, withdrawn_on=None)
        answered = {reply.text("request_id") for reply in self._desk.find(REPLY)} if rows else set[str]()
        return {row.text("about_claim"): row for row in rows if row.get("about_claim") and row.id not in answered}

    def closing(self, decided: Mapping[str, str]) -> list[Change]:
        """What closes the requests about decided conflicts, told by their ids: the value as a person reads it."""
        waiting = self.waiting()
        return [self._closing(waiting[name], value) for name, value in decided.items() if name in waiting]

    def _closing(self, row: Row, value: str) -> Change:
        if self._agency:
            return self._requests.answering(row.id, DECIDED, f"Deciso da ALA: {value}"[:_MOST_TEXT])
        return self._requests.withdrawing(row, DECIDED_HERE)

    def reopening(self, conflicts: Collection[str]) -> list[Change]:
        """What takes `closing` back, for conflicts whose decision is taken back."""
        latest = {
            row.text("about_claim"): row
            for row in self._desk.find(KIND, type=DISCORDANT)
            if row.get("about_claim") in conflicts
        }
        return [change for row in latest.values() for change in self._reopening(row)]

    def _reopening(self, row: Row) -> list[Change]:
        replies = self._desk.find(REPLY, request_id=row.id)
        if self._agency:
            return [reply.change({DELETED: 1}) for reply in replies if reply.get("outcome") == DECIDED]
        return [] if replies or row.get("withdrawn_why") != DECIDED_HERE else [restoring(row)]
