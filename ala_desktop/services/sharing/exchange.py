"""The exchange with ALA, for screens and commands: joining a hub, exchanging, and letting another PC of the comune in.

Which carrier is used is decided by whoever builds this (`transport_factory`); how an exchange goes is in `sync.engine`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ala_desktop.core.errors import Mendable
from ala_desktop.services.desk import Desk
from ala_desktop.services.sharing import joining
from ala_desktop.services.sharing.other_logs import Exchanged, OtherLogs, exchanged
from ala_desktop.services.sharing.sheets import Sheets
from ala_desktop.services.sittings.numbering import Numbering
from ala_desktop.sync import blobs, complaints, keybox, mailbox, peers, replica
from ala_desktop.sync.blob_folder import BlobFolder
from ala_desktop.sync.declined import Declined
from ala_desktop.sync.engine import Advance, Engine, Outcome, Progress, Stop
from ala_desktop.sync.peers import Peer
from ala_desktop.sync.pieces import Stopped
from ala_desktop.sync.replica import Me
from ala_desktop.sync.transport import BlobLine, Contact, Transport

__all__ = ["Advance", "Exchange", "OfficeDevice", "Progress", "Rejected", "Report", "Stop"]

_Answer = TypeVar("_Answer")
_KB = 1_000
"""Bytes of a step of progress."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A save that the hub did not accept: its place in the log, code of the reason, and the reason in Italian."""

    seq: int
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """What an exchange did.

    Attributes:
        sent: saves handed to the hub. acknowledged: those of this PC that came back and took effect.
        rejected: those that came back refused; each waits to be corrected.
        received: saves of other PCs.
        conflicts: values that now wait for a decision.
        epoch, seq: how far this PC has come.
        stopped: whether the clerk stopped it; the rest follows at the next one.
        revoked: names of PCs of the comune that were shut out since.
        healed: how many things of this PC's store were put right from the log (`Soundness.healings` has them).
        attachments: files of attachments that the hub keeps since.
        tenants: by tenant, what the exchange of each log did, where others than the own were exchanged; the numbers
            above are their sum, `epoch` and `seq` the own log's.
        problem: why this log's exchange could not be finished; of a log in `tenants` alone.
        copied: whether it showed now, for the first time, that this store is in use twice or was put back from a copy.
        given_back: saves that a restored hub had lost and has from this PC.
    """

    sent: int
    acknowledged: int
    rejected: list[Rejected]
    received: int
    conflicts: int
    epoch: int
    seq: int
    stopped: bool = False
    revoked: tuple[str, ...] = ()
    healed: int = 0
    tenants: Mapping[str, Report] = field(default_factory=dict[str, "Report"])
    problem: Mendable | None = None
    copied: bool = False
    attachments: int = 0
    given_back: int = 0

    def then(self, later: Report) -> Report:
        """This exchange and a later one of the same log as one."""
        tenants = {**self.tenants, **later.tenants}
        for tenant in self.tenants.keys() & later.tenants.keys():
            tenants[tenant] = self.tenants[tenant].then(later.tenants[tenant])
        return replace(self._plus(later), conflicts=later.conflicts, epoch=later.epoch, seq=later.seq, tenants=tenants)

    def beside(self, others: Mapping[str, Report], tenant: str) -> Report:
        """This exchange of the own log, `tenant`, summed up with those of other logs."""
        if not others:
            return self
        total = self
        for other in others.values():
            total = total._plus(other)
        return replace(total, tenants={tenant: self, **others})

    def _plus(self, other: Report) -> Report:
        return Report(
            self.sent + other.sent, self.acknowledged + other.acknowledged, self.rejected + other.rejected,
            self.received + other.received, self.conflicts + other.conflicts, self.epoch, self.seq,
            self.stopped or other.stopped, self.revoked + other.revoked, self.healed + other.healed,
            problem=other.problem, copied=self.copied or other.copied,
            attachments=self.attachments + other.attachments,
            given_back=self.given_back + other.given_back,
        )  # fmt: skip

    def as_json(self) -> dict[str, Any]:
        """The shape that scripts read (DESIGN 8); what hardly ever happens is in it only when it did."""
        rare: dict[str, Any] = {
            "revoked": list(self.revoked), "healed": self.healed, "copied": self.copied,
            "attachments": self.attachments, "given_back": self.given_back,
        }  # fmt: skip
        rare["tenants"] = {tenant: report.as_json() for tenant, report in self.tenants.items()}
        if self.problem:
            rare["problem"] = {"title": self.problem.title, "cause": self.problem.cause}
        rejected = [{"seq": item.seq, "code": item.code, "reason": item.reason} for item in self.rejected]
        return {
            "sent": self.sent, "acknowledged": self.acknowledged, "rejected": rejected, "received": self.received,
            "conflicts": self.conflicts, "position": {"epoch": self.epoch, "seq": self.seq},
            **{name: value for name, value in rare.items() if value},
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class OfficeDevice:
    """A PC of the comune.

    Attributes:
        device, name, ordinal: its id, its name, which one it is.
        here: whether it is this one.
        fingerprint: digits to compare with those that the *other* PC shows for this one; empty for this PC itself.
        confirmed: whether a person compared them, so that it may read what is kept to the comune.
        revoked: whether it may no longer exchange.
        numbers: whether it numbers the comune's minutes definitively.
    """

    device: str
    name: str
    ordinal: int
    here: bool
    fingerprint: str
    confirmed: bool
    revoked: bool
    numbers: bool = False


def report_of(desk: Desk, outcome: Outcome, others: Mapping[str, Exchanged] | None = None) -> Report:
    """What an exchange did, with what waits for a decision now; `others`: the other logs that were exchanged."""
    own = _report(desk, exchanged(desk, outcome))
    return own.beside({tenant: _report(desk, other) for tenant, other in (others or {}).items()}, desk.tenant)


def _report(desk: Desk, done: Exchanged) -> Report:
    outcome, place = done.outcome, done.position
    rejected = [
        Rejected(seq, code, complaints.refused(desk.catalog, code, detail)) for seq, code, detail in outcome.refused
    ]
    return Report(
        outcome.sent, outcome.acknowledged, rejected, outcome.received, done.conflicts, place.epoch, place.seq,
        outcome.stopped, tuple(outcome.revoked), len(outcome.healed.faults) if outcome.healed else 0,
        problem=done.problem, copied=outcome.copied, given_back=outcome.given_back,
    )  # fmt: skip


class Exchange:
    """Exchanges of one desk with its hub; one at a time."""

    def __init__(self, desk: Desk, transport_factory: Callable[[Contact], Transport]) -> None:
        self._desk = desk
        self._connect = transport_factory
        self._running = threading.Lock()

    def enrol(self, url: str, code: str, device_name: str = "") -> OfficeDevice:
        """Join the hub at `url` with a one-time code; returns this PC as the comune knows it from now on.

        An answer that was lost costs nothing: the same code on the same PC gets it again.

        Raises:
            Mendable: joined already, a wrong code, a code for another comune, a hub that is away.
        """
        me = self._desk.me
        request = joining.request(me, code, device_name)
        with self._line(Contact(url, "", b"", me.device, me.sign_key)) as transport:
            enrolled = _asked(lambda: transport.enrol(request))
        joining.accept(self._desk, enrolled, url.strip())
        return self.devices()[0]

    def move(self, url: str) -> None:
        """Take the same hub at another address from now on: it moved, or a PC joined by file has a network now.

        Nothing is noted before the hub there has answered with the key of the one that this PC joined.

        Raises:
            Mendable: not joined yet, an address that is none, a hub that is away, or another one.
        """
        me = self._desk.me
        if me.hub is None or me.hub_key is None:
            raise _not_joined()
        with self.alone(), self._line(Contact(url.strip(), me.hub, me.hub_key, me.device, me.sign_key)) as transport:
            _asked(transport.devices)
        with self._desk.store.writing() as connection:
            replica.advance(connection, hub_url=url.strip())

    def run(self, progress: Progress | None = None, stop: Stop | None = None) -> Report:
        """Receive, send, and receive what was sent. `progress` and `stop` are called on this thread.

        Raises:
            Mendable: not joined yet, another exchange running, or it could not be finished; nothing is lost then.
        """
        contact = self._contact(self._desk.me)
        others = OtherLogs(self._desk, self._connect, contact, progress, stop)
        with self.alone(), self._line(contact) as transport:
            outcome = Engine(self._desk, transport, progress, stop, others.hear).run()
            if not outcome.stopped:
                self._overtake_letters()
                Sheets(self._desk).leave(transport)
                others.exchange_comuni(transport)
            report = report_of(self._desk, outcome, others.exchanged)
            return report if report.stopped else self._send_attachments(report, transport, progress, stop)

    def _send_attachments(
        self, report: Report, transport: Transport, progress: Progress | None, stop: Stop | None
    ) -> Report:
        """After the records, the files of attachments; stopped or held up, they go on at the next exchange."""
        if not isinstance(transport, BlobLine) or "attachment" not in self._desk.catalog:
            return report

        def advance(done: int, total: int) -> None:
            if progress is not None:
                progress(Advance("Invio allegati", done // _KB, max(1, total // _KB)))

        folder = BlobFolder(self._desk.store.path.parent)
        try:
            sent = blobs.send(self._desk.store, folder, transport, advance, stop)
        except Stopped:
            return replace(report, stopped=True)
        blobs.tidy(self._desk.store, folder)
        if sent.problem is not None:
            raise sent.problem
        return replace(report, attachments=sent.files)

    def fetch_blob(self, blob: str, size: int, advance: blobs.Advance | None = None, stop: Stop | None = None) -> None:
        """Fetch the encrypted file of an attachment, whose content has `size` bytes.

        Raises:
            Mendable: not joined, the hub is away or does not have it, or gives something else; the disk is full.
            Stopped: `stop` said so.
        """
        folder = BlobFolder(self._desk.store.path.parent)
        with self._line(self._contact(self._desk.me)) as transport:
            if isinstance(transport, BlobLine):
                line = transport
                _asked(lambda: blobs.fetch(self._desk.store, folder, line, blob, size, advance, stop))

    def _overtake_letters(self) -> None:
        with self._desk.reading() as connection:
            letters = mailbox.unanswered(connection).letters
        if letters:
            with self._desk.store.writing() as connection:
                mailbox.overtaken(connection)

    @contextmanager
    def alone(self) -> Generator[None]:
        """Keep other exchanges of this office off.

        Raises:
            Mendable: one is running.
        """
        if not self._running.acquire(blocking=False):
            raise Mendable(
                "Uno scambio è già in corso",
                "È stato avviato da un'altra parte del programma.",
                "Attendere che finisca.",
            )
        try:
            yield
        finally:
            self._running.release()

    def round(self, progress: Progress | None = None, stop: Stop | None = None) -> Report:
        """An exchange, with what the numbers of minutes want before and after it.

        Numbers given before this PC joined a comune whose series another PC holds go out as emergency ones; minutes
        that came with an emergency number alone take their definitive one, which goes out too.

        Raises:
            Mendable: as `run`.
        """
        Numbering(self._desk).hand_over()
        first = self.run(progress, stop)
        if first.stopped or not self._desk.holds_series or not Numbering(self._desk).settle():
            return first
        return first.then(self.run(progress, stop))

    def devices(self) -> list[OfficeDevice]:
        """The PCs of the comune as of the last exchange, this one first."""
        with self._desk.reading() as connection:
            me, others = replica.read(connection), [peer for peer in peers.known(connection) if not peer.agency]
        own = peers.own_card(me)
        here = OfficeDevice(
            me.device, me.device_name, me.ordinal or 0, here=True, fingerprint="",
            confirmed=bool(me.comune_key_final), revoked=False, numbers=me.holds_series,
        )  # fmt: skip
        return [here] + [
            OfficeDevice(
                peer.device, peer.name, peer.ordinal, here=False,
                fingerprint=keybox.fingerprint(me.tenant, own, peer.card),
                confirmed=bool(peer.confirmed), revoked=bool(peer.revoked),
                numbers=me.numbers(peer.device, peer.ordinal) and not peer.agency,
            )
            for peer in others
        ]  # fmt: skip

    def confirm(self, device: str) -> None:
        """Trust another PC of the comune, after a person compared the fingerprint on both screens.

        Where this PC holds the comune's key, it leaves for the other one, at once or, without a network, with the next
        file. Where this PC waits for the key, it is taken from the other one alone. So both sides confirm, in any
        order; the key takes effect at the next exchange of the one that waits. May be repeated.

        Raises:
            Mendable: an unknown or revoked PC, a hub that is away.
        """
        with self._desk.reading() as connection:
            me, peer = replica.read(connection), peers.one(connection, device)
        if peer is None or peer.revoked or peer.agency:
            raise Mendable(
                "PC da confermare non trovato",
                "Tra i PC collegati del comune non ce n'è uno con questo codice.",
                "Eseguire uno scambio su questo PC, così che la centrale lo comunichi, e riprovare.",
            )
        if me.comune_key_final and (me.hub is None or me.hub_url):
            blob = key_parcel(me, peer)
            with self._line(self._contact(me)) as transport:
                _asked(lambda: transport.put_key(device, blob))
        with self._desk.store.writing() as connection:
            peers.confirm(connection, device)

    def use_sheet(self, code: str) -> bool:
        """Take up the comune's key with the recovery sheet of another PC, one that cannot confirm this one any more.

        The key is checked against what this PC could not open so far, and taken up as if it had come from a PC. Without
        a network the sheet is shown by the next file for ALA, and the answer brings the key: False says so.

        Raises:
            Mendable: not joined yet, the key is here already, a wrong or mistyped code, nothing left under it, five
                wrong ones today, a hub that is away.
        """
        me = self._desk.me
        sheets = Sheets(self._desk)
        secret = sheets.typed(code)
        if me.hub is not None and not me.hub_url:
            sheets.wait_for_letter(secret)
            return False
        with self.alone(), self._line(self._contact(me)) as transport:
            sheets.ask(secret, transport)
        return True

    def _contact(self, me: Me) -> Contact:
        if me.hub is not None and not me.hub_url:
            raise Mendable(
                "Questo PC scambia con ALA per file",
                "È stato collegato senza rete: i dati viaggiano su chiavetta o per PEC.",
                "Preparare un file per ALA dalla pagina «Scambio con ALA», e leggere qui la risposta. Se ora c'è la "
                "rete, indicare lì l'indirizzo della centrale.",
            )
        if me.hub is None or me.hub_url is None or me.hub_key is None:
            raise _not_joined()
        return Contact(me.hub_url, me.hub, me.hub_key, me.device, me.sign_key)

    @contextmanager
    def _line(self, contact: Contact) -> Generator[Transport]:
        transport = self._connect(contact)
        try:
            yield transport
        finally:
            transport.close()


def _not_joined() -> Mendable:
    return Mendable(
        "Questo PC non è ancora collegato alla centrale",
        "Per lo scambio con ALA serve il codice di collegamento che ALA consegna al comune.",
        "Chiedere il codice ad ALA e collegare il PC dalla pagina «Scambio con ALA».",
    )


def _asked(ask: Callable[[], _Answer]) -> _Answer:
    """What the hub answers; its refusal in words for the clerk."""
    try:
        return ask()
    except Declined as problem:
        raise complaints.declined(problem) from problem


def key_parcel(me: Me, peer: Peer) -> str:
    """The comune's key, wrapped by this PC for another one whose fingerprint was compared."""
    if me.comune_key is None:
        raise ValueError("no key of the comune here")
    sign_key = Ed25519PrivateKey.from_private_bytes(me.sign_key)
    return keybox.wrap(me.comune_key, me.tenant, me.device, sign_key, peer.card)
