"""The form of a set of rules: what it is about, since when, from where, and its parameters."""

from __future__ import annotations

from ala_desktop.ui.layouts.base import Layout, Section

LAYOUT = Layout(
    "rule_set",
    (
        Section("Regole", ("service:4 name:6 edition:2", "valid_from:3 valid_until:3 source:6")),
        Section("Parametri", ("parameters:12", "notes:12")),
    ),
)
