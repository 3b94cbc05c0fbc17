"""The comune of the demonstration and its invented people: nobody of these names, born on these days, is meant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from codicefiscale import codicefiscale

COMUNE, BELFIORE = "Borghetto Lodigiano", "A995"
CLERK, COLLEAGUE = "Piera Invernizzi", "Nicolò Tonani"
PASSPHRASE = "gelso nebbia cascina"  # noqa: S105 - of an office of invented people, told to whoever runs it


@dataclass(frozen=True, slots=True)
class Invented:
    """An invented person; `place` of birth is a comune, or a country for who was born abroad."""

    surname: str
    name: str
    sex: Literal["F", "M"]
    born: date
    place: str
    relation: str = ""

    @property
    def fiscal_code(self) -> str:
        """The codice fiscale that such a person would have."""
        return codicefiscale.encode(self.surname, self.name, self.sex, self.born.strftime("%d/%m/%Y"), self.place)

    @property
    def full_name(self) -> str:
        """Surname first, as in an office's lists."""
        return f"{self.surname} {self.name}"


FAMILY = (
    Invented("Ștefănescu", "Ioana", "F", date(1984, 5, 17), "Romania", "intestataria"),
    Invented("Đorđević", "Miloš", "M", date(1981, 11, 3), "Serbia", "coniuge"),
    Invented("Đorđević", "Ana", "F", date(2012, 2, 29), "Lodi", "figlia"),
    Invented("Đorđević", "Luka", "M", date(2016, 8, 21), "Lodi", "figlio"),
)
"""A household of four."""
TENANT = Invented("Şahin", "Elif", "F", date(1990, 3, 8), "Turchia", "intestataria")
"""Who asks for a grant; lives alone."""
CALLER = Invented("Dell'Orto", "Niccolò", "M", date(1975, 12, 2), "Codogno")
"""Who telephones while the minutes are read."""


@dataclass(frozen=True, slots=True)
class Sitter:
    """A member of the commission: name, role and position as their lists call them."""

    name: str
    role: str
    position: str


COMMISSION = "Commissione Casa"
SITTERS = (
    Sitter("Bruno Grazioli", "Presidente", "Assessore alle politiche abitative"),
    Sitter("Łucja Dąbrowska", "Componente", "Assistente sociale"),
    Sitter("Carla Zanoncelli", "Componente", "Ufficio tecnico"),
    Sitter("Matteo Dell'Acqua", "Componente", "Consigliere comunale"),
    Sitter("Nives Boselli", "Componente", "Rappresentante dei sindacati inquilini"),
    Sitter(CLERK, "Segretario verbalizzante", "Ufficio servizi abitativi"),
)
