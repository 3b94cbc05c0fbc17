"""Changes of state of a housing unit: each axis keeps its past values, and the rules of DOMAIN 1 are asked first.

Any other field of a unit may be saved together; records of other kinds go through `forms`.
"""

from __future__ import annotations

from collections.abc import Mapping

from ala_desktop.core.errors import Mendable
from ala_desktop.fields.values import Value
from ala_desktop.rules.transitions import (
    OCCUPIED,
    WORKS_IN_OCCUPATION,
    Verdict,
    changed_axes,
    dated,
    judge_unit,
    past_states,
    works_in_occupation,
)
from ala_desktop.services.desk import Desk
from ala_desktop.services.row import Row
from ala_desktop.sync.capture import Change


class ToConfirm(Mendable):
    """The change is allowed only if the clerk confirms it.

    Attributes:
        questions: what to confirm, Italian sentences.
    """

    def __init__(self, questions: tuple[str, ...]) -> None:
        super().__init__(
            "Serve una conferma", "\n".join(questions), "Controllare quanto indicato e salvare di nuovo confermando."
        )
        self.questions = questions


class Units:
    """Housing units of the office and their dated states."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def history(self, unit_id: str) -> list[Row]:
        """Past values of the unit's axes, the latest first."""
        rows = self._desk.find("unit_state", unit_id=unit_id)
        return sorted(rows, key=lambda row: (str(row["until"] or ""), row.id), reverse=True)

    def judge(self, row: Row, put: Mapping[str, Value]) -> Verdict:
        """What the rules say of saving `put` on the unit as it was read; for a form to show before saving."""
        today = self._desk.clock.today()
        after = {**row.values, **dated(row.values, put, today)}
        return judge_unit(row.values, after, today, lived_in_before=self._lived_in_before(row))

    def changes(self, row: Row, put: Mapping[str, Value], *, reason: str = "", confirmed: bool = False) -> list[Change]:
        """What saving `put` on a unit writes: the unit, first, and a past state for each axis that changes.

        Raises:
            Mendable: the rules refuse it.
            ToConfirm: the rules ask, and `confirmed` is false.
        """
        verdict = self.judge(row, put)
        if verdict.refusals:
            raise Mendable(
                "Il cambio di stato dell'alloggio non è possibile",
                "\n".join(verdict.refusals),
                "Correggere lo stato o le date e salvare di nuovo; gli altri campi non sono andati persi.",
            )
        if verdict.questions and not confirmed:
            raise ToConfirm(verdict.questions)
        today = self._desk.clock.today()
        completed = dated(row.values, put, today)
        after = {**row.values, **completed}
        why = reason.strip() or self._reason(row, after)
        states = [
            Change(
                "unit_state",
                self._desk.new_id(),
                {"unit_id": row.id, "axis": one.axis, "value": one.value, "since": one.since, "until": one.until,
                 "reason": why or None},
            )
            for one in past_states(row.values, after, today)
        ]  # fmt: skip
        return [row.change(completed), *states]

    def save(self, row: Row, put: Mapping[str, Value], *, reason: str = "", confirmed: bool = False) -> Row:
        """Save fields of a unit as it was read, with the past values of the axes that change; one transaction.

        Args:
            row: the unit as the form read it.
            put: new values by name; the day of a changed axis may be left out (today).
            reason: why the state changes; kept with the past values.
            confirmed: the clerk has answered yes to the questions of `judge`.

        Raises:
            Mendable: the rules refuse it.
            ToConfirm: the rules ask, and `confirmed` is false.
        """
        return self._desk.save(self.changes(row, put, reason=reason, confirmed=confirmed))[0]

    def _lived_in_before(self, row: Row) -> bool:
        """Whether the unit was lived in before its present occupancy."""
        past = [state for state in self.history(row.id) if state["axis"] == "occupancy"]
        return bool(past) and past[0]["value"] in OCCUPIED

    def _reason(self, row: Row, after: Mapping[str, Value]) -> str:
        under_works = {"condition", "occupancy"} & set(changed_axes(row.values, after))
        return WORKS_IN_OCCUPATION if under_works and works_in_occupation(after) else ""
