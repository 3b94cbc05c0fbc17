"""A page that breaks off: what came is not asked for again, and counts only once the hub has signed it."""

import socket
import threading
from contextlib import closing, suppress
from urllib.parse import parse_qs, urlsplit

from ala_desktop.sync import signing
from ala_desktop.sync.messages import Page, PageHead, end_of_head, pack_page, unpack_page
from ala_desktop.sync.protocol import Arrived, Entry, Position
from ala_desktop.sync.torn import LEAST_BYTES, TornPage
from tests.unit.sync.test_transport_http import KEY, START, line

SEALED = bytes(range(256)) * 100
PAGE = pack_page(
    Page(PageHead(Position(1, 2, "a" * 64), 1), [Arrived(Entry(1, 2, "b" * 64, []), SEALED)])
)  # fmt: skip


class BreakingHub:
    """Answers a pull, and hangs up after so many bytes of each body but the last; `forged` bytes stand in the first."""

    def __init__(self, after: list[int], forged: bytes = b"") -> None:
        self.skips: list[int] = []
        self._after, self._forged = list(after), forged
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                asking, _ = self._listening.accept()
                with asking, suppress(OSError):
                    self._answer(asking)

    def _answer(self, asking: socket.socket) -> None:
        heads = b""
        while b"\r\n\r\n" not in heads:
            heads += asking.recv(4_096)
        first, *lines = heads.decode().split("\r\n")
        told = dict(one.split(": ", 1) for one in lines if ": " in one)
        skip = int(parse_qs(urlsplit(first.split()[1]).query).get("skip", ["0"])[0])
        self.skips.append(skip)
        start = end_of_head(PAGE)
        body = PAGE[:start] + PAGE[start + skip :]
        signature = signing.sign_reply(told[signing.NONCE], 200, PAGE, KEY)
        asking.sendall(
            f"HTTP/1.1 200 OK\r\ncontent-length: {len(body)}\r\n{signing.SIGNATURE}: {signature}\r\n\r\n".encode()
        )
        part = body[: self._after.pop(0)] if self._after else body
        if self._forged:
            part, self._forged = part[: -len(self._forged)] + self._forged, b""
        asking.sendall(part)

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(5)


def test_only_what_did_not_come_is_asked_for_again():
    hub = BreakingHub([10_000, 8_000])
    with closing(hub), closing(line(hub.url)) as transport:
        page = transport.pull(START)

    assert page == unpack_page(PAGE)
    start = end_of_head(PAGE)
    assert hub.skips == [0, 10_000 - start, 18_000 - 2 * start]


def test_what_somebody_else_put_before_the_break_is_not_taken():
    hub = BreakingHub([10_000], forged=b"forged")
    with closing(hub), closing(line(hub.url)) as transport:
        page = transport.pull(START)

    assert page == unpack_page(PAGE)
    assert [skip > 0 for skip in hub.skips] == [False, True, False]


def test_a_break_that_brought_next_to_nothing_is_none_that_got_on():
    torn = TornPage()

    assert not torn.keep(PAGE[:20])
    assert not torn.keep(PAGE[: end_of_head(PAGE) + LEAST_BYTES - 1])
    assert torn.skip == 0
    assert torn.whole(PAGE) == PAGE
