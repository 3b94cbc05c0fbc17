"""While nobody uses the window the store is looked after, and never while somebody does."""

import threading

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from ala_desktop.sync import checkup
from ala_desktop.ui.work import Lane
from tests import factory


def state(place):
    with place.desk.reading() as connection:
        return checkup.state(connection)


def test_a_quiet_window_has_its_store_proved_and_its_digest_taken(place, window, qtbot):
    factory.unit(place.desk, "A1")
    assert state(place).verified is None
    with qtbot.waitSignal(window.quiet.came):
        window.quiet.timer.start(1)
    place.settle()
    assert state(place).verified is not None
    assert state(place).faults == 0
    assert state(place).told is not None


@pytest.mark.parametrize("use", ["key", "mouse"])
def test_whoever_uses_the_window_begins_the_wait_anew(use, window, qtbot):
    window.quiet.timer.stop()
    if use == "key":
        qtbot.keyClick(window.windowHandle(), Qt.Key.Key_Down)
    else:
        QTest.mouseMove(window.windowHandle(), QPoint(40, 60))
    qtbot.waitUntil(window.quiet.timer.isActive)
    assert window.quiet.timer.interval() == 120_000


def test_it_does_not_come_while_something_runs(place, window, qtbot):
    end, came = threading.Event(), []
    window.quiet.came.connect(lambda: came.append(1))
    place.work.run(Lane.WRITE, lambda _: end.wait(20))
    window.quiet.timer.setInterval(1)
    window.quiet.timer.start()
    qtbot.wait(60)
    assert came == []
    end.set()
    qtbot.waitUntil(lambda: came == [1])
    place.settle()
