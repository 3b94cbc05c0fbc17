"""The register of homes: one row, one housing unit, known by its code."""

from __future__ import annotations

import json
from operator import itemgetter

from sqlalchemy import Connection

from ala_desktop.exchange.columns import Headings
from ala_desktop.fields.kinds import Choice
from ala_desktop.fields.spec import Catalog, Field, RecordSpec
from ala_desktop.fields.values import Value
from ala_desktop.models.housing import AVAILABILITIES, CONDITIONS, OCCUPANCIES
from ala_desktop.models.natural_keys import condition, expression
from ala_desktop.rules.duplicates import SIGNS
from ala_desktop.services.registers.plan import EqualRows, Known, Plan, Sheet, Transaction
from ala_desktop.services.registers.stand_ins import shown_for
from ala_desktop.sync.capture import Change

_UNIT = "housing_unit"
_STATUS = "status"
_AXIS = {
    **dict.fromkeys(AVAILABILITIES, "availability"),
    **dict.fromkeys(CONDITIONS, "condition"),
    **dict.fromkeys(OCCUPANCIES, "occupancy"),
}
_STATES = Choice(
    {**OCCUPANCIES, **CONDITIONS, **AVAILABILITIES},
    {"carenze manut.": "carenze_manutentive", "in manut.": "in_manutenzione", "non disp.": "non_disponibile"},
)

_HOME = next(sign for sign in SIGNS if (sign.kind, sign.name) == (_UNIT, "cadastral"))


class UnitRegister:
    """Plans the import of homes. Its column `Stato` fills one of three axes; the others stay unknown."""

    kind = _UNIT
    verified: frozenset[str] = frozenset()
    needed = (("code",),)

    def __init__(self, catalog: Catalog) -> None:
        self._spec = catalog[_UNIT]
        status = Field(_STATUS, _STATES, "Stato", register=("Stato", "Stato alloggio", "Stato dell'alloggio"))
        self.headings = Headings([self._spec], [(_UNIT, status)])

    def plan(self, sheet: Sheet, connection: Connection) -> Plan:
        """A verdict for every row, and a transaction for every new unit."""
        planning = _UnitPlanning(Plan(sheet), self._spec, connection)
        for place, values in planning.plan.rows():
            planning.row(place, values)
        planning.plan.settle()
        return planning.plan


class _UnitPlanning:
    """One file on its way to a plan."""

    def __init__(self, plan: Plan, spec: RecordSpec, connection: Connection) -> None:
        self.plan = plan
        self._spec = spec
        self._sheet = sheet = plan.sheet
        self._equal = EqualRows(sheet)
        names = [column.field.name for column in sheet.columns]
        places = [place for place, name in enumerate(names) if name not in ("id", _STATUS)]
        self._names = [names[place] for place in places]
        # Of one place alone it gives a bare value; the file has more columns than the code then.
        self._cells = itemgetter(*places, places[0])
        self._status, self._own_id = sheet.place_of(_UNIT, _STATUS), sheet.place_of(_UNIT, "id")
        self._asked = [name for name in spec.fields if name in {"code", *self._names, *_AXIS.values()}]
        ids = [] if self._own_id is None else [row[self._own_id] for row in sheet.readings.values]
        code = sheet.place_of(_UNIT, "code")
        codes = [] if code is None else [row[code] for row in sheet.readings.values]
        self._by_id = shown_for(connection, _UNIT, self._asked, self._read(connection, "id", ids))
        coded = self._read(connection, "code", codes)
        shown = shown_for(connection, _UNIT, self._asked, coded)
        self._by_code = {known.values["code"]: shown[known.record] for known in reversed(coded)}
        self._without = self._read(connection, "code", None) if None in codes else []
        self._homes = self._read_homes(connection)

    def _read(self, connection: Connection, column: str, wanted: list[Value] | None) -> list[Known]:
        """Living units whose `column` is one of `wanted` (None: is empty), by id."""
        if wanted == []:
            return []
        test = "IS NULL" if wanted is None else "IN (SELECT value FROM json_each(?))"
        query = (
            f"SELECT id, {', '.join(self._asked)} FROM {_UNIT} "  # noqa: S608 - names of the catalog
            f"WHERE _deleted IS NULL AND {column} {test} ORDER BY id"
        )
        arguments = () if wanted is None else (json.dumps([value for value in wanted if value is not None]),)
        rows = connection.exec_driver_sql(query, arguments)
        return [Known(record, dict(zip(self._asked, cells, strict=True))) for record, *cells in rows]

    def _read_homes(self, connection: Connection) -> dict[str, Value]:
        """Codes of stored units by sheet, parcel and subunit, where all three are known."""
        query = f"SELECT {expression(_HOME)}, code FROM {_UNIT} WHERE {condition(_HOME)} ORDER BY id DESC"  # noqa: S608
        return {str(home): code for home, code in connection.exec_driver_sql(query)}

    def row(self, place: int, values: tuple[Value, ...]) -> None:
        """Decide on one row."""
        put: dict[str, Value] = dict(zip(self._names, self._cells(values), strict=False))
        if self._status is not None and (status := values[self._status]) is not None:
            axis = _AXIS[str(status)]
            put[axis] = put.get(axis) or status
        code = put.get("code")
        known = None if self._own_id is None else self._by_id.get(str(values[self._own_id]))
        if known is None and code is not None:
            known = self._by_code.get(code)
        if known is not None:
            self._compare(place, put, known)
        elif code is not None:
            self._create(place, put)
        else:
            self._without_code(place, put)

    def _compare(self, place: int, put: dict[str, Value], known: Known) -> None:
        """A row whose unit is known: the same again, or shown field by field."""
        if known.place is not None and self._equal.equal(place, known.place):
            self.plan.duplicate(place, of=known.place)
            return
        if not self.plan.differ(place, self._spec, known, put):
            self.plan.duplicate(place, of=known.place, record=known.record)
        if known.place is None:
            met = known._replace(place=place)
            self._by_id[met.record] = self._by_code[met.values["code"]] = met

    def _create(self, place: int, put: dict[str, Value]) -> None:
        """A unit that nobody has yet."""
        record = self._sheet.new_id()
        code = put.get("code")
        if code is not None:
            self._by_code[code] = Known(record, put, place, put)
        self.plan.fresh.add(place)
        self.plan.transactions.append(Transaction([Change(_UNIT, record, put)], (place,)))
        home = _HOME.key(put)
        if home is None:
            return
        other = self._homes.setdefault(home, code)
        if other != code:
            called = f"dell'alloggio {other}" if other else "di un alloggio senza codice"
            column = self._sheet.heading_of(_UNIT, self._spec.fields[_HOME.field])
            self.plan.warn(place, column, str(put[_HOME.field]), f"stesso foglio, mappale e subalterno {called}")

    def _without_code(self, place: int, put: dict[str, Value]) -> None:
        """A row whose code is missing is known only by all that it says."""
        earlier = self._equal.earlier(place)
        if earlier is not None:
            self.plan.duplicate(place, of=earlier)
            return
        for known in self._without:
            if all(known.values[name] == value for name, value in put.items() if value is not None):
                self.plan.duplicate(place, record=known.record)
                return
        self._create(place, put)
        self.plan.warn(
            place, self._sheet.heading_of(_UNIT, self._spec.fields["code"]), "", "manca il codice dell'alloggio"
        )
