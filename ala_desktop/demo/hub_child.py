"""The embedded hub of the demonstration: `ala-hub serve` as a child process on this computer alone."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import TracebackType

_PATIENCE = 20


class HubChild:
    """A hub on a free port of this computer, stopped with the demonstration."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process = subprocess.Popen(
            self._command("serve", "--port", "0"), stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        if self._process.stdout is None:
            raise RuntimeError("the hub has no output")
        self.url = self._process.stdout.readline().strip()
        if not self.url:
            raise RuntimeError("the hub of the demonstration did not start")

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "ala_desktop.hub", *arguments, "--data", str(self._folder)]

    def invite(self, belfiore: str) -> str:
        """A one-time code for a PC of a comune."""
        done = subprocess.run(
            self._command("invite", belfiore, "--json"), capture_output=True, check=True, timeout=_PATIENCE
        )
        return str(json.loads(done.stdout)["code"])

    def __enter__(self) -> HubChild:
        """The hub, serving."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it."""
        self._process.terminate()
        self._process.wait(_PATIENCE)
