"""The form of a commission; its members have a list of their own."""

from __future__ import annotations

from ala_desktop.ui.layouts.base import Layout, Section

LAYOUT = Layout(
    "commission",
    (Section("Commissione", ("name:8 body:4", "quorum:4 place:6 active:2", "established_by:12")),),
)
