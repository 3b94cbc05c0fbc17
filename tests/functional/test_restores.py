"""Folders that are put back or copied without telling anyone: the hub's, a PC's. A hub of its own process.

In the end one digest, nothing lost, and every store is what its log says.
"""

import shutil
from pathlib import Path

import pytest

from ala_desktop.core.errors import Mendable
from ala_desktop.sync.capture import Change
from tests import factory
from tests.hubs import HubProcess, Pc, pc


@pytest.fixture
def two(tmp_path: Path, hub: HubProcess):
    made = [pc(tmp_path / name) for name in ("sportello", "ufficio")]
    for one in made:
        one.exchange.enrol(hub.url, hub.invite())
    yield made
    for one in made:
        one.desk.close()


def put(where: Pc, record: str, **values: str | int | None) -> None:
    row = where.desk.get("housing_unit", record)
    where.desk.save([Change("housing_unit", record, values, row.position, row.values)])


def meet(*pcs: Pc, times: int = 1) -> None:
    for _ in range(times):
        for one in pcs:
            one.exchange.run()


def backup_of(hub: HubProcess, folder: Path) -> Path:
    hub.stop()
    shutil.copytree(hub.folder, folder)
    hub.start()
    return folder


def put_back(hub: HubProcess, backup: Path) -> None:
    hub.stop()
    shutil.rmtree(hub.folder)
    shutil.copytree(backup, hub.folder)
    hub.start()


def agreed(*pcs: Pc) -> None:
    meet(*pcs, times=2)
    assert len({one.digest for one in pcs}) == 1
    for one in pcs:
        assert one.unsound == []
        assert one.exchange.run().sent == 0


def test_the_hubs_folder_is_put_back_after_work_was_done(two: list[Pc], hub: HubProcess, tmp_path: Path):
    one, other = two
    unit = factory.unit(one.desk)
    meet(*two)
    backup = backup_of(hub, tmp_path / "salvata")
    put(one, unit, notes="prima")
    second = factory.unit(one.desk)
    meet(*two)

    put_back(hub, backup)
    report = one.exchange.run()

    assert report.given_back > 0
    agreed(*two)
    assert {where.desk.get("housing_unit", unit)["notes"] for where in two} == {"prima"}
    assert other.desk.get("housing_unit", second)["code"]


def test_it_takes_new_work_before_it_is_given_what_it_lost(two: list[Pc], hub: HubProcess, tmp_path: Path):
    one, other = two
    unit = factory.unit(one.desk)
    meet(one, other)
    backup = backup_of(hub, tmp_path / "salvata")
    put(one, unit, notes="prima")
    one.exchange.run()

    put_back(hub, backup)
    put(other, unit, rent_cents=12_345)
    other.exchange.run()
    report = one.exchange.run()

    assert (report.epoch, report.given_back) == (2, 1)
    agreed(one, other)
    for where in two:
        row = where.desk.get("housing_unit", unit)
        assert (row["notes"], row["rent_cents"], where.claims) == ("prima", 12_345, [])


def test_it_is_put_back_twice(two: list[Pc], hub: HubProcess, tmp_path: Path):
    one, other = two
    unit = factory.unit(one.desk)
    meet(one, other)
    backup = backup_of(hub, tmp_path / "salvata")
    put(one, unit, notes="prima")
    one.exchange.run()
    put_back(hub, backup)
    put(other, unit, rent_cents=12_345)
    other.exchange.run()
    put_back(hub, backup)
    put(one, unit, floor="2")
    one.exchange.run()

    agreed(one, other)
    for where in two:
        row = where.desk.get("housing_unit", unit)
        assert (row["notes"], row["rent_cents"], row["floor"]) == ("prima", 12_345, "2")


def test_whom_the_hub_shut_out_since_the_copy_another_pc_tells_it(two: list[Pc], hub: HubProcess, tmp_path: Path):
    one, lost = two
    unit = factory.unit(one.desk)
    meet(*two)
    backup = backup_of(hub, tmp_path / "salvata")
    assert hub.ask("revoke", lost.desk.me.device).returncode == 0
    one.exchange.run()

    put_back(hub, backup)
    lost.exchange.run()  # the hub does not know it any more, and nobody has told it yet
    report = one.exchange.run()

    assert report.given_back == 1
    put(lost, unit, notes="altrove")
    with pytest.raises(Mendable, match="escluso"):
        lost.exchange.run()
    one.exchange.run()
    assert one.desk.get("housing_unit", unit)["notes"] is None


def test_a_pc_that_was_enrolled_after_the_copy(two: list[Pc], hub: HubProcess, tmp_path: Path):
    one, other = two
    factory.unit(one.desk)
    meet(one, other)
    backup = backup_of(hub, tmp_path / "salvata")
    third = pc(tmp_path / "archivio")
    third.exchange.enrol(hub.url, hub.invite())
    unit = factory.unit(third.desk)
    third.exchange.run()

    put_back(hub, backup)
    put(third, unit, notes="dopo")
    third.exchange.run()

    agreed(one, other, third)
    assert one.desk.get("housing_unit", unit)["notes"] == "dopo"
    third.desk.close()


def test_a_pcs_folder_is_put_back(two: list[Pc], tmp_path: Path):
    one, other = two
    unit = factory.unit(one.desk)
    meet(one, other)
    one.desk.close()
    shutil.copytree(tmp_path / "sportello", tmp_path / "vecchia")
    one = two[0] = pc(tmp_path / "sportello")
    put(one, unit, notes="prima")
    second = factory.unit(one.desk)
    meet(one, other)

    old = pc(tmp_path / "vecchia")
    put(old, unit, floor="2")
    report = old.exchange.run()

    assert report.copied
    agreed(old, other)
    row = other.desk.get("housing_unit", unit)
    assert (row["notes"], row["floor"], other.claims) == ("prima", "2", [])
    assert old.desk.get("housing_unit", second)["code"]
    put(old, second, floor="3")
    agreed(old, other)
    assert other.desk.get("housing_unit", second)["floor"] == "3"
    old.desk.close()


def test_a_pcs_folder_is_copied_and_both_are_used(two: list[Pc], tmp_path: Path):
    one, other = two
    unit = factory.unit(one.desk)
    meet(one, other)
    put(one, unit, notes="aspetta")
    one.desk.close()
    shutil.copytree(tmp_path / "sportello", tmp_path / "copia")
    one, copy = pc(tmp_path / "sportello"), pc(tmp_path / "copia")
    two[0] = one
    mine, theirs = factory.unit(one.desk), factory.unit(copy.desk)
    put(one, unit, floor="1")
    put(copy, unit, stair="B")
    agreed(one, copy, other)

    row = other.desk.get("housing_unit", unit)
    assert (row["notes"], row["floor"], row["stair"], other.claims) == ("aspetta", "1", "B", [])
    for record in (mine, theirs):
        assert other.desk.get("housing_unit", record)["code"]
    copy.desk.close()
