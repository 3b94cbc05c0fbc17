"""The form of a housing unit."""

from __future__ import annotations

from ala_desktop.ui.layouts.base import Layout, Section

LAYOUT = Layout(
    "housing_unit",
    (
        Section(
            "Dove si trova",
            (
                "code:3 address:5 street_number:2 stair:2",
                "building_id:6 floor:2 interior:2 lift:2",
                "cadastral_sheet:2 cadastral_parcel:2 cadastral_subunit:2 cadastral_rooms:3 net_area_sqm:3",
            ),
        ),
        Section(
            "Stato dell'alloggio",
            (
                "designation:4 designation_since:2 occupancy:4 occupancy_since:2",
                "condition:4 condition_since:2 availability:4 availability_since:2",
                "availability_reason:12",
            ),
        ),
        Section(
            "Proprietà e gestione", ("owner_body:4 rent_cents:2 last_inspection:3 regional_id:3", "notes:12"),
        ),
    ),
)  # fmt: skip
