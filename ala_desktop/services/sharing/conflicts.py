"""Discordant values: what two people wrote without seeing each other, and the clerk's choice between them.

A choice is saved like any other change. What takes a choice back is in `conflict_choices`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from hashlib import blake2b
from typing import NamedTuple

from sqlalchemy import Connection

from ala_desktop.core.errors import Mendable
from ala_desktop.fields.kinds import Reference
from ala_desktop.fields.spec import DELETED
from ala_desktop.fields.values import Value, ValueProblem
from ala_desktop.services import naming
from ala_desktop.services.desk import Desk
from ala_desktop.services.row import Row
from ala_desktop.services.sharing.referrals import Question, Referrals
from ala_desktop.services.sharing.requests import About, Request
from ala_desktop.services.sharing.save_words import SaveWords
from ala_desktop.sync import history, replica
from ala_desktop.sync.bases import pack, unpack
from ala_desktop.sync.capture import Change
from ala_desktop.sync.history import Written
from ala_desktop.sync.sealing import CannotOpen
from ala_desktop.sync.state import PENDING, Claim
from ala_desktop.sync.workset import shown_claims

_UNKNOWN = Written("", "", "")
DELETION = "Eliminazione della scheda"


class Keep(Enum):
    """Which of the two values shall stand."""

    IN_FORCE = "in_force"
    PARKED = "parked"


class Typed(NamedTuple):
    """A third value, in normal form."""

    value: Value


Choice = Keep | Typed


@dataclass(frozen=True, slots=True)
class Version:
    """One of the values that disagree: the value in normal form, who wrote it, on which PC, when by their clock."""

    value: Value
    author: str
    device: str
    when: str

    def as_json(self) -> dict[str, Value]:
        """The shape that scripts read."""
        return {"value": self.value, "author": self.author, "device": self.device, "when": self.when}


@dataclass(frozen=True, slots=True)
class Conflict:
    """A cell with a value in force and a parked one.

    Attributes:
        id: names the parked claim; stable until it is resolved or replaced.
        kind, record, field: the cell. name: how a person calls the record. label: how the form calls the field.
        base: what the author of the parked value had seen.
        rectification: the record is closed minutes: the parked value cannot be put in force there.
        locked: this PC cannot read the values, which are kept to the comune, and so may not choose.
        referred: the day on which it was left to ALA, which has not decided yet; empty otherwise.
        request: the id of that request.
    """

    id: str
    kind: str
    record: str
    field: str
    name: str
    label: str
    base: Value
    in_force: Version
    parked: Version
    rectification: bool
    locked: bool = False
    referred: str = ""
    request: str = ""

    def as_json(self) -> dict[str, object]:
        """The shape that scripts read (DESIGN 8)."""
        return {
            "id": self.id, "kind": self.kind, "record": self.record, "field": self.field, "base": self.base,
            "in_force": self.in_force.as_json(), "parked": self.parked.as_json(),
            "referred": self.referred or None,
        }  # fmt: skip


class Disputed(NamedTuple):
    """A record with discordant values, as a person calls it with its kind.

    Attributes:
        to_decide: how many to decide. late: how many that came after its minutes were closed.
    """

    kind: str
    id: str
    name: str
    to_decide: int
    late: int


class Conflicts:
    """The queue of discordant values of this office.

    Attributes:
        referrals: the requests to ALA about them.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._words = SaveWords(desk)
        self.referrals = Referrals(desk)

    # --- reading ---------------------------------------------------------------------------------------------------

    def list(self) -> list[Conflict]:
        """Every discordant value, with what waits to be sent taken into account, by record and field."""
        return self.described(self.claims())

    def count(self) -> int:
        """How many there are."""
        return len(self.claims())

    def claims(self) -> list[Claim]:
        """The parked values as the fold has them, by record and field: quick, without who wrote what is in force."""
        with self._desk.reading() as connection:
            return shown_claims(connection)

    def records(self, claims: Sequence[Claim]) -> list[Disputed]:
        """The records that `claims` are about, in their order."""
        counts: dict[tuple[str, str], list[int]] = {}
        for claim in claims:
            counts.setdefault((claim.kind, claim.record), [0, 0])[claim.rectification] += 1
        names = self._words.names(counts)
        return [Disputed(*key, names[key], *found) for key, found in counts.items() if key in names]

    def described(self, claims: Sequence[Claim]) -> list[Conflict]:
        """`claims` with everything that a person needs to choose; about a millisecond each."""
        rows = self._rows(claims)
        referred = self.referrals.waiting() if rows else {}
        with self._desk.reading() as connection:
            return [
                self._conflict(connection, claim, rows[claim.kind, claim.record], referred.get(name_of(claim)))
                for claim in claims
                if (claim.kind, claim.record) in rows
            ]

    def _rows(self, claims: Iterable[Claim]) -> dict[tuple[str, str], Row]:
        ids: dict[str, dict[str, None]] = {}
        for claim in claims:
            ids.setdefault(claim.kind, {})[claim.record] = None
        return {(row.kind, row.id): row for kind, wanted in ids.items() for row in self._desk.many(kind, wanted)}

    def _conflict(self, connection: Connection, claim: Claim, row: Row, request: Row | None) -> Conflict:
        spec, me = self._desk.catalog[claim.kind], replica.read(connection)
        field = spec.fields.get(claim.field)
        label = field.label if field else DELETION if claim.field == DELETED else claim.field
        in_force = history.of_cell(connection, me, claim.kind, claim.record, claim.field) or _UNKNOWN
        parked = Written(claim.author, claim.device, claim.at)
        if not claim.at:
            parked = history.at_seq(connection, claim.seq) or _UNKNOWN
        locked = self._locked(connection, claim)
        base, value = (None, None) if locked else (self._open(claim, claim.base), self._open(claim, claim.value))
        return Conflict(
            name_of(claim), claim.kind, claim.record, claim.field,
            naming.name_of(self._desk, claim.kind, row.values), label, base,
            Version(row.get(claim.field), *in_force), Version(value, *parked), claim.rectification, locked,
            request.text("asked_on") if request else "", request.id if request else "",
        )  # fmt: skip

    def _open(self, claim: Claim, value: Value) -> Value:
        """A claim's value, opened if it is one that stays in the comune."""
        key = self._desk.rows.key
        if key is None or claim.field not in self._desk.catalog[claim.kind].sealed:
            return value
        return key.open(claim.kind, claim.record, claim.field, value)

    def _locked(self, connection: Connection, claim: Claim) -> bool:
        """Whether this PC cannot read the parked value, or the one in force."""
        if claim.field not in self._desk.catalog[claim.kind].sealed:
            return False
        query = "SELECT 1 FROM sealed_value WHERE record = ? AND field = ?"
        if connection.exec_driver_sql(query, (claim.record, claim.field)).first() is not None:
            return True
        try:
            self._open(claim, claim.value)
            self._open(claim, claim.base)
        except CannotOpen:
            return True
        return self._desk.rows.key is None

    # --- choosing --------------------------------------------------------------------------------------------------

    def keep_in_force(self, conflict_id: str) -> Row:
        """Close a conflict with the value in force.

        Raises:
            Mendable: no such conflict, or a value that this PC cannot read yet.
        """
        return self.settle([(self.find(conflict_id), Keep.IN_FORCE)])[0]

    def keep_parked(self, conflict_id: str) -> Row:
        """Close a conflict with the parked value.

        Raises:
            Mendable: no such conflict, the record is closed minutes, or a value that this PC cannot read yet.
        """
        return self.settle([(self.find(conflict_id), Keep.PARKED)])[0]

    def keep_value(self, conflict_id: str, text: str) -> Row:
        """Close a conflict with a third value, as typed.

        Raises:
            Mendable: no such conflict, a text that the field does not take, or closed minutes.
        """
        claim = self.find(conflict_id)
        field = self._desk.catalog[claim.kind].fields.get(claim.field)
        try:
            value = field.kind.parse(text, self._desk.clock.today()) if field else text or None
        except ValueProblem as problem:
            label = field.label if field else claim.field
            raise Mendable(f"{label}: valore non valido", f"«{text}» {problem.reason}.", "Correggerlo.") from problem
        return self.settle([(claim, Typed(value))])[0]

    def find(self, conflict_id: str) -> Claim:
        """The claim that an id names.

        Raises:
            Mendable: there is none (any more).
        """
        for claim in self.claims():
            if name_of(claim) == conflict_id:
                return claim
        raise Mendable(
            "Dato discordante non trovato",
            f"Nessun dato discordante ha il codice {conflict_id}: forse è già stato risolto.",
            "Rivedere l'elenco dei dati discordanti.",
        )

    def settle(self, decisions: Sequence[tuple[Claim, Choice]]) -> list[Row]:
        """Close claims, each with its choice, in one transaction of the log; returns the records as they now stand.

        Raises:
            Mendable: closed minutes, a value that this PC cannot read yet, two values chosen for one field.
        """
        rows = self._rows(claim for claim, _ in decisions)
        with self._desk.reading() as connection:
            unread = [claim for claim, _ in decisions if self._locked(connection, claim)]
        if unread:
            raise _unreadable(self._desk.catalog[unread[0].kind].fields[unread[0].field].label)
        puts: dict[tuple[str, str], dict[str, Value]] = {}
        closes: dict[tuple[str, str], list[tuple[str, str, int]]] = {}
        for claim, choice in decisions:
            key = (claim.kind, claim.record)
            put, value = puts.setdefault(key, {}), self.value_of(claim, choice, rows[key])
            if put.get(claim.field, value) != value:
                raise _two_values(naming.name_of(self._desk, claim.kind, rows[key].values))
            put[claim.field] = value
            closing = closes.setdefault(key, [])
            if claim.seq < PENDING:  # a claim of one's own that waits to be sent is withdrawn by the newer write
                epoch, _ = unpack(rows[key].position)
                closing.append((claim.field, claim.incarnation, pack(epoch, claim.seq)))
        changes = [
            Change(*key, put, rows[key].position, {name: rows[key].get(name) for name in put}, pinned=True,
                   closes=tuple(closes[key]))
            for key, put in puts.items()
        ]  # fmt: skip
        return self._desk.save([*changes, *self.closing(decisions, rows)])[: len(changes)]

    def closing(self, decisions: Sequence[tuple[Claim, Choice]], rows: Mapping[tuple[str, str], Row]) -> list[Change]:
        """What closes the requests to ALA about these claims, decided so; `rows` are their records by kind and id."""
        return self.referrals.closing(
            {
                name_of(claim): self._told(claim, self.value_of(claim, choice, rows[claim.kind, claim.record]))
                for claim, choice in decisions
            }
        )

    def value_of(self, claim: Claim, choice: Choice, row: Row) -> Value:
        """The value that a choice puts in force."""
        if isinstance(choice, Typed):
            return choice.value
        return row.get(claim.field) if choice is Keep.IN_FORCE else self._open(claim, claim.value)

    # --- leaving it to ALA -----------------------------------------------------------------------------------------

    def refer(self, conflict_id: str) -> Request:
        """Leave a conflict to ALA, by a request of its own; the comune may still decide it.

        Raises:
            Mendable: no such conflict, a value that ALA cannot read, or one that came after its minutes were closed.
        """
        claim = self.find(conflict_id)
        sealed = claim.field in self._desk.catalog[claim.kind].sealed
        if sealed or claim.rectification:
            raise _not_for_ala(rectification=claim.rectification)
        [conflict] = self.described([claim])
        record = self._words.names([(claim.kind, claim.record)])[claim.kind, claim.record]
        about = About(claim.kind, claim.record, record[:200], claim.field, conflict_id)
        lines = [f"Prima: {self._told(claim, conflict.base)}"]
        for word, one in (("In vigore", conflict.in_force), ("In attesa", conflict.parked)):
            lines.append(f"{word}: {self._told(claim, one.value)} ({one.author}, {one.device})")
        return self.referrals.refer(Question(about, f"{conflict.label}: {record}", "\n".join(lines)))

    def _told(self, claim: Claim, value: Value) -> str:
        """A value in words."""
        if claim.field == DELETED:
            return "scheda eliminata" if value else "scheda presente"
        field = self._desk.catalog[claim.kind].fields.get(claim.field)
        if field is not None and isinstance(field.kind, Reference) and value:
            return self._words.names([(field.kind.to, str(value))]).get((field.kind.to, str(value)), str(value))
        return (field.kind.show(value) if field else str(value or "")) or "(vuoto)"


def name_of(claim: Claim) -> str:
    """The id of a conflict: it names the cell and whose claim it is."""
    text = "|".join((claim.record, claim.field, claim.incarnation)).encode()
    return blake2b(text, digest_size=6).hexdigest()


def _unreadable(label: str) -> Mendable:
    return Mendable(
        f"{label}: valore riservato che questo PC non può ancora leggere",
        "I campi riservati si leggono dopo che questo PC è stato confermato dal primo PC del comune.",
        "Far confermare questo PC nella scheda «PC del comune», eseguire uno scambio e decidere poi.",
    )


def _not_for_ala(*, rectification: bool) -> Mendable:
    cause = (
        "È arrivato dopo l'approvazione del verbale: va verbalizzata una rettifica."
        if rectification
        else "Il campo è riservato al Comune, e ALA non lo legge."
    )
    return Mendable("Questo dato non si può rimettere ad ALA", cause, "Decide il Comune.")


def _two_values(name: str) -> Mendable:
    return Mendable(
        "Due valori diversi per lo stesso campo",
        f"In «{name}» più PC hanno scritto valori diversi nello stesso campo.",
        "Scegliere uno dei valori, campo per campo.",
    )
