"""The roll call of a sitting: who is there, who comes late, who leaves, who sits in whose place (DOMAIN 5, 3)."""

from __future__ import annotations

from datetime import datetime

from ala_desktop.core.clock import Clock
from ala_desktop.fields.values import Value
from ala_desktop.services.desk import Desk
from ala_desktop.services.row import Row


class RollCall:
    """Presences of the office's sittings. Every method takes the attendance row as it was read."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def mark(self, row: Row, presence: str | None) -> Row:
        """Presente, assente, giustificato, or not called yet; who is not there neither comes nor goes."""
        put: dict[str, Value] = {"presence": presence}
        if presence != "presente" and not row["delegate"]:
            put |= {"arrived_at": None, "left_at": None}
        return self._write(row, put)

    def all_present(self, sitting_id: str) -> list[Row]:
        """Mark present everybody who was not called yet; one transaction."""
        rows = [row for row in self._desk.find("attendance", sitting_id=sitting_id) if row["presence"] is None]
        changes = [row.change({"presence": "presente"}) for row in rows]
        return self._desk.save(changes) if changes else []

    def enter(self, row: Row, at: str | None = None) -> Row:
        """The member comes in while the sitting goes on, at the hour `at` or now."""
        return self._write(row, {"presence": "presente", "arrived_at": at or wall_hour(self._desk.clock)})

    def leave(self, row: Row, at: str | None = None) -> Row:
        """The member leaves for good, at the hour `at` or now."""
        return self._write(row, {"left_at": at or wall_hour(self._desk.clock)})

    def stay(self, row: Row) -> Row:
        """Take back an entry and an exit: the member is there from the opening to the closing."""
        return self._write(row, {"arrived_at": None, "left_at": None})

    def delegate(self, row: Row, name: str | None) -> Row:
        """Name who sits in the member's place, or nobody."""
        return self._write(row, {"delegate": name or None})

    def _write(self, row: Row, put: dict[str, Value]) -> Row:
        return self._desk.save([row.change(put)])[0]


def wall_hour(clock: Clock) -> str:
    """The hour on the clock in the room, `HH:MM`, in the computer's own zone."""
    return datetime.fromisoformat(clock.now()).astimezone().strftime("%H:%M")
