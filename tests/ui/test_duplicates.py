"""Records registered twice, through the window: noticed while typing, compared, linked, taken back - by keys."""

import pytest
from PySide6.QtCore import Qt

from ala_desktop.services.duplicate_verdicts import Verdicts
from ala_desktop.sync.capture import Change
from ala_desktop.ui.duplicates.link_dialog import LinkDialog
from ala_desktop.ui.duplicates.twin_notice import APART, LINK, OPEN
from tests import factory
from tests.ui.clipping import misfits
from tests.ui.wording import foreign, texts

CODE = "RSSMRA80A41E648U"
CONTROL = Qt.KeyboardModifier.ControlModifier


def person(desk, **values):
    record = desk.new_id()
    desk.save([Change("person", record, {"surname": "Rossi", "name": "Maria", **values})])
    return record


def application(desk, who, protocol):
    record = desk.new_id()
    put = {"service": "SAT", "applicant": "Rossi Maria", "person_id": who, "protocol": protocol}
    desk.save([Change("housing_application", record, put)])
    return record


def notices(place, window):
    """What stands under the fields once what was typed has been looked for."""
    place.qtbot.wait(260)
    place.settle()
    return window.page.view.twins.notices


def typed(place, window, **values):
    boxes = window.page.view.form.boxes
    for name, text in values.items():
        place.type(boxes[name].editor.main, text)
        place.qtbot.keyClick(boxes[name].editor.main, Qt.Key.Key_Tab)


def press(place, notice, word):
    """Enter on a button of a notice."""
    button = notice.buttons[word]
    button.setFocus()
    place.key(button, Qt.Key.Key_Return)


@pytest.fixture
def linking(monkeypatch, place):
    """Dialogs for two records answer by key instead of waiting: Ctrl+S, after what `act` does."""
    seen = []

    def carry_out(dialog):
        dialog.show()
        place.settle()
        seen.append((dialog.windowTitle(), misfits(dialog) + foreign(texts(dialog), frozenset({"desktop"}))))
        for act in acts:
            act(dialog)
        dialog.link()
        place.settle()
        dialog.hide()
        place.shown.activateWindow()
        place.settle()
        return 1

    acts = []
    monkeypatch.setattr(LinkDialog, "exec", carry_out)
    return acts, seen


def test_a_twin_is_named_under_its_field_while_typing_and_opened(place, window):
    known = person(place.desk, fiscal_code=CODE)
    window.go_to("people")
    window.page.tabs.setCurrentIndex(1)
    window.page.new()
    typed(place, window, surname="Rosi", fiscal_code=CODE.lower())
    [notice] = notices(place, window)
    assert notice.text.text() == "Già registrato: Rossi Maria – stesso codice fiscale"
    box = window.page.view.form.boxes["fiscal_code"]
    assert notice.mapTo(window, notice.rect().topLeft()).y() > box.mapTo(window, box.rect().topLeft()).y()
    assert misfits(window) + foreign(texts(window), frozenset({"desktop"})) == []
    typed(place, window, fiscal_code=" ")
    assert notices(place, window) == []
    typed(place, window, fiscal_code=CODE)
    press(place, notices(place, window)[0], OPEN)
    assert window.page.view.form.row.id == known
    assert len(place.forms.drafts.all()) == 1  # what was typed is still there


def test_a_new_record_that_is_no_duplicate_is_saved_with_its_verdict(place, window):
    known = person(place.desk, fiscal_code=CODE)
    window.go_to("people")
    window.page.tabs.setCurrentIndex(1)
    window.page.new()
    typed(place, window, surname="Rosi", fiscal_code=CODE)
    press(place, notices(place, window)[0], APART)
    assert notices(place, window) == []
    place.key(window, Qt.Key.Key_S, CONTROL)
    assert notices(place, window) == []
    [verdict] = place.desk.find("duplicate_link")
    assert (verdict["verdict"], {verdict["first_id"], verdict["second_id"]}) == (
        "diverso", {known, window.page.view.form.row.id},
    )  # fmt: skip


def test_linking_from_the_form_shows_the_other_with_both_cases_and_is_undone(place, window, linking):
    acts, seen = linking
    known = person(place.desk, fiscal_code=CODE)
    second = person(place.desk, fiscal_code=CODE, phone="0371 1")
    cases = {application(place.desk, known, "1"), application(place.desk, second, "2")}
    window.open_record("person", second)
    [notice] = notices(place, window)
    press(place, notice, LINK)
    assert seen == [("Collega due schede", [])]
    view = window.page.view
    assert view.form.row.id == known
    assert view.form.row["phone"] == "0371 1"  # an empty field takes the other's value, unless that is unticked
    assert view.linked.isVisible()
    assert "vale anche per «Rossi Maria»" in " ".join(texts(view.linked))
    assert {link.id for link in view.panels[0]._links.to("person", known)} == cases
    assert window.undo.text.text() == "Collegate: resta in vista Rossi Maria."
    assert misfits(window) + foreign(texts(window), frozenset({"desktop"})) == []
    place.key(window, Qt.Key.Key_Z, CONTROL)
    assert len(place.desk.find("person")) == 2
    assert place.desk.get("person", known)["phone"] is None
    assert not view.linked.isVisible()


def test_what_is_taken_over_and_what_stays_in_sight_is_chosen(place, window, linking):
    acts, _ = linking
    known = person(place.desk, fiscal_code=CODE, phone="0371 1")
    second = person(place.desk, fiscal_code=CODE, phone="0371 2", email="a@b.it")
    acts.append(lambda dialog: dialog.keep.setCurrentIndex(1))
    acts.append(lambda dialog: dialog.takes["phone"].setChecked(True))
    window.open_record("person", second)
    press(place, notices(place, window)[0], LINK)
    assert [row.id for row in place.desk.find("person")] == [second]
    assert (place.desk.get("person", second)["phone"], place.desk.get("person", second)["email"]) == (
        "0371 1", "a@b.it",
    )  # fmt: skip
    assert place.desk.get("person", known)["phone"] == "0371 1"


def test_oggi_counts_them_and_leads_to_the_list_where_keys_decide(place, window, linking):
    one, other = person(place.desk, fiscal_code=CODE), person(place.desk, fiscal_code=CODE)
    home = {"cadastral_sheet": "1", "cadastral_parcel": "2", "cadastral_subunit": "3"}
    factory.unit(place.desk, "A1", **home)
    factory.unit(place.desk, "A2", **home)
    window.go_to("today")
    place.settle()
    words = texts(window.page)
    assert "1 possibile duplicato fra le persone" in words
    assert "1 possibile duplicato fra gli alloggi" in words
    place.wishes.duplicates.emit("person")
    place.settle()
    view = window.page.duplicates
    assert (view.title.text(), view.pairs.hasFocus()) == ("1 possibile duplicato", True)
    assert misfits(window) + foreign(texts(window), frozenset({"desktop"})) == []
    place.key(view.pairs, Qt.Key.Key_Return)
    assert [row.id for row in place.desk.find("person")] == [one]
    assert (len(view.possible), len(view.links)) == (0, 1)
    assert misfits(window) == []
    view.take_back.click()
    place.settle()
    assert len(place.desk.find("person")) == 2
    place.key(view.pairs, Qt.Key.Key_Delete)
    assert view.possible == []
    place.key(window, Qt.Key.Key_Z, CONTROL)
    assert [(one_.first[0], one_.second[0]) for one_ in view.possible] == [tuple(sorted((one, other)))]
    place.key(window, Qt.Key.Key_Escape)
    assert window.page.duplicates is None


def test_opening_a_linked_record_leads_to_the_one_in_sight_and_unlinking_gives_it_back(place, window):
    one, other = person(place.desk, fiscal_code=CODE), person(place.desk, fiscal_code=CODE, surname="Rosi")
    Verdicts(place.desk).link("person", one, other)
    window.open_record("person", other)
    place.settle()
    view = window.page.view
    assert view.form.row.id == one
    assert "Questa scheda vale anche per «Rosi Maria»" in " ".join(texts(view.linked))
    [link] = Verdicts(place.desk).links()
    view.linked.unlink(link)
    place.settle()
    assert not view.linked.isVisible()
    window.open_record("person", other)
    place.settle()
    assert window.page.view.form.row.id == other


def test_a_record_that_another_pc_links_while_it_is_open_gives_way(place, window):
    one, other = person(place.desk, fiscal_code=CODE), person(place.desk, fiscal_code=CODE)
    window.open_record("person", other)
    place.settle()
    Verdicts(place.desk).link("person", one, other)
    place.settle()
    assert window.page.view.form.row.id == one


def test_a_verdict_is_seen_among_the_possible_duplicates_of_its_kind(place, window):
    one, other = person(place.desk, fiscal_code=CODE), person(place.desk, fiscal_code=CODE)
    Verdicts(place.desk).link("person", one, other)
    [verdict] = place.desk.find("duplicate_link")
    window.open_record("duplicate_link", verdict.id)
    place.settle()
    assert window.page.name == "people"
    assert len(window.page.duplicates.links) == 1
