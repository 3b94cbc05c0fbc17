"""Letters of devices that come as files: each question is answered as if it had come over the network.

The same application answers, so the same checks hold. What is more: an answer to `pull` goes on to the end of the log,
since nobody can ask for the next page.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

import anyio
import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ala_desktop.core.errors import Mendable
from ala_desktop.core.ids import NewId
from ala_desktop.fields.spec import Catalog
from ala_desktop.hub.app import Hub
from ala_desktop.hub.devices import Enrolment
from ala_desktop.hub.identity import Identity
from ala_desktop.hub.store import Store
from ala_desktop.sync import chain, parcels, part_files, signing
from ala_desktop.sync.letters import (
    MOST_LETTER_BYTES,
    Answer,
    nonce_of_page,
    pack_answers,
    unpack_questions,
)
from ala_desktop.sync.messages import (
    ENROL,
    MOST_ANSWER_BYTES,
    PULL,
    PUSH,
    EnrolRequest,
    ErrorReply,
    decode,
    pack_page,
    unpack_page,
)
from ala_desktop.sync.parcels import MOST_PART_BYTES, Address, Label, Missing
from ala_desktop.sync.protocol import Malformed, Position
from ala_desktop.sync.questions import Signed


class Answered(NamedTuple):
    """A letter that was answered.

    Attributes:
        parts: of the answer.
        device: who wrote the letter. frames: how many of its frames were taken, now or before.
        declined: codes of the questions that were not.
    """

    parts: list[bytes]
    device: str
    frames: int
    declined: list[str]


class Post:
    """Answers letters, one at a time."""

    def __init__(self, store: Store, catalog: Catalog, identity: Identity, new_id: NewId, enrolment: Enrolment) -> None:
        self._store = store
        self._identity = identity
        self._new_id = new_id
        self._catalog = catalog
        self._enrolment = enrolment

    def answer(self, parts: Sequence[bytes], most: int = MOST_PART_BYTES) -> Answered:
        """Answer a letter; only its sender can open the answer.

        Reading a letter twice does no more than reading it once, and gives an answer again.

        Raises:
            Mendable: parts are missing, it is for another hub, damaged, or from a device that nobody knows.
        """
        label, questions = self._read(parts)
        answers = anyio.run(self._ask_all, questions)
        reader = self._reader(label.sender, questions)
        address = Address(self._new_id(), parcels.REPLY, self._identity.hub, label.sender)
        parts = parcels.wrap(pack_answers(answers), reader, address, most)
        pushed = {question.request.nonce for question in questions if question.request.target == PUSH}
        frames = sum(answer.nonce in pushed and answer.status == 200 for answer in answers)
        declined = [decode(answer.body, ErrorReply).error for answer in answers if answer.status != 200]
        return Answered(parts, label.sender, frames, declined)

    def _read(self, parts: Sequence[bytes]) -> tuple[Label, list[Signed]]:
        try:
            label = parcels.label_of(parts[0])
            if label.kind != parcels.LETTER or label.to != self._identity.hub:
                raise Mendable(
                    "Il file non è per questa centrale",
                    "È la risposta a un comune, oppure è stato preparato per un'altra centrale.",
                    "Controllare quale file è stato consegnato.",
                )
            questions = unpack_questions(parcels.unwrap(parts, self._identity.key))
        except Missing as problem:
            raise part_files.missing(problem) from problem
        except Malformed as problem:
            raise Mendable(
                "Il file non si può leggere", f"{problem}.", "Chiedere al comune di prepararlo di nuovo."
            ) from problem
        if any(question.request.device != label.sender for question in questions):
            raise Mendable(
                "Il file non si può leggere",
                "Contiene richieste di più PC.",
                "Chiedere al comune di prepararlo di nuovo.",
            )
        return label, questions

    async def _ask_all(self, questions: list[Signed]) -> list[Answer]:
        # A hub of its own for each letter: which nonces were used is forgotten with it, so a letter may be read again.
        hub = Hub(self._store, self._catalog, self._identity, self._enrolment)
        transport = httpx.ASGITransport(hub.asgi)
        answers: list[Answer] = []
        room = MOST_LETTER_BYTES - MOST_ANSWER_BYTES
        async with httpx.AsyncClient(transport=transport, base_url="http://centrale") as client:
            for question in questions:
                answers.append(await _ask(client, question))
                if urlsplit(question.request.target).path == PULL and answers[-1].status == 200:
                    answers += self._pages_after(question, answers[-1], room - sum(len(one.body) for one in answers))
        return answers

    def _pages_after(self, question: Signed, first: Answer, room: int) -> list[Answer]:
        """The pages that follow the first one, to the end of the log or as many as there is room for."""
        device = self._store.device(question.request.device)
        if device is None:
            return []
        page, position = unpack_page(first.body), _asked_from(question)
        found: list[Answer] = []
        while page.arrived and room > 0:
            position = chain.position_after(position, page.arrived)
            following = self._store.page(device.tenant, position, device.device)
            if following is None or not following.arrived:
                break
            page, body = following, pack_page(following)
            number = len(found) + 1
            nonce = nonce_of_page(first.nonce, number)
            signature = signing.sign_reply(nonce, 200, body, self._identity.key)
            found.append(Answer(first.nonce, number, 200, signature, "", body))
            room -= len(body)
        return found

    def _reader(self, device: str, questions: list[Signed]) -> Ed25519PublicKey:
        """The key of the device; one that could not enrol gets its answer too."""
        known = self._store.device(device)
        if known is not None:
            return Ed25519PublicKey.from_public_bytes(known.sign_key)
        enrolments = [question.body for question in questions if question.request.target == ENROL]
        with suppress(ValueError, IndexError):
            asked = decode(enrolments[0], EnrolRequest)
            return Ed25519PublicKey.from_public_bytes(bytes.fromhex(asked.sign_key))
        raise Mendable(
            "Il PC che ha preparato il file non è conosciuto",
            "Non risulta collegato a questa centrale, e il file non contiene una richiesta di collegamento.",
            "Verificare con il comune da quale PC viene il file.",
        )


async def _ask(client: httpx.AsyncClient, question: Signed) -> Answer:
    request = question.request
    reply = await client.request(request.method, request.target, content=question.body, headers=question.headers)
    heads = reply.headers
    return Answer(
        request.nonce, 0, reply.status_code, heads.get(signing.SIGNATURE, ""), heads.get(signing.HUB_KEY, ""),
        reply.content,
    )  # fmt: skip


def _asked_from(question: Signed) -> Position:
    """The position in a question that was answered: well-formed."""
    asked = parse_qs(urlsplit(question.request.target).query)
    return Position(int(asked["epoch"][0]), int(asked["after"][0]), asked["chain"][0])
