"""What every bench shares: a figure and its line, sizes, interleaved runs, quantiles. No bench is here."""

from __future__ import annotations

import gc
import json
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured.

    Attributes:
        records: rows of the import, of push, pull and merge.
        units: housing units in the lists.
        runs: of each case; figures are their medians.
    """

    records: int = 10_000
    units: int = 100_000
    runs: int = 5


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure beside its baseline; without a baseline it only informs.

    Attributes:
        name: of the figure.
        value: the median, or the quantile that the name says.
        unit: of both values.
        baseline: the same, measured in the same run; None when there is nothing to divide by.
        baseline_name: what the baseline did.
        aim: the ratio not to exceed, or None. aim_value: the value not to exceed, or None.
        least: the value to reach, where more is better, or None.
    """

    name: str
    value: float
    unit: str
    baseline: float | None = None
    baseline_name: str | None = None
    aim: float | None = None
    aim_value: float | None = None
    least: float | None = None

    @property
    def ratio(self) -> float | None:
        """Value by baseline."""
        return self.value / self.baseline if self.baseline else None

    @property
    def missed(self) -> bool:
        """Whether an aim was set and is not reached."""
        over_ratio = self.aim is not None and self.ratio is not None and self.ratio > self.aim
        over_value = self.aim_value is not None and self.value > self.aim_value
        return over_ratio or over_value or (self.least is not None and self.value < self.least)

    def line(self) -> str:
        """The JSON line of the figure; its keys are fixed."""
        told = asdict(self) | {"ratio": self.ratio}
        keys = ("name", "value", "unit", "baseline", "baseline_name", "ratio")
        return json.dumps({key: _short(told[key]) for key in keys}, ensure_ascii=False)

    def words(self) -> str:
        """The figure for a person, with its aim."""
        text = f"{self.name:<24} {self.value:10.4g} {self.unit:<3}"
        if self.ratio is not None:
            text += f" = {self.ratio:6.2f} x {self.baseline:.4g} ({self.baseline_name})"
        aims = [f"{self.aim:g} x" if self.aim is not None else "", self._aim_words()]
        told = ", ".join(aim for aim in aims if aim)
        return text + (f"   aim {told}: {'MISSED' if self.missed else 'reached'}" if told else "")

    def _aim_words(self) -> str:
        if self.least is not None:
            return f"at least {self.least:g} {self.unit}"
        return f"{self.aim_value:g} {self.unit}" if self.aim_value is not None else ""


def _short(thing: object) -> object:
    """Numbers with four significant digits; everything else as it is."""
    return float(f"{thing:.4g}") if isinstance(thing, float) else thing


@contextmanager
def timed(into: list[float]) -> Iterator[None]:
    """Append the seconds that the block took.

    What the bench itself holds (the workload, finished rows) is kept from the collector meanwhile, which would walk it
    again and again although no office has it in memory.
    """
    gc.collect()
    gc.freeze()
    try:
        start = time.perf_counter()
        yield
        into.append(time.perf_counter() - start)
    finally:
        gc.unfreeze()


def interleaved(runs: int, cases: Mapping[str, Callable[[], float]]) -> dict[str, list[float]]:
    """What each case returned, run in turn (first, second, first, second, ...), so that drift touches all alike."""
    taken: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(runs):
        for name, case in cases.items():
            taken[name].append(case())
    return taken


def median(values: Sequence[float]) -> float:
    """The middle value."""
    return statistics.median(values)


def quantile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0 to 1) of `values` do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
