"""The line to the hub over HTTP: whatever may answer in its place is told in words, and is never taken for the hub."""

import socket
import threading
import time
from collections.abc import Callable
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ala_desktop.core.errors import Mendable
from ala_desktop.core.ids import new_id
from ala_desktop.sync import chain, signing
from ala_desktop.sync.declined import Declined
from ala_desktop.sync.messages import EnrolRequest, ErrorReply, Page, PageHead, pack_page
from ala_desktop.sync.protocol import Position, encode
from ala_desktop.sync.transport import Contact
from ala_desktop.sync.transport_http import HttpTransport, address

KEY = Ed25519PrivateKey.generate()
PUBLIC = KEY.public_key().public_bytes_raw()
START = Position(1, 0, chain.START)
EMPTY = pack_page(Page(PageHead(START, 1), []))

Answer = tuple[int, str, bytes, dict[str, str]]


class Impostor(ThreadingHTTPServer):
    """Answers on a loopback port with whatever it is told to, and counts."""

    daemon_threads = True

    def __init__(self, answer: Callable[[str], Answer]) -> None:
        self.answer, self.asked = answer, 0
        super().__init__(("127.0.0.1", 0), _Handler)
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def close(self) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: Impostor
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.asked += 1
        self.rfile.read(int(self.headers.get("content-length", 0)))
        status, kind, body, headers = self.server.answer(self.headers[signing.NONCE])
        self.send_response(status)
        for name, value in {"content-type": kind, "content-length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, format: str, *args: object) -> None:
        pass


def signed(nonce: str, status: int, body: bytes, kind: str = "application/json") -> Answer:
    return status, kind, body, {signing.SIGNATURE: signing.sign_reply(nonce, status, body, KEY)}


def line(url: str, hub_key: bytes = PUBLIC, patience: float = 0.5, silence: float = 0.5) -> HttpTransport:
    contact = Contact(url, signing.hub_id(PUBLIC), hub_key, new_id(), Ed25519PrivateKey.generate().private_bytes_raw())
    return HttpTransport(contact, patience=patience, silence=silence)


def told(answer: Callable[[str], Answer]) -> tuple[Mendable, int]:
    impostor = Impostor(answer)
    with closing(impostor), closing(line(impostor.url)) as transport, pytest.raises(Mendable) as raised:
        transport.pull(START)
    return raised.value, impostor.asked


def test_the_hubs_own_answer_is_taken():
    impostor = Impostor(lambda nonce: signed(nonce, 200, EMPTY))
    with closing(impostor), closing(line(impostor.url)) as transport:
        assert transport.pull(START).head.head == START


UNSIGNED = {
    "portal": (200, "text/html", b"<html>Accedi alla rete</html>", {}),
    "redirect": (302, "text/html", b"", {"location": "http://127.0.0.1:9/"}),
    "not_found": (404, "text/plain", b"no", {}),
    "page_without_signature": (200, "application/octet-stream", EMPTY, {}),
    "rubbish_signature": (200, "application/octet-stream", EMPTY, {signing.SIGNATURE: "zz"}),
    "empty": (204, "", b"", {}),
}


@pytest.mark.parametrize("answer", UNSIGNED.values(), ids=UNSIGNED)
def test_whatever_the_hub_did_not_sign_is_not_the_hub(answer: Answer):
    problem, asked = told(lambda nonce: answer)

    assert problem.title == "La centrale di ALA non ha risposto come previsto"
    assert asked == 1
    assert ("pagina web" in problem.cause) == (answer[1] == "text/html")


def test_an_answer_to_another_question_is_not_taken():
    problem, _ = told(lambda nonce: signed("0" * 32, 200, EMPTY))

    assert "come previsto" in problem.title


def test_another_hub_at_the_same_address_is_not_taken():
    impostor = Impostor(lambda nonce: signed(nonce, 200, EMPTY))
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    with closing(impostor), closing(line(impostor.url, other)) as transport, pytest.raises(Mendable) as raised:
        transport.pull(START)

    assert "come previsto" in raised.value.title


def test_a_gateway_before_a_restarting_hub_is_asked_again():
    answers = iter([(502, "text/html", b"bad gateway", {})] * 2)

    def answer(nonce: str) -> Answer:
        return next(answers, None) or signed(nonce, 200, EMPTY)

    impostor = Impostor(answer)
    with closing(impostor), closing(line(impostor.url, patience=5.0)) as transport:
        assert transport.pull(START).arrived == []
    assert impostor.asked == 3


def test_a_gateway_before_a_hub_that_stays_down_is_told():
    problem, asked = told(lambda nonce: (503, "text/html", b"unavailable", {}))

    assert problem.title == "La centrale di ALA non risponde"
    assert "503" in problem.cause
    assert asked > 1


def test_a_busy_hub_is_asked_again_and_then_told():
    body = encode(ErrorReply("busy", 117, ""))
    impostor = Impostor(lambda nonce: signed(nonce, 503, body))
    with closing(impostor), closing(line(impostor.url)) as transport, pytest.raises(Declined) as raised:
        transport.pull(START)

    assert raised.value.code == "busy"
    assert impostor.asked > 1


def test_what_the_hub_declines_comes_with_its_code():
    body = encode(ErrorReply("behind", 112, "rests on 9"))
    impostor = Impostor(lambda nonce: signed(nonce, 409, body))
    with closing(impostor), closing(line(impostor.url)) as transport, pytest.raises(Declined) as raised:
        transport.push(b"frame")

    assert (raised.value.code, raised.value.detail) == ("behind", "rests on 9")
    assert impostor.asked == 1


@pytest.mark.parametrize("body", [b"<html>", b"", b"\x00\x00\x00\x01"])
def test_a_signed_answer_of_another_shape_is_said(body):
    problem, _ = told(lambda nonce: signed(nonce, 200, body))

    assert "non tornano" in problem.title


def test_an_answer_without_end_is_given_up():
    def flood(nonce: str) -> Answer:
        return 200, "application/octet-stream", bytes(16_000_000), {}

    problem, _ = told(flood)

    assert "come previsto" in problem.title


def test_a_hub_that_is_away_answers_the_clerk_soon():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    start = time.monotonic()
    with closing(line(f"http://127.0.0.1:{port}")) as transport, pytest.raises(Mendable) as raised:
        transport.pull(START)

    assert raised.value.title == "La centrale di ALA non risponde"
    assert "al sicuro" in raised.value.next_step
    assert time.monotonic() - start < 5


def test_a_hub_that_takes_the_call_and_says_nothing_is_given_up():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        start = time.monotonic()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with closing(line(url)) as transport, pytest.raises(Mendable) as raised:
            transport.pull(START)

    assert "in tempo" in raised.value.cause
    assert time.monotonic() - start < 5


def test_a_machine_that_does_not_speak_http_is_told():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()

        def rubbish() -> None:
            while True:
                try:
                    peer, _ = listening.accept()
                except OSError:
                    return
                with peer:
                    peer.sendall(b"220 mail server ready\r\n")

        threading.Thread(target=rubbish, daemon=True).start()
        with (
            closing(line(f"http://127.0.0.1:{listening.getsockname()[1]}")) as transport,
            pytest.raises(Mendable) as raised,
        ):
            transport.pull(START)
        listening.shutdown(socket.SHUT_RDWR)

    assert raised.value.title == "La centrale di ALA non risponde"


def test_an_unprotected_hub_far_away_is_refused():
    with pytest.raises(Mendable) as raised:
        address("http://centrale.esempio.it")

    assert "https" in raised.value.cause


@pytest.mark.parametrize(
    ("typed", "scheme"),
    [
        ("https://centrale.esempio.it", "https"),
        ("centrale.esempio.it", "https"),
        (" centrale.esempio.it:8443/ala ", "https"),
        ("http://127.0.0.1:8765", "http"),
        ("http://localhost:8765", "http"),
        ("http://192.168.1.20:8765", "http"),
        ("http://[::1]:8765", "http"),
    ],
)
def test_addresses_are_read_as_people_type_them(typed, scheme):
    assert address(typed).scheme == scheme


@pytest.mark.parametrize("typed", ["", "   ", "ftp://x", "https://", "http://", "https://a b", "https://x/?q=1", "://"])
def test_what_is_no_address_is_told_in_words(typed):
    with pytest.raises(Mendable) as raised:
        address(typed)

    assert raised.value.title == "L'indirizzo della centrale non è valido"


def test_a_certificate_that_does_not_hold_is_told_and_not_tried_again(monkeypatch):
    import ssl

    import httpx

    asked: list[int] = []

    def refuse(*_, **__):
        asked.append(1)
        problem = ssl.SSLCertVerificationError(1, "certificate verify failed")
        problem.verify_message = "self-signed certificate"
        raise httpx.ConnectError("tls") from problem

    with closing(line("https://127.0.0.1:1")) as transport:
        monkeypatch.setattr(transport._client, "stream", refuse)
        with pytest.raises(Mendable) as raised:
            transport.pull(START)

    assert "non è sicuro" in raised.value.title
    assert "self-signed" in raised.value.cause
    assert asked == [1]


def test_a_hub_that_lies_about_its_name_is_not_joined():
    enrolled = encode(
        {"hub": "0" * 32, "hub_key": PUBLIC.hex(), "tenant": "A995", "comune": "x", "ordinal": 1, "device_name": "PC 1",
         "epoch": 1}
    )  # fmt: skip

    def answer(nonce: str) -> Answer:
        status, kind, body, headers = signed(nonce, 200, enrolled)
        return status, kind, body, {**headers, signing.HUB_KEY: PUBLIC.hex()}

    impostor = Impostor(answer)
    request = EnrolRequest("c", "A995", "d", "", "", "")
    with closing(impostor), closing(line(impostor.url, b"")) as transport, pytest.raises(Mendable) as raised:
        transport.enrol(request)

    assert "non tornano" in raised.value.title
