"""A heading that gives way in pixels, not in letters."""

from ala_desktop.ui.elided import ElidedLabel


def test_only_what_does_not_fit_gives_way_and_the_tail_stays(qtbot, dressed):
    label = ElidedLabel()
    qtbot.addWidget(label)
    name, tail = "Commissione consultiva per le assegnazioni", " · seduta del 22/11/2026"
    label.resize(label.fontMetrics().horizontalAdvance(name + tail) + 2, 30)
    label.put(name, tail)
    label.show()
    assert (label.text(), label.toolTip()) == (name + tail, "")
    label.resize(label.width() - 40, 30)
    assert label.text().endswith(f"…{tail}")
    assert label.text().startswith("Commissione consultiva")
    assert label.fontMetrics().horizontalAdvance(label.text()) <= label.width()
    assert label.toolTip() == label.accessibleName() == name + tail
    label.resize(label.width() + 40, 30)
    assert label.text() == name + tail
