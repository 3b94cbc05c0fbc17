"""Natural keys in SQL, for the indexes that possible duplicates are found by. `rules.duplicates` says what they are."""

from __future__ import annotations

from collections.abc import Callable

from ala_desktop.fields.spec import DELETED
from ala_desktop.models.record import Index
from ala_desktop.rules.duplicates import (
    DIGITS_AT,
    OMOCODIA,
    SIGNS,
    Sign,
    compact,
    folded_code,
    initials,
    number,
    plain,
    year,
)

_USUAL = "".join("[0-9]" if place in DIGITS_AT else "[A-Z]" for place in range(15)) + "*"


def _compact(column: str) -> str:
    return f"upper(replace({column}, ' ', ''))"


def _number(column: str) -> str:
    return f"ltrim({_compact(column)}, '0')"


def _year(column: str) -> str:
    return f"substr({column}, 1, 4)"


def _figures(letters: str) -> str:
    for figure, letter in enumerate(OMOCODIA):
        letters = f"replace({letters}, '{letter}', '{figure}')"
    return letters


def _folded_code(column: str) -> str:
    key = _compact(column)
    runs = [(1, 6, False), (7, 2, True), (9, 1, False), (10, 2, True), (12, 1, False), (13, 3, True)]
    cuts = [(f"substr({key}, {at}, {length})", digits) for at, length, digits in runs]
    folded = " || ".join(_figures(cut) if digits else cut for cut, digits in cuts)
    # Nearly every code has its figures: told at once, it spares thirty replacements for each row that is written.
    usual = f"{key} GLOB '{_USUAL}' AND length({key}) = 16 THEN substr({key}, 1, 15)"
    return f"CASE WHEN {usual} WHEN length({key}) <> 16 THEN {key} ELSE {folded} END"


def _initials(one: str, other: str) -> str:
    first, second = (f"substr({_compact(column)}, 1, 1)" for column in (one, other))
    return f"min({first}, {second}) || max({first}, {second})"


_FORMS: dict[Callable[..., str], Callable[..., str]] = {
    compact: _compact,
    number: _number,
    year: _year,
    plain: str,
    folded_code: _folded_code,
    initials: _initials,
}


def expression(sign: Sign) -> str:
    """The key over the columns of a row; NULL where `Sign.key` gives None, but empty parts count there only."""
    return " || '|' || ".join(_FORMS[part.form](*part.fields) for part in sign.parts)


def condition(sign: Sign) -> str:
    """Which rows have the key: living ones that fill its last field."""
    return f"{DELETED} IS NULL AND {sign.field} IS NOT NULL"


def indexes(kind: str) -> list[Index]:
    """The indexes of a kind's natural keys, over the rows that have them; one over a bare column is there already."""
    return [
        Index(f"{kind}_same_{sign.name}", (expression(sign),), condition(sign))
        for sign in SIGNS
        if sign.kind == kind and expression(sign) != sign.field
    ]
