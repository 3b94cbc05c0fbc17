"""Records that begin in a page go straight to their rows, and what comes of it is what the fold would have made."""

from pathlib import Path

import pytest

from ala_desktop.fields.values import Value
from ala_desktop.sync import intake
from ala_desktop.sync.capture import Change
from ala_desktop.sync.newcomers import Newcomers
from ala_desktop.sync.workset import Workset
from tests.hubs import Pc, pc
from tests.local_hub import URL, LocalHub


@pytest.fixture
def hub() -> LocalHub:
    return LocalHub()


@pytest.fixture
def author(tmp_path: Path, hub: LocalHub):
    made = pc(tmp_path / "author", hub.connect)
    made.exchange.enrol(URL, hub.invite())
    yield made
    made.desk.close()


def reader(folder: Path, hub: LocalHub) -> Pc:
    made = pc(folder, hub.connect)
    made.exchange.enrol(URL, hub.invite())
    return made


def rows_of(where: Pc) -> dict[str, list[tuple[Value, ...]]]:
    with where.desk.reading() as connection:
        return {
            kind: sorted((tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {kind}")), key=repr)
            for kind in (*where.desk.catalog, "sealed_value", "stamp", "claim", "shadow")
        }


def a_page_of_everything(where: Pc) -> None:
    """Plain records, some edited at once, sealed values, a household with its members, a sitting that is frozen."""
    desk = where.desk
    units = [desk.new_id() for _ in range(20)]
    for number, unit in enumerate(units):
        desk.save([Change("housing_unit", unit, {"code": f"BL{number}", "address": "Via Roma"})], group="g")
    for unit in units[:5]:
        row = desk.get("housing_unit", unit)
        desk.save([Change("housing_unit", unit, {"address": "Via Verdi"}, row.position, row.values)])
    home, person = desk.new_id(), desk.new_id()
    desk.save([
        Change("household", home, {"name": "Rossi", "notes": "riservata"}),
        Change("person", person, {"surname": "Rossi"}),
        Change("household_member", desk.new_id(), {"household_id": home, "person_id": person}),
    ])  # fmt: skip
    commission, sitting = desk.new_id(), desk.new_id()
    desk.save([Change("commission", commission, {"body": "commissione_casa", "name": "Commissione casa"})])
    desk.save([Change("sitting", sitting, {"commission_id": commission, "held_on": "2026-11-22", "state": "bozza"})])
    desk.save([Change("agenda_item", desk.new_id(), {"sitting_id": sitting, "position": 1, "subject": "Domande"})])


def test_both_ways_end_in_the_same_rows(tmp_path: Path, hub: LocalHub, author: Pc, monkeypatch):
    a_page_of_everything(author)
    author.exchange.run()
    straight, folded = reader(tmp_path / "straight", hub), reader(tmp_path / "folded", hub)
    met: list[int] = []
    real = Newcomers.insert

    def counting(self: Newcomers, connection, rows):
        changed = real(self, connection, rows)
        met.append(len(changed))
        return changed

    monkeypatch.setattr(Newcomers, "insert", counting)
    straight.exchange.run()
    monkeypatch.setattr(intake, "fresh_among", lambda *_: set())
    folded.exchange.run()

    assert met == [19, 0], "15 units that were never edited, a household, a person, a member, a commission"
    assert rows_of(straight) == rows_of(folded)
    assert straight.digest == folded.digest == author.digest
    assert (straight.unsound, folded.unsound) == ([], [])
    for one in (straight, folded):
        one.desk.close()


def test_a_first_copy_needs_no_fold(tmp_path: Path, hub: LocalHub, author: Pc, monkeypatch):
    many = [[Change("housing_unit", author.desk.new_id(), {"code": f"C{n}", "address": "V"})] for n in range(50)]
    author.desk.save_each(many, group="g")
    author.exchange.run()
    copy = reader(tmp_path / "copy", hub)

    def no_fold(*_):
        raise AssertionError("nothing here can conflict")

    monkeypatch.setattr(Workset, "fold", no_fold)
    copy.exchange.run()

    assert len(copy.desk.find("housing_unit")) == 50
    copy.desk.close()


def test_a_refused_save_of_a_colleague_of_a_kind_unknown_here_stops_nobody(tmp_path, hub, author, monkeypatch):
    from ala_desktop.sync.protocol import Op
    from tests.hub_frames import HUB, Pen, line

    with hub.store.locked("A995") as tenancy:
        colleague = Pen(name="PC 7")
        tenancy.enrol("none", colleague.row(7))
    frame = colleague.frame(line(Op("spaceship", "a" * 32, None, {"name": "x"}, [])), hub=HUB.hub)
    entry = hub.intake.admit(colleague.row(7), frame)
    assert [item.code for item in entry.refused] == ["unknown_kind"]

    report = author.exchange.run()

    assert (report.received, report.seq) == (1, 1)
    assert author.unsound == []


def test_a_kind_of_a_newer_program_asks_for_an_update(tmp_path, hub, author, monkeypatch):
    from ala_desktop.core.errors import Mendable
    from tests import factory

    factory.unit(author.desk)
    author.exchange.run()
    copy = reader(tmp_path / "copy", hub)
    monkeypatch.setattr(copy.desk.catalog, "keys", lambda: {"person"})

    with pytest.raises(Mendable) as raised:
        copy.exchange.run()

    assert raised.value.title == "Il programma va aggiornato"
    assert "housing_unit" in raised.value.cause
    assert copy.desk.position() == 0
    assert intake.UnknownKind is not None
    copy.desk.close()
