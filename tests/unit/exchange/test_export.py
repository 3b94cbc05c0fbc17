"""Lists leave as CSV or spreadsheet, without formulas, exact to the cent."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from python_calamine import CalamineWorkbook

from ala_desktop.core.errors import Mendable
from ala_desktop.exchange.export import Heading, write_register
from ala_desktop.fields.kinds import Day, Money, Number, Text, Year, YesNo

HEADINGS = [
    Heading("Codice", Text()), Heading("Canone", Money()), Heading("Vani", Number(scale=1)), Heading("Visto", Day()),
    Heading("Ascensore", YesNo()), Heading("Anno", Year()),
]  # fmt: skip
ROWS = [
    ("=1+1", 113696, 35, "2015-11-22", 1, 2024),
    ("007", None, None, "1899-12-31", None, None),
]


def test_a_csv_opens_in_italian_and_holds_no_formula(tmp_path):
    path = tmp_path / "elenco.csv"
    assert write_register(path, "Alloggi", HEADINGS, ROWS) == 2
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline=""), delimiter=";"))
    assert rows == [
        ["Codice", "Canone", "Vani", "Visto", "Ascensore", "Anno"],
        ["'=1+1", "1.136,96 €", "3,5", "22/11/2015", "sì", "2024"],
        ["007", "", "", "31/12/1899", "", ""],
    ]


def test_a_sheet_holds_numbers_days_and_texts_as_such(tmp_path):
    path = tmp_path / "elenco.XLSX"
    assert write_register(path, "Alloggi: tutti [2026]", HEADINGS, iter(ROWS)) == 2
    with CalamineWorkbook.from_path(path) as book:
        assert book.sheet_names == ["Alloggi  tutti  2026"]
        rows = book.get_sheet_by_index(0).to_python()
    assert rows[1][:3] == ["=1+1", 1136.96, 3.5]
    assert rows[1][3] == date(2015, 11, 22)
    assert rows[2] == ["007", "", "", "31/12/1899", "", ""]


def test_the_same_rows_make_the_same_file(tmp_path):
    first, second = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    write_register(first, "Alloggi", HEADINGS, ROWS)
    write_register(second, "Alloggi", HEADINGS, ROWS)
    assert first.read_bytes() == second.read_bytes()


def test_an_empty_list_is_only_headings(tmp_path):
    assert write_register(tmp_path / "vuoto.xlsx", "Alloggi", HEADINGS, []) == 0
    assert write_register(tmp_path / "vuoto.csv", "Alloggi", HEADINGS, []) == 0


def test_a_suffix_that_is_not_foreseen_is_told(tmp_path):
    with pytest.raises(Mendable, match="Formato di esportazione non previsto"):
        write_register(tmp_path / "elenco.pdf", "Alloggi", HEADINGS, ROWS)
    assert not list(tmp_path.iterdir())
