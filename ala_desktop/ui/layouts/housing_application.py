"""The form of an application."""

from __future__ import annotations

from ala_desktop.ui.layouts.base import Layout, Section

LAYOUT = Layout(
    "housing_application",
    (
        Section("Presentazione", ("protocol:3 submitted_on:3 service:6",)),
        Section(
            "Richiedente",
            ("applicant:6 applicant_fiscal_code:6", "person_id:6 household_id:6"),
        ),
        Section(
            "Requisiti ed esito",
            (
                "regional_id:4 isee_cents:4 score:4",
                "outcome:4 decided_on:3 unit_id:5",
                "notes:12",
            ),
        ),
    ),
)
