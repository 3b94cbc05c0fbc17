"""The page "Chiedi ad ALA": a new question, from a record too, drafts, answers, withdrawal; values left to ALA."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from ala_desktop.rules.requests import State
from ala_desktop.services.sharing.requests import Requests
from ala_desktop.sync import capture, replica
from ala_desktop.sync.capture import Author, Change
from tests import factory
from tests.ui.clipping import misfits
from tests.ui.exchange.acts import cells
from tests.ui.wording import foreign, texts

KNOWN = frozenset({"desktop"})


def faults(place):
    return misfits(place.shown) + foreign(texts(place.shown), KNOWN)


@pytest.fixture
def page(place):
    window = place.window()
    window.go_to("requests")
    place.settle()
    return window.page


def write(place, page, subject="Chi precede?", text="Due domande con lo stesso punteggio."):
    boxes = page.view.form.boxes
    boxes["type"].editor.put("parere")
    place.type(boxes["subject"].editor.main, subject)
    boxes["text"].editor.put(text)


def answered(place, request):
    """As if ALA had answered, by a device of its own."""
    put = {"request_id": request, "outcome": "favorevole", "text": "Precede la prima.", "replied_by": "Ada Negri",
           "replied_on": "2026-11-23"}  # fmt: skip
    with place.desk.store.writing() as connection:
        capture.save(
            connection, place.desk.rows, [[Change("reply", place.desk.new_id(), put)]],
            Author("Ada Negri", "2026-11-23T09:00:00Z"), None,
        )  # fmt: skip


def test_a_question_is_written_with_the_keyboard_and_stands_in_the_list(place, page):
    assert page.detail.shown is None
    place.key(page.window(), Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert page.asking
    assert faults(place) == []
    write(place, page)
    place.key(page.window(), Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert not page.asking
    assert cells(page.table) == [["Chi precede?", "Parere su un caso", "Aperta", "", "22/11/2026"]]
    assert page.front.asked_by == "Piera Invernizzi"
    assert page.table.hasFocus()
    assert faults(place) == []


def test_a_question_without_a_subject_is_not_sent(place, page):
    page.new()
    page.view.save()
    place.settle()
    assert page.asking
    assert Requests(place.desk).list() == []


def test_a_question_left_in_the_middle_is_gone_on_with_and_knows_its_record(place):
    unit = factory.unit(place.desk)
    window = place.window()
    window.open_record("housing_unit", unit)
    place.settle()
    assert window.page.view.ask.isVisible()
    window.page.view.ask.click()
    place.settle()
    page = window.page
    assert page.view.about.text() == "La richiesta riguarda: Alloggio BL0001 Via Roma"
    write(place, page)
    place.key(window, Qt.Key.Key_Escape)
    window.go_to("today")
    place.settle()
    [lead] = [b for b in window.page.findChildren(QPushButton) if b.text().startswith("Richiesta ad ALA: Chi precede?")]
    lead.click()
    place.settle()
    assert page.asking
    assert page.view.form.boxes["subject"].read() == "Chi precede?"
    page.save()
    place.settle()
    (asked,) = Requests(place.desk).list()
    assert asked.about is not None
    assert (asked.about.kind, asked.about.id) == ("housing_unit", unit)
    place.key(page.table, Qt.Key.Key_Return)
    assert window.page.name == "units"
    assert window.page.view.form.row.id == unit


def test_an_answer_is_told_on_oggi_until_it_was_looked_at(place):
    request = Requests(place.desk).open("parere", "Chi precede?").id
    answered(place, request)
    window = place.window()
    place.settle()
    [lead] = [b for b in window.page.findChildren(QPushButton) if b.text() == "ALA ha risposto: Chi precede?"]
    lead.click()
    place.settle()
    page = window.page
    assert page.front.state is State.ANSWERED
    shown = [label.text() for label in page.detail.findChildren(QLabel)]
    assert "Parere favorevole · Ada Negri (ALA), 23/11/2026" in shown
    assert "Precede la prima." in shown
    assert not page.withdraw.isVisible()
    assert faults(place) == []
    assert not Requests(place.desk).one(request).news


def test_a_question_is_withdrawn_with_one_key_and_taken_back(place, page):
    request = Requests(place.desk).open("parere", "Chi precede?").id
    place.settle()
    place.key(page.table, Qt.Key.Key_Delete)
    assert Requests(place.desk).one(request).state is State.WITHDRAWN
    assert page.restore.isVisible()
    page.restore.click()
    place.settle()
    assert Requests(place.desk).one(request).state is State.OPEN
    assert not page.restore.isVisible()


def test_ala_has_no_button_to_ask_itself(place):
    with place.desk.store.writing() as connection:
        replica.advance(connection, tenant="ALA", office="ALA", comune="ALA")
    place.desk._tenant = place.desk._office = "ALA"
    unit = factory.unit(place.desk)
    window = place.window()
    window.open_record("housing_unit", unit)
    place.settle()
    assert not window.page.view.ask.isVisible()
    window.go_to("requests")
    place.settle()
    assert window.page.title == "Richieste dei Comuni"
