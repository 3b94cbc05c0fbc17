"""Every page, form and dialog at 1366x768: nothing cut, nothing covered, nothing in another language."""

import pytest
from PySide6.QtCore import QDate, QLocale, Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QLabel, QLineEdit, QMessageBox, QTableView

from ala_desktop.services.sharing.exchange import Exchange
from ala_desktop.services.sharing.file_exchange import FileExchange
from ala_desktop.sync.capture import Change
from ala_desktop.ui.files import LastFolder, chooser
from ala_desktop.ui.help import HelpDialog
from ala_desktop.ui.importing.dialog import ImportDialog
from ala_desktop.ui.pages.choose import PAGES
from ala_desktop.ui.pages.exchange.by_file.dialog import FileDialog
from ala_desktop.ui.panels.member_dialog import MemberDialog
from ala_desktop.ui.trouble import FaultDialog
from tests import factory
from tests.hubs import over_http
from tests.ui.clipping import misfits
from tests.ui.wording import foreign, texts

KNOWN = frozenset({"desktop"})


LONG = "Piazza della Repubblica Partigiana Ossolana Settentrionale"
NAME = "Ștefănescu-Đorđević Maria Antonietta"


def _records(ids):
    return {
        "building": {"address": LONG, "street_number": "12/bis"},
        "housing_unit": {
            "code": "BL-SAT-000123", "address": LONG, "street_number": "12/bis", "floor": "S1", "designation": "SAP",
            "occupancy": "occupato_senza_titolo", "condition": "carenze_manutentive", "availability": "disponibile",
            "rent_cents": 123456, "owner_body": "aler_pavia_lodi", "net_area_sqm": 10050,
            "building_id": ids["building"],
        },
        "household": {"name": NAME, "unit_id": ids["housing_unit"]},
        "person": {
            "surname": "Ștefănescu-Đorđević", "name": "Maria Antonietta", "fiscal_code": "BNCNNA80C52E648Y",
            "birth_date": "1980-03-12",
        },
        "household_member": {
            "household_id": ids["household"], "person_id": ids["person"], "relation": "intestataria",
        },
        "housing_application": {
            "protocol": "12345/2026", "submitted_on": "2026-10-01", "service": "morosita_incolpevole",
            "applicant": NAME, "person_id": ids["person"], "isee_cents": 1234567,
        },
        "measure": {"service": "contributo_solidarieta", "name": "Contributo di solidarietà", "year": 2026},
        "intervention": {
            "type": "accompagnamento", "year": 2026, "service": "contributo_solidarieta", "granted_cents": 360000,
            "person_id": ids["person"], "landlord_iban": "IT00", "measure_id": ids["measure"],
        },
    }  # fmt: skip


@pytest.fixture
def stocked(place):
    """An office with one of everything, and long names."""
    desk = place.desk
    ids = {kind: desk.new_id() for kind in desk.catalog}
    desk.save([Change(kind, ids[kind], values) for kind, values in _records(ids).items()])
    unit = desk.get("housing_unit", ids["housing_unit"])
    place.forms.save(unit, {"designation": "SAT"})
    place.forms.drafts.keep("person", ids["person"], 0, {"name": "Maria"})
    place.forms.drafts.keep("housing_unit", desk.new_id(), None, {"code": "NUOVO"})
    place.ids = ids
    return place


def faults_of(widget):
    return misfits(widget) + foreign(texts(widget), KNOWN)


@pytest.mark.parametrize("height", [768, 690])
@pytest.mark.parametrize("name", [page.name for page in PAGES])
def test_every_page_fits_also_above_a_taskbar_and_is_italian(stocked, name, height):
    window = stocked.window()
    window.resize(1366, height)
    window.go_to(name)
    stocked.settle()
    assert window.height() == height
    assert faults_of(window) == []


@pytest.mark.parametrize(
    "kind",
    ["housing_unit", "building", "household", "person", "housing_application", "measure", "intervention"],
)
def test_every_form_fits_and_is_italian_also_with_errors(stocked, kind):
    window = stocked.window()
    window.open_record(kind, stocked.ids[kind])
    stocked.settle()
    assert faults_of(window) == []
    view = window.page.view
    for box in view.form.boxes.values():
        if isinstance(box.editor.main, QLineEdit):
            box.editor.main.setText("?" * 250)
    view.save()
    stocked.settle()
    assert faults_of(window) == []


def test_undo_messages_and_progress_fit(stocked):
    window = stocked.window()
    window.open_record("housing_unit", stocked.ids["housing_unit"])
    stocked.settle()
    window.page.view.remove.click()
    stocked.settle()
    window.status.say("Bozza conservata: si ritrova riaprendo la scheda o dalla pagina Oggi")
    assert window.undo.isVisible()
    assert faults_of(window) == []


def test_every_dialog_fits_and_is_italian(stocked, qtbot):
    window = stocked.window()
    try:
        raise ValueError("x")
    except ValueError as fault:
        broken = FaultDialog(fault, stocked.folder / "rapporti" / "guasto-20261122T090000Z.txt", window)
    files = FileExchange(stocked.desk, Exchange(stocked.desk, over_http))
    dialogs: list[QDialog] = [
        HelpDialog(window.page, window), broken, ImportDialog(stocked.around, "household", window),
        MemberDialog(stocked.around, stocked.means, stocked.ids["household"], window),
        FileDialog(stocked.around, files, LastFolder(), window),
    ]  # fmt: skip
    for dialog in dialogs:
        dialog.show()
        stocked.settle()
        shown = [text.replace(str(stocked.folder), "") for text in texts(dialog)]
        found = misfits(dialog) + foreign(shown, KNOWN)
        assert found == [], type(dialog).__name__
        dialog.close()


def test_qts_own_texts_are_italian(dressed, qtbot):
    box = QMessageBox(QMessageBox.Icon.Question, "", "", QMessageBox.StandardButton.Cancel)
    assert box.button(QMessageBox.StandardButton.Cancel).text().replace("&", "") == "Annulla"
    line = QLineEdit("testo")
    menu = line.createStandardContextMenu()
    shown = [action.text() for action in menu.actions() if action.text()]
    assert foreign(shown) == []
    assert shown
    dialog = chooser(None, "Scegli il registro", "Registri (*.csv)")
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    qtbot.addWidget(dialog)
    dialog.show()
    folders = frozenset(dialog.directory().path().lower().split("/"))
    assert foreign(texts(dialog), folders | {"home"}) == []
    assert QLocale().monthName(11) == "novembre"


def test_the_checkers_see_what_they_look_for(window, place):
    """A guard is tested by breaking what it guards."""
    assert faults_of(window) == []
    label = window.navigation.findChildren(QLabel)[0]
    label.setFixedWidth(20)
    window.page.heading.setText("Save the household")
    place.settle()
    assert any("cut" in fault for fault in misfits(window))
    assert foreign(texts(window), KNOWN) == ["Save the household"]


def test_a_unit_can_be_reached_from_everywhere_without_a_mouse(stocked):
    factory.unit(stocked.desk, "A1")
    window = stocked.window()
    for place, page in enumerate(PAGES):
        window.go_to(PAGES[0].name)
        stocked.key(window, Qt.Key(Qt.Key.Key_1 + place), Qt.KeyboardModifier.ControlModifier)
        assert window.page.name == page.name


def test_the_calendar_of_a_date_fits_and_is_italian(stocked):
    window = stocked.window()
    window.open_record("housing_unit", stocked.ids["housing_unit"])
    stocked.settle()
    day = window.page.view.form.boxes["last_inspection"].editor
    day.show_calendar()
    stocked.settle()
    calendar = day._popup.calendar
    table = calendar.findChild(QTableView)
    rows = sum(table.rowHeight(row) for row in range(table.model().rowCount()))
    assert rows <= table.viewport().height()
    assert foreign(texts(day._popup)) == []
    assert table.model().index(0, 0).data() == "lun"
    calendar.activated.emit(QDate(2026, 3, 9))
    assert day.read() == "2026-03-09"
