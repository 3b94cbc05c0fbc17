"""The hub's answers in a file, as a line to the hub on which nothing can be asked that was not asked in the letter.

The log's pages start where this device stood when it wrote the letter; it may have come further since.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeVar
from urllib.parse import parse_qs, urlsplit

from msgspec.structs import replace

from ala_desktop.sync import chain, complaints, questions
from ala_desktop.sync.declined import Declined
from ala_desktop.sync.letters import Answer
from ala_desktop.sync.mailbox import Waiting
from ala_desktop.sync.messages import (
    ENROL,
    MOST_PAGE_TRANSACTIONS,
    PULL,
    PUSH,
    SHOW_SHEET,
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
    PageHead,
    TenantHead,
    decode,
    unpack_page,
)
from ala_desktop.sync.protocol import Arrived, Entry, Malformed, Position
from ala_desktop.sync.questions import Question
from ala_desktop.sync.transport import Transport

_Told = TypeVar("_Told")


class _Log(NamedTuple):
    """The part of the log that the file holds.

    Attributes:
        start: where it begins.
        arrived: its entries.
        head: where the log ended at the hub, and what else it told.
    """

    start: Position
    arrived: list[Arrived]
    head: PageHead


class FileTransport(Transport):
    """What the hub answered by file."""

    def __init__(self, answers: Sequence[Answer], asked: Mapping[str, Waiting], tenant: str = "") -> None:
        """Answers to questions that are not in `asked`, or about another log than that of `tenant`, are left aside.

        Raises:
            Mendable: an answer is not the hub's, or is none of these questions'.
        """
        self._answers = [answer for answer in answers if answer.nonce in asked and asked[answer.nonce].tenant == tenant]
        self._asked = asked
        if not self._answers:
            raise complaints.unasked()
        if not all(answer.is_signed(asked[answer.nonce].hub_key) for answer in self._answers):
            raise complaints.inconsistent("le firme della risposta")
        self._log = self._read_log()

    @property
    def nonces(self) -> set[str]:
        """The questions that are answered here."""
        return {answer.nonce for answer in self._answers}

    @property
    def enrolled(self) -> Enrolled | None:
        """The answer to a request to join, if it is among them.

        Raises:
            Declined: the hub did not let this device in.
        """
        answers = self._answers_to("POST", ENROL)
        return _read(answers[0], questions.enrol(_ANY)) if answers else None

    @property
    def refusal(self) -> Declined | None:
        """Why the hub did not take a frame, if it did not."""
        declined = (_declined(answer) for answer in self._answers_to("POST", PUSH) if answer.status != 200)
        return next(declined, None)

    @property
    def holds_log(self) -> bool:
        """Whether a part of the log is among the answers."""
        return self._log is not None

    @property
    def brings(self) -> bool:
        """Whether the answers hold anything of the log."""
        return self._log is not None and bool(self._log.arrived)

    @property
    def more(self) -> bool:
        """Whether the hub's log went on where the file ends."""
        log = self._log
        return log is not None and chain.position_after(log.start, log.arrived).seq < log.head.head.seq

    def pull(self, after: Position) -> Page:
        """As `Transport.pull`, from what the file holds, page by page.

        Raises:
            Mendable: something before the file's part of the log was not received yet.
        """
        log = self._log
        if log is None:
            return Page(PageHead(after, self._devices()), [])
        if after.seq < log.start.seq:
            raise complaints.gap()
        position, rest = log.start, list(log.arrived)
        while rest and position.seq < after.seq:
            position = chain.position_after(position, rest[:1])
            del rest[0]
        if rest and position != after:
            raise complaints.inconsistent("il registro non è quello che questo PC ha ricevuto finora")
        return Page(replace(log.head, head=chain.position_after(after, rest)), _first_page(rest))

    def pull_whole(self, after: Position) -> Page:
        """As `Transport.pull_whole`, if the letter asked from there on.

        Raises:
            Mendable: it asked for another part of the log.
        """
        log = self._log
        if log is None or log.start.seq > after.seq:
            raise complaints.unasked()
        return Page(log.head, [item for item in log.arrived if item.entry.first_seq > after.seq])

    def devices(self) -> list[DeviceCard]:
        """As `Transport.devices`."""
        return self._answer(questions.devices())

    def tenants(self) -> list[TenantHead]:
        """Not in an answer."""
        raise complaints.unasked()

    def fetch_key(self) -> str:
        """As `Transport.fetch_key`."""
        return self._answer(questions.fetch_key())

    def enrol(self, request: EnrolRequest) -> Enrolled:
        """Not in an answer."""
        raise complaints.unasked()

    def push(self, sealed: bytes) -> Entry:
        """Not in an answer."""
        raise complaints.unasked()

    @property
    def answers_sheet(self) -> bool:
        """Whether a recovery sheet was shown in the letter, and this is what the hub says to it."""
        return bool(self._answers_to("POST", SHOW_SHEET))

    def show_sheet(self, token: str) -> FoundSheet:
        """As `Transport.show_sheet`, if the letter showed it."""
        return self._answer(questions.show_sheet(token))

    def leave_sheet(self, left: LeftSheet) -> None:
        """Not in an answer."""
        raise complaints.unasked()

    def compare(self, places: Sequence[tuple[int, str]], certificate: bytes) -> Common:
        """Not in an answer."""
        raise complaints.unasked()

    def offer(self, offer: Offer, certificate: bytes) -> Missing:
        """Not in an answer."""
        raise complaints.unasked()

    def give_back(self, name: str, sealed: bytes, certificate: bytes) -> None:
        """Not in an answer."""
        raise complaints.unasked()

    def recall(self, certificate: bytes) -> None:
        """Not in an answer."""
        raise complaints.unasked()

    def put_key(self, for_device: str, blob: str) -> None:
        """Not in an answer."""
        raise complaints.unasked()

    def close(self) -> None:
        """Nothing to close."""

    def _read_log(self) -> _Log | None:
        pages = sorted(self._answers_to("GET", PULL), key=lambda one: one.page)
        if not pages:
            return None
        if [answer.page for answer in pages] != list(range(len(pages))):
            raise complaints.inconsistent("manca una pagina della risposta")
        asked = parse_qs(urlsplit(self._asked[pages[0].nonce].target).query)
        start = Position(int(asked["epoch"][0]), int(asked["after"][0]), asked["chain"][0])
        read = [_shaped(answer) for answer in pages]
        head = replace(read[0].head, head=read[-1].head.head)
        return _Log(start, [item for page in read for item in page.arrived], head)

    def _devices(self) -> int:
        return len(self.devices())

    def _answers_to(self, method: str, path: str) -> list[Answer]:
        return [
            one for one in self._answers if (asked := self._asked[one.nonce]).method == method and asked.path == path
        ]

    def _answer(self, question: Question[_Told]) -> _Told:
        answer = next(iter(self._answers_to(question.method, urlsplit(question.target).path)), None)
        if answer is None:
            raise complaints.unasked()
        return _read(answer, question)


def _first_page(arrived: Sequence[Arrived]) -> list[Arrived]:
    """About as many transactions as a page over the network has: what was taken in is kept when somebody stops."""
    page: list[Arrived] = []
    room = MOST_PAGE_TRANSACTIONS
    for item in arrived:
        room -= item.entry.count
        if page and room < 0:
            break
        page.append(item)
    return page


_ANY = EnrolRequest("", "", "", "", "", "")
"""The question of an answer to join; only how it is read matters."""


def _shaped(answer: Answer) -> Page:
    if answer.status != 200:
        raise _declined(answer)
    try:
        return unpack_page(answer.body)
    except Malformed as problem:
        raise complaints.inconsistent(str(problem)) from problem


def _read(answer: Answer, question: Question[_Told]) -> _Told:
    if answer.status != 200:
        raise _declined(answer)
    try:
        return question.read(answer.body)
    except Malformed as problem:
        raise complaints.inconsistent(str(problem)) from problem


def _declined(answer: Answer) -> Declined:
    try:
        error = decode(answer.body, ErrorReply)
    except Malformed:
        return Declined("fault", "the answer says nothing")
    return Declined(error.error, error.detail)
