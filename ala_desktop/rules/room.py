"""Who sits in a commission, who is in the room at a given moment, and whether the quorum is there (DOMAIN 5, 3 and 5).

Pure functions; services fill `Seat` and `Ballot` from the records. Hours are `HH:MM` on the clock in the room, all of
one day. Whether a delegate counts is the body's rule; here whoever sits in a member's place counts as that member.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ala_desktop.fields.values import Value

VOTING_ROLES = frozenset({"presidente", "componente"})
"""Roles that vote when the record does not say otherwise; secretary, rapporteurs and hearers sit without a vote."""


@dataclass(frozen=True, slots=True)
class Seat:
    """One row of the roll call.

    Attributes:
        member_id: the member of the commission.
        name: as the minutes name them.
        voting: whether they have a vote.
        presence: presente, assente, giustificato; None while the roll was not called.
        delegate: who sits in their place; empty if nobody.
        arrived_at: hour of entering; None when there from the opening.
        left_at: hour of leaving for good; None when there to the end.
    """

    member_id: str
    name: str
    voting: bool
    presence: str | None = None
    delegate: str = ""
    arrived_at: str | None = None
    left_at: str | None = None

    @property
    def attends(self) -> bool:
        """Whether the seat is taken at some time of the sitting, by the member or by a delegate."""
        return self.presence == "presente" or bool(self.delegate)

    @property
    def moves(self) -> bool:
        """Whether the seat is taken for only a part of the sitting."""
        return self.attends and (self.arrived_at is not None or self.left_at is not None)


@dataclass(frozen=True, slots=True)
class Ballot:
    """What one member did on one item.

    Attributes:
        member_id: the member.
        vote: favorevole, contrario, astenuto, non_partecipa; None when not recorded.
        conflict: declared a conflict of interest (L. 241/1990 art. 6-bis).
        left_room: was out of the room for this item.
    """

    member_id: str
    vote: str | None = None
    conflict: bool = False
    left_room: bool = False


@dataclass(frozen=True, slots=True)
class Quorum:
    """Members with a vote: how many must be there, how many are, whether that is enough (None: not known yet)."""

    required: int | None
    present: int
    met: bool | None


def has_vote(role: Value, voting: Value) -> bool:
    """Whether a member votes: what the record says, else what their role implies."""
    return role in VOTING_ROLES if voting is None else voting == 1


def seat_of(member_id: str, values: Mapping[str, Value], name: str) -> Seat:
    """The seat that an attendance row (`values`) describes."""
    return Seat(
        member_id,
        name,
        has_vote(values.get("role"), values.get("voting")),
        _text(values.get("presence")),
        str(values.get("delegate") or "").strip(),
        _text(values.get("arrived_at")),
        _text(values.get("left_at")),
    )


def ballot_of(values: Mapping[str, Value]) -> Ballot:
    """The ballot that a vote row (`values`) describes."""
    return Ballot(
        str(values.get("member_id") or ""),
        _text(values.get("vote")),
        values.get("conflict") == 1,
        values.get("left_room") == 1,
    )


def in_room(seat: Seat, at: str | None) -> bool:
    """Whether the seat is taken at the hour `at`; without an hour, whether it is taken at all.

    Whoever enters at that very minute is in, whoever leaves at that minute is out: a vote of the same minute as a
    departure is reported rather than counted.
    """
    if not seat.attends or at is None:
        return seat.attends
    return (seat.arrived_at is None or seat.arrived_at <= at) and (seat.left_at is None or at < seat.left_at)


def quorum(seats: Iterable[Seat], required: int | None, at: str | None) -> Quorum:
    """The quorum at an hour: the opening for the validity of the sitting (DOMAIN 5, 5), or any later moment."""
    present = sum(seat.voting and in_room(seat, at) for seat in seats)
    return Quorum(required, present, None if required is None else present >= required)


def voters(seats: Iterable[Seat], ballots: Iterable[Ballot], at: str | None) -> list[Seat]:
    """Members with a vote who are in the room for an item: there at the hour `at`, and not gone out for it."""
    out = {ballot.member_id for ballot in ballots if ballot.left_room}
    return [seat for seat in seats if seat.voting and in_room(seat, at) and seat.member_id not in out]


def _text(value: Value) -> str | None:
    return value if isinstance(value, str) and value else None
