"""Registers written in a test, line by line, and imported at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ala_desktop.services.desk import Desk
from ala_desktop.services.registers.importing import Importing
from ala_desktop.services.registers.report import ImportReport


class Bring:
    """Imports lines of text as a register of some kind."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self._importing = Importing(desk)
        self._folder = folder

    def __call__(self, kind: str, *lines: str, name: str = "registro.csv", **options: Any) -> ImportReport:
        path = self._folder / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="")
        return self._importing.run(self._importing.preview(kind, path), **options)
