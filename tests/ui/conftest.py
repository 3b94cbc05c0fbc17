"""The window of a small office, through its real widgets; nothing is faked but the clock."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from ala_desktop import app as start
from ala_desktop.services.attachments.attachments import Attachments
from ala_desktop.services.forms import Forms
from ala_desktop.services.lookup import Lookup
from ala_desktop.services.sharing.exchange import Exchange
from ala_desktop.ui import theme
from ala_desktop.ui.editors.base import Means
from ala_desktop.ui.main_window import MainWindow
from ala_desktop.ui.page import Surroundings, Wishes
from ala_desktop.ui.work import Work
from tests import factory
from tests.hubs import over_http


@pytest.fixture
def dressed(qapp):
    """The application with its style, fonts and Italian."""
    theme.dress_prompt(qapp)
    theme.dress(qapp)
    assert start.speak_italian(qapp)
    return qapp


class Crew:
    """Background work, and the faults that it reported."""

    def __init__(self, qtbot):
        self.qtbot, self.work, self.faults = qtbot, Work(), []
        self.work.crashed.connect(self.faults.append)

    def settle(self):
        """Wait until nothing runs and everything was shown."""
        for _ in range(3):
            self.qtbot.waitUntil(lambda: self.work.pending == 0, timeout=20_000)
            self.qtbot.wait(40)
        assert self.faults == []


class Place(Crew):
    """An open office: desk, surroundings, and what the pages asked for."""

    def __init__(self, qtbot, folder):
        super().__init__(qtbot)
        self.folder = folder
        self.shown: MainWindow | None = None
        self.desk = factory.desk(folder)
        self.wishes = Wishes()
        self.told, self.said = [], []
        self.wishes.tell.connect(self.told.append)
        self.wishes.say.connect(self.said.append)
        self.around = Surroundings(
            self.desk, self.work, self.wishes, Attachments(self.desk, Exchange(self.desk, over_http))
        )
        self.forms = Forms(self.desk)
        self.means = Means(self.desk.clock.today, Lookup(self.desk), self.work, self.wishes.open_record.emit)

    def window(self):
        """The main window, shown at the size of an office PC's screen."""
        window = MainWindow(self.around, self.folder, Exchange(self.desk, over_http))
        self.wishes.tell.disconnect()  # a dialog would wait for somebody
        self.wishes.tell.connect(self.told.append)
        window.resize(1366, 768)
        window.show()
        self.shown = window
        self.settle()
        return window

    def type(self, widget, text):
        """Type over what stands in a field."""
        widget.setFocus()
        self.qtbot.keyClick(widget, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        self.qtbot.keyClicks(widget, text)

    def key(self, widget, key, modifier=Qt.KeyboardModifier.NoModifier):
        """Press a key and wait for what it does."""
        self.qtbot.keyClick(widget, key, modifier)
        self.settle()

    def close(self):
        """Close what is open."""
        if self.shown:
            self.shown.close()
        self.work.close()
        if self.shown:
            self.shown.deleteLater()
            QApplication.processEvents()
        self.desk.close()


@pytest.fixture
def place(qtbot, tmp_path, dressed):
    made = Place(qtbot, tmp_path / "ufficio")
    yield made
    made.close()


@pytest.fixture
def window(place):
    return place.window()
