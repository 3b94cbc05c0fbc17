"""Sentences on what an exchange did."""

from __future__ import annotations

import pytest

from ala_desktop.services.sharing.exchange import Rejected, Report
from ala_desktop.ui.pages.exchange.wording import COPIED, answer, file_name, outcome
from tests.factory import FixedClock

REFUSED = Rejected(7, "value", "Un valore non è ammesso")


@pytest.mark.parametrize(
    ("report", "network", "file"),
    [
        (Report(0, 0, [], 0, 0, 1, 1), "Scambio concluso: nessuna novità.", "Risposta di ALA letta: nessuna novità."),
        (Report(2, 1, [REFUSED], 1, 0, 1, 1),
         "Scambio concluso: 2 modifiche inviate, 1 ricevuta. 1 invio è da correggere.",
         "Risposta di ALA letta: 1 modifica registrata da ALA, 1 modifica ricevuta. 1 invio è da correggere."),
        (Report(1, 1, [], 0, 0, 1, 1, revoked=("Portatile",), healed=2),
         "Scambio concluso: 1 modifica inviata. ALA ha escluso dallo scambio «Portatile». "
         "Le schede di questo PC sono state rimesse a posto dal registro (2 anomalie).",
         "Risposta di ALA letta: 1 modifica registrata da ALA. ALA ha escluso dallo scambio «Portatile». "
         "Le schede di questo PC sono state rimesse a posto dal registro (2 anomalie)."),
        (Report(0, 0, [], 1, 0, 1, 1, copied=True),
         f"Scambio concluso: 1 modifica ricevuta. {COPIED}", f"Risposta di ALA letta: 1 modifica ricevuta. {COPIED}"),
        (Report(0, 3, [], 0, 0, 1, 1, stopped=True),
         "Scambio fermato: niente di inviato. Il prossimo scambio lo completa.",
         "Lettura fermata: 3 modifiche registrate da ALA. Leggere di nuovo lo stesso file la completa."),
    ],
)  # fmt: skip
def test_what_an_exchange_did_over_the_network_and_by_file(report, network, file):
    assert outcome(report) == network
    assert answer(report) == file


@pytest.mark.parametrize(
    ("comune", "name"),
    [
        ("Borghetto Lodigiano", "ala-borghetto-lodigiano-2026-11-22.ala"),
        ("Sant'Angelo Lodigiano", "ala-sant-angelo-lodigiano-2026-11-22.ala"),
        ("Castiglione d'Adda", "ala-castiglione-d-adda-2026-11-22.ala"),
        ("Corno Giovine", "ala-corno-giovine-2026-11-22.ala"),
    ],
)
def test_a_file_has_the_comune_and_the_day_in_letters_that_every_stick_takes(comune, name):
    assert file_name("ala", comune, FixedClock().today()) == name
