"""A sitting minuted on its screen, with the keyboard, through the real widgets."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication


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
