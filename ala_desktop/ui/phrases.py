"""Italian phrases that several screens build: counts, sizes, and when something was."""

from __future__ import annotations

from datetime import UTC, datetime


def counted(count: int, one: str, more: str) -> str:
    """`1 alloggio`, `12 alloggi`, `100.000 alloggi`."""
    return f"{count:,} {one if count == 1 else more}".replace(",", ".")


def ago(instant: str, now: str) -> str:
    """How long ago a UTC instant was: `adesso`, `12 minuti fa`, `3 ore fa`, `ieri`, `3 giorni fa`.

    A clock that was set back gives `adesso` rather than a time to come.
    """
    minutes = int((_instant(now) - _instant(instant)).total_seconds() // 60)
    if minutes < 2:
        return "adesso"
    if minutes < 60:
        return f"{minutes} minuti fa"
    if minutes < 24 * 60:
        return counted(minutes // 60, "ora fa", "ore fa")
    days = minutes // (24 * 60)
    return "ieri" if days == 1 else f"{days} giorni fa"


def local_day_and_time(instant: str) -> str:
    """A UTC instant as the wall clock and calendar show it here: `22/11/2026 10:30`."""
    return _instant(instant).astimezone().strftime("%d/%m/%Y %H:%M")


def local_day(instant: str) -> str:
    """The day of a UTC instant as the calendar shows it here: `22/11/2026`."""
    return _instant(instant).astimezone().strftime("%d/%m/%Y")


def unanswered(letters: int, since: str) -> str:
    """`1 file per ALA senza risposta dal 20/11/2026`."""
    return f"{counted(letters, 'file', 'file')} per ALA senza risposta dal {local_day(since)}"


def size(count: int) -> str:
    """How large a file of so many bytes is: `1 KB`, `340 KB`, `3,5 MB`; a thousand bytes to a KB, rounded up."""
    if count <= 999_000:
        return f"{max(-(-count // 1_000), 1)} KB"
    tenths = -(-count // 100_000)
    return f"{tenths // 10},{tenths % 10} MB"


def _instant(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
