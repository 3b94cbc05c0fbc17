"""What a form does with its record: saves it by the rules of its kind, deletes and restores it, fills and doubts it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ala_desktop.core.errors import Mendable
from ala_desktop.fields.spec import DELETED
from ala_desktop.fields.values import Value
from ala_desktop.rules import fiscal_code
from ala_desktop.rules.duplicates import KINDS
from ala_desktop.services.desk import Desk
from ala_desktop.services.drafts import Draft, Drafts
from ala_desktop.services.households import Households
from ala_desktop.services.person_links import CASES
from ala_desktop.services.row import Row
from ala_desktop.services.sharing.corrections import Corrections
from ala_desktop.services.units import Units
from ala_desktop.sync.capture import Change


class Forms:
    """Saving from forms. Any thread may call."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._units = Units(desk)
        self._households = Households(desk)
        self._corrections = Corrections(desk)
        self.drafts = Drafts(desk)

    def blank(self, kind: str, record: str | None = None) -> Row:
        """A record that is not saved yet, empty, with an id of its own."""
        empty: dict[str, Value] = dict.fromkeys(self._desk.catalog[kind].fields)
        return Row(kind, record or self._desk.new_id(), -1, empty)

    def is_new(self, row: Row) -> bool:
        """Whether a row came from `blank`."""
        return row.position < 0

    def open(self, kind: str, record: str) -> tuple[Row, Draft | None]:
        """A record for a form, and what was typed into it and not saved.

        A draft of a new record that was never saved opens as a blank one. A record that another one stands for opens
        as that one, unless something was typed into it that is not saved.

        Raises:
            Mendable: there is no such record, nor a draft of it.
        """
        draft = self.drafts.of(record)
        if draft and draft.is_new and not self._desk.many(kind, [record]):
            return self.blank(kind, record), draft
        shown = record if draft else self._desk.linked.kept(record)
        return self._desk.get(kind, shown), draft if shown == record else self.drafts.of(shown)

    def save(
        self, row: Row, put: Mapping[str, Value], *, confirmed: bool = False, with_it: Sequence[Change] = ()
    ) -> Row:
        """Save what was changed in a form, and what belongs to it, in one transaction.

        Its draft goes, and so does a correction that asked for nothing else.

        Args:
            row: the record as the form read it, or a blank one.
            put: changed fields, in normal form.
            confirmed: the clerk said yes to what the rules of the kind ask.
            with_it: changes of other records that must be saved together.

        Raises:
            Mendable: a value that cannot stand, or a rule that refuses.
            ToConfirm: a rule that asks; save again with `confirmed`.
        """
        saved = self._desk.save([*self._changes(row, put, confirmed=confirmed), *with_it])[0]
        self.drafts.drop(row.id)
        self._corrections.settle(saved, put)
        return saved

    def _changes(self, row: Row, put: Mapping[str, Value], *, confirmed: bool) -> list[Change]:
        if self.is_new(row):
            return [Change(row.kind, row.id, put)]
        if row.kind == "housing_unit":
            return self._units.changes(row, put, confirmed=confirmed)
        return [row.change(put)]

    def delete(self, row: Row) -> list[Row]:
        """Delete a record, and what is shown as it; memberships go with it. Returns the deleted rows, for `restore`.

        Raises:
            Mendable: a commission that has sittings.
        """
        if row.kind == "commission":
            self._refuse_with_sittings(row)
        behind = self._desk.many(row.kind, self._desk.linked.group(row.id)) if row.kind in KINDS else []
        others = [one for one in behind if one.id != row.id and not one.deleted]
        rows = [row, *others, *self._goes_with(row)]
        deleted = self._desk.save([one.change({DELETED: 1}) for one in rows])
        self.drafts.drop(row.id)
        return deleted

    def _refuse_with_sittings(self, commission: Row) -> None:
        sittings = len(self._desk.find("sitting", commission_id=commission.id))
        if sittings:
            held = "una seduta" if sittings == 1 else f"{sittings} sedute"
            raise Mendable(
                "La commissione ha sedute e non si può eliminare",
                f"«{commission.text('name')}» ha {held}: i verbali la nominano, e la sua scheda deve restare.",
                "Se la commissione non lavora più, scegliere «No» nel campo «Attiva».",
            )

    def _goes_with(self, row: Row) -> list[Row]:
        if row.kind in ("household", "person"):
            return self._desk.find("household_member", **{f"{row.kind}_id": row.id})
        return []

    def restore(self, rows: Sequence[Row]) -> list[Row]:
        """Take a deletion back."""
        return self._desk.save([row.change({DELETED: None}) for row in rows])

    def fill(self, kind: str, values: Mapping[str, Value]) -> dict[str, Value]:
        """Empty fields that follow from the others.

        On a person the codice fiscale gives birth date, sex and place; on an application or a grant it finds the
        person who has it, never the other way round and never by name.
        """
        if kind == "person":
            return fiscal_code.fill(values, self._desk.clock.today())
        return self._person_of_case(values, CASES[kind]) if kind in CASES else {}

    def _person_of_case(self, values: Mapping[str, Value], field: str) -> dict[str, Value]:
        known = None if values.get("person_id") else self._households.known(values.get(field))
        if known is None:
            return {}
        filled: dict[str, Value] = {"person_id": known.id}
        homes = self._households.households_of(known.id)
        if "household_id" in values and len(homes) == 1 and not values["household_id"]:
            filled["household_id"] = homes[0].id
        if "applicant" in values and not values["applicant"]:
            filled["applicant"] = f"{known.text('surname')} {known.text('name')}".strip()
        return filled

    def doubts(self, kind: str, values: Mapping[str, Value]) -> dict[str, str]:
        """Fields that disagree with others, each with a warning in Italian."""
        return fiscal_code.doubts(values, self._desk.clock.today()) if kind == "person" else {}
