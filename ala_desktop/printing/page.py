"""The sheet of paper: A4, running header, "pagina x di y", watermark, properties of the file. No contents.

Used by the printed documents of this package; each gives its flowables and gets the bytes of a PDF.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from reportlab.lib.enums import TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, NextPageTemplate, PageTemplate

from ala_desktop.printing import fonts, markup

LEFT, RIGHT, TOP, BOTTOM = 25 * mm, 20 * mm, 20 * mm, 26 * mm
"""Margins; the left one leaves room for filing holes."""
RUNNING = 12 * mm
"""Depth of the running header, on every page but the first."""
WIDTH = A4[0] - LEFT - RIGHT
"""Width of the text."""
SMALL = 10.0
"""The smallest text on any page, in points."""


@dataclass(frozen=True, slots=True)
class Dress:
    """What every page carries, and the properties of the file.

    Attributes:
        title: title of the document, shown by readers in place of the file's name.
        author: the office that the document comes from; never a person, never the program's user.
        subject: one line on the contents.
        date: `YYYY-MM-DD`, taken as the date of creation, so that equal contents give equal bytes.
        running: header from the second page on; cut to one line.
        footer: left of "pagina x di y"; cut to one line.
        watermark: large pale word across each page; empty for none.
        numbered: whether the footer tells the pages; False for a single sheet.
    """

    title: str
    author: str
    subject: str
    date: str
    running: str = ""
    footer: str = ""
    watermark: str = ""
    numbered: bool = True


def build(story: Callable[[], Sequence[Flowable]], dress: Dress) -> bytes:
    """The PDF of what `story` gives, dressed as `dress`; equal stories and dresses give equal bytes.

    The pages are laid out twice, the first time to count them; so `story` is called twice, and each time gives new
    flowables (they remember where they were placed).
    """
    pages = _lay_out(story(), dress, pages=0)[1] if dress.numbered else 1
    return _lay_out(story(), dress, pages)[0]


def _lay_out(story: Sequence[Flowable], dress: Dress, pages: int) -> tuple[bytes, int]:
    """The file, and how many pages it has; the footer says that there are `pages`."""
    buffer = BytesIO()
    document = BaseDocTemplate(
        buffer,
        pagesize=A4,
        title=dress.title,
        author=dress.author,
        subject=dress.subject,
        creator="ALA Desktop",
        lang="it-IT",
        invariant=1,
        pageCompression=1,
        # Otherwise each page would name Helvetica, which no file embeds.
        initialFontName=fonts.REGULAR,
    )

    def begin_first(canvas: Canvas, _document: BaseDocTemplate) -> None:
        _set_properties(canvas, dress)
        _watermark(canvas, dress.watermark)

    def begin_later(canvas: Canvas, _document: BaseDocTemplate) -> None:
        _watermark(canvas, dress.watermark)
        _running_header(canvas, dress.running)

    # Drawn last, so that a screen reader comes to the footer after the page's text.
    def end(canvas: Canvas, _document: BaseDocTemplate) -> None:
        if dress.numbered:
            _footer(canvas, dress.footer, f"pagina {canvas.getPageNumber()} di {pages}")

    bottom = BOTTOM if dress.numbered else TOP
    first = Frame(LEFT, bottom, WIDTH, A4[1] - TOP - bottom, 0, 0, 0, 0)
    later = Frame(LEFT, bottom, WIDTH, A4[1] - TOP - bottom - RUNNING, 0, 0, 0, 0)
    document.addPageTemplates(
        [
            PageTemplate("first", [first], onPage=begin_first, onPageEnd=end),
            PageTemplate("later", [later], onPage=begin_later, onPageEnd=end),
        ]
    )
    document.build([NextPageTemplate("later"), *story])
    return buffer.getvalue(), document.page


def _line_style() -> ParagraphStyle:
    return ParagraphStyle("line", fontName=fonts.REGULAR, fontSize=SMALL, leading=SMALL * 1.3, alignment=TA_LEFT)


def _running_header(canvas: Canvas, text: str) -> None:
    y = A4[1] - TOP
    _draw_line(canvas, text, LEFT, y - SMALL, WIDTH)
    canvas.setLineWidth(0.5)
    canvas.line(LEFT, y - SMALL - 2.5 * mm, A4[0] - RIGHT, y - SMALL - 2.5 * mm)


def _footer(canvas: Canvas, text: str, page: str) -> None:
    y = BOTTOM - 9 * mm
    canvas.setLineWidth(0.5)
    canvas.line(LEFT, y + SMALL + 1 * mm, A4[0] - RIGHT, y + SMALL + 1 * mm)
    width = stringWidth(page, fonts.REGULAR, SMALL)
    _draw_line(canvas, text, LEFT, y, WIDTH - width - 8 * mm)
    canvas.setFont(fonts.REGULAR, SMALL)
    canvas.drawRightString(A4[0] - RIGHT, y, page)


def _draw_line(canvas: Canvas, text: str, x: float, baseline: float, width: float) -> None:
    line = markup.one_line(text, _line_style(), width)
    _, height = line.wrapOn(canvas, width + 1, 100)
    # A paragraph is placed by its box: its last baseline lies above the bottom by leading less font size.
    line.drawOn(canvas, x, baseline - (height - SMALL))


def _watermark(canvas: Canvas, word: str) -> None:
    if not word:
        return
    canvas.saveState()
    canvas.setStrokeGray(0.6)
    canvas.setLineWidth(1)
    canvas.setFont(fonts.BOLD, 130)
    canvas.translate(A4[0] / 2, A4[1] / 2)
    canvas.rotate(52)
    # Only the outline: a pale ground turns to dots on a printer of one bit, and text upon dots is hard to read.
    canvas.drawCentredString(0, -46, word, mode=1)
    canvas.restoreState()


def _set_properties(canvas: Canvas, dress: Dress) -> None:
    """Readers show the title, and the file's date is the document's own, not the moment of printing."""
    pdf: Any = canvas
    stamp = f"D:{dress.date.replace('-', '')}000000Z"

    def moment(*_now: int) -> str:
        return stamp

    pdf.setDateFormatter(moment)
    pdf.setViewerPreference("DisplayDocTitle", "true")
