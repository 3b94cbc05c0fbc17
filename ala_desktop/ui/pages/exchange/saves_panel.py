"""Lists of saves in words: what waits to be sent, and what was exchanged lately. Any number of rows."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ala_desktop.services.listing import Heading, Line
from ala_desktop.services.sharing.saves import RECENT, Save, Saves, Whose
from ala_desktop.ui.page import Surroundings
from ala_desktop.ui.phrases import counted, local_day_and_time
from ala_desktop.ui.table_model import TableModel
from ala_desktop.ui.table_view import TableView
from ala_desktop.ui.theme import STEP
from ala_desktop.ui.work import Job, Lane

_WHOSE = ((Whose.OTHERS, "Arrivate da altri PC"), (Whose.OWN, "Inviate da questo PC"), (Whose.ALL, "Tutte"))


class SavesSource:
    """Saves as rows of a table."""

    def __init__(
        self,
        headings: Sequence[tuple[str, int]],
        read: Callable[[Sequence[int]], list[Save | None]],
        cells: Callable[[Save], tuple[str, ...]],
    ) -> None:
        self.headings = [Heading(text, width, right=False) for text, width in headings]
        self._read, self._cells = read, cells

    def page(self, numbers: Sequence[int]) -> list[Line]:
        """These rows; a save that is not there any more is an absent line."""
        absent = Line("", ("",) * len(self.headings))
        return [Line(save.id, self._cells(save)) if save else absent for save in self._read(numbers)]

    def save(self, number: int) -> Save | None:
        """One of them."""
        return self._read([number])[0]


class SavesPanel(QWidget):
    """A list of saves; Enter opens the record that a save is about."""

    def __init__(self, around: Surroundings, name: str, source: SavesSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._around, self._source = around, source
        self._job: Job | None = None
        self.saves = Saves(around.desk)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, STEP, 0, 0)
        self.column.setSpacing(STEP)
        self.top = QHBoxLayout()
        self.top.setSpacing(STEP)
        self.count = QLabel(self)
        self.count.setProperty("role", "muted")
        self.top.addWidget(self.count)
        self.top.addStretch(1)
        self.column.addLayout(self.top)
        self.model = TableModel(source)
        self.table = TableView(self)
        self.table.setModel(self.model)
        self.table.setAccessibleName(name)
        self.table.set_widths([heading.width for heading in source.headings])
        self.table.chosen.connect(self._open)
        self.column.addWidget(self.table, 1)

    def numbers(self) -> array[int]:
        """The numbers of the rows; on the reading thread."""
        raise NotImplementedError

    def told(self, count: int) -> str:
        """What stands over so many rows."""
        raise NotImplementedError

    def refresh(self) -> None:
        """Read the list anew, in the background."""
        if self._job:
            self._job.stop()
        find = self.numbers
        self._job = job = self._around.work.run(
            Lane.READ, lambda job: None if job.stopped() else find(), lambda found: self._show(job, found)
        )

    def _show(self, job: Job, found: array[int] | None) -> None:
        if job is not self._job or found is None:
            return
        self._job = None
        row = self.table.current_row()
        held = self.model.numbers[row] if 0 <= row < len(self.model.numbers) else None
        if found == self.model.numbers:
            self.model.repaint()
        else:
            self.model.put(found)
            self.table.go_to(max(0, self.model.row_of(held) if held is not None else 0))
        self.count.setText(self.told(len(found)))

    def _open(self, row: int) -> None:
        save = self._source.save(self.model.numbers[row])
        if save:
            self._around.wishes.open_record.emit(save.kind, save.id)


class WaitingPanel(SavesPanel):
    """What has not been acknowledged yet."""

    def __init__(self, around: Surroundings, parent: QWidget | None = None) -> None:
        headings = (("Salvato il", 17), ("Scheda", 44), ("Che cosa", 50), ("Stato", 22))
        source = SavesSource(
            headings,
            Saves(around.desk).waiting_page,
            lambda save: (local_day_and_time(save.at), save.name, save.what, save.state.value),
        )
        super().__init__(around, "Modifiche da inviare", source, parent)
        self.table.say_when_empty("Niente da inviare: ALA ha ricevuto tutto.")

    def numbers(self) -> array[int]:
        """Newest first."""
        return self.saves.waiting()

    def told(self, count: int) -> str:
        """As `12 modifiche partono al prossimo scambio`."""
        text = counted(count, "modifica parte", "modifiche partono")
        return f"{text} al prossimo scambio. Invio apre la scheda." if count else ""


class RecentPanel(SavesPanel):
    """What came and went lately."""

    def __init__(self, around: Surroundings, parent: QWidget | None = None) -> None:
        headings = (("Salvato il", 17), ("Scheda", 40), ("Che cosa", 42), ("Chi", 20), ("PC", 12), ("Stato", 18))
        source = SavesSource(
            headings,
            Saves(around.desk).exchanged_page,
            lambda save: (
                local_day_and_time(save.at), save.name, save.what, save.author, save.device, save.state.value,
            ),
        )  # fmt: skip
        super().__init__(around, "Ultime modifiche scambiate", source, parent)
        self.whose = QComboBox(self)
        self.whose.setAccessibleName("Quali modifiche mostrare")
        for whose, label in _WHOSE:
            self.whose.addItem(label, whose)
        self.whose.currentIndexChanged.connect(lambda _: self.refresh())
        self.top.addWidget(self.whose)
        self.table.say_when_empty("Nessuna modifica qui. Arrivano con lo scambio.")

    def numbers(self) -> array[int]:
        """Newest first."""
        return self.saves.exchanged(self.whose.currentData())

    def told(self, count: int) -> str:
        """`Le ultime 5.000 modifiche`, or how many there are."""
        if count == RECENT:
            return f"Le ultime {RECENT:,} modifiche, dalla più recente.".replace(",", ".", 1)
        return f"{counted(count, 'modifica', 'modifiche')}, dalla più recente." if count else ""
