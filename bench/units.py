"""The list of housing units as the clerk uses it: opening, paging, searching while typing; until it is painted.

Beside each, plain sqlite3 on an unencrypted file with the same rows and the same index fetches the same rows.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from ala_desktop.services.desk import Desk
from ala_desktop.services.lists import UNITS
from ala_desktop.ui import theme
from ala_desktop.ui.list_panel import ListPanel
from ala_desktop.ui.page import Surroundings, Wishes
from ala_desktop.ui.work import Work
from ala_desktop.wiring import attachments_of
from bench import office, raw
from bench.figures import Figure, Size, quantile

_PLAIN = "plain sqlite3, same rows"
_AIM_MS = 50.0
_SCREEN = 20
"""Rows that the baseline fetches: about one screen."""

_TYPED = ("garibaldi", "bl0042", "de gasperi 12", "libertà", "cà del bosco", "antonio 3 bis", "non c'è", "bl")
_PATIENCE = 30.0

Taken = dict[str, list[float]]


class _Painted(QObject):
    """Notes that a widget was painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__()
        self.seen = False
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.seen = True
        return False


class _Plain:
    """The same questions put to a plain file."""

    def __init__(self, path: Path, desk: Desk) -> None:
        with desk.reading() as connection:
            create, rows = raw.finished(connection, UNITS.kind)
        self._connection = raw.connect(path)
        self._connection.execute(create)
        raw.insert(self._connection, UNITS.kind, rows)
        self._connection.execute(f"CREATE INDEX by_code ON {UNITS.kind} (code) WHERE _deleted IS NULL")
        self._cells = ", ".join(column.name for column in UNITS.columns)
        searched = [field.name for field in desk.catalog[UNITS.kind].fields.values() if field.searched]
        self._searched = " || ' ' || ".join(f"coalesce({name}, '')" for name in searched)

    def numbers(self) -> list[int]:
        """The row numbers of the whole list in its order."""
        query = f"SELECT rowid FROM {UNITS.kind} WHERE _deleted IS NULL ORDER BY code"
        return [number for (number,) in self._connection.execute(query)]

    def found(self, text: str) -> list[int]:
        """The row numbers whose searched text holds every word."""
        words = text.split()
        tests = "".join(f" AND {self._searched} LIKE ?" for _ in words)
        query = f"SELECT rowid FROM {UNITS.kind} WHERE _deleted IS NULL{tests} ORDER BY code"
        return [number for (number,) in self._connection.execute(query, [f"%{word}%" for word in words])]

    def screen(self, numbers: list[int]) -> list[tuple[object, ...]]:
        """The cells of one screen."""
        within = ",".join(map(str, numbers[:_SCREEN]))
        return self._connection.execute(f"SELECT {self._cells} FROM {UNITS.kind} WHERE rowid IN ({within})").fetchall()

    def close(self) -> None:
        """Give the file back."""
        self._connection.close()


class _Clerk:
    """Somebody before an open list, who waits until each thing is painted."""

    def __init__(self, desk: Desk, work: Work) -> None:
        self._work = work
        self.panel = ListPanel(Surroundings(desk, work, Wishes(), attachments_of(desk)), UNITS)
        self.panel.resize(1366, 768)
        self.settled = False
        self.panel.settled.connect(self._note)
        self._painted = _Painted(self.panel.table.viewport())

    def _note(self) -> None:
        self.settled = True
        self._painted.seen = False  # what counts is painted from here on

    def _until(self, ready: Callable[[], bool]) -> None:
        end = time.perf_counter() + _PATIENCE
        while not ready():
            if time.perf_counter() > end:
                raise TimeoutError("the list did not settle")
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 50)

    def open(self) -> None:
        """Open the list; returns when its rows stand on the screen."""
        self.panel.show()
        self.panel.enter()
        self._until(lambda: self.settled and self._painted.seen and self.panel.model.rowCount() > 0)

    def rest(self) -> None:
        """Wait until nothing goes on in the background."""
        self._until(lambda: self._work.pending == 0)

    def press(self, key: Qt.Key) -> None:
        """Press a key in the table; returns when it is painted anew."""
        self._painted.seen = False
        QTest.keyClick(self.panel.table, key)
        self._until(lambda: self._painted.seen)

    def jump(self, row: int) -> None:
        """Drag the scroll bar to a row."""
        self._painted.seen = False
        self.panel.table.verticalScrollBar().setValue(row)
        self._until(lambda: self._painted.seen)

    def type(self, letter: str) -> None:
        """Type a letter into the search; returns when the rows found stand on the screen."""
        self.settled = False
        self.panel.search_field.insert(letter)
        self._until(lambda: self.settled and (self._painted.seen or not self.panel.model.rowCount()))

    def clear(self) -> None:
        """Empty the search."""
        self.settled = False
        self.panel.search_field.clear()
        self._until(lambda: self.settled)

    def leave(self) -> None:
        """Close the list."""
        self.rest()
        self.panel.close()
        self.panel.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def measure(size: Size, folder: Path) -> Iterator[Figure]:
    """Opening, paging, jumping and searching a list of `size.units` housing units."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme.dress_prompt(app)
    theme.dress(app)
    desk = office.new_desk(folder / "office")
    desk.save_each(office.units(size.units), group="sample")
    plain, work = _Plain(folder / "plain.db", desk), Work()
    clerk, opening = _open(size, desk, work, plain)
    yield from _figures("units.open", opening)
    yield from _figures("units.search.first", _search(clerk, plain, ("gar",)))
    clerk.rest()
    yield from _figures("units.page", _page(clerk, plain, size))
    yield from _figures("units.jump", _jump(clerk, plain, size))
    yield from _figures("units.search", _search(clerk, plain, _TYPED))
    clerk.leave()
    work.close()
    plain.close()
    desk.close()


def _figures(name: str, taken: Taken) -> Iterator[Figure]:
    for share in (0.5, 0.95):
        ours, theirs = (quantile(taken[who], share) * 1_000 for who in ("ours", "plain"))
        aim = _AIM_MS if share == 0.95 and name in ("units.page", "units.jump", "units.search") else None
        yield Figure(f"{name}.p{round(share * 100)}", ours, "ms", theirs, _PLAIN, aim_value=aim)


def _take(taken: Taken, plain: Callable[[], object], ours: Callable[[], object]) -> None:
    for who, work in (("plain", plain), ("ours", ours)):
        start = time.perf_counter()
        work()
        taken.setdefault(who, []).append(time.perf_counter() - start)


def _open(size: Size, desk: Desk, work: Work, plain: _Plain) -> tuple[_Clerk, Taken]:
    """Open and close the list some times; the last one stays open, and has not read its searchable text yet."""
    taken: Taken = {}
    clerk: _Clerk | None = None
    for _ in range(size.runs):
        if clerk:
            clerk.leave()

        def open_list() -> None:
            nonlocal clerk
            clerk = _Clerk(desk, work)
            clerk.open()

        _take(taken, lambda: plain.screen(plain.numbers()), open_list)
    assert clerk is not None
    return clerk, taken


def _page(clerk: _Clerk, plain: _Plain, size: Size) -> Taken:
    taken: Taken = {}
    numbers = plain.numbers()
    clerk.panel.table.go_to(0)
    clerk.panel.table.setFocus()
    for step in range(min(300, size.units // 40)):
        _take(taken, lambda at=step: plain.screen(numbers[at * _SCREEN :]), lambda: clerk.press(Qt.Key.Key_PageDown))
    return taken


def _jump(clerk: _Clerk, plain: _Plain, size: Size) -> Taken:
    taken: Taken = {}
    numbers, draw = plain.numbers(), random.Random(7)
    for _ in range(100):
        row = draw.randrange(size.units - 2 * _SCREEN)
        _take(taken, lambda at=row: plain.screen(numbers[at:]), lambda at=row: clerk.jump(at))
    return taken


def _search(clerk: _Clerk, plain: _Plain, texts: tuple[str, ...]) -> Taken:
    """Type each text letter by letter."""
    taken: Taken = {}
    for text in texts:
        for end, letter in enumerate(text, 1):
            typed = text[:end]
            _take(taken, lambda said=typed: plain.screen(plain.found(said)), lambda key=letter: clerk.type(key))
        clerk.clear()
    return taken
