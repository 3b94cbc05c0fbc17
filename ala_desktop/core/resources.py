"""Where the program's own read-only files are: fonts, icons, reference data.

One function for the three ways the program runs: source tree, installed wheel, frozen build. Nothing here reads
the files. Every module may import it.
"""

from __future__ import annotations

import sys
from pathlib import Path


def resource(name: str) -> Path:
    """The path of a file or folder under `resources/`; `name` with forward slashes, `fonts/NotoSans-Regular.ttf`.

    Raises:
        FileNotFoundError: this copy of the program lacks the file; a fault of the build, not of the clerk.
    """
    places = _places()
    for place in places:
        path = place / name
        if path.exists():
            return path
    raise FileNotFoundError(f"resource {name!r} is in none of: {', '.join(map(str, places))}")


def _places() -> list[Path]:
    """Folders that may hold the resources, the frozen build's first (PyInstaller sets `sys._MEIPASS`)."""
    package = Path(__file__).resolve().parent.parent
    places = [package / "_resources", package.parent / "resources"]
    bundle: str | None = getattr(sys, "_MEIPASS", None)
    return [Path(bundle) / "resources", *places] if bundle else places
