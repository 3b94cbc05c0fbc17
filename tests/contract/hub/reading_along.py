"""Eight PCs send while readers follow the log, and a transaction that has nothing to do with it stays open.

Every PC and every reader has a store of its own, as hub processes do. A reader does what a desktop does: it asks for
what comes after the last position it has. What was acknowledged and never came is missed.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from ala_desktop.hub.intake import Intake
from ala_desktop.hub.store import Store
from ala_desktop.sync import chain
from ala_desktop.sync.declined import Declined
from ala_desktop.sync.protocol import Position
from tests.hub_frames import Pen, creation, intake, line

TENANT = "A995"
WRITERS, READERS = 8, 2


@dataclass
class Along:
    """What was sent, what was read, and what went wrong on other threads."""

    acknowledged: set[str] = field(default_factory=set)
    read: list[set[str]] = field(default_factory=list)
    trouble: list[BaseException] = field(default_factory=list)
    written: threading.Event = field(default_factory=threading.Event)

    def guarded(self, work: Callable[..., None], *arguments: object) -> threading.Thread:
        def run() -> None:
            try:
                work(*arguments)
            except BaseException as problem:  # noqa: BLE001 - told by the test's own thread
                self.trouble.append(problem)

        thread = threading.Thread(target=run)
        thread.start()
        return thread


def read_along(
    open_store: Callable[[], Store], left_open: AbstractContextManager[object], frames: int, rows: int, seconds: float
) -> Along:
    """Send `frames` frames of `rows` rows from each PC; the other transaction stays open for at least `seconds`."""
    along = Along()
    setting_up = open_store()
    pens = [Pen(TENANT, f"PC {number}") for number in range(1, WRITERS + 1)]
    for number, pen in enumerate(pens, 1):
        pen.enrol(setting_up, number)
    setting_up.close()
    sealed = [[pen.frame(*[line(creation()) for _ in range(rows)]) for _ in range(frames)] for pen in pens]
    until = time.monotonic() + seconds
    with left_open:
        readers = [along.guarded(_read, along, open_store) for _ in range(READERS)]
        writers = [along.guarded(_write, along, open_store, *work) for work in zip(pens, sealed, strict=True)]
        for thread in writers:
            thread.join()
        along.written.set()
        for thread in readers:
            thread.join()
        time.sleep(max(0.0, until - time.monotonic()))
    return along


def assert_nothing_was_missed(along: Along, frames: int) -> None:
    assert along.trouble == []
    assert len(along.acknowledged) == WRITERS * frames
    missed = [len(along.acknowledged - read) for read in along.read]
    assert missed == [0] * READERS, f"missed: {missed} of {len(along.acknowledged)}"


def _write(along: Along, open_store: Callable[[], Store], pen: Pen, frames: list[bytes]) -> None:
    store = open_store()
    try:
        admitting = intake(store)
        for sealed in frames:
            along.acknowledged.add(_admitted(admitting, pen, sealed))
    finally:
        store.close()


def _admitted(admitting: Intake, pen: Pen, sealed: bytes) -> str:
    """The hash of the frame, once it is in the log; a busy hub is asked again, as a desktop does."""
    while True:
        try:
            return admitting.admit(pen.row(), sealed).header_hash
        except Declined as problem:
            if problem.code != "busy":
                raise


def _read(along: Along, open_store: Callable[[], Store]) -> None:
    seen: set[str] = set()
    along.read.append(seen)
    at = Position(1, 0, chain.START)
    store = open_store()
    try:
        while True:
            all_written = along.written.is_set()
            page = store.page(TENANT, at, "a reader")
            assert page is not None, f"the log does not hold {at}, which it gave"
            for entry, _ in page.arrived:
                seen.add(entry.header_hash)
                at = Position(1, entry.first_seq + entry.count - 1, chain.hub_chain(at.chain, entry))
            if all_written and not page.arrived:
                return
    finally:
        store.close()
