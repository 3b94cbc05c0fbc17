"""The recovery sheet: one page, the code in groups, the code nowhere else."""

import pytest
from reportlab.lib.pagesizes import A4

from ala_desktop.printing.recovery_sheet import RecoverySheet, groups, render_recovery_sheet, write_recovery_sheet
from tests.unit.printing import pdf_reading

CODE = "7F3K-Q9WD-0M2X-HT8B-4ZPC-V6NJ-1YRA"
SHEET = RecoverySheet("Comune di Borghetto Lodigiano", "2026-11-22", CODE, "SERVIZI-01")


@pytest.fixture(scope="module")
def pdf():
    return render_recovery_sheet(SHEET)


@pytest.mark.parametrize(
    ("code", "parts"),
    [
        (CODE, CODE.split("-")),
        ("7F3K Q9WD\n0M2X", ["7F3K", "Q9WD", "0M2X"]),
        ("7F3KQ9WD0M", ["7F3K", "Q9WD", "0M"]),
        ("", []),
    ],
)
def test_a_code_is_parted_in_groups(code, parts):
    assert groups(code) == parts


def test_it_is_one_a4_page_with_comune_date_and_device(pdf):
    (page,) = pdf_reading.reader(pdf).pages
    assert (float(page.mediabox.width), float(page.mediabox.height)) == pytest.approx(A4, abs=0.01)
    words = pdf_reading.text(pdf)
    assert [
        word for word in ("COMUNE DI BORGHETTO LODIGIANO", "22 novembre 2026", "SERVIZI-01") if word not in words
    ] == []


def test_the_groups_stand_in_order_in_large_type(pdf):
    large = [piece.text for piece in pdf_reading.pieces(pdf) if piece.size >= 24]
    assert large == CODE.split("-")


def test_it_says_how_to_use_keep_and_never_lose_it(pdf):
    words = pdf_reading.text(pdf)
    wanted = ("A che cosa serve", "Come si usa", "Dove conservarlo", "Che cosa non fare mai")
    places = [words.index(word) for word in wanted]
    assert places == sorted(places)
    assert "«Ho perso la frase d'accesso»" in words
    assert "ala-desktop recover" in words


def test_nothing_is_under_ten_points_and_every_font_is_embedded(pdf):
    assert min(piece.size for piece in pdf_reading.pieces(pdf)) >= 10
    assert [name for name, embedded in pdf_reading.fonts(pdf) if not embedded] == []


def test_the_code_is_not_in_the_properties(pdf):
    properties = " ".join(str(value) for value in (pdf_reading.reader(pdf).metadata or {}).values())
    assert "Borghetto" in properties
    assert [part for part in groups(CODE) if part in properties] == []


def test_the_same_sheet_gives_the_same_bytes(pdf):
    assert render_recovery_sheet(SHEET) == pdf


@pytest.mark.parametrize("code", ["A" * 12, "-".join(["ABCDEFGH"] * 8), "-".join(["7F3K"] * 13), "X" * 48])
def test_codes_of_other_lengths_still_fit_the_page(code):
    sheet = RecoverySheet("Comune di San Colombano al Lambro", "2026-11-22", code, "SERVIZI-SOCIALI-" * 3)
    pdf = render_recovery_sheet(sheet)
    assert len(pdf_reading.pages(pdf)) == 1
    assert "".join(piece.text for piece in pdf_reading.pieces(pdf) if piece.size >= 24) == code.replace("-", "")
    assert max(pdf_reading.line_ends(pdf)) <= A4[0] - 15


def test_it_is_written_to_a_file(tmp_path, pdf):
    write_recovery_sheet(SHEET, tmp_path / "recupero.pdf")
    assert (tmp_path / "recupero.pdf").read_bytes() == pdf
