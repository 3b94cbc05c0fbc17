"""The form of a member of a commission."""

from __future__ import annotations

from ala_desktop.ui.layouts.base import Layout, Section

LAYOUT = Layout(
    "commission_member",
    (Section("Componente", ("full_name:6 role:6", "position:6 voting:3 active:3")),),
    hidden={"commission_id": "è la commissione aperta"},
)
