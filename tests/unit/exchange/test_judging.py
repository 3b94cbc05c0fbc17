"""Cells become values by column; what cannot be read is told with its column, text and reason."""

from __future__ import annotations

from datetime import date

import pytest

from ala_desktop.exchange.columns import Headings
from ala_desktop.exchange.judging import read_cells
from ala_desktop.exchange.tables import read_table
from ala_desktop.fields.kinds import Choice, Day, FiscalCode, Floor, Iban, Money, Text, YesNo
from ala_desktop.fields.spec import Field, RecordSpec

KINDS = {
    "code": Text(20),
    "street": Text(20),
    "floor": Floor(),
    "lift": YesNo(),
    "rent": Money(),
    "seen": Day(),
    "state": Choice({"libero": "Libero"}),
    "cf": FiscalCode(),
    "iban": Iban(),
    "notes": Text(200, lines=True),
}
SPEC = RecordSpec("home", "Casa", "Case", {name: Field(name, kind, name) for name, kind in KINDS.items()})
TODAY = date(2026, 11, 22)


def read(tmp_path, *rows, verified=(), lines=False, names=tuple(KINDS)):
    path = tmp_path / "r.csv"
    path.write_text("\n".join([";".join(names), *rows]) + "\n", encoding="utf-8", newline="")
    headings = Headings([SPEC])
    table = read_table(path, headings.known)
    columns, _ = headings.columns(table.headings)
    return read_cells(table, columns, TODAY, verified=verified, lines=lines)


def test_cells_are_read_as_their_kind(tmp_path):
    found = read(tmp_path, "A1;3 bis;3°;SI;€ 1.136,96;22.11.15;LIBERO;mrn ncl;IT00;=x")
    assert found.values == [
        ("A1", "3 bis", "3", 1, 113696, "2015-11-22", "libero", "mrn ncl", "IT00", "=x"),
    ]
    assert not found.unreadable
    assert not found.warned


def test_empty_cells_are_unknown(tmp_path):
    assert read(tmp_path, "A1;;  ;;;;;;;").values == [("A1", *[None] * 9)]


@pytest.mark.parametrize(
    ("column", "text"),
    [("rent", "-120,00"), ("rent", "quaranta"), ("rent", "1e3"), ("seen", "31/02/2023"), ("state", "XYZ"),
     ("lift", "forse"), ("street", "x" * 21)],
)  # fmt: skip
def test_a_cell_that_cannot_be_read_is_told_with_its_reason(tmp_path, column, text):
    found = read(tmp_path, f"A1;{text}", "A2;", names=("code", column))
    (note,) = found.unreadable[0]
    assert (note.column, note.value) == (column, text)
    assert note.reason
    assert list(found.unreadable) == [0]


@pytest.mark.parametrize("text", ["oggi", "ieri", "+30", "-7"])
def test_words_for_days_are_no_dates_in_a_register(tmp_path, text):
    assert read(tmp_path, f"A1;{text}", names=("code", "seen")).unreadable[0][0].reason == "non è una data"


def test_two_digit_years_are_the_latest_that_is_not_after_today(tmp_path):
    found = read(tmp_path, "A1;22.11.26", "A2;23.11.26", "A3;1/1/27", names=("code", "seen"))
    assert [row[1] for row in found.values] == ["2026-11-22", "1926-11-23", "1927-01-01"]


def test_every_bad_cell_of_a_row_is_told_in_the_order_of_the_file(tmp_path):
    found = read(tmp_path, "A1;x;y", names=("code", "rent", "seen"))
    assert [note.column for note in found.unreadable[0]] == ["rent", "seen"]


def test_warnings_count_only_where_they_are_asked_for(tmp_path):
    row = "A1;MRNNCL89P03F205X;IT00"
    assert not read(tmp_path, row, names=("code", "cf", "iban")).warned
    warned = read(tmp_path, row, names=("code", "cf", "iban"), verified={"iban"}).warned
    assert [note.column for note in warned[0]] == ["iban"]


def test_line_ends_in_a_cell_become_spaces_unless_they_are_asked_for(tmp_path):
    row = 'A1;"uno\r\ndue";"tre\nquattro"'
    assert read(tmp_path, row, names=("code", "street", "notes")).values == [("A1", "uno due", "tre quattro")]
    kept = read(tmp_path, row, names=("code", "street", "notes"), lines=True)
    assert kept.values == [("A1", "uno due", "tre\nquattro")]


@pytest.mark.parametrize("first", ["TOTALE", "totale", " Totale: "])
def test_empty_rows_and_the_total_are_no_rows(tmp_path, first):
    found = read(tmp_path, "A1;1", ";", "", " ; ", f"{first};7.512,30 in tutto", names=("code", "rent"))
    assert found.skipped == {1, 2, 3, 4}
    assert not found.unreadable


def test_a_code_that_only_begins_like_the_total_is_a_row(tmp_path):
    assert not read(tmp_path, "TOTALE1;1", "X;TOTALE", names=("code", "street")).skipped


def test_a_byte_that_is_no_letter_is_warned_of(tmp_path):
    path = tmp_path / "r.csv"
    path.write_bytes(b"code;street\nA1;Via Libert\xe0\nA2;Via \x81\n")
    headings = Headings([SPEC])
    table = read_table(path, headings.known)
    found = read_cells(table, headings.columns(table.headings)[0], TODAY)
    assert list(found.warned) == [1]
    assert found.warned[1][0].reason == "contiene un carattere illeggibile"
