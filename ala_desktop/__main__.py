"""Chooses the command line or the window; the only place besides `app` where imports wait inside functions."""

from __future__ import annotations

import sys
from pathlib import Path


def main() -> int:
    """Run `ala-desktop`: without a command the window opens; `demo` plays the day on demonstration data."""
    arguments = sys.argv[1:]
    words = [argument for argument in arguments if not argument.startswith("-")]
    if "demo" in words[:1] or "demo" in words[1:2]:
        from ala_desktop.demo.run import main as play

        return play([argument for argument in arguments if argument != "demo"])
    if _only_data(arguments):
        from ala_desktop.app import run as open_window

        return open_window(Path(arguments[1]) if arguments else None)
    from ala_desktop.cli.main import run

    return run(arguments)


def _only_data(arguments: list[str]) -> bool:
    """Whether nothing but `--data DIR` was said."""
    return not arguments or (len(arguments) == 2 and arguments[0] == "--data")


if __name__ == "__main__":
    sys.exit(main())
