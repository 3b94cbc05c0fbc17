"""Hubs for tests: a real process on a loopback port, and enrolled desks."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from ala_desktop.core.clock import Clock
from ala_desktop.hub.devices import Enrolment
from ala_desktop.hub.identity import load_or_make
from ala_desktop.hub.serving import open_store
from ala_desktop.services.desk import Desk
from ala_desktop.services.sharing.exchange import Exchange
from ala_desktop.sync.transport import Contact, Transport
from ala_desktop.sync.transport_http import HttpTransport
from tests import factory

ROOT = Path(__file__).resolve().parents[1]


def ala_hub(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "ala_desktop.hub", *arguments]


@dataclass
class HubProcess:
    """`ala-hub serve` on a free port, started again on the same port after a kill; it never outlives the tests."""

    folder: Path
    port: int = 0
    url: str = ""
    process: subprocess.Popen[str] | None = field(default=None, repr=False)

    def command(self) -> list[str]:
        return ala_hub("serve", "--data", str(self.folder), "--port", str(self.port), "--attached")

    def start(self) -> Self:
        self.process = subprocess.Popen(
            self.command(),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip()
        assert self.url, "the hub did not start"
        self.port = int(self.url.rpartition(":")[2])
        return self

    @property
    def running(self) -> subprocess.Popen[str]:
        assert self.process is not None
        return self.process

    def kill(self) -> None:
        """As a power cut would."""
        self.running.kill()
        self._gone()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self._gone()

    def _gone(self) -> None:
        if self.process is not None:
            self.process.wait(15)
            assert self.process.stdout is not None
            assert self.process.stdin is not None
            self.process.stdin.close()
            self.process.stdout.close()

    def ask(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = ala_hub(*arguments, "--json", "--data", str(self.folder))
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    def invite(self, comune: str = "A995") -> str:
        """As `ala-hub invite`, without starting a process for it."""
        store = open_store(self.folder)
        try:
            return Enrolment(store, load_or_make(self.folder), Clock()).invite(comune)[0]
        finally:
            store.close()


def over_http(contact: Contact) -> Transport:
    return HttpTransport(contact, patience=1.0, silence=5.0)


@dataclass
class Pc:
    """A desk and its exchange."""

    desk: Desk
    exchange: Exchange

    @property
    def digest(self) -> str:
        from ala_desktop.sync import picture

        with self.desk.reading() as connection:
            return picture.digest(connection, self.desk.rows)

    @property
    def claims(self) -> list[object]:
        from ala_desktop.sync.workset import shown_claims

        with self.desk.reading() as connection:
            return list(shown_claims(connection))

    @property
    def unsound(self) -> list[object]:
        from ala_desktop.sync import picture

        with self.desk.reading() as connection:
            return list(picture.verify(connection, self.desk.rows))


def pc(folder: Path, factory_of: Callable[[Contact], Transport] = over_http) -> Pc:
    desk = factory.desk(folder)
    return Pc(desk, Exchange(desk, factory_of))
