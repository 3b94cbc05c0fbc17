"""The past values of a unit's four axes, the latest first."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from ala_desktop.fields.kinds import FieldKind
from ala_desktop.services.row import Row
from ala_desktop.services.units import Units
from ala_desktop.ui.editors.base import Means
from ala_desktop.ui.page import Surroundings
from ala_desktop.ui.panels.base import Panel
from ala_desktop.ui.panels.small_table import SmallTable


class HistoryPanel(Panel):
    """What the unit was, from when to when, and why it changed."""

    title = "Storia degli stati"
    kinds = frozenset({"unit_state", "housing_unit"})

    def __init__(self, around: Surroundings, means: Means) -> None:
        super().__init__(around, means)
        self._units = Units(around.desk)
        self._fields = around.desk.catalog["unit_state"].fields
        self.table = SmallTable(
            "Storia degli stati", [("Cosa", 16), ("Era", 34), ("Dal", 12), ("Al", 12), ("Motivo", 40)]
        )
        self.empty = QLabel("Nessuno stato precedente: ogni cambio di destinazione, occupazione, condizione o "
                            "disponibilità resta qui con la sua data.", self)  # fmt: skip
        self.empty.setWordWrap(True)
        self.empty.setProperty("role", "muted")
        self.body.addWidget(self.table)
        self.body.addWidget(self.empty)

    def show_row(self, row: Row) -> None:
        """Read and show the past states."""
        states = self._units.history(row.id)
        self.table.put([self._cells(state) for state in states])
        self.table.setVisible(bool(states))
        self.empty.setVisible(not states)

    def _cells(self, state: Row) -> list[str]:
        unit = self.around.desk.catalog["housing_unit"].fields
        axis = str(state["axis"] or "")
        value_kind: FieldKind = unit[axis].kind if axis in unit else self._fields["value"].kind
        shown = {name: field.kind.show(state[name]) for name, field in self._fields.items()}
        return [shown["axis"], value_kind.show(state["value"]), shown["since"], shown["until"], shown["reason"]]
