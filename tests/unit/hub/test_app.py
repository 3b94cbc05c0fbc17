"""The hub's HTTP face: who may ask, how much, and that nobody but the hub can have answered."""

import asyncio
import secrets
import tracemalloc
from random import Random

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ala_desktop.hub.app import Hub
from ala_desktop.hub.asking import Nonces
from ala_desktop.hub.devices import Enrolment
from ala_desktop.hub.store import Store
from ala_desktop.sync import chain, messages, signing
from ala_desktop.sync.declined import ERRORS
from ala_desktop.sync.messages import DeviceCard, EnrolRequest, ErrorReply, KeyParcel, PushReply, Told
from ala_desktop.sync.protocol import encode
from tests import hub_frames
from tests.factory import FixedClock
from tests.hub_frames import CATALOG, HUB, Pen, creation, line

PULL = f"/v1/pull?after=0&chain={chain.START}&epoch=1"


@pytest.fixture
def where():
    made = hub_frames.store()
    yield made
    made.close()


@pytest.fixture
def enrolment(where: Store) -> Enrolment:
    return Enrolment(where, HUB, FixedClock())


@pytest.fixture
def hub(where: Store, enrolment: Enrolment) -> Hub:
    return Hub(where, CATALOG, HUB, enrolment)


@pytest.fixture
def pen(where: Store) -> Pen:
    made = Pen()
    made.enrol(where)
    return made


def send(
    hub: Hub, method: str, target: str, body: bytes = b"", headers: dict[str, str] | None = None
) -> httpx.Response:
    async def once() -> httpx.Response:
        carrier = httpx.ASGITransport(hub.asgi)
        async with httpx.AsyncClient(transport=carrier, base_url="http://hub") as client:
            return await client.request(method, target, content=body, headers=headers)

    return asyncio.run(once())


def signed(pen: Pen, method: str, target: str, body: bytes = b"", **changed: str) -> dict[str, str]:
    nonce, body_hash = changed.get("its_nonce", secrets.token_hex(16)), changed.get("its_body", signing.body_hash(body))
    its_hub, its_method, its_target = (changed.get(name) for name in ("its_hub", "its_method", "its_target"))
    hub = HUB.hub if its_hub is None else its_hub
    request = signing.Request(hub, its_method or method, its_target or target, pen.device, nonce, body_hash)
    return {
        signing.DEVICE: changed.get("its_device", pen.device),
        signing.NONCE: nonce,
        signing.BODY: body_hash,
        signing.SIGNATURE: signing.sign_request(request, pen.key),
    }


def ask(hub: Hub, pen: Pen, method: str, target: str, body: bytes = b"", **changed: str) -> httpx.Response:
    headers = signed(pen, method, target, body, **changed)
    answer = send(hub, method, target, body, headers)
    assert signing.reply_is_signed(
        headers[signing.NONCE], answer.status_code, answer.content, answer.headers[signing.SIGNATURE], HUB.public
    )
    return answer


def error(answer: httpx.Response) -> str:
    reply = messages.decode(answer.content, ErrorReply)
    assert (reply.number, answer.status_code) == (ERRORS[reply.error].number, ERRORS[reply.error].status)
    return reply.error


def test_a_frame_that_was_pushed_comes_back_to_another_device(hub, where, pen):
    other = Pen(name="PC 2")
    other.enrol(where, 2)
    sealed = pen.frame(line(creation()))

    pushed = ask(hub, pen, "POST", "/v1/push", sealed)
    mine, theirs = ask(hub, pen, "GET", PULL), ask(hub, other, "GET", PULL)

    entry = messages.decode(pushed.content, PushReply).entry
    assert [(item.entry, item.sealed) for item in messages.unpack_page(mine.content).arrived] == [(entry, None)]
    assert [(item.entry, item.sealed) for item in messages.unpack_page(theirs.content).arrived] == [(entry, sealed)]
    assert messages.unpack_page(mine.content).head.devices == 2


def test_an_idle_pull_is_small(hub, pen):
    headers = signed(pen, "GET", PULL)
    answer = ask(hub, pen, "GET", PULL)

    asked = len(PULL) + sum(len(name) + len(value) + 4 for name, value in headers.items())
    said = len(answer.content) + sum(len(name) + len(value) + 4 for name, value in answer.headers.items())
    assert asked + said < 1_024


TOLD = Told("1-012abc", 1, 123_456_789, "x" * 70)


def test_an_idle_pull_that_tells_of_the_state_is_small_too(hub, pen):
    target = f"{PULL}&told={TOLD.text}"
    headers = signed(pen, "GET", target)
    answer = ask(hub, pen, "GET", target)

    asked = len(target) + sum(len(name) + len(value) + 4 for name, value in headers.items())
    said = len(answer.content) + sum(len(name) + len(value) + 4 for name, value in answer.headers.items())
    assert asked + said < 1_024


def head_of(answer: httpx.Response) -> messages.PageHead:
    return messages.unpack_page(answer.content).head


def test_devices_that_tell_different_things_of_one_place_are_named_to_each_other(hub, where, pen):
    other = Pen(name="PC 2")
    other.enrol(where, 2)
    unlike = TOLD._replace(kinds="y" * 70)

    first = head_of(ask(hub, pen, "GET", f"{PULL}&told={TOLD.text}"))
    second = head_of(ask(hub, other, "GET", f"{PULL}&told={unlike.text}"))
    third = head_of(ask(hub, pen, "GET", f"{PULL}&told={TOLD.text}"))

    assert (first.unlike, first.compared) == ([], "")
    assert (second.unlike, second.compared) == ([(pen.device, TOLD.kinds)], unlike.text)
    assert (third.unlike, third.compared) == ([(other.device, unlike.kinds)], TOLD.text)


@pytest.mark.parametrize("other", [{"seq": 7}, {"epoch": 2}, {"version": "1-ffffffff"}, {}])
def test_what_was_told_of_another_place_or_in_another_way_is_not_compared(hub, where, pen, other):
    """The same told of the same place is no difference either."""
    second = Pen(name="PC 2")
    second.enrol(where, 2)
    elsewhere = TOLD._replace(kinds="y" * 70, **other) if other else TOLD

    ask(hub, pen, "GET", f"{PULL}&told={TOLD.text}")
    assert head_of(ask(hub, second, "GET", f"{PULL}&told={elsewhere.text}")).unlike == []


@pytest.mark.parametrize(
    "text", ["", "x", "1.1.1", "2~1.1.1.abc", "1-a.1.1." + "x" * 1_001, "1-a.-1.1.x", "1-a.1.1.x%2e"]
)
def test_what_another_version_tells_in_another_way_is_left_aside(hub, where, pen, text):
    assert ask(hub, pen, "GET", f"{PULL}&told={text}").status_code == 200
    assert where.pictures("A995") == {}


def test_a_device_whose_frames_are_damaged_gets_them_whole(hub, pen):
    sealed = pen.frame(line(creation()))
    ask(hub, pen, "POST", "/v1/push", sealed)

    [item] = messages.unpack_page(ask(hub, pen, "GET", f"{PULL}&whole=1").content).arrived

    assert item.sealed == sealed


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
@pytest.mark.parametrize("path", ["/", "/v1", "/v1/nothing", "/v1/push/", "/v2/pull", "/../etc"])
def test_what_is_no_path_is_said_signed(hub, pen, method, path):
    answer = ask(hub, pen, method, path)

    assert error(answer) == "unknown_path"


@pytest.mark.parametrize(("method", "path"), [("GET", "/v1/push"), ("POST", "/v1/pull"), ("PUT", "/v1/keybox")])
def test_a_path_asked_in_the_wrong_way_is_no_path(hub, pen, method, path):
    assert error(ask(hub, pen, method, path)) == "unknown_path"


@pytest.mark.parametrize("target", ["/v1/push", "/v1/keybox"])
def test_a_request_without_a_signature_is_declined(hub, target):
    answer = send(hub, "POST", target, b"x")

    assert error(answer) == "bad_request"


CHANGED = {
    "another_method": {"its_method": "PUT"},
    "another_path": {"its_target": "/v1/devices"},
    "another_hub": {"its_hub": "0" * 32},
    "another_body": {"its_body": "0" * 64},
}


@pytest.mark.parametrize("changed", CHANGED.values(), ids=CHANGED)
def test_a_signature_over_something_else_is_declined(hub, pen, where, changed):
    answer = ask(hub, pen, "POST", "/v1/push", pen.frame(line(creation())), **changed)

    assert error(answer) == "bad_signature"
    assert where.status()[0].seq == 0


def test_a_signature_by_another_key_is_declined(hub, pen):
    thief = Pen(device=pen.device)

    assert error(ask(hub, thief, "GET", PULL)) == "bad_signature"


def test_an_unknown_device_is_declined(hub):
    assert error(ask(hub, Pen(), "GET", PULL)) == "unknown_device"


def test_a_revoked_device_may_not_even_ask(hub, where):
    pen = Pen()
    with where.locked("A995") as tenancy:
        tenancy.enrol("none", pen.row(revoked=True))

    assert error(ask(hub, pen, "GET", PULL)) == "revoked"


def test_a_recorded_request_cannot_be_played_again(hub, pen):
    headers = signed(pen, "GET", PULL)

    first, again = send(hub, "GET", PULL, headers=headers), send(hub, "GET", PULL, headers=headers)

    assert first.status_code == 200
    assert error(again) == "repeated_nonce"


@pytest.mark.parametrize("nonce", ["", "x", "A" * 32, "0" * 33])
def test_a_nonce_has_to_be_one(hub, pen, nonce):
    headers = signed(pen, "GET", PULL, its_nonce=nonce)

    assert error(send(hub, "GET", PULL, headers=headers)) == "bad_request"


def test_nonces_are_forgotten_oldest_first_and_within_bounds():
    nonces, first = Nonces(), "f" * 32
    assert nonces.use("d", first)
    assert not nonces.use("d", first)
    assert nonces.use("e", first)

    for number in range(256):
        assert nonces.use("d", f"{number:032x}")

    assert nonces.use("d", first)
    assert not nonces.use("d", f"{255:032x}")


def test_a_nonce_that_two_others_make_up_together_was_not_used():
    """Two nonces stand side by side where they are remembered."""
    nonces = Nonces()
    for nonce in ("0" * 16 + "a" * 16, "b" * 16 + "0" * 16):
        assert nonces.use("d", nonce)

    assert nonces.use("d", "a" * 16 + "b" * 16)
    assert not nonces.use("d", "a" * 16 + "b" * 16)


def test_nonces_of_as_many_devices_as_are_remembered_take_little():
    nonces, draw = Nonces(), Random(1)
    tracemalloc.start()
    try:
        for device in range(100):
            for _ in range(300):
                assert nonces.use(f"{device:032x}", f"{draw.getrandbits(128):032x}")
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert held < 100 * 5_000  # 50 MB for 10,000 devices


def test_a_body_beyond_the_cap_is_not_read_to_its_end(hub, pen):
    read = 0

    async def endless():
        nonlocal read
        while True:
            read += 1_000_000
            yield bytes(1_000_000)

    async def once() -> httpx.Response:
        headers = signed(pen, "POST", "/v1/push")
        async with httpx.AsyncClient(transport=httpx.ASGITransport(hub.asgi), base_url="http://hub") as client:
            return await client.request("POST", "/v1/push", content=endless(), headers=headers)

    assert error(asyncio.run(once())) == "too_large"
    assert read <= 10_000_000


def test_a_stranger_cannot_make_the_hub_read_a_body(hub):
    read = 0

    async def body():
        nonlocal read
        read += 1
        yield bytes(1_000_000)

    async def once() -> httpx.Response:
        headers = signed(Pen(), "POST", "/v1/push")
        async with httpx.AsyncClient(transport=httpx.ASGITransport(hub.asgi), base_url="http://hub") as client:
            return await client.request("POST", "/v1/push", content=body(), headers=headers)

    assert error(asyncio.run(once())) == "unknown_device"
    assert read == 0


@pytest.mark.parametrize(
    "query",
    ["", "?after=0", "?after=x&chain=0&epoch=1", "?after=-1&chain=0&epoch=1", "?after=1e3&chain=0&epoch=1",
     f"?after={'9' * 30}&chain=0&epoch=1"],
)  # fmt: skip
def test_a_position_has_to_be_one(hub, pen, query):
    assert error(ask(hub, pen, "GET", f"/v1/pull{query}")) == "bad_request"


def test_a_position_that_the_hub_does_not_know_is_said(hub, pen):
    assert error(ask(hub, pen, "GET", f"/v1/pull?after=7&chain={'a' * 64}&epoch=1")) == "unknown_position"


def test_a_damaged_frame_is_declined_with_its_number(hub, pen):
    answer = ask(hub, pen, "POST", "/v1/push", b"<html>")

    assert error(answer) == "bad_frame"


def test_the_devices_of_another_comune_are_not_told(hub, where, pen):
    Pen("C816").enrol(where)

    cards = messages.decode(ask(hub, pen, "GET", "/v1/devices").content, list[DeviceCard])

    assert [card.device for card in cards] == [pen.device]


def test_a_wrapped_key_reaches_only_the_device_it_is_for(hub, where, pen):
    second, third = Pen(name="PC 2"), Pen(name="PC 3")
    second.enrol(where, 2)
    third.enrol(where, 3)

    put = ask(hub, pen, "POST", "/v1/keybox", encode(KeyParcel(second.device, "blob")))

    assert put.status_code == 200
    assert messages.decode(ask(hub, second, "GET", "/v1/keybox").content, KeyParcel).blob == "blob"
    assert messages.decode(ask(hub, third, "GET", "/v1/keybox").content, KeyParcel).blob == ""


def test_a_key_cannot_be_left_in_another_comune(hub, where, pen):
    foreign = Pen("C816")
    foreign.enrol(where)

    answer = ask(hub, pen, "POST", "/v1/keybox", encode(KeyParcel(foreign.device, "blob")))

    assert error(answer) == "unknown_device"
    assert where.key_for("C816", foreign.device) is None


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b'{"for_device": 1, "blob": ""}', b"[" * 60_000])
def test_a_message_of_another_shape_is_declined(hub, pen, body):
    assert error(ask(hub, pen, "POST", "/v1/keybox", body)) == "bad_request"


def enrolling(code: str, pen: Pen) -> bytes:
    public = pen.key.public_key().public_bytes_raw().hex()
    return encode(EnrolRequest(code, "A995", pen.device, "", public, "9".rjust(64, "0")))


def test_a_device_joins_and_learns_the_hubs_key(hub, enrolment):
    pen = Pen()
    body = enrolling(enrolment.invite("A995")[0], pen)

    answer = ask(hub, pen, "POST", "/v1/enrol", body, its_hub="")

    assert answer.headers[signing.HUB_KEY] == HUB.public.hex()
    assert messages.decode(answer.content, messages.Enrolled).hub == signing.hub_id(HUB.public)


def test_whoever_enrols_has_to_hold_the_key(hub, enrolment, where):
    pen = Pen()
    body = enrolling(enrolment.invite("A995")[0], pen)
    pen.key = Ed25519PrivateKey.generate()

    assert error(ask(hub, pen, "POST", "/v1/enrol", body, its_hub="")) == "bad_signature"
    assert where.devices("A995") == []


def test_a_fault_of_the_hub_is_told_signed_and_without_its_words(hub, pen, where, monkeypatch, caplog):
    def broken(*_):
        raise ZeroDivisionError("Rossi Mario")

    monkeypatch.setattr(where, "devices", broken)

    answer = ask(hub, pen, "GET", "/v1/devices")

    assert error(answer) == "fault"
    assert b"Rossi" not in answer.content
    assert "fault while answering /v1/devices" in caplog.text


def test_every_error_has_a_number_of_its_own():
    assert len({item.number for item in ERRORS.values()}) == len(ERRORS)
