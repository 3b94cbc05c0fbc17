"""Taking an import back: compensating transactions that delete what it created and restore what it changed.

What somebody has worked on since stays, and is listed: records edited after the import, records that others refer to,
and whole households of which one record stays.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection

from ala_desktop.core.errors import Mendable
from ala_desktop.fields.identifiers import identifying_key
from ala_desktop.fields.kinds import Reference
from ala_desktop.fields.spec import DELETED, Catalog
from ala_desktop.fields.values import Value
from ala_desktop.services import naming
from ala_desktop.services.desk import Desk
from ala_desktop.services.person_links import CASES, people_with
from ala_desktop.sync.capture import Change
from ala_desktop.sync.edits import edited_since_creation

EDITED = "modificata dopo l'importazione"
REFERRED = "altre schede vi si riferiscono"
TOGETHER = "fa parte di un nucleo che rimane"
CHANGED_AGAIN = "un valore aggiornato dall'importazione è stato poi cambiato"
_MEMBER = "household_member"
_MOST_TOGETHER = 400
"""Records of one household in one transaction; the log's limit is a thousand changes."""


class EditedCell(NamedTuple):
    """A field of an older record that an import wrote: what stood there, and what it put."""

    kind: str
    record: str
    field: str
    old: Value
    new: Value


@dataclass(frozen=True, slots=True)
class LeftRecord:
    """A record that the undoing left: which, how people call it, and why."""

    kind: str
    id: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class UndoReport:
    """What undoing an import did.

    Attributes:
        import_id: the import.
        removed: records deleted. restored: values of older records put back.
        left: records that stay, each with the reason.
        not_done: records still to be deleted or put back, because the undoing was stopped.
    """

    import_id: str
    removed: int
    restored: int
    left: tuple[LeftRecord, ...]
    not_done: int

    def as_json(self) -> dict[str, Any]:
        """The shape of `import --undo ID --json`."""
        left = [{"kind": r.kind, "id": r.id, "name": r.name, "reason": r.reason} for r in self.left]
        return {
            "import_id": self.import_id, "removed": self.removed, "restored": self.restored, "left": left,
            "not_done": self.not_done,
        }  # fmt: skip


def undo_import(
    desk: Desk,
    import_id: str,
    cells: Sequence[EditedCell],
    progress: Callable[[int, int], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> UndoReport:
    """Take back the import `import_id`, which wrote `cells` of older records besides what it created.

    When `stop` says so, what was taken back until then stays so, and the rest can be taken back later.

    Raises:
        Mendable: nothing of that import is here any more.
    """
    position = desk.position()
    with desk.reading() as connection:
        undoing = _Undoing(connection, desk.catalog, import_id, cells)
    if not (undoing.created or undoing.restorable or undoing.left):
        raise Mendable(
            "Importazione non trovata",
            f"Nell'archivio non c'è più nulla dell'importazione {import_id}: il codice è errato, oppure è già stata "
            "annullata.",
            "Controllare il codice nell'elenco delle importazioni.",
        )
    transactions = list(undoing.transactions(position))
    total = len(transactions)
    done = desk.save_each(
        transactions,
        group=desk.new_id(),
        progress=(lambda saved: progress(saved, total)) if progress else None,
        stop=stop,
    )
    left = [
        LeftRecord(kind, record, naming.name_of(desk, kind, desk.get(kind, record).values), reason)
        for record, (kind, reason) in undoing.left.items()
    ]
    changes = [change for transaction in transactions[:done] for change in transaction]
    removed = sum(DELETED in change.put for change in changes)
    waiting = sum(len(transaction) for transaction in transactions[done:])
    return UndoReport(import_id, removed, len(changes) - removed, tuple(left), waiting)


class _Undoing:
    """What can go and what must stay.

    Attributes:
        created: kind by id of the import's living records.
        left: (kind, reason) by id of the records that stay.
        restorable: cells whose old value can be put back.
    """

    def __init__(self, connection: Connection, catalog: Catalog, import_id: str, cells: Sequence[EditedCell]) -> None:
        self._connection = connection
        self._catalog = catalog
        self.created: dict[str, str] = {}
        for kind in catalog:
            query = f"SELECT id FROM {kind} WHERE group_id = ? AND {DELETED} IS NULL ORDER BY id"  # noqa: S608
            for (record,) in connection.exec_driver_sql(query, (import_id,)):
                self.created[record] = kind
        self.left: dict[str, tuple[str, str]] = {}
        self.restorable: list[EditedCell] = []
        self._sort_cells(cells)
        self._keep_edited()
        self._edges = list(self._references())
        self._keep_referred()

    def _sort_cells(self, cells: Iterable[EditedCell]) -> None:
        for cell in cells:
            if cell.field not in self._catalog[cell.kind].fields:
                continue
            query = f"SELECT {cell.field} FROM {cell.kind} WHERE id = ?"  # noqa: S608 - names of the catalog
            now = self._connection.exec_driver_sql(query, (cell.record,)).scalar()
            if now == cell.new:
                self.restorable.append(cell)
            elif now != cell.old:
                self.left[cell.record] = (cell.kind, CHANGED_AGAIN)

    def _keep_edited(self) -> None:
        for record, fields in edited_since_creation(self._connection, self.created).items():
            kind = self.created[record]
            if fields - self._linked_since(kind, record, fields):
                self.left[record] = (kind, EDITED)

    def _linked_since(self, kind: str, record: str, fields: set[str]) -> set[str]:
        """`person_id`, when it is only the link that a later import of people made by codice fiscale."""
        if kind not in CASES or "person_id" not in fields:
            return set()
        query = f"SELECT person_id, {CASES[kind]} FROM {kind} WHERE id = ?"  # noqa: S608
        person, code = self._connection.exec_driver_sql(query, (record,)).one()
        key = identifying_key(code)
        same = key is not None and people_with(self._connection, [key]).get(key) == person
        return {"person_id"} if person is None or same else set()

    def _references(self) -> Iterable[tuple[str, str, str]]:
        """(kind, id, target) of every living record that refers to one of the import's, but for links we take back."""
        ours: dict[str, list[str]] = {}
        for record, kind in self.created.items():
            ours.setdefault(kind, []).append(record)
        taken_back = {(cell.record, cell.field) for cell in self.restorable}
        for spec in self._catalog.values():
            for field in spec.fields.values():
                if not isinstance(field.kind, Reference) or field.kind.to not in ours:
                    continue
                query = (
                    f"SELECT id, {field.name} FROM {spec.kind} WHERE {DELETED} IS NULL "  # noqa: S608
                    f"AND {field.name} IN (SELECT value FROM json_each(?))"
                )
                for record, target in self._connection.exec_driver_sql(query, (json.dumps(ours[field.kind.to]),)):
                    if (record, field.name) not in taken_back:
                        yield spec.kind, record, target

    def _keep_referred(self) -> None:
        """Keep what kept records need, until nothing more is added."""
        referring: dict[str, list[tuple[str, str]]] = {}
        members: dict[str, list[str]] = {}
        for kind, record, target in self._edges:
            referring.setdefault(record, []).append((kind, target))
            if kind == _MEMBER:
                members.setdefault(target, []).append(record)
        outside = [record for record in referring if record not in self.created]
        waiting = [*self.left, *outside]
        while waiting:
            record = waiting.pop()
            for kind, target in referring.get(record, ()):
                together = kind == _MEMBER and record in self.created
                self._keep(target, TOGETHER if together else REFERRED, waiting)
            if record in self.left:
                for member in members.get(record, ()):
                    self._keep(member, TOGETHER, waiting)

    def _keep(self, record: str, reason: str, waiting: list[str]) -> None:
        if record in self.created and record not in self.left:
            self.left[record] = (self.created[record], reason)
            waiting.append(record)

    def transactions(self, position: int) -> Iterable[list[Change]]:
        """One per household with its people, one per other record; links go back with the person they name."""
        restored: dict[Value, list[Change]] = {}
        for cell in self.restorable:
            change = Change(cell.kind, cell.record, {cell.field: cell.old}, position)
            restored.setdefault(cell.new if cell.new in self.created else cell.record, []).append(change)
        going = {record: kind for record, kind in self.created.items() if record not in self.left}
        portions = (
            unit[n : n + _MOST_TOGETHER] for unit in self._units(going) for n in range(0, len(unit), _MOST_TOGETHER)
        )
        for unit in portions:
            changes = [Change(going[record], record, {DELETED: 1}, position) for record in unit]
            for record in unit:
                changes += restored.pop(record, [])
            yield changes
        yield from restored.values()

    def _units(self, going: dict[str, str]) -> Iterable[list[str]]:
        """Records that go together: a household, its memberships and the people that only it brought."""
        home: dict[str, str] = {}
        refers: dict[str, list[str]] = {}
        for _, record, target in self._edges:
            refers.setdefault(record, []).append(target)
        for record, kind in going.items():
            if kind == _MEMBER:
                targets = refers.get(record, [])
                household = next((t for t in targets if going.get(t) == "household"), record)
                home[record] = household
                for target in targets:
                    home.setdefault(target, household)
        units: dict[str, list[str]] = {}
        for record in going:
            units.setdefault(home.get(record, record), []).append(record)
        return units.values()
