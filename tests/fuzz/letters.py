"""The fuzzer of letters: what a stick may bring to ALA's hub, and what one may bring back to a PC.

Whoever has the hub's public key can write it a letter, so the contents are tampered with below the encryption too. The
answer is one, or words for a person; and nothing is written that was not asked for by the device itself.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ala_desktop.core.errors import Mendable
from ala_desktop.core.ids import new_id
from ala_desktop.hub.post import Post
from ala_desktop.services.sharing.file_exchange import FileExchange
from ala_desktop.sync import introduction, letters, parcels, part_files, signing
from ala_desktop.sync.capture import Change
from ala_desktop.sync.letters import Answer
from ala_desktop.sync.messages import join_parts, pack_page, split_parts, unpack_page
from ala_desktop.sync.parcels import Address
from ala_desktop.sync.protocol import encode
from ala_desktop.sync.questions import Signed
from ala_desktop.sync.signing import Request
from tests.fuzz.drafting import key_of
from tests.fuzz.trees import spoil
from tests.hub_frames import CATALOG, HUB
from tests.hubs import pc
from tests.local_hub import LocalHub

_METHODS = ("GET", "POST", "HEAD", "get", "", "PROPFIND", "G\x00T", "Ă", "OPTIONS", "DELETE")
_TARGETS = (
    "/v1/pull", "/v1/pull?epoch=1&after=0&chain=" + "0" * 64, "/v1/pull?after=x&after=0&epoch=1&chain=" + "0" * 64,
    "/v1/pull?after=0&after=x&epoch=1&chain=" + "0" * 64, "/v1/pull?epoch=1&epoch=9&after=0&chain=" + "0" * 64,
    "/v1/pull?after=٣&epoch=1&chain=" + "0" * 64, "/v1/pul%6C?epoch=1&after=0&chain=" + "0" * 64,
    "/v1/pull?epoch=1&after=0&chain=%00", "/v1/devices", "/v1/devices?x=" + "y" * 70_000, "/v1/keybox", "/v1/push",
    "//evil/v1/devices", "http://evil/v1/devices", "http://[/v1", "", "*", "/\n", "/v1/\x00", "?", "#", "/\ud7ff",
    "/v1/pull#x?epoch=1", "//", "http://evil:99999/",
)  # fmt: skip
_NONCES = ("", "x", "0" * 32, "A" * 32, "é" * 32, "0" * 31 + "\x00")
_BODIES = (b"", b"{}", b"ALA1", b"\x00" * 9, b"[" * 5_000, b"x" * 70_000)


class Sticks:
    """A hub, a PC that has joined it by file, and a letter of it that was answered and waits to be read.

    Attributes:
        questions: of the letter. answers: of the hub's reply.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.hub = LocalHub()
        self.post = Post(self.hub.store, CATALOG, HUB, new_id, self.hub.enrolment)
        self.pc = pc(folder / "pc", self.hub.connect)
        self.files = FileExchange(self.pc.desk, self.pc.exchange)
        presentation = folder / "presentazione.ala"
        presentation.write_bytes(introduction.of(HUB.public, "A995", "Borghetto Lodigiano"))
        asking = self.files.enrol(presentation, self.hub.invite(), folder / "chiede.ala")
        self.files.read(
            part_files.write(folder / "risposta.ala", self.post.answer(part_files.read(asking.files)).parts)
        )
        for number in range(3):
            record = self.pc.desk.new_id()
            self.pc.desk.save([Change("housing_unit", record, {"code": f"BL{number}", "address": "Via Roma"})])
        self.letter = part_files.read(self.files.write(folder / "lettera.ala").files)
        self.questions = letters.unpack_questions(parcels.unwrap(self.letter, HUB.key))
        self.reply = self.post.answer(self.letter).parts
        self.answers = letters.unpack_answers(parcels.unwrap(self.reply, self._key()))
        with self.pc.desk.reading() as connection:
            self._asked = connection.exec_driver_sql("SELECT * FROM letter_question").all()
        self.image = self._image()

    def _key(self):
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self.pc.desk.me.sign_key)

    def _image(self) -> bytes:
        free = self.hub.store._free  # pyright: ignore[reportPrivateUsage]
        connection = free.get()
        try:
            return connection.serialize()
        finally:
            free.put(connection)

    def wrapped(self, content: bytes, to: Ed25519PublicKey, kind: str, sender: str, reader: str) -> list[bytes]:
        """A parcel around whatever it is given."""
        return parcels.wrap(content, to, Address(new_id(), kind, sender, reader))

    def to_hub(self, content: bytes, sender: str | None = None) -> list[bytes]:
        """A letter around whatever it is given."""
        sender = sender or self.pc.desk.me.device
        return self.wrapped(content, HUB.key.public_key(), parcels.LETTER, sender, HUB.hub)

    def to_pc(self, content: bytes) -> list[bytes]:
        """An answer around whatever it is given."""
        me = self.pc.desk.me
        return self.wrapped(content, self._key().public_key(), parcels.REPLY, HUB.hub, me.device)

    def handed_to_hub(self, parts: list[bytes]) -> str:
        """What the hub makes of a letter; it holds all that this PC has to say already."""
        try:
            answered = self.post.answer(parts)
        except Mendable as problem:
            assert self._image() == self.image, "a letter that was not answered left something behind"
            return problem.title
        assert answered.parts
        assert self._image() == self.image, "a letter that repeats what is known left something behind"
        return "answered"

    def handed_to_pc(self, parts: list[bytes]) -> str:
        """What the PC makes of an answer, to questions that wait anew."""
        run = "INSERT OR REPLACE INTO letter_question VALUES (?, ?, ?, ?, ?, ?)"
        with self.pc.desk.store.writing() as connection:
            connection.exec_driver_sql(run, [tuple(row) for row in self._asked])
        path = self.folder / "stick"
        path.mkdir(exist_ok=True)
        for old in path.iterdir():
            old.unlink()
        files: list[Path] = []
        for number, part in enumerate(parts):
            files.append(path / f"{number}.ala")
            files[-1].write_bytes(part)
        try:
            self.files.read(files)
        except Mendable as problem:
            return problem.title
        return "read"

    def sign(self, question: Signed, device: str | None = None) -> Signed:
        """A question signed by this PC, whatever it asks."""
        request = question.request
        return Signed(request, signing.sign_request(request, self._key()), question.body)

    def close(self) -> None:
        """The store is sound still."""
        assert self.pc.unsound == []
        self.pc.desk.close()


def _parts_changed(chance: Random, parts: list[bytes]) -> list[bytes]:
    at = chance.randrange(len(parts))
    part = bytearray(parts[at])
    for _ in range(chance.choice((1, 1, 5))):
        place = chance.choice((chance.randrange(len(part)), chance.randrange(min(len(part), 400))))
        match chance.randrange(4):
            case 0:
                part[place] ^= 1 << chance.randrange(8)
            case 1:
                del part[place : place + chance.choice((1, 9, 5_000))]
                part = part or bytearray(1)
            case 2:
                part[place:place] = chance.randbytes(chance.choice((1, 50)))
            case _:
                part[place : place + 4] = chance.choice((bytes(4), b"\xff" * 4))
    return [*parts[:at], bytes(part), *parts[at + 1 :]] * chance.choice((1, 1, 2))


def _label_spoilt(chance: Random, parts: list[bytes]) -> list[bytes]:
    part = parts[0]
    end = 8 + int.from_bytes(part[4:8], "big")
    label = spoil(chance, part[8:end])
    return [part[:4] + len(label).to_bytes(4, "big") + label + part[end:], *parts[1:]]


def _content_spoilt(chance: Random, content: bytes) -> bytes:
    parts = split_parts(content)
    at = chance.randrange(0, len(parts), 2)
    match chance.randrange(4):
        case 0:
            parts[at + 1] = chance.choice(_BODIES)
        case 1:
            del parts[at]
        case 2:
            return content[: chance.randrange(len(content))]
        case _:
            parts[at] = spoil(chance, parts[at])
    return join_parts(parts)


def _asked_oddly(chance: Random, sticks: Sticks) -> bytes:
    """Questions that this PC signed and no program of ours asks; none of them may write."""
    found: list[Signed] = []
    device = sticks.pc.desk.me.device
    for _ in range(chance.randint(1, 4)):
        body = chance.choice(_BODIES)
        target, method = chance.choice(_TARGETS), chance.choice(_METHODS)
        nonce = chance.choice((*_NONCES, *(f"{chance.getrandbits(128):032x}",) * 6))
        hashed = chance.choice((signing.body_hash(body), signing.body_hash(body), "", "é"))
        signed = sticks.sign(Signed(Request(HUB.hub, method, target, device, nonce, hashed), "", body))
        found.append(signed._replace(signature=chance.choice((signed.signature, signed.signature, "", "zz", "é\n"))))
    return letters.pack_questions(found)


def _strangers(chance: Random, sticks: Sticks) -> list[bytes]:
    """A letter of a PC that nobody knows, with or without a request to join, perhaps with a key that is none."""
    key = chance.choice(("00" * 32, "01" + "00" * 31, "ff" * 32, "zz", "", "ec" + "ff" * 30 + "7f",
                         key_of("x").public_key().public_bytes_raw().hex(), "02" + "00" * 31))  # fmt: skip
    device = chance.choice((f"{chance.getrandbits(128):032x}", "", "\x00", "é" * 9))
    body = encode({"code": "AAAA-BBBB-CCCC", "tenant": "A995", "device": device, "device_name": "", "sign_key": key,
                   "box_key": key})  # fmt: skip
    body = spoil(chance, body) if chance.random() < 0.3 else body
    request = Request("", "POST", "/v1/enrol", device, f"{chance.getrandbits(128):032x}", signing.body_hash(body))
    question = Signed(request, signing.sign_request(request, key_of("x")), body)
    return sticks.to_hub(letters.pack_questions([question] * chance.choice((0, 1, 1, 2))), device)


def _lies(chance: Random, sticks: Sticks) -> bytes:
    """Answers that the hub signed and should not have given."""
    told = list(sticks.answers)
    at = chance.randrange(len(told))
    answer = told[at]
    body, status, page = answer.body, answer.status, answer.page
    match chance.randrange(6):
        case 0 | 1 if body[:1] in (b"{", b"["):
            body = spoil(chance, body)
        case 2:
            body, status = encode({"error": chance.choice(("fault", "", "x" * 99, "revoked")), "number": 1,
                                   "detail": "\x00"}), chance.choice((400, 500, 0, -1, 2**40))  # fmt: skip
        case 3:
            page = chance.choice((1, -1, 2**63, 2**70))
        case 4:
            body = chance.choice(_BODIES)
        case _ if body[:1] not in (b"{", b"["):
            shown = unpack_page(body)
            arrived = [one._replace(entry=msgspec.structs.replace(one.entry, count=chance.choice((0, 2, 2**60))))
                       for one in shown.arrived]  # fmt: skip
            body = pack_page(shown._replace(arrived=chance.choice((arrived, shown.arrived * 2, []))))
        case _:
            body = body[:-1]
    signature = signing.sign_reply(letters.nonce_of_page(answer.nonce, page), status, body, HUB.key)
    told[at] = Answer(answer.nonce, page, status, signature, answer.hub_key, body)
    return letters.pack_answers(told)


def case(sticks: Sticks, seed: str, index: int) -> str:
    """Play one case; returns what came of it."""
    chance = Random(f"{seed}:{index}")
    content = letters.pack_questions(sticks.questions)
    answers = letters.pack_answers(sticks.answers)
    ways: tuple[Callable[[], str], ...] = (
        lambda: sticks.handed_to_hub(_parts_changed(chance, sticks.letter)),
        lambda: sticks.handed_to_hub(_label_spoilt(chance, sticks.letter)),
        lambda: sticks.handed_to_hub(sticks.to_hub(_content_spoilt(chance, content))),
        lambda: sticks.handed_to_hub(sticks.to_hub(_asked_oddly(chance, sticks))),
        lambda: sticks.handed_to_hub(_strangers(chance, sticks)),
        lambda: sticks.handed_to_hub(sticks.to_hub(letters.pack_questions(
            chance.sample(sticks.questions, len(sticks.questions)) * chance.choice((1, 2))))),
        lambda: sticks.handed_to_pc(_parts_changed(chance, sticks.reply)),
        lambda: sticks.handed_to_pc(_label_spoilt(chance, sticks.reply)),
        lambda: sticks.handed_to_pc(sticks.to_pc(_content_spoilt(chance, answers))),
        lambda: sticks.handed_to_pc(sticks.to_pc(_lies(chance, sticks))),
        lambda: sticks.handed_to_pc(sticks.to_pc(_lies(chance, sticks))),
    )  # fmt: skip
    return chance.choice(ways)()


def play(seed: str, indexes: range) -> Counter[str]:
    """Play cases; returns how often each outcome came.

    Raises:
        AssertionError: with the command that plays the case again.
    """
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="ala-fuzz-") as folder:
        sticks = Sticks(Path(folder))
        try:
            for index in indexes:
                try:
                    counts[case(sticks, seed, index)] += 1
                except Exception as problem:
                    replay = f"python -m tests.fuzz letters {seed} {index} only"
                    raise AssertionError(f"case {index}: replay with {replay}") from problem
        finally:
            sticks.close()
    return counts
