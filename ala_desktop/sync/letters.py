"""What stands inside a `.ala` file: signed questions on the way to the hub, signed answers on the way back.

They are the same bytes that the network carries, so the hub checks the same signatures and decides the same. A letter
is answered question by question, in order; an answer is bound to its question by the question's nonce. An answer to
`pull` may have several pages, each signed with the nonce and its number.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeVar

import msgspec

from ala_desktop.sync import signing
from ala_desktop.sync.messages import join_parts, split_parts
from ala_desktop.sync.protocol import Malformed, encode
from ala_desktop.sync.questions import Signed
from ala_desktop.sync.signing import Request

MOST_LETTER_BYTES = 150_000_000
"""The content of a letter or of its answer; more waits for the next one."""
MOST_QUESTIONS = 10_000


class _Outside(msgspec.Struct, frozen=True, array_like=True):
    """A question without its body, as it is written down."""

    hub: str
    method: str
    target: str
    device: str
    nonce: str
    body: str
    signature: str


class Answer(NamedTuple):
    """An answer of the hub, or a page of one.

    Attributes:
        nonce: of the question.
        page: its number, from 0.
        status: as in HTTP.
        signature: of the hub over nonce, page, status and body.
        hub_key: its public key, hex; only in an answer to an enrolment.
        body: as over the network.
    """

    nonce: str
    page: int
    status: int
    signature: str
    hub_key: str
    body: bytes

    def is_signed(self, public_key: bytes) -> bool:
        """Whether the hub with this public key gave it."""
        bound = nonce_of_page(self.nonce, self.page)
        return signing.reply_is_signed(bound, self.status, self.body, self.signature, public_key)


class _Inside(msgspec.Struct, frozen=True, array_like=True):
    """An answer without its body, as it is written down."""

    nonce: str
    page: int
    status: int
    signature: str
    hub_key: str


def nonce_of_page(nonce: str, page: int) -> str:
    """What the hub signs in the place of the nonce: the first page is an answer like any other."""
    return nonce if page == 0 else f"{nonce}.{page}"


def pack_questions(questions: Sequence[Signed]) -> bytes:
    """The content of a letter."""
    parts: list[bytes] = []
    for request, signature, body, _ in questions:
        parts += [encode(_Outside(*request, signature)), body]
    return join_parts(parts)


def unpack_questions(content: bytes) -> list[Signed]:
    """The questions of a letter, none of them checked.

    Raises:
        Malformed: no letter, or a question that is longer than any.
    """
    found: list[Signed] = []
    for outside, body in _pairs(content):
        asked = _read(outside, _Outside)
        request = Request(asked.hub, asked.method, asked.target, asked.device, asked.nonce, asked.body)
        found.append(Signed(request, asked.signature, body))
    return found


def pack_answers(answers: Sequence[Answer]) -> bytes:
    """The content of an answer to a letter."""
    parts: list[bytes] = []
    for nonce, page, status, signature, hub_key, body in answers:
        parts += [encode(_Inside(nonce, page, status, signature, hub_key)), body]
    return join_parts(parts)


def unpack_answers(content: bytes) -> list[Answer]:
    """The answers to a letter, none of them checked.

    Raises:
        Malformed: something else.
    """
    found: list[Answer] = []
    for inside, body in _pairs(content):
        told = _read(inside, _Inside)
        found.append(Answer(told.nonce, told.page, told.status, told.signature, told.hub_key, body))
    return found


def _pairs(content: bytes) -> list[tuple[bytes, bytes]]:
    if len(content) > MOST_LETTER_BYTES:
        raise Malformed("il file è troppo grande")
    parts = split_parts(content)
    if len(parts) % 2 or len(parts) > 2 * MOST_QUESTIONS:
        raise Malformed("il file è incompleto")
    return list(zip(parts[::2], parts[1::2], strict=True))


_Shape = TypeVar("_Shape", _Outside, _Inside)


def _read(data: bytes, shape: type[_Shape]) -> _Shape:
    try:
        return msgspec.json.decode(data, type=shape)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as problem:
        raise Malformed("il file contiene qualcosa che non è di uno scambio") from problem
