"""The page of commissions and minutes at work in an office with a commission of four."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication

from ala_desktop.services.forms import Forms
from ala_desktop.services.lookup import Lookup
from ala_desktop.ui import theme
from ala_desktop.ui.editors.base import Means
from ala_desktop.ui.page import Surroundings, Wishes
from ala_desktop.ui.pages.sittings.page import SittingsPage
from ala_desktop.ui.work import Work
from ala_desktop.wiring import attachments_of
from tests.unit.services.sitting_factory import body


class Relay(QObject):
    """What the window does: changes told on the saving thread reach the page on its own."""

    changed = Signal(object)


class Bench:
    """A page at work in an office with a commission."""

    def __init__(self, qtbot, folder):
        self.qtbot = qtbot
        self.office = body(folder)
        self.work, self.wishes, self.relay = Work(), Wishes(), Relay()
        self.said, self.told, self.faults = [], [], []
        self.wishes.say.connect(self.said.append)
        self.wishes.tell.connect(self.told.append)
        self.work.crashed.connect(self.faults.append)
        around = Surroundings(self.office.desk, self.work, self.wishes, attachments_of(self.office.desk))
        means = Means(self.office.desk.clock.today, Lookup(self.office.desk), self.work, self.wishes.open_record.emit)
        self.page = SittingsPage(around, Forms(self.office.desk), means)
        self.wishes.open_record.connect(self.page.open)
        self.relay.changed.connect(self.page.refresh, Qt.ConnectionType.QueuedConnection)
        self.office.desk.listen(lambda changed: self.relay.changed.emit(frozenset(changed)))
        self.page.resize(1142, 712)
        self.page.show()
        self.page.refresh(None)
        self.settle()

    def settle(self):
        self.qtbot.waitUntil(lambda: self.work.pending == 0)
        QApplication.processEvents()
        self.qtbot.waitUntil(lambda: self.work.pending == 0)
        assert self.faults == []

    @property
    def screen(self):
        assert self.page.sitting is not None
        return self.page.sitting

    @property
    def file(self):
        return self.office.sittings.file(self.screen.session.sitting_id)

    def open(self, file):
        self.page.open("sitting", file.sitting.id)
        self.settle()

    def key(self, widget, key, modifier=Qt.KeyboardModifier.NoModifier):
        widget.setFocus()
        self.qtbot.keyClick(widget, key, modifier)
        self.settle()

    def type(self, box, text):
        """Type into a field and leave it with Tab."""
        main = box.editor.main
        main.setFocus()
        self.qtbot.keyClick(main, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        self.qtbot.keyClicks(main, text)
        self.qtbot.keyClick(main, Qt.Key.Key_Tab)
        self.settle()


@pytest.fixture
def bench(qtbot, tmp_path, qapp):
    theme.dress_prompt(qapp)
    made = Bench(qtbot, tmp_path)
    yield made
    made.page.close()
    made.page.deleteLater()
    QApplication.processEvents()
    made.work.close()
    made.office.desk.close()


@pytest.fixture
def sitting(bench):
    for day, name in enumerate(("ROSSI MARIA", "Ștefănescu Ioana"), start=1):
        bench.office.application(name, submitted_on=f"2026-01-0{day}", protocol=f"100{day}")
    file = bench.office.opened()
    bench.open(file)
    return file
