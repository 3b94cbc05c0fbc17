"""The exchange with ALA by file, for a comune without a network: a letter to the hub on a stick or by mail, and back.

The letter holds what waits, signed, and the question for what is new; only the hub can open it. The answer holds what
came back and what others wrote; only this PC can open it. Both may be lost, repeated and mixed with exchanges over the
network: the log is the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ala_desktop.core.errors import Mendable
from ala_desktop.core.tenants import AMBITO
from ala_desktop.services.desk import Desk
from ala_desktop.services.sharing import joining
from ala_desktop.services.sharing.exchange import Exchange, Progress, Report, Stop, key_parcel, report_of
from ala_desktop.services.sharing.other_logs import Exchanged, OtherLogs
from ala_desktop.services.sharing.sheets import Sheets
from ala_desktop.services.sittings.numbering import Numbering
from ala_desktop.sync import (
    chain,
    checkup,
    complaints,
    introduction,
    letters,
    mailbox,
    outbox,
    parcels,
    part_files,
    peers,
    questions,
    sheet,
    sheet_book,
    signing,
)
from ala_desktop.sync.declined import Declined
from ala_desktop.sync.engine import Engine, Outcome
from ala_desktop.sync.letters import Answer
from ala_desktop.sync.mailbox import Waiting
from ala_desktop.sync.messages import Page
from ala_desktop.sync.parcels import MOST_PART_BYTES, Address, Missing
from ala_desktop.sync.protocol import Malformed, Position
from ala_desktop.sync.questions import Question, Signed
from ala_desktop.sync.replica import Me
from ala_desktop.sync.transport import Contact
from ala_desktop.sync.transport_file import FileTransport

_MOST_FRAMES_BYTES = letters.MOST_LETTER_BYTES - 10_000_000
"""Frames that one letter carries; the others follow with the next one."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter that was written.

    Attributes:
        files: its parts. transactions: saves that it carries. left: saves that wait for the next one.
    """

    files: list[Path]
    transactions: int
    left: int


class FileExchange:
    """Exchanges of one desk by file."""

    def __init__(self, desk: Desk, exchange: Exchange) -> None:
        self._desk = desk
        self._exchange = exchange

    def enrol(self, presentation: Path, code: str, target: Path, device_name: str = "") -> Letter:
        """Ask to join the hub that ALA's file introduces, with a one-time code; the answer is read with `read`.

        Raises:
            Mendable: joined already, the file is none of ALA's or for another comune, or the letter cannot be written.
        """
        me = self._desk.me
        request = joining.request(me, code, device_name)
        try:
            hub = introduction.read(part_files.read_small(presentation))
        except Malformed as problem:
            raise part_files.not_of_an_exchange(presentation, str(problem)) from problem
        if hub.tenant != me.tenant:
            raise complaints.declined(Declined("other_comune", hub.tenant))
        key = bytes.fromhex(hub.hub_key)
        contact = Contact("", "", key, me.device, me.sign_key)
        signed = questions.sign(questions.enrol(request), contact)
        return self._send(me, signing.hub_id(key), key, [signed], target, MOST_PART_BYTES)

    def write(self, target: Path, most: int = MOST_PART_BYTES) -> Letter:
        """Write a letter with everything that waits and with the question for what is new.

        Args:
            target: its file; several parts stand beside it.
            most: bytes of a part.

        Raises:
            Mendable: this PC has not joined, or the file cannot be written.
        """
        with self._exchange.alone():
            Numbering(self._desk).hand_over()
            me = self._desk.me
            if me.hub is None or me.hub_key is None:
                raise Mendable(
                    "Questo PC non è ancora collegato alla centrale",
                    "Per lo scambio per file serve prima la presentazione della centrale, che ALA consegna al comune.",
                    "Chiedere ad ALA la presentazione e il codice di collegamento.",
                )
            contact = Contact("", me.hub, me.hub_key, me.device, me.sign_key)
            asked, transactions = self._asked(me, contact)
            letter = self._send(me, me.hub, me.hub_key, asked, target, most)
            with self._desk.reading() as connection:
                left = outbox.waiting(connection) - transactions
            return Letter(letter.files, transactions, left)

    def _asked(self, me: Me, contact: Contact) -> tuple[list[Signed], int]:
        """What the letter asks: first to take what waits, then who is there, then what is new."""
        with self._desk.store.writing() as connection:
            while outbox.seal_next(connection, self._desk.catalog, self._desk.new_id):
                pass
            frames = outbox.in_flight(connection)
            others = [peer for peer in peers.known(connection) if peer.confirmed and not peer.revoked]
        asked: list[Signed] = []
        transactions = size = 0
        for frame in frames:
            size += len(frame.sealed)
            if size > _MOST_FRAMES_BYTES:
                break
            asked.append(questions.sign(questions.push(frame.sealed), contact))
            transactions += frame.transactions
        if me.comune_key_final and not me.hub_url:
            for peer in others:
                asked.append(questions.sign(questions.put_key(peer.device, key_parcel(me, peer)), contact))
        asked += [questions.sign(question, contact) for question in self._of_sheets(me)]
        asked += [
            questions.sign(questions.devices(), contact),
            questions.sign(questions.fetch_key(), contact),
            questions.sign(self._pull(me), contact),
        ]
        if me.tenant != AMBITO:
            asked += self._of_ambito(replace(contact, tenant=AMBITO))
        return asked, transactions

    def _of_sheets(self, me: Me) -> list[Question[Any]]:
        """Without a network every letter leaves the comune's key anew, and shows the sheet that was typed here."""
        with self._desk.reading() as connection:
            own, shown = sheet_book.own(connection), sheet_book.shown(connection)
        found: list[Question[Any]] = []
        if me.comune_key_final and not me.hub_url and own is not None:
            found.append(questions.leave_sheet(sheet_book.sealed(me, own)))
        if shown is not None and not me.comune_key_final:
            found.append(questions.show_sheet(sheet.token_of(shown, me.tenant)))
        return found

    def _of_ambito(self, contact: Contact) -> list[Signed]:
        """What is asked of the ambito's log: who writes it, and what is new."""
        published = self._desk.others.published()
        position = published.me.position if published else Position(1, 0, chain.START)
        return [questions.sign(questions.devices(), contact), questions.sign(questions.pull(position), contact)]

    def _pull(self, me: Me) -> Question[Page]:
        """The question for what is new; for the whole log, where what is kept of it here may be damaged.

        A store of which there are copies asks for what they sent too.
        """
        with self._desk.reading() as connection:
            known = checkup.state(connection)
        if known.faults:
            return questions.pull_whole(Position(me.epoch, 0, chain.START))
        if me.copied is not None:
            return questions.pull_whole(me.position)
        return questions.pull(me.position, known.told)

    def _send(self, me: Me, hub: str, hub_key: bytes, asked: list[Signed], target: Path, most: int) -> Letter:
        address = Address(self._desk.new_id(), parcels.LETTER, me.device, hub)
        parts = parcels.wrap(letters.pack_questions(asked), Ed25519PublicKey.from_public_bytes(hub_key), address, most)
        with self._desk.store.writing() as connection:
            mailbox.note(connection, address.parcel, asked, hub_key, self._desk.clock.now())
        return Letter(part_files.write(target, parts), 0, 0)

    def read(self, files: Sequence[Path], progress: Progress | None = None, stop: Stop | None = None) -> Report:
        """Take in an answer of the hub. Taking it in twice does no more than once.

        Raises:
            Mendable: parts are missing, it is for another PC, damaged, answers nothing that waits, or leaves a gap.
        """
        with self._exchange.alone():
            me = self._desk.me
            content = self._opened(me, files)
            with self._desk.reading() as connection:
                asked = mailbox.waiting(connection)
            answers: list[Answer] = []
            try:
                answers = letters.unpack_answers(content)
                transport = FileTransport(answers, asked)
                enrolled = transport.enrolled
            except Malformed as problem:
                raise part_files.not_of_an_exchange(files[0], str(problem)) from problem
            except Declined as problem:
                with self._desk.store.writing() as connection:
                    mailbox.answered(connection, {answer.nonce for answer in answers})
                raise complaints.declined(problem) from problem
            if enrolled is not None and me.hub is None:
                joining.accept(self._desk, enrolled, None)
            others, nonces = self._read_ambito(answers, asked)
            engine = Engine(self._desk, transport, progress, stop)
            outcome = engine.receive() if transport.holds_log else Outcome()
            if not outcome.stopped:
                with self._desk.store.writing() as connection:
                    mailbox.answered(connection, transport.nonces | nonces)
            if transport.refusal is not None:
                raise complaints.declined(transport.refusal) from transport.refusal
            if transport.answers_sheet:
                Sheets(self._desk).answered(transport)
            if self._desk.holds_series and not outcome.stopped:
                Numbering(self._desk).settle()
            return report_of(self._desk, outcome, others)

    def _read_ambito(
        self, answers: list[Answer], asked: Mapping[str, Waiting]
    ) -> tuple[dict[str, Exchanged], set[str]]:
        """Take in what the answer brings of the ambito's log; returns how that went, and the questions answered."""
        ours = {answer.nonce for answer in answers if answer.nonce in asked and asked[answer.nonce].tenant == AMBITO}
        if not ours:
            return {}, set()
        try:
            transport = FileTransport(answers, asked, AMBITO)
        except Declined as problem:
            with self._desk.store.writing() as connection:
                mailbox.answered(connection, ours)
            raise complaints.declined(problem) from problem
        except Malformed as problem:
            raise complaints.inconsistent(str(problem)) from problem
        logs = OtherLogs(self._desk, lambda contact: transport, Contact("", "", b"", "", b""), sending=False)
        if transport.brings:
            logs.exchange(AMBITO)
        return logs.exchanged, transport.nonces

    def _opened(self, me: Me, files: Sequence[Path]) -> bytes:
        parts = part_files.read(files)
        label = parcels.label_of(parts[0])
        if label.kind != parcels.REPLY or label.to != me.device:
            raise complaints.unasked()
        try:
            return parcels.unwrap(parts, Ed25519PrivateKey.from_private_bytes(me.sign_key))
        except Missing as problem:
            raise part_files.missing(problem) from problem
        except Malformed as problem:
            raise part_files.not_of_an_exchange(files[0], str(problem)) from problem
