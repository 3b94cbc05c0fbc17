"""What is missing before the minutes of a sitting can be approved (DOMAIN 5). Pure functions.

Approval freezes the sitting for good, so everything that the minutes must say is asked for here, each thing with the
place where it is mended. Services fill `Meeting`; screens jump to `Obstacle.record` and `.field`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from ala_desktop.fields.values import show_date
from ala_desktop.rules.room import Ballot, Quorum, Seat, quorum
from ala_desktop.rules.votes import DECISIVE, REFUSING, manner, vote_problems


@dataclass(frozen=True, slots=True)
class Point:
    """One item of the agenda, as far as the rules ask about it.

    Attributes:
        id: the item's record.
        position: its number on the agenda.
        subject: what it is about.
        type: domanda, contributo, fuori_sacco, varie, altro.
        treated_at: hour of the vote or of the decision; None when not written.
        decision: voto, unanimita, consenso, or None.
        outcome: identifier, or None.
        reasoned: whether the reasoning is written.
        grants_money: it decides on a grant whose amount the commission fixes.
        amount_cents: the amount, or None.
        ballots: one per member who voted, declared a conflict or left the room.
    """

    id: str
    position: int
    subject: str
    type: str | None = None
    treated_at: str | None = None
    decision: str | None = None
    outcome: str | None = None
    reasoned: bool = False
    grants_money: bool = False
    amount_cents: int | None = None
    ballots: tuple[Ballot, ...] = ()

    @property
    def place(self) -> str:
        """How the item is named in a message."""
        subject = self.subject if len(self.subject) <= 60 else f"{self.subject[:59].rstrip()}…"
        return f"Punto {self.position} ({subject})"


@dataclass(frozen=True, slots=True)
class Meeting:
    """A sitting with its roll call and agenda, as far as the rules ask about it. Hours are HH:MM, the day is ISO."""

    id: str
    held_on: str | None
    opened_at: str | None
    closed_at: str | None
    chair_id: str | None
    secretary_id: str | None
    required: int | None
    seats: tuple[Seat, ...] = ()
    points: tuple[Point, ...] = ()

    @property
    def quorum(self) -> Quorum:
        """The quorum at the opening, which makes the sitting valid."""
        return quorum(self.seats, self.required, self.opened_at)

    @property
    def deserted(self) -> bool:
        """Whether the quorum is known to be missing: *seduta deserta*, no decisions."""
        return self.quorum.met is False


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing to mend before approving.

    Attributes:
        place: where, in Italian.
        what: what is wrong, in Italian, in lower case and without a full stop.
        record: id of the sitting, item or member concerned.
        field: the field to go to; empty when it is no single field.
    """

    place: str
    what: str
    record: str
    field: str = ""

    def __str__(self) -> str:
        """One Italian sentence."""
        return f"{self.place}: {self.what}."


def obstacles(meeting: Meeting, today: date) -> list[Obstacle]:
    """Everything that stands in the way of approval, in the order of the minutes; empty when they can be approved."""
    return [*_course(meeting, today), *_roll_call(meeting), *_offices(meeting), *_quorum(meeting), *_agenda(meeting)]


def _course(meeting: Meeting, today: date) -> list[Obstacle]:
    found: list[Obstacle] = []

    def say(what: str, field: str) -> None:
        found.append(Obstacle("Seduta", what, meeting.id, field))

    if meeting.held_on is None:
        say("manca la data", "held_on")
    elif meeting.held_on > today.isoformat():
        say(f"la data, {show_date(meeting.held_on)}, deve ancora venire", "held_on")
    if meeting.opened_at is None:
        say("manca l'ora di apertura", "opened_at")
    if meeting.closed_at is None:
        say("manca l'ora di chiusura", "closed_at")
    elif meeting.opened_at and meeting.closed_at < meeting.opened_at:
        say(f"la chiusura ({meeting.closed_at}) precede l'apertura ({meeting.opened_at})", "closed_at")
    return found


def _roll_call(meeting: Meeting) -> list[Obstacle]:
    if not meeting.seats:
        return [Obstacle("Presenze", "non c'è nessun componente nell'appello", meeting.id)]
    found: list[Obstacle] = []
    for seat in meeting.seats:
        if seat.presence is None and not seat.delegate:
            found.append(
                Obstacle("Presenze", f"per {seat.name} non è indicato se è presente", seat.member_id, "presence")
            )
        if seat.arrived_at and seat.left_at and seat.left_at < seat.arrived_at:
            hours = f"esce alle {seat.left_at}, prima di entrare alle {seat.arrived_at}"
            found.append(Obstacle("Presenze", f"{seat.name} {hours}", seat.member_id, "left_at"))
    repeated = Counter(seat.member_id for seat in meeting.seats)
    for seat in {seat.member_id: seat for seat in meeting.seats if repeated[seat.member_id] > 1}.values():
        found.append(Obstacle("Presenze", f"{seat.name} compare più volte nell'appello", seat.member_id))
    return found


def _offices(meeting: Meeting) -> list[Obstacle]:
    """Chair and secretary are named and were there; nobody chairs a deserted sitting that nobody came to."""
    found: list[Obstacle] = []
    attending = {seat.member_id for seat in meeting.seats if seat.attends}
    wanted = [(meeting.secretary_id, "secretary_id", "il segretario verbalizzante")]
    if not meeting.deserted:
        wanted.insert(0, (meeting.chair_id, "chair_id", "chi presiede"))
    for member, field, who in wanted:
        if member is None:
            found.append(Obstacle("Presidenza e verbalizzazione", f"non è indicato {who}", meeting.id, field))
        elif member not in attending:
            found.append(Obstacle("Presidenza e verbalizzazione", f"{who} non risulta presente", meeting.id, field))
    return found


def _quorum(meeting: Meeting) -> list[Obstacle]:
    if meeting.required is not None:
        return []
    return [Obstacle("Numero legale", "non è indicato quanti componenti sono richiesti", meeting.id, "quorum")]


def _agenda(meeting: Meeting) -> list[Obstacle]:
    if not meeting.points:
        return [Obstacle("Ordine del giorno", "non c'è nessun punto", meeting.id)]
    found: list[Obstacle] = []
    repeated = [number for number, times in Counter(point.position for point in meeting.points).items() if times > 1]
    if repeated:
        numbers = ", ".join(str(number) for number in sorted(repeated))
        what = f"più punti hanno lo stesso numero ({numbers}): rimetterli in ordine"
        found.append(Obstacle("Ordine del giorno", what, meeting.id))
    for point in meeting.points:
        problems = _deserted(point) if meeting.deserted else _point(meeting, point)
        found += [Obstacle(point.place, what, point.id, field) for what, field in problems]
    return found


def _deserted(point: Point) -> list[tuple[str, str]]:
    """A deserted sitting decides nothing (DOMAIN 5, 5)."""
    if point.outcome is None and manner(point.decision, point.ballots) is None:
        return []
    return [("manca il numero legale: la seduta è deserta e non può decidere, togliere voti ed esito", "outcome")]


def _point(meeting: Meeting, point: Point) -> list[tuple[str, str]]:
    how = manner(point.decision, point.ballots)
    found: list[tuple[str, str]] = []
    if point.outcome is None:
        if how is not None or point.type != "varie":
            found.append(("manca l'esito (se non è stato trattato va rinviato)", "outcome"))
    elif point.outcome in DECISIVE and how is None:
        found.append(("manca il modo della decisione: voto, unanimità o consenso", "decision"))
    if point.outcome in REFUSING and not point.reasoned:
        found.append(("l'esito è negativo e manca la motivazione", "reasoning"))
    if point.grants_money and point.outcome == "accolta" and not point.amount_cents:
        found.append(("il contributo è accolto e manca l'importo", "amount_cents"))
    return found + _present(meeting, point, how)


def _present(meeting: Meeting, point: Point, how: str | None) -> list[tuple[str, str]]:
    """Who was in the room when the item was decided: known, enough, and consistent with the votes."""
    if how is None:
        return []
    moving = [seat.name for seat in meeting.seats if seat.voting and seat.moves]
    if moving and point.treated_at is None:
        names = ", ".join(moving)
        return [(f"manca l'ora della trattazione, che dice chi era in sala (entrate e uscite: {names})", "treated_at")]
    outside = _outside_hours(meeting, point)
    if outside:
        return [(outside, "treated_at")]
    wrong = vote_problems(point.decision, meeting.seats, point.ballots, point.treated_at)
    found = [(what, "votes") for what in wrong]
    there = quorum(meeting.seats, meeting.required, point.treated_at)
    if there.met is False:
        few = f"al momento della decisione i componenti presenti erano {there.present} e ne servono {there.required}"
        found.append((f"{few}: il punto va rinviato", "outcome"))
    return found


def _outside_hours(meeting: Meeting, point: Point) -> str:
    at = point.treated_at
    if at is None:
        return ""
    if meeting.opened_at and at < meeting.opened_at:
        return f"l'ora della trattazione ({at}) precede l'apertura della seduta ({meeting.opened_at})"
    if meeting.closed_at and at > meeting.closed_at:
        return f"l'ora della trattazione ({at}) è dopo la chiusura della seduta ({meeting.closed_at})"
    return ""
