"""How the codici fiscali of a register are: what an office wants to know before it trusts them."""

from __future__ import annotations

from collections.abc import Iterable

from ala_desktop.fields.identifiers import fiscal_code_key, fiscal_code_problem, is_provisional
from ala_desktop.rules.duplicates import DIGITS_AT
from ala_desktop.services.registers.plan import Sheet

_FIGURES = ("omocodia", "wrong_check", "provisional", "missing", "lowercase_or_spaced")


def count_codes(sheet: Sheet, places: Iterable[int]) -> dict[str, int]:
    """Counts over the rows at `places` of the people's codes.

    `omocodia`: letters in place of digits. `wrong_check`: not verified, whatever the reason. `provisional`: eleven
    digits that hold. `missing`: empty cells. `lowercase_or_spaced`: not written in the form in which it is compared.
    """
    counts: dict[str, int] = {}
    counts.update(dict.fromkeys(_FIGURES, 0))
    column = sheet.place_of("person", "fiscal_code")
    index = None if column is None else sheet.columns[column].index
    for place in places:
        text = "" if index is None else sheet.table.rows[place][index]
        for figure in _figures(text):
            counts[figure] += 1
    return counts


def _figures(text: str) -> list[str]:
    """The counts that one cell adds to."""
    key = fiscal_code_key(text)
    if not key:
        return ["missing"]
    found = ["lowercase_or_spaced"] if text != key else []
    if fiscal_code_problem(key):
        found.append("wrong_check")
    elif is_provisional(key):
        found.append("provisional")
    if len(key) == 16 and any(key[place].isalpha() for place in DIGITS_AT):
        found.append("omocodia")
    return found
