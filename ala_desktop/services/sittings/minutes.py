"""The minutes of a sitting as a document: gathers what the records say and has it printed.

What the page looks like is `printing.minutes`; here only records become `MinutesContent`. Of approved minutes only
frozen records are read, so that they print the same for ever.
"""

from __future__ import annotations

from pathlib import Path

from ala_desktop.core.comuni import comuni
from ala_desktop.core.text import fold
from ala_desktop.fields.values import Value
from ala_desktop.printing.minutes import write_minutes
from ala_desktop.printing.minutes_content import (
    ConflictOfInterest,
    Item,
    Member,
    MinutesContent,
    Movement,
    Quorum,
)
from ala_desktop.rules.numbering import definitive_text, emergency_text
from ala_desktop.rules.room import has_vote
from ala_desktop.rules.votes import counted, manner
from ala_desktop.services.desk import Desk
from ala_desktop.services.row import Row
from ala_desktop.services.sittings.sitting_file import SittingFile, given_of, load, name_of, number, text, unit_as_read

PROVINCES = {"LO": "Provincia di Lodi", "MI": "Città metropolitana di Milano"}
_PLACED = frozenset({"fuori_sacco", "varie"})


class Minutes:
    """Prints the minutes of the office's sittings, *integrale*."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def print(self, sitting_id: str, out: Path) -> MinutesContent:
        """Print the minutes to the PDF file `out`, with the watermark BOZZA unless they are approved.

        Raises:
            Mendable: no such sitting, or the file cannot be written.
        """
        content = self.content(sitting_id)
        write_minutes(content, out)
        return content

    def content(self, sitting_id: str) -> MinutesContent:
        """What the minutes say, from the rows as they stand."""
        file = load(self._desk, sitting_id)
        sitting, found = file.sitting, file.meeting.quorum
        given = [given_of(row) for row in file.numbers]
        named = {str(row["member_id"]): name_of(row) for row in file.attendance}
        return MinutesContent(
            authority=self._desk.office_title,
            province=_province(self._desk.tenant),
            body=sitting.text("commission_name") or file.commission.text("name"),
            date=sitting.text("held_on"),
            state=sitting.text("state") or "bozza",
            quorum=Quorum(found.required, found.present, found.met),
            number=definitive_text(given),
            emergency_number=emergency_text(given),
            place=sitting.text("place"),
            remote=sitting["remote"] == 1,
            convocation=sitting.text("convocation"),
            opened=sitting.text("opened_at"),
            closed=sitting.text("closed_at"),
            suspensions=sitting.text("suspensions"),
            members=tuple(self._member(row) for row in file.attendance),
            chair=self._named(sitting["chair_id"], named),
            secretary=self._named(sitting["secretary_id"], named),
            remarks=sitting.text("remarks"),
            items=tuple(self._item(file, row, named) for row in file.items),
            approved_on=sitting.text("approved_on"),
        )

    def _member(self, row: Row) -> Member:
        moves = [(True, text(row["arrived_at"])), (False, text(row["left_at"]))]
        return Member(
            name=name_of(row),
            role=self._show(row, "role"),
            presence=self._show(row, "presence"),
            position=row.text("position"),
            delegate=row.text("delegate"),
            movements=tuple(Movement(entered, at) for entered, at in moves if at),
            voting=has_vote(row["role"], row["voting"]),
        )

    def _item(self, file: SittingFile, row: Row, named: dict[str, str]) -> Item:
        ballots = file.ballots(row.id)
        found = counted(text(row["decision"]), file.seats, ballots, text(row["treated_at"]))
        return Item(
            number=str(row["position"] or ""),
            subject=row.text("subject"),
            case_code=row.text("case_code"),
            treated_at=row.text("treated_at"),
            placing=self._placing(row),
            report=row.text("report"),
            documents=tuple(line for line in row.text("documents").split("\n") if line.strip()),
            discussion=row.text("discussion"),
            conflicts=tuple(
                ConflictOfInterest(named.get(ballot.member_id, "componente non indicato"), ballot.left_room)
                for ballot in ballots
                if ballot.conflict
            ),
            proposal=row.text("proposal"),
            reasoning=row.text("reasoning"),
            decision=self._manner(manner(text(row["decision"]), ballots)),
            votes=found,
            outcome=self._show(row, "outcome"),
            unit=row.text("unit_text") or unit_as_read(self._desk, row["unit_id"]),
            amount_cents=number(row["amount_cents"]),
            months=number(row["months"]),
            term=row.text("term"),
            dissent=row.text("dissent"),
        )

    def _placing(self, row: Row) -> str:
        """Where an item stands that was not announced; nothing when its subject says so itself."""
        label = self._show(row, "type") if row["type"] in _PLACED else ""
        return "" if fold(label) == fold(row.text("subject")) else label

    def _named(self, member_id: Value, named: dict[str, str]) -> str:
        if member_id in named:
            return named[str(member_id)]
        members = self._desk.many("commission_member", [str(member_id)]) if member_id else []
        return members[0].text("full_name") if members else ""

    def _manner(self, decision: str | None) -> str:
        return self._desk.catalog["agenda_item"].fields["decision"].kind.show(decision)

    def _show(self, row: Row, name: str) -> str:
        return self._desk.catalog[row.kind].fields[name].kind.show(row[name])


def _province(belfiore: str) -> str:
    """The province of a comune, as the heading names it; empty for a comune outside the ambito."""
    found = (comune.province for comune in comuni() if comune.belfiore == belfiore)
    return PROVINCES.get(next(found, ""), "")
