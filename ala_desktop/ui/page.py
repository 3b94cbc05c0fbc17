"""What every page of the window has in common, and what a page may ask of the window."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ala_desktop.core.errors import Mendable
from ala_desktop.services.attachments.attachments import Attachments
from ala_desktop.services.desk import Desk
from ala_desktop.ui.elided import ElidedLabel
from ala_desktop.ui.theme import STEP, heading_font
from ala_desktop.ui.work import Work

Changed = frozenset[tuple[str, str]]
"""(kind, id) of records whose values changed."""


class Wishes(QObject):
    """What pages ask of the window.

    Signals:
        open_record(str, str): show the record of this kind and id, on whichever page it lives.
        go_to(str): show the page with this name.
        say(str): a short sentence in the status bar.
        tell(object): a `Mendable` to show.
        deleted(object): rows that were deleted just now; the window offers to restore them.
        decided(object): what was `Decided` just now about a possible duplicate; the window offers to take it back.
        duplicates(str): show the possible duplicates of records of this kind.
        import_register(str): import an office register of this kind of record; empty lets the clerk choose.
        correct(int): open the correction of the refused save at this place of the log.
        ask_ala(str, str): write a request to ALA about the record of this kind and id.
        exchanged(): how this PC stands with ALA may have changed without any record changing.
        drafted(): a form's draft was kept or dropped.
    """

    open_record = Signal(str, str)
    go_to = Signal(str)
    say = Signal(str)
    tell = Signal(object)
    deleted = Signal(object)
    decided = Signal(object)
    duplicates = Signal(str)
    import_register = Signal(str)
    correct = Signal(int)
    ask_ala = Signal(str, str)
    exchanged = Signal()
    drafted = Signal()


@dataclass(frozen=True)
class Surroundings:
    """What a page is built with.

    Attributes:
        desk: the opened office.
        work: the background threads.
        wishes: what it may ask of the window.
        attachments: files that belong to records.
    """

    desk: Desk
    work: Work
    wishes: Wishes
    attachments: Attachments


class Page(QWidget):
    """One page: a heading with its actions, and a body. Subclasses add widgets to `body` and override what they need.

    Attributes:
        name: identifier, used by `Wishes.go_to`.
        title: heading and entry of the navigation.
        kinds: kinds of record that `open` can show here.
        about: the lines that F1 shows, Italian.
    """

    name = ""
    title = ""
    kinds: tuple[str, ...] = ()
    about: tuple[str, ...] = ()

    def __init__(self, around: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.around = around
        whole = QVBoxLayout(self)
        whole.setContentsMargins(STEP * 3, STEP * 2, STEP * 3, STEP * 2)
        whole.setSpacing(STEP)
        self.heading = ElidedLabel(self.title, self)
        self.heading.setFont(heading_font(18))
        self.commands = QHBoxLayout()
        self.commands.setSpacing(STEP)
        top = QHBoxLayout()
        top.addWidget(self.heading)
        top.addStretch(1)
        top.addLayout(self.commands)
        whole.addLayout(top)
        self.body = QVBoxLayout()
        self.body.setSpacing(STEP)
        whole.addLayout(self.body, 1)

    def refresh(self, changed: Changed | None) -> None:
        """Show anew what may have changed; None means everything (F5, or the page was just entered)."""

    def open(self, kind: str, record: str) -> None:
        """Show a record of one of `kinds`."""

    def show_duplicates(self) -> None:
        """Show the possible duplicates among the records of `kinds`."""

    def new(self) -> None:
        """Ctrl+N."""

    def save(self) -> None:
        """Ctrl+S."""

    def search(self) -> None:
        """Ctrl+F or F3: go to the search field."""

    def take_focus(self) -> None:
        """The page was chosen by a key: go on in it where it was left, else where its work begins."""
        if (place := self.focusWidget() or self.first()) is not None:
            place.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def first(self) -> QWidget | None:
        """Where work begins on this page; None when it says so by itself."""
        return None

    def escape(self) -> bool:
        """Esc: leave what is open, safely; False when there is nothing to leave."""
        return False

    def may_leave(self) -> bool:
        """Whether another page may take its place; a page keeps a draft rather than say no."""
        return True

    def tell(self, problem: Mendable) -> None:
        """Show what went wrong and can be mended."""
        self.around.wishes.tell.emit(problem)
