"""What the window takes for granted of Qt's own binding."""

import sys

import pytest
from PySide6.QtWidgets import QApplication, QWidget


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal from Python 3.12 on")
def test_calls_into_qt_give_none_back(qapp: QApplication):
    """PySide6 6.12.0 lost one reference at each call without a result: after some thousand, Python aborted."""
    widget = QWidget()
    before = sys.getrefcount(None)

    for _ in range(500):
        widget.update()
        qapp.processEvents()

    assert before - sys.getrefcount(None) < 100
