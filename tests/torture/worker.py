"""A program that works without pause until it is killed: edits, imports or exchanges. Started by `test_kills`.

Each acknowledged save is written to standard output *after* the service returned. A byte of a shared file tells
whether a write transaction is open at this instant, so that the test can show how many kills fell inside one.
"""

from __future__ import annotations

import mmap
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ala_desktop.models.engine import Store
from ala_desktop.services.desk import Desk
from ala_desktop.services.sharing.exchange import Exchange
from ala_desktop.sync.capture import Change
from tests import factory
from tests.hubs import over_http


def main(folder: Path, flag_file: Path, mode: str, start: int) -> None:
    """Work in `folder` in one of the modes, numbering what is saved from `start`."""
    with flag_file.open("r+b") as file:
        flag = mmap.mmap(file.fileno(), 1)
    _watch_writes(flag)
    desk = factory.desk(folder)
    _say("ready")
    {"edit": _edit, "import": _import, "sync": _sync}[mode](desk, start)


def _watch_writes(flag: mmap.mmap) -> None:
    """Raise the flag while a write transaction is open, its commit included."""
    plain: Any = Store.writing

    @contextmanager
    def watched(store: Store, *arguments: Any) -> Any:
        flag[0] = 1
        try:
            with plain(store, *arguments) as connection:
                yield connection
        finally:
            flag[0] = 0

    setattr(Store, "writing", watched)  # noqa: B010 - the test's own eye on a method


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def _edit(desk: Desk, number: int) -> None:
    """Save a new unit, then change it, over and over."""
    while True:
        record = desk.new_id()
        row = desk.save([Change("housing_unit", record, {"code": f"K{number}", "address": "Via Prima"})])[0]
        _say(f"saved {record} Via Prima")
        desk.save([Change("housing_unit", record, {"address": f"Via {number}"}, row.position, row.values)])
        _say(f"saved {record} Via {number}")
        number += 1


def _import(desk: Desk, number: int) -> None:
    """Bring groups of units in, as an import does."""
    while True:
        changes = [
            [Change("housing_unit", desk.new_id(), {"code": f"I{number}-{i}", "address": "Via Importata"})]
            for i in range(400)
        ]
        desk.save_each(changes, group=desk.new_id())
        _say("\n".join(f"saved {change.id} Via Importata" for (change,) in changes))
        number += 1


def _sync(desk: Desk, number: int) -> None:
    """Save and exchange in turns."""
    exchange = Exchange(desk, over_http)
    while True:
        for _ in range(20):
            record = desk.new_id()
            desk.save([Change("housing_unit", record, {"code": f"S{number}", "address": f"Via {number}"})])
            _say(f"saved {record} Via {number}")
            number += 1
        exchange.run()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
