"""The embedded hub of the demonstration: `ala-hub serve` as a child process on this computer alone."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import TracebackType

from ala_desktop.core.errors import Mendable

_PATIENCE = 20


class HubChild:
    """A hub on a free port of this computer, stopped with the demonstration: even if that is killed.

    Attributes:
        url: where it answers.
    """

    def __init__(self, folder: Path) -> None:
        """Start it.

        Raises:
            Mendable: it did not start; it says why itself, on standard error.
        """
        self._folder = folder
        self._process = subprocess.Popen(
            self._command("serve", "--port", "0", "--attached"),
            stdin=subprocess.PIPE,  # never written to: its end is the end of this process, and the hub's sign to stop
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self.url = self._process.stdout.readline().strip() if self._process.stdout else ""
        if not self.url:
            self.stop()
            raise Mendable(
                "La centrale della dimostrazione non si è avviata",
                "Il suo processo si è chiuso prima di rispondere; il motivo è scritto qui sopra.",
                "Controllare che un programma di protezione non impedisca i collegamenti su questo stesso PC, e "
                "riprovare.",
            )

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "ala_desktop.hub", *arguments, "--data", str(self._folder)]

    def invite(self, belfiore: str) -> str:
        """A one-time code for a PC of a comune."""
        done = subprocess.run(
            self._command("invite", belfiore, "--json"), capture_output=True, check=True, timeout=_PATIENCE
        )
        return str(json.loads(done.stdout)["code"])

    def stop(self) -> None:
        """End it, by force if it does not end by itself."""
        if self._process.stdin:
            self._process.stdin.close()
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()

    def __enter__(self) -> HubChild:
        """The hub, serving."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it."""
        self.stop()
