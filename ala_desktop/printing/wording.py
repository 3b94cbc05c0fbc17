"""Normal forms put into the words of an Italian document: dates, hours, amounts. Pure text, no page."""

from __future__ import annotations

from ala_desktop.fields.values import show_date, show_scaled

_MONTHS = (
    "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno",
    "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre",
)  # fmt: skip
_HARD_SPACE = "\u00a0"


def long_date(value: str) -> str:
    """`2026-11-22` as `22 novembre 2026`, `2026-12-01` as `1° dicembre 2026`; empty stays empty."""
    if not value:
        return ""
    year, month, day = (int(part) for part in value.split("-"))
    ordinal = "1°" if day == 1 else str(day)
    return f"{ordinal}{_HARD_SPACE}{_MONTHS[month - 1]}{_HARD_SPACE}{year}"


def short_date(value: str) -> str:
    """`2026-11-22` as `22/11/2026`; empty stays empty."""
    return show_date(value) if value else ""


def euro(cents: int) -> str:
    """Integer cents as `1.500,00 €`, never broken over two lines."""
    return f"{show_scaled(cents, 2)}{_HARD_SPACE}€"
