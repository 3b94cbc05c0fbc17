"""What the minutes of a sitting say, as plain frozen data: the only thing that `minutes` needs to print them.

A service fills it from the records; nothing here knows of records, of the store or of pages. Conventions, the same
for every field:

- dates are `YYYY-MM-DD`, hours `HH:MM` on the clock in the room, amounts integer cents of euro;
- choices come as the Italian label that a person reads (`kind.show(value)`), not as their identifier;
- free text comes as it was typed: it may hold line ends, `<`, `&` and any alphabet, and is escaped by the printer;
- an empty string (or empty tuple, or None) is "nothing to say" and leaves its line out, unless the field says else.

Order and contents follow DOMAIN 5, items 1 to 8.
"""

from __future__ import annotations

from dataclasses import dataclass

from ala_desktop.rules.votes import Tally

_CLOSED_STATES = frozenset({"approvato", "firmato", "protocollato", "trasmesso"})


@dataclass(frozen=True, slots=True)
class Movement:
    """Somebody enters or leaves while the sitting goes on.

    Attributes:
        entered: True on entering the room, False on leaving it.
        at: hour.
    """

    entered: bool
    at: str


@dataclass(frozen=True, slots=True)
class Member:
    """One row of the members' table, in the order in which it is to be printed.

    Attributes:
        name: given name and surname as the comune writes them.
        role: label of the role in the commission ("Presidente", "Componente").
        presence: label ("Presente", "Assente", "Assente giustificato"); empty prints "da verificare".
        position: qualification or body that the member comes from ("Assistente sociale").
        delegate: who sits in the member's place, if anybody.
        movements: entries and exits during the sitting, in order.
        voting: False for rapporteurs and hearers, who sit without a vote; the table says so.
    """

    name: str
    role: str
    presence: str
    position: str = ""
    delegate: str = ""
    movements: tuple[Movement, ...] = ()
    voting: bool = True


@dataclass(frozen=True, slots=True)
class Quorum:
    """The number of members needed. None = not known yet, printed as "da verificare".

    Attributes:
        required: members with a vote who must be there.
        present: members with a vote who are there, delegates included if the rules of the body let them count.
        met: True, or False for a *seduta deserta*, which decides nothing.
    """

    required: int | None
    present: int | None
    met: bool | None


@dataclass(frozen=True, slots=True)
class ConflictOfInterest:
    """A conflict of interest declared on an item (L. 241/1990 art. 6-bis).

    Attributes:
        name: who declared it.
        left_room: True if the person left the room for the item; False prints that the person stayed.
    """

    name: str
    left_room: bool


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the agenda and what became of it.

    Attributes:
        number: position on the agenda, from 1; text, so that "3 bis" is possible.
        subject: one or two lines, as on the agenda.
        case_code: code of the case that the item is about.
        treated_at: hour at which the item was treated.
        placing: label of what is out of the ordinary ("Fuori sacco", "Varie ed eventuali"); empty for the rest.
        report: what was reported.
        documents: documents seen, one title each.
        discussion: summary of the discussion.
        conflicts: conflicts of interest declared on this item.
        proposal: what is proposed.
        reasoning: why.
        decision: label of how it was decided ("A votazione", "All'unanimità", "Per consenso").
        votes: None when nobody was counted.
        outcome: label ("Accolta", "Rinviata ad altra seduta").
        unit: the housing unit that the decision names (code and address as they shall be read).
        amount_cents: amount granted; None when there is none.
        months: monthly instalments or months of use; None when there are none.
        term: date until which, or by which.
        dissent: dissent minuted on request, with the names.
    """

    number: str
    subject: str
    case_code: str = ""
    treated_at: str = ""
    placing: str = ""
    report: str = ""
    documents: tuple[str, ...] = ()
    discussion: str = ""
    conflicts: tuple[ConflictOfInterest, ...] = ()
    proposal: str = ""
    reasoning: str = ""
    decision: str = ""
    votes: Tally | None = None
    outcome: str = ""
    unit: str = ""
    amount_cents: int | None = None
    months: int | None = None
    term: str = ""
    dissent: str = ""


@dataclass(frozen=True, slots=True)
class Annex:
    """An annex; `sha256` (64 hexadecimal digits) when the file itself is kept, else empty."""

    title: str
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class MinutesContent:
    """The minutes of one sitting.

    Attributes:
        authority: whose body it is, in full: "Comune di Borghetto Lodigiano", "Ambito di Lodi".
        body: the commission ("Commissione Casa").
        date: day of the sitting.
        state: identifier: bozza, in_lettura, approvato, firmato, protocollato, trasmesso. Anything that is not one of
            the last four is printed with the watermark BOZZA.
        quorum: numero legale.
        province: line below the authority ("Provincia di Lodi").
        number: ordinary number and year, "7/2026"; empty while there is none.
        emergency_number: number in the emergency register of a PC, "PC2-1/2026"; printed as such, beside the ordinary
            number if there is one.
        place: where it met; "non indicato" if neither this nor `remote` is given.
        remote: whether it met by videoconference, wholly (no place) or in part.
        convocation: protocol and date of the convocation; empty prints "non indicato".
        opened: hour of the opening; empty prints "non indicato".
        closed: hour of the closing; empty prints "non indicato".
        suspensions: as typed, one a line; empty prints "nessuna".
        members: everybody who belongs to the body, in the order of the table.
        chair: who chairs; signs.
        secretary: who records; signs.
        remarks: communications and notes, printed before the items.
        items: the agenda, in order. All are listed on it; those of which nothing but the agenda is known (the sitting
            did not come to them, or was *deserta*) have no paragraph of their own.
        approved_on: day on which the minutes were read and approved; empty before, or when it is not known.
        annexes: in order; without any there is no such section.
    """

    authority: str
    body: str
    date: str
    state: str
    quorum: Quorum
    province: str = ""
    number: str = ""
    emergency_number: str = ""
    place: str = ""
    remote: bool = False
    convocation: str = ""
    opened: str = ""
    closed: str = ""
    suspensions: str = ""
    members: tuple[Member, ...] = ()
    chair: str = ""
    secretary: str = ""
    remarks: str = ""
    items: tuple[Item, ...] = ()
    approved_on: str = ""
    annexes: tuple[Annex, ...] = ()

    @property
    def is_draft(self) -> bool:
        """Whether the watermark BOZZA goes on every page: always, unless the state is known to be a closed one."""
        return self.state not in _CLOSED_STATES
