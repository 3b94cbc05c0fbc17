"""A frame opened ahead is believed only under the key and after the chain that the store itself knows."""

from __future__ import annotations

from pathlib import Path

import pytest

from ala_desktop.models.guards import FOLD
from ala_desktop.sync import chain, envelope, intake, peers
from ala_desktop.sync.ahead import Ahead, Opened
from ala_desktop.sync.protocol import Arrived, Entry, Op, Transaction
from tests.hub_frames import Pen, line
from tests.unit.sync.scene import Scene

LINE = line(Op("person", "a" * 32, None, {"surname": "Conti"}, []))


def key_of(pen: Pen) -> bytes:
    return pen.key.public_key().public_bytes_raw()


def arrived(pen: Pen) -> Arrived:
    sealed = pen.frame(LINE)
    return Arrived(Entry(1, 1, envelope.split(sealed).hash, []), sealed)


@pytest.fixture
def pen() -> Pen:
    return Pen()


def test_frames_of_one_device_are_opened_one_after_the_other(pen: Pen):
    ahead, keys = Ahead(), {pen.device: key_of(pen)}
    pages = [[arrived(pen)], [arrived(pen)]]

    opened = [ahead.open(page, keys) for page in pages]

    names = [page[0].entry.header_hash for page in pages]
    assert [list(found) for found in opened] == [[name] for name in names]
    first, second = opened[0][names[0]], opened[1][names[1]]
    assert (first.before, first.key) == (chain.START, key_of(pen))
    assert second.before == envelope.split(pages[0][0].sealed or b"").header.head
    assert first.transactions == envelope.open_lines(envelope.split(pages[0][0].sealed or b""), chain.START)


def test_what_follows_a_frame_that_did_not_pass_by_waits_for_its_turn(pen: Pen):
    arrived(pen)
    later = arrived(pen)

    assert Ahead().open([later], {pen.device: key_of(pen)}) == {}


@pytest.mark.parametrize("keys", [{}, {"other": b"k" * 32}])
def test_a_device_that_nobody_knows_is_not_opened(pen: Pen, keys: dict[str, bytes]):
    assert Ahead().open([arrived(pen)], keys) == {}


def test_what_is_false_is_left_to_whoever_takes_the_page(pen: Pen):
    entry, sealed = arrived(pen)
    assert sealed is not None
    keys = {pen.device: key_of(pen)}

    assert Ahead().open([Arrived(entry, sealed[:-1])], keys) == {}
    assert Ahead().open([Arrived(Entry(1, 1, "0" * 64, []), sealed)], keys) == {}
    assert Ahead().open([Arrived(entry, sealed)], {pen.device: key_of(Pen())}) == {}
    assert Ahead().open([Arrived(entry, None)], keys) == {}


@pytest.mark.parametrize(
    ("key", "before", "believed"), [(True, True, True), (False, True, False), (True, False, False)]
)
def test_it_counts_only_under_the_known_key_and_chain(tmp_path: Path, key: bool, before: bool, believed: bool):
    scene = Scene(tmp_path)
    author, reader = scene.one, scene.two
    unit = scene.new_id()
    author.create(("housing_unit", unit, {"code": "BL1", "address": "Via Roma"}))
    scene.send(author)
    page = scene.page(reader)
    made_up = Transaction("2026-11-22T09:00:00Z", "P", None, [Op("housing_unit", unit, None, {"code": "FALSE"}, [])])
    sign_key = peers.own_card(author.desk.me).sign_key
    opened = Opened([made_up], sign_key if key else b"k" * 32, chain.START if before else "0" * 63 + "1")

    with reader.desk.store.writing(FOLD) as connection:
        name = page[0].entry.header_hash
        intake.take(connection, reader.desk.rows, page, "2026-11-22T10:00:00Z", {name: opened})

    assert reader.desk.get("housing_unit", unit).values["code"] == ("FALSE" if believed else "BL1")
