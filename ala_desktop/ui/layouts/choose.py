"""Which layout belongs to which kind of record; a contract test demands that none is missing."""

from __future__ import annotations

from ala_desktop.ui.layouts import (
    building,
    commission,
    commission_member,
    household,
    household_member,
    housing_application,
    housing_unit,
    intervention,
    measure,
    office,
    person,
    public_notice,
    request_to_ala,
    rule_set,
)
from ala_desktop.ui.layouts.base import Layout
from ala_desktop.ui.layouts.by_hand import BY_HAND

LAYOUTS: dict[str, Layout] = {
    layout.kind: layout
    for layout in (
        office.COMUNE, office.CLERK, building.LAYOUT, housing_unit.LAYOUT, household.LAYOUT, person.LAYOUT,
        household_member.LAYOUT, housing_application.LAYOUT, measure.LAYOUT, intervention.LAYOUT, commission.LAYOUT,
        commission_member.LAYOUT, rule_set.LAYOUT, public_notice.LAYOUT, request_to_ala.REQUEST, request_to_ala.REPLY,
        *BY_HAND,
    )
}  # fmt: skip
