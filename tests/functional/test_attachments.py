"""Attachments between two PCs of a comune: sent after the records, fetched when wanted, read by nobody in between."""

import os
import random
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ala_desktop.core.errors import Mendable
from ala_desktop.services.attachments.attachments import Attachments, NotHere
from ala_desktop.services.desk import Desk
from ala_desktop.services.row import Row
from ala_desktop.sync import replica
from tests import factory
from tests.hubs import ROOT, HubProcess, Pc, pc
from tests.short_cable import ShortCable

CONTENT = b"%PDF-1.7 contratto di locazione " + random.Random(3).randbytes(900_000)


@pytest.fixture
def closed() -> list[Desk]:
    """Desks that a test closed itself, so that a process of its own can open the office."""
    return []


@pytest.fixture
def two(tmp_path: Path, hub: HubProcess, closed: list[Desk]):
    made = [pc(tmp_path / name) for name in ("sportello", "ufficio")]
    for one in made:
        one.exchange.enrol(hub.url, hub.invite())
    made[0].exchange.run()
    for one, other in (made, made[::-1]):
        one.exchange.run()
        one.exchange.confirm(next(item.device for item in one.exchange.devices() if not item.here))
        other.exchange.run()
    yield made
    for one in made:
        if one.desk not in closed:
            one.desk.close()


def of(where: Pc) -> Attachments:
    return Attachments(where.desk, where.exchange)


def attach(where: Pc, tmp_path: Path, content: bytes = CONTENT) -> Row:
    path = tmp_path / "contratto.pdf"
    path.write_bytes(content)
    return of(where).attach("housing_unit", factory.unit(where.desk), path)


def through(where: Pc, port: int) -> None:
    with where.desk.store.writing() as connection:
        replica.advance(connection, hub_url=f"http://127.0.0.1:{port}")


def test_a_file_goes_to_the_colleague_over_a_line_that_cuts(two: list[Pc], hub: HubProcess, tmp_path: Path):
    sender, receiver = two
    row = attach(sender, tmp_path)
    with ShortCable(hub.port) as cable:
        through(sender, cable.port)
        report = sender.exchange.run()
    assert (report.attachments, cable.cuts > 10) == (1, True)
    assert cable.up < len(CONTENT) * 1.1 + 4_000 * cable.cuts

    receiver.exchange.run()
    with pytest.raises(NotHere):
        of(receiver).content(row.id)
    with ShortCable(hub.port) as cable:
        through(receiver, cable.port)
        of(receiver).fetch(row.id)

    assert of(receiver).content(row.id) == ("contratto.pdf", CONTENT)
    assert cable.cuts > 10
    assert cable.down < len(CONTENT) * 1.1 + 4_000 * cable.cuts
    assert receiver.digest == sender.digest


def test_the_hub_keeps_nothing_of_it_in_clear(two: list[Pc], hub: HubProcess, tmp_path: Path):
    row = attach(two[0], tmp_path)
    two[0].exchange.run()
    hub.stop()

    with sqlite3.connect(hub.folder / "centrale.db") as connection:
        kept = b"".join(piece for (piece,) in connection.execute("SELECT bytes FROM blob ORDER BY at"))
    connection.close()
    whole = b"".join(file.read_bytes() for file in hub.folder.glob("centrale.db*"))
    assert len(kept) > len(CONTENT)
    for secret in (b"contratto", row.text("key").encode(), row.text("content_hash").encode()):
        assert secret not in whole


def test_an_exchange_with_nothing_to_send_asks_nothing_more(two: list[Pc], hub: HubProcess, tmp_path: Path):
    attach(two[0], tmp_path)
    two[0].exchange.run()
    with ShortCable(hub.port, 10**9) as cable:
        through(two[0], cable.port)
        two[0].exchange.run()

    assert cable.up + cable.down <= 1_024


def test_what_the_hub_does_not_have_yet_is_told(two: list[Pc], tmp_path: Path):
    row = attach(two[0], tmp_path)
    two[0].exchange.run()
    two[1].exchange.run()
    stray = two[1].desk.save([row_with_another_file(two[1], row)])[0]

    with pytest.raises(Mendable, match="non è ancora arrivato"):
        of(two[1]).fetch(stray.id)


def row_with_another_file(where: Pc, row: Row):
    return where.desk.get("attachment", row.id).change({"blob": "9" * 64})


def command(where: Path, *arguments: str) -> subprocess.Popen[bytes]:
    passphrase = where.parent / "frase"
    passphrase.write_text(factory.PASSPHRASE, encoding="utf-8")
    environment = {**os.environ, "ALA_PASSPHRASE_FILE": str(passphrase), "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-m", "ala_desktop", *arguments, "--data", str(where)], cwd=ROOT, env=environment,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def killed_after(process: subprocess.Popen[bytes], cable: ShortCable, most: int) -> None:
    """As by a power cut, once so many bytes went over the line."""
    while process.poll() is None and cable.up + cable.down < most:
        time.sleep(0.005)
    assert process.poll() is None, process.communicate()
    process.kill()
    process.communicate()


def test_a_kill_in_the_middle_of_sending_and_of_fetching_costs_little(
    two: list[Pc], hub: HubProcess, tmp_path: Path, closed: list[Desk]
):
    content = b"%PDF-1.7 " + random.Random(5).randbytes(6_000_000)
    row = attach(two[0], tmp_path, content)
    with ShortCable(hub.port, 10**9) as cable:
        through(two[0], cable.port)
        closed.append(two[0].desk)
        two[0].desk.close()
        killed_after(command(tmp_path / "sportello", "sync"), cable, 3_000_000)
        first = cable.up
        process = command(tmp_path / "sportello", "sync", "--json")
        said, problem = process.communicate(timeout=60)
        assert b'"attachments": 1' in said or b'"attachments":1' in said, (said, problem)
    assert cable.up < len(content) + 700_000, (first, cable.up)

    two[1].exchange.run()
    target = tmp_path / "copia.pdf"
    save = ("attachments", "save", row.id, str(target))
    with ShortCable(hub.port, 10**9) as cable:
        through(two[1], cable.port)
        closed.append(two[1].desk)
        two[1].desk.close()
        killed_after(command(tmp_path / "ufficio", *save), cable, 3_000_000)
        assert not target.exists()
        process = command(tmp_path / "ufficio", *save)
        assert process.communicate(timeout=60)[1] == b""
    assert target.read_bytes() == content
    assert cable.down < len(content) + 700_000
