"""The bodies that decide and who sits in them. Sittings are opened by `course`."""

from __future__ import annotations

from collections.abc import Mapping

from ala_desktop.core.text import alphabetical
from ala_desktop.fields.values import Value
from ala_desktop.rules.room import has_vote
from ala_desktop.services.desk import Desk
from ala_desktop.services.row import Row
from ala_desktop.services.sittings.sitting_file import role_order
from ala_desktop.sync.capture import Change


class Commissions:
    """Commissions of the office and their members."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def all(self) -> list[Row]:
        """Every commission, those in activity first, by name."""
        return sorted(
            self._desk.find("commission"), key=lambda row: (row["active"] == 0, alphabetical(row.text("name")))
        )

    def members(self, commission_id: str, *, former: bool = False) -> list[Row]:
        """Members in office, in the order of the roll call; with `former`, those who left as well, at the end."""
        rows = self._desk.find("commission_member", commission_id=commission_id)
        kept = [row for row in rows if former or row["active"] != 0]
        return sorted(
            kept,
            key=lambda row: (row["active"] == 0, role_order(row["role"]), alphabetical(row.text("full_name")), row.id),
        )

    def create(self, values: Mapping[str, Value]) -> Row:
        """A new commission, in activity unless `values` says otherwise."""
        return self._desk.save([Change("commission", self._desk.new_id(), {"active": 1, **values})])[0]

    def add_member(self, commission_id: str, values: Mapping[str, Value]) -> Row:
        """A new member, in office, with a vote if their role has one, unless `values` says otherwise."""
        put: dict[str, Value] = {"active": 1, "role": "componente", **values, "commission_id": commission_id}
        put.setdefault("voting", int(has_vote(put["role"], None)))
        return self._desk.save([Change("commission_member", self._desk.new_id(), put)])[0]

    def edit(self, row: Row, put: Mapping[str, Value]) -> Row:
        """Change a commission or a member as it was read."""
        return self._desk.save([row.change(dict(put))])[0]
