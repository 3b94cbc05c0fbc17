"""The comuni of the ambito, from the reference data that come with the program."""

from __future__ import annotations

import csv
from typing import NamedTuple

from ala_desktop.core.errors import Mendable
from ala_desktop.core.resources import resource
from ala_desktop.core.text import fold


class ComuneOfAmbito(NamedTuple):
    """One comune: ISTAT and Belfiore codes, name, province."""

    istat: str
    belfiore: str
    name: str
    province: str


def comuni() -> list[ComuneOfAmbito]:
    """All 61, by name."""
    with resource("reference/ambito_lodi_comuni.csv").open(encoding="utf-8", newline="") as file:
        rows = [ComuneOfAmbito(r["istat"], r["belfiore"], r["nome"], r["sigla"]) for r in csv.DictReader(file)]
    return sorted(rows, key=lambda comune: fold(comune.name))


def comune_of(code_or_name: str) -> ComuneOfAmbito:
    """The comune with this Belfiore code, or with this name.

    Raises:
        Mendable: the ambito has no such comune.
    """
    wanted = fold(code_or_name)
    for comune in comuni():
        if wanted in (fold(comune.belfiore), fold(comune.name)):
            return comune
    raise Mendable(
        "Comune sconosciuto",
        f"«{code_or_name}» non è il codice catastale né il nome di un comune dell'Ambito di Lodi.",
        "Indicare il codice catastale, per esempio A995 per Borghetto Lodigiano.",
    )
