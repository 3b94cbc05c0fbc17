"""A line over a form: this record also stands for another one; unlinking gives that one back."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ala_desktop.services.duplicate_verdicts import Link, Verdicts
from ala_desktop.services.row import Row
from ala_desktop.ui.page import Surroundings
from ala_desktop.ui.phrases import local_day
from ala_desktop.ui.theme import STEP
from ala_desktop.ui.work import Lane


class LinkedNotice(QFrame):
    """The records that the open one stands for, a line each; hidden while there are none."""

    def __init__(self, around: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._around = around
        self._verdicts = Verdicts(around.desk)
        self._of = ""
        self.setProperty("role", "notice")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(STEP + 4, STEP // 2, STEP, STEP // 2)
        self._column.setSpacing(0)
        self.hide()

    def show_row(self, row: Row) -> None:
        """Say what this record stands for."""
        self._of = row.id
        if row.id not in self._around.desk.linked.members:
            self._show(row.id, [])
            return
        verdicts, kind = self._verdicts, row.kind
        self._around.work.run(
            Lane.READ,
            lambda _: [link for link in verdicts.links(kind) if link.kept[0] == row.id],
            lambda links: self._show(row.id, links),
        )

    def _show(self, of: str, links: list[Link]) -> None:
        if of != self._of:
            return
        while (item := self._column.takeAt(0)) is not None:
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        for link in links:
            self._column.addWidget(self._line(link))
        self.setVisible(bool(links))

    def _line(self, link: Link) -> QWidget:
        line = QWidget(self)
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        who = f" da {link.author} il {local_day(link.at)}" if link.author and link.at else ""
        reason = link.reason[:1].lower() + link.reason[1:]
        text = QLabel(f"Questa scheda vale anche per «{link.other[1]}»: {reason}. Collegate{who}.", line)
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setWordWrap(True)
        take_back = QPushButton("Scollega", line)
        take_back.setProperty("link", "true")
        take_back.setToolTip("Le due schede tornano com'erano, ognuna con le sue pratiche")
        take_back.clicked.connect(lambda: self.unlink(link))
        row.addWidget(text, 1)
        row.addWidget(take_back)
        return line

    def unlink(self, link: Link) -> None:
        """Take a link back; the window offers to undo that too."""
        verdicts = self._verdicts
        wishes = self._around.wishes
        self._around.work.run(Lane.WRITE, lambda _: verdicts.unlink(link.id), wishes.decided.emit, wishes.tell.emit)
