"""What left in files and waits for its answer: a question is known again by its nonce, and answered once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import Connection

from ala_desktop.sync.messages import ENROL
from ala_desktop.sync.questions import Signed

MOST_LETTERS = 50
"""Letters without an answer that are remembered; of older ones an answer is not taken any more."""
_JOINS = f"target = '{ENROL}'"


class Waiting(NamedTuple):
    """A question without an answer.

    Attributes:
        method, target: HTTP method; path with query.
        hub_key: public key of the hub that was asked.
    """

    method: str
    target: str
    hub_key: bytes

    @property
    def path(self) -> str:
        """The target without its query."""
        return urlsplit(self.target).path

    @property
    def tenant(self) -> str:
        """The log that it names; empty for the device's own."""
        return parse_qs(urlsplit(self.target).query).get("tenant", [""])[0]


class Unanswered(NamedTuple):
    """Letters whose answer is still of use: none to a later one was read, and no exchange over the network was made.

    Attributes:
        letters: how many, requests to join aside. since: when the first of them was written, UTC.
        joining: when the last request to join was written, UTC.
    """

    letters: int
    since: str | None
    joining: str | None


def note(connection: Connection, parcel: str, questions: Iterable[Signed], hub_key: bytes, now: str) -> None:
    """Write down that these questions leave in the file `parcel`."""
    rows = [(one.request.nonce, one.request.method, one.request.target, parcel, hub_key, now) for one in questions]
    connection.exec_driver_sql("INSERT INTO letter_question VALUES (?, ?, ?, ?, ?, ?)", rows)
    kept = "SELECT parcel FROM letter_question GROUP BY parcel ORDER BY max(rowid) DESC LIMIT ?"
    connection.exec_driver_sql(f"DELETE FROM letter_question WHERE parcel NOT IN ({kept})", (MOST_LETTERS,))


def waiting(connection: Connection) -> dict[str, Waiting]:
    """The questions without an answer, by nonce."""
    rows = connection.exec_driver_sql("SELECT nonce, method, target, hub_key FROM letter_question")
    return {nonce: Waiting(method, target, hub_key) for nonce, method, target, hub_key in rows}


def answered(connection: Connection, nonces: Iterable[str]) -> None:
    """Strike questions that were answered; nobody waits for answers to letters before theirs any more."""
    known = set(nonces)
    asked = connection.exec_driver_sql("SELECT nonce, parcel FROM letter_question").all()
    first = "SELECT min(rowid) FROM letter_question WHERE parcel = ?"
    for parcel in {parcel for nonce, parcel in asked if nonce in known}:
        connection.exec_driver_sql(f"UPDATE letter_question SET written = '' WHERE rowid < ({first})", (parcel,))
    rows = [(nonce,) for nonce in known]
    if rows:
        connection.exec_driver_sql("DELETE FROM letter_question WHERE nonce = ?", rows)


def unanswered(connection: Connection) -> Unanswered:
    """What waits for an answer."""
    query = (
        f"SELECT count(DISTINCT parcel) FILTER (WHERE NOT {_JOINS}), min(written) FILTER (WHERE NOT {_JOINS}),"
        f" max(written) FILTER (WHERE {_JOINS}) FROM letter_question WHERE written != ''"
    )
    return Unanswered(*connection.exec_driver_sql(query).one())


def overtaken(connection: Connection) -> None:
    """Everything was exchanged over the network: an answer may still be read, but nobody waits for one."""
    connection.exec_driver_sql("UPDATE letter_question SET written = ''")
