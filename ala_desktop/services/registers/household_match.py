"""Which stored people and households a register's rows are about, read once for the whole file.

Numbers of households are unique within one register only, so a number alone never finds one.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from ala_desktop.core.text import fold
from ala_desktop.fields.identifiers import identifying_key
from ala_desktop.fields.values import Value
from ala_desktop.services.linked import kept_of
from ala_desktop.services.person_links import KEY_SQL, WITH_KEY, asked
from ala_desktop.services.registers.plan import Known
from ala_desktop.services.registers.stand_ins import everyone, shown_for

_PERSON = (
    "surname", "name", "sex", "birth_date", "birth_place", "fiscal_code", "fiscal_code_note", "phone", "email",
    "disability_percent", "notes",
)  # fmt: skip
_HOUSEHOLD = ("name", "register_number", "register_name", "address", "declared_isee_cents", "notes")
_MEMBER = ("household_id", "person_id", "relation", "since", "until")


@dataclass(slots=True)
class PersonRow:
    """One row of the register, parted into the three records that it fills.

    Attributes:
        place: of the row.
        person, household, member: values by field; empty cells left out.
        own_id, household_id: of person and household, in a file that this program wrote.
        known: the person, when stored or met in an earlier row.
    """

    place: int
    person: dict[str, Value]
    household: dict[str, Value]
    member: dict[str, Value]
    own_id: str | None = None
    household_id: str | None = None
    known: Known | None = None

    @property
    def number(self) -> str | None:
        """The household's number in this register; None when the cell is empty."""
        value = self.household.get("register_number")
        return None if value is None else str(value)

    @property
    def key(self) -> str | None:
        """The codice fiscale in its compared form, when it identifies."""
        return identifying_key(self.person.get("fiscal_code"))

    @property
    def is_head(self) -> bool:
        """Whether the row calls this person the head of the household."""
        return fold(str(self.member.get("relation", ""))) == "intestatario"

    @property
    def full_name(self) -> str:
        """Surname and name, as households are called."""
        return " ".join(str(self.person[part]) for part in ("surname", "name") if part in self.person)


def _known(columns: Sequence[str], record: str, cells: Iterable[Value]) -> Known:
    return Known(record, dict(zip(columns, cells, strict=True)))


def _chosen(columns: Sequence[str], table: str = "") -> str:
    return ", ".join(f"{table}{column}" for column in ("id", *columns))


class StoredPeople:
    """Living people that rows may be about: by id, by codice fiscale, or by their place in a register."""

    def __init__(self, connection: Connection, rows: Iterable[PersonRow]) -> None:
        rows = list(rows)
        people = f"SELECT {_chosen(_PERSON)} FROM person WHERE _deleted IS NULL AND"  # noqa: S608
        run = connection.exec_driver_sql
        ids = json.dumps([row.own_id for row in rows if row.own_id])
        found = run(f"{people} id IN (SELECT value FROM json_each(?))", (ids,))  # noqa: S608
        self._ids = self._shown(connection, [_known(_PERSON, record, cells) for record, *cells in found])
        found = run(
            f"SELECT {KEY_SQL}, {_chosen(_PERSON)} FROM person WHERE {WITH_KEY} ORDER BY id DESC",  # noqa: S608
            asked(row.key for row in rows if row.key),
        )
        coded = [(key, _known(_PERSON, record, cells)) for key, record, *cells in found]
        shown = self._shown(connection, [known for _, known in coded])
        self._codes = {key: shown[known.record] for key, known in coded}
        self._likely: dict[tuple[str | None, str, str], list[Known]] = {}
        self._read_likely(connection, [row.number for row in rows])
        self._taken: set[str] = set()

    @staticmethod
    def _shown(connection: Connection, found: list[Known]) -> dict[str, Known]:
        return shown_for(connection, "person", _PERSON, found)

    def _read_likely(self, connection: Connection, numbers: list[str | None]) -> None:
        """People of households that bear one of these numbers (or none), by number, surname and name."""
        without = "OR h.register_number IS NULL" if None in numbers else ""
        found = connection.exec_driver_sql(
            f"SELECT h.register_number, {_chosen(_PERSON, 'p.')} FROM household h "  # noqa: S608
            "JOIN household_member m ON m.household_id = h.id AND m._deleted IS NULL "
            "JOIN person p ON p.id = m.person_id AND p._deleted IS NULL "
            "WHERE h._deleted IS NULL "
            f"AND (h.register_number IN (SELECT value FROM json_each(?)) {without}) ORDER BY p.id",
            (json.dumps(numbers),),
        )
        numbered = [(number, _known(_PERSON, record, cells)) for number, record, *cells in found]
        shown = self._shown(connection, [known for _, known in numbered])
        for number, known in numbered:
            self._likely.setdefault((number, *_called(known.values)), []).append(shown[known.record])

    def match(self, rows: Iterable[PersonRow]) -> None:
        """Find the stored person of every row; by code first, so that nobody is taken for another by a likeness."""
        left: list[PersonRow] = []
        for row in rows:
            row.known = self._ids.get(row.own_id or "") or self.by_code(row.key)
            if row.known is None:
                left.append(row)
            else:
                self._taken.add(row.known.record)
        for row in left:
            row.known = self._by_register(row)

    def by_code(self, key: str | None) -> Known | None:
        """The person with this codice fiscale (compared form), stored or remembered."""
        return self._codes.get(key) if key else None

    def remember(self, key: str, known: Known) -> None:
        """A person whom this file brings."""
        self._codes[key] = known

    def _by_register(self, row: PersonRow) -> Known | None:
        """The person who stands under the same number with the same name and birth date, once per file.

        Without a number or a birth date every value of the row must be equal. A row with another codice fiscale is
        another person.
        """
        if "surname" not in row.person:
            return None
        for known in self._likely.get((row.number, *_called(row.person)), ()):
            other_code = row.key is not None and known.values["fiscal_code"] is not None
            if known.record in self._taken or other_code:
                continue
            birth = row.person.get("birth_date")
            same = row.number is not None and birth is not None and birth == known.values["birth_date"]
            if same or all(known.values[name] == value for name, value in row.person.items()):
                self._taken.add(known.record)
                return known
        return None


def _called(values: dict[str, Value]) -> tuple[str, str]:
    return fold(str(values.get("surname") or "")), fold(str(values.get("name") or ""))


class StoredHouseholds:
    """Living households of the people that were found, and who belongs to them."""

    def __init__(self, connection: Connection, people: Iterable[str], rows: Sequence[PersonRow]) -> None:
        run = connection.exec_driver_sql
        self._members: dict[tuple[str, str], Known] = {}
        self._of_person: dict[str, set[str]] = {}
        found = run(
            f"SELECT {_chosen(_MEMBER)} FROM household_member WHERE _deleted IS NULL "  # noqa: S608
            "AND person_id IN (SELECT value FROM json_each(?)) ORDER BY id DESC",
            (json.dumps(everyone(connection, people)),),
        )
        members = [_known(_MEMBER, record, cells) for record, *cells in found]
        kept = kept_of(connection, [str(known.values["person_id"]) for known in members])
        for known in members:
            person = str(known.values["person_id"])
            self.remember(str(known.values["household_id"]), kept.get(person, person), known)
        ids = {household for household, _ in self._members}
        ids |= {row.household_id for row in rows if row.household_id}
        named = {str(row.household["register_name"]) for row in rows if "register_name" in row.household}
        found = run(
            f"SELECT {_chosen(_HOUSEHOLD)} FROM household WHERE _deleted IS NULL AND "  # noqa: S608
            "(id IN (SELECT value FROM json_each(?)) OR register_name IN (SELECT value FROM json_each(?))) ORDER BY id",
            (json.dumps(list(ids)), json.dumps(list(named))),
        )
        self._households = {record: _known(_HOUSEHOLD, record, cells) for record, *cells in found}
        self._by_register = {
            (known.values["register_name"], known.values["register_number"]): record
            for record, known in self._households.items()
        }

    def of(self, group: Sequence[PersonRow]) -> Known | None:
        """The stored household that a group of rows is, or None for a new one.

        It is the one that the rows name by its id, or by register and number; or one that holds somebody of the group
        under the same number; or, under another number, the one that holds everybody found, the head among them.
        """
        own = self._households.get(group[0].household_id or "")
        if own is not None:
            return own
        named = self._by_register.get((group[0].household.get("register_name"), group[0].number))
        if named is not None and group[0].household.get("register_name") is not None:
            return self._households[named]
        met = [row for row in group if row.known is not None]
        homes: Counter[str] = Counter()
        for row in met:
            if row.known:
                homes.update(self._of_person.get(row.known.record, set()) & self._households.keys())
        for home, _ in homes.most_common():
            if self._households[home].values["register_number"] == group[0].number:
                return self._households[home]
        for home, count in homes.most_common():
            head_in = any(row.is_head and row.known and self.member(home, row.known.record) for row in met)
            if count == len(met) and head_in:
                return self._households[home]
        return None

    def member(self, household: str, person: str) -> Known | None:
        """The membership of a person in a household, stored or remembered."""
        return self._members.get((household, person))

    def remember(self, household: str, person: str, known: Known) -> None:
        """A membership, stored or brought by this file."""
        self._members[household, person] = known
        self._of_person.setdefault(person, set()).add(household)
