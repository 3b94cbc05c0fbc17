"""The rows of a register as a preview shows them: any number, each read when it comes into view."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from ala_desktop.services.registers.plan import Outcome
from ala_desktop.services.registers.preview import Preview, PreviewRow


class Group(NamedTuple):
    """Rows that are told alike: their outcome, its word, and how so many of them are counted.

    A row that adds nothing is told by what it repeats: an earlier row of the file, or a record of the office.
    """

    outcome: Outcome
    word: str
    one: str
    more: str
    repeated: bool = False


GROUPS = (
    Group(Outcome.TAKEN, "Presa", "riga da prendere", "righe da prendere"),
    Group(Outcome.WITH_WARNINGS, "Con avvisi", "con avvisi", "con avvisi"),
    Group(Outcome.REFUSED, "Rifiutata", "rifiutata", "rifiutate"),
    Group(Outcome.DUPLICATE, "Già presente", "già presente", "già presenti"),
    Group(Outcome.DUPLICATE, "Ripetuta nel file", "ripetuta nel file", "ripetute nel file", repeated=True),
    Group(Outcome.NOT_ROW, "Non è una riga", "non è una riga", "non sono righe"),
)
_BY_OUTCOME = {(group.outcome, group.repeated): group for group in GROUPS}


def group_of(preview: Preview, place: int) -> Group:
    """How the row at a place is told."""
    return _BY_OUTCOME[preview.plan.outcomes[place], preview.repeats(place)]


_LEADING = ("Riga", "Esito", "Perché")
_NOWHERE = QModelIndex()
_KEPT = 400
Index = QModelIndex | QPersistentModelIndex


class PreviewModel(QAbstractTableModel):
    """Line, outcome and remarks, then the cells of the file under its own headings."""

    def __init__(self) -> None:
        super().__init__()
        self._preview: Preview | None = None
        self._places: list[int] = []
        self._rows: dict[int, PreviewRow] = {}

    def put(self, preview: Preview, only: Group | None = None) -> None:
        """Show the rows of a preview, or only those of one group."""
        self.beginResetModel()
        self._preview = preview
        self._rows.clear()
        places = range(preview.row_count)
        self._places = [place for place in places if only is None or group_of(preview, place) is only]
        self.endResetModel()

    def _row(self, row: int) -> PreviewRow | None:
        if self._preview is None:
            return None
        place = self._places[row]
        if place not in self._rows:
            if len(self._rows) > _KEPT:
                self._rows.clear()
            self._rows[place] = self._preview.row(place)
        return self._rows[place]

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._places)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() or self._preview is None else len(_LEADING) + len(self._preview.headings)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        row = self._row(index.row())
        if row is None or self._preview is None:
            return None
        leading = (str(row.line), group_of(self._preview, self._places[index.row()]).word, "; ".join(row.remarks))
        cells = (*leading, *row.cells)
        return cells[index.column()] if index.column() < len(cells) else ""

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole or self._preview is None:
            return None
        return (*_LEADING, *self._preview.headings)[section]
