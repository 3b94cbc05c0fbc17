"""Registers recognised by their content, and files that are no register refused in words."""

from __future__ import annotations

import datetime
import os
import time
import zipfile

import pytest
import xlsxwriter

from ala_desktop.core.errors import Mendable
from ala_desktop.exchange import bounds
from ala_desktop.exchange.tables import read_table

KNOWN = frozenset({"codice", "indirizzo", "note", "data", "canone"})
TEXT = "Codice;Indirizzo;Note\r\nA1;Via Libertà;\r\nA2;Città Alta;sì\r\n"


def saved(tmp_path, content, name="registro.csv"):
    path = tmp_path / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("encoded", "called"),
    [
        (TEXT.encode("cp1252"), "Windows-1252"),
        (TEXT.encode("utf-8"), "UTF-8"),
        (TEXT.encode("utf-8-sig"), "UTF-8 (BOM)"),
        (TEXT.encode("utf-16"), "UTF-16"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "UTF-16"),
        (TEXT.encode("utf-16-le"), "UTF-16"),
        (TEXT.encode("utf-16-be"), "UTF-16"),
    ],
)
def test_encoding_is_recognised(tmp_path, encoded, called):
    table = read_table(saved(tmp_path, encoded), KNOWN)
    assert table.encoding == called
    assert table.headings == ("Codice", "Indirizzo", "Note")
    assert table.rows == [["A1", "Via Libertà", ""], ["A2", "Città Alta", "sì"]]


def test_a_letter_of_windows_far_down_is_still_read(tmp_path):
    rows = "".join(f"A{n};Via Roma;\r\n" for n in range(20_000))
    table = read_table(saved(tmp_path, ("Codice;Indirizzo;Note\r\n" + rows + "Z;Cà Bassa;").encode("cp1252")), KNOWN)
    assert table.encoding == "Windows-1252"
    assert table.rows[-1][1] == "Cà Bassa"


def test_a_letter_cut_by_the_end_of_the_head_does_not_change_the_encoding(tmp_path):
    head = b"Codice;Indirizzo\n"
    filler = "à".encode() * bounds.HEAD_BYTES
    table = read_table(saved(tmp_path, head + b"A;" + filler[: -len(head) % 2 + 2 * bounds.HEAD_BYTES]), KNOWN)
    assert table.encoding == "UTF-8"


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_separator_is_recognised(tmp_path, separator):
    text = separator.join(["Codice", "Indirizzo", "Note"]) + "\n" + separator.join(["A1", '"Via A; B, C"', "x"]) + "\n"
    table = read_table(saved(tmp_path, text.encode()), KNOWN)
    assert table.separator == separator
    assert table.rows == [["A1", "Via A; B, C", "x"]]


def test_headings_are_found_under_a_title_whatever_their_case_and_spaces(tmp_path):
    text = "Comune di Prova - registro;;\n;;\n NOTE ;  codice;INDIRIZZO \nx;A1;Via Roma\n"
    table = read_table(saved(tmp_path, text.encode()), KNOWN)
    assert table.header_line == 3
    assert table.headings == ("NOTE", "codice", "INDIRIZZO")
    assert table.lines == [4]


def test_lines_are_physical_even_after_a_quoted_line_end(tmp_path):
    text = 'Codice;Indirizzo\r\nA1;"Via Roma\r\nangolo Via Lodi"\r\nA2;Via Po\r\n\r\nA3;"x\ny\nz"\r\nA4;Fine\r\n'
    table = read_table(saved(tmp_path, text.encode()), KNOWN)
    assert list(zip(table.lines, (row[0] for row in table.rows), strict=True)) == [
        (2, "A1"), (4, "A2"), (5, ""), (6, "A3"), (9, "A4"),
    ]  # fmt: skip
    assert table.rows[0][1] == "Via Roma\r\nangolo Via Lodi"


def test_short_and_long_rows_are_brought_to_the_length_of_the_headings(tmp_path):
    text = "Codice;Indirizzo;Note\nA1\nA2;x;y;in più;\nA3;x;y;;;\n"
    table = read_table(saved(tmp_path, text.encode()), KNOWN)
    assert table.rows == [["A1", "", ""], ["A2", "x", "y"], ["A3", "x", "y"]]
    assert table.beyond == {1: ["in più", ""]}


@pytest.mark.parametrize(
    "text",
    [
        'Codice;Indirizzo\nA1;"Via Roma\nA2;Via Po\n',
        'Codice;Indirizzo;Note;Data;Canone\nA1;"Via Roma;;;\nA2;Via Po;;;\nA3;"Via Adda";;;\n',
        'Codice;Indirizzo\nA1;"' + "x" * 200_000,
    ],
    ids=["to the end", "to the next marks", "beyond any cell"],
)
def test_quotation_marks_that_never_close_are_told_with_their_line(tmp_path, text):
    with pytest.raises(Mendable) as raised:
        read_table(saved(tmp_path, text.encode()), KNOWN)
    assert raised.value.title == "Virgolette non chiuse nel registro"
    assert "riga 2" in raised.value.cause


def test_cells_that_were_escaped_on_the_way_out_are_read_as_they_were(tmp_path):
    table = read_table(saved(tmp_path, b"Codice;Note\n'=1+1;''@x\n'A';+39\n"), KNOWN)
    assert table.rows == [["=1+1", "'@x"], ["'A'", "+39"]]


def test_a_sheet_is_read_as_typed_text_with_its_own_row_numbers(tmp_path):
    path = tmp_path / "r.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Legenda").write_column(0, 0, ["Codice", "Note"])
        sheet = book.add_worksheet("Dati")
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write(0, 0, "Registro")
        sheet.write_row(2, 0, ["Codice", "Data", "Canone", "Note"])
        sheet.write_row(3, 0, [1000, None, 802.63, True])
        sheet.write_datetime(3, 1, datetime.datetime(2025, 8, 28), day)
        sheet.write_row(6, 0, ["A2", "21.03.25", 0.1 + 0.2])
        sheet.write_string(6, 3, "=SUM(A1:A9)")
        sheet.write_formula(7, 2, "=1+1", value=2)
    table = read_table(path, KNOWN)
    assert (table.form, table.sheet, table.header_line, table.encoding) == ("XLSX", "Dati", 3, None)
    assert table.rows[0] == ["1000", "2025-08-28", "802,63", "VERO"]
    assert table.rows[3] == ["A2", "21.03.25", "0,3", "=SUM(A1:A9)"]
    assert table.rows[4] == ["", "", "2", ""]
    assert table.lines == [4, 5, 6, 7, 8]


ODS = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
    '<table:table table:name="F">%s</table:table></office:spreadsheet></office:body></office:document-content>'
)


def cell(text, **attributes):
    extra = "".join(f' table:{name.replace("_", "-")}="{value}"' for name, value in attributes.items())
    return f'<table:table-cell office:value-type="string"{extra}><text:p>{text}</text:p></table:table-cell>'


def ods(path, rows):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "META-INF/manifest.xml",
            '<?xml version="1.0"?><manifest:manifest '
            'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            '<manifest:file-entry manifest:full-path="/" '
            'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>',
        )
        archive.writestr("content.xml", ODS % rows)
    return path


def test_an_open_document_sheet_is_read_with_its_empty_tail(tmp_path):
    rows = (
        f"<table:table-row>{cell('Codice')}{cell('Note')}</table:table-row>"
        f'<table:table-row>{cell("A1")}<table:table-cell office:value-type="float" office:value="12.5"/>'
        '<table:table-cell table:number-columns-repeated="16000"/></table:table-row>'
        '<table:table-row table:number-rows-repeated="1048000">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    table = read_table(ods(tmp_path / "r.ods", rows), KNOWN)
    assert (table.form, table.rows, table.lines) == ("ODS", [["A1", "12,5"]], [2])


def refusal(path):
    before = time.monotonic()
    with pytest.raises(Mendable) as raised:
        read_table(path, KNOWN)
    assert time.monotonic() - before < 5
    told = raised.value
    assert all(len(words) > 5 for words in (told.title, told.cause, told.next_step))
    return told.title


def test_a_file_of_two_gigabytes_is_refused_at_once(tmp_path):
    path = tmp_path / "grande.csv"
    with path.open("wb") as file:
        file.write(TEXT.encode())
        file.truncate(2 * 1024**3)
    assert refusal(path) == "Il file è troppo grande"


def test_a_large_file_without_headings_is_refused_from_its_beginning(tmp_path, monkeypatch):
    path = saved(tmp_path, b"uno;due\n" * 3_000_000)
    monkeypatch.setattr(type(path), "read_bytes", lambda self: pytest.fail("read whole"))
    assert refusal(path) == "Il file non è un registro"


def test_more_rows_than_any_register_has_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(bounds, "MOST_ROWS", 3)
    assert refusal(saved(tmp_path, TEXT.encode() + b"A3;;\n")) == "Il registro ha troppe righe"
    sheet = workbook(tmp_path / "a.xlsx", [(0, 0, "Codice"), (0, 1, "Note"), (3, 0, "x")])
    assert refusal(sheet) == "Il registro ha troppe righe"


@pytest.mark.parametrize(
    ("content", "title"),
    [
        (b"", "Il file è vuoto"),
        (b" \r\n\r\n ", "Il file è vuoto"),
        (bytes(range(256)) * 40, "Il file non è un registro"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "Il file non è un registro"),
        (b"%PDF-1.4\n1 0 obj\n", "Il file non è un registro"),
        (b"<html><body>Accesso</body></html>", "Il file non è un registro"),
        (b"Codice\0;Note\n", "Il file non è un registro"),
        (TEXT.encode() + b"A3;\0;\n" * 20_000, "Il file non è un registro"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "Formato di foglio di calcolo non leggibile"),
        (b"PK\x03\x04" + b"\0" * 500, "Il file non è un registro"),
    ],
)
def test_what_is_no_register_is_refused_in_words(tmp_path, content, title):
    assert refusal(saved(tmp_path, content)) == title


def test_absent_files_folders_and_pipes_are_refused(tmp_path):
    assert refusal(tmp_path / "manca.csv") == "Il file non esiste"
    assert refusal(tmp_path) == "Il registro è una cartella"
    pipe = tmp_path / "coda"
    os.mkfifo(pipe)
    assert refusal(pipe) == "Il registro non è un file"


def test_an_archive_that_is_no_workbook_is_refused(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("nota.txt", "ciao")
    assert refusal(path) == "Il file non è un registro"


def workbook(path, cells):
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for row, column, text in cells:
            sheet.write(row, column, text)
    return path


def repacked(path, name, content):
    """The same archive with one part replaced."""
    with zipfile.ZipFile(path) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, data in (parts | {name: content}).items():
            archive.writestr(part, data)
    return path


def test_two_far_corners_do_not_fill_the_memory(tmp_path):
    wide = workbook(tmp_path / "a.xlsx", [(0, 0, "Codice"), (0, 1, "Note"), (1048575, 16383, "x")])
    assert refusal(wide) == "Il foglio di calcolo è troppo esteso"
    tall = workbook(tmp_path / "b.xlsx", [(0, 0, "Codice"), (0, 1, "Note"), (999_999, 600, "x")])
    assert refusal(tall) == "Il foglio di calcolo è troppo esteso"


def test_a_zip_bomb_is_refused(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [(0, 0, "Codice"), (0, 1, "Note")])
    repacked(path, "xl/worksheets/sheet1.xml", b" " * (bounds.MOST_UNPACKED_BYTES + 1))
    assert path.stat().st_size < 1_000_000
    assert refusal(path) == "Il file è troppo grande"


def test_a_part_longer_than_it_says_is_damaged(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [(0, 0, "Codice"), (0, 1, "Note")])
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        part = archive.getinfo("xl/worksheets/sheet1.xml")
    size = part.file_size.to_bytes(4, "little")
    lying = data.replace(size, (10).to_bytes(4, "little"))
    path.write_bytes(lying)
    assert refusal(path) == "Il file non è un registro"


def test_a_short_text_used_a_million_times_does_not_fill_the_memory(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [(0, 0, "Codice"), (0, 1, "Note")])
    shared = b"<sst><si><t>Codice</t></si><si><t>Note</t></si><si><t>" + b"x" * 100_000 + b"</t></si></sst>"
    repacked(path, "xl/sharedStrings.xml", shared)
    cells = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>2</v></c></row>' % (n, n) for n in range(1, 40_000))
    repacked(path, "xl/worksheets/sheet1.xml", b"<worksheet><sheetData>" + cells + b"</sheetData></worksheet>")
    assert refusal(path) == "Il foglio di calcolo è troppo esteso"


def test_an_open_document_that_repeats_a_row_without_end_is_refused(tmp_path):
    repeated = cell("x", number_columns_repeated=16000)
    rows = (
        f"<table:table-row>{cell('Codice')}{cell('Note')}</table:table-row>"
        f'<table:table-row table:number-rows-repeated="1000000">{repeated}</table:table-row>'
    )
    assert refusal(ods(tmp_path / "a.ods", rows)) == "Il foglio di calcolo è troppo esteso"
    laughing = "<!DOCTYPE x [<!ENTITY a 'ahah'>]>"
    path = ods(tmp_path / "b.ods", rows)
    repacked(path, "content.xml", (ODS % rows).replace("?>", "?>" + laughing, 1).encode())
    assert refusal(path) == "Il file non è un registro"


def test_a_workbook_cut_short_is_refused(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [(0, 0, "Codice"), (0, 1, "Note")])
    path.write_bytes(path.read_bytes()[:-300])
    assert refusal(path) == "Il file non è un registro"
