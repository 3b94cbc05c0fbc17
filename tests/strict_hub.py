"""A hub of another edition, which refuses what desktops save.

A unit's code has at most ten characters there, its floor and stair two, a delegate's name ten; measures are unknown.

    python -m tests.strict_hub FOLDER PORT
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path

from ala_desktop.fields.kinds import Text
from ala_desktop.fields.spec import Catalog
from ala_desktop.hub.serving import serve
from ala_desktop.models.catalog import build
from tests.hubs import HubProcess


def catalog() -> Catalog:
    specs = {kind: spec for kind, spec in build().items() if kind != "measure"}
    unit = specs["housing_unit"]
    shorter = {
        name: replace(unit.fields[name], kind=Text(most)) for name, most in (("code", 10), ("floor", 2), ("stair", 2))
    }
    specs["housing_unit"] = replace(unit, fields={**unit.fields, **shorter})
    attendance = specs["attendance"]
    delegate = replace(attendance.fields["delegate"], kind=Text(10))
    specs["attendance"] = replace(attendance, fields={**attendance.fields, "delegate": delegate})
    return Catalog(list(specs.values()))


@dataclass
class StrictHub(HubProcess):
    """Runs this module in a process of its own."""

    def command(self) -> list[str]:
        return [sys.executable, "-m", "tests.strict_hub", str(self.folder), str(self.port)]


if __name__ == "__main__":
    serve(
        Path(sys.argv[1]), catalog(), "127.0.0.1", int(sys.argv[2]), lambda url: print(url, flush=True), sys.stdin.read
    )
