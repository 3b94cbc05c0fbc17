"""When two records may be the same thing registered twice: by natural key, never by guess (DOMAIN 6).

A sign is a reason to ask a person, nothing more: only a person links two records. `models.natural_keys` says the keys
in SQL, for its indexes; a contract test holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from ala_desktop.core.text import fold
from ala_desktop.fields.identifiers import identifying_key, is_provisional
from ala_desktop.fields.values import Value

OMOCODIA = "LMNPQRSTUV"
"""The letters that stand for 0 to 9 in a codice fiscale, where two people would have the same (D.M. 23/12/1976)."""
DIGITS_AT = (6, 7, 9, 10, 12, 13, 14)
"""Where they may stand, of sixteen characters."""
_DIGITS = str.maketrans(OMOCODIA, "0123456789")
_CAPITALS = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
"""Plain letters only: SQLite knows no others."""


def compact(value: Value) -> str:
    """Without spaces, in capital letters."""
    return str(value).replace(" ", "").translate(_CAPITALS)


def number(value: Value) -> str:
    """As `compact`, without leading zeros: parcels and protocol numbers are written either way."""
    return compact(value).lstrip("0")


def year(value: Value) -> str:
    """The year of a day."""
    return str(value)[:4]


def plain(value: Value) -> str:
    """As it stands."""
    return str(value)


def folded_code(value: Value) -> str:
    """A codice fiscale with its omocodia folded back, without the check character, which depends on it.

    What has not sixteen characters (provisional codes, remarks) is only compacted.
    """
    key = compact(value)
    if len(key) != 16:
        return key
    return "".join(c.translate(_DIGITS) if place in DIGITS_AT else c for place, c in enumerate(key[:15]))


def initials(one: Value, other: Value) -> str:
    """The initials of two names, in one order whichever stands first."""
    return "".join(sorted(compact(value)[:1] for value in (one, other)))


class Part(NamedTuple):
    """What a key is made of: one field or more, and the form in which they are compared, one of the functions above."""

    fields: tuple[str, ...]
    form: Callable[..., str]


class Sign(NamedTuple):
    """A natural key.

    Attributes:
        kind: of record. name: of the key among those of its kind, English.
        parts: what it is made of; a record that lacks one has no such key.
        reason: why two records with the same key may be one, Italian.
        agree: fields that must not differ besides, where both records know them.
    """

    kind: str
    name: str
    parts: tuple[Part, ...]
    reason: str
    agree: tuple[str, ...] = ()

    @property
    def field(self) -> str:
        """The field beside which a form shows it."""
        return self.fields[-1]

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field of the key."""
        return tuple(name for part in self.parts for name in part.fields)

    def key(self, values: Mapping[str, Value]) -> str | None:
        """The key of a record with these values; None when it has none."""
        if any(values.get(name) is None for name in self.fields):
            return None
        texts = [part.form(*(values[name] for name in part.fields)) for part in self.parts]
        return "|".join(texts) if all(texts) else None


SIGNS: tuple[Sign, ...] = (
    Sign("person", "fiscal_code", (Part(("fiscal_code",), folded_code),), "Stesso codice fiscale"),
    Sign(
        "person", "birth", (Part(("surname", "name"), initials), Part(("birth_date",), plain)),
        "Stesso nome e stessa data di nascita",
    ),
    Sign("housing_unit", "code", (Part(("code",), plain),), "Stesso codice alloggio"),
    Sign(
        "housing_unit", "cadastral",
        (Part(("cadastral_sheet",), number), Part(("cadastral_parcel",), number), Part(("cadastral_subunit",), number)),
        "Stesso foglio, mappale e subalterno",
    ),
    Sign("housing_unit", "regional_id", (Part(("regional_id",), compact),), "Stesso identificativo regionale"),
    Sign(
        "building", "address", (Part(("address",), compact), Part(("street_number",), compact)),
        "Stesso indirizzo e civico",
    ),
    Sign(
        "building", "cadastral", (Part(("cadastral_sheet",), number), Part(("cadastral_parcel",), number)),
        "Stesso foglio e mappale", agree=("street_number",),
    ),
    Sign(
        "housing_application", "protocol", (Part(("submitted_on",), year), Part(("protocol",), number)),
        "Stesso protocollo dello stesso anno", agree=("service",),
    ),
    Sign("housing_application", "regional_id", (Part(("regional_id",), compact),), "Stesso ID pratica regionale"),
    Sign(
        "intervention", "grant",
        (Part(("year",), plain), Part(("service",), plain), Part(("beneficiary_fiscal_code",), folded_code),
         Part(("granted_cents",), plain)),
        "Stesso beneficiario, misura, anno e importo", agree=("type", "settled_on", "started_on"),
    ),
)  # fmt: skip
"""Every natural key, the surest of a kind first."""

KINDS: tuple[str, ...] = tuple(dict.fromkeys(sign.kind for sign in SIGNS))
"""Kinds of record that may be linked."""
LIKE_FORM = "Codice fiscale uguale, salvo l'omocodia"


class Reason(NamedTuple):
    """Why two records may be the same: in Italian, and the field beside which a form says so."""

    text: str
    field: str


def likeness(kind: str, one: Mapping[str, Value], other: Mapping[str, Value]) -> Reason | None:
    """Why two records of `kind` may be the same thing, the surest reason first; None when nothing says so."""
    for sign in SIGNS:
        key = sign.key(one) if sign.kind == kind else None
        if key is not None and key == sign.key(other) and (text := _holds(sign, one, other)):
            return Reason(text, sign.field)
    return None


def _holds(sign: Sign, one: Mapping[str, Value], other: Mapping[str, Value]) -> str | None:
    """What equal keys mean, where the rest of both records lets them mean it."""
    if not all(_agree(one.get(name), other.get(name)) for name in sign.agree):
        return None
    if sign.kind != "person":
        return sign.reason
    codes = identifying_key(one.get("fiscal_code")), identifying_key(other.get("fiscal_code"))
    if sign.name == "fiscal_code":
        return None if None in codes else sign.reason if codes[0] == codes[1] else LIKE_FORM
    # Namesakes with two definitive codes are two people, or a code is mistyped.
    two = all(code is not None and not is_provisional(code) for code in codes)
    return sign.reason if called(one) == called(other) and not two else None


def _agree(one: Value, other: Value) -> bool:
    return one is None or other is None or one == other


def called(values: Mapping[str, Value]) -> tuple[str, ...]:
    """A person's names as they are compared: without case, accents and order, for clerks swap name and surname."""
    return tuple(sorted(fold(f"{values.get('surname') or ''} {values.get('name') or ''}").split()))
