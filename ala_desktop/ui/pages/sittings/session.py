"""The sitting that is on the screen: every action runs on the writing thread, one after the other, then it is shown.

The panels never hold rows of their own: they draw the `SittingFile` of `shown`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from PySide6.QtCore import QObject, Signal

from ala_desktop.core.errors import Mendable
from ala_desktop.services.sittings.agenda import Agenda
from ala_desktop.services.sittings.course import Sittings
from ala_desktop.services.sittings.minutes import Minutes
from ala_desktop.services.sittings.roll_call import RollCall
from ala_desktop.services.sittings.sitting_file import SittingFile
from ala_desktop.services.sittings.voting import Voting
from ala_desktop.ui.page import Surroundings
from ala_desktop.ui.work import Lane

_FAMILY = frozenset({"sitting", "attendance", "agenda_item", "vote", "minutes_number", "commission", "attachment"})

Verb = Callable[[SittingFile], Any]


class SittingSession(QObject):
    """One sitting, open.

    Signals:
        shown(object): the `SittingFile` to draw; after every action, refused ones too.

    Attributes:
        file: the sitting as it was last shown; None until the first reading arrives.
    """

    shown = Signal(object)

    def __init__(self, around: Surroundings, sitting_id: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.around = around
        self.sitting_id = sitting_id
        self.sittings = Sittings(around.desk)
        self.agenda = Agenda(around.desk)
        self.roll_call = RollCall(around.desk)
        self.voting = Voting(around.desk)
        self.minutes = Minutes(around.desk)
        self.file: SittingFile | None = None
        self._latest: SittingFile | None = None
        self._under_way = 0
        self._closed = False

    def read(self, then: Callable[[SittingFile], Any] | None = None) -> None:
        """Read the sitting anew."""
        self.act(lambda _: None, then and (lambda _: then(self.known)))

    @property
    def known(self) -> SittingFile:
        """The sitting as it was last shown, once it was."""
        if self.file is None:
            raise RuntimeError("the sitting has not been read yet")
        return self.file

    def act(self, verb: Verb, then: Callable[[Any], Any] | None = None) -> None:
        """Do something to the sitting as it stands after the actions before; then show it, then go on with `then`."""

        def carry(_: object) -> tuple[Any, SittingFile]:
            current = self._latest or self.sittings.file(self.sitting_id)
            result = verb(current)
            self._latest = self.sittings.file(self.sitting_id)
            return result, self._latest

        def follow(outcome: tuple[Any, SittingFile]) -> None:
            self._under_way -= 1
            if self._closed:
                return
            self._show(outcome[1])
            if then:
                then(outcome[0])

        self._under_way += 1
        self.around.work.run(Lane.WRITE, carry, follow, self._refused)

    def close(self) -> None:
        """The screen goes; actions under way end in the store and are drawn no more."""
        self._closed = True

    def note(self, changed: Iterable[tuple[str, str]]) -> None:
        """Something was saved or arrived: read anew if it concerns this sitting and no action of its own will."""
        if self._under_way == 0 and any(kind in _FAMILY for kind, _ in changed):
            self.read()

    def _refused(self, problem: Mendable) -> None:
        """Tell why, and draw what is in force again."""
        self._under_way -= 1
        if self.file is not None and not self._closed:
            self.shown.emit(self.file)
        self.around.wishes.tell.emit(problem)

    def _show(self, file: SittingFile) -> None:
        self.file = file
        self.shown.emit(file)
