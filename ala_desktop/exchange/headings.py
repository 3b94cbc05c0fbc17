"""Finding the row of headings, also under a title."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ala_desktop.core.text import fold


@dataclass(frozen=True, slots=True)
class Place:
    """Where the headings are: the row's place in its list, and how many of its cells are known."""

    row: int
    recognised: int


def find(rows: Sequence[Sequence[str]], known: frozenset[str]) -> Place | None:
    """The first of the rows with the most known headings, or None when none has two.

    One known heading is enough in a table of one column. `known` are folded texts; the cells are folded here.
    """
    best: Place | None = None
    for number, row in enumerate(rows):
        cells = {fold(cell) for cell in row if len(cell) < 80}
        recognised = len(cells & known)
        enough = recognised >= 2 or (recognised == 1 and len([cell for cell in row if cell.strip()]) == 1)
        if enough and (best is None or recognised > best.recognised):
            best = Place(number, recognised)
    return best
