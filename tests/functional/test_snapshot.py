"""A PC joins a comune whose log has a snapshot: it begins there, and ends where everybody else is. Over HTTP."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ala_desktop.core.clock import Clock
from ala_desktop.core.errors import Mendable
from ala_desktop.hub.identity import load_or_make
from ala_desktop.hub.serving import open_store
from ala_desktop.hub.snapshots import Snapshots
from ala_desktop.models.catalog import build
from ala_desktop.services.soundness import Soundness
from ala_desktop.sync import stored_snapshot
from ala_desktop.sync.capture import Change
from ala_desktop.sync.transport import Contact
from ala_desktop.sync.transport_http import HttpTransport
from tests import factory
from tests.functional.test_restores import agreed, backup_of, put_back
from tests.hubs import HubProcess, Pc, pc


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    made = HubProcess(tmp_path_factory.mktemp("hub") / "centrale").start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, hub: HubProcess) -> Iterator[tuple[Pc, Pc]]:
    """Two PCs that have exchanged: a unit, edited twice and discordant, and thirty more; a household with notes."""
    one, two = (pc(tmp_path_factory.mktemp("office") / name) for name in ("uno", "due"))
    for each in (one, two):
        each.exchange.enrol(hub.url, hub.invite())
    unit = factory.unit(one.desk)
    for _ in range(30):
        factory.unit(one.desk)
    one.desk.save([Change("household", "a" * 32, {"name": "Famiglia", "notes": "riservate"}, None)])
    exchange(one, two)
    row = two.desk.get("housing_unit", unit)
    put(one, unit, address="Via Po")
    two.desk.save([Change("housing_unit", unit, {"address": "Via Adda"}, row.position, row.values)])
    exchange(one, two)
    yield one, two
    one.desk.close()
    two.desk.close()


def put(where: Pc, record: str, **values: str | int | None) -> None:
    row = where.desk.get("housing_unit", record)
    where.desk.save([Change("housing_unit", record, values, row.position, row.values)])


def exchange(*pcs: Pc) -> None:
    for one in (*pcs, *pcs):
        one.exchange.run()


def take(hub: HubProcess) -> None:
    """As `ala-hub snapshot`, without starting a process for it."""
    store = open_store(hub.folder)
    try:
        assert Snapshots(store, build(), load_or_make(hub.folder), Clock()).make("A995")
    finally:
        store.close()


def command(hub: HubProcess) -> dict[str, Any]:
    asked = hub.ask("snapshot")
    assert asked.returncode == 0, asked.stderr
    return json.loads(asked.stdout)


def horizon(of: Pc) -> int:
    with of.desk.reading() as connection:
        return stored_snapshot.horizon(connection)


def newcomer(folder: Path, hub: HubProcess, **line: object) -> Pc:
    made = pc(folder, **line)  # pyright: ignore[reportArgumentType] - a carrier of the test's own
    made.exchange.enrol(hub.url, hub.invite())
    return made


def test_a_new_pc_begins_with_the_snapshot_and_shows_what_the_others_show(
    office: tuple[Pc, Pc], hub: HubProcess, tmp_path: Path
):
    one, two = office
    made = command(hub)["made"]["A995"]
    assert command(hub) == {"made": {}, "unchanged": ["A995"]}
    factory.unit(two.desk)
    exchange(two, one)

    three = newcomer(tmp_path / "tre", hub)
    draft = factory.unit(three.desk)
    report = three.exchange.run()
    exchange(one, two, three)

    assert horizon(three) == made["seq"] > 30
    assert report.received >= made["seq"] - 2
    assert one.digest == two.digest == three.digest
    assert one.unsound == two.unsound == three.unsound == []
    assert three.claims == one.claims != []
    assert one.desk.get("housing_unit", draft)["code"]


def test_work_on_what_the_snapshot_holds_conflicts_as_it_would_have(
    office: tuple[Pc, Pc], hub: HubProcess, tmp_path: Path
):
    one, two = office
    unit = factory.unit(one.desk)
    exchange(one, two)
    take(hub)
    before = len(one.claims)
    three = newcomer(tmp_path / "tre", hub)
    three.exchange.run()
    row = two.desk.get("housing_unit", unit)

    put(three, unit, address="Via Lodi")
    three.exchange.run()
    two.desk.save([Change("housing_unit", unit, {"address": "Via Milano", "notes": "x"}, row.position, row.values)])
    exchange(two, one, three)

    assert one.digest == two.digest == three.digest
    assert three.desk.get("housing_unit", unit)["address"] == "Via Lodi"
    assert len(three.claims) == before + 1
    assert three.unsound == []


def test_a_broken_line_goes_on_where_it_was(office: tuple[Pc, Pc], hub: HubProcess, tmp_path: Path):
    one, _ = office
    factory.unit(one.desk)
    exchange(one)
    take(hub)
    asked: list[int] = []

    class Short(HttpTransport):
        """Brings 500 bytes of a part at a time; stops for good at the third."""

        def blob(self, name: str, at: int) -> bytes:
            asked.append(at)
            if len(asked) == 3:
                raise SystemExit
            return super().blob(name, at)[:500]

    def short(contact: Contact) -> Short:
        return Short(contact, patience=1.0, silence=5.0)

    three = newcomer(tmp_path / "tre", hub, factory_of=short)
    with pytest.raises(SystemExit):
        three.exchange.run()
    assert (horizon(three), three.desk.find("housing_unit")) == (0, [])

    three.exchange.run()

    assert asked[:4] == [0, 500, 1000, 1000]
    assert horizon(three) > 0
    assert one.digest == three.digest
    three.desk.close()


def test_the_comunes_key_and_the_log_itself_come_later(office: tuple[Pc, Pc], hub: HubProcess, tmp_path: Path):
    """The key opens what the snapshot holds sealed; where the snapshot is damaged, every frame is fetched."""
    one, _ = office
    factory.unit(one.desk)
    exchange(one)
    take(hub)
    three = newcomer(tmp_path / "tre", hub)
    three.exchange.run()
    one.exchange.run()
    assert three.desk.get("household", "a" * 32)["notes"] is None

    for here, there in ((one, three), (three, one)):
        here.exchange.confirm(there.desk.me.device)
    exchange(one, three)
    assert three.desk.get("household", "a" * 32)["notes"] == "riservate"

    with three.desk.store.writing() as connection:
        connection.exec_driver_sql("UPDATE snapshot_piece SET bytes = substr(bytes, 2)")
    assert [fault.kind for fault in Soundness(three.desk).verify()] == ["snapshot"]
    assert three.exchange.run().healed > 0

    assert horizon(three) == 0
    assert three.unsound == []
    assert one.digest == three.digest
    three.desk.close()


def test_a_hub_is_put_back_to_before_the_snapshot(office: tuple[Pc, Pc], hub: HubProcess, tmp_path: Path):
    """Who has the frames gives them back; who began with it follows a hub that took new work meanwhile."""
    one, two = office
    exchange(one, two)
    backup_of(hub, tmp_path / "salvata")
    factory.unit(one.desk)
    one.exchange.run()
    take(hub)
    three = newcomer(tmp_path / "tre", hub)
    three.exchange.run()
    put_back(hub, tmp_path / "salvata")

    with pytest.raises(Mendable):
        three.exchange.run()
    assert one.exchange.run().given_back > 0
    agreed(one, three)
    assert horizon(three) > 0

    put_back(hub, tmp_path / "salvata")
    factory.unit(two.desk)
    assert two.exchange.run().given_back == 0
    assert one.exchange.run().given_back > 0
    agreed(one, two, three)
    assert horizon(three) == 0
    three.desk.close()
