"""A clerk's work on records, with the keyboard, through the real window."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QLineEdit

from ala_desktop.services.forms import Forms
from ala_desktop.sync.capture import Change
from ala_desktop.ui.panels.member_dialog import MemberDialog
from ala_desktop.ui.panels.members import MembersPanel
from tests import factory

CODE = "BNCNNA80C52E648X"
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def editor(window, name):
    return window.page.view.form.boxes[name].editor


def note(window, name):
    return window.page.view.form.boxes[name].note.text()


def shown(window):
    model = window.page.list.model
    return [model.line(row).cells[0] for row in range(model.rowCount())]


def test_a_clerk_types_a_unit_and_finds_it(place, window):
    window.go_to("units")
    place.settle()
    place.key(window, Qt.Key.Key_N, CONTROL)
    place.qtbot.keyClicks(editor(window, "code").main, "BL0042")
    place.key(editor(window, "code").main, Qt.Key.Key_Return)
    assert editor(window, "address").main.hasFocus()
    place.qtbot.keyClicks(editor(window, "address").main, "Via Tommaseo")
    place.key(window, Qt.Key.Key_S, CONTROL)
    place.key(window, Qt.Key.Key_Escape)
    place.key(window, Qt.Key.Key_F, CONTROL)
    assert window.page.list.search_field.hasFocus()
    place.qtbot.keyClicks(window.page.list.search_field, "tomm VIA")
    place.settle()
    assert shown(window) == ["BL0042"]
    place.key(window.page.list.search_field, Qt.Key.Key_Down)
    place.key(window.page.list.table, Qt.Key.Key_Return)
    assert window.page.view.title.text() == "BL0042 Via Tommaseo"
    [row] = place.desk.find("housing_unit")
    assert row["address"] == "Via Tommaseo"


def test_an_error_stands_beside_its_field_in_words_and_the_list_leads_there(place, window):
    window.open_record("housing_unit", factory.unit(place.desk, "A1"))
    place.type(editor(window, "rent_cents").main, "cento")
    place.key(editor(window, "rent_cents").main, Qt.Key.Key_Tab)
    assert note(window, "rent_cents") == "Errore: non è un numero"
    place.type(editor(window, "code").main, " ")
    place.key(window, Qt.Key.Key_S, CONTROL)
    strip = window.page.view.form.strip
    assert strip.isVisible()
    assert "2 campi da correggere" in strip.accessibleName()
    assert editor(window, "code").main.hasFocus()
    assert note(window, "code") == "Errore: va compilato"
    assert place.desk.find("housing_unit")[0]["code"] == "A1"
    place.type(editor(window, "code").main, "A2")
    place.type(editor(window, "rent_cents").main, "100,5")
    place.key(window, Qt.Key.Key_S, CONTROL)
    assert place.desk.find("housing_unit")[0]["rent_cents"] == 10050
    assert not strip.isVisible()


def test_a_wrong_iban_warns_and_is_saved_all_the_same(place, window):
    window.go_to("grants")
    window.page.new()
    place.settle()
    editor(window, "type").put("contributo")
    place.type(editor(window, "landlord_iban").main, "IT00X")
    place.key(editor(window, "landlord_iban").main, Qt.Key.Key_Tab)
    assert note(window, "landlord_iban").startswith("Attenzione: IBAN")
    place.key(window, Qt.Key.Key_S, CONTROL)
    assert place.desk.find("intervention")[0]["landlord_iban"] == "IT00X"


def test_a_codice_fiscale_fills_what_is_empty_and_doubts_what_is_not(place, window):
    window.go_to("people")
    window.page.tabs.setCurrentIndex(1)
    window.page.new()
    place.settle()
    place.type(editor(window, "surname").main, "Bianco")
    place.type(editor(window, "fiscal_code").main, CODE)
    place.key(editor(window, "fiscal_code").main, Qt.Key.Key_Tab)
    assert editor(window, "birth_date").main.text() == "12/03/1980"
    assert editor(window, "sex").main.currentText() == "Femmina"
    assert editor(window, "birth_place").main.text() == "Lodi"
    assert note(window, "surname") == ""
    place.type(editor(window, "birth_date").main, "13/03/1980")
    place.key(editor(window, "birth_date").main, Qt.Key.Key_Tab)
    assert note(window, "birth_date") == "Attenzione: il codice fiscale indica il 12/03/1980"


def test_what_was_typed_and_not_saved_is_there_after_the_program_was_killed(place, window):
    unit = factory.unit(place.desk, "A1")
    window.open_record("housing_unit", unit)
    place.type(editor(window, "address").main, "Via Nuova")
    place.key(editor(window, "address").main, Qt.Key.Key_Tab)
    draft = Forms(place.desk).drafts.of(unit)
    assert draft is not None  # on the disk already: a kill from here on loses nothing
    assert draft.typed == {"address": "Via Nuova"}
    place.key(window, Qt.Key.Key_Escape)
    assert place.desk.get("housing_unit", unit)["address"] == "Via Roma"
    window.go_to("today")
    place.settle()
    window.open_record("housing_unit", unit)
    place.settle()
    assert editor(window, "address").main.text() == "Via Nuova"
    assert window.page.view.form._notice.isVisible()
    place.key(window, Qt.Key.Key_S, CONTROL)
    assert place.desk.get("housing_unit", unit)["address"] == "Via Nuova"
    assert Forms(place.desk).drafts.all() == []


def test_a_draft_can_be_let_go(place, window):
    unit = factory.unit(place.desk, "A1")
    place.forms.drafts.keep("housing_unit", unit, place.desk.position(), {"address": "Via Nuova"})
    window.open_record("housing_unit", unit)
    window.page.view.form.drop_draft()
    place.settle()
    assert editor(window, "address").main.text() == "Via Roma"
    assert not window.page.view.form.dirty
    assert place.forms.drafts.all() == []


def test_a_deleted_record_comes_back_with_one_key(place, window):
    unit = factory.unit(place.desk, "A1")
    window.open_record("housing_unit", unit)
    window.page.view.remove.click()
    place.settle()
    assert shown(window) == []
    assert window.undo.text.text() == "Alloggio A1 Via Roma: scheda eliminata."
    place.key(window, Qt.Key.Key_Z, CONTROL)
    assert shown(window) == ["A1"]
    assert not window.undo.isVisible()


def test_a_change_of_state_that_must_be_confirmed_is_asked(place, window, monkeypatch):
    asked, answers = [], [False, True]
    monkeypatch.setattr(
        "ala_desktop.ui.record_form.confirm", lambda _, title, text, yes: bool(asked.append(text)) or answers.pop(0)
    )
    unit = factory.unit(place.desk, "A1", occupancy="assegnato")
    window.open_record("housing_unit", unit)
    editor(window, "condition").put("in_manutenzione")
    place.key(window, Qt.Key.Key_S, CONTROL)
    assert place.desk.get("housing_unit", unit)["condition"] is None
    place.key(window, Qt.Key.Key_S, CONTROL)
    assert place.desk.get("housing_unit", unit)["condition"] == "in_manutenzione"
    assert len(asked) == 2


def test_the_history_of_a_unit_shows_what_it_was(place, window):
    unit = factory.unit(place.desk, "A1", occupancy="assegnato", occupancy_since="2020-05-01")
    window.open_record("housing_unit", unit)
    editor(window, "occupancy").put("in_rilascio")
    place.key(window, Qt.Key.Key_S, CONTROL)
    [history] = [panel for panel in window.page.view.panels if panel.title == "Storia degli stati"]
    model = history.table.model()
    assert [model.index(0, column).data() for column in range(4)] == [
        "Occupazione", "Assegnato", "01/05/2020", "22/11/2026",
    ]  # fmt: skip


def test_what_a_colleague_changed_shows_at_once_unless_one_is_typing(place, window):
    unit = factory.unit(place.desk, "A1")
    window.open_record("housing_unit", unit)
    place.settle()
    place.desk.save([Change("housing_unit", unit, {"address": "Via Milano"}, place.desk.position())])
    place.settle()
    assert editor(window, "address").main.text() == "Via Milano"
    place.type(editor(window, "street_number").main, "7")
    place.desk.save([Change("housing_unit", unit, {"address": "Via Torino"}, place.desk.position())])
    place.settle()
    assert editor(window, "street_number").main.text() == "7"
    assert "è cambiata nel frattempo" in window.page.view.form.strip.accessibleName()


def test_a_reference_is_found_by_typing_and_opened(place, window):
    unit = factory.unit(place.desk, "A77", address="Via Don Minzoni")
    home = place.desk.new_id()
    place.desk.save([Change("household", home, {"name": "Rossi Maria"})])
    window.open_record("household", home)
    link = editor(window, "unit_id")
    link.line.setFocus()
    place.qtbot.keyClicks(link.line, "minz")
    place.settle()
    assert link._found[0].id == unit
    link._choose(link._names.index(0, 0))
    place.key(window, Qt.Key.Key_S, CONTROL)
    assert place.desk.get("household", home)["unit_id"] == unit
    link.open_linked()
    place.settle()
    assert window.page.name == "units"
    assert window.page.view.form.row.id == unit


def test_words_that_choose_nothing_are_an_error(place, window):
    home = place.desk.new_id()
    place.desk.save([Change("household", home, {"name": "Rossi Maria"})])
    window.open_record("household", home)
    place.type(editor(window, "unit_id").main, "via inesistente")
    place.key(window, Qt.Key.Key_S, CONTROL)
    assert note(window, "unit_id").startswith("Errore: scegliere una voce dall'elenco")


@pytest.fixture
def home(place):
    record = place.desk.new_id()
    place.desk.save([Change("household", record, {"name": "Bianchi Anna"})])
    return record


def test_members_are_added_one_after_the_other_with_the_keyboard(place, window, home):
    window.open_record("household", home)
    place.settle()
    dialog = MemberDialog(place.around, place.means, home, window)
    dialog.show()
    for code, surname, name, relation in ((CODE, "Bianchi", "Anna", "intestataria"), ("", "Bianchi", "Luca", "figlio")):
        for field, text in (("fiscal_code", code), ("surname", surname), ("name", name), ("relation", relation)):
            place.type(dialog.boxes[field].editor.main, text)
            place.key(dialog.boxes[field].editor.main, Qt.Key.Key_Return)
        dialog._add(dialog._next)
        place.settle()
    dialog.close()
    [panel] = [panel for panel in window.page.view.panels if isinstance(panel, MembersPanel)]
    model = panel.table.model()
    assert [model.index(row, 0).data() for row in range(2)] == ["Bianchi Anna", "Bianchi Luca"]
    assert model.index(0, 2).data() == "12/03/1980"


def test_a_person_who_is_registered_is_linked_not_written_twice(place, window, home):
    person = place.desk.new_id()
    place.desk.save([Change("person", person, {"surname": "Bianchi", "name": "Anna", "fiscal_code": CODE})])
    dialog = MemberDialog(place.around, place.means, home, window)
    dialog.show()
    place.settle()
    place.type(dialog.boxes["fiscal_code"].editor.main, CODE.lower())
    place.key(dialog.boxes["fiscal_code"].editor.main, Qt.Key.Key_Tab)
    assert "già fra le persone registrate" in dialog.strip.accessibleName()
    dialog._add(dialog.accept)
    place.settle()
    assert len(place.desk.find("person")) == 1
    assert place.desk.find("household_member")[0]["person_id"] == person


def test_who_was_taken_out_of_a_household_can_be_put_back(place, window, home):
    dialog = MemberDialog(place.around, place.means, home, window)
    place.type(dialog.boxes["surname"].editor.main, "Bianchi")
    dialog._add(dialog.accept)
    place.settle()
    window.open_record("household", home)
    place.settle()
    [panel] = [panel for panel in window.page.view.panels if isinstance(panel, MembersPanel)]
    panel.take_out.click()
    place.settle()
    assert place.desk.find("household_member") == []
    window.undo.take_back.click()
    place.settle()
    assert len(place.desk.find("household_member")) == 1


def test_the_list_is_copied_with_its_headings(place, window):
    for code in ("A1", "A2"):
        factory.unit(place.desk, code)
    window.go_to("units")
    place.settle()
    place.key(window.page.list.table, Qt.Key.Key_C, CONTROL | SHIFT)
    lines = QGuiApplication.clipboard().text().split("\n")
    assert lines[0].startswith("Codice\tIndirizzo")
    assert [line.split("\t")[0] for line in lines[1:]] == ["A1", "A2"]


def test_a_heading_sorts_turns_round_and_gives_the_order_back(place, window):
    for code, address in (("A1", "Via Roma"), ("A2", "Via Asti"), ("A3", "Via Zara")):
        factory.unit(place.desk, code, address=address)
    window.go_to("units")
    place.settle()
    heads = window.page.list.table.horizontalHeader()
    for wanted in (["A2", "A1", "A3"], ["A3", "A1", "A2"], ["A1", "A2", "A3"]):
        heads.sectionClicked.emit(1)
        place.settle()
        assert shown(window) == wanted


def test_a_list_narrows_and_says_how_many_there_are(place, window):
    factory.unit(place.desk, "A1", occupancy="libero")
    factory.unit(place.desk, "A2", occupancy="assegnato")
    window.go_to("units")
    place.settle()
    box = window.page.list.narrow
    assert isinstance(box, QComboBox)
    box.setCurrentIndex(box.findData("libero"))
    place.settle()
    assert shown(window) == ["A1"]
    assert window.page.list.count.text() == "1 alloggio"


def test_the_row_that_was_chosen_stays_chosen_when_others_come(place, window):
    for code in ("B1", "B2"):
        factory.unit(place.desk, code)
    window.go_to("units")
    place.settle()
    window.page.list.table.go_to(1)
    factory.unit(place.desk, "A0")
    place.settle()
    assert shown(window) == ["A0", "B1", "B2"]
    assert window.page.list.table.current_row() == 2


def test_every_editor_tells_a_screen_reader_its_name(place, window):
    for kind in ("housing_unit", "person", "intervention"):
        window.page.__class__  # noqa: B018 - the page changes below
        window.go_to({"housing_unit": "units", "person": "people", "intervention": "grants"}[kind])
        if kind == "person":
            window.page.tabs.setCurrentIndex(1)
        window.page.new()
        place.settle()
        for box in window.page.view.form.boxes.values():
            assert box.editor.main.accessibleName() == box.field.label
            if box.field.required:
                assert "obbligatorio" in box.editor.main.accessibleDescription()
            assert not isinstance(box.editor.main, QLineEdit) or box.editor.main.focusPolicy()


def test_taking_somebody_out_of_a_household_is_told_by_name_and_taken_back(place, window):
    desk = place.desk
    home, person, member = desk.new_id(), desk.new_id(), desk.new_id()
    desk.save(
        [
            Change("household", home, {"name": "Rossi"}),
            Change("person", person, {"surname": "Rossi", "name": "Anna"}),
            Change("household_member", member, {"household_id": home, "person_id": person, "relation": "coniuge"}),
        ]
    )
    window.open_record("household", home)
    place.settle()
    window.page.view.panels[0].take_out.click()
    place.settle()
    assert window.undo.text.text() == "Rossi Anna non fa più parte del nucleo."
    window.undo.take_back.click()
    place.settle()
    assert len(desk.find("household_member", household_id=home)) == 1
