"""The exchange of other logs: the ambito's when it moved, the comuni's one by one; none holds the others up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ala_desktop.core.tenants import office_of
from ala_desktop.services.lookup import Lookup
from ala_desktop.services.office import NewOffice
from ala_desktop.services.sharing.exchange import Advance, Exchange
from ala_desktop.sync.capture import Change
from tests import factory
from tests.hubs import Pc
from tests.local_hub import URL, LocalHub

A, B, C = "A995", "C816", "E648"


class House:
    """A hub, two or three comuni, ALA."""

    def __init__(self, folder: Path) -> None:
        self.hub = LocalHub()
        self.folder = folder
        self.pcs: dict[str, Pc] = {}

    def join(self, code: str) -> Pc:
        office = office_of(code)
        made = factory.office(self.folder / code)
        desk, _ = made.set_up(NewOffice(office.tenant, office.name, "Piera Invernizzi"), factory.PASSPHRASE)
        pc = Pc(desk, Exchange(desk, self.hub.connect))
        pc.exchange.enrol(URL, self.hub.invite(code))
        self.pcs[code] = pc
        return pc

    def publish(self, ala: Pc, name: str = "Misura Unica") -> str:
        record = ala.desk.new_id()
        with ala.desk.others.open("AMBITO") as ambito:
            ambito.save([Change("measure", record, {"service": "SAT", "name": name})])
        return record


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    for pc in made.pcs.values():
        pc.desk.close()


def work(pc: Pc) -> None:
    factory.unit(pc.desk)
    pc.exchange.run()


def test_the_ambitos_log_is_asked_only_when_it_moved_and_before_the_own_page_is_taken_in(house: House):
    ala, comune = house.join("ALA"), house.join(A)
    comune.exchange.run()
    assert comune.desk.others.tenants() == []
    house.publish(ala)
    ala.exchange.run()
    house.hub.asked.clear()

    seen: list[str] = []
    comune.desk.listen(lambda changed: seen.append("own"))
    report = comune.exchange.run()

    assert house.hub.asked == ["pull", "pull", "devices"]
    assert (report.received, report.tenants["AMBITO"].received) == (1, 1)
    house.hub.asked.clear()
    assert comune.exchange.run().tenants == {}
    assert house.hub.asked == ["pull"]


def test_what_ala_publishes_leaves_although_the_ambitos_log_ends_where_it_ended(house: House):
    ala = house.join("ALA")
    for count in (1, 2):
        house.publish(ala)
        assert ala.exchange.run().tenants["AMBITO"].acknowledged == 1
        assert house.hub.store.heads()["AMBITO"].seq == count


def test_alas_exchange_serves_every_comune_that_has_news_and_only_those(house: House):
    ala, one, other = house.join("ALA"), house.join(A), house.join(B)
    work(one)
    work(other)

    first = ala.exchange.run()
    assert {tenant: part.received for tenant, part in first.tenants.items()} == {"ALA": 0, A: 1, B: 1}
    assert first.received == 2
    work(other)
    house.hub.asked.clear()
    second = ala.exchange.run()

    assert {tenant: part.received for tenant, part in second.tenants.items()} == {"ALA": 0, B: 1}
    assert house.hub.asked == ["pull", "tenants", "pull"]
    house.hub.asked.clear()
    assert ala.exchange.run().tenants == {}
    assert house.hub.asked == ["pull", "tenants"]


def test_one_damaged_comune_never_holds_the_others_up(house: House, tmp_path: Path):
    ala = house.join("ALA")
    for code in (A, B, C):
        work(house.join(code))
    ala.exchange.run()
    for code in (A, B, C):
        work(house.pcs[code])
    damaged = tmp_path / "ALA" / f"archivio-{B}.db"
    damaged.write_bytes(b"niente di buono" * 1000)

    report = ala.exchange.run()

    assert [tenant for tenant, part in report.tenants.items() if part.problem] == [B]
    assert {tenant: part.received for tenant, part in report.tenants.items()} == {"ALA": 0, A: 1, B: 0, C: 1}
    problem = report.as_json()["tenants"][B]["problem"]
    assert set(problem) == {"title", "cause"}


def test_a_fault_of_the_program_in_one_log_is_reported_and_the_own_log_goes_on(house: House, monkeypatch):
    ala, comune = house.join("ALA"), house.join(A)
    house.publish(ala)
    ala.exchange.run()
    factory.unit(comune.desk)
    monkeypatch.setattr("ala_desktop.services.shelf.make_store", lambda *_: 1 / 0)

    report = comune.exchange.run()

    assert report.acknowledged == 1
    told = report.tenants["AMBITO"].problem
    assert told is not None
    assert "rapporto" in told.cause
    assert len(list((house.folder / A / "rapporti").iterdir())) == 1


def test_an_exchange_that_is_stopped_asks_for_no_further_comune(house: House):
    ala = house.join("ALA")
    for code in (A, B):
        work(house.join(code))
    phases: list[str] = []

    report = ala.exchange.run(lambda advance: phases.append(Advance(*advance).phase), lambda: bool(phases))

    assert phases == ["Ricezione · Borghetto Lodigiano"]
    assert B not in report.tenants
    assert report.stopped
    assert ala.exchange.run().tenants[B].received == 1


def test_a_comunes_pc_never_counts_alas_pcs_among_its_own(house: House):
    house.join("ALA")
    comune = house.join(A)
    comune.exchange.run()

    assert [device.name for device in comune.exchange.devices()] == ["PC 1"]
    with comune.desk.reading() as connection:
        found = connection.exec_driver_sql("SELECT name, agency FROM peer").all()
    assert [tuple(row) for row in found] == [("ALA PC 1", 1)]


def test_what_ala_published_is_offered_to_a_grant_and_says_so(house: House):
    ala, comune = house.join("ALA"), house.join(A)
    lookup = Lookup(comune.desk)
    own = comune.desk.new_id()
    comune.desk.save([Change("measure", own, {"service": "SAT", "name": "Misura del Comune"})])
    assert [found.id for found in lookup.find("measure", "misura")] == [own]
    theirs = house.publish(ala, "Misura Unica")
    ala.exchange.run()
    comune.exchange.run()

    found = lookup.find("measure", "misura")

    assert [(one.id, one.name) for one in found] == [(theirs, "Misura Unica"), (own, "Misura del Comune")]
    assert "pubblicato da ALA" in found[0].detail
    assert "pubblicato da ALA" not in found[1].detail
    assert lookup.name_of("measure", theirs) == "Misura Unica"
    later = house.publish(ala, "Misura seconda")
    ala.exchange.run()
    comune.exchange.run()
    assert later in [one.id for one in lookup.find("measure", "misura")]
