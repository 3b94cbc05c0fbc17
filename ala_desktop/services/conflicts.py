"""Discordant values: what two people wrote without seeing each other, and the clerk's choice between them."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

from sqlalchemy import Connection

from ala_desktop.core.errors import Mendable
from ala_desktop.fields.spec import DELETED
from ala_desktop.fields.values import Value, ValueProblem
from ala_desktop.services.desk import Desk
from ala_desktop.services.row import Row
from ala_desktop.sync import history, replica
from ala_desktop.sync.capture import Change
from ala_desktop.sync.history import Written
from ala_desktop.sync.sealing import CannotOpen
from ala_desktop.sync.state import PENDING, Claim
from ala_desktop.sync.workset import shown_claims

_UNKNOWN = Written("", "", "")


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

    def as_json(self) -> dict[str, object]:
        """The shape that scripts read (DESIGN 8)."""
        return {
            "id": self.id, "kind": self.kind, "record": self.record, "field": self.field, "base": self.base,
            "in_force": self.in_force.as_json(), "parked": self.parked.as_json(),
        }  # fmt: skip


class Conflicts:
    """The queue of discordant values of this office."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def list(self) -> list[Conflict]:
        """Every discordant value, with what waits to be sent taken into account, by record and field."""
        with self._desk.reading() as connection:
            claims = shown_claims(connection)
        rows = {(c.kind, c.record): self._desk.get(c.kind, c.record) for c in claims}
        with self._desk.reading() as connection:
            return [self._conflict(connection, claim, rows[claim.kind, claim.record]) for claim in claims]

    def count(self) -> int:
        """How many there are."""
        with self._desk.reading() as connection:
            return len(shown_claims(connection))

    def _conflict(self, connection: Connection, claim: Claim, row: Row) -> Conflict:
        spec, me = self._desk.catalog[claim.kind], replica.read(connection)
        field = spec.fields.get(claim.field)
        label = field.label if field else "Eliminazione della scheda" if claim.field == DELETED else claim.field
        in_force = history.of_cell(connection, me, claim.kind, claim.record, claim.field) or _UNKNOWN
        parked = Written(claim.author, claim.device, claim.at)
        if not claim.at:
            parked = history.at_seq(connection, claim.seq) or _UNKNOWN
        return Conflict(
            _name_of(claim), claim.kind, claim.record, claim.field, spec.name_of(row.values), label,
            self._open(claim, claim.base), Version(row.get(claim.field), *in_force),
            Version(self._open(claim, claim.value), *parked), claim.rectification,
        )  # fmt: skip

    def _open(self, claim: Claim, value: Value) -> Value:
        """A claim's value, opened if it is one that stays in the comune and this PC has the key."""
        key = self._desk.rows.key
        if key is None or claim.field not in self._desk.catalog[claim.kind].sealed:
            return value
        try:
            return key.open(claim.kind, claim.record, claim.field, value)
        except CannotOpen:
            return value

    def keep_in_force(self, conflict_id: str) -> Row:
        """Close a conflict with the value in force.

        Raises:
            Mendable: no such conflict.
        """
        claim, row = self._find(conflict_id)
        return self._resolve(claim, row, row.get(claim.field))

    def keep_parked(self, conflict_id: str) -> Row:
        """Close a conflict with the parked value.

        Raises:
            Mendable: no such conflict, or the record is closed minutes.
        """
        claim, row = self._find(conflict_id)
        return self._resolve(claim, row, self._open(claim, claim.value))

    def keep_value(self, conflict_id: str, text: str) -> Row:
        """Close a conflict with a third value, as typed.

        Raises:
            Mendable: no such conflict, a text that the field does not take, or closed minutes.
        """
        claim, row = self._find(conflict_id)
        field = self._desk.catalog[claim.kind].fields.get(claim.field)
        try:
            value = field.kind.parse(text, self._desk.clock.today()) if field else text or None
        except ValueProblem as problem:
            label = field.label if field else claim.field
            raise Mendable(f"{label}: valore non valido", f"«{text}» {problem.reason}.", "Correggerlo.") from problem
        return self._resolve(claim, row, value)

    def _find(self, conflict_id: str) -> tuple[Claim, Row]:
        with self._desk.reading() as connection:
            claims = [claim for claim in shown_claims(connection) if _name_of(claim) == conflict_id]
        if not claims:
            raise Mendable(
                "Dato discordante non trovato",
                f"Nessun dato discordante ha il codice {conflict_id}: forse è già stato risolto.",
                "Rivedere l'elenco dei dati discordanti.",
            )
        return claims[0], self._desk.get(claims[0].kind, claims[0].record)

    def _resolve(self, claim: Claim, row: Row, value: Value) -> Row:
        closes = ((claim.field, claim.incarnation, claim.seq),) if claim.seq < PENDING else ()
        shown = {claim.field: row.get(claim.field)}
        change = Change(claim.kind, claim.record, {claim.field: value}, row.position, shown, pinned=True, closes=closes)
        return self._desk.save([change])[0]


def _name_of(claim: Claim) -> str:
    text = "|".join((claim.record, claim.field, claim.incarnation)).encode()
    return blake2b(text, digest_size=6).hexdigest()
