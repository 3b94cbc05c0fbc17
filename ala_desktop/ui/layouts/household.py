"""The form of a household; its members have a list of their own below."""

from __future__ import annotations

from ala_desktop.ui.layouts.base import Layout, Section

LAYOUT = Layout(
    "household",
    (
        Section(
            "Nucleo familiare",
            ("name:4 unit_id:5 declared_isee_cents:3", "address:6 register_number:3 register_name:3"),
        ),
        Section("Annotazioni", ("notes:12",)),
    ),
    panels_after=1,
)
