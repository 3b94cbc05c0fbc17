"""Saves that the hub refused: told, corrected and sent again as a new save, or let go.

What belongs together is one correction: a refused creation with every later save that rests on it. Its net effect is
what is corrected. The refused text stays in the log whatever is done here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ala_desktop.core.errors import Mendable
from ala_desktop.fields.spec import DELETED
from ala_desktop.fields.values import Value
from ala_desktop.services.desk import Desk
from ala_desktop.services.drafts import Drafts
from ala_desktop.services.row import Row
from ala_desktop.services.sharing.save_words import OWNERS, SaveWords
from ala_desktop.services.units import Units
from ala_desktop.sync import complaints
from ala_desktop.sync.capture import Change
from ala_desktop.sync.protocol import Op, Transaction, decode_line, pairs_of
from ala_desktop.sync.sealing import CannotOpen


class Refusal(NamedTuple):
    """One refused save as it is kept: its place in the log, why, and what it was."""

    seq: int
    code: str
    detail: str
    transaction: Transaction


@dataclass(frozen=True, slots=True)
class Part:
    """What refused saves would have made of one record.

    Attributes:
        kind, id: which. name: how a person calls it, with its kind.
        values: what they would have put, the later over the earlier, in normal form.
        new: they would have created it, or it is not here: it must be created again.
    """

    kind: str
    id: str
    name: str
    values: Mapping[str, Value]
    new: bool


@dataclass(frozen=True, slots=True)
class Correction:
    """Refused saves that belong together.

    Attributes:
        seqs: their places in the log, the first one first.
        name, what: the first one in words. at, author: when it was saved (UTC), and by whom.
        reason: why the first one was refused, Italian. code: the same for the program, one of `protocol.REASONS`.
        parts: the records concerned; none when nothing of them is left to send.
        fault: id of the record and name of the field that the reason is about, if it says so.
    """

    seqs: tuple[int, ...]
    name: str
    what: str
    at: str
    author: str
    reason: str
    code: str
    parts: tuple[Part, ...]
    fault: tuple[str, str] | None


class Corrections:
    """The refused saves of this PC. Any thread may call."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._units = Units(desk)
        self._drafts = Drafts(desk)
        self._words = SaveWords(desk)

    # --- reading ---------------------------------------------------------------------------------------------------

    def all(self) -> list[Correction]:
        """Everything that waits to be corrected, the oldest first."""
        return [self._correction(group) for group in _grouped(self._refusals())]

    def one(self, seq: int) -> Correction:
        """The correction that a place in the log belongs to.

        Raises:
            Mendable: it was closed meanwhile.
        """
        for group in _grouped(self._refusals()):
            if any(refusal.seq == seq for refusal in group):
                return self._correction(group)
        raise Mendable(
            "Invio da correggere non trovato",
            "È già stato corretto e rinviato, oppure lasciato perdere.",
            "Rivedere l'elenco degli invii da correggere.",
        )

    def _refusals(self) -> list[Refusal]:
        with self._desk.reading() as connection:
            rows = connection.exec_driver_sql("SELECT seq, code, detail, line FROM correction ORDER BY seq").all()
        return [Refusal(seq, code, detail, decode_line(line)[0]) for seq, code, detail, line in rows]

    def _correction(self, group: Sequence[Refusal]) -> Correction:
        first = group[0]
        [words] = self._words.tell([first.transaction])
        parts = self._parts(group)
        reason = complaints.refused(self._desk.catalog, first.code, first.detail)
        return Correction(
            tuple(refusal.seq for refusal in group), words.name, words.what, first.transaction.at,
            first.transaction.author, reason, first.code, parts, self._fault(first, parts),
        )  # fmt: skip

    def _parts(self, group: Sequence[Refusal]) -> tuple[Part, ...]:
        kinds: dict[str, str] = {}
        values: dict[str, dict[str, Value]] = {}
        created: set[str] = set()
        for op in (op for refusal in group for op in refusal.transaction.ops):
            kinds[op.id] = op.kind
            values.setdefault(op.id, {}).update(self._open(op))
            if op.base is None:
                created.add(op.id)
        here = {record for record, kind in kinds.items() if kind in self._desk.catalog and self._is_here(kind, record)}
        parts: list[Part] = []
        for record, kind in kinds.items():
            new = record in created or record not in here
            put = {name: value for name, value in values[record].items() if not (new and value is None)}
            if kind not in self._desk.catalog or not put or (new and DELETED in put):
                continue
            if kind == "unit_state" and str(put.get("unit_id")) in here - created:
                continue  # saving the unit again writes its past states anew
            named = put if new else self._desk.get(kind, record).values
            parts.append(Part(kind, record, self._words.name(kind, named), put, new))
        return tuple(sorted(parts, key=lambda part: part.kind in OWNERS))

    def _is_here(self, kind: str, record: str) -> bool:
        return bool(self._desk.many(kind, [record]))

    def _open(self, op: Op) -> dict[str, Value]:
        """What an op writes, opened; what this PC cannot open is left out."""
        spec, key = self._desk.catalog.get(op.kind), self._desk.rows.key
        opened: dict[str, Value] = {}
        for name, (_, value) in pairs_of(op).items():
            if spec is None or name not in spec.sealed:
                opened[name] = value
                continue
            try:
                if key is not None:
                    opened[name] = key.open(op.kind, op.id, name, value)
            except CannotOpen:
                continue
        return opened

    def _fault(self, refusal: Refusal, parts: Sequence[Part]) -> tuple[str, str] | None:
        """The field that the hub's words name: they begin with the labels of the record and of the field."""
        for part in parts:
            spec = self._desk.catalog[part.kind]
            for name in part.values:
                label = spec.fields[name].label if name in spec.fields else name
                if refusal.detail.startswith(f"{spec.label}, {label}: "):
                    return part.id, name
        return None

    # --- correcting ------------------------------------------------------------------------------------------------

    def row(self, part: Part) -> Row:
        """The record that a part is laid over: as it stands, or an empty one that is not saved yet (position -1)."""
        if not part.new:
            return self._desk.get(part.kind, part.id)
        empty: dict[str, Value] = dict.fromkeys(self._desk.catalog[part.kind].fields)
        return Row(part.kind, part.id, -1, empty)

    def resend(
        self, correction: Correction, puts: Mapping[str, Mapping[str, Value]], *, confirmed: bool = False
    ) -> None:
        """Save what was corrected as one new transaction, and close the correction.

        Args:
            correction: as `all` or `one` gave it.
            puts: by record id, what shall be put instead; records without an entry are sent as they were.
            confirmed: the clerk said yes to what the rules ask.

        Raises:
            Mendable: a value that cannot stand; the correction stays open.
            ToConfirm: a rule that asks; call again with `confirmed`.
        """
        changes = [
            change
            for part in correction.parts
            for change in self._changes(part, dict(puts.get(part.id, part.values)), confirmed=confirmed)
        ]
        if changes:
            self._desk.save(changes)
        self._close(correction)

    def _changes(self, part: Part, put: dict[str, Value], *, confirmed: bool) -> list[Change]:
        if part.new:
            return [Change(part.kind, part.id, {name: value for name, value in put.items() if value is not None})]
        row = self._desk.get(part.kind, part.id)
        differing = {name: value for name, value in put.items() if row.get(name) != value}
        if not differing:
            return []
        if part.kind == "housing_unit" and DELETED not in differing:
            return self._units.changes(row, differing, confirmed=confirmed)
        return [Change(part.kind, part.id, differing, row.position, row.values)]

    def settle(self, saved: Row, put: Mapping[str, Value]) -> None:
        """A record was saved from its own form: close the correction that asked for nothing but these fields of it.

        A correction of other fields, or of other records too, stays open: it still has something to decide.
        """
        for group in _grouped(self._refusals()):
            if not any(op.id == saved.id for refusal in group for op in refusal.transaction.ops):
                continue
            correction = self._correction(group)
            asked = [part for part in correction.parts if part.id == saved.id]
            if len(asked) == len(correction.parts) == 1 and all(
                name in put or saved.get(name) == value for name, value in asked[0].values.items()
            ):
                self._close(correction)

    def held(self) -> dict[str, int]:
        """Records that wait in a correction, by id, with its place in the log for `one`."""
        return {part.id: correction.seqs[0] for correction in self.all() for part in correction.parts}

    def drop(self, corrections: Sequence[Correction]) -> None:
        """Let refused saves go. Their text stays in the log, without effect."""
        for correction in corrections:
            self._close(correction)

    def _close(self, correction: Correction) -> None:
        """After the new save: a power cut in between leaves a correction that has nothing more to change."""
        with self._desk.store.writing() as connection:
            connection.exec_driver_sql(
                "DELETE FROM correction WHERE seq IN (SELECT value FROM json_each(?))",
                (json.dumps(correction.seqs),),
            )
        for part in correction.parts:
            self._drafts.drop(part.id)


def _grouped(refusals: Sequence[Refusal]) -> list[list[Refusal]]:
    """Refused saves that rest on the same refused creations, together; each group and all of them oldest first."""
    groups: list[list[Refusal]] = []
    of_record: dict[str, int] = {}
    for refusal in refusals:
        joined = sorted({of_record[op.id] for op in refusal.transaction.ops if op.id in of_record})
        at = joined[0] if joined else len(groups)
        if not joined:
            groups.append([])
        for other in joined[1:]:
            groups[at] += groups[other]
            groups[other] = []
            of_record.update({record: at for record, group in of_record.items() if group == other})
        groups[at].append(refusal)
        of_record.update({op.id: at for op in refusal.transaction.ops if op.base is None})
    return [sorted(group, key=lambda refusal: refusal.seq) for group in groups if group]
