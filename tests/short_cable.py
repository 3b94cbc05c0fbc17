"""A line on which no connection lasts: each is cut once so many bytes went over it, both ways together.

It is a slow one, 4 MB a second: what is cut on its way was not all handed over at once.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from typing import Self


class ShortCable:
    """Between a PC and its hub.

    Attributes:
        port: where the PC reaches its hub.
        up, down: bytes that arrived at the other end, each way.
        cuts: connections that were cut.
    """

    def __init__(self, port: int, every: int = 65_536) -> None:
        self._to, self._every = port, every
        self.up = self.down = self.cuts = 0
        self._count = threading.Lock()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        talks: list[threading.Thread] = []
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                talks.append(threading.Thread(target=self._talk, args=(near,), daemon=True))
                talks[-1].start()
        for talk in talks:
            talk.join(5)

    def _talk(self, near: socket.socket) -> None:
        left = [self._every]
        with near, contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self._to)) as far:
            back = threading.Thread(target=self._carry, args=(far, near, left), kwargs={"upwards": False})
            back.start()
            self._carry(near, far, left, upwards=True)
            back.join()

    def _carry(self, source: socket.socket, target: socket.socket, left: list[int], *, upwards: bool) -> None:
        with contextlib.suppress(OSError):
            while left[0] > 0 and (data := source.recv(min(8_192, left[0]))):
                with self._count:
                    data = data[: max(0, left[0])]
                    left[0] -= len(data)
                    self.up, self.down = self.up + len(data) * upwards, self.down + len(data) * (not upwards)
                    self.cuts += left[0] <= 0
                target.sendall(data)
                time.sleep(0.002)
        for end in (target, source):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_WR if end is target else socket.SHUT_RD)
        if left[0] <= 0:
            for end in (target, source):
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(5)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *problem: object) -> None:
        self.close()
