"""What is missing, reading, approving and printing, through the real widgets."""

from __future__ import annotations

from PySide6.QtCore import Qt

from ala_desktop.core.errors import Mendable
from ala_desktop.ui.pages.sittings.dialogs import ConfirmApproval


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
