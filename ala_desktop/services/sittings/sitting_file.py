"""A sitting with everything that hangs on it, as frozen rows, and the same as the rules see it.

Read whole by the services of a sitting and by the screen that minutes it. Nothing here writes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ala_desktop.core.text import alphabetical
from ala_desktop.fields.values import Value
from ala_desktop.rules.numbering import Given, shown
from ala_desktop.rules.obstacles import Meeting, Point
from ala_desktop.rules.room import Ballot, Seat, ballot_of, seat_of, voters
from ala_desktop.services.desk import Desk
from ala_desktop.services.row import Row

ROLE_ORDER = ("presidente", "componente", "segretario", "relatore", "uditore")
"""The order of the roll call."""
_INSIDE = (("scala", "stair"), ("piano", "floor"), ("interno", "interior"))


@dataclass(frozen=True, slots=True)
class SittingFile:
    """One sitting and its family.

    Attributes:
        sitting: its row.
        commission: the body's row.
        attendance: the roll call, in the order of ROLE_ORDER and then by name.
        items: the agenda, in order.
        votes: vote rows by item id; empty for an item without any.
        numbers: its minutes_number rows: none, one, or an emergency number and the definitive one.
        annexes: its attachment rows, in the order in which they were added.
    """

    sitting: Row
    commission: Row
    attendance: tuple[Row, ...]
    items: tuple[Row, ...]
    votes: Mapping[str, tuple[Row, ...]]
    numbers: tuple[Row, ...]
    annexes: tuple[Row, ...] = ()

    @property
    def approved(self) -> bool:
        """Whether the minutes are approved, so that nothing of the family changes any more."""
        return self.sitting["state"] == "approvato"

    @property
    def number(self) -> str:
        """The number of the minutes as the office reads it; empty before approval."""
        return shown(given_of(row) for row in self.numbers)

    @property
    def seats(self) -> tuple[Seat, ...]:
        """The roll call as the rules see it."""
        return tuple(seat_of(str(row["member_id"]), row.values, name_of(row)) for row in self.attendance)

    @property
    def meeting(self) -> Meeting:
        """The sitting as the rules see it."""
        values = self.sitting
        return Meeting(
            id=values.id,
            held_on=text(values["held_on"]),
            opened_at=text(values["opened_at"]),
            closed_at=text(values["closed_at"]),
            chair_id=text(values["chair_id"]),
            secretary_id=text(values["secretary_id"]),
            required=number(values["quorum"]),
            seats=self.seats,
            points=tuple(self.point(item) for item in self.items),
        )

    def family(self) -> list[Row]:
        """Every row that approval freezes: the sitting, its roll call, agenda, votes and annexes."""
        votes = [row for item in self.items for row in self.votes.get(item.id, ())]
        return [self.sitting, *self.attendance, *self.items, *votes, *self.annexes]

    def item(self, item_id: str) -> Row:
        """The item of this sitting with that id; KeyError when it is not on the agenda."""
        for row in self.items:
            if row.id == item_id:
                return row
        raise KeyError(item_id)

    def ballots(self, item_id: str) -> tuple[Ballot, ...]:
        """The votes on an item as the rules see them."""
        return tuple(ballot_of(row.values) for row in self.votes.get(item_id, ()))

    def voters(self, item_id: str) -> list[Seat]:
        """Members with a vote who are in the room for an item."""
        return voters(self.seats, self.ballots(item_id), text(self.item(item_id)["treated_at"]))

    def point(self, item: Row) -> Point:
        """An item as the rules see it."""
        return Point(
            id=item.id,
            position=number(item["position"]) or 0,
            subject=str(item["subject"] or "senza oggetto"),
            type=text(item["type"]),
            treated_at=text(item["treated_at"]),
            decision=text(item["decision"]),
            outcome=text(item["outcome"]),
            reasoned=bool(item["reasoning"]),
            grants_money=bool(item["intervention_id"]),
            amount_cents=number(item["amount_cents"]),
            ballots=self.ballots(item.id),
        )


def load(desk: Desk, sitting_id: str) -> SittingFile:
    """Read a sitting and its family.

    Raises:
        Mendable: there is no such sitting, or its commission has not arrived yet.
    """
    sitting = desk.get("sitting", sitting_id)
    commission = desk.get("commission", str(sitting["commission_id"]))
    votes: dict[str, tuple[Row, ...]] = {}
    for row in sorted(desk.find("vote", sitting_id=sitting_id), key=lambda row: row.id):
        votes[str(row["item_id"])] = (*votes.get(str(row["item_id"]), ()), row)
    return SittingFile(
        sitting,
        commission,
        tuple(sorted(desk.find("attendance", sitting_id=sitting_id), key=_roll_order)),
        tuple(sorted(desk.find("agenda_item", sitting_id=sitting_id), key=_agenda_order)),
        votes,
        tuple(sorted(desk.find("minutes_number", sitting_id=sitting_id), key=lambda row: row.id)),
        tuple(desk.find("attachment", sitting_id=sitting_id)),
    )


def given_of(row: Row) -> Given:
    """A minutes_number row as the rules see it."""
    return Given(
        str(row["commission_id"]),
        number(row["year"]) or 0,
        number(row["number"]) or 0,
        str(row["emergency_register"] or ""),
        str(row["sitting_id"]),
    )


def unit_as_read(desk: Desk, unit_id: Value) -> str:
    """A unit as the minutes name it: code, address, stair, floor, interior; empty when there is none."""
    for unit in desk.many("housing_unit", [desk.linked.kept(str(unit_id))]) if unit_id else []:
        address = " ".join(part for part in (unit.text("address"), unit.text("street_number")) if part)
        inside = [f"{word} {unit[name]}" for word, name in _INSIDE if unit[name]]
        return ", ".join(part for part in (unit.text("code"), address, *inside) if part)[:300]
    return ""


def name_of(attendance: Row) -> str:
    """How the minutes name a member of the roll call."""
    return str(attendance["full_name"] or "componente senza nome")


def role_order(role: Value) -> int:
    """Where a role stands in the roll call."""
    return ROLE_ORDER.index(str(role)) if role in ROLE_ORDER else len(ROLE_ORDER)


def text(value: Value) -> str | None:
    """A value that is text, or None."""
    return value if isinstance(value, str) and value else None


def number(value: Value) -> int | None:
    """A value that is a number, or None."""
    return value if isinstance(value, int) else None


def _roll_order(row: Row) -> tuple[int, str, str]:
    return role_order(row["role"]), alphabetical(row.text("full_name")), row.id


def _agenda_order(row: Row) -> tuple[int, str]:
    return number(row["position"]) or 0, row.id
