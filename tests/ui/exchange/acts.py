"""What tests of the page "Scambio con ALA" do and look at again and again."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from tests.ui.clipping import misfits
from tests.ui.wording import foreign, texts


def link(place, page, hub, name=""):
    page.link.address.setText(hub.url)
    page.link.code.setText(hub.invite())
    page.link.name.setText(name)
    page.link.go.click()
    place.settle()


def exchange(place, page):
    page.band.go.click()
    place.settle()


def lines(strip):
    return [label.text() for label in strip.findChildren(QLabel) if label.isVisible()]


def cells(table):
    model = table.model()
    return [
        [model.data(model.index(row, column)) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def tabs(page):
    return [page.tabs.tabText(place) for place in range(page.tabs.count())]


def faults(place):
    return misfits(place.shown) + foreign(texts(place.shown), frozenset({"desktop"}))


def words(widget):
    return " ".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())
