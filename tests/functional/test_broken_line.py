"""A line that cuts every connection after 64 KB: everything arrives, and about no byte travels twice."""

import random
from pathlib import Path

import pytest

from ala_desktop.sync import replica
from ala_desktop.sync.capture import Change
from ala_desktop.sync.pieces import MOST_PIECE_BYTES
from tests.hubs import HubProcess, Pc, pc
from tests.short_cable import ShortCable

_EVERY = 65_536
_HEADS = 1_200
"""Request line and headers, and those of the answer."""


@pytest.fixture
def two(tmp_path: Path, hub: HubProcess):
    made = [pc(tmp_path / name) for name in ("sportello", "ufficio")]
    for one in made:
        one.exchange.enrol(hub.url, hub.invite())
    yield made
    for one in made:
        one.desk.close()


def through(where: Pc, port: int) -> None:
    with where.desk.store.writing() as connection:
        replica.advance(connection, hub_url=f"http://127.0.0.1:{port}")


def write_much(where: Pc) -> None:
    """Frames that hardly compress."""
    chance = random.Random(4)
    texts = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=190)) for _ in range(9_000)]
    units = [
        [
            Change(
                "housing_unit",
                where.desk.new_id(),
                {"code": f"C{n}", "address": texts[3 * n], "notes": texts[3 * n + 1]},
            )
        ]
        for n in range(3_000)
    ]
    where.desk.save_each(units, group="g")


def frame_bytes(where: Pc) -> list[int]:
    with where.desk.reading() as connection:
        return [size for (size,) in connection.exec_driver_sql("SELECT length(sealed) FROM frame")]


def test_on_a_line_that_cuts_every_64_kb_everything_arrives_and_nearly_no_byte_twice(two: list[Pc], hub: HubProcess):
    sender, receiver = two
    write_much(sender)
    with ShortCable(hub.port, _EVERY) as cable:
        through(sender, cable.port)
        report = sender.exchange.run()

    sizes = frame_bytes(sender)
    assert max(sizes) > MOST_PIECE_BYTES
    assert (report.sent, report.acknowledged) == (3_000, 3_000)
    assert cable.cuts >= sum(sizes) // _EVERY
    assert cable.up < sum(sizes) * 1.05 + _HEADS * 3 * cable.cuts, (cable.up, sum(sizes), cable.cuts)

    with ShortCable(hub.port, _EVERY) as cable:
        through(receiver, cable.port)
        report = receiver.exchange.run()

    assert report.received == 3_000
    assert cable.cuts >= sum(sizes) // _EVERY
    assert cable.down < sum(sizes) * 1.05 + _HEADS * 2 * cable.cuts, (cable.down, sum(sizes), cable.cuts)
    assert receiver.digest == sender.digest
