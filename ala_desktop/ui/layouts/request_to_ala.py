"""The forms of what passes between a comune and ALA: the comune's request, ALA's reply."""

from __future__ import annotations

from ala_desktop.ui.layouts.base import Layout, Section

_BY_ITSELF = "la scrive il programma quando la richiesta parte dalla scheda o dal dato discordante"
_SIGNED = "lo scrive il programma, con chi lavora e il giorno"
_STATE = "si vede nello stato della richiesta"

REQUEST = Layout(
    "request_to_ala",
    (Section("Richiesta", ("type:5 due_on:3", "subject:12", "text:12")),),
    {
        **dict.fromkeys(["about_kind", "about_id", "about_name", "about_field", "about_claim"], _BY_ITSELF),
        **dict.fromkeys(["asked_by", "asked_on"], _SIGNED),
        **dict.fromkeys(["withdrawn_on", "withdrawn_by", "withdrawn_why", "taken_on", "taken_by"], _STATE),
    },
)

REPLY = Layout(
    "reply",
    (Section("Risposta", ("outcome:6", "text:12")),),
    {"request_id": "è la richiesta aperta", **dict.fromkeys(["replied_by", "replied_on"], _SIGNED)},
)
