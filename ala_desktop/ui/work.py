"""Background work: one thread writes, one reads, one talks to the network; results arrive on the window's thread.

Pages hand in a job and two continuations. Nothing here knows what a job does. Only `app` and pages import this.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from enum import Enum
from functools import partial
from typing import Any, TypeVar

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal, Slot

from ala_desktop.core.errors import Mendable

T = TypeVar("T")


class Lane(Enum):
    """Which thread a job runs on; jobs of one lane run one after the other."""

    WRITE = "write"
    READ = "read"
    NETWORK = "network"


class Job(QObject):
    """A piece of work under way: what it has done so far, and the wish to stop it.

    Signals:
        progressed(int, int): done and total; total 0 while it is not known.
        ended(): it finished, failed or was stopped.
    """

    progressed = Signal(int, int)
    ended = Signal()

    def __init__(self, label: str) -> None:
        super().__init__()
        self.label = label
        self._stop = threading.Event()

    def stop(self) -> None:
        """Ask the job to end at its next safe point."""
        self._stop.set()

    def stopped(self) -> bool:
        """Whether it was asked to stop; the job itself looks here between its steps."""
        return self._stop.is_set()

    def progress(self, done: int, total: int = 0) -> None:
        """Tell how far it is; called on the job's thread."""
        self.progressed.emit(done, total)


class Work(QObject):
    """The three threads.

    Signals:
        crashed(object): an exception that is our fault, on the window's thread.
        busy(object): a job with a label began; the window shows it while it runs.
    """

    crashed = Signal(object)
    busy = Signal(object)
    _arrived = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._lanes = {lane: ThreadPoolExecutor(1, thread_name_prefix=f"ala-{lane.value}") for lane in Lane}
        self._open: set[Job] = set()
        self._closed = False
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        lane: Lane,
        task: Callable[[Job], T],
        done: Callable[[T], Any] | None = None,
        failed: Callable[[Mendable], Any] | None = None,
        *,
        label: str = "",
    ) -> Job:
        """Run `task` on its lane; then, on the window's thread, `done` with what it returned or `failed`.

        A label makes the job visible in the status bar. A `Mendable` without `failed`, and every other exception,
        goes to `crashed`.
        """
        job = Job(label)
        if self._closed:
            job.stop()
            return job
        self._open.add(job)
        if label:
            self.busy.emit(job)
        self._lanes[lane].submit(self._carry, job, task, done, failed)
        return job

    def _carry(
        self,
        job: Job,
        task: Callable[[Job], Any],
        done: Callable[[Any], Any] | None,
        failed: Callable[[Mendable], Any] | None,
    ) -> None:
        """On the lane's thread: run the task and post what follows."""
        try:
            result = task(job)
        except Mendable as problem:
            self._arrived.emit(partial(self._end, job, failed or self.crashed.emit, problem))
        except BaseException as fault:  # noqa: BLE001 - shown by the window, as every fault is
            self._arrived.emit(partial(self._end, job, self.crashed.emit, fault))
        else:
            self._arrived.emit(partial(self._end, job, done, result))

    def _end(self, job: Job, follow: Callable[[Any], Any] | None, result: Any) -> None:
        self._open.discard(job)
        job.ended.emit()
        if follow:
            follow(result)

    @Slot(object)
    def _deliver(self, follow: Callable[[], None]) -> None:
        """On the window's thread."""
        follow()

    @property
    def pending(self) -> int:
        """How many jobs have not ended."""
        return len(self._open)

    def close(self) -> None:
        """Let saves under way finish, stop the rest, wait for all and tell how they went; nothing runs afterwards."""
        self._closed = True
        for job in self._open:
            job.stop()
        for lane in self._lanes.values():
            lane.shutdown(wait=True)
        QCoreApplication.sendPostedEvents(self)
