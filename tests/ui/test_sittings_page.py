"""A sitting minuted on its screen, with the keyboard, through the real widgets."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from ala_desktop.core.errors import Mendable
from ala_desktop.services.forms import Forms
from ala_desktop.services.lookup import Lookup
from ala_desktop.services.sittings.commissions import Commissions
from ala_desktop.ui import theme
from ala_desktop.ui.editors.base import Means
from ala_desktop.ui.page import Surroundings, Wishes
from ala_desktop.ui.pages.sittings.agenda_panel import COURSE
from ala_desktop.ui.pages.sittings.dialogs import AskText, ChooseCases, ConfirmApproval, NewMember, NewSitting
from ala_desktop.ui.pages.sittings.page import SittingsPage
from ala_desktop.ui.work import Work
from tests.ui.clipping import misfits
from tests.unit.services.sitting_factory import body


class Relay(QObject):
    """What the window does: changes told on the saving thread reach the page on its own."""

    changed = Signal(object)


class Bench:
    """A page at work in an office with a commission."""

    def __init__(self, qtbot, folder):
        self.qtbot = qtbot
        self.office = body(folder)
        self.work, self.wishes, self.relay = Work(), Wishes(), Relay()
        self.said, self.told, self.faults = [], [], []
        self.wishes.say.connect(self.said.append)
        self.wishes.tell.connect(self.told.append)
        self.work.crashed.connect(self.faults.append)
        around = Surroundings(self.office.desk, self.work, self.wishes)
        means = Means(self.office.desk.clock.today, Lookup(self.office.desk), self.work, self.wishes.open_record.emit)
        self.page = SittingsPage(around, Forms(self.office.desk), means)
        self.wishes.open_record.connect(self.page.open)
        self.relay.changed.connect(self.page.refresh, Qt.ConnectionType.QueuedConnection)
        self.office.desk.listen(lambda changed: self.relay.changed.emit(frozenset(changed)))
        self.page.resize(1142, 712)
        self.page.show()
        self.page.refresh(None)
        self.settle()

    def settle(self):
        self.qtbot.waitUntil(lambda: self.work.pending == 0)
        QApplication.processEvents()
        self.qtbot.waitUntil(lambda: self.work.pending == 0)
        assert self.faults == []

    @property
    def screen(self):
        assert self.page.sitting is not None
        return self.page.sitting

    @property
    def file(self):
        return self.office.sittings.file(self.screen.session.sitting_id)

    def open(self, file):
        self.page.open("sitting", file.sitting.id)
        self.settle()

    def key(self, widget, key, modifier=Qt.KeyboardModifier.NoModifier):
        widget.setFocus()
        self.qtbot.keyClick(widget, key, modifier)
        self.settle()

    def type(self, box, text):
        """Type into a field and leave it with Tab."""
        main = box.editor.main
        main.setFocus()
        self.qtbot.keyClick(main, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        self.qtbot.keyClicks(main, text)
        self.qtbot.keyClick(main, Qt.Key.Key_Tab)
        self.settle()


@pytest.fixture
def bench(qtbot, tmp_path, qapp):
    theme.dress_prompt(qapp)
    made = Bench(qtbot, tmp_path)
    yield made
    made.page.close()
    made.page.deleteLater()
    QApplication.processEvents()
    made.work.close()
    made.office.desk.close()


@pytest.fixture
def sitting(bench):
    for day, name in enumerate(("ROSSI MARIA", "Ștefănescu Ioana"), start=1):
        bench.office.application(name, submitted_on=f"2026-01-0{day}", protocol=f"100{day}")
    file = bench.office.opened()
    bench.open(file)
    return file


def test_letters_record_presences_and_move_on(bench):
    sitting = bench.office.sittings.open(bench.office.commission.id, "2026-11-22")
    bench.open(bench.office.sittings.file(sitting.id))
    table = bench.screen.roll.table
    for key in (Qt.Key.Key_P, Qt.Key.Key_A, Qt.Key.Key_G, Qt.Key.Key_P):
        bench.key(table, key)
    assert [row["presence"] for row in bench.file.attendance] == ["presente", "assente", "giustificato", "presente"]
    assert "NON raggiunto: presenti con voto 1" in bench.screen.roll.quorum.text()


def test_the_quorum_follows_each_key(bench, sitting):
    table = bench.screen.roll.table
    assert "raggiunto: presenti con voto 3" in bench.screen.roll.quorum.text()
    table.go_to(0)
    bench.key(table, Qt.Key.Key_A)
    assert "raggiunto: presenti con voto 2" in bench.screen.roll.quorum.text()
    bench.key(table, Qt.Key.Key_A)
    assert "NON raggiunto: presenti con voto 1" in bench.screen.roll.quorum.text()


def test_entering_and_leaving_are_said_with_their_hour(bench, sitting):
    table = bench.screen.roll.table
    table.go_to(1)
    bench.key(table, Qt.Key.Key_U)
    hour = bench.file.attendance[1]["left_at"]
    assert hour
    assert bench.said[-1] == f"Bruno Sala esce alle {hour}"
    assert table.grid.lines[1].cells[1] == f"presente fino alle {hour}"


def test_all_in_favour_is_one_key_and_exceptions_are_letters(bench, sitting):
    bench.key(bench.screen.agenda.table, Qt.Key.Key_Down)
    bench.key(bench.screen, Qt.Key.Key_F8)
    votes = bench.screen.item.votes
    assert "favorevoli 3, contrari 0" in votes.sum.text()
    assert bench.screen.item.fields["outcome"].editor.main.hasFocus()
    votes.table.go_to(2)
    bench.key(votes.table, Qt.Key.Key_C)
    assert "favorevoli 2, contrari 1" in votes.sum.text()
    votes.table.go_to(2)
    bench.key(votes.table, Qt.Key.Key_X)
    assert "totale 2 su 2 votanti" in votes.sum.text()
    assert votes.table.grid.lines[2].cells[1] == "conflitto, esce"


def test_votes_that_do_not_add_up_are_said_at_once(bench, sitting):
    bench.key(bench.screen.agenda.table, Qt.Key.Key_Down)
    votes = bench.screen.item.votes
    votes.table.go_to(0)
    bench.key(votes.table, Qt.Key.Key_F)
    assert votes.sum.text().startswith("Da sistemare: manca il voto di Bruno Sala, Carla Riva")
    assert votes.sum.property("role") == "error"


def test_a_field_is_saved_as_it_is_left(bench, sitting):
    bench.key(bench.screen.agenda.table, Qt.Key.Key_Down)
    bench.type(bench.screen.item.fields["discussion"], "Si discute.")
    assert bench.file.items[0]["discussion"] == "Si discute."
    assert bench.file.items[1]["discussion"] is None


def test_changing_item_saves_what_is_being_typed(bench, sitting):
    bench.key(bench.screen.agenda.table, Qt.Key.Key_Down)
    report = bench.screen.item.fields["report"].editor.main
    report.setFocus()
    bench.qtbot.keyClick(report, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    bench.qtbot.keyClicks(report, "Relazione nuova")
    bench.key(report, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    assert bench.screen.item.item_id == sitting.items[1].id
    assert bench.file.items[0]["report"] == "Relazione nuova"
    assert "Relazione nuova" not in report.toPlainText()


def test_the_keys_of_the_screen_work_wherever_the_focus_has_gone(bench, sitting):
    bench.key(bench.page.leave_sitting, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    assert bench.screen.item.item_id == sitting.items[0].id


def test_an_hour_that_is_none_is_said_and_keeps_the_item(bench, sitting):
    bench.key(bench.screen.agenda.table, Qt.Key.Key_Down)
    bench.type(bench.screen.item.fields["treated_at"], "25:99")
    field = bench.screen.item.fields["treated_at"]
    assert "non è un'ora" in field.note.text()
    bench.key(bench.screen.agenda.table, Qt.Key.Key_Down)
    assert bench.screen.item.item_id == sitting.items[0].id
    assert bench.screen.agenda.table.current_id == sitting.items[0].id
    bench.type(field, "9.30")
    assert bench.file.items[0]["treated_at"] == "09:30"


def test_what_is_being_typed_survives_what_arrives_meanwhile(bench, sitting):
    bench.key(bench.screen.agenda.table, Qt.Key.Key_Down)
    discussion = bench.screen.item.fields["discussion"].editor.main
    discussion.setFocus()
    bench.qtbot.keyClicks(discussion, "a met")
    bench.office.sittings.write(bench.file.items[0], {"proposal": "Arrivata da un altro PC"})
    bench.settle()
    assert discussion.toPlainText() == "a met"
    assert bench.screen.item.fields["proposal"].editor.main.toPlainText() == "Arrivata da un altro PC"


def test_what_is_missing_leads_to_its_place(bench, sitting):
    bench.screen.missing.click()
    bench.settle()
    things = bench.screen.obstacles.list
    assert things.item(0).text() == "Seduta: manca l'ora di chiusura."
    assert things.count() == 3
    bench.key(things, Qt.Key.Key_Return)
    assert bench.screen.course.fields["closed_at"].editor.main.hasFocus()
    bench.screen.missing.click()
    bench.settle()
    things.setCurrentRow(2)
    bench.key(things, Qt.Key.Key_Return)
    assert bench.screen.item.item_id == sitting.items[1].id
    assert bench.screen.item.fields["outcome"].editor.main.hasFocus()


def test_items_move_go_and_come_back_by_keyboard(bench, sitting):
    table = bench.screen.agenda.table
    table.choose(sitting.items[1].id)
    bench.key(table, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert [row.id for row in bench.file.items] == [sitting.items[1].id, sitting.items[0].id]
    assert table.current_id == sitting.items[1].id
    bench.key(table, Qt.Key.Key_Delete)
    assert [row.id for row in bench.file.items] == [sitting.items[0].id]
    bench.key(table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert [row.id for row in bench.file.items] == [sitting.items[1].id, sitting.items[0].id]


def test_taking_back_a_removal_is_not_confused_with_the_windows_own(bench, sitting):
    """The window's Ctrl+Z restores deleted records; on the agenda, with an item taken off, it is the agenda's."""
    windows_own = []
    shortcut = QShortcut(QKeySequence("Ctrl+Z"), bench.page)
    shortcut.activated.connect(lambda: windows_own.append(1))
    table = bench.screen.agenda.table
    table.choose(sitting.items[0].id)
    bench.key(table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert windows_own == [1]
    bench.key(table, Qt.Key.Key_Delete)
    bench.key(table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert windows_own == [1]
    assert len(bench.file.items) == 2


def test_f6_goes_round_the_areas(bench, sitting):
    screen = bench.screen
    bench.key(screen.agenda.table, Qt.Key.Key_Down)
    seen = []
    for _ in range(4):
        bench.key(QApplication.focusWidget(), Qt.Key.Key_F6)
        seen.append(QApplication.focusWidget())
    assert seen == [screen.item.fields["report"].editor.main, screen.item.votes.table, screen.roll.table,
                    screen.agenda.table]  # fmt: skip


def test_a_whole_sitting_with_the_keyboard_alone(bench, monkeypatch):
    bench.office.application()
    sitting = bench.office.sittings.open(bench.office.commission.id, "2026-11-22")
    bench.office.agenda.build(sitting.id)
    bench.open(bench.office.sittings.file(sitting.id))
    screen = bench.screen
    for _ in range(4):
        bench.key(screen.roll.table, Qt.Key.Key_P)
    bench.key(screen.course.begin, Qt.Key.Key_Space)
    bench.key(screen.agenda.table, Qt.Key.Key_Down)
    bench.key(screen, Qt.Key.Key_F8)
    bench.key(screen.agenda.table, Qt.Key.Key_Up)
    bench.key(screen.course.end, Qt.Key.Key_Space)
    assert not screen.approve.isEnabled()
    bench.key(screen.reading, Qt.Key.Key_Space)
    assert "In lettura" in screen.state.text()
    assert "pronto da approvare" in screen.state.text()
    asked = []
    monkeypatch.setattr(ConfirmApproval, "exec", lambda dialog: asked.append(dialog) or True)
    bench.key(screen.approve, Qt.Key.Key_Space)
    assert len(asked) == 1
    assert bench.file.approved
    assert bench.said[-1] == "Verbale n. 1/2026 approvato"
    assert "Verbale n. 1/2026" in screen.state.text()
    assert screen.approve.isHidden()


def test_nothing_can_be_changed_on_an_approved_sitting(bench):
    bench.office.application()
    file = bench.office.decided()
    bench.office.sittings.approve(file.sitting.id)
    bench.open(file)
    screen = bench.screen
    screen.agenda.table.choose(file.items[0].id)
    bench.settle()
    before = [row.values for row in bench.file.family()]
    bench.key(screen.roll.table, Qt.Key.Key_A)
    bench.key(screen.item.votes.table, Qt.Key.Key_C)
    bench.key(screen.agenda.table, Qt.Key.Key_Delete)
    bench.key(screen, Qt.Key.Key_F8)
    bench.key(screen.item.fields["report"].editor.main, Qt.Key.Key_X)
    bench.key(screen.item.fields["subject"].editor.main, Qt.Key.Key_X)
    assert [row.values for row in bench.file.family()] == before
    assert screen.item.fields["report"].editor.main.isReadOnly()
    assert not screen.item.fields["outcome"].editor.main.isEnabled()
    assert screen.agenda.cases.isHidden()
    assert screen.roll.all_present.isHidden()
    assert screen.print.isVisible()


def test_approving_what_changed_meanwhile_is_refused_and_told(bench):
    bench.office.application()
    file = bench.office.decided()
    bench.open(file)
    bench.office.sittings.write(bench.file.items[0], {"reasoning": "scritta altrove"})
    bench.screen.approve_seen(file)
    bench.settle()
    assert [problem.title for problem in bench.told] == ["La seduta è cambiata mentre era sullo schermo"]
    assert not bench.file.approved


def test_incomplete_minutes_are_not_approved_but_listed(bench, sitting):
    bench.screen.reading.click()
    bench.settle()
    bench.screen.approve.click()
    bench.settle()
    assert bench.screen.stack.currentWidget() is bench.screen.obstacles
    assert not bench.file.approved


def test_minutes_are_printed_where_asked(bench, sitting, tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr("ala_desktop.ui.pages.sittings.screen.QDesktopServices.openUrl", opened.append)
    bench.screen.print_to(tmp_path / "verbale.pdf")
    bench.settle()
    assert (tmp_path / "verbale.pdf").read_bytes().startswith(b"%PDF")
    assert opened[0].toLocalFile() == str(tmp_path / "verbale.pdf")


def test_a_file_that_cannot_be_written_is_told(bench, sitting, tmp_path):
    bench.screen.print_to(tmp_path / "manca" / "verbale.pdf")
    bench.settle()
    assert isinstance(bench.told[0], Mendable)


def test_cases_are_chosen_and_brought(bench, sitting):
    bench.office.application("BIANCHI UGO", protocol="77")
    bench.office.application("Çelik Ömer", protocol="78")
    dialog = ChooseCases(bench.office.agenda.waiting(), bench.page)
    assert len(dialog.chosen) == 2
    dialog.search.setText("celik")
    assert [dialog.list.item(row).isHidden() for row in range(2)] == [True, False]
    dialog._check(Qt.CheckState.Unchecked)
    assert dialog.counted.text() == "1 pratica scelta"
    bench.screen.bring(dialog.chosen)
    bench.settle()
    assert bench.file.items[-1]["subject"] == "SAP: domanda di BIANCHI UGO"
    assert bench.said[-1] == "1 punto aggiunto"


def test_an_item_of_other_kinds_is_added(bench, sitting, monkeypatch):
    monkeypatch.setattr(AskText, "exec", lambda dialog: dialog.line.setText("Sgombero  urgente") or True)
    bench.screen.ask_item("fuori_sacco")
    bench.settle()
    item = bench.file.items[-1]
    assert (item["subject"], item["type"]) == ("Sgombero urgente", "fuori_sacco")
    assert bench.screen.agenda.table.current_id == item.id


def test_an_empty_line_is_refused_only_where_something_is_needed(bench):
    needed = AskText("Altro argomento", "Oggetto", "", 400, bench.page, needed=True)
    needed.accept()
    assert not needed.trouble.isHidden()
    assert needed.result() == 0
    optional = AskText("Delegato", "Chi?", "", 120, bench.page)
    optional.accept()
    assert (optional.result(), optional.text) == (1, None)


def test_a_new_sitting_needs_a_commission_and_a_day(bench):
    dialog = NewSitting([bench.office.commission], bench.page._means, bench.page)
    assert (dialog.commission_id, dialog.held_on) == (bench.office.commission.id, "2026-11-22")
    dialog.day.line.setText("31/02/2026")
    dialog.accept()
    assert "La data non va bene" in dialog.trouble.text()
    bench.page.open_sitting(dialog.commission_id, "2026-12-01")
    bench.settle()
    assert bench.page.heading.text() == "Commissione Casa · seduta del 01/12/2026"


def test_without_a_commission_the_page_says_what_to_do(bench, monkeypatch):
    row = bench.office.desk.get("commission", bench.office.commission.id)
    Forms(bench.office.desk).delete(row)
    bench.page.new()
    bench.settle()
    assert bench.told[0].title == "Non c'è ancora una commissione"


def test_members_are_added_under_the_commission(bench):
    bench.page.open("commission", bench.office.commission.id)
    bench.settle()
    assert bench.page.view is not None
    panel = bench.page.view.panels[0]
    dialog = NewMember({"componente": "Componente", "uditore": "Uditore"}, bench.page)
    dialog.accept()
    assert not dialog.trouble.isHidden()
    dialog.name.setText("Elio  Neri")
    panel.add_member(dialog.values)
    bench.settle()
    names = [row["full_name"] for row in bench.office.desk.find("commission_member")]
    assert names[-1] == "Elio Neri"
    assert panel.table.model().rowCount() == 5


def test_escape_goes_back_to_the_list_and_saves_what_was_typed(bench, sitting):
    bench.key(bench.screen.agenda.table, Qt.Key.Key_Down)
    report = bench.screen.item.fields["report"].editor.main
    report.setFocus()
    bench.qtbot.keyClicks(report, "Prima ")
    assert bench.page.escape()
    bench.settle()
    assert bench.page.sitting is None
    assert bench.page.heading.text() == "Commissioni e verbali"
    report_saved = bench.office.sittings.file(sitting.sitting.id).items[0].text("report")
    assert "Prima " in report_saved


def test_a_record_of_a_sitting_opens_its_sitting(bench, sitting):
    bench.page.escape()
    bench.settle()
    bench.page.open("agenda_item", sitting.items[0].id)
    bench.settle()
    assert bench.screen.session.sitting_id == sitting.sitting.id
    assert bench.screen.agenda.table.current_id == COURSE


def test_everything_fits_at_the_smallest_screen(bench, sitting):
    """1366x768 less the navigation (224) and the status bar."""
    commissions = Commissions(bench.office.desk)
    for member in ("Fabrizia Quartieri Bonaventura", *(f"Componente {n}" for n in range(6))):
        commissions.add_member(bench.office.commission.id, {"full_name": member})
    bench.office.sittings.call_missing(sitting.sitting.id)
    bench.office.roll_call.all_present(sitting.sitting.id)
    name = "Commissione per l'assegnazione degli alloggi e dei contributi di Borghetto Lodigiano e dei comuni vicini"
    Forms(bench.office.desk).save(bench.office.commission, {"name": name})
    bench.settle()
    screen = bench.screen
    assert misfits(bench.page) == []
    screen.agenda.table.choose(sitting.items[0].id)
    bench.settle()
    bench.key(screen, Qt.Key.Key_F8)
    votes = screen.item.votes
    votes.table.go_to(0)
    bench.key(votes.table, Qt.Key.Key_R)
    bench.type(screen.item.fields["treated_at"], "25:99")
    assert misfits(bench.page) == []
    bench.type(screen.item.fields["treated_at"], "09:30")
    screen.missing.click()
    bench.settle()
    assert misfits(bench.page) == []
    assert (bench.page.width(), bench.page.height()) == (1142, 712)


def test_a_vote_of_who_is_out_of_the_room_is_not_taken(bench, sitting):
    bench.key(bench.screen.agenda.table, Qt.Key.Key_Down)
    bench.key(bench.screen, Qt.Key.Key_F8)
    votes = bench.screen.item.votes
    votes.table.go_to(1)
    bench.key(votes.table, Qt.Key.Key_X)
    votes.table.go_to(1)
    bench.key(votes.table, Qt.Key.Key_C)
    assert bench.said[-1] == "È fuori sala per questo punto: I lo fa rientrare"
    assert votes.table.grid.lines[1].cells[1] == "conflitto, esce"
    bench.key(votes.table, Qt.Key.Key_I)
    votes.table.go_to(1)
    bench.key(votes.table, Qt.Key.Key_C)
    assert votes.table.grid.lines[1].cells[1] == "contrario"


def test_the_check_of_what_fits_notices_a_cut_text_and_a_covered_widget(qtbot):
    top = QWidget()
    qtbot.addWidget(top)
    top.resize(300, 100)
    label, button = QLabel("Una frase lunga che non ci sta", top), QPushButton("Approva e chiudi", top)
    label.setGeometry(0, 0, 40, 20)
    button.setGeometry(20, 10, 200, 40)
    top.show()
    assert len(misfits(top)) == 2
    label.setGeometry(0, 60, 290, 30)
    assert misfits(top) == []


def test_a_sitting_opened_by_mistake_is_deleted_and_offered_back(bench):
    file = bench.office.opened()
    offered = []
    bench.wishes.deleted.connect(offered.append)
    bench.open(file)
    bench.screen.course.remove.click()
    bench.settle()
    assert bench.page.sitting is None
    assert bench.office.sittings.all() == []
    assert [row.kind for row in offered[0]][0] == "sitting"
    assert bench.told == []


def test_who_joined_the_commission_since_is_called_from_the_screen(bench):
    file = bench.office.opened()
    bench.open(file)
    Commissions(bench.office.desk).add_member(
        bench.office.commission.id, {"full_name": "Zeno Po", "role": "componente"}
    )
    bench.screen.roll.update_roll.click()
    bench.settle()
    assert bench.said[-1] == "1 componente aggiunto all'appello"
    assert "Zeno Po" in [line.cells[0] for line in bench.screen.roll.table.grid.lines]
    bench.screen.roll.update_roll.click()
    bench.settle()
    assert bench.said[-1] == "L'appello è già completo"
