"""A register brought in from the window, and taken back."""

import shutil
from pathlib import Path

import pytest

from ala_desktop.ui.importing.dialog import ImportDialog

REGISTERS = Path(__file__).parents[1] / "data" / "registri"


@pytest.fixture
def dialog(place, window):
    made = ImportDialog(place.around, "housing_unit", window)
    made.show()
    place.settle()
    yield made
    made.close()


def read(place, dialog, file):
    dialog.choose.file.setText(str(file))
    dialog.go_on()
    place.settle()


def column(table, number):
    model = table.model()
    return [model.index(row, number).data() for row in range(model.rowCount())]


def test_nothing_is_written_before_the_preview_was_seen(place, dialog):
    read(place, dialog, REGISTERS / "alloggi.csv")
    assert dialog.stack.currentWidget() is dialog.preview
    assert place.desk.find("housing_unit") == []
    assert "separatore punto e virgola" in dialog.preview.read.text()
    outcomes = column(dialog.preview.table, 1)
    assert outcomes.count("Rifiutata") == 4
    dialog.preview.only.setCurrentIndex(dialog.preview.only.findData("Rifiutata"))
    assert column(dialog.preview.table, 1) == ["Rifiutata"] * 4
    assert all(column(dialog.preview.table, 2))


def test_a_row_that_repeats_another_of_the_file_is_told_from_one_that_is_stored(place, dialog):
    read(place, dialog, REGISTERS / "alloggi.csv")
    assert "1 ripetuta nel file" in dialog.preview.figures.text()
    assert "già present" not in dialog.preview.figures.text()
    dialog.preview.only.setCurrentIndex(dialog.preview.only.findData("Ripetuta nel file"))
    assert column(dialog.preview.table, 1) == ["Ripetuta nel file"]
    assert column(dialog.preview.table, 2)[0].startswith("uguale alla riga ")
    dialog.go_on()
    place.settle()
    assert "0 righe già presenti\n1 riga ripetuta nel file" in dialog.report.lines.text()
    dialog._show(dialog.choose)
    read(place, dialog, REGISTERS / "alloggi.csv")
    outcomes = column(dialog.preview.table, 1)
    assert outcomes.count("Già presente") > 130
    assert outcomes.count("Ripetuta nel file") == 1


def test_a_register_comes_in_and_its_refused_rows_can_be_saved(place, dialog, tmp_path):
    read(place, dialog, REGISTERS / "alloggi.csv")
    dialog.go_on()
    place.settle()
    assert dialog.stack.currentWidget() is dialog.report
    assert dialog.report.title.text() == "Importazione conclusa"
    assert "4 righe rifiutate" in dialog.report.lines.text()
    assert len(place.desk.find("housing_unit")) > 130
    dialog.save_refused(tmp_path / "rifiutate.csv")
    assert (tmp_path / "rifiutate.csv").exists()
    assert dialog.report.strip.isVisible()


def test_a_second_import_has_nothing_to_take(place, dialog):
    for _ in range(2):
        dialog._show(dialog.choose)
        read(place, dialog, REGISTERS / "alloggi.csv")
        if dialog.onward.isEnabled():
            dialog.go_on()
            place.settle()
    assert not dialog.onward.isEnabled()
    assert dialog.onward.text() == "Importa 0 righe"


def test_an_import_is_taken_back_from_its_history(place, dialog):
    read(place, dialog, REGISTERS / "alloggi.csv")
    dialog.go_on()
    place.settle()
    dialog._show(dialog.choose)
    assert column(dialog.choose.past, 6) == ["nell'archivio"]
    assert dialog.choose.take_back.isEnabled()
    dialog.take_back(dialog.choose._past[0].import_id)
    place.settle()
    assert place.desk.find("housing_unit") == []
    assert dialog.report.title.text() == "Importazione annullata"
    dialog._show(dialog.choose)
    assert column(dialog.choose.past, 6) == ["annullata"]
    assert not dialog.choose.take_back.isEnabled()


def test_a_file_that_is_no_register_is_told_in_the_dialog(place, dialog, tmp_path):
    picture = tmp_path / "foto.csv"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    for file in (picture, tmp_path / "manca.csv"):
        read(place, dialog, file)
        assert dialog.stack.currentWidget() is dialog.choose
        assert dialog.choose.strip.isVisible()
    shutil.copy(REGISTERS / "alloggi.csv", picture)
    read(place, dialog, picture)
    assert dialog.stack.currentWidget() is dialog.preview


def test_the_lists_behind_show_what_came_in(place, window, dialog):
    window.go_to("units")
    place.settle()
    read(place, dialog, REGISTERS / "alloggi.csv")
    dialog.go_on()
    place.settle()
    assert window.page.list.model.rowCount() == len(place.desk.find("housing_unit"))
