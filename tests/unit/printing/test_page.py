"""The sheet: A4, header, "pagina x di y", watermark, properties."""

from dataclasses import replace

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.platypus import PageBreak

from ala_desktop.printing import fonts, markup, styles
from ala_desktop.printing.page import RIGHT, Dress, build
from tests.unit.printing import pdf_reading

DRESS = Dress(
    title="Titolo ș", author="Comune di Lodi", subject="Prova", date="2026-11-22", running="In testa", footer="Al piede"
)


@pytest.fixture(autouse=True)
def _registered():
    fonts.register()


def story_of(count):
    def story():
        flowables = [markup.paragraph("foglio 1", styles.BODY)]
        for number in range(2, count + 1):
            flowables += [PageBreak(), markup.paragraph(f"foglio {number}", styles.BODY)]
        return flowables

    return story


@pytest.mark.parametrize("count", [1, 2, 11])
def test_each_page_tells_its_number_and_how_many_there_are(count):
    pages = pdf_reading.pages(build(story_of(count), DRESS))
    wanted = [f"Al piede pagina {number} di {count}" for number in range(1, count + 1)]
    assert [page[page.index("Al piede") :] for page in pages] == wanted


def test_every_page_is_a4_upright():
    for page in pdf_reading.reader(build(story_of(3), DRESS)).pages:
        assert (float(page.mediabox.width), float(page.mediabox.height)) == pytest.approx(A4, abs=0.01)
        assert page.rotation == 0


def test_the_header_stands_on_every_page_but_the_first():
    pages = pdf_reading.pages(build(story_of(3), DRESS))
    assert ["In testa" in page for page in pages] == [False, True, True]


def test_the_watermark_stands_on_every_page_or_on_none():
    marked = pdf_reading.pieces(build(story_of(3), replace(DRESS, watermark="BOZZA")))
    assert [(piece.page, piece.text) for piece in marked if piece.turned] == [(1, "BOZZA"), (2, "BOZZA"), (3, "BOZZA")]
    assert [piece for piece in pdf_reading.pieces(build(story_of(3), DRESS)) if piece.turned] == []


def test_a_sheet_without_numbers_has_no_footer():
    assert pdf_reading.pages(build(story_of(1), replace(DRESS, numbered=False))) == ["foglio 1"]


def test_long_headers_and_footers_stay_on_their_line():
    long = replace(DRESS, running="Comune di Sant'Angelo " * 30, footer="Verbale n. 7/2026 " * 30)
    pdf = build(story_of(2), long)
    assert max(pdf_reading.line_ends(pdf)) <= A4[0] - RIGHT + 0.1
    assert [page.count("…") for page in pdf_reading.pages(pdf)] == [1, 2]
    assert pdf_reading.pages(pdf)[1].endswith("… pagina 2 di 2")


def test_the_properties_are_the_office_s_and_the_document_s():
    file = pdf_reading.reader(build(story_of(1), DRESS))
    told = file.metadata
    assert told is not None
    assert (told.title, told.author, told.subject) == ("Titolo ș", "Comune di Lodi", "Prova")
    assert told["/CreationDate"] == told["/ModDate"] == "D:20261122000000Z"
    assert set(told) == {
        "/Title", "/Author", "/Subject", "/Creator", "/Producer", "/CreationDate", "/ModDate", "/Keywords", "/Trapped"
    }  # fmt: skip
    assert file.root_object["/Lang"] == "it-IT"
    assert file.viewer_preferences is not None
    assert file.viewer_preferences.display_doctitle


def test_no_page_names_a_font_that_is_not_embedded():
    named = dict(pdf_reading.fonts(build(story_of(2), replace(DRESS, watermark="BOZZA"))))
    assert set(named.values()) == {True}
    assert {name.split("+")[1] for name in named} == {fonts.REGULAR, fonts.BOLD}
