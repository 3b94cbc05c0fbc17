"""Sittings and commissions opened, filled and left; what the dialogs ask; what fits."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from ala_desktop.services.forms import Forms
from ala_desktop.services.sittings.commissions import Commissions
from ala_desktop.ui.pages.sittings.agenda_panel import COURSE
from ala_desktop.ui.pages.sittings.dialogs import AskText, ChooseCases, NewMember, NewSitting
from tests.ui.clipping import misfits


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
