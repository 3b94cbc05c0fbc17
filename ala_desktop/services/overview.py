"""What the page Oggi shows: sittings, what waits for an outcome, forms left in the middle, how much is registered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ala_desktop.fields.spec import DELETED
from ala_desktop.rules.agenda import OPEN_OUTCOMES
from ala_desktop.rules.duplicates import KINDS
from ala_desktop.services import naming
from ala_desktop.services.desk import Desk
from ala_desktop.services.drafts import Draft, Drafts
from ala_desktop.services.duplicates import Duplicates
from ala_desktop.services.linked import shown
from ala_desktop.services.sharing.corrections import Corrections

_SITTINGS = 6
_DRAFTS = 6
_OPEN = ", ".join(sorted(f"'{outcome}'" for outcome in OPEN_OUTCOMES if outcome))


class SittingNote(NamedTuple):
    """A sitting that is not approved yet: id, day, commission, state (its identifier)."""

    id: str
    held_on: str
    commission: str
    state: str


class DraftNote(NamedTuple):
    """A form left in the middle.

    Attributes:
        kind, id: its record. name: what a person calls it. at: when it was last typed on, UTC.
        correction: place in the log of the refused save that is being corrected; None for any other form.
    """

    kind: str
    id: str
    name: str
    at: str
    correction: int | None = None


@dataclass(frozen=True, slots=True)
class Overview:
    """The office at a glance.

    Attributes:
        sittings: sittings that are not approved, the nearest day first.
        drafts: forms left in the middle, the latest first.
        drafts_in_all: how many there are.
        duplicates: how many pairs of records may be one, by kind; kinds without any are left out.
        pending: applications that wait for an outcome: none yet, a supplementary enquiry, or adjourned.
        units, vacant, households, people, applications: how many living records; `vacant` units are `libero`.
    """

    sittings: tuple[SittingNote, ...]
    drafts: tuple[DraftNote, ...]
    drafts_in_all: int
    duplicates: Mapping[str, int]
    pending: int
    units: int
    vacant: int
    households: int
    people: int
    applications: int

    @property
    def empty(self) -> bool:
        """Whether nothing was registered yet."""
        return not (self.units or self.households or self.people or self.applications)


class Overviews:
    """Makes the overview. Not on the window's thread: with very many records counting takes a while."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._drafts = Drafts(desk)
        self._corrections = Corrections(desk)
        self._duplicates = Duplicates(desk)

    def now(self) -> Overview:
        """How things stand now."""
        drafts = self._drafts.all()
        held = self._corrections.held() if drafts else {}
        return Overview(
            sittings=tuple(self._sittings()),
            drafts=tuple(self._name(draft, held) for draft in drafts[:_DRAFTS]),
            drafts_in_all=len(drafts),
            duplicates=self._duplicates.counts(),
            pending=self._count("housing_application", f" AND (outcome IS NULL OR outcome IN ({_OPEN}))"),
            units=self._count("housing_unit"),
            vacant=self._count("housing_unit", " AND occupancy = 'libero'"),
            households=self._count("household"),
            people=self._count("person"),
            applications=self._count("housing_application"),
        )

    def _count(self, kind: str, test: str = "") -> int:
        with self._desk.reading() as connection:
            hidden = f" AND {shown(kind)}" if kind in KINDS else ""
            query = f"SELECT count(*) FROM {kind} WHERE {DELETED} IS NULL{hidden}{test}"  # noqa: S608
            return int(connection.exec_driver_sql(query).scalar() or 0)

    def _sittings(self) -> list[SittingNote]:
        query = (
            "SELECT s.id, s.held_on, coalesce(c.name, s.commission_name), s.state FROM sitting s "
            "LEFT JOIN commission c ON c.id = s.commission_id "
            "WHERE s._deleted IS NULL AND s.state IS NOT 'approvato' ORDER BY s.held_on LIMIT ?"
        )
        with self._desk.reading() as connection:
            rows = connection.exec_driver_sql(query, (_SITTINGS,)).all()
        return [SittingNote(record, day or "", name or "", state or "bozza") for record, day, name, state in rows]

    def _name(self, draft: Draft, held: Mapping[str, int]) -> DraftNote:
        rows = self._desk.many(draft.kind, [draft.record])
        values = {**(rows[0].values if rows else {}), **draft.typed}
        name = naming.name_of(self._desk, draft.kind, values)
        return DraftNote(draft.kind, draft.record, name, draft.at, held.get(draft.record))
