"""Two PCs of one comune on a real hub, and the ways in which they come to disagree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ala_desktop.fields.values import Value
from ala_desktop.services.row import Row
from ala_desktop.sync import replica
from ala_desktop.sync.capture import Change
from tests import factory
from tests.hubs import HubProcess, Pc, pc

SECOND_CLERK = "Ionuț Şahin"


def exchange(*pcs: Pc) -> None:
    """Exchange until everybody has everything."""
    for one in (*pcs, *pcs):
        one.exchange.run()


def edit(one: Pc, kind: str, record: str, **values: Value) -> Row:
    """Save fields of a record on one PC, as a form does."""
    row = one.desk.get(kind, record)
    return one.desk.save([Change(kind, record, values, row.position, row.values)])[0]


@contextmanager
def a_hub(folder: Path) -> Iterator[HubProcess]:
    """A hub that runs meanwhile."""
    hub = HubProcess(folder).start()
    try:
        yield hub
    finally:
        hub.stop()


@contextmanager
def some_pcs(hub: HubProcess, folder: Path, count: int = 2) -> Iterator[tuple[Pc, ...]]:
    """PCs of one comune that know each other and are confirmed; somebody else works at all but the first one."""
    pcs = tuple(pc(folder / f"pc{number}") for number in range(1, count + 1))
    first, *others = pcs
    for one in pcs:
        one.exchange.enrol(hub.url, hub.invite())
    exchange(*pcs)
    for one in others:
        with one.desk.store.writing() as connection:
            replica.advance(connection, author=SECOND_CLERK)
        first.exchange.confirm(one.desk.me.device)
        one.exchange.confirm(first.desk.me.device)
    exchange(*pcs)
    yield pcs
    for one in pcs:
        one.desk.close()


def disputed_unit(first: Pc, second: Pc, code: str, mine: Mapping[str, Value], theirs: Mapping[str, Value]) -> str:
    """A unit that both PCs edited without seeing each other; the first one's values are in force. Returns its id."""
    unit = factory.unit(first.desk, code)
    exchange(first, second)
    edit(first, "housing_unit", unit, **mine)
    edit(second, "housing_unit", unit, **theirs)
    first.exchange.run()
    exchange(second, first)
    return unit
