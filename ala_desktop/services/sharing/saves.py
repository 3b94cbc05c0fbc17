"""Saves in words: what waits to be sent and what was exchanged lately, each as a person would tell it.

Numbers of all, text of a page at a time, so that a list may hold any number of them. Nothing is written here.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import islice

import msgspec
from sqlalchemy import Connection

from ala_desktop.services.desk import Desk
from ala_desktop.services.sharing.save_words import SaveWords
from ala_desktop.sync import envelope, replica, stored_snapshot
from ala_desktop.sync.ledger import REPEATED
from ala_desktop.sync.protocol import Refused, Transaction, decode_line

RECENT = 5_000
"""Saves of the log that the list of recent ones goes back."""

_IN = "(SELECT value FROM json_each(?))"
_REFUSED = msgspec.json.Decoder(list[Refused])


class State(Enum):
    """Where a save stands (DOMAIN 12); the value is what the clerk reads."""

    TO_SEND = "da inviare"
    SENT = "inviato, da confermare"
    RECEIVED = "ricevuto da ALA"
    TO_CORRECT = "da correggere"
    LEFT = "lasciato perdere"
    ARRIVED = "arrivato"


class Whose(Enum):
    """Which saves of the log are wanted."""

    OTHERS = "others"
    OWN = "own"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Save:
    """One save.

    Attributes:
        kind, id: the record to open for it.
        name: how a person calls that record, with its kind. what: what was done with it.
        at: UTC, by the clock of whoever saved. author, device: who, on which PC.
        state: where it stands.
    """

    kind: str
    id: str
    name: str
    what: str
    at: str
    author: str
    device: str
    state: State


_Found = tuple[Transaction, str, State]
"""A save as it was read: what it put, on which PC, where it stands."""


class Saves:
    """The saves of this office, as this PC knows them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._words = SaveWords(desk)

    # --- waiting ---------------------------------------------------------------------------------------------------

    def waiting(self) -> array[int]:
        """Numbers of the saves that the log has not returned yet, newest first."""
        with self._desk.reading() as connection:
            found = connection.exec_driver_sql("SELECT device_seq FROM outbox ORDER BY device_seq DESC")
            return array("q", found.scalars())

    def waiting_page(self, numbers: Sequence[int]) -> list[Save | None]:
        """These saves, in this order; None for one that has come back meanwhile."""
        with self._desk.reading() as connection:
            me = replica.read(connection)
            sealed = connection.exec_driver_sql("SELECT max(first_device_seq + count) FROM sealed_batch").scalar() or 0
            query = f"SELECT device_seq, line FROM outbox WHERE device_seq IN {_IN}"  # noqa: S608
            found = {
                number: (decode_line(line)[0], me.device_name, State.SENT if number < sealed else State.TO_SEND)
                for number, line in connection.exec_driver_sql(query, (_json(numbers),))
            }
        told = self._told(found)
        return [told.get(number) for number in numbers]

    # --- exchanged -------------------------------------------------------------------------------------------------

    def exchanged(self, whose: Whose) -> array[int]:
        """Places in the log of the `RECENT` latest saves that are here, newest first; no refused ones of others."""
        with self._desk.reading() as connection:
            own = replica.read(connection).incarnation
            frames = connection.exec_driver_sql(
                "SELECT first_seq, count, incarnation, refused FROM frame WHERE line <> '' AND first_seq > ? "
                "ORDER BY first_seq DESC",
                (stored_snapshot.horizon(connection),),
            )
            wanted = (
                seq
                for first, count, incarnation, refused in frames
                if whose is Whose.ALL or (incarnation == own) is (whose is Whose.OWN)
                for seq in _places(first, count, refused, keep_refused=incarnation == own)
            )
            return array("q", islice(wanted, RECENT))

    def exchanged_page(self, numbers: Sequence[int]) -> list[Save | None]:
        """The saves at these places of the log, in this order; None where there is none here."""
        with self._desk.reading() as connection:
            told = self._told(self._from_log(connection, sorted(set(numbers))))
        return [told.get(number) for number in numbers]

    def _from_log(self, connection: Connection, seqs: list[int]) -> dict[int, _Found]:
        """Transaction, PC and state by place; each frame is opened once."""
        if not seqs:
            return {}
        own = replica.read(connection).incarnation
        firsts = connection.exec_driver_sql(
            "SELECT first_seq FROM frame WHERE first_seq BETWEEN ? AND ? AND first_seq + count > ? ORDER BY first_seq",
            (stored_snapshot.horizon(connection) + 1, seqs[-1], seqs[0]),
        )
        starts = list(firsts.scalars())
        wanted: dict[int, list[int]] = {}
        for seq in seqs:
            if at := bisect_right(starts, seq):
                wanted.setdefault(starts[at - 1], []).append(seq)
        query = f"SELECT first_seq, count, incarnation, refused, sealed FROM frame WHERE first_seq IN {_IN}"  # noqa: S608
        open_ones = set(connection.exec_driver_sql("SELECT seq FROM correction").scalars())
        found: dict[int, _Found] = {}
        rows = connection.exec_driver_sql(query, (_json(list(wanted)),)).all()
        for first, count, incarnation, refused, sealed in rows:
            frame = envelope.split(sealed)
            lines = envelope.payload_of(frame).lines
            without_effect = {first + item.index for item in _REFUSED.decode(refused)}
            for seq in wanted[first]:
                if seq >= first + count:
                    continue
                state = State.RECEIVED if incarnation == own else State.ARRIVED
                if seq in without_effect:
                    state = State.TO_CORRECT if seq in open_ones else State.LEFT
                line: bytes = lines[seq - int(first)]
                found[seq] = (decode_line(line)[0], frame.header.device_name, state)
        return found

    def _told(self, found: Mapping[int, _Found]) -> dict[int, Save]:
        words = self._words.tell([transaction for transaction, _, _ in found.values()])
        return {
            number: Save(*told, transaction.at, transaction.author, device, state)
            for (number, (transaction, device, state)), told in zip(found.items(), words, strict=True)
        }


def _places(first: int, count: int, refused: bytes, *, keep_refused: bool) -> list[int]:
    """The places of a frame's transactions, newest first; what a copy of a store repeats stands where it came first."""
    gone = {first + item.index for item in _REFUSED.decode(refused) if item.code == REPEATED or not keep_refused}
    return [seq for seq in range(first + count - 1, first - 1, -1) if seq not in gone]


def _json(numbers: Sequence[int]) -> str:
    return msgspec.json.encode(list(numbers)).decode()
