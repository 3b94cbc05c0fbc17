"""Two hub processes on one PostgreSQL database, a PC at each: for the PCs it is one hub."""

import json
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from ala_desktop.sync.capture import Change
from tests import factory
from tests.hubs import HubProcess, Pc, pc


@dataclass
class HubOnPostgres(HubProcess):
    """`ala-hub serve --database`; `folder` holds only the hub's key."""

    database: str = ""

    def command(self) -> list[str]:
        return [*super().command(), "--database", self.database]

    def invite(self, comune: str = "A995") -> str:
        return json.loads(self.ask("invite", comune, "--database", self.database).stdout)["code"]


@pytest.fixture
def hubs(tmp_path: Path, database: str):
    made = [HubOnPostgres(tmp_path / "centrale", database=database) for _ in range(2)]
    for hub in made:
        hub.start()
    yield made
    for hub in made:
        hub.stop()


@pytest.fixture
def two(tmp_path: Path, hubs: list[HubOnPostgres]):
    made = [pc(tmp_path / name) for name in ("sportello", "ufficio")]
    for one, hub in zip(made, hubs, strict=True):
        one.exchange.enrol(hub.url, hub.invite())
    yield made
    for one in made:
        one.desk.close()


def put(where: Pc, record: str, **values: str | int | None) -> None:
    row = where.desk.get("housing_unit", record)
    where.desk.save([Change("housing_unit", record, values, row.position, row.values)])


def both_exchange(two: list[Pc]) -> None:
    for _ in range(2):
        for one in two:
            one.exchange.run()


def test_pcs_at_two_hub_processes_end_equal_and_analysts_see_the_same(
    two: list[Pc], hubs: list[HubOnPostgres], database: str
):
    sportello, ufficio = two
    unit = factory.unit(sportello.desk)
    both_exchange(two)
    put(sportello, unit, address="Via Verdi")
    put(ufficio, unit, rent_cents=12_345)
    both_exchange(two)

    assert sportello.digest == ufficio.digest
    assert (sportello.unsound, ufficio.unsound) == ([], [])
    told = hubs[1].ask("documents", "--database", database)
    assert told.returncode == 0, told.stderr
    with psycopg.connect(database) as link:
        seen = link.execute("SELECT address, rent::text FROM ala_analysis.housing_unit").fetchall()
    assert seen == [("Via Verdi", "123.45")]


def test_what_one_process_took_before_a_kill_the_other_gives_out(two: list[Pc], hubs: list[HubOnPostgres]):
    sportello, ufficio = two
    unit = factory.unit(sportello.desk)
    sportello.exchange.run()
    hubs[0].kill()

    ufficio.exchange.run()

    assert ufficio.desk.get("housing_unit", unit)["code"] == "BL0001"
    hubs[0].start()
    both_exchange(two)
    assert sportello.digest == ufficio.digest
