"""The agenda of a sitting: built from what waits for the commission, added to, put in order (DOMAIN 5, 6).

What is decided on an item is written by `voting` and `course`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ala_desktop.core.errors import Mendable
from ala_desktop.fields.spec import DELETED
from ala_desktop.fields.values import Value
from ala_desktop.services.desk import Desk
from ala_desktop.services.row import Row
from ala_desktop.services.sittings.agenda_cases import Waiting, waiting
from ala_desktop.services.sittings.sitting_file import SittingFile, load
from ala_desktop.sync.capture import Change
from ala_desktop.sync.protocol import MOST_OPS

LAST = "varie"
"""The type of item that stays at the end: *varie ed eventuali*."""


class Agenda:
    """Agendas of the office's sittings."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def waiting(self) -> list[Waiting]:
        """Cases that wait for a commission and are on no open agenda, oldest first."""
        return waiting(self._desk)

    def build(self, sitting_id: str, chosen: Collection[str] | None = None) -> list[Row]:
        """Add an item for each waiting case, or for the `chosen` ones (`Waiting.id`); returns the new items.

        One transaction. They come after what is on the agenda already and before *varie ed eventuali*.

        Raises:
            Mendable: more items than one set of minutes can hold.
        """
        file = load(self._desk, sitting_id)
        cases = [case for case in self.waiting() if chosen is None or case.id in chosen]
        room = most_items(len(file.attendance)) - len(file.items)
        if len(cases) > room:
            raise Mendable(
                "Troppi punti per una sola seduta",
                f"Le pratiche in attesa sono {len(cases)}; in questa seduta ne entrano ancora {max(room, 0)}.",
                "Scegliere le pratiche da portare in questa seduta, e le altre in una seduta successiva.",
            )
        return self._insert(file, [case.values for case in cases])

    def add(self, sitting_id: str, subject: str, type_: str = "altro") -> Row:
        """Add one item: `fuori_sacco`, `varie`, `altro`, or a case written by hand."""
        return self._insert(load(self._desk, sitting_id), [{"subject": subject, "type": type_}])[0]

    def move(self, file: SittingFile, item_id: str, position: int) -> SittingFile:
        """Put an item of the sitting, as the screen shows it, at a position (from 1); the others are renumbered."""
        rows = [row for row in file.items if row.id != item_id]
        rows.insert(max(position, 1) - 1, file.item(item_id))
        return self._saved(file, _renumbered(rows))

    def remove(self, file: SittingFile, item_id: str) -> SittingFile:
        """Take an item off the agenda and renumber the others; its case waits again."""
        item = file.item(item_id)
        rows = [row for row in file.items if row.id != item_id]
        return self._saved(file, [item.change({DELETED: 1}), *_renumbered(rows)])

    def restore(self, file: SittingFile, item_id: str) -> SittingFile:
        """Put back an item that was removed, where it was."""
        item = self._desk.get("agenda_item", item_id)
        rows = [row for row in file.items if row.id != item_id]
        rows.insert(max(int(item["position"] or 1), 1) - 1, item)
        moved = [change for change in _renumbered(rows) if change.id != item_id]
        back: dict[str, Value] = {DELETED: None, "position": rows.index(item) + 1}
        return self._saved(file, [item.change(back), *moved])

    def _insert(self, file: SittingFile, values: Sequence[dict[str, Value]]) -> list[Row]:
        before = [row for row in file.items if row["type"] != LAST]
        after = [row for row in file.items if row["type"] == LAST]
        last = [one for one in values if one.get("type") == LAST]
        middle = [one for one in values if one.get("type") != LAST]
        new = [
            *self._created(file, middle, len(before) + 1),
            *self._created(file, last, len(before) + len(middle) + len(after) + 1),
        ]
        moved = [*_renumbered(before), *_renumbered(after, len(before) + len(middle) + 1)]
        changes = [*new, *moved]
        return self._desk.save(changes)[: len(new)] if changes else []

    def _created(self, file: SittingFile, values: Sequence[dict[str, Value]], first: int) -> list[Change]:
        return [
            Change("agenda_item", self._desk.new_id(), one | {"sitting_id": file.sitting.id, "position": position})
            for position, one in enumerate(values, start=first)
        ]

    def _saved(self, file: SittingFile, changes: list[Change]) -> SittingFile:
        if changes:
            self._desk.save(changes)
        return load(self._desk, file.sitting.id)


def most_items(members: int) -> int:
    """How many items one sitting can hold, so that its approval is one transaction of the log.

    Approval writes the sitting, the roll call and the number, and for each item itself, its case (a grant with its
    application counts two) and a vote for each member.
    """
    return (MOST_OPS - 2 - members) // (3 + members)


def _renumbered(rows: Sequence[Row], first: int = 1) -> list[Change]:
    return [
        row.change({"position": position})
        for position, row in enumerate(rows, start=first)
        if row["position"] != position
    ]
