"""The form of a building."""

from __future__ import annotations

from ala_desktop.ui.layouts.base import Layout, Section

LAYOUT = Layout(
    "building",
    (
        Section("Dove si trova", ("address:6 street_number:2 name:4",)),
        Section(
            "Dati del fabbricato",
            ("owner_body:3 year_built:3 lift:2 cadastral_sheet:2 cadastral_parcel:2", "notes:12"),
        ),
    ),
)
