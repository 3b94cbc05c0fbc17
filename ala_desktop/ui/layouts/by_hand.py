"""Records that no form shows: pages made by hand do. Each field says where it is seen."""

from __future__ import annotations

from ala_desktop.ui.layouts.base import Layout

_SITTING = "sta nella pagina della seduta"
_DUPLICATES = "sta tra i possibili duplicati"
_PANEL = "sta nella storia degli stati, sotto la scheda dell'alloggio"


def _elsewhere(kind: str, where: str, names: str) -> Layout:
    return Layout(kind, (), dict.fromkeys(names.split(), where))


BY_HAND = (
    _elsewhere("unit_state", _PANEL, "unit_id axis value since until reason"),
    _elsewhere(
        "sitting",
        _SITTING,
        "commission_id commission_name held_on place remote convocation opened_at closed_at suspensions chair_id "
        "secretary_id quorum remarks state approved_on",
    ),
    _elsewhere(
        "attendance",
        _SITTING,
        "sitting_id member_id full_name role position voting presence delegate arrived_at left_at",
    ),
    _elsewhere(
        "agenda_item",
        _SITTING,
        "sitting_id position type subject case_code application_id intervention_id treated_at report documents "
        "discussion proposal reasoning decision outcome unit_id unit_text amount_cents months term dissent",
    ),
    _elsewhere("vote", _SITTING, "sitting_id item_id member_id vote conflict left_room"),
    _elsewhere(
        "attachment",
        "sta tra gli allegati, sotto la scheda",
        "record_kind of_record sitting_id name media_type size blob content_hash key note added_on added_by",
    ),
    _elsewhere("minutes_number", _SITTING, "commission_id year number emergency_register sitting_id given_on"),
    _elsewhere("duplicate_link", _DUPLICATES, "record_kind first_id second_id verdict kept_id reason"),
)
