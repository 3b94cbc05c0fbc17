"""Discordant values on the page: three keys each, many at once, taken back, and what came too late."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from ala_desktop.rules.requests import State
from ala_desktop.services.sharing.conflicts import Conflicts
from ala_desktop.services.sharing.exchange import Exchange
from ala_desktop.services.sharing.requests import Requests
from ala_desktop.sync.capture import Change
from ala_desktop.ui.pages.exchange import conflicts_panel
from tests import factory
from tests.hubs import Pc, over_http, pc
from tests.ui.clipping import misfits
from tests.ui.wording import foreign, texts
from tests.unit.services.discord import a_hub, edit, exchange
from tests.unit.services.sitting_factory import body

MINE = {"address": "Via Guglielmo Marconi", "floor": "1", "rent_cents": 25000}
THEIRS = {"address": "Via Marconi", "floor": "2", "rent_cents": 27550}


@pytest.fixture
def office(place, tmp_path):
    """The office of the window, and another PC of the comune."""
    with a_hub(tmp_path / "hub") as hub:
        place.here = Pc(place.desk, Exchange(place.desk, over_http))
        place.there = pc(tmp_path / "altro")
        for one in (place.here, place.there):
            one.exchange.enrol(hub.url, hub.invite())
        exchange(place.here, place.there)
        yield place
        place.there.desk.close()


def dispute(office, *codes, mine=MINE, theirs=THEIRS):
    """Units that both PCs edited unseen; the values of this window's PC are in force."""
    units = [factory.unit(office.desk, code) for code in codes]
    exchange(office.here, office.there)
    for unit in units:
        edit(office.here, "housing_unit", unit, **mine)
        edit(office.there, "housing_unit", unit, **theirs)
    office.here.exchange.run()
    exchange(office.there, office.here)
    return units


def opened(office):
    window = office.window()
    window.go_to("exchange")
    office.settle()
    return window.page


def faults(office):
    return misfits(office.shown) + foreign(texts(office.shown), frozenset({"desktop"}))


def values(office, unit):
    row = office.desk.get("housing_unit", unit)
    return row["address"], row["floor"], row["rent_cents"]


def test_entering_the_page_goes_to_the_first_value_and_shows_who_and_when(office):
    dispute(office, "BL0001")
    page = opened(office)
    assert page.tabs.currentWidget() is page.conflicts
    assert page.tabs.tabText(2) == "Dati discordanti (3)"
    detail = page.conflicts.detail
    assert detail.title.text() == "Alloggio BL0001 Via Guglielmo Marconi"
    assert [card.conflict.label for card in detail.cards] == ["Indirizzo", "Piano", "Canone mensile"]
    shown = [label.text() for label in detail.cards[2].findChildren(QLabel)]
    assert shown == [
        "Canone mensile", "Prima", "(vuoto)",
        "In vigore", "250,00 €", "Piera Invernizzi · PC 1", "22/11/2026 09:00",
        "In attesa", "275,50 €", "Piera Invernizzi · PC 2", "22/11/2026 09:00",
    ]  # fmt: skip
    assert QApplication.focusWidget() is detail.cards[0].buttons[0]
    assert faults(office) == []


def test_each_value_takes_at_most_three_keys_and_the_next_one_is_chosen(office):
    units = dispute(office, "BL0001", "BL0002")
    opened(office)
    pressed = []

    def press(*keys):
        assert len(keys) <= 3
        for key in keys:
            office.qtbot.keyClick(QApplication.focusWidget(), key)
        pressed.append(keys)
        office.settle()

    for _ in units:
        press(Qt.Key.Key_Right, Qt.Key.Key_Return)
        press(Qt.Key.Key_Return)
        press(Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Return)
    assert len(pressed) == 6
    assert [values(office, unit) for unit in units] == [("Via Marconi", "1", 25000)] * 2
    assert Conflicts(office.desk).count() == 0
    page = office.shown.page
    assert page.tabs.tabText(2) == "Dati discordanti"
    assert "discordant" not in office.shown.status.exchange.text()
    assert QApplication.focusWidget() is page.band.go
    assert faults(office) == []
    exchange(office.here, office.there)
    assert office.here.digest == office.there.digest
    assert office.there.claims == []


def test_keys_pressed_faster_than_saves_decide_each_value_once(office):
    [unit] = dispute(office, "BL0001")
    opened(office)
    for _ in range(3):
        office.qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Right)
        office.qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    office.settle()
    assert values(office, unit) == ("Via Marconi", "2", 27550)
    assert Conflicts(office.desk).count() == 0


def test_one_press_of_the_mouse_decides_too(office):
    [unit] = dispute(office, "BL0001")
    page = opened(office)
    office.qtbot.mouseClick(page.conflicts.detail.cards[1].buttons[1], Qt.MouseButton.LeftButton)
    office.settle()
    assert values(office, unit) == ("Via Guglielmo Marconi", "2", 25000)
    assert [card.conflict.label for card in page.conflicts.detail.cards] == ["Indirizzo", "Canone mensile"]


def test_arrows_go_from_field_to_field_and_enter_in_the_list_leads_to_the_values(office):
    dispute(office, "BL0001", "BL0002")
    page = opened(office)
    detail = page.conflicts.detail
    office.qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    assert detail.cards[1].buttons[0].hasFocus()
    table = page.conflicts.list.to_decide
    table.setFocus()
    office.key(table, Qt.Key.Key_Down)
    assert detail.title.text() == "Alloggio BL0002 Via Guglielmo Marconi"
    office.key(table, Qt.Key.Key_Return)
    assert detail.cards[0].buttons[0].hasFocus()


def test_a_third_value_is_typed_in_the_fields_own_editor(office):
    [unit] = dispute(office, "BL0001")
    page = opened(office)
    card = page.conflicts.detail.cards[2]
    card.other.click()
    office.settle()
    assert faults(office) == []
    office.type(card.box.editor.main, "duecento")
    office.key(card.box.editor.main, Qt.Key.Key_Return)
    assert card.box.note.text() == "Errore: non è un numero"
    assert Conflicts(office.desk).count() == 3
    office.key(card.box.editor.main, Qt.Key.Key_Escape)
    assert card.box is None
    assert office.shown.page is page
    card.ask_value()
    assert card.box is not None
    office.type(card.box.editor.main, "260")
    office.key(card.box.editor.main, Qt.Key.Key_Return)
    assert values(office, unit)[2] == 26000
    assert Conflicts(office.desk).count() == 2


def test_all_values_of_one_record_are_decided_with_one_press(office):
    first, second = dispute(office, "BL0001", "BL0002")
    page = opened(office)
    page.conflicts.all_parked.click()
    office.settle()
    assert values(office, first) == ("Via Marconi", "2", 27550)
    assert values(office, second) == ("Via Guglielmo Marconi", "1", 25000)
    assert page.conflicts.detail.title.text() == "Alloggio BL0002 Via Guglielmo Marconi"
    assert page.conflicts.detail.cards[0].buttons[0].hasFocus()


@pytest.mark.parametrize("sure", [True, False])
def test_a_choice_for_several_records_asks_first_and_is_taken_back_as_a_whole(office, monkeypatch, sure):
    units = dispute(office, "BL0001", "BL0002")
    page = opened(office)
    asked = []
    monkeypatch.setattr(conflicts_panel, "confirm", lambda *words: asked.append(words[2]) or sure)
    page.conflicts.list.to_decide.selectAll()
    office.settle()
    assert faults(office) == []
    page.conflicts.all_parked.click()
    office.settle()
    assert "2 schede scelte" in asked[0]
    assert Conflicts(office.desk).count() == (0 if sure else 6)
    if sure:
        page.conflicts.take_back.click()
        office.settle()
        assert [values(office, unit) for unit in units] == [("Via Guglielmo Marconi", "1", 25000)] * 2
        assert page.tabs.tabText(2) == "Dati discordanti (6)"
        assert faults(office) == []


def test_the_last_choice_is_taken_back_and_offered_again(office):
    [unit] = dispute(office, "BL0001")
    page = opened(office)
    assert not page.conflicts.take_back.isEnabled()
    office.qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Right)
    office.key(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert values(office, unit)[0] == "Via Marconi"
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    office.key(QApplication.focusWidget(), Qt.Key.Key_Z, modifiers)
    assert values(office, unit)[0] == "Via Guglielmo Marconi"
    assert [card.conflict.label for card in page.conflicts.detail.cards] == ["Indirizzo", "Piano", "Canone mensile"]
    office.qtbot.mouseClick(page.conflicts.detail.cards[0].buttons[1], Qt.MouseButton.LeftButton)
    office.settle()
    assert values(office, unit)[0] == "Via Marconi"
    exchange(office.here, office.there)
    assert office.here.digest == office.there.digest


def test_a_value_that_another_pc_decided_meanwhile_leaves_the_page(office):
    dispute(office, "BL0001")
    page = opened(office)
    queue = Conflicts(office.there.desk)
    for conflict in queue.list():
        queue.keep_parked(conflict.id)
    office.there.exchange.run()
    page.band.start()
    office.settle()
    assert page.tabs.tabText(2) == "Dati discordanti"
    assert page.conflicts.detail.cards == []


def test_long_texts_and_names_of_all_europe_fit(office):
    long = "Sopralluogo con il tecnico: infissi da sostituire, caldaia revisionata. " * 8
    name = "Ștefănescu-Đorđević Łukasz"
    dispute(office, "BL0001", mine={"notes": long, "address": name * 6}, theirs={"notes": "x" * 300, "address": name})
    opened(office)
    assert faults(office) == []


def test_a_reference_is_shown_by_its_name_and_a_deletion_in_words(office):
    buildings = [office.desk.new_id() for _ in range(2)]
    for building, street in zip(buildings, ("Via Po", "Via Adda"), strict=True):
        office.forms.save(office.forms.blank("building", building), {"address": street})
    dispute(office, "BL0001", mine={"building_id": buildings[0]}, theirs={"building_id": buildings[1]})
    gone = factory.unit(office.desk, "BL0002")
    exchange(office.here, office.there)
    edit(office.here, "housing_unit", gone, floor="1")
    edit(office.there, "housing_unit", gone, _deleted=1)
    office.here.exchange.run()
    exchange(office.there, office.here)
    page = opened(office)
    shown = [label.text() for label in page.conflicts.detail.cards[0].findChildren(QLabel)]
    assert [text for text in shown if text.startswith("Via")] == ["Via Po", "Via Adda"]
    page.conflicts.list.to_decide.go_to(1)
    office.settle()
    shown = [label.text() for label in page.conflicts.detail.cards[0].findChildren(QLabel)]
    assert shown[0] == "Eliminazione della scheda"
    assert [text for text in shown if text.startswith("Scheda")] == ["Scheda conservata"] * 2 + ["Scheda eliminata"]
    assert faults(office) == []


def test_what_came_after_the_approval_stands_apart_and_is_marked_as_seen(office):
    bench = body(office.folder, office.desk)
    bench.application()
    file = bench.decided()
    exchange(office.here, office.there)
    bench.sittings.approve(file.sitting.id)
    edit(office.there, "sitting", file.sitting.id, place="Sala B", remarks="Ricordare la delibera")
    edit(office.there, "attendance", bench.seat(file, "Anna Villa").id, arrived_at="09:30")
    office.here.exchange.run()
    exchange(office.there, office.here)
    page = opened(office)
    panel = page.conflicts
    assert panel.list.late_heading.isVisible()
    names = [row.cells[0] for row in panel.list.late.rows.rows]
    assert names == ["Seduta 22/11/2026", "Seduta 22/11/2026 · Presenza di Anna Villa"]
    assert "va verbalizzata una rettifica" in panel.detail.hint.text()
    assert [button.text() for card in panel.detail.cards for button in card.buttons] == ["Segna come visto"] * 2
    assert faults(office) == []
    office.key(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert len(panel.detail.cards) == 1
    panel.all_seen.click()
    office.settle()
    panel.all_seen.click()
    office.settle()
    assert Conflicts(office.desk).count() == 0
    assert office.desk.get("sitting", file.sitting.id)["place"] != "Sala B"
    assert faults(office) == []


def test_the_record_is_opened_on_request(office):
    [unit] = dispute(office, "BL0001")
    page = opened(office)
    page.conflicts.detail.open.click()
    office.settle()
    assert office.shown.page.name == "units"
    assert office.shown.page.view.form.row.id == unit


def test_a_member_is_opened_with_its_household(office):
    household, person, member = (office.desk.new_id() for _ in range(3))
    office.desk.save(
        [
            Change("household", household, {"name": "Rossi"}),
            Change("person", person, {"surname": "Rossi", "name": "Maria"}),
            Change("household_member", member, {"household_id": household, "person_id": person}),
        ]
    )
    exchange(office.here, office.there)
    edit(office.here, "household_member", member, relation="figlia")
    edit(office.there, "household_member", member, relation="nipote")
    office.here.exchange.run()
    exchange(office.there, office.here)
    page = opened(office)
    assert page.conflicts.detail.title.text() == "Nucleo familiare Rossi · Componente figlia"
    page.conflicts.detail.open.click()
    office.settle()
    assert office.shown.page.view.form.row.id == household


def test_a_value_is_left_to_ala_with_one_key_and_taken_back_with_the_same(office):
    dispute(office, "BL0001")
    detail = opened(office).conflicts.detail
    for told, button in (("Rimesso ad ALA il 22/11/2026", "Riprendi da ALA"), ("", "Rimetti ad ALA")):
        office.key(QApplication.focusWidget(), Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
        card = detail.cards[0]
        assert card.refer.text() == button
        assert [label.text() for label in card.findChildren(QLabel) if "Rimesso" in label.text()] == [told] * bool(told)
        assert QApplication.focusWidget() is card.buttons[0]
        assert faults(office) == []
    assert len(detail.cards) == 3


def test_a_value_that_was_left_to_ala_is_decided_here_all_the_same(office):
    [unit] = dispute(office, "BL0001")
    page = opened(office)
    office.key(QApplication.focusWidget(), Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    page.conflicts.detail.cards[0].buttons[1].click()
    office.settle()
    assert values(office, unit)[0] == "Via Marconi"
    (request,) = Requests(office.desk).list()
    assert (request.state, request.withdrawn_why) == (State.WITHDRAWN, "Deciso dal Comune")
    page.conflicts.undo()
    office.settle()
    assert Requests(office.desk).one(request.id).state is State.OPEN
