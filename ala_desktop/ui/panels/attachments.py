"""The files that belong to a record: added from the disk or dropped here, opened, saved elsewhere, removed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QLabel, QPushButton

from ala_desktop.core.errors import Mendable
from ala_desktop.services.attachments.attachments import Attached, NotHere
from ala_desktop.services.row import Row
from ala_desktop.sync.pieces import Stopped
from ala_desktop.ui.editors.base import Means
from ala_desktop.ui.files import LastFolder, ask_open_several, ask_save
from ala_desktop.ui.page import Surroundings
from ala_desktop.ui.panels.base import Panel
from ala_desktop.ui.panels.small_table import SmallTable
from ala_desktop.ui.work import Job, Lane

_KINDS = (
    "Documenti (*.pdf *.p7m *.jpg *.jpeg *.png *.tif *.tiff *.gif *.docx *.doc *.odt *.rtf *.xlsx *.xls *.ods *.pptx "
    "*.odp *.txt *.csv *.eml *.msg);;Tutti i file (*)"
)


class AttachmentsPanel(Panel):
    """What is attached to the record. What is not on this PC is fetched when it is opened."""

    title = "Allegati"
    kinds = frozenset({"attachment"})

    def __init__(self, around: Surroundings, means: Means) -> None:
        super().__init__(around, means)
        self._attachments = around.attachments
        self._row: Row | None = None
        self._items: list[Attached] = []
        self._last = LastFolder()
        self.add = QPushButton("Aggiungi…", self)
        self.add.setToolTip("Ctrl+Maiusc+A; oppure trascinare qui i file")
        self.add.setShortcut("Ctrl+Shift+A")
        self.add.clicked.connect(self._ask)
        self.open = self._button("Apri", self._open, "Invio sulla riga")
        self.save = self._button("Salva con nome…", self._save_as)
        self.remove = self._button("Elimina allegato", self._remove)
        for button in (self.add, self.open, self.save, self.remove):
            self.commands.addWidget(button)
        columns = [("Nome", 40), ("Tipo", 24), ("Dimensione", 12), ("Aggiunto il", 12), ("Da", 20), ("Dove", 16)]
        self.table = SmallTable("Allegati", columns)
        self.table.chosen.connect(lambda _: self._open())
        self.empty = QLabel("Ancora nessun allegato. I file si aggiungono con «Aggiungi…» o trascinandoli qui.", self)
        self.empty.setProperty("role", "muted")
        self.body.addWidget(self.table)
        self.body.addWidget(self.empty)
        self.setAcceptDrops(True)

    def _button(self, text: str, act: Callable[[], None], tip: str = "") -> QPushButton:
        button = QPushButton(text, self)
        button.setToolTip(tip)
        button.clicked.connect(lambda _=False: act())
        return button

    def show_row(self, row: Row) -> None:
        """Read and show the attachments."""
        self._row = row
        self._items = self._attachments.of(row.kind, row.id)
        self.table.put([self._cells(item) for item in self._items])
        self.table.setVisible(bool(self._items))
        self.empty.setVisible(not self._items)
        self.add.setEnabled(True)
        for button in (self.open, self.save, self.remove):
            button.setEnabled(bool(self._items))

    def _cells(self, item: Attached) -> list[str]:
        fields = self.around.desk.catalog["attachment"].fields
        shown = {name: fields[name].kind.show(item.row[name]) for name in ("media_type", "added_on", "added_by")}
        name = item.row.text("name") or "(riservato: manca la chiave)"
        size, where = _size(item.row["size"]), "su questo PC" if item.here else "da richiedere"
        return [name, shown["media_type"], size, shown["added_on"], shown["added_by"], where]

    def _chosen(self) -> Row | None:
        place = self.table.current_row()
        return self._items[place].row if 0 <= place < len(self._items) else None

    def _ask(self) -> None:
        self.attach(ask_open_several(self.window(), "Aggiungi allegati", _KINDS, self._last))

    def attach(self, paths: Sequence[Path]) -> None:
        """Add these files to the record, one after the other; the first that cannot be added ends it, in words."""
        row, attachments = self._row, self._attachments
        if row is None or not paths:
            return

        def add(_: Job) -> int:
            for path in paths:
                attachments.attach(row.kind, row.id, path)
            return len(paths)

        self.around.work.run(Lane.WRITE, add, self._added, self.around.wishes.tell.emit, label="Aggiunta di allegati")

    def _added(self, count: int) -> None:
        self.around.wishes.say.emit("Allegato aggiunto" if count == 1 else f"Allegati aggiunti: {count}")

    def _open(self) -> None:
        row = self._chosen()
        if row is not None:
            self._read(row, lambda: self._attachments.for_viewer(row.id), self._view)

    def _view(self, path: Path) -> None:
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
            self.around.wishes.tell.emit(
                Mendable(
                    "L'allegato non si apre",
                    f"Su questo PC nessun programma apre «{path.name}».",
                    "Salvarlo con «Salva con nome…» e aprirlo su un altro PC.",
                )
            )

    def _save_as(self) -> None:
        row = self._chosen()
        target = (
            ask_save(self.window(), "Salva allegato", row.text("name"), "Tutti i file (*)", self._last) if row else None
        )
        if row is None or target is None:
            return

        def write() -> Path:
            self._attachments.save_as(row.id, target)
            return target

        self._read(row, write, lambda path: self.around.wishes.say.emit(f"Salvato in {path}"))

    def _read(self, row: Row, read: Callable[[], Path], done: Callable[[Path], None]) -> None:
        """Read an attachment; one that is not here is fetched first, with progress, and may be stopped."""

        def failed(problem: Mendable) -> None:
            if isinstance(problem, NotHere):
                self._fetch(row, lambda: self._read_here(read, done, self.around.wishes.tell.emit))
            else:
                self.around.wishes.tell.emit(problem)

        self._read_here(read, done, failed)

    def _read_here(
        self, read: Callable[[], Path], done: Callable[[Path], None], failed: Callable[[Mendable], object]
    ) -> None:
        self.around.work.run(Lane.READ, lambda _: read(), done, failed)

    def _fetch(self, row: Row, then: Callable[[], None]) -> None:
        attachments = self._attachments

        def fetch(job: Job) -> bool:
            try:
                attachments.fetch(row.id, job.progress, job.stopped)
            except Stopped:
                return False
            return True

        def fetched(whole: bool) -> None:
            if self._row is not None:
                self.show_row(self._row)
            if whole:
                then()
            else:
                self.around.wishes.say.emit("Ricezione fermata: la prossima volta riprende da qui")

        self.around.work.run(
            Lane.NETWORK, fetch, fetched, self.around.wishes.tell.emit, label="Ricezione dell'allegato"
        )

    def _remove(self) -> None:
        row = self._chosen()
        if row is not None:
            wishes = self.around.wishes
            self.around.work.run(
                Lane.WRITE, lambda _: self._attachments.remove(row), wishes.deleted.emit, wishes.tell.emit
            )

    # --- files that are dropped here ---

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files of this PC only."""
        if _files(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Add what was dropped."""
        event.acceptProposedAction()
        self.attach(_files(event))


def _files(event: QDropEvent) -> list[Path]:
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]


def _size(size: object) -> str:
    """As a person reads it: `12 KB`, `3,4 MB`."""
    count = size if isinstance(size, int) else 0
    if count < 1_000_000:
        return f"{max(1, round(count / 1_000))} KB"
    return f"{count / 1_000_000:.1f} MB".replace(".", ",")
