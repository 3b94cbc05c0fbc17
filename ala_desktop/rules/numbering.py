"""The numbers of minutes: one gap-free series per commission and year, and the emergency registers (DOMAIN 5, SYNC 22).

Pure functions. Whoever holds the series numbers definitively; every other PC takes a number of its own emergency
register, on the model of D.P.R. 445/2000 art. 63: unique per PC and year, followed by the definitive number, both kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple


class Given(NamedTuple):
    """A number that was given.

    Attributes:
        commission_id: whose series.
        year: year of the sitting.
        number: from 1.
        register: emergency register that it belongs to; empty for a definitive number.
        sitting_id: the sitting that carries it.
    """

    commission_id: str
    year: int
    number: int
    register: str
    sitting_id: str


class Fault(NamedTuple):
    """A definitive series that is not as it must be: whose it is, and what is wrong, in Italian."""

    commission_id: str
    what: str


def next_definitive(given: Iterable[Given], commission_id: str, year: int) -> int:
    """The next number of a series; only its holder may ask. A number once given stays taken, so there are no gaps."""
    return 1 + max(
        (one.number for one in given if not one.register and (one.commission_id, one.year) == (commission_id, year)),
        default=0,
    )


def next_emergency(given: Iterable[Given], register: str, year: int) -> int:
    """The next number of a PC's emergency register in a year, whatever the commission.

    Unique in the whole office, as D.P.R. 445/2000 art. 63 c. 4 asks.
    """
    return 1 + max((one.number for one in given if (one.register, one.year) == (register, year)), default=0)


def unsettled(given: Iterable[Given]) -> list[Given]:
    """Emergency numbers whose sitting has no definitive number yet, in the order in which they will get one.

    By year, register and number: the order in which each PC approved them, which no clock has to tell.
    """
    known = list(given)
    settled = {one.sitting_id for one in known if not one.register}
    first: dict[str, Given] = {}
    for one in sorted(known, key=lambda one: (one.year, one.register, one.number)):
        if one.register and one.sitting_id not in settled:
            first.setdefault(one.sitting_id, one)
    return list(first.values())


def faults(given: Iterable[Given]) -> list[Fault]:
    """What is wrong with the definitive series: doubles and gaps; empty when all is well."""
    series: dict[tuple[str, int], Counter[int]] = {}
    for one in given:
        if not one.register:
            series.setdefault((one.commission_id, one.year), Counter())[one.number] += 1
    found: list[Fault] = []
    for (commission, year), numbers in series.items():
        twice = sorted(number for number, times in numbers.items() if times > 1)
        absent = sorted(set(range(1, max(numbers) + 1)) - numbers.keys())
        found += [Fault(commission, f"il verbale n. {number}/{year} compare due volte") for number in twice]
        found += [Fault(commission, f"manca il verbale n. {number}/{year}") for number in absent]
    return found


def definitive_text(given: Iterable[Given]) -> str:
    """The definitive number of one sitting, `12/2026`; empty when it has none."""
    return next((f"{one.number}/{one.year}" for one in given if not one.register), "")


def emergency_text(given: Iterable[Given]) -> str:
    """The emergency number of one sitting, `PC2-1/2026`; empty when it has none."""
    return next((f"{one.register}-{one.number}/{one.year}" for one in given if one.register), "")


def shown(given: Iterable[Given]) -> str:
    """How the number of one sitting is read: `12/2026`, or `emergenza PC2-1/2026 (definitivo 12/2026)`, or nothing."""
    numbers = list(given)
    definitive, emergency = definitive_text(numbers), emergency_text(numbers)
    if not emergency:
        return definitive
    return f"emergenza {emergency}" + (f" (definitivo {definitive})" if definitive else "")
