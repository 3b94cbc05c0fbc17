"""What a codice fiscale says of a person, and where it disagrees with what was written beside it (DOMAIN 6).

Only the Agenzia delle Entrate establishes the real code, so a disagreement is a warning and fills nothing over what
the clerk wrote. Form and check character are the business of `fields.identifiers`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from codicefiscale import codicefiscale

from ala_desktop.fields.identifiers import fiscal_code_key, fiscal_code_problem, is_provisional
from ala_desktop.fields.values import Value, show_date


class Facts(NamedTuple):
    """Birth date (ISO), sex (`F` or `M`) and birth place (comune, or country for who was born abroad) in a code."""

    birth_date: str
    sex: str
    birth_place: str


def facts(code: str, today: date) -> Facts | None:
    """What a code of sixteen characters says; None for one that is wrong, provisional or names no known place.

    Of the two centuries that its year leaves open, the later one that is not after `today`.
    """
    key = fiscal_code_key(code)
    if not key or is_provisional(key) or fiscal_code_problem(key):
        return None
    try:
        decoded = codicefiscale.decode(key)
    except ValueError:
        return None
    born = decoded["birthdate"].date()
    if born > today:
        born = born.replace(year=born.year - 100)
    place = decoded["birthplace"]
    return Facts(born.isoformat(), str(decoded["gender"]), str(place["name"])) if place else None


def fill(values: Mapping[str, Value], today: date) -> dict[str, Value]:
    """Birth date, sex and place that the code gives and `values` leave empty."""
    told = facts(str(values.get("fiscal_code") or ""), today)
    if told is None:
        return {}
    return {name: value for name, value in told._asdict().items() if values.get(name) in (None, "")}


def doubts(values: Mapping[str, Value], today: date) -> dict[str, str]:
    """Where a person's data disagree with their code: field name and a warning in Italian."""
    code = fiscal_code_key(str(values.get("fiscal_code") or ""))
    told = facts(code, today)
    if told is None:
        return {}
    found: dict[str, str] = {}
    if values.get("birth_date") not in (None, told.birth_date):
        found["birth_date"] = f"il codice fiscale indica il {show_date(told.birth_date)}"
    if values.get("sex") not in (None, told.sex):
        found["sex"] = "il codice fiscale indica " + ("una femmina" if told.sex == "F" else "un maschio")
    for name, start, encode in (
        ("surname", 0, codicefiscale.encode_lastname),
        ("name", 3, codicefiscale.encode_firstname),
    ):
        written = str(values.get(name) or "")
        if written and encode(written) != code[start : start + 3]:
            found[name] = "non corrisponde al codice fiscale"
    return found
