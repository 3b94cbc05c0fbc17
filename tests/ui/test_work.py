"""Background work: results on the window's thread, faults shown, nothing lost at the end, the window alive."""

import sys
import threading
import time

import pytest
from PySide6.QtCore import QThread, QTimer

from ala_desktop.core.errors import Mendable
from ala_desktop.sync.capture import Change
from ala_desktop.ui.table_view import TableView
from ala_desktop.ui.work import Lane, Work


@pytest.fixture
def work(qtbot):
    made = Work()
    yield made
    made.close()


def test_results_arrive_on_the_windows_thread(work, qtbot, qapp):
    seen = []
    work.run(
        Lane.READ, lambda _: threading.current_thread().name, lambda name: seen.append((name, QThread.currentThread()))
    )
    qtbot.waitUntil(lambda: bool(seen))
    [(name, thread)] = seen
    assert name.startswith("ala-read")
    assert thread is qapp.thread()


def test_one_lane_does_one_thing_after_the_other(work, qtbot):
    running, most, done = [], [], []

    def task(_):
        running.append(1)
        most.append(len(running))
        time.sleep(0.01)
        running.pop()

    for _ in range(5):
        work.run(Lane.WRITE, task, done.append)
    qtbot.waitUntil(lambda: len(done) == 5)
    assert max(most) == 1


def test_what_can_be_mended_goes_to_who_asked_and_faults_to_the_window(work, qtbot):
    told, crashed = [], []
    work.crashed.connect(crashed.append)

    def mendable(_):
        raise Mendable("titolo", "causa", "passo")

    def fault(_):
        raise ZeroDivisionError

    work.run(Lane.READ, mendable, failed=told.append)
    work.run(Lane.READ, mendable)
    work.run(Lane.READ, fault)
    qtbot.waitUntil(lambda: work.pending == 0)
    assert [problem.title for problem in told] == ["titolo"]
    assert [type(problem) for problem in crashed] == [Mendable, ZeroDivisionError]


def test_a_job_tells_its_progress_and_stops_when_asked(work, qtbot):
    steps, ended = [], []

    def count(job):
        for step in range(1000):
            if job.stopped():
                return step
            job.progress(step, 1000)
            time.sleep(0.005)
        return 1000

    job = work.run(Lane.WRITE, count, ended.append)
    job.progressed.connect(lambda done, total: steps.append((done, total)))
    qtbot.waitUntil(lambda: len(steps) > 2)
    job.stop()
    qtbot.waitUntil(lambda: bool(ended))
    assert ended[0] < 1000
    assert steps[0][1] == 1000


def test_closing_waits_for_the_save_under_way_and_takes_nothing_more(qtbot):
    work, done = Work(), []

    def save(_):
        time.sleep(0.1)
        done.append("saved")

    work.run(Lane.WRITE, save)
    work.close()
    assert done == ["saved"]
    assert work.run(Lane.WRITE, save).stopped()
    assert work.pending == 0


def test_a_table_paints_from_python_so_that_a_busy_thread_cannot_stretch_it():
    """Guard of the 25 ms against 300 ms: without this override each of 1,500 calls would wait for the lock anew."""
    assert "paintEvent" in vars(TableView)


def test_the_window_answers_while_a_thread_computes(place, window):
    """Whatever runs behind, an event reaches the window within 100 ms (promise 7)."""
    place.desk.save_each(
        ([_unit(place.desk, number)] for number in range(600)),
        group="prova",
    )
    window.go_to("units")
    place.settle()
    switch = sys.getswitchinterval()
    sys.setswitchinterval(0.0005)
    stop, gaps, last = threading.Event(), [], [time.perf_counter()]

    def compute():
        count = 0
        while not stop.is_set():
            count += 1

    def tick():
        now = time.perf_counter()
        gaps.append(now - last[0])
        last[0] = now
        bar = window.page.list.table.verticalScrollBar()
        bar.setValue((bar.value() + 20) % max(1, bar.maximum()))

    thread = threading.Thread(target=compute, daemon=True)
    timer = QTimer(interval=15)
    timer.timeout.connect(tick)
    thread.start()
    last[0] = time.perf_counter()
    timer.start()
    try:
        place.qtbot.waitUntil(lambda: len(gaps) >= 40, timeout=20_000)
    finally:
        stop.set()
        timer.stop()
        thread.join()
        sys.setswitchinterval(switch)
    assert sorted(gaps)[int(len(gaps) * 0.9)] < 0.1


def _unit(desk, number):
    return Change("housing_unit", desk.new_id(), {"code": f"A{number:05}", "address": "Via Roma"})
