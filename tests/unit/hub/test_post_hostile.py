"""Letters that no program of ours writes: each is answered, or told to a person in words."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ala_desktop.core.errors import Mendable
from ala_desktop.core.ids import new_id
from ala_desktop.hub import post as module
from ala_desktop.hub.devices import Enrolment
from ala_desktop.hub.post import Answered, Post
from ala_desktop.hub.store import Store
from ala_desktop.sync import chain, letters, parcels, signing
from ala_desktop.sync.letters import Answer
from ala_desktop.sync.messages import ErrorReply, decode
from ala_desktop.sync.parcels import Address
from ala_desktop.sync.protocol import encode
from ala_desktop.sync.questions import Signed
from ala_desktop.sync.signing import Request
from tests import hub_frames
from tests.factory import FixedClock
from tests.hub_frames import CATALOG, HUB, Pen, creation, line

PULL = f"/v1/pull?after=0&chain={chain.START}&epoch=1"


@pytest.fixture
def where() -> Iterator[Store]:
    made = hub_frames.store()
    yield made
    made.close()


@pytest.fixture
def pen(where: Store) -> Pen:
    made = Pen()
    made.enrol(where)
    return made


@pytest.fixture
def post(where: Store) -> Post:
    return Post(where, CATALOG, HUB, new_id, Enrolment(where, HUB, FixedClock()))


def question(
    pen: Pen, method: str, target: str, body: bytes = b"", nonce: str | None = None, signature: str = ""
) -> Signed:
    nonce = secrets.token_hex(16) if nonce is None else nonce
    request = Request(HUB.hub, method, target, pen.device, nonce, signing.body_hash(body))
    return Signed(request, signature or signing.sign_request(request, pen.key), body)


def sent(post: Post, pen: Pen, *questions: Signed) -> Answered:
    address = Address(new_id(), parcels.LETTER, pen.device, HUB.hub)
    return post.answer(parcels.wrap(letters.pack_questions(questions), HUB.key.public_key(), address))


def answers(answered: Answered, pen: Pen) -> list[Answer]:
    return letters.unpack_answers(parcels.unwrap(answered.parts, pen.key))


@pytest.mark.parametrize("method", ["HEAD", "PROPFIND", "", "G\x00T", "Ă"])
@pytest.mark.parametrize(
    "target", ["", "*", "/\n", "//x/v1/devices", "http://[/v1", "http://a:99999/", "/v1/\ud7ff", "/" + "y" * 70_000]
)
def test_whatever_is_asked_is_answered_signed(post: Post, pen: Pen, method: str, target: str):
    (answer,) = answers(sent(post, pen, question(pen, method, target)), pen)

    assert decode(answer.body, ErrorReply).error == "unknown_path"
    assert answer.is_signed(HUB.public)


@pytest.mark.parametrize("changed", [{"nonce": "é" * 32}, {"nonce": "\x00"}, {"signature": "é\n"}, {"signature": "x"}])
def test_whatever_stands_in_the_place_of_the_headers(post: Post, pen: Pen, changed: dict[str, Any]):
    (answer,) = answers(sent(post, pen, question(pen, "GET", PULL, **changed)), pen)

    assert decode(answer.body, ErrorReply).error in ("bad_request", "bad_signature")


@pytest.mark.parametrize("name", ["after", "epoch", "chain"])
def test_what_is_asked_twice_is_read_in_one_way(post: Post, pen: Pen, name: str):
    sent(post, pen, question(pen, "POST", "/v1/push", pen.frame(line(creation()))))
    target = PULL.replace(f"{name}=", f"{name}=x&{name}=")

    (answer, *_) = answers(sent(post, pen, question(pen, "GET", target)), pen)

    assert answer.status == 200


def test_a_letter_that_asks_for_more_than_a_letter_holds_is_answered_in_part(post: Post, pen: Pen, monkeypatch):
    monkeypatch.setattr(module, "MOST_LETTER_BYTES", module.MOST_ANSWER_BYTES + 500)
    asked = [question(pen, "GET", "/v1/devices") for _ in range(9)]

    told = answers(sent(post, pen, *asked), pen)

    assert 0 < len(told) < 9
    assert [one.nonce for one in told] == [one.request.nonce for one in asked][: len(told)]


@pytest.mark.parametrize("key", ["02" + "00" * 31, "ff" * 32, "00" * 32, "01" + "00" * 31])
def test_a_stranger_whose_key_is_none_is_told_to_a_person(post: Post, key: str):
    pen = Pen(key=Ed25519PrivateKey.generate())
    body = encode(
        {"code": "AAAA-BBBB-CCCC", "tenant": "A995", "device": pen.device, "device_name": "", "sign_key": key,
         "box_key": key}
    )  # fmt: skip
    try:
        answered = sent(post, pen, question(pen, "POST", "/v1/enrol", body))
    except Mendable:
        return
    assert answered.declined == ["bad_signature"]
