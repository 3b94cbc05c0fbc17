"""That a person belongs to a household; edited in the household's own list of members."""

from __future__ import annotations

from ala_desktop.ui.layouts.base import Layout, Section

LAYOUT = Layout(
    "household_member",
    (Section("Componente del nucleo", ("person_id:6 relation:6", "since:3 until:3")),),
    hidden={"household_id": "è il nucleo aperto"},
)
