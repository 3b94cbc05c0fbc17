"""What a person decides about possible duplicates: «Collega», its undoing, «Non è un duplicato». Each one transaction.

Linking rewrites no row: `linked` shows one record in the place of both. Values that differ may be taken over, as
ordinary edits of the record that stays in sight.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from ala_desktop.core.errors import Mendable
from ala_desktop.fields.kinds import FieldKind, Reference
from ala_desktop.fields.spec import DELETED
from ala_desktop.fields.values import Value
from ala_desktop.rules.duplicates import KINDS, likeness
from ala_desktop.rules.linking import APART, SAME, pair, pair_id
from ala_desktop.services import naming
from ala_desktop.services.desk import Desk
from ala_desktop.services.linked import VERDICT
from ala_desktop.services.row import Row
from ala_desktop.services.units import Units
from ala_desktop.sync import history
from ala_desktop.sync.capture import Change

_BY_HAND = "Collegate a mano"


class Side(NamedTuple):
    """A field of two records side by side, as a person reads it: its name, its label, both texts."""

    field: str
    label: str
    kept: str
    other: str

    @property
    def differs(self) -> bool:
        """Whether they do not say the same."""
        return self.kept != self.other


class Link(NamedTuple):
    """A record that is shown as another one.

    Attributes:
        id: of the verdict. kind: of both records.
        kept, other: (id, name) of the shown one, and of the one that it stands for.
        reason: why, Italian. author, at: who linked them, and when (UTC); empty when that is not known here.
    """

    id: str
    kind: str
    kept: tuple[str, str]
    other: tuple[str, str]
    reason: str
    author: str
    at: str


class Decided(NamedTuple):
    """What was decided just now: in a sentence, and what takes it back, with the record to show."""

    told: str
    kind: str
    record: str
    undo: tuple[Change, ...]


class Verdicts:
    """Decides about duplicates of one office."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._units = Units(desk)

    # --- reading ---------------------------------------------------------------------------------------------------

    def sides(self, kind: str, kept: Mapping[str, Value], other: Mapping[str, Value]) -> list[Side]:
        """The fields that either record fills, in the order of the paper form."""
        found: list[Side] = []
        for name, field in self._desk.catalog[kind].fields.items():
            if kept.get(name) is not None or other.get(name) is not None:
                texts = (self._text(field.kind, one.get(name)) for one in (kept, other))
                found.append(Side(name, field.label, *texts))
        return found

    def _text(self, kind: FieldKind, value: Value) -> str:
        if not isinstance(kind, Reference) or not value:
            return kind.show(value)
        rows = self._desk.many(kind.to, [self._desk.linked.kept(str(value))])
        return naming.name_of(self._desk, kind.to, rows[0].values) if rows else "scheda non ancora ricevuta"

    def links(self, kind: str | None = None) -> list[Link]:
        """Every link whose record is in sight, of a kind or of all, by that record's name."""
        rows = [row for row in self._desk.find(VERDICT, verdict=SAME) if kind in (None, row["record_kind"])]
        found = (self._link(row) for row in rows if row.text("record_kind") in KINDS)
        return sorted((link for link in found if link), key=lambda link: (link.kind, link.kept[1], link.id))

    def _link(self, row: Row) -> Link | None:
        kind, ends = row.text("record_kind"), (row.text("first_id"), row.text("second_id"))
        kept = self._desk.linked.kept(ends[0])
        if kept != self._desk.linked.kept(ends[1]):
            return None
        behind = ends[1] if row["kept_id"] == ends[0] else ends[0]
        other = next(end for end in (behind, *ends) if end != kept)
        rows = {one.id: one for one in self._desk.many(kind, [kept, other])}
        if kept not in rows or rows[kept].deleted:
            return None  # nothing of the group is in sight
        names = {record: self._name(one) for record, one in rows.items()}
        with self._desk.reading() as connection:
            written = history.of_cell(connection, self._desk.me, VERDICT, row.id, "verdict")
        return Link(
            row.id, kind, (kept, names[kept]), (other, names.get(other, "scheda non ancora ricevuta")),
            row.text("reason"), written.author if written else "", written.at if written else "",
        )  # fmt: skip

    # --- deciding --------------------------------------------------------------------------------------------------

    def link(self, kind: str, kept: str, other: str, take: Collection[str] = ()) -> Decided:
        """Have `kept` stand for `other`, and take the values of the fields `take` over from it; one transaction.

        A record that is linked already brings its whole group: what is shown of it is linked.

        Raises:
            Mendable: they cannot be linked, or a value that is taken over cannot stand.
        """
        rows = self._pair(kind, kept, other)
        changes = self.linking(rows[0], rows[1].id, rows[1].values, take)
        return self._save(changes, f"Collegate: resta in vista {self._name(rows[0])}.", rows[0])

    def linking(self, kept: Row, other: str, values: Mapping[str, Value], take: Collection[str] = ()) -> list[Change]:
        """What `link` writes; the other record, with these values, may be one that is saved in the same transaction.

        Raises:
            Mendable: somebody said of two records that would be joined that they are two.
        """
        self._refuse_apart(kept, other)
        reason = likeness(kept.kind, kept.values, values)
        verdict: dict[str, Value] = {"verdict": SAME, "kept_id": kept.id, "reason": reason.text if reason else _BY_HAND}
        put = {name: values.get(name) for name in take if values.get(name) != kept.get(name)}
        return [self._verdict(kept.kind, kept.id, other, verdict), *self._taking_over(kept, put)]

    def _taking_over(self, kept: Row, put: dict[str, Value]) -> list[Change]:
        if not put:
            return []
        return self._units.changes(kept, put, confirmed=True) if kept.kind == "housing_unit" else [kept.change(put)]

    def dismiss(self, kind: str, one: str, other: str) -> Decided:
        """Say of two records that they are two, for everybody.

        Raises:
            Mendable: they are linked, or are not two records of this kind.
        """
        rows = self._pair(kind, one, other)
        change = self.dismissal(rows[0], rows[1].id, rows[1].values)
        return self._save([change], f"{self._name(rows[0])}: non è un duplicato.", rows[0])

    def dismissal(self, one: Row, other: str, values: Mapping[str, Value]) -> Change:
        """What `dismiss` writes; the other record, with these values, may be one that is saved in the same go."""
        reason = likeness(one.kind, one.values, values)
        put: dict[str, Value] = {"verdict": APART, "kept_id": None, "reason": reason.text if reason else None}
        return self._verdict(one.kind, one.id, other, put)

    def unlink(self, record: str) -> Decided:
        """Take a link back: by its own id, or that of a record which another one stands for.

        Values that were taken over stay: they are edits of the record that was in sight.

        Raises:
            Mendable: there is no such link, or the record has several.
        """
        found = [link for link in self.links() if record in (link.id, link.other[0])]
        found = found or [link for link in self.links() if record == link.kept[0]]
        if len(found) != 1:
            raise Mendable(
                "Il collegamento non si trova" if not found else "La scheda ha più collegamenti",
                f"«{record}» non indica un collegamento tra schede."
                if not found
                else f"La scheda ha {len(found)} collegamenti.",
                "Vedere quali sono con «duplicates list», oppure nella pagina dei possibili duplicati.",
            )
        link = found[0]
        [row] = self._desk.many(VERDICT, [link.id])
        kept = self._desk.get(link.kind, link.kept[0])
        decided = self._save([row.change({"verdict": None})], f"{link.other[1]}: di nuovo una scheda a sé.", kept)
        if self._desk.linked.kept(link.other[0]) == self._desk.linked.kept(link.kept[0]):
            return decided._replace(told=f"{link.other[1]}: resta collegata attraverso un'altra scheda.")
        return decided

    def take_back(self, decided: Decided) -> None:
        """Undo what was decided just now, with the values that were taken over."""
        self._desk.save(decided.undo)

    # --- writing ---------------------------------------------------------------------------------------------------

    def _save(self, changes: Sequence[Change], told: str, shown: Row) -> Decided:
        before = {row.id: row for change in changes for row in self._desk.many(change.kind, [change.id])}
        saved = self._desk.save(changes)
        undo = [_undone(change, before.get(row.id), row) for change, row in zip(changes, saved, strict=True)]
        return Decided(told, shown.kind, shown.id, tuple(undo))

    def _verdict(self, kind: str, one: str, other: str, put: dict[str, Value]) -> Change:
        record = pair_id(kind, one, other)
        stored = self._desk.many(VERDICT, [record])
        if stored:
            return stored[0].change({**put, DELETED: None})
        first, second = pair(one, other)
        told: dict[str, Value] = {"record_kind": kind, "first_id": first, "second_id": second, **put}
        return Change(VERDICT, record, told)

    def _pair(self, kind: str, one: str, other: str) -> tuple[Row, Row]:
        """The two records as they are shown."""
        if kind not in KINDS:
            labels = ", ".join(self._desk.catalog[known].plural for known in KINDS)
            raise Mendable(
                "Queste schede non si collegano",
                f"«{kind}» non è tra i tipi di scheda di cui si cercano i duplicati.",
                f"Si collegano: {labels} ({', '.join(KINDS)}).",
            )
        rows = [self._desk.get(kind, self._desk.linked.kept(record)) for record in (one, other)]
        if rows[0].id == rows[1].id:
            raise Mendable(
                "È già la stessa scheda",
                "Le due schede sono già collegate, oppure è stata indicata due volte la stessa.",
                "Indicare due schede diverse.",
            )
        for row in rows:
            if row.deleted:
                raise Mendable(
                    "La scheda è eliminata",
                    f"{self._name(row)} è stata eliminata: una scheda eliminata non si collega.",
                    "Ripristinarla, se serve, e riprovare.",
                )
        return rows[0], rows[1]

    def _refuse_apart(self, kept: Row, other: str) -> None:
        """Joining two groups joins all their records: also two of which somebody said that they are two."""
        ends = [(one, two) for one in self._desk.linked.group(kept.id) for two in self._desk.linked.group(other)]
        ids = {pair_id(kept.kind, *each): each for each in ends if set(each) != {kept.id, other}}
        for row in self._desk.many(VERDICT, ids):
            if row["verdict"] == APART and not row.deleted:
                raise Mendable(
                    "Le schede non si possono collegare",
                    "Di due schede che diventerebbero una sola qualcuno ha detto: «Non è un duplicato».",
                    "Scollegare prima quella che non c'entra, poi collegare le altre.",
                )

    def _name(self, row: Row) -> str:
        return naming.name_of(self._desk, row.kind, row.values)


def _undone(change: Change, before: Row | None, saved: Row) -> Change:
    """What takes a change back; a verdict is never deleted, so that the next one meets it in its cells."""
    if change.kind == VERDICT:
        return saved.change({name: before.get(name) if before else None for name in ("verdict", "kept_id", "reason")})
    if before is None:
        return saved.change({DELETED: 1})
    return saved.change({name: before.get(name) for name in change.put})
