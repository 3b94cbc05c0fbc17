"""What the keyboard reaches: focus that is seen and in its place, and Enter that does what the focus is on."""

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication, QListView, QPushButton

from ala_desktop.services.sharing.exchange import OfficeDevice
from ala_desktop.sync.capture import Change
from ala_desktop.ui.importing.dialog import ImportDialog
from ala_desktop.ui.pages.exchange.confirm_device import ConfirmDevice
from ala_desktop.ui.pages.sittings.dialogs import AskText, ChooseCases, ConfirmApproval, NewMember, NewSitting
from ala_desktop.ui.panels import members
from ala_desktop.ui.panels.member_dialog import MemberDialog
from ala_desktop.ui.panels.small_table import SmallTable
from tests import factory
from tests.ui.test_import_dialog import REGISTERS

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def focused():
    return QApplication.focusWidget()


def household(place):
    home = place.desk.new_id()
    place.desk.save([Change("household", home, {"name": "Rossi"})])
    return home


def test_a_page_chosen_by_key_is_worked_on_at_once(place, window):
    factory.unit(place.desk, "A1")
    place.key(window, Qt.Key.Key_2, CONTROL)
    assert focused() is window.page.list.table
    place.key(focused(), Qt.Key.Key_Return)
    assert window.page.view.form.row["code"] == "A1"
    place.key(window, Qt.Key.Key_1, CONTROL)
    assert isinstance(focused(), QPushButton)
    place.key(window, Qt.Key.Key_2, CONTROL)
    assert window.page.view.isAncestorOf(focused())


def test_enter_in_the_navigation_goes_into_the_page(place, window):
    factory.unit(place.desk, "A1")
    window.navigation.list.setFocus()
    place.key(window.navigation.list, Qt.Key.Key_Down)
    assert window.page.name == "units"
    assert focused() is window.navigation.list
    place.key(window.navigation.list, Qt.Key.Key_Return)
    assert focused() is window.page.list.table


def test_enter_presses_the_button_with_the_focus(place, window):
    window.go_to("units")
    place.settle()
    window.page.make.setFocus()
    place.key(window.page.make, Qt.Key.Key_Return)
    assert window.page.view.form.is_new


def test_the_cursor_stays_where_one_types_when_the_form_is_saved(place, window):
    unit = factory.unit(place.desk, "A1")
    window.open_record("housing_unit", unit)
    place.settle()
    boxes = window.page.view.form.boxes
    line, notes = boxes["address"].editor.main, boxes["notes"].editor.main
    place.type(line, "Via Nuova")
    place.key(line, Qt.Key.Key_S, CONTROL)
    place.qtbot.keyClicks(line, " 12")
    place.type(notes, "vista")
    place.key(notes, Qt.Key.Key_S, CONTROL)
    place.qtbot.keyClicks(notes, " ieri")
    place.key(notes, Qt.Key.Key_S, CONTROL)
    row = place.desk.get("housing_unit", unit)
    assert (row["address"], row["notes"]) == ("Via Nuova 12", "vista ieri")


def test_a_member_is_added_by_key_from_within_a_field(place, window, monkeypatch):
    asked = []

    def ask(dialog):
        asked.append(dialog)

    monkeypatch.setattr(members.MemberDialog, "exec", ask)
    window.open_record("household", household(place))
    place.settle()
    line = window.page.view.form.boxes["name"].editor.main
    line.setFocus()
    place.key(line, Qt.Key.Key_N, CONTROL | SHIFT)
    assert len(asked) == 1
    assert window.page.view.form.row["name"] == "Rossi"


def test_a_member_is_written_once_however_often_one_presses(place, window):
    home = household(place)
    dialog = MemberDialog(place.around, place.means, home, window)
    dialog.show()
    place.type(dialog.boxes["surname"].editor.main, "Rossi")
    dialog.last.setFocus()
    place.qtbot.keyClick(dialog.last, Qt.Key.Key_Return)
    dialog.last.click()
    place.settle()
    assert len(place.desk.find("household_member", household_id=home)) == 1


def test_enter_on_a_button_of_the_import_never_imports(place, window):
    dialog = ImportDialog(place.around, "housing_unit", window)
    dialog.show()
    dialog.choose.file.setText(str(REGISTERS / "alloggi.csv"))
    dialog.go_on()
    place.settle()
    assert focused() is dialog.preview.table
    place.key(dialog.preview.table, Qt.Key.Key_Return)
    dialog.leave.setFocus()
    place.key(dialog.leave, Qt.Key.Key_Return)
    assert not dialog.isVisible()
    assert place.desk.find("housing_unit") == []


@pytest.mark.parametrize("kind", ["sitting", "member", "text", "cases", "approval"])
def test_small_windows_begin_at_their_first_field_and_end_at_their_buttons(place, window, kind):
    commission = place.desk.new_id()
    place.desk.save([Change("commission", commission, {"name": "Commissione Casa", "body": "commissione_casa"})])
    made = {
        "sitting": lambda: NewSitting([place.desk.get("commission", commission)], place.means, window),
        "member": lambda: NewMember({"componente": "Componente"}, window),
        "text": lambda: AskText("Delegato", "Chi?", "", 120, window),
        "cases": lambda: ChooseCases([], window),
        "approval": lambda: ConfirmApproval("seduta", 2, window),
    }
    dialog = made[kind]()
    dialog.show()
    place.settle()
    assert focused() is dialog.first
    if kind != "approval":
        assert dialog.yes.isDefault()
        seen = [focused()]
        for _ in range(6):
            place.key(focused(), Qt.Key.Key_Tab)
            seen.append(focused())
        assert seen.index(dialog.no) > 0
        assert not any(one in (dialog.yes, dialog.no) for one in seen[: seen.index(dialog.first, 0) + 1])
    dialog.close()


def test_enter_in_the_date_opens_the_sitting(place, window):
    dialog = NewSitting([], place.means, window)
    dialog.show()
    place.key(dialog.day.main, Qt.Key.Key_Return)
    assert dialog.result() == NewSitting.DialogCode.Accepted


def test_a_pc_is_confirmed_by_enter_only_on_the_button_that_says_so(place, window, qtbot):
    device = OfficeDevice("a", "Sportello", 2, here=False, fingerprint="1 2 3", confirmed=False, revoked=False)
    here = OfficeDevice("b", "Ufficio", 1, here=True, fingerprint="", confirmed=True, revoked=False)
    answers = []
    for wanted in ("Più tardi", "Sono uguali: conferma"):
        dialog = ConfirmDevice(device, here, window)
        dialog.show()
        [button] = [one for one in dialog.findChildren(QPushButton) if one.text() == wanted]
        button.setFocus()
        place.key(button, Qt.Key.Key_Return)
        answers.append(dialog.result())
    assert answers == [0, 1]


def test_a_table_that_gets_the_focus_shows_where_it_is(qtbot, dressed):
    table = SmallTable("Prova", [("Nome", 10)])
    qtbot.addWidget(table)
    table.put([["uno"], ["due"]])
    table.show()
    table.clearSelection()
    table.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(table.hasFocus)
    assert [index.row() for index in table.selectionModel().selectedRows()] == [0]


def test_a_window_with_no_room_for_its_frame_fills_the_screen(place, window, monkeypatch):
    window.hide()
    sizes = {QSize(1366, 768): True, QSize(1920, 1080): False}
    for size, filled in sizes.items():
        screen = type("Screen", (), {"availableSize": lambda _, size=size: size})()
        monkeypatch.setattr(window, "screen", lambda screen=screen: screen)
        window.appear()
        assert window.isMaximized() is filled
        window.showNormal()
        window.hide()


def test_after_a_save_by_its_button_the_way_back_is_at_hand(place, window):
    window.open_record("housing_unit", factory.unit(place.desk, "A1"))
    place.settle()
    view = window.page.view
    place.type(view.form.boxes["address"].editor.main, "Via Nuova")
    view.keep.setFocus()
    place.key(view.keep, Qt.Key.Key_Return)
    assert place.desk.find("housing_unit")[0]["address"] == "Via Nuova"
    assert focused() is view.to_list


def test_what_enter_takes_of_the_records_found_is_seen_before(place, window):
    people = {name: place.desk.new_id() for name in ("Bianchi", "Rossi", "Rosselli")}
    place.desk.save([Change("person", one, {"surname": name}) for name, one in people.items()])
    window.go_to("applications")
    window.page.new()
    place.settle()
    editor = window.page.view.form.boxes["person_id"].editor
    place.type(editor.main, "ros")
    place.settle()
    popup = QApplication.activePopupWidget()
    assert isinstance(popup, QListView)
    assert [index.data() for index in popup.selectedIndexes()] == ["Rosselli"]
    place.key(popup, Qt.Key.Key_Down)
    assert [index.data() for index in popup.selectedIndexes()] == ["Rossi"]
    place.key(popup, Qt.Key.Key_Return)
    assert (editor.main.text(), editor.read()) == ("Rossi", people["Rossi"])


def test_the_arrow_down_stays_on_the_only_record_found(place, window):
    person = place.desk.new_id()
    place.desk.save([Change("person", person, {"surname": "Bianchi"})])
    window.go_to("applications")
    window.page.new()
    place.settle()
    editor = window.page.view.form.boxes["person_id"].editor
    place.type(editor.main, "bia")
    place.settle()
    popup = QApplication.activePopupWidget()
    assert popup is not None
    place.key(popup, Qt.Key.Key_Down)
    place.key(popup, Qt.Key.Key_Return)
    assert editor.read() == person
