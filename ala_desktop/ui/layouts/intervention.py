"""The form of an intervention: a grant, an accompaniment, a mediation or a contact."""

from __future__ import annotations

from ala_desktop.ui.layouts.base import Layout, Section

LAYOUT = Layout(
    "intervention",
    (
        Section("Intervento", ("type:3 year:2 service:4 started_on:3", "measure_id:6 application_id:6")),
        Section("Beneficiario", ("person_id:6 beneficiary_fiscal_code:6",)),
        Section(
            "Contributo",
            (
                "landlord:6 landlord_iban:6",
                "months:2 granted_cents:3 settled_cents:3 settled_on:4",
                "outcome:4",
                "notes:12",
            ),
        ),
    ),
)
