"""Lists over many rows: pages and searches within their budgets, in processor time: the machine may be busy."""

import time

import pytest

from ala_desktop.sync.capture import Change

ROWS = 12_000


@pytest.fixture
def panel(place, window):
    streets = ("Via Roma", "Via Garibaldi", "Piazza della Libertà", "Viale Milano")
    place.desk.save_each(
        (
            [
                Change(
                    "housing_unit", place.desk.new_id(), {"code": f"BL{n:06}", "address": f"{streets[n % 4]} {n % 300}"}
                )
            ]
            for n in range(ROWS)
        ),
        group="prova",
    )
    window.go_to("units")
    place.settle()
    return window.page.list


def p95(seconds):
    return sorted(seconds)[int(len(seconds) * 0.95)]


def test_only_the_pages_near_the_window_are_read(panel):
    assert panel.model.rowCount() == ROWS
    assert len(panel.model._pages) <= 2
    panel.table.go_to(ROWS - 1)
    panel.table.viewport().repaint()
    assert len(panel.model._pages) <= 4


def test_going_through_all_pages_keeps_few_of_them(panel):
    for row in range(0, ROWS, 100):
        panel.model.line(row)
    assert len(panel.model._pages) <= 64
    assert panel.model.line(ROWS - 1).cells[0].startswith("BL011999")


def test_paging_keeps_its_budget(panel):
    bar, taken = panel.table.verticalScrollBar(), []
    for _ in range(60):
        begin = time.process_time()
        bar.setValue(bar.value() + bar.pageStep())
        panel.table.viewport().repaint()
        taken.append(time.process_time() - begin)
    assert p95(taken) < 0.05


def test_searching_as_one_types_keeps_its_budget(place, panel):
    taken = []
    for text in ("via roma 12", "liberta", "bl0117", "zz"):
        for end in range(1, len(text) + 1):
            begin = time.process_time()
            with place.qtbot.waitSignal(panel.settled):
                panel.search_field.setText(text[:end])
            taken.append(time.process_time() - begin)
    assert p95(taken) < 0.05


def test_an_earlier_request_never_overtakes_a_later_one(place, panel):
    for text in ("v", "vi", "via", "bl000001"):
        panel.search_field.setText(text)
    place.settle()
    assert [panel.model.line(row).cells[0] for row in range(panel.model.rowCount())] == ["BL000001"]


def test_a_search_without_result_says_so(place, panel):
    panel.search_field.setText("inesistente")
    place.settle()
    assert panel.table._empty_text == "Nessun risultato per «inesistente»"
    assert panel.count.text() == "0 alloggi"
