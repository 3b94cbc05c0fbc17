"""Runs the benches that are asked for, or all: a JSON line for each figure on standard output, words beside it."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")  # without a display each window warns

from bench import admitting, exchanging, joining, pouching, registers, saving, twins, units, weighing, window
from bench.figures import Figure, Size


@dataclass(frozen=True, slots=True)
class Bench:
    """What can be asked for by its own name or by the name of one of its figures."""

    name: str
    figures: tuple[str, ...]
    measure: Callable[[Size, Path], Iterator[Figure]]


BENCHES = (
    Bench("prompt", (), window.prompt),
    Bench("first_page", (), window.first_page),
    Bench("units", (), units.measure),
    Bench("twins", (), twins.measure),
    Bench("import", (), registers.measure),
    Bench("exchange", ("push", "pull", "merge", "verify", "digest"), exchanging.measure),
    Bench("sizes", (), exchanging.measure_sizes),
    Bench("pouchdb", (), pouching.measure),
    Bench("weight", ("wire", "memory"), weighing.measure),
    Bench("join", ("join.wire", "join.snapshot"), joining.measure),
    Bench("save", (), saving.measure),
    Bench("hub", ("hub.1", "hub.62", "hub.7900"), admitting.measure),
)


def main(arguments: list[str]) -> int:
    """Run and print; 0 also when an aim is missed, for the machine may be slow: read the lines."""
    asked = _parser().parse_args(arguments)
    known = {name for bench in BENCHES for name in (bench.name, *bench.figures)}
    if unknown := set(asked.names) - known:
        print(f"No such bench: {', '.join(sorted(unknown))}. There are: {', '.join(sorted(known))}.", file=sys.stderr)
        return 1
    size = Size(asked.records, asked.units, asked.runs)
    missed: list[str] = []
    for bench in BENCHES:
        if asked.names and not {bench.name, *bench.figures} & set(asked.names):
            continue
        with tempfile.TemporaryDirectory(prefix=f"bench-{bench.name}-") as folder:
            for figure in bench.measure(size, Path(folder)):
                print(figure.line(), flush=True)
                print(f"    {figure.words()}", file=sys.stderr, flush=True)
                missed += [figure.name] if figure.missed else []
    if missed:
        print(f"Aims missed: {', '.join(missed)}", file=sys.stderr)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="benches or figures; all without one")
    parser.add_argument("--records", type=int, default=Size().records, help="rows to import, push, pull (%(default)s)")
    parser.add_argument("--units", type=int, default=Size().units, help="housing units in the lists (%(default)s)")
    parser.add_argument("--runs", type=int, default=Size().runs, help="of each case (%(default)s)")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
