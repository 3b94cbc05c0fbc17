"""Every editor keeps the contract: it shows a value, gives the same one back, and refuses what its kind refuses."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit

from ala_desktop.fields import kinds
from ala_desktop.fields.values import ValueProblem
from ala_desktop.models.catalog import build
from ala_desktop.services.lookup import Lookup
from ala_desktop.ui.editors.base import Means
from ala_desktop.ui.editors.choose import EDITORS, editor_for
from ala_desktop.ui.work import Work
from tests import factory

SAMPLES = {
    kinds.Text: (kinds.Text(), "Ștefănescu", "x" * 201),
    kinds.Choice: (kinds.Choice({"libero": "Libero", "assegnato": "Assegnato"}), "assegnato", None),
    kinds.Day: (kinds.Day(), "2024-02-29", "30/02/2024"),
    kinds.TimeOfDay: (kinds.TimeOfDay(), "09:30", "25:00"),
    kinds.Number: (kinds.Number(scale=2), 7906, "settanta"),
    kinds.Year: (kinds.Year(), 1998, "98"),
    kinds.Money: (kinds.Money(), 123450, "-1"),
    kinds.YesNo: (kinds.YesNo(), 0, None),
    kinds.Floor: (kinds.Floor(), "S1", "y" * 21),
    kinds.FiscalCode: (kinds.FiscalCode(), "BNCNNA80C52E648X", "z" * 41),
    kinds.Iban: (kinds.Iban(), "IT60X0542811101000000123456", "z" * 51),
    kinds.Reference: (kinds.Reference("housing_unit"), None, "qualcosa che non c'è"),
    kinds.Tags: (kinds.Tags(), "alfa\nbeta", None),
}


@pytest.fixture
def means(tmp_path, qtbot):
    desk, work = factory.desk(tmp_path), Work()
    yield Means(desk.clock.today, Lookup(desk), work, lambda kind, record: None)
    work.close()
    desk.close()


def test_every_kind_has_an_editor_and_a_sample():
    used = {type(field.kind) for spec in build().values() for field in spec.fields.values()}
    assert used <= EDITORS.keys()
    assert EDITORS.keys() == SAMPLES.keys()


@pytest.mark.parametrize("kind", SAMPLES)
def test_an_editor_gives_back_what_it_shows(kind, means):
    sample, value, _ = SAMPLES[kind]
    editor = editor_for(sample, means)
    for shown in (value, None, value):
        editor.put(shown)
        assert editor.read() == shown


@pytest.mark.parametrize("kind", [kind for kind, (_, _, bad) in SAMPLES.items() if bad])
def test_an_editor_refuses_what_its_kind_refuses(kind, means):
    sample, _, bad = SAMPLES[kind]
    editor = editor_for(sample, means)
    main = editor.main
    assert isinstance(main, QLineEdit)
    main.setText(bad)
    with pytest.raises(ValueProblem):
        editor.read()
    editor.settle()
    assert main.text() == bad


@pytest.mark.parametrize("kind", SAMPLES)
def test_typing_tells_and_a_locked_editor_takes_nothing(kind, means, qtbot):
    editor = editor_for(SAMPLES[kind][0], means)
    qtbot.addWidget(editor)
    told = []
    editor.edited.connect(lambda: told.append(1))
    editor.show()
    main = editor.main
    if isinstance(main, QComboBox):
        main.setCurrentIndex(1)
        main.activated.emit(1)
    else:
        qtbot.keyClicks(main, "1")
    assert told
    before = len(told)
    editor.lock(locked=True)
    qtbot.keyClicks(main, "2")
    assert len(told) == before


def test_enter_moves_on_but_never_inside_notes(means, qtbot):
    for kind, moves in ((kinds.Text(), True), (kinds.Text(4000, lines=True), False)):
        editor = editor_for(kind, means)
        qtbot.addWidget(editor)
        passed = []
        editor.passed.connect(lambda passed=passed: passed.append(1))
        editor.show()
        qtbot.keyClick(editor.main, Qt.Key.Key_Return)
        assert bool(passed) is moves


def test_notes_keep_their_lines_and_tab_leaves_them(means, qtbot):
    editor = editor_for(kinds.Text(4000, lines=True), means)
    qtbot.addWidget(editor)
    editor.put("prima\nseconda")
    assert isinstance(editor.main, QPlainTextEdit)
    assert editor.read() == "prima\nseconda"
    assert editor.main.tabChangesFocus()


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("12032019", "12/03/2019"), ("oggi", "22/11/2026"), ("+30", "22/12/2026"), ("12/3/19", "12/03/2019")],
)
def test_a_day_typed_in_any_way_takes_its_usual_form_on_leaving(typed, shown, means):
    editor = editor_for(kinds.Day(), means)
    assert isinstance(editor.main, QLineEdit)
    editor.main.setText(typed)
    editor.settle()
    assert editor.main.text() == shown


def test_money_is_typed_with_a_comma(means):
    editor = editor_for(kinds.Money(), means)
    assert isinstance(editor.main, QLineEdit)
    editor.main.setText("1234,5")
    editor.settle()
    assert (editor.main.text(), editor.read()) == ("1.234,50 €", 123450)


def test_a_choice_of_a_newer_edition_is_shown_and_kept(means):
    editor = editor_for(kinds.Choice({"libero": "Libero"}), means)
    editor.put("in_orbita")
    assert editor.read() == "in_orbita"
