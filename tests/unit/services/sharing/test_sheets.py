"""The comune's key with the recovery sheet of a PC that is gone: over the network, by stick, and what is no sheet."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from ala_desktop.core.errors import Mendable
from ala_desktop.core.ids import new_id
from ala_desktop.hub.post import Post
from ala_desktop.models.keyring import new_recovery_code, sheet_secret
from ala_desktop.services.sharing.exchange import Exchange
from ala_desktop.sync import sheet, sheet_book
from ala_desktop.sync.capture import Change
from ala_desktop.sync.messages import LeftSheet
from tests import factory
from tests.hub_frames import CATALOG, HUB
from tests.hubs import Pc, pc
from tests.local_hub import URL, LocalHub
from tests.unit.services.sharing.test_file_exchange import Stick

SECRET = "seguita dai servizi sociali"


@dataclass
class Owner:
    """The PC that has the key, and the code of its sheet."""

    pc: Pc
    code: str
    folder: Path
    closed: bool = False

    def close(self) -> None:
        if not self.closed:
            self.pc.desk.close()
        self.closed = True


@pytest.fixture
def owner(tmp_path: Path, hub: LocalHub):
    desk, code = factory.office(tmp_path / "one").set_up(factory.BORGHETTO, factory.PASSPHRASE)
    made = Pc(desk, Exchange(desk, hub.connect))
    made.exchange.enrol(URL, hub.invite())
    owner = Owner(made, code, tmp_path / "one")
    yield owner
    owner.close()


@pytest.fixture
def new(tmp_path: Path, hub: LocalHub, owner: Owner):
    made = pc(tmp_path / "two", hub.connect)
    made.exchange.enrol(URL, hub.invite())
    yield made
    made.desk.close()


def person(where: Pc, notes: str = SECRET) -> str:
    record = where.desk.new_id()
    where.desk.save([Change("person", record, {"surname": "Brambilla", "notes": notes})])
    return record


def lost(owner: Owner) -> None:
    """Disk and all."""
    owner.close()
    shutil.rmtree(owner.folder)


def told(where: Pc, code: str) -> Mendable:
    with pytest.raises(Mendable) as raised:
        where.exchange.use_sheet(code)
    return raised.value


def test_a_new_pc_reads_the_notes_of_a_lost_one_with_its_sheet(owner: Owner, new: Pc):
    theirs = person(owner.pc)
    owner.pc.exchange.run()
    before = owner.pc.digest
    lost(owner)
    new.exchange.run()
    assert new.desk.get("person", theirs)["notes"] is None

    assert new.exchange.use_sheet(owner.code)

    assert new.desk.get("person", theirs)["notes"] == SECRET
    assert (new.digest, new.unsound) == (before, [])
    assert new.exchange.devices()[0].confirmed


def test_what_waited_on_the_new_pc_goes_out_under_the_comunes_key(tmp_path: Path, owner: Owner, new: Pc, hub: LocalHub):
    owner.pc.exchange.run()
    mine = person(new, "scritta prima")
    new.exchange.run()

    new.exchange.use_sheet(owner.code)

    assert new.exchange.run().acknowledged == 1
    owner.pc.exchange.run()
    assert owner.pc.desk.get("person", mine)["notes"] == "scritta prima"
    assert owner.pc.digest == new.digest


def test_nobody_counts_as_confirmed_because_of_a_sheet(owner: Owner, new: Pc):
    """The keys that the hub names for the lost PC were never compared: nothing may be wrapped for them."""
    owner.pc.exchange.run()
    new.exchange.run()

    new.exchange.use_sheet(owner.code)

    assert [device.confirmed for device in new.exchange.devices()] == [True, False]


def test_the_new_pc_leaves_the_key_under_a_sheet_of_its_own(owner: Owner, new: Pc, hub: LocalHub):
    owner.pc.exchange.run()
    new.exchange.use_sheet(owner.code)
    new.exchange.run()

    with hub.store.locked("A995") as tenancy:
        assert {one.device for one in tenancy.sheets()} == {owner.pc.desk.me.device, new.desk.me.device}


def test_the_hub_cannot_read_what_it_keeps(owner: Owner, hub: LocalHub):
    owner.pc.exchange.run()
    me = owner.pc.desk.me
    assert me.comune_key is not None

    with hub.store.locked("A995") as tenancy:
        [kept] = tenancy.sheets()

    assert me.comune_key.hex() not in kept.blob
    assert owner.code.replace("-", "") not in kept.blob
    assert kept.name != sheet.token_of(sheet_secret(owner.code), "A995")


def test_the_key_is_left_once_and_anew_after_a_week(owner: Owner, hub: LocalHub):
    clock = owner.pc.desk.clock
    assert isinstance(clock, factory.FixedClock)
    owner.pc.exchange.run()
    hub.asked.clear()
    owner.pc.exchange.run()
    assert hub.asked == ["pull"]

    clock.moment = "2026-11-30T09:00:00Z"
    owner.pc.exchange.run()

    assert hub.asked == ["pull", "pull", "leave_sheet"]


def test_a_key_whose_leaving_was_cut_is_left_at_the_next_exchange(owner: Owner, new: Pc, hub: LocalHub):
    hub.lost_before["leave_sheet"] = 1
    with pytest.raises(Mendable):
        owner.pc.exchange.run()
    assert hub.lost == 1

    owner.pc.exchange.run()

    assert new.exchange.use_sheet(owner.code)


def test_an_older_hub_that_keeps_no_sheets_is_no_trouble(owner: Owner, hub: LocalHub):
    hub.wrong["leave_sheet"] = "unknown_path"

    owner.pc.exchange.run()

    assert hub.lost == 1
    owner.pc.exchange.run()
    assert hub.asked[-1] == "leave_sheet"


def test_a_pc_without_the_comunes_key_leaves_none(owner: Owner, new: Pc, hub: LocalHub):
    hub.asked.clear()

    new.exchange.run()

    assert "leave_sheet" not in hub.asked


def test_after_a_recovery_the_new_sheet_serves_and_the_old_one_does_not(owner: Owner, new: Pc, hub: LocalHub):
    owner.pc.exchange.run()
    owner.close()
    desk, fresh = factory.office(owner.folder).recover(owner.code, "", "roggia filanda airone")
    Exchange(desk, hub.connect).run()
    desk.close()

    assert told(new, owner.code).title == "Il codice non apre la chiave del comune"
    assert new.exchange.use_sheet(fresh)


def test_a_recovery_that_was_cut_leaves_the_store_to_learn_the_sheet_when_it_opens(owner: Owner, monkeypatch):
    owner.close()
    cut = _Cut()
    with monkeypatch.context() as patch:
        patch.setattr(sheet_book, "keep_own", cut)
        recovered, fresh = factory.office(owner.folder).recover(owner.code, "", "roggia filanda airone")
        recovered.close()
    assert cut.fired

    desk = factory.office(owner.folder).open("roggia filanda airone")

    with desk.reading() as connection:
        assert sheet_book.own(connection) == sheet_secret(fresh)
    desk.close()


class _Cut:
    fired = False

    def __call__(self, *_) -> None:
        self.fired = True
        raise Mendable("Disco pieno", "Non c'è spazio.", "Liberarne.")


def test_wrong_codes_are_told_and_bounded(owner: Owner, new: Pc):
    owner.pc.exchange.run()
    before = new.desk.me.comune_key

    titles = [told(new, new_recovery_code()).title for _ in range(6)]

    assert titles == ["Il codice non apre la chiave del comune"] * 5 + ["Troppi codici errati per oggi"]
    assert (new.desk.me.comune_key, new.desk.me.comune_key_final) == (before, 0)


def test_a_code_with_a_slip_is_told_without_asking(owner: Owner, new: Pc, hub: LocalHub):
    hub.asked.clear()

    assert told(new, owner.code[:-1] + ("0" if owner.code[-1] != "0" else "1")).title == (
        "Codice di recupero copiato male"
    )
    assert hub.asked == []


def test_the_sheet_of_another_comune_opens_nothing(owner: Owner, new: Pc, hub: LocalHub):
    owner.pc.exchange.run()
    foreign = new_recovery_code()
    with hub.store.locked("A004") as tenancy:
        token = sheet.token_of(sheet_secret(foreign), "A004")
        tenancy.leave_sheet(_sheet(LeftSheet(sheet.name_of(token), "x"), "d" * 32))

    assert "di un altro comune" in told(new, foreign).cause


def _sheet(left: LeftSheet, device: str):
    from ala_desktop.hub.store import Sheet

    return Sheet(device, left.name, left.blob)


def test_where_no_pc_left_its_key_that_is_told(owner: Owner, new: Pc):
    assert told(new, owner.code).title == "Nessun PC del comune ha lasciato la chiave ad ALA"


def test_a_pc_that_has_the_key_needs_no_sheet(owner: Owner):
    assert "ha già la chiave" in told(owner.pc, new_recovery_code()).title


def test_the_pcs_own_sheet_is_the_wrong_one(tmp_path: Path, owner: Owner, hub: LocalHub):
    desk, code = factory.office(tmp_path / "three").set_up(factory.BORGHETTO, factory.PASSPHRASE)
    third = Pc(desk, Exchange(desk, hub.connect))
    third.exchange.enrol(URL, hub.invite())

    assert told(third, code).title == "Questo è il foglio di questo PC"
    desk.close()


@pytest.mark.parametrize("what", ["rubbish", "other_key"])
def test_what_is_not_the_comunes_key_is_not_taken(owner: Owner, new: Pc, hub: LocalHub, what: str):
    person(owner.pc)
    owner.pc.exchange.run()
    new.exchange.run()
    secret, device = sheet_secret(owner.code), owner.pc.desk.me.device
    blob = "rubbish" if what == "rubbish" else sheet.wrap(bytes(64), secret, "A995", device)
    with hub.store.locked("A995") as tenancy:
        tenancy.leave_sheet(_sheet(LeftSheet(sheet.name_of(sheet.token_of(secret, "A995")), blob), device))

    assert told(new, owner.code).title == "La chiave custodita presso ALA non è valida"
    assert new.desk.me.comune_key_final == 0
    assert new.unsound == []


def test_without_a_network_the_sheet_goes_by_stick_and_the_answer_brings_the_key(tmp_path: Path, hub: LocalHub):
    post = Post(hub.store, CATALOG, HUB, new_id, hub.enrolment)
    (tmp_path / "chiavetta").mkdir()
    desk, code = factory.office(tmp_path / "one").set_up(factory.BORGHETTO, factory.PASSPHRASE)
    one = Stick(tmp_path / "chiavetta", Pc(desk, Exchange(desk, hub.connect)), post, hub)
    two = Stick(tmp_path / "chiavetta", pc(tmp_path / "two", hub.connect), post, hub, trips=100)
    one.join()
    two.join()
    record = person(one.pc)
    one.trip()
    desk.close()

    two.trip()
    assert told(two.pc, code[:-1] + ("0" if code[-1] != "0" else "1")).title == "Codice di recupero copiato male"
    assert not two.pc.exchange.use_sheet(code)
    assert two.pc.desk.get("person", record)["notes"] is None
    two.trip()

    assert two.pc.desk.get("person", record)["notes"] == SECRET
    assert two.pc.unsound == []
    two.pc.desk.close()


def test_a_wrong_code_by_stick_is_told_with_the_answer_and_asked_no_more(tmp_path: Path, owner: Owner, hub: LocalHub):
    owner.pc.exchange.run()
    post = Post(hub.store, CATALOG, HUB, new_id, hub.enrolment)
    (tmp_path / "chiavetta").mkdir()
    two = Stick(tmp_path / "chiavetta", pc(tmp_path / "two", hub.connect), post, hub)
    two.join()
    two.pc.exchange.use_sheet(new_recovery_code())

    with pytest.raises(Mendable, match="non apre la chiave"):
        two.trip()

    two.trip()
    assert two.pc.desk.me.comune_key_final == 0
    two.pc.desk.close()
