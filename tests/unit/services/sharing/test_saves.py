"""Saves in words: what waits, and what was exchanged."""

from __future__ import annotations

import pytest

from ala_desktop.services.forms import Forms
from ala_desktop.services.sharing.conflicts import Conflicts
from ala_desktop.services.sharing.saves import Saves, State, Whose
from ala_desktop.services.units import Units
from ala_desktop.sync.capture import Change
from tests import factory
from tests.hubs import Pc
from tests.unit.services.discord import SECOND_CLERK, a_hub, disputed_unit, edit, exchange, some_pcs
from tests.unit.services.sitting_factory import body


@pytest.fixture(scope="module")
def pcs(tmp_path_factory):
    with (
        a_hub(tmp_path_factory.mktemp("hub")) as hub,
        some_pcs(hub, tmp_path_factory.mktemp("comune")) as pair,
    ):
        yield pair


def waiting(desk) -> list[tuple[str, str]]:
    saves = Saves(desk)
    return [(save.name, save.what) for save in saves.waiting_page(saves.waiting()) if save]


def exchanged(one: Pc, whose: Whose):
    saves = Saves(one.desk)
    return [save for save in saves.exchanged_page(saves.exchanged(whose)) if save]


def test_waiting_saves_are_told_newest_first_by_record_and_fields(tmp_path):
    desk = factory.desk(tmp_path)
    unit = factory.unit(desk, "BL0001", street_number="12")
    row = desk.get("housing_unit", unit)
    Units(desk).save(row, {"floor": "2", "rent_cents": 25000})
    forms = Forms(desk)
    [gone] = forms.delete(desk.get("housing_unit", unit))
    forms.restore([gone])
    assert waiting(desk) == [
        ("Alloggio BL0001 Via Roma 12", "Scheda ripristinata"),
        ("Alloggio BL0001 Via Roma 12", "Scheda eliminata"),
        ("Alloggio BL0001 Via Roma 12", "Modifica: Piano, Canone mensile"),
        ("Alloggio BL0001 Via Roma 12", "Scheda nuova"),
    ]
    saves = Saves(desk)
    [first] = saves.waiting_page(saves.waiting()[-1:])
    assert first is not None
    assert (first.kind, first.id, first.at, first.author, first.state) == (
        "housing_unit", unit, "2026-11-22T09:00:00Z", "Piera Invernizzi", State.TO_SEND,
    )  # fmt: skip


def test_members_are_told_by_their_household_and_imports_as_such(tmp_path):
    desk = factory.desk(tmp_path)
    household, person, member = desk.new_id(), desk.new_id(), desk.new_id()
    changes = [
        Change("household", household, {"name": "Ștefănescu"}),
        Change("person", person, {"surname": "Ștefănescu", "name": "Ioana"}),
        Change("household_member", member, {"household_id": household, "person_id": person, "relation": "figlia"}),
    ]
    desk.save_each([changes], group="importazione")
    edited = desk.get("household_member", member)
    desk.save([Change("household_member", member, {"relation": "nipote"}, edited.position)])
    assert waiting(desk) == [
        ("Nucleo familiare Ștefănescu", "Componente: Rapporto di parentela"),
        ("Nucleo familiare Ștefănescu e altre 2 schede", "Scheda nuova (importazione)"),
    ]


def test_many_fields_are_cut_short(tmp_path):
    desk = factory.desk(tmp_path)
    unit = factory.unit(desk)
    row = desk.get("housing_unit", unit)
    put = {"address": "Via Po", "stair": "A", "floor": "1", "interior": "4", "cadastral_sheet": "7", "lift": 1}
    desk.save([Change("housing_unit", unit, put, row.position)])
    assert waiting(desk)[0][1] == "Modifica: Indirizzo, Scala, Piano, Interno e altri 2 campi"


def test_what_came_back_and_what_came_from_others_is_told_with_who_and_where(pcs):
    first, second = pcs
    unit = factory.unit(first.desk, "E1")
    exchange(first, second)
    edit(second, "housing_unit", unit, floor="3")
    exchange(second, first)
    assert Saves(second.desk).waiting() == Saves(first.desk).waiting()
    newest = exchanged(first, Whose.OTHERS)[0]
    assert (newest.name, newest.what, newest.author, newest.device, newest.state) == (
        "Alloggio E1 Via Roma", "Modifica: Piano", SECOND_CLERK, "PC 2", State.ARRIVED,
    )  # fmt: skip
    own = exchanged(first, Whose.OWN)[0]
    assert (own.name, own.what, own.device, own.state) == (
        "Alloggio E1 Via Roma", "Scheda nuova", "PC 1", State.RECEIVED,
    )  # fmt: skip
    assert exchanged(first, Whose.ALL)[:2] == [newest, own]
    assert [save.what for save in exchanged(second, Whose.OWN)][:1] == ["Modifica: Piano"]


def test_a_decision_is_told_as_one(pcs):
    first, second = pcs
    unit = disputed_unit(first, second, "E2", {"address": "Via Po"}, {"address": "Via Adda"})
    queue = Conflicts(first.desk)
    queue.keep_parked(next(one.id for one in queue.list() if one.record == unit))
    assert waiting(first.desk)[0] == ("Alloggio E2 Via Adda", "Dato discordante deciso: Indirizzo")


def test_what_was_handed_over_and_has_not_come_back_is_told_as_sent(tmp_path):
    with a_hub(tmp_path / "hub") as hub, some_pcs(hub, tmp_path, 1) as (one,):
        factory.unit(one.desk, "E3")
        calls: list[int] = []

        def after_the_push() -> bool:
            calls.append(len(calls))
            return len(calls) > 2

        assert one.exchange.run(stop=after_the_push).stopped
        factory.unit(one.desk, "E4")
        saves = Saves(one.desk)
        found = [(save.name, save.state) for save in saves.waiting_page(saves.waiting()) if save]
        assert found == [("Alloggio E4 Via Roma", State.TO_SEND), ("Alloggio E3 Via Roma", State.SENT)]


def test_a_save_that_came_back_meanwhile_is_an_empty_line(pcs):
    first, second = pcs
    factory.unit(first.desk, "E5")
    saves = Saves(first.desk)
    numbers = saves.waiting()
    exchange(first, second)
    assert saves.waiting_page(numbers) == [None] * len(numbers)
    assert saves.exchanged_page([10_000_000]) == [None]


def test_an_approval_is_told_as_one_with_its_sitting(tmp_path):
    office = body(tmp_path)
    office.application()
    file = office.decided()
    saves = Saves(office.desk)
    office.sittings.approve(file.sitting.id)
    [approval] = filter(None, saves.waiting_page(saves.waiting()[:1]))
    assert (approval.name, approval.what) == ("Seduta 22/11/2026 · Commissione Casa", "Verbale approvato")
    assert (approval.kind, approval.id) == ("sitting", file.sitting.id)
