"""The list of all records, in a fixed order, and the catalog of their specs."""

from __future__ import annotations

from ala_desktop.fields.spec import Catalog
from ala_desktop.models.attachments import Attachment
from ala_desktop.models.cases import HousingApplication, Intervention, Measure
from ala_desktop.models.duplicates import DuplicateLink
from ala_desktop.models.housing import Building, HousingUnit, UnitState
from ala_desktop.models.office import Clerk, Comune
from ala_desktop.models.people import Household, HouseholdMember, Person
from ala_desktop.models.publications import PublicNotice, RuleSet
from ala_desktop.models.record import Record, spec_of
from ala_desktop.models.requests import Reply, RequestToAla
from ala_desktop.models.sittings import (
    AgendaItem,
    Attendance,
    Commission,
    CommissionMember,
    MinutesNumber,
    Sitting,
    Vote,
)

RECORDS: tuple[type[Record], ...] = (
    Comune, Clerk, Building, HousingUnit, UnitState, Household, Person, HouseholdMember, HousingApplication, Measure,
    Intervention, RuleSet, PublicNotice, Commission, CommissionMember, Sitting, Attendance, AgendaItem, Vote,
    MinutesNumber, DuplicateLink, RequestToAla, Reply, Attachment,
)  # fmt: skip


def build() -> Catalog:
    """The catalog of every kind that this version knows."""
    return Catalog([spec_of(record) for record in RECORDS])
