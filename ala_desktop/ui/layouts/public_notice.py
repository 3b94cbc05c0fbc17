"""The form of a public notice."""

from __future__ import annotations

from ala_desktop.ui.layouts.base import Layout, Section

LAYOUT = Layout(
    "public_notice",
    (
        Section(
            "Avviso",
            ("service:3 subject:7 number:2", "published_on:3 opens_on:3 closes_on:3 notice_lead:3", "web_address:12"),
        ),
        Section("Testo", ("text:12",)),
    ),
)
