"""What left in files and waits for its answer: a question is known again by its nonce, and answered once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import urlsplit

from sqlalchemy import Connection

from ala_desktop.sync.questions import Signed

MOST_LETTERS = 50
"""Letters without an answer that are remembered; of older ones an answer is not taken any more."""


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
    """Strike questions that were answered."""
    rows = [(nonce,) for nonce in nonces]
    if rows:
        connection.exec_driver_sql("DELETE FROM letter_question WHERE nonce = ?", rows)
