"""Counting votes and proposing an outcome (DOMAIN 5, 7). Pure functions.

The four counts of a vote add up to the voters in the room. The outcome is only proposed: statute and regulation
prevail over any majority that a program could assume, and the secretary may choose another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ala_desktop.rules.room import Ballot, Seat, voters

VOTES = ("favorevole", "contrario", "astenuto", "non_partecipa")
"""Identifiers of the four votes, in the order of the minutes."""

FITNESS = ("idonea", "non_idonea")
"""Outcomes of an application for a home: the commission says whether it is fit."""
REQUEST = ("accolta", "respinta")
"""Outcomes of a request: granted or not."""
DECISIVE = frozenset({*FITNESS, *REQUEST})
"""Outcomes that decide, and so need a vote, unanimity or consensus. The others only take note or put off."""
REFUSING = frozenset({FITNESS[1], REQUEST[1]})
"""Outcomes that say no; each needs its reasons (DOMAIN 2: "every refusal carries a reason")."""


@dataclass(frozen=True, slots=True)
class Tally:
    """The four counts of a vote, and how many voters were in the room."""

    favour: int
    against: int
    abstained: int
    not_voting: int
    voters: int

    @property
    def total(self) -> int:
        """Sum of the four counts."""
        return self.favour + self.against + self.abstained + self.not_voting

    @property
    def balanced(self) -> bool:
        """Whether the counts add up to the voters in the room."""
        return self.total == self.voters


def tally(seats: Sequence[Seat], ballots: Sequence[Ballot], at: str | None) -> Tally:
    """The counts of the recorded votes, of whoever cast them, beside the voters in the room at the hour `at`."""
    counts = Counter(ballot.vote for ballot in ballots if ballot.vote)
    return Tally(*(counts[vote] for vote in VOTES), voters=len(voters(seats, ballots, at)))


def manner(decision: str | None, ballots: Iterable[Ballot]) -> str | None:
    """How an item was decided: as recorded; `voto` when only votes were; None when nothing was."""
    return decision or ("voto" if any(ballot.vote for ballot in ballots) else None)


def counted(decision: str | None, seats: Sequence[Seat], ballots: Sequence[Ballot], at: str | None) -> Tally | None:
    """The tally that the minutes print: none by consensus; by unanimity, all in favour."""
    how = manner(decision, ballots)
    if how is None or how == "consenso":
        return None
    found = tally(seats, ballots, at)
    if how == "unanimita" and found.total == found.favour:
        return Tally(found.voters, 0, 0, 0, found.voters)
    return found


def vote_problems(decision: str | None, seats: Sequence[Seat], ballots: Sequence[Ballot], at: str | None) -> list[str]:
    """What is wrong with the votes on one item, in Italian, without a final full stop; empty when all is well."""
    how = manner(decision, ballots)
    names = {seat.member_id: seat.name for seat in seats}
    in_room = {seat.member_id for seat in voters(seats, ballots, at)}
    return [
        *_twice(ballots, names),
        *_outside(ballots, names, in_room, at),
        *_conflicts(ballots, names),
        *(_missing(ballots, names, in_room) if how == "voto" else []),
        *(_not_unanimous(ballots, names) if how == "unanimita" else []),
        *(["nessuno con diritto di voto era in sala"] if how and not in_room else []),
    ]


def proposed_outcome(found: Tally, answers: tuple[str, str] = REQUEST) -> str:
    """The outcome that the votes suggest: the first answer with more than half of the voters in the room in favour.

    A tie is a no: the vote of whoever presides does not count double unless the regulation says so, and then the
    secretary writes the outcome.
    """
    return answers[0] if 2 * found.favour > found.voters else answers[1]


def _twice(ballots: Iterable[Ballot], names: dict[str, str]) -> list[str]:
    cast = Counter(ballot.member_id for ballot in ballots if ballot.vote)
    return [f"{_name(member, names)} risulta con {times} voti" for member, times in cast.items() if times > 1]


def _outside(ballots: Iterable[Ballot], names: dict[str, str], in_room: set[str], at: str | None) -> list[str]:
    hour = f" alle {at}" if at else ""
    return [
        f"{_name(ballot.member_id, names)} risulta aver votato ma non era tra i votanti in sala{hour}"
        for ballot in ballots
        if ballot.vote and ballot.member_id not in in_room
    ]


def _conflicts(ballots: Iterable[Ballot], names: dict[str, str]) -> list[str]:
    """Whoever declares a conflict of interest abstains (L. 241/1990 art. 6-bis)."""
    return [
        f"{_name(ballot.member_id, names)} ha dichiarato un conflitto di interessi e non può votare"
        for ballot in ballots
        if ballot.conflict and ballot.vote in ("favorevole", "contrario")
    ]


def _missing(ballots: Iterable[Ballot], names: dict[str, str], in_room: set[str]) -> list[str]:
    cast = {ballot.member_id for ballot in ballots if ballot.vote}
    silent = [names[member] for member in names if member in in_room - cast]
    if not silent:
        return []
    return [f"manca il voto di {', '.join(silent)}: la somma dei voti deve dare i {len(in_room)} votanti in sala"]


def _not_unanimous(ballots: Iterable[Ballot], names: dict[str, str]) -> list[str]:
    others = [_name(b.member_id, names) for b in ballots if b.vote not in (None, "favorevole")]
    return [f"la decisione è all'unanimità ma {', '.join(others)} non ha votato a favore"] if others else []


def _name(member: str, names: dict[str, str]) -> str:
    return names.get(member, "un componente che non è nell'appello")
