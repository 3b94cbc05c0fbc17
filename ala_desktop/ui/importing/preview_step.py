"""Second step: what would be taken, row by row, before anything is written."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ala_desktop.services.registers.preview import Preview
from ala_desktop.ui.importing.preview_model import GROUPS, PreviewModel, group_of
from ala_desktop.ui.message import MessageStrip
from ala_desktop.ui.phrases import counted
from ala_desktop.ui.table_view import TableView
from ala_desktop.ui.theme import STEP


class PreviewStep(QWidget):
    """How the file was read, the rows with their outcome, and whether differences are applied."""

    def __init__(self) -> None:
        super().__init__()
        self._preview: Preview | None = None
        self.read = QLabel(self)
        self.unused = QLabel(self)
        for label in (self.read, self.unused):
            label.setWordWrap(True)
            label.setProperty("role", "muted")
        self.figures = QLabel(self)
        self.only = QComboBox(self)
        self.only.setAccessibleName("Mostra solo le righe con questo esito")
        self.only.currentIndexChanged.connect(self._narrow)
        self.model = PreviewModel()
        self.table = TableView(self)
        self.table.setModel(self.model)
        self.table.setAccessibleName("Righe del registro")
        self.table.say_when_empty("Nessuna riga con questo esito")
        self.apply = QCheckBox(self)
        self.strip = MessageStrip(self)
        top = QHBoxLayout()
        top.addWidget(self.figures, 1)
        top.addWidget(self.only)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        for widget in (self.strip, self.read, self.unused):
            column.addWidget(widget)
        column.addLayout(top)
        column.addWidget(self.table, 1)
        column.addWidget(self.apply)

    def show_preview(self, preview: Preview) -> None:
        """Show what an import of this file would do."""
        self._preview = preview
        self.strip.clear()
        self.read.setText(_how_read(preview))
        self.unused.setText("Colonne che non si usano: " + ", ".join(filter(None, preview.unused)))
        self.unused.setVisible(any(preview.unused))
        found = Counter(group_of(preview, place) for place in range(preview.row_count))
        counts = [(group, found[group]) for group in GROUPS if found[group]]
        self.figures.setText(" · ".join(counted(count, group.one, group.more) for group, count in counts))
        with QSignalBlocker(self.only):
            self.only.clear()
            self.only.addItem("Tutte le righe", None)
            for group, count in counts:
                self.only.addItem(f"{group.word} ({counted(count, 'riga', 'righe')})", group.word)
        differences = len(preview.report.differences)
        self.apply.setVisible(bool(differences))
        self.apply.setChecked(False)
        what = counted(differences, "differenza rispetto", "differenze rispetto")
        self.apply.setText(f"Applica anche {what} a quanto è già nell'archivio")
        self._narrow()
        for column in range(self.model.columnCount()):
            self.table.setColumnWidth(column, (60, 110, 320)[column] if column < 3 else 130)

    def _narrow(self) -> None:
        if self._preview is not None:
            wanted = self.only.currentData()
            self.model.put(self._preview, next((group for group in GROUPS if group.word == wanted), None))

    @property
    def accepted(self) -> bool:
        """Whether differences are to be applied."""
        return not self.apply.isHidden() and self.apply.isChecked()


def _how_read(preview: Preview) -> str:
    parts = [preview.file.name, preview.form]
    if preview.encoding:
        parts.append(f"caratteri {preview.encoding}")
    if preview.separator:
        parts.append(f"separatore {preview.separator}")
    if preview.sheet:
        parts.append(f"foglio «{preview.sheet}»")
    columns = counted(len(preview.columns), "colonna riconosciuta", "colonne riconosciute")
    return " · ".join([*parts, f"intestazioni alla riga {preview.header_row}", columns])
