"""A line between a desktop and a hub that counts the bytes on it, headers and all."""

from __future__ import annotations

import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass
class Relay:
    """Counts what passes.

    Attributes:
        url: where the desktop finds it. up, down: bytes to the hub and back.
    """

    url: str
    up: int = 0
    down: int = 0

    def carry(self, source: socket.socket, sink: socket.socket, *, up: bool) -> None:
        """Pass on until one side ends."""
        try:
            while data := source.recv(1 << 16):
                if up:
                    self.up += len(data)
                else:
                    self.down += len(data)
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            return  # one of both has closed: the desktop is told by its own end


@contextmanager
def counting(hub: str) -> Generator[Relay]:
    """A relay to the hub at this URL, on the loopback."""
    place = urlsplit(hub)
    gate = socket.create_server(("127.0.0.1", 0))
    relay = Relay(f"http://127.0.0.1:{gate.getsockname()[1]}")

    def serve() -> None:
        while True:
            try:
                desktop, _ = gate.accept()
            except OSError:
                return  # closed
            away = socket.create_connection((place.hostname or "", place.port or 0))
            for pair, up in (((desktop, away), True), ((away, desktop), False)):
                threading.Thread(target=relay.carry, args=pair, kwargs={"up": up}, daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield relay
    finally:
        gate.shutdown(socket.SHUT_RDWR)
        gate.close()
