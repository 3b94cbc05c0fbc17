"""Readers of what people and registers write: numbers, dates, amounts. Pure text to normal form."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

Value = str | int | None
"""The one normal form of every value: in the store, on the wire and in the services (ADR 2)."""

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?\Z")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})\Z")
_COMPACT = re.compile(r"(\d{2})(\d{2})(\d{4}|\d{2})\Z")
_SHIFT = re.compile(r"([+-])(\d{1,4})\Z")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+(?:,\d+)?\Z")
_COMMA = re.compile(r"[+-]?\d*,\d+\Z|[+-]?\d+,?\Z")
_POINT = re.compile(r"[+-]?\d*\.\d+\Z")
_EURO = re.compile(r"(?:€ ?)?([0-9]{1,12})(?:,([0-9]{1,2}))?(?: ?€)?\Z")
_USUAL = re.compile(r"([0-9]{1,12})(?:,([0-9]{1,4}))?\Z")


class ValueProblem(ValueError):
    """A text that cannot be read as its field's kind. `reason` is in Italian, for the person who typed it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read_decimal(text: str) -> Decimal:
    """An Italian number: comma for decimals, points between thousands, spaces ignored.

    A single point that cannot part thousands ("79.06") is taken as a decimal point.

    Raises:
        ValueProblem: the text is no number.
    """
    bare = text.replace(" ", "").replace("\u00a0", "").replace("'", "")
    if _GROUPED.match(bare):
        bare = bare.replace(".", "").replace(",", ".")
    elif _COMMA.match(bare):
        bare = bare.replace(",", ".")
    elif not _POINT.match(bare):
        raise ValueProblem("non è un numero")
    try:
        return Decimal(bare)
    except InvalidOperation:
        raise ValueProblem("non è un numero") from None


def read_scaled(text: str, scale: int) -> int:
    """A number as an integer of 10**-scale units; `read_scaled("79,06", 2)` is 7906.

    Raises:
        ValueProblem: no number, or more decimals than `scale`.
    """
    # Nearly every number of a register: read without Decimal, for the sake of ten thousand rows.
    usual = _USUAL.match(text)
    if usual and len(usual[2] or "") <= scale:
        return int(usual[1] + (usual[2] or "").ljust(scale, "0"))
    scaled = read_decimal(text).scaleb(scale)
    if scaled != scaled.to_integral_value():
        raise ValueProblem(f"ha più di {scale} decimali" if scale else "non è un numero intero")
    return int(scaled)


def read_money(text: str) -> int:
    """An amount in euro as integer cents; the euro sign may stand on either side, or "EUR", or not at all."""
    usual = _EURO.match(text)
    if usual:
        return int(usual[1] + (usual[2] or "").ljust(2, "0"))
    return read_scaled(text.replace("€", "").replace("EUR", "").replace("eur", "").strip(), 2)


def read_date(text: str, today: date, *, future: bool = False) -> str:
    """A day in any of the ways that people write it, as `YYYY-MM-DD`.

    `22.11.15`, `04-07-2021`, `30/9/2020`, `2025-04-28`, `12032019`, `oggi`, `ieri`, `domani`, `+30`, `-7`.
    Two-digit years are the latest year that is not after `today`, or, for a field of days to come
    (`future`), the year nearest to today.

    Raises:
        ValueProblem: no date, or a day that does not exist.
    """
    bare = text.strip()
    if written := _DAY_FIRST.match(bare) or _COMPACT.match(bare):
        day, month = int(written[1]), int(written[2])
        year = int(written[3]) if len(written[3]) == 4 else _century(int(written[3]), month, day, today, future)
    elif iso := _ISO.match(bare):
        year, month, day = (int(part) for part in iso.groups())
    else:
        return _read_words(bare.lower(), today)
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        raise ValueProblem("la data non esiste") from None


def _read_words(bare: str, today: date) -> str:
    """A day told from today on."""
    words = {"oggi": 0, "ieri": -1, "domani": 1}
    if bare in words:
        return (today + timedelta(days=words[bare])).isoformat()
    if shift := _SHIFT.match(bare):
        return (today + timedelta(days=int(shift[1] + shift[2]))).isoformat()
    raise ValueProblem("non è una data")


def _century(two_digits: int, month: int, day: int, today: date, future: bool) -> int:
    year = today.year - today.year % 100 + two_digits
    if future:
        return year
    later = (year, month, day) > (today.year, today.month, today.day)
    return year - 100 if later else year


def show_scaled(value: int, scale: int) -> str:
    """An integer of 10**-scale units in Italian: `show_scaled(751230, 2)` is `7.512,30`."""
    text = f"{Decimal(value).scaleb(-scale):,.{scale}f}"
    return text.translate(str.maketrans(",.", ".,"))


def show_date(value: str) -> str:
    """`YYYY-MM-DD` as `gg/mm/aaaa`."""
    return f"{value[8:10]}/{value[5:7]}/{value[:4]}"
