"""What a save did, told in Italian: which record, and what was done with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ala_desktop.fields.spec import DELETED
from ala_desktop.fields.values import Value
from ala_desktop.rules.linking import APART, SAME
from ala_desktop.services import naming
from ala_desktop.services.desk import Desk
from ala_desktop.services.linked import VERDICT
from ala_desktop.services.row import Row
from ala_desktop.sync.protocol import Op, Transaction, pairs_of

OWNERS = {
    "household_member": ("household", "household_id"),
    "unit_state": ("housing_unit", "unit_id"),
    "commission_member": ("commission", "commission_id"),
    "attendance": ("sitting", "sitting_id"),
    "agenda_item": ("sitting", "sitting_id"),
    "vote": ("sitting", "sitting_id"),
    "minutes_number": ("sitting", "sitting_id"),
}
"""Kinds that are told by the record they belong to: its kind, and the field that names it."""

_MOST_FIELDS = 4
_EDIT = "Modifica: "


_JUDGED: Mapping[Value, str] = {SAME: "Schede collegate", APART: "Non è un duplicato", None: "Giudizio annullato"}


class Words(NamedTuple):
    """A save in words: the record to open, how a person calls it, and what was done."""

    kind: str
    id: str
    name: str
    what: str


Known = Mapping[tuple[str, str], Row]


class SaveWords:
    """Tells saves."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def tell(self, transactions: Sequence[Transaction]) -> list[Words]:
        """Each of `transactions` in words. Names are those that the records have now."""
        leads = [self._lead(one) for one in transactions]
        known = self._rows((op.kind, op.id) for op in leads)
        owners = [self._owner(op, known) for op in leads]
        known |= self._rows(owner for owner in owners if owner)
        return [
            self._words(transaction, op, owner, known)
            for transaction, op, owner in zip(transactions, leads, owners, strict=True)
        ]

    def name(self, kind: str, values: Mapping[str, Value]) -> str:
        """`Alloggio BL0001 Via Roma 12`; the kind alone when the record has nothing to be called by."""
        spec = self._desk.catalog.get(kind)
        if spec is None:
            return "Scheda di un tipo più recente"
        if kind == VERDICT:
            return f"{spec.label}: {naming.name_of(self._desk, kind, values)}"
        if values.get("full_name") and "full_name" not in spec.title:
            return f"{spec.label} di {values['full_name']}"
        name = spec.name_of(naming.told(self._desk, kind, [values])[0])
        return name if name.startswith(spec.label) else f"{spec.label} {name}"

    def names(self, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
        """Records by kind and id, as a person calls them: `Seduta 22/11/2026 · Presenza di Anna Villa`."""
        rows = self._rows(wanted)
        owners = {key: self._owner_of(row) for key, row in rows.items()}
        known = self._rows(owner for owner in owners.values() if owner)
        told: dict[tuple[str, str], str] = {}
        for key, row in rows.items():
            owner = owners[key]
            name = self.name(row.kind, row.values)
            told[key] = f"{self.name(owner[0], known[owner].values)} · {name}" if owner in known else name
        return told

    def to_open(self, kind: str, record: str) -> tuple[str, str]:
        """The record on whose form this one is seen: a member with its household, a past state with its unit."""
        rows = self._rows([(kind, record)])
        owner = self._owner_of(rows[kind, record]) if (kind, record) in rows else None
        return owner or (kind, record)

    def _owner_of(self, row: Row) -> tuple[str, str] | None:
        kind, field = OWNERS.get(row.kind, ("", ""))
        return (kind, row.text(field)) if kind and row.get(field) else None

    def _rows(self, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Row]:
        ids: dict[str, dict[str, None]] = {}
        for kind, record in wanted:
            if kind in self._desk.catalog:
                ids.setdefault(kind, {})[record] = None
        return {(row.kind, row.id): row for kind, found in ids.items() for row in self._desk.many(kind, found)}

    def _lead(self, transaction: Transaction) -> Op:
        """The op that a save is told by: an approval, else the first on a record that stands by itself."""
        alone = [op for op in transaction.ops if op.kind not in OWNERS]
        return next((op for op in alone if self._approves(op)), alone[0] if alone else transaction.ops[0])

    def _owner(self, op: Op, known: Known) -> tuple[str, str] | None:
        """The record that this one is told by, if it is not told by itself."""
        if op.kind not in OWNERS:
            return None
        kind, field = OWNERS[op.kind]
        row = known.get((op.kind, op.id))
        value = (row.get(field) if row else None) or _written(op).get(field)
        return (kind, str(value)) if value else None

    def _words(self, transaction: Transaction, op: Op, owner: tuple[str, str] | None, known: Known) -> Words:
        kind, record = owner or (op.kind, op.id)
        row = known.get((kind, record))
        values = row.values if row else {} if owner else _open_values(_written(op), self._sealed(op.kind))
        name = self.name(kind, values)
        others = len(transaction.ops) - 1
        if self._approves(op):
            name, others = self._sitting(values), 0  # what is frozen and decided with it goes without saying
        if others:
            name += " e un'altra scheda" if others == 1 else f" e altre {others} schede"
        what = self._what(op)
        if owner:
            plain = what.removeprefix(_EDIT)
            what = f"{self._desk.catalog[op.kind].label}: {plain if plain != what else what[:1].lower() + what[1:]}"
        return Words(kind, record, name, f"{what} (importazione)" if transaction.group else what)

    def _sealed(self, kind: str) -> frozenset[str]:
        spec = self._desk.catalog.get(kind)
        return spec.sealed if spec else frozenset()

    def _approves(self, op: Op) -> bool:
        """Whether this freezes a record for ever: minutes that are approved."""
        spec = self._desk.catalog.get(op.kind)
        freeze = spec.freeze if spec else None
        return bool(freeze and freeze.within is None and _written(op).get(freeze.field) in freeze.states)

    def _sitting(self, values: Mapping[str, Value]) -> str:
        """`Seduta 22/11/2026 · Commissione assegnazioni`."""
        commission = values.get("commission_name")
        name = self.name("sitting", values)
        return f"{name} · {commission}" if commission else name

    def _what(self, op: Op) -> str:
        if op.kind == VERDICT and "verdict" in op.put and not op.closes:
            return _JUDGED.get(_written(op)["verdict"], "Giudizio sui duplicati")
        if op.base is None:
            return "Scheda nuova"
        if self._approves(op):
            return "Verbale approvato"
        written = _written(op)
        if DELETED in written:
            return "Scheda eliminata" if written[DELETED] else "Scheda ripristinata"
        spec = self._desk.catalog.get(op.kind)
        labels = [field.label for name, field in spec.fields.items() if name in written] if spec else []
        labels += [name for name in written if not spec or name not in spec.fields]
        listed = ", ".join(labels[:_MOST_FIELDS])
        more = len(labels) - _MOST_FIELDS
        if more > 0:
            listed += " e un altro campo" if more == 1 else f" e altri {more} campi"
        return f"Dato discordante deciso: {listed}" if op.closes else f"{_EDIT}{listed}"


def _written(op: Op) -> dict[str, Value]:
    return {name: new for name, (_, new) in pairs_of(op).items()}


def _open_values(values: Mapping[str, Value], sealed: frozenset[str]) -> dict[str, Value]:
    return {name: value for name, value in values.items() if name not in sealed}
