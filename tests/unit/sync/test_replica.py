"""The one row that says who this device is and how far it has come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ala_desktop.services.desk import Desk
from ala_desktop.sync import replica
from ala_desktop.sync.protocol import Position
from ala_desktop.sync.replica import Me
from tests import factory


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = factory.desk(tmp_path)
    yield desk
    desk.close()


def advance(desk: Desk, **changes: str | int | bytes | None) -> None:
    with desk.store.writing() as connection:
        replica.advance(connection, **changes)


def place(desk: Desk) -> int:
    with desk.reading() as connection:
        return replica.place(connection)


def test_every_column_comes_back_as_it_was_written(desk: Desk):
    """Each with a value of its own, so that no two can change places."""
    me = replace(
        desk.me, tenant="E648", comune="Lodi", author="a", device="d", device_name="n", ordinal=7, incarnation="i",
        sign_key=b"s", box_key=b"b", comune_key=b"c", comune_key_final=1, hub="h", hub_url="u", hub_key=b"k", epoch=3,
        seq=4, chain="x", next_device_seq=5, head="y", previous="z", last_exchange="l", series_holder="e",
    )  # fmt: skip
    with desk.store.structuring() as connection:
        connection.exec_driver_sql("DELETE FROM replica")
        replica.create(connection, me)
    assert desk.me == me
    values = [getattr(me, name) for name in Me.__dataclass_fields__]
    assert len(set(values)) == len(values)


def test_what_advances_is_what_was_named_and_nothing_else(desk: Desk):
    before = desk.me
    advance(desk, seq=9, chain="c" * 64, hub="h")
    assert desk.me == replace(before, seq=9, chain="c" * 64, hub="h")
    assert desk.me.position == Position(before.epoch, 9, "c" * 64)
    assert place(desk) == 9


def test_a_column_that_there_is_not_changes_nothing(desk: Desk):
    before = desk.me
    with pytest.raises(KeyError, match="sequence"):
        advance(desk, seq=9, sequence=9)
    assert desk.me == before


@pytest.mark.parametrize(("ordinal", "holds"), [(None, True), (1, True), (2, False), (0, False)])
def test_the_first_pc_of_a_comune_holds_its_series(desk: Desk, ordinal: int | None, holds: bool):
    advance(desk, ordinal=ordinal)
    assert desk.me.holds_series is holds


@pytest.mark.parametrize("ordinal", [None, 1, 2])
def test_once_they_were_moved_whoever_was_named_holds_them(desk: Desk, ordinal: int | None):
    advance(desk, ordinal=ordinal, series_holder="d" * 32)
    assert not desk.me.holds_series

    advance(desk, series_holder=desk.me.device)
    assert desk.me.holds_series
