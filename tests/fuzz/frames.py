"""The fuzzer of frames: what is sent to the hub, by seed and index, so that each case can be played again.

Cases share a world, `WORLD` at a time: what one of them is admitted with, the next ones meet, and in the end two PCs
fold it. A case is played again with those before it in its world.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

from ala_desktop.hub.store import Store
from tests.fuzz.house import House, ahead
from tests.fuzz.tampering import KINDS, many_members

WORLD = 500
_RARE = 250
"""One case in so many is of those that take a second each."""


def case(house: House, seed: str, index: int) -> None:
    """Play one case.

    Raises:
        AssertionError: the hub did not do what the oracle says.
    """
    chance = Random(f"{seed}:{index}")
    draft = house.draft(chance)
    drawn = chance.random()
    if drawn < 0.06 and house.sent:
        house.offer(*chance.choice(house.sent))
    elif drawn < 0.09:
        _reordered(house, chance)
    else:
        rare = index % _RARE == _RARE - 1
        kind = many_members if rare else chance.choices(list(KINDS), list(KINDS.values()))[0]
        kind(chance, draft, house)
        house.offer(draft.sender or draft.writer.row, draft.seal())


def _reordered(house: House, chance: Random) -> None:
    """A frame that comes before its predecessor, then in order, then once more."""
    first = house.draft(chance)
    sealed = first.seal()
    second = house.draft(chance, ahead(first.writer, sealed, house.register))
    other, sender = second.seal(), first.writer.row
    outcomes = [house.offer(sender, one) for one in (other, sealed, other, sealed)]
    assert outcomes == ["broken_chain", "admitted", "admitted", "known"], outcomes


def world(seed: str, number: int, cases: range, make: Callable[[], Store] | None = None) -> Counter[str]:
    """Play cases of a world, and fold what was admitted; returns how often each outcome came.

    Raises:
        AssertionError: with the command that plays the case again.
    """
    house = House(Random(f"{seed}/{number}"), make() if make else None)
    at = cases.start
    try:
        for at in cases:
            case(house, seed, at)
        honest = house.draft(Random(f"{seed}|{number}"))
        assert house.offer(honest.writer.row, honest.seal()) == "admitted"
        with tempfile.TemporaryDirectory(prefix="ala-fuzz-") as folder:
            house.fold(Path(folder) / "pcs")
    except Exception as problem:
        raise AssertionError(f"case {at}: replay with python -m tests.fuzz frames {seed} {at} only") from problem
    finally:
        house.close()
    return house.counts


def play(seed: str, indexes: range) -> Counter[str]:
    """Play cases, and before them those of their worlds that they may rest on."""
    counts: Counter[str] = Counter()
    for number in range(indexes.start // WORLD, -(-indexes.stop // WORLD)):
        counts += world(seed, number, range(number * WORLD, min((number + 1) * WORLD, indexes.stop)))
    return counts
