"""The forms of the office itself: its comune and the people who work there."""

from __future__ import annotations

from ala_desktop.ui.layouts.base import Layout, Section

COMUNE = Layout(
    "comune",
    (
        Section("Comune", ("name:6 belfiore:3 istat:3",)),
        Section("Recapiti dell'ufficio", ("office_address:12", "phone:3 email:4 certified_email:5")),
    ),
)
CLERK = Layout(
    "clerk",
    (Section("Operatore", ("name:6 role:6", "phone:3 email:5 active:2 since:2")),),
)
