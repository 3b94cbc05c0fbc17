"""Letters of devices that come as files: each question is answered as if it had come over the network.

The same application answers, so the same checks hold. What is more: an answer to `pull` goes on to the end of the log,
since nobody can ask for the next page.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

import anyio
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from starlette.datastructures import QueryParams

from ala_desktop.core.clock import Clock
from ala_desktop.core.errors import Mendable
from ala_desktop.core.ids import NewId
from ala_desktop.fields.spec import Catalog
from ala_desktop.hub import rights
from ala_desktop.hub.app import Hub, asked_position, with_signed_place, without_bytes
from ala_desktop.hub.devices import Enrolment
from ala_desktop.hub.identity import Identity
from ala_desktop.hub.inner_line import ask
from ala_desktop.hub.intake import Intake
from ala_desktop.hub.revoking import Quarantine
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
from ala_desktop.sync.protocol import Malformed
from ala_desktop.sync.questions import Signed


class Answered(NamedTuple):
    """A letter that was answered.

    Attributes:
        parts: of the answer.
        device: who wrote the letter. frames: how many of its frames were taken, now or before.
        declined: codes of the questions that were not.
        held: how many frames wait for a person's judgement, because the device is revoked.
    """

    parts: list[bytes]
    device: str
    frames: int
    declined: list[str]
    held: int


class Post:
    """Answers letters, one at a time."""

    def __init__(
        self,
        store: Store,
        catalog: Catalog,
        identity: Identity,
        new_id: NewId,
        enrolment: Enrolment,
        clock: Clock | None = None,
    ) -> None:
        self._quarantine = Quarantine(store, Intake(store, catalog, identity.hub), clock or Clock())
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
        pushed = {question.request.nonce for question in questions if _path(question) == PUSH}
        frames = sum(answer.nonce in pushed and answer.status == 200 for answer in answers)
        declined = [_code(answer) for answer in answers if answer.status != 200]
        return Answered(parts, label.sender, frames, declined, self._held(questions, answers))

    def _held(self, questions: list[Signed], answers: list[Answer]) -> int:
        """Keep the frames of a revoked device aside; returns how many of the letter's wait now."""
        refused = {answer.nonce for answer in answers if answer.status != 200 and _code(answer) == "revoked"}
        held = 0
        for question in questions:
            device = self._store.device(question.request.device)
            if _path(question) == PUSH and question.request.nonce in refused and device is not None:
                held += self._quarantine.keep(device, question.body)
        return held

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
        """The answers, as many as a letter has room for; other questions wait for the next one."""
        # A hub of its own for each letter: which nonces were used is forgotten with it, so a letter may be read again.
        hub = Hub(self._store, self._catalog, self._identity, self._enrolment)
        answers: list[Answer] = []
        room = MOST_LETTER_BYTES - MOST_ANSWER_BYTES
        for question in questions:
            if room <= 0:
                break
            told = [await ask(hub.asgi, question)]
            room -= len(told[0].body)
            if _path(question) == PULL and told[0].status == 200:
                told += self._pages_after(question, told[0], room)
                room -= sum(len(one.body) for one in told[1:])
            answers += told
        return answers

    def _pages_after(self, question: Signed, first: Answer, room: int) -> list[Answer]:
        """The pages that follow the first one, to the end of the log or as many as there is room for."""
        device = self._store.device(question.request.device)
        if device is None:
            return []
        page = unpack_page(first.body)
        asked = QueryParams(question.request.target.partition("?")[2])
        tenant = rights.log_asked(device, asked)
        position, without = asked_position(asked), without_bytes(asked, device)
        found: list[Answer] = []
        while page.arrived and room > 0:
            position = chain.position_after(position, page.arrived)
            following = self._store.page(tenant, position, without)
            if following is None or not following.arrived:
                break
            page = following._replace(head=with_signed_place(following.head, tenant, self._identity))
            body = pack_page(page)
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
            key = bytes.fromhex(decode(enrolments[0], EnrolRequest).sign_key)
            parcels.refuse_no_reader(key)
            return Ed25519PublicKey.from_public_bytes(key)
        raise Mendable(
            "Il PC che ha preparato il file non è conosciuto",
            "Non risulta collegato a questa centrale, e il file non contiene una richiesta di collegamento.",
            "Verificare con il comune da quale PC viene il file.",
        )


def _code(answer: Answer) -> str:
    """Why a question was declined."""
    return decode(answer.body, ErrorReply).error


def _path(question: Signed) -> str:
    return question.request.target.partition("?")[0]
