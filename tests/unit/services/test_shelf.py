"""The logs of other tenants beside the office's own: who may have which, their files and their keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ala_desktop.core.errors import Mendable
from ala_desktop.models.engine import Store
from ala_desktop.models.keyring import key_of
from ala_desktop.services.desk import Desk
from ala_desktop.services.office import NewOffice
from ala_desktop.sync import replica
from tests import factory

KEY = b"k" * 32


@pytest.fixture
def ala(tmp_path: Path) -> Iterator[Desk]:
    desk, _ = factory.office(tmp_path).set_up(NewOffice("ALA", "ALA", "Marta Galli"), factory.PASSPHRASE)
    join(desk)
    yield desk
    desk.close()


def join(desk: Desk, url: str = "http://127.0.0.1:1") -> None:
    with desk.store.writing() as connection:
        replica.advance(connection, hub="h", hub_url=url, hub_key=b"h" * 32, device_name="ALA PC 1", ordinal=1)


def test_a_log_has_a_store_of_its_own_with_the_offices_device_and_a_life_of_its_own(ala: Desk):
    with ala.others.open("A995") as desk:
        me, home = desk.me, ala.me
        assert (me.tenant, me.comune, me.office) == ("A995", "Borghetto Lodigiano", "ALA")
        assert (me.device, me.sign_key, me.hub, me.device_name) == (home.device, home.sign_key, "h", "ALA PC 1")
        assert me.incarnation != home.incarnation
        assert (me.comune_key, me.holds_series, me.seq) == (None, False, 0)
    assert ala.others.tenants() == ["A995"]


def test_no_store_of_another_log_opens_with_the_data_key_itself(ala: Desk, tmp_path: Path):
    with ala.others.open("A995"), ala.others.open("AMBITO"):
        pass
    data_key = ala.store._key
    for tenant in ("A995", "AMBITO"):
        path = tmp_path / f"archivio-{tenant}.db"
        Store(path, key_of(data_key, tenant)).close()
        for wrong in (data_key, key_of(data_key, "C816")):
            with pytest.raises(Mendable):
                Store(path, wrong)


def test_a_desk_is_one_as_long_as_anybody_has_it_open(ala: Desk):
    with ala.others.open("A995") as one, ala.others.open("A995") as other:
        assert one is other
    with ala.others.open("A995") as later:
        assert later is not one


def test_what_changed_in_the_offices_own_store_is_taken_over(ala: Desk):
    with ala.others.open("A995"):
        pass
    join(ala, "https://nuova.example")

    with ala.others.open("A995") as desk:
        assert desk.me.hub_url == "https://nuova.example"


def test_what_a_cut_left_of_a_store_is_made_anew(ala: Desk, tmp_path: Path):
    (tmp_path / "archivio-A995.nuovo").write_bytes(b"met\xe0")

    with ala.others.open("A995") as desk:
        assert desk.me.tenant == "A995"
    assert not (tmp_path / "archivio-A995.nuovo").exists()


@pytest.mark.parametrize("tenant", ["ALA", "Z999", "../x"])
def test_there_is_no_log_of_nobody_and_the_own_one_is_not_another(ala: Desk, tenant: str):
    with pytest.raises(Mendable, match="non disponibile"), ala.others.open(tenant):
        pass


def test_a_comune_has_the_ambitos_log_and_no_other(tmp_path: Path):
    desk = factory.desk(tmp_path)
    with pytest.raises(Mendable, match="non è ancora"), desk.others.open("AMBITO"):
        pass
    join(desk)
    with desk.others.open("AMBITO") as ambito:
        assert not ambito.me.may_append
    for tenant in ("C816", "ALA"):
        with pytest.raises(Mendable, match="non disponibile"), desk.others.open(tenant):
            pass
    assert desk.others.tenants() == ["AMBITO"]
    desk.close()


def test_opening_a_log_writes_nothing_where_nothing_changed(ala: Desk):
    with ala.others.open("A995") as desk:
        path = desk.store.path
    before = path.read_bytes()
    with ala.others.open("A995") as desk, desk.reading() as connection:
        changes = "SELECT total_changes()"
        assert connection.exec_driver_sql(changes).scalar_one() == 0
    assert path.read_bytes() == before
