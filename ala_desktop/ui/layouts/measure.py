"""The form of a measure: a call or fund with its dated parameters."""

from __future__ import annotations

from ala_desktop.ui.layouts.base import Layout, Section

LAYOUT = Layout(
    "measure",
    (
        Section("Misura", ("service:4 name:6 year:2", "valid_from:3 valid_until:3 source:6")),
        Section("Parametri", ("isee_limit_cents:3 cap_cents:3 most_months:3 payee:3", "notes:12")),
    ),
)
