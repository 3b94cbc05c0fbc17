"""The form of a person."""

from __future__ import annotations

from ala_desktop.ui.layouts.base import Layout, Section

LAYOUT = Layout(
    "person",
    (
        Section(
            "Dati anagrafici",
            (
                "surname:4 name:4 fiscal_code:4",
                "birth_date:3 birth_place:5 sex:4",
                "fiscal_code_note:12",
            ),
        ),
        Section("Recapiti", ("phone:4 email:5 disability_percent:3",)),
        Section("Annotazioni", ("notes:12",)),
    ),
)
