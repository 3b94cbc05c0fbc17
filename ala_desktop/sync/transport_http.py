"""The hub over HTTPS: signed requests, replies that only the hub can have given, and every failure in words.

Uses the system's proxies and certificates. A hub that is away answers within `patience` seconds and one more request.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import Callable, Sequence
from ipaddress import ip_address
from typing import NamedTuple, TypeVar

import httpx
import stamina
import truststore

from ala_desktop.sync import complaints, questions, signing
from ala_desktop.sync.declined import Declined
from ala_desktop.sync.messages import (
    MOST_ANSWER_BYTES,
    Common,
    DeviceCard,
    Enrolled,
    EnrolRequest,
    ErrorReply,
    FoundSheet,
    LeftSheet,
    Missing,
    Offer,
    Page,
    TenantHead,
    Told,
    decode,
)
from ala_desktop.sync.pieces import MOST_PIECE_BYTES, Advance, Stopped, Uploaded, Uploading
from ala_desktop.sync.protocol import Entry, Malformed, Position
from ala_desktop.sync.questions import Question
from ala_desktop.sync.torn import LEAST_BYTES, TornPage
from ala_desktop.sync.transport import Contact, SnapshotLine, Transport

# A retry is no news for the log, and without a handler it would be printed in front of the clerk.
logging.getLogger("stamina").addHandler(logging.NullHandler())

PATIENCE = 8.0
_CONNECT_SECONDS = 4.0
_SILENCE_SECONDS = 10.0
"""A hub that holds the line this long without a byte is given up."""
_GATEWAY = {502, 503, 504}
"""What a machine in front of the hub answers while the hub restarts."""


_Told = TypeVar("_Told")


class _Answer(NamedTuple):
    """What came back: status, type, body, and the headers that matter."""

    status: int
    media_type: str
    body: bytes
    signature: str
    hub_key: str


class _Unexpected(Exception):
    """An answer that the hub did not sign."""

    def __init__(self, answer: _Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


class HttpTransport(Transport, SnapshotLine):
    """A line to one hub over HTTP."""

    def __init__(self, contact: Contact, *, patience: float = PATIENCE, silence: float = _SILENCE_SECONDS) -> None:
        """`patience`: seconds during which a hub that is away is tried again; `silence`: longest wait for a byte.

        Raises:
            Mendable: the address is none, or an unprotected one outside the own network.
        """
        self._contact = contact
        self._patience = patience
        self._telling: Told | None = None
        self._url = address(contact.url)
        near = _is_near(self._url.host)
        self._client = httpx.Client(
            verify=truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if self._url.scheme == "https" else False,
            trust_env=not near,
            timeout=httpx.Timeout(silence, connect=_CONNECT_SECONDS),
            headers={"accept-encoding": "identity", "user-agent": "ala-desktop"},
        )
        for spared in ("accept", "connection"):  # they say what goes without saying, and an idle exchange counts bytes
            del self._client.headers[spared]

    def enrol(self, request: EnrolRequest) -> Enrolled:
        """As `Transport.enrol`."""
        question = questions.enrol(request)
        answer = self._ask(question)
        enrolled = _read(answer, question)
        if enrolled.hub_key != answer.hub_key or enrolled.hub != signing.hub_id(bytes.fromhex(answer.hub_key)):
            raise complaints.inconsistent("il nome della centrale non corrisponde alla sua chiave")
        return enrolled

    def push(self, sealed: bytes) -> Entry:
        """As `Transport.push`."""
        if len(sealed) <= MOST_PIECE_BYTES:
            return self._told(questions.push(sealed))
        name = self.upload(sealed)
        try:
            return self._told(questions.push_uploaded(name))
        except Declined as refusal:
            if refusal.code != "bad_upload":
                raise
            return self._told(questions.push_uploaded(self.upload(sealed)))

    def pull(self, after: Position) -> Page:
        """As `Transport.pull`."""
        telling, self._telling = self._telling, None
        return self._page(lambda skip: questions.pull(after, telling, skip))

    def pull_whole(self, after: Position) -> Page:
        """As `Transport.pull_whole`."""
        return self._page(lambda skip: questions.pull_whole(after, skip))

    def upload(self, content: bytes, advance: Advance | None = None, stop: Callable[[], bool] | None = None) -> str:
        """As `BlobLine.upload`."""
        uploading = Uploading(_Once(self._ask_once), content)
        while not uploading.done:
            if stop is not None and stop():
                raise Stopped
            self._patiently(uploading.step)
            if advance is not None:
                advance(uploading.have, len(content))
        return uploading.name

    def keep_blob(self, name: str) -> None:
        """As `BlobLine.keep_blob`."""
        self._told(questions.keep_blob(name))

    def blob(self, name: str, at: int) -> bytes:
        """As `BlobLine.blob`."""
        torn: list[bytes] = []
        question = questions.blob(name, at)

        def once() -> bytes:
            try:
                return self._ask_once(question, torn.append).body
            except httpx.TransportError:
                if not torn or len(torn[-1]) < LEAST_BYTES:
                    raise
                return torn[-1]

        return self._patiently(once)

    def snapshot(self) -> bytes:
        """As `SnapshotLine.snapshot`."""
        return self._told(questions.snapshot())

    def tell(self, told: Told) -> None:
        """As `Transport.tell`."""
        self._telling = told

    def devices(self) -> list[DeviceCard]:
        """As `Transport.devices`."""
        return self._told(questions.devices())

    def tenants(self) -> list[TenantHead]:
        """As `Transport.tenants`."""
        return self._told(questions.tenants())

    def compare(self, places: Sequence[tuple[int, str]], certificate: bytes) -> Common:
        """As `Transport.compare`."""
        return self._told(questions.compare(places, certificate))

    def offer(self, offer: Offer, certificate: bytes) -> Missing:
        """As `Transport.offer`."""
        return self._told(questions.offer(offer, certificate))

    def give_back(self, name: str, sealed: bytes, certificate: bytes) -> None:
        """As `Transport.give_back`."""
        self._told(questions.give_back(name, sealed, certificate))

    def recall(self, certificate: bytes) -> None:
        """As `Transport.recall`."""
        self._told(questions.recall(certificate))

    def put_key(self, for_device: str, blob: str) -> None:
        """As `Transport.put_key`."""
        self._told(questions.put_key(for_device, blob))

    def fetch_key(self) -> str:
        """As `Transport.fetch_key`."""
        return self._told(questions.fetch_key())

    def leave_sheet(self, left: LeftSheet) -> None:
        """As `Transport.leave_sheet`."""
        self._told(questions.leave_sheet(left))

    def show_sheet(self, token: str) -> FoundSheet:
        """As `Transport.show_sheet`."""
        return self._told(questions.show_sheet(token))

    def close(self) -> None:
        """As `Transport.close`."""
        self._client.close()

    def _told(self, question: Question[_Told]) -> _Told:
        return _read(self._ask(question), question)

    def _page(self, question: Callable[[int], Question[Page]]) -> Page:
        """A page, which goes on after a break with the bytes that did not come; patience is for what comes no further.

        `question` asks for it, less so many bytes after the head.
        """
        torn = TornPage()

        def once() -> _Answer | None:
            asked = question(torn.skip)
            further: list[bool] = []
            try:
                return self._ask_once(asked, lambda came: further.append(torn.keep(came)), torn.whole)
            except httpx.TransportError:
                if not any(further):
                    raise
            except _Unexpected:
                if not torn.skip:
                    raise
                torn.forget()
            return None

        while True:
            answer = self._patiently(once)
            if answer is not None:
                return _read(answer, question(0))

    def _ask(self, question: Question[_Told]) -> _Answer:
        """Ask until there is a signed answer or patience ends; asking again is harmless everywhere."""
        return self._patiently(lambda: self._ask_once(question))

    def _patiently(self, once: Callable[[], _Told]) -> _Told:
        """Do something on the line until it is done or patience ends. The one way in which anything is tried again."""
        try:
            for attempt in stamina.retry_context(
                on=_is_passing, attempts=None, timeout=self._patience, wait_initial=0.1, wait_max=2.0, wait_jitter=0.5
            ):
                with attempt:
                    return once()
        except httpx.TransportError as problem:
            raise _in_words(problem) from problem
        except _Unexpected as problem:
            if problem.answer.status in _GATEWAY:
                raise complaints.away(f"è ferma o troppo occupata (HTTP {problem.answer.status})") from problem
            raise complaints.unexpected(_described(problem.answer)) from problem
        raise AssertionError("retries end with an answer or an error")

    def _ask_once(
        self,
        question: Question[_Told],
        torn: Callable[[bytes], object] | None = None,
        whole: Callable[[bytes], bytes] | None = None,
    ) -> _Answer:
        """Ask. `torn` is given what came of an answer that broke off, `whole` makes a body what was signed."""
        signed = questions.sign(question, self._contact)
        url = self._url.copy_with(raw_path=self._url.raw_path.rstrip(b"/") + signed.request.target.encode())
        with self._client.stream(question.method, url, content=signed.body, headers=signed.headers) as response:
            answer = _taken(response, torn)
        if whole is not None and answer.status == 200:
            answer = answer._replace(body=whole(answer.body))
        key = self._contact.hub_key or _bytes_of(answer.hub_key)
        if not signing.reply_is_signed(signed.request.nonce, answer.status, answer.body, answer.signature, key):
            raise _Unexpected(answer)
        if answer.status != 200:
            error = _shaped(answer, lambda data: decode(data, ErrorReply))
            raise Declined(error.error, error.detail)
        return answer


def address(url: str) -> httpx.URL:
    """The hub's address as a URL; without a scheme it is taken as https.

    Raises:
        Mendable: it is none, or unprotected (`http:`) and outside this PC and its network.
    """
    typed = url.strip()
    try:
        parsed = httpx.URL(typed if "://" in typed else f"https://{typed}")
    except (httpx.InvalidURL, ValueError) as problem:
        raise complaints.bad_address(typed, "non è un indirizzo") from problem
    strange = parsed.query or parsed.fragment or any(letter.isspace() for letter in typed)
    if parsed.scheme not in ("http", "https") or not parsed.host or strange:
        raise complaints.bad_address(typed, "non è un indirizzo di una centrale")
    if parsed.scheme == "http" and not _is_near(parsed.host):
        raise complaints.bad_address(
            typed, "fuori dalla rete locale serve un indirizzo protetto, che comincia con https"
        )
    return parsed


def _is_near(host: str) -> bool:
    """Whether a host is this PC or in the private network."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_private
    except ValueError:
        return False


class _Once:
    """The line for one upload (`pieces.Ask`)."""

    def __init__(self, ask: Callable[[Question[Uploaded]], _Answer]) -> None:
        self._ask = ask

    def uploaded(self, name: str) -> Uploaded:
        """As `Ask.uploaded`."""
        question = questions.uploaded(name)
        return _read(self._ask(question), question)

    def put_piece(self, name: str, at: int, data: bytes) -> Uploaded:
        """As `Ask.put_piece`."""
        question = questions.put_piece(name, at, data)
        return _read(self._ask(question), question)


def _taken(response: httpx.Response, torn: Callable[[bytes], object] | None) -> _Answer:
    """The answer, read up to the most that any answer of the hub holds."""
    parts: list[bytes] = []
    size = 0
    try:
        for chunk in response.iter_raw():
            parts.append(chunk)
            size += len(chunk)
            if size > MOST_ANSWER_BYTES:
                break
    except httpx.TransportError:
        if torn is not None and response.status_code == 200:
            torn(b"".join(parts))
        raise
    heads = response.headers
    media_type = heads.get("content-type", "").partition(";")[0]
    return _Answer(
        response.status_code, media_type, b"".join(parts), heads.get(signing.SIGNATURE, ""),
        heads.get(signing.HUB_KEY, ""),
    )  # fmt: skip


def _read(answer: _Answer, question: Question[_Told]) -> _Told:
    return _shaped(answer, question.read)


def _shaped(answer: _Answer, reader: Callable[[bytes], _Told]) -> _Told:
    """What the hub said, signed; a newer hub may say it in another shape."""
    try:
        return reader(answer.body)
    except Malformed as problem:
        raise complaints.inconsistent(str(problem)) from problem


def _bytes_of(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""


def _is_passing(problem: Exception) -> bool:
    """Whether asking again may help."""
    if isinstance(problem, Declined):
        return problem.code == "busy"
    if isinstance(problem, _Unexpected):
        return problem.answer.status in _GATEWAY
    return isinstance(problem, httpx.TransportError) and not _of_certificate(problem)


def _of_certificate(problem: BaseException) -> ssl.SSLCertVerificationError | None:
    """The complaint about a certificate that is behind an error, if one is."""
    link: BaseException | None = problem
    while link is not None:
        if isinstance(link, ssl.SSLCertVerificationError):
            return link
        link = link.__cause__ or link.__context__
    return None


def _in_words(problem: httpx.TransportError) -> Exception:
    certificate = _of_certificate(problem)
    if certificate is not None:
        return complaints.untrusted(certificate.verify_message)
    if isinstance(problem, httpx.TimeoutException):
        return complaints.away("non ha risposto in tempo")
    if isinstance(problem, httpx.ProxyError):
        return complaints.away("il proxy della rete non lascia passare")
    if isinstance(problem, httpx.ConnectError):
        return complaints.away("la connessione non si apre")
    return complaints.away("la connessione si è interrotta")


def _described(answer: _Answer) -> str:
    kind = "una pagina web" if answer.media_type == "text/html" else "una risposta senza la firma della centrale"
    return f"{kind} (HTTP {answer.status}, {answer.media_type or 'tipo non dichiarato'})"
