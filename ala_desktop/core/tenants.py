"""Whose log it is: a comune's, by its Belfiore code; the ambito's, which ALA writes and all read; ALA's own.

An *office* is a tenant that has PCs: a comune, or ALA.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from ala_desktop.core.comuni import comune_of, comuni
from ala_desktop.core.text import fold

AMBITO, ALA = "AMBITO", "ALA"
_NAMES = {AMBITO: "Ambito di Lodi", ALA: "ALA"}


class OfficeOfAmbito(NamedTuple):
    """An office that may have PCs: its tenant, and what it is called (`Borghetto Lodigiano`, `ALA`)."""

    tenant: str
    name: str

    @property
    def title(self) -> str:
        """As it stands in a sentence: `Comune di Borghetto Lodigiano`, `ALA`."""
        return title_of(self.tenant, self.name)


def office_of(code_or_name: str) -> OfficeOfAmbito:
    """The comune with this Belfiore code or name, or ALA.

    Raises:
        Mendable: the ambito has no such office.
    """
    if fold(code_or_name) == fold(ALA):
        return OfficeOfAmbito(ALA, _NAMES[ALA])
    comune = comune_of(code_or_name)
    return OfficeOfAmbito(comune.belfiore, comune.name)


def is_comune(tenant: str) -> bool:
    """Whether a tenant is one of the comuni of the ambito."""
    return tenant in _comuni()


def name_of(tenant: str) -> str:
    """What people call a tenant; the code itself where nobody knows it."""
    return _NAMES.get(tenant) or _comuni().get(tenant, tenant)


def title_of(tenant: str, name: str) -> str:
    """A tenant of this name as it stands in a sentence."""
    return name if tenant in _NAMES else f"Comune di {name}"


@cache
def _comuni() -> dict[str, str]:
    return {comune.belfiore: comune.name for comune in comuni()}
