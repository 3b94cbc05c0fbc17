"""All possible duplicates of a page's records, and those that are linked: each decided with a key or two."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ala_desktop.rules.duplicates import KINDS
from ala_desktop.services.duplicate_verdicts import Decided, Link, Verdicts
from ala_desktop.services.duplicates import Duplicates, Possible
from ala_desktop.services.linked import VERDICT
from ala_desktop.ui.duplicates.link_dialog import LinkDialog
from ala_desktop.ui.icons import icon
from ala_desktop.ui.page import Changed, Surroundings
from ala_desktop.ui.panels.small_table import SmallTable
from ala_desktop.ui.phrases import counted, local_day
from ala_desktop.ui.theme import STEP, heading_font, name_font
from ala_desktop.ui.work import Job, Lane

_HOW = (
    "Coppie di schede con lo stesso codice fiscale, lo stesso posto in catasto, lo stesso protocollo. "
    "Invio le mostra una accanto all'altra; Canc dice che non sono un duplicato."
)
_NONE = "Nessun possibile duplicato: ogni scheda risulta registrata una volta sola."
_NO_LINKS = "Nessuna scheda collegata."


class DuplicatesView(QWidget):
    """The pairs of some kinds of record.

    Signals:
        closed(): back to the list.
    """

    closed = Signal()

    def __init__(self, around: Surroundings, kinds: Sequence[str], back: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._around = around
        self._kinds = [kind for kind in kinds if kind in KINDS]
        self._duplicates, self._verdicts = Duplicates(around.desk), Verdicts(around.desk)
        self.possible: list[Possible] = []
        self.links: list[Link] = []
        self._job: Job | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        column.addLayout(self._top(back))
        column.addWidget(self._muted(_HOW))
        self.pairs = _Pairs("Possibili duplicati", [("Tipo", 14), ("Scheda", 34), ("Altra scheda", 34), ("Perché", 34)])
        self.pairs.chosen.connect(self.compare)
        self.pairs.apart.connect(self.dismiss)
        self.none = self._muted(_NONE)
        column.addWidget(self.pairs)
        column.addWidget(self.none)
        column.addLayout(self._pair_buttons())
        column.addSpacing(STEP)
        heading = QLabel("Schede collegate", self)
        heading.setFont(heading_font(12))
        column.addWidget(heading)
        self.linked = SmallTable(
            "Schede collegate", [("Tipo", 14), ("Resta in vista", 34), ("Vale anche per", 34), ("Perché, da chi", 40)]
        )
        self.linked.chosen.connect(lambda place: self._open(self.links[place].kind, self.links[place].kept[0]))
        self.no_links = self._muted(_NO_LINKS)
        column.addWidget(self.linked)
        column.addWidget(self.no_links)
        self.take_back = self._button("Scollega", "Le due schede tornano com'erano", self.unlink)
        row = QHBoxLayout()
        row.addWidget(self.take_back)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)
        self._show([], [])

    def _top(self, back: str) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(STEP)
        leave = QPushButton(back, self)
        leave.setIcon(icon("back", self.palette().link().color().name()))
        leave.setProperty("link", "true")
        leave.setToolTip("Torna all'elenco (Esc)")
        leave.clicked.connect(self.closed.emit)
        self.title = QLabel("Possibili duplicati", self)
        self.title.setFont(name_font(self.font()))
        row.addWidget(leave)
        row.addWidget(self.title, 1)
        return row

    def _pair_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(STEP)
        at = self.pairs.current_row
        self.look = self._button("Confronta e collega", "Invio", lambda: self.compare(at()))
        self.look.setProperty("main", "true")
        self.keep_apart = self._button("Non è un duplicato", "Canc", lambda: self.dismiss(at()))
        self.first = self._button("Apri la scheda", "", lambda: self._open_end(at(), first=True))
        self.second = self._button("Apri l'altra", "", lambda: self._open_end(at(), first=False))
        for button in (self.look, self.keep_apart, self.first, self.second):
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _button(self, text: str, tip: str, do: Callable[[], None]) -> QPushButton:
        button = QPushButton(text, self)
        button.setToolTip(tip)
        button.clicked.connect(lambda _=False: do())
        return button

    def _muted(self, text: str) -> QLabel:
        label = QLabel(text, self)
        label.setWordWrap(True)
        label.setProperty("role", "muted")
        return label

    # --- showing -----------------------------------------------------------------------------------------------------

    def refresh(self, changed: Changed | None) -> None:
        """Look again, in the background, if what changed may concern these pairs."""
        if changed is not None and not any(kind in (*self._kinds, VERDICT) for kind, _ in changed):
            return
        if self._job:
            self._job.stop()
        duplicates, verdicts, kinds = self._duplicates, self._verdicts, self._kinds

        def find(job: Job) -> tuple[list[Possible], list[Link]] | None:
            if job.stopped():
                return None
            return [one for kind in kinds for one in duplicates.all(kind)], [
                link for kind in kinds for link in verdicts.links(kind)
            ]

        self._job = job = self._around.work.run(Lane.READ, find, lambda found: self._found(job, found))

    def _found(self, job: Job, found: tuple[list[Possible], list[Link]] | None) -> None:
        if job is self._job and found is not None:
            self._show(*found)

    def _show(self, possible: list[Possible], links: list[Link]) -> None:
        held = self.focusWidget()
        self.possible, self.links = possible, links
        labels = {kind: self._around.desk.catalog[kind].label for kind in self._kinds}
        self.title.setText(counted(len(possible), "possibile duplicato", "possibili duplicati"))
        self.pairs.put([[labels[one.kind], one.first[1], one.second[1], one.reason] for one in possible])
        self.linked.put([[labels[link.kind], link.kept[1], link.other[1], _why(link)] for link in links])
        for shown, widgets in (
            (bool(possible), (self.pairs, self.look, self.keep_apart, self.first, self.second)),
            (not possible, (self.none,)),
            (bool(links), (self.linked, self.take_back)),
            (not links, (self.no_links,)),
        ):
            for widget in widgets:
                widget.setVisible(shown)
        if held is not None and not held.isVisible():
            self.take_focus()

    def take_focus(self) -> None:
        """To the pairs, or to what is linked."""
        table = self.pairs if self.possible or not self.links else self.linked
        table.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # --- deciding ----------------------------------------------------------------------------------------------------

    def compare(self, place: int) -> None:
        """Show both side by side, to link them."""
        if 0 <= place < len(self.possible):
            one = self.possible[place]
            rows = [self._around.desk.get(one.kind, end[0]) for end in (one.first, one.second)]
            dialog = LinkDialog(self._around, rows[0], rows[1], one.reason, self.window(), show=False)
            dialog.exec()
            dialog.deleteLater()

    def dismiss(self, place: int) -> None:
        """They are two."""
        if 0 <= place < len(self.possible):
            one, verdicts = self.possible[place], self._verdicts
            self._decide(lambda: verdicts.dismiss(one.kind, one.first[0], one.second[0]))

    def unlink(self) -> None:
        """Take the chosen link back."""
        place, verdicts = self.linked.current_row(), self._verdicts
        if 0 <= place < len(self.links):
            link = self.links[place]
            self._decide(lambda: verdicts.unlink(link.id))

    def _decide(self, decide: Callable[[], Decided]) -> None:
        wishes = self._around.wishes
        self._around.work.run(Lane.WRITE, lambda _: decide(), wishes.decided.emit, wishes.tell.emit)

    def _open_end(self, place: int, *, first: bool) -> None:
        if 0 <= place < len(self.possible):
            one = self.possible[place]
            self._open(one.kind, (one.first if first else one.second)[0])

    def _open(self, kind: str, record: str) -> None:
        self._around.wishes.open_record.emit(kind, record)


class _Pairs(SmallTable):
    """The pairs; Del says of the chosen one that it is none.

    Signals:
        apart(int): the row of a pair of two.
    """

    apart = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Del decides; the rest moves as in every table."""
        if event.key() == Qt.Key.Key_Delete and self.current_row() >= 0:
            self.apart.emit(self.current_row())
            return
        super().keyPressEvent(event)


def _why(link: Link) -> str:
    who = f" · {link.author}, {local_day(link.at)}" if link.author and link.at else ""
    return f"{link.reason}{who}"
