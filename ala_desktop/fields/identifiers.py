"""Checks of the codes that identify people and accounts (DOMAIN 6). They warn; they never refuse a register's row."""

from __future__ import annotations

import re

from codicefiscale import codicefiscale

_SIXTEEN = re.compile(r"[A-Z]{6}[0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]\Z")
_ELEVEN = re.compile(r"\d{11}\Z")
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}\Z")
_SHORTEST = 11
"""Characters of a provisional code; what is shorter is a remark, not a code."""
_FEWEST_SIGNS = 4
"""Different characters that a code has at least; eleven zeros hold as a provisional code."""


def fiscal_code_key(code: str) -> str:
    """The form in which two codes are compared: no spaces, capital letters."""
    return "".join(code.split()).upper()


def fiscal_code_problem(code: str) -> str | None:
    """Why `code` cannot be a codice fiscale, in Italian, or None when its form and check character hold.

    Sixteen characters with omocodia (D.M. 23/12/1976), or the provisional eleven digits, whose last is
    a check digit as in a partita IVA.
    """
    key = fiscal_code_key(code)
    if _ELEVEN.match(key):
        return None if _luhn(key) else "codice provvisorio con cifra di controllo errata"
    if not _SIXTEEN.match(key):
        return "codice fiscale di forma errata"
    if codicefiscale.encode_cin(key[:15]) != key[15]:
        return "codice fiscale con carattere di controllo errato"
    return None


def has_form(code: str) -> bool:
    """Whether `code` looks like a codice fiscale, whatever its check character; all seven digits may be letters."""
    key = fiscal_code_key(code)
    return bool(_SIXTEEN.match(key) or _ELEVEN.match(key))


def is_provisional(code: str) -> bool:
    """Whether `code` is a provisional code of eleven digits."""
    return bool(_ELEVEN.match(fiscal_code_key(code)))


def identifying_key(code: object) -> str | None:
    """The compared form of a codice fiscale that can tell one person from another, or None.

    A wrong check character does not matter here; fillers such as `n.d.`, `-` or eleven zeros identify nobody.
    """
    if not isinstance(code, str):
        return None
    key = fiscal_code_key(code)
    if len(key) < _SHORTEST or len(set(key)) < _FEWEST_SIGNS:
        return None
    return key if has_form(key) or any(sign.isdigit() for sign in key) else None


def iban_problem(iban: str) -> str | None:
    """Why `iban` is wrong, in Italian, or None; modulus 97 only (ISO 13616)."""
    key = "".join(iban.split()).upper()
    if not _IBAN.match(key):
        return "IBAN di forma errata"
    digits = "".join(str(int(c, 36)) for c in key[4:] + key[:4])
    return None if int(digits) % 97 == 1 else "IBAN con cifre di controllo errate"


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(digits):
        doubled = int(digit) * (1 + place % 2)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0
