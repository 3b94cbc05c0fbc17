"""The form of a commission; its members have a list of their own."""

from __future__ import annotations

from ala_desktop.ui.layouts.base import Layout, Section

LAYOUT = Layout(
    "commission",
    (Section("Commissione", ("name:6 body:4 quorum:2", "established_by:5 place:5 active:2")),),
)
