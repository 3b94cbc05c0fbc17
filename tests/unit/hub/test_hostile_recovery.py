"""What makes a restored hub whole, asked by people who mean harm, over HTTP: declined, and nothing left behind.

Each guard is tried by removing it: the same question then does what it must not do.
"""

from __future__ import annotations

import http.client
import secrets
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, NamedTuple

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from starlette.types import Receive, Scope, Send

from ala_desktop.hub import app, asking, cards, recovery
from ala_desktop.hub.app import Hub
from ala_desktop.hub.asking import Asking, Nonces
from ala_desktop.hub.devices import Enrolment
from ala_desktop.hub.identity import Identity
from ala_desktop.hub.recovery import Recovery
from ala_desktop.hub.serving import _listening, _Server  # pyright: ignore[reportPrivateUsage]
from ala_desktop.hub.store_sqlite import SqliteStore
from ala_desktop.hub.tenancy_sqlite import SqliteTenancy
from ala_desktop.hub.trunk import enrolment_of
from ala_desktop.sync import chain, envelope, messages, rights, signing
from ala_desktop.sync.messages import COMPARE, OFFER, PULL, RECALL, Common, Compare, ErrorReply, Offer
from ala_desktop.sync.notices import Revocation, card_text, seal_notice
from ala_desktop.sync.protocol import MOST_FRAME_BYTES, MOST_MEMBERS, Refused, encode
from tests.factory import FixedClock
from tests.hub_frames import AT, CATALOG, HUB, Pen, creation, line
from tests.unit.hub.restored_house import House, other_signature

COPIED = 4
"""Entries in the copy that the hub was put back from: three enrolments, and a revocation."""


def others_verdict(offer: Offer) -> Offer:
    first = msgspec.structs.replace(offer.entries[0], refused=[Refused(0, "bad_value", "")])
    return msgspec.structs.replace(offer, entries=[first, *offer.entries[1:]])


@dataclass
class Scene:
    """A hub that was put back, serving; and who asks it.

    Attributes:
        house: the log as it was. restored: what is left of it.
        pen, other: PCs of A995. gone: another, shut out. late: another, enrolled after the copy. foreign: a PC of C816.
    """

    house: House
    restored: House
    port: int
    pen: Pen = field(default_factory=Pen)
    other: Pen = field(default_factory=lambda: Pen(name="PC 2"))
    gone: Pen = field(default_factory=lambda: Pen(name="PC 3"))
    late: Pen = field(default_factory=lambda: Pen(name="PC 4", device=LATE))
    foreign: Pen = field(default_factory=lambda: Pen(tenant="C816"))

    def prepare(self) -> None:
        for pen in (self.pen, self.other, self.gone):
            self.house.enrol(pen)
        self.house.say(lambda trunk: trunk.say(Revocation(AT, self.gone.device, 1)))
        self.house.save(self.pen)
        self.house.enrol(self.late)
        self.house.save(self.other)
        self.restored = self.house.restored(self.restored.store, COPIED)
        self.foreign.enrol(self.restored.store)

    def image(self) -> bytes:
        """Of everything that the hub keeps."""
        assert isinstance(self.restored.store, SqliteStore)
        free = self.restored.store._free  # pyright: ignore[reportPrivateUsage]
        connection = free.get()
        try:
            return blake2b(connection.serialize()).digest()
        finally:
            free.put(connection)

    def ask(
        self, pen: Pen, method: str, target: str, body: bytes = b"", *, card: str = "", times: int = 1, **changed: str
    ) -> str:
        """The last answer to a question that is sent so many times, byte for byte: 200, or the code of the error."""
        told = signing.Request(
            HUB.hub, method, target, changed.get("device", pen.device), secrets.token_hex(16), signing.body_hash(body)
        )
        heads = {
            signing.DEVICE: told.device, signing.NONCE: told.nonce, signing.BODY: told.body,
            signing.SIGNATURE: signing.sign_request(told, pen.key),
        }  # fmt: skip
        outcome = ""
        for _ in range(times):
            wire = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
            try:
                wire.request(method, target, body, heads | ({signing.CARD: card} if card else {}))
                answer = wire.getresponse()
                content = answer.read()
            finally:
                wire.close()
            signature = answer.headers[signing.SIGNATURE]
            assert signing.reply_is_signed(told.nonce, answer.status, content, signature, HUB.public)
            outcome = "200" if answer.status == 200 else messages.decode(content, ErrorReply).error
        return outcome

    def certificate(self, pen: Pen, identity: Identity = HUB, hub: str = HUB.hub) -> str:
        """As the hub seals it, or as somebody with another key does."""
        return card_text(seal_notice(enrolment_of(pen.row(4)), "A995", hub, identity.key))

    def give(self, *frames: bytes) -> None:
        """What the hub awaits, before somebody offers it."""
        names = [envelope.split(sealed).hash for sealed in frames]
        with self.restored.store.locked("A995") as tenancy:
            tenancy.expect(names, AT[:10])
            assert all(tenancy.put_offered(name, sealed) for name, sealed in zip(names, frames, strict=True))

    def lost(self) -> list[bytes]:
        """The frames that the copy lacks."""
        return [item.sealed for item in self.house.log[COPIED:] if item.sealed]

    def give_lost(self, at: int, spoil: Callable[[bytes], bytes]) -> None:
        """All of them, one spoilt."""
        frames = self.lost()
        frames[at] = spoil(frames[at])
        self.give(*frames)

    def enrol_namesake(self) -> None:
        """Somebody else was enrolled under the late PC's id since."""
        self.restored.enrol(Pen(device=self.late.device, name="PC 4"))


class Serving:
    """A server on the loopback, for whatever hub is put into it.

    Attributes:
        port: where it listens. hub: which hub it serves.
    """

    port: int
    hub: Hub

    async def asgi(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.hub.asgi(scope, receive, send)


@pytest.fixture(scope="module")
def serving() -> Iterator[Serving]:
    made, ready = Serving(), threading.Event()
    with _listening("127.0.0.1", 0) as listening:
        made.port = listening.getsockname()[1]
        server = _Server(made, "", lambda url: ready.set())  # pyright: ignore[reportArgumentType] - all it asks is asgi
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        assert ready.wait(10)
        yield made
        server.should_exit = True
        thread.join(10)


@pytest.fixture
def scene(serving: Serving) -> Iterator[Scene]:
    made = Scene(House(SqliteStore(None)), House(SqliteStore(None)), serving.port)
    made.prepare()
    store = made.restored.store
    serving.hub = Hub(store, CATALOG, HUB, Enrolment(store, HUB, FixedClock()))
    yield made
    store.close()
    made.house.store.close()


def places(scene: Scene) -> bytes:
    return encode(Compare(scene.house.places()[-3:]))


def offered(scene: Scene, spoil: Callable[[Offer], Offer] = lambda offer: offer, after: int = COPIED) -> bytes:
    return encode(spoil(scene.house.offer(after)))


def other_content(sealed: bytes) -> bytes:
    """A payload of another secret, as long and of as many lines."""
    frame = envelope.split(sealed)
    content = envelope.payload_of(frame)
    joined = envelope.Payload("0" * 64, content.lines).joined()
    packed = envelope.seal(frame.header, joined, HUB.key)
    return sealed[: len(sealed) - len(frame.payload)] + envelope.split(packed).payload


class Case(NamedTuple):
    """A hostile question, its answer; and a guard: without it the answer is another one.

    Attributes:
        before: what is done at the hub first.
        guard: removes it, given `setattr` of monkeypatch; None where it is part of the message's shape.
        without: the answer then.
    """

    ask: Callable[[Scene], str]
    code: str
    guard: Callable[[Callable[..., None]], None] | None = None
    without: str = "200"
    before: Callable[[Scene], object] = lambda scene: None


def put_own(scene: Scene) -> str:
    sealed = scene.pen.frame(line(creation()), advance=False)
    return scene.ask(scene.pen, PUT, f"{OFFER}/{envelope.split(sealed).hash}", sealed)


def true(*args: object) -> bool:
    return True


def nothing(*args: object) -> None:
    return None


def whoever(at: Callable[..., None]) -> None:
    """Nobody is shut out."""
    honest = SqliteStore.device

    def device(self: SqliteStore, name: str) -> Any:
        found = honest(self, name)
        return found and found._replace(revoked=False)

    at(SqliteStore, "device", device)


def by_card_everywhere(at: Callable[..., None]) -> None:
    honest = Asking.device
    at(Asking, "device", lambda self, *args, **ways: honest(self, *args, **{**ways, "by_card": True}))


def anybodys_card(at: Callable[..., None]) -> None:
    honest = cards.certificate_in
    at(asking, "certificate_in", lambda text, device, identity: honest(text, LATE, identity))


def kept_unawaited(at: Callable[..., None]) -> None:
    honest = SqliteTenancy.put_offered

    def put(self: SqliteTenancy, name: str, sealed: bytes) -> bool:
        self.expect([name], AT[:10])
        return honest(self, name, sealed)

    at(SqliteTenancy, "put_offered", put)


LATE = "1a7e" * 8
THIEF = Pen(name="PC 9")
THIEF_HUB = Identity(Ed25519PrivateKey.generate())
FRAME = MOST_FRAME_BYTES + 1
POST, PUT = "POST", "PUT"
A995, AMBITO = "?tenant=A995", "?tenant=AMBITO"


def without_signatures(at: Callable[..., None]) -> None:
    at(envelope, "verify", nothing)


def readable_by_all(at: Callable[..., None]) -> None:
    at(rights, "may_read", true)


def for_ever_fresh(at: Callable[..., None]) -> None:
    at(Nonces, "use", true)


CASES: dict[str, Case] = {
    # compare
    "compare_another_comunes_log": Case(
        lambda s: s.ask(s.foreign, POST, COMPARE + A995, places(s)), "foreign_tenant", readable_by_all
    ),
    "compare_when_shut_out": Case(lambda s: s.ask(s.gone, POST, COMPARE, places(s)), "revoked", whoever),
    "compare_replayed": Case(
        lambda s: s.ask(s.pen, POST, COMPARE, places(s), times=2), "repeated_nonce", for_ever_fresh
    ),
    "compare_too_many_places": Case(
        lambda s: s.ask(s.pen, POST, COMPARE, encode(Compare([(0, chain.START)] * 65))), "bad_request"
    ),
    "compare_negative_places": Case(
        lambda s: s.ask(s.pen, POST, COMPARE, encode(Compare([(-1, chain.START)]))), "bad_request"
    ),
    # a certificate opens these paths alone, to its device alone
    "card_of_a_thief": Case(
        lambda s: s.ask(Pen(device=LATE), POST, COMPARE, places(s), card=s.certificate(s.late)),
        "bad_signature",
        lambda at: at(signing, "request_is_signed", true),
    ),
    "card_of_another_device": Case(
        lambda s: s.ask(s.late, POST, COMPARE, places(s), card=s.certificate(s.late), device="d" * 32),
        "unknown_device",
        anybodys_card,
    ),
    "card_forged": Case(
        lambda s: s.ask(THIEF, POST, COMPARE, places(s), card=s.certificate(THIEF, THIEF_HUB)),
        "unknown_device",
        without_signatures,
    ),
    "card_of_another_hub": Case(
        lambda s: s.ask(THIEF, POST, COMPARE, places(s), card=s.certificate(THIEF, THIEF_HUB, THIEF_HUB.hub)),
        "unknown_device",
    ),
    "card_for_a_pull": Case(
        lambda s: s.ask(s.late, "GET", f"{PULL}?after=0&chain={chain.START}&epoch=1", card=s.certificate(s.late)),
        "unknown_device",
        by_card_everywhere,
    ),
    "card_when_shut_out": Case(
        lambda s: s.ask(s.gone, POST, OFFER, offered(s), card=s.certificate(s.gone)), "revoked", whoever
    ),
    # offer
    "offer_another_comunes_log": Case(
        lambda s: s.ask(s.foreign, POST, OFFER + A995, offered(s)), "foreign_tenant", readable_by_all
    ),
    "offer_to_another_log": Case(
        lambda s: s.ask(s.pen, POST, OFFER + AMBITO, offered(s, after=0)),
        "bad_signature",
        lambda at: at(signing, "place_is_signed", true),
    ),
    "offer_with_other_verdicts": Case(
        lambda s: s.ask(s.pen, POST, OFFER, offered(s, others_verdict)),
        "bad_request",
        lambda at: at(Recovery, "_refuse_unsigned", nothing),
    ),
    "offer_that_begins_nowhere": Case(
        lambda s: s.ask(s.pen, POST, OFFER, offered(s, after=COPIED + 1)),
        "unknown_position",
        lambda at: at(Recovery, "_is_done", lambda self, here, offer: False),
    ),
    "offer_of_nothing": Case(
        lambda s: s.ask(s.pen, POST, OFFER, offered(s, lambda o: msgspec.structs.replace(o, entries=[]))), "bad_request"
    ),
    "offer_too_large": Case(
        lambda s: s.ask(s.pen, POST, OFFER, b" " * (messages.MOST_OFFER_BYTES + 1)),
        "too_large",
        lambda at: at(app, "MOST_OFFER_BYTES", FRAME + 1),
        "bad_request",
    ),
    "offer_of_too_many_members": Case(
        lambda s: s.ask(s.pen, POST, OFFER, b"[" + b"," * (MOST_MEMBERS + 1)),
        "too_large",
        lambda at: at(app, "MOST_MEMBERS", MOST_MEMBERS + 1),
        "bad_request",
    ),
    "offer_of_a_frame_with_another_signature": Case(
        lambda s: s.ask(s.pen, POST, OFFER, offered(s)),
        "bad_frame",
        without_signatures,
        before=lambda s: s.give_lost(0, other_signature),
    ),
    "offer_of_a_frame_with_another_content": Case(
        lambda s: s.ask(s.pen, POST, OFFER, offered(s)),
        "bad_frame",
        lambda at: at(envelope, "open_lines", nothing),
        before=lambda s: s.give_lost(0, other_content),
    ),
    "offer_of_a_device_with_other_keys": Case(
        lambda s: s.ask(s.pen, POST, OFFER, encode(s.house.offer(COPIED, COPIED + 2))),
        "other_keys",
        lambda at: at(recovery, "_refuse_others", nothing),
        before=lambda s: (s.give(*s.lost()[:2]), s.enrol_namesake()),
    ),
    # the frames that an offer lacks
    "put_for_another_comune": Case(
        lambda s: s.ask(s.foreign, PUT, f"{OFFER}/{s.house.log[-1].entry.header_hash}{A995}", s.lost()[-1]),
        "foreign_tenant",
        readable_by_all,
        before=lambda s: s.give(s.lost()[-1]),
    ),
    "put_unasked": Case(
        lambda s: s.ask(s.pen, PUT, f"{OFFER}/{s.house.log[-1].entry.header_hash}", s.lost()[-1]),
        "bad_request",
        kept_unawaited,
    ),
    "put_under_another_name": Case(
        lambda s: s.ask(s.pen, PUT, f"{OFFER}/{s.house.log[-1].entry.header_hash}", s.lost()[0]),
        "bad_frame",
        before=lambda s: s.give(s.lost()[-1]),
    ),
    "put_an_own_frame_under_its_own_name": Case(
        put_own, "bad_request", kept_unawaited
    ),
    "put_too_large": Case(
        lambda s: s.ask(s.pen, PUT, f"{OFFER}/{'a' * 64}", bytes(FRAME)),
        "too_large",
        lambda at: at(app, "MOST_FRAME_BYTES", FRAME),
        "bad_frame",
    ),
    # recall
    "recall_forged": Case(
        lambda s: s.ask(THIEF, POST, RECALL, card=s.certificate(THIEF, THIEF_HUB)),
        "unknown_device",
        without_signatures,
    ),
    "recall_by_a_revocation": Case(
        lambda s: s.ask(
            s.late, POST, RECALL, card=card_text(seal_notice(Revocation(AT, LATE, 0), "A995", HUB.hub, HUB.key))
        ),
        "unknown_device",
    ),
    "recall_of_one_that_is_shut_out": Case(
        lambda s: s.ask(s.gone, POST, RECALL, card=s.certificate(s.gone)), "revoked", whoever
    ),
    "recall_with_anothers_card": Case(
        lambda s: s.ask(s.pen, POST, RECALL, card=s.certificate(s.late)),
        "unknown_device",
        lambda at: at(app, "certificate_in", lambda text, device, hub: cards.certificate_in(text, LATE, hub)),
    ),
    "recall_with_a_card_without_end": Case(
        lambda s: s.ask(s.late, POST, RECALL, card="A" * 8_000), "unknown_device"
    ),
    "recall_without_a_card": Case(lambda s: s.ask(s.late, POST, RECALL), "unknown_device"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_it_is_declined_and_leaves_nothing_behind(scene: Scene, case: Case):
    case.before(scene)
    before, end = scene.image(), scene.restored.end

    assert case.ask(scene) == case.code

    assert scene.restored.end == end
    if case.code != "bad_frame":  # such a frame is forgotten, so that whoever has it whole may give it back
        assert scene.image() == before


GUARDED = {name: case for name, case in CASES.items() if case.guard}


@pytest.mark.parametrize("case", GUARDED.values(), ids=GUARDED)
def test_without_its_guard_it_would_not_be(scene: Scene, case: Case, monkeypatch: pytest.MonkeyPatch):
    case.before(scene)
    assert case.guard is not None
    case.guard(monkeypatch.setattr)

    assert case.ask(scene) == case.without


def test_places_beyond_the_end_are_known_to_nobody(scene: Scene):
    beyond = [(seq + 10**9, place) for seq, place in scene.restored.places()]
    assert scene.restored.recovery.compare("A995", scene.restored.places()).trunk == COPIED
    assert scene.restored.recovery.compare("A995", beyond) == Common(-1, -1)


def test_a_card_recalls_once_and_a_repetition_adds_nothing(scene: Scene):
    assert scene.ask(scene.late, POST, RECALL, card=scene.certificate(scene.late)) == "200"
    end = scene.restored.end

    assert scene.ask(scene.late, POST, RECALL, card=scene.certificate(scene.late)) == "200"
    assert scene.ask(scene.late, POST, RECALL, card=scene.certificate(scene.late), times=2) == "repeated_nonce"
    assert scene.restored.end == end
    assert [one.device for one in scene.restored.store.devices("A995")][-1] == scene.late.device
