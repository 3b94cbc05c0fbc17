"""Requests that no program of ours sends, byte by byte: each is answered by the hub itself, and signed."""

from __future__ import annotations

import asyncio
import secrets
from typing import Any

import pytest
from starlette.types import Message

from ala_desktop.hub.app import Hub
from ala_desktop.hub.devices import Enrolment
from ala_desktop.hub.store import Store
from ala_desktop.hub.store_postgres import PostgresStore
from ala_desktop.sync import chain, signing
from ala_desktop.sync.messages import ErrorReply, decode
from ala_desktop.sync.protocol import encode
from tests import hub_frames
from tests.factory import FixedClock
from tests.hub_frames import CATALOG, HUB, Pen, creation, line


@pytest.fixture(params=["memory", "postgresql"])
def where(request):
    made: Store = (
        hub_frames.store() if request.param == "memory" else PostgresStore(request.getfixturevalue("database"))
    )
    yield made
    made.close()


@pytest.fixture
def hub(where: Store) -> Hub:
    return Hub(where, CATALOG, HUB, Enrolment(where, HUB, FixedClock()))


@pytest.fixture
def pen(where: Store) -> Pen:
    made = Pen()
    made.enrol(where)
    return made


def ask(hub: Hub, method: str, target: str, heads: dict[str, str], body: bytes = b"") -> tuple[int, bytes]:
    """Status and body of an answer, which the hub has signed."""
    path, _, query = target.partition("?")
    scope = {
        "type": "http", "http_version": "1.1", "scheme": "http", "method": method, "path": path,
        "raw_path": path.encode(), "query_string": query.encode(),
        "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in heads.items()],
    }  # fmt: skip
    told: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body}

    async def send(message: Message) -> None:
        told.append(message)

    asyncio.run(hub.asgi(scope, receive, send))
    signature = dict(told[0]["headers"])[signing.SIGNATURE.encode()].decode()
    content = b"".join(message.get("body", b"") for message in told[1:])
    assert signing.reply_is_signed(heads.get(signing.NONCE, "")[:64], told[0]["status"], content, signature, HUB.public)
    return told[0]["status"], content


def signed(pen: Pen, method: str, target: str, body: bytes = b"") -> dict[str, str]:
    carried = target.encode().decode("latin-1")
    request = signing.Request(HUB.hub, method, carried, pen.device, secrets.token_hex(16), signing.body_hash(body))
    return {
        signing.DEVICE: pen.device, signing.NONCE: request.nonce, signing.BODY: request.body,
        signing.SIGNATURE: signing.sign_request(request, pen.key),
    }  # fmt: skip


def error(answer: tuple[int, bytes]) -> str:
    return decode(answer[1], ErrorReply).error


@pytest.mark.parametrize("method", ["PROPFIND", "TRACE", "CONNECT", "BREW", "get"])
@pytest.mark.parametrize("path", ["/v1/pull", "*", "", "/v1/\n", "/\x00", "/v1/pull\n"])
def test_what_no_router_knows_is_told_signed(hub: Hub, method: str, path: str):
    assert error(ask(hub, method, path, {})) == "unknown_path"


@pytest.mark.parametrize("host", ["[", "[::1", "a b", "é", "a:b:c", "@", "\x00"])
def test_whatever_the_host_header_says(hub: Hub, pen: Pen, host: str):
    heads = signed(pen, "GET", "/v1/devices")

    status, _ = ask(hub, "GET", "/v1/devices", heads | {"host": host})

    assert status == 200


@pytest.mark.parametrize("place", ["", "x", "\x00" * 64, "%00", "é" * 64, "0" * 63, "A" * 64])
def test_a_place_of_the_chain_has_to_be_one(hub: Hub, pen: Pen, place: str):
    target = f"/v1/pull?after=0&chain={place}&epoch=1"

    assert error(ask(hub, "GET", target, signed(pen, "GET", target))) == "bad_request"


@pytest.mark.parametrize("number", ["٣", "1e3", "1_0", "+1", " 1", "1" * 16])
def test_a_number_is_of_plain_digits(hub: Hub, pen: Pen, number: str):
    target = f"/v1/pull?after={number}&chain={chain.START}&epoch=1"

    assert error(ask(hub, "GET", target, signed(pen, "GET", target))) == "bad_request"


@pytest.mark.parametrize("blob", ["\x00", "a\x00b", "é", "\n", "x" * 5_000])
def test_a_wrapped_key_is_plain_text(hub: Hub, pen: Pen, blob: str):
    body = encode({"for_device": pen.device, "blob": blob})

    assert error(ask(hub, "POST", "/v1/keybox", signed(pen, "POST", "/v1/keybox", body), body)) == "bad_request"


ODD: dict[str, Any] = {"incarnation": "a\x00b", "batch": "\x00", "device_name": "PC 1\x00"}


@pytest.mark.parametrize("name", ODD)
def test_a_header_with_a_zero_character_is_no_frame_of_this_device(hub: Hub, where: Store, pen: Pen, name: str):
    sealed = pen.frame(line(creation()), advance=False, **{name: ODD[name]})

    assert error(ask(hub, "POST", "/v1/push", signed(pen, "POST", "/v1/push", sealed), sealed)) in (
        "bad_frame", "bad_signature",
    )  # fmt: skip
    assert where.status()[0].seq == 0


@pytest.mark.parametrize("record", ["\x00", "x" * 500_000, "é" * 32, "A" * 32])
def test_a_record_without_an_id_is_refused_and_nothing_of_it_is_noted(hub: Hub, where: Store, pen: Pen, record: str):
    sealed = pen.frame(line(creation(record)), line(creation()))

    status, body = ask(hub, "POST", "/v1/push", signed(pen, "POST", "/v1/push", sealed), sealed)

    assert status == 200
    assert b'[0,"bad_value"' in body
    with where.locked("A995") as tenancy:
        assert tenancy.refused_among(pen.device, ["a" * 32]) == {}


@pytest.mark.parametrize(
    "at", ["2026-13-45T25:61:61Z", "٢٠٢٦-١١-٢٢T٠٩:٠٠:٠٠Z", "2026-02-30T00:00:00Z", "2026-11-22T09:00:00Z\n"]
)  # fmt: skip
def test_a_save_at_a_moment_that_there_is_not_is_refused(hub: Hub, pen: Pen, at: str):
    sealed = pen.frame(line(creation(), at=at))

    _, body = ask(hub, "POST", "/v1/push", signed(pen, "POST", "/v1/push", sealed), sealed)

    assert b'[0,"bad_value"' in body
