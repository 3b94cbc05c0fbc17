"""The page "Richieste dei Comuni" of ALA: what waits over all comuni, the answer, the record, a value left to ALA."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from ala_desktop.rules.requests import State
from ala_desktop.services.office import NewOffice
from ala_desktop.services.sharing.conflicts import Conflicts
from ala_desktop.services.sharing.exchange import Exchange
from ala_desktop.services.sharing.requests import Requests
from ala_desktop.ui.main_window import MainWindow
from ala_desktop.ui.page import Surroundings, Wishes
from ala_desktop.ui.pages.requests.dialogs import AnswerDialog, DecideDialog, RecordDialog
from ala_desktop.ui.pages.requests.receiving import ComuniRequestsPage
from ala_desktop.wiring import attachments_of
from tests import factory
from tests.hubs import Pc, pc
from tests.local_hub import URL, LocalHub
from tests.ui.clipping import misfits
from tests.ui.conftest import Crew
from tests.ui.exchange.acts import cells
from tests.ui.wording import foreign, texts
from tests.unit.services.discord import disputed_unit, exchange

KNOWN = frozenset({"desktop"})


class Agency(Crew):
    """ALA's window, and two PCs of Borghetto that ask."""

    def __init__(self, qtbot, folder):
        super().__init__(qtbot)
        hub = LocalHub()
        self.one, self.two = (pc(folder / name, hub.connect) for name in ("uno", "due"))
        self.desk, _ = factory.office(folder / "ala").set_up(NewOffice("ALA", "ALA", "Ada Negri"), factory.PASSPHRASE)
        self.ala = Pc(self.desk, Exchange(self.desk, hub.connect))
        for one, office in ((self.one, "A995"), (self.two, "A995"), (self.ala, "ALA")):
            one.exchange.enrol(URL, hub.invite(office))
        self.folder, self.window, self.dialogs = folder, None, []

    def open(self):
        exchange(self.one, self.two, self.ala)
        self.window = MainWindow(
            Surroundings(self.desk, self.work, Wishes(), attachments_of(self.desk)), self.folder, self.ala.exchange
        )
        self.window.resize(1366, 768)
        self.window.show()
        self.window.go_to("requests")
        self.settle()
        page = self.window.page
        assert isinstance(page, ComuniRequestsPage)
        page.show_over = self._drive
        return page

    def _drive(self, dialog):
        """Show a dialog as its `exec` would, and let the test work in it."""
        accepted = []
        dialog.accepted.connect(lambda: accepted.append(True))
        dialog.show()
        self.settle()
        self.dialogs.append(type(dialog))
        assert misfits(dialog) + foreign(texts(dialog), KNOWN) == []
        self.act(dialog)
        self.settle()
        dialog.close()
        return bool(accepted)

    def act(self, dialog):
        """What the operator does in the dialog."""

    def close(self):
        if self.window:
            self.window.close()
        self.work.close()
        for one in (self.one, self.two, self.ala):
            one.desk.close()


@pytest.fixture
def agency(qtbot, tmp_path, dressed):
    made = Agency(qtbot, tmp_path)
    yield made
    made.close()


def ask(agency, subject, due_on=""):
    return Requests(agency.one.desk).open("parere", subject, "Due domande uguali.", due_on=due_on).id


def test_what_waits_stands_first_by_due_day_here_and_on_oggi(agency):
    ask(agency, "Dopo", "2026-12-31")
    ask(agency, "Presto", "2026-11-30")
    page = agency.open()
    assert [row[:2] + row[3:] for row in cells(page.table)] == [
        ["Borghetto Lodigiano", "Presto", "Aperta · nuova", "30/11/2026"],
        ["Borghetto Lodigiano", "Dopo", "Aperta · nuova", "31/12/2026"],
    ]
    assert misfits(agency.window) + foreign(texts(agency.window), KNOWN) == []
    agency.window.go_to("today")
    agency.settle()
    leads = [b for b in agency.window.page.findChildren(QPushButton) if b.text().startswith("Borghetto")]
    assert [lead.text() for lead in leads] == [
        "Borghetto Lodigiano: Presto · entro il 30/11/2026", "Borghetto Lodigiano: Dopo · entro il 31/12/2026",
    ]  # fmt: skip
    leads[1].click()
    agency.settle()
    assert agency.window.page.front.subject == "Dopo"


def test_a_request_is_taken_and_answered_with_the_keyboard(agency):
    request = ask(agency, "Chi precede?")
    page = agency.open()
    page.take.click()
    agency.settle()
    assert page.front.state is State.TAKEN

    def act(dialog):
        dialog.form.boxes["outcome"].editor.put("favorevole")
        dialog.form.boxes["text"].editor.put("Precede la prima.")
        agency.qtbot.keyClick(dialog, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)

    agency.act = act
    agency.qtbot.keyClick(page.table, Qt.Key.Key_Return)
    agency.settle()
    assert agency.dialogs == [AnswerDialog]
    assert page.front.state is State.ANSWERED
    exchange(agency.ala, agency.one)
    (reply,) = Requests(agency.one.desk).one(request).replies
    assert (reply.outcome, reply.text, reply.by) == ("favorevole", "Precede la prima.", "Ada Negri")


def test_an_answer_left_in_the_middle_is_found_again(agency):
    ask(agency, "Chi precede?")
    page = agency.open()
    agency.act = lambda dialog: dialog.form.boxes["text"].editor.put("Precede la")
    page.answer.click()
    agency.settle()
    assert page.front.state is State.OPEN
    found = []
    agency.act = lambda dialog: found.append(dialog.form.boxes["text"].read())
    page.answer.click()
    agency.settle()
    assert found == ["Precede la"]


def test_the_record_concerned_is_opened_to_read(agency):
    unit = factory.unit(agency.one.desk)
    asked = Requests(agency.one.desk)
    asked.open("quesito", "Si può assegnare?", about=asked.about("housing_unit", unit))
    page = agency.open()
    shown = []

    def act(dialog):
        box = dialog.form.boxes["code"]
        shown.append((box.read(), box.editor.main.isReadOnly()))

    agency.act = act
    page.open_about()
    assert agency.dialogs == [RecordDialog]
    assert shown == [("BL0001", True)]


def test_a_value_left_to_ala_is_decided_in_two_keys(agency):
    unit = disputed_unit(agency.one, agency.two, "C1", {"address": "Via Po"}, {"address": "Via Adda"})
    (conflict,) = Conflicts(agency.one.desk).list()
    request = Conflicts(agency.one.desk).refer(conflict.id).id
    page = agency.open()
    assert page.decide.isVisible()

    def act(dialog):
        card = dialog.detail.cards[0]
        assert not card.may_refer
        agency.qtbot.keyClick(card.buttons[0], Qt.Key.Key_Right)
        agency.qtbot.keyClick(card.buttons[1], Qt.Key.Key_Return)

    agency.act = act
    agency.qtbot.keyClick(page.table, Qt.Key.Key_Return)
    agency.settle()
    assert agency.dialogs == [DecideDialog]
    assert page.front.state is State.ANSWERED
    exchange(agency.ala, agency.one, agency.two)
    for one in (agency.one, agency.two):
        assert one.desk.get("housing_unit", unit)["address"] == "Via Adda"
        assert Conflicts(one.desk).list() == []
        assert Requests(one.desk).one(request).state is State.ANSWERED


def test_a_value_that_the_comune_decided_meanwhile_is_said_to_be_decided(agency):
    disputed_unit(agency.one, agency.two, "C1", {"address": "Via Po"}, {"address": "Via Adda"})
    (conflict,) = Conflicts(agency.one.desk).list()
    exchange(agency.one, agency.two)
    Conflicts(agency.two.desk).keep_in_force(conflict.id)  # without having seen that it was left to ALA
    Conflicts(agency.one.desk).refer(conflict.id)
    page = agency.open()
    told = []
    agency.act = lambda dialog: told.append((dialog.conflicts, dialog.strip.isVisible()))
    page.decide.click()
    agency.settle()
    assert told == [([], True)]
