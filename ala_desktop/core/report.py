"""A report of a fault of the program: where it happened, without anybody's data, in a file that can be passed on."""

from __future__ import annotations

import platform
import sys
import traceback
from pathlib import Path

from ala_desktop import __version__

FOLDER = "rapporti"


def describe(fault: BaseException) -> str:
    """Version, system, kind of fault and the places in the code; no message and no value, which may name people."""
    lines = [f"ALA Desktop {__version__}", f"Python {sys.version.split()[0]} - {platform.platform()}", ""]
    link: BaseException | None = fault
    while link is not None:
        lines.append(type(link).__name__)
        frames = traceback.extract_tb(link.__traceback__)
        lines += [f"  {Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
        link = link.__cause__ or link.__context__
    return "\n".join(lines) + "\n"


def write(folder: Path, fault: BaseException, at: str) -> Path | None:
    """Keep the report under `folder`; returns the file, or None when even that cannot be written."""
    name = "guasto-" + at.replace(":", "").replace("-", "") + ".txt"
    try:
        (folder / FOLDER).mkdir(parents=True, exist_ok=True)
        path = folder / FOLDER / name
        path.write_text(describe(fault), encoding="utf-8")
    except OSError:
        return None
    return path
