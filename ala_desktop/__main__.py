"""Chooses the command line or the window; the only place besides `app` where imports wait inside functions."""

from __future__ import annotations

import sys
from pathlib import Path


def main() -> int:
    """Run `ala-desktop`: without a command the window opens; `demo` plays the day on demonstration data."""
    arguments = sys.argv[1:]
    options, rest = _options_before(arguments)
    if rest[:1] == ["demo"]:
        from ala_desktop.demo.run import main as play

        return play([*options, *rest[1:]])
    folder = options[-1].removeprefix("--data=") if options else None
    if not rest and folder not in ("", "--data") and "--json" not in options:
        return _window(folder)
    from ala_desktop.cli.main import run

    return run(arguments)


def _options_before(arguments: list[str]) -> tuple[list[str], list[str]]:
    """The options that stand before the command, as every command takes them, and the rest."""
    at = 0
    while at < len(arguments) and arguments[at].partition("=")[0] in ("--data", "--json"):
        at += 2 if arguments[at] == "--data" else 1
    return arguments[:at], arguments[at:]


def _window(folder: str | None) -> int:
    from ala_desktop.core.screen import screen_is_missing

    if screen_is_missing():
        from ala_desktop.core.console import tell
        from ala_desktop.core.errors import Mendable

        return tell(
            Mendable(
                "Qui non c'è uno schermo",
                "Il programma apre una finestra, e questa sessione non ha dove mostrarla.",
                "Avviarlo da una sessione grafica; i comandi, che non aprono finestre: ala-desktop --help",
            ),
            1,
        )
    from ala_desktop.app import run as open_window

    return open_window(Path(folder) if folder else None)


if __name__ == "__main__":
    sys.exit(main())
