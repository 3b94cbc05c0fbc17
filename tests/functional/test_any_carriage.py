"""The same work carried over HTTP, by file, or by any mixture of both, ends in one digest."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from random import Random

import pytest

from ala_desktop.core.clock import Clock
from ala_desktop.core.comuni import comuni
from ala_desktop.core.ids import new_id
from ala_desktop.hub.devices import Enrolment
from ala_desktop.hub.identity import KEY_FILE
from ala_desktop.hub.post import Post
from ala_desktop.hub.serving import open_store
from ala_desktop.models.catalog import build
from ala_desktop.services.sharing.exchange import Exchange
from ala_desktop.services.sharing.file_exchange import FileExchange
from ala_desktop.sync import part_files, replica
from ala_desktop.sync.workset import shown_claims
from tests.hubs import HubProcess, over_http
from tests.property.identity import IDENTITY, enrol
from tests.property.pc import Pc, Put

WAYS = ("http", "file", "file twice", "file, then http")
PCS, ROUNDS, MIXTURES = 3, 3, 3
STREETS = ("Via Roma", "Via Po", "Via Adda")


class Comune:
    """Three PCs of a comune of its own on the hub, whose exchanges go by the ways that are drawn."""

    def __init__(self, folder: Path, hub: HubProcess, tenant: str, ways: Random | str) -> None:
        self._folder, self._ways = folder, ways
        self._store = open_store(hub.folder)
        enrolment = Enrolment(self._store, IDENTITY, Clock())
        self._post = Post(self._store, build(), IDENTITY, new_id, enrolment)
        self._letters = count()
        folder.mkdir()
        self.pcs = [Pc(folder / f"pc{n}", build(), new_id, n, tenant=tenant) for n in range(1, PCS + 1)]
        for pc in self.pcs:
            enrol(self._store, pc.desk.me)
            with pc.desk.store.writing() as connection:
                replica.advance(connection, hub_url=hub.url)
            for other in self.pcs:
                if other is not pc:
                    pc.meet(other)

    def exchange(self, pc: Pc) -> str:
        """One exchange; returns the way it went."""
        way = self._ways if isinstance(self._ways, str) else self._ways.choice(WAYS)
        by_line = Exchange(pc.desk, over_http)
        if way.startswith("file"):
            by_file = FileExchange(pc.desk, by_line)
            letter, reply = (self._folder / f"{next(self._letters)}.ala" for _ in "ab")
            parts = part_files.read(by_file.write(letter).files)
            for _ in range(2 if way == "file twice" else 1):
                answer = self._post.answer(parts)
            by_file.read(part_files.write(reply, answer.parts))
        if way.endswith("http"):
            by_line.run()
        return way

    def close(self) -> None:
        for pc in self.pcs:
            pc.desk.close()
        self._store.close()


def work(comune: Comune, chance: Random) -> tuple[int, list[str]]:
    """Some rounds of saves, after which everybody exchanges; how many saves there were, and the ways."""
    saves, ways = 0, list[str]()
    for _ in range(ROUNDS):
        for pc in comune.pcs:
            pc.create(("housing_unit", f"{saves:032x}", {"code": f"BL{saves}", "address": chance.choice(STREETS)}))
            with pc.desk.reading() as connection:
                ids = connection.exec_driver_sql("SELECT id FROM housing_unit ORDER BY id LIMIT 4").scalars().all()
            for record in chance.sample(ids, min(2, len(ids))):
                pc.write(Put(pc.read("housing_unit", record), {"floor": str(saves), "notes": f"nota {saves}"}))
            saves += 1 + min(2, len(ids))
        ways += [comune.exchange(pc) for pc in comune.pcs]
    for _ in range(2):
        ways += [comune.exchange(pc) for pc in comune.pcs]
    return saves, ways


@pytest.fixture
def hub(tmp_path: Path):
    folder = tmp_path / "centrale"
    folder.mkdir()
    (folder / KEY_FILE).write_text(IDENTITY.key.private_bytes_raw().hex())
    made = HubProcess(folder).start()
    yield made
    made.stop()


@pytest.mark.parametrize("seed", range(2))
def test_any_mixture_of_http_and_files_ends_in_one_digest(hub: HubProcess, tmp_path: Path, seed: int):
    mixtures = ["http", "file", *(Random(100 * seed + number) for number in range(MIXTURES))]
    digests: set[str] = set()
    claims: set[int] = set()
    for place, ways in zip(comuni(), mixtures, strict=False):
        comune = Comune(tmp_path / place.belfiore, hub, place.belfiore, ways)
        saves, gone = work(comune, Random(seed))
        digests |= {pc.digest() for pc in comune.pcs}
        for pc in comune.pcs:
            with pc.desk.reading() as connection:
                claims.add(len(shown_claims(connection)))
        comune.close()
        print(f"{saves} saves, {gone.count('http')} exchanges over HTTP, {len(gone) - gone.count('http')} with files")

    print(f"{len(mixtures)} mixtures, {len(mixtures) * PCS} stores: {len(digests)} digest")
    assert len(digests) == 1
    assert len(claims) == 1
    assert claims.pop() > 0
