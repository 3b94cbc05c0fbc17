"""Type and tables shared by the printed documents: one family, black on white, nothing under 10 points.

No grey fills and no colour: an office prints in one bit, and a dithered ground makes text hard to read.
"""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, Table, TableStyle

from ala_desktop.printing import fonts, markup
from ala_desktop.printing.page import WIDTH

BODY = ParagraphStyle(
    "body",
    fontName=fonts.REGULAR,
    fontSize=10.5,
    leading=15,
    spaceAfter=1.6 * mm,
    allowWidows=0,
    allowOrphans=0,
    splitLongWords=1,
    textColor=colors.black,
    bulletFontName=fonts.BOLD,
    bulletFontSize=10.5,
)
CELL = ParagraphStyle("cell", parent=BODY, fontSize=10, leading=13, spaceAfter=0)
CELL_BOLD = ParagraphStyle("cell bold", parent=CELL, fontName=fonts.BOLD)
CELL_CENTER = ParagraphStyle("cell center", parent=CELL, alignment=TA_CENTER)
CELL_CENTER_BOLD = ParagraphStyle("cell center bold", parent=CELL_CENTER, fontName=fonts.BOLD)
NOTE = ParagraphStyle("note", parent=BODY, fontName=fonts.ITALIC, fontSize=10, leading=13.5)
LISTED = ParagraphStyle("listed", parent=BODY, leftIndent=8 * mm, bulletIndent=0, spaceAfter=0.8 * mm)
MONO = ParagraphStyle("mono", parent=LISTED, fontName=fonts.MONO, fontSize=10, leading=13.5)
SECTION = ParagraphStyle(
    "section", parent=BODY, fontName=fonts.BOLD, fontSize=11.5, leading=15, spaceBefore=5 * mm, spaceAfter=2 * mm,
    keepWithNext=1,
)  # fmt: skip
ITEM_PLACE = ParagraphStyle("item place", parent=BODY, spaceAfter=0, keepWithNext=1)
ITEM = ParagraphStyle("item", parent=SECTION, fontSize=11, leading=15, spaceBefore=0, spaceAfter=1.6 * mm)
AUTHORITY = ParagraphStyle("authority", parent=BODY, fontName=fonts.BOLD, fontSize=15, leading=19,
                           alignment=TA_CENTER, spaceAfter=0)  # fmt: skip
PROVINCE = ParagraphStyle("province", parent=BODY, fontSize=11, leading=15, alignment=TA_CENTER, spaceAfter=0)
BODY_NAME = ParagraphStyle("body name", parent=AUTHORITY, fontName=fonts.REGULAR, fontSize=13, leading=18,
                           spaceBefore=4 * mm)  # fmt: skip
TITLE = ParagraphStyle("title", parent=AUTHORITY, fontSize=14, leading=20, spaceBefore=1 * mm)
SUBTITLE = ParagraphStyle("subtitle", parent=AUTHORITY, fontSize=12, leading=16, spaceAfter=5 * mm)

HAIRLINE = 0.4
RULE = 0.8
_LABEL = 50 * mm
_PADDING = 1.2 * mm
_CELLS = (
    # reportlab names the cell's font on the page even where a paragraph stands in the cell.
    ("FONTNAME", (0, 0), (-1, -1), fonts.REGULAR),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), _PADDING),
    ("RIGHTPADDING", (0, 0), (-1, -1), _PADDING),
    ("TOPPADDING", (0, 0), (-1, -1), _PADDING),
    ("BOTTOMPADDING", (0, 0), (-1, -1), _PADDING),
)


def led(label: str, text: str, style: ParagraphStyle = BODY) -> list[Flowable]:
    """`text` led in by `label` in bold, one paragraph a line so that it runs over pages; empty without text."""
    first, *rest = markup.blocks(text) or [""]
    if not first:
        return []
    return [markup.labelled(label, first, style), *(markup.paragraph(block, style) for block in rest)]


def facts(rows: Sequence[tuple[str, str]]) -> Table:
    """Label and value in two columns, parted by hairlines."""
    cells = [[markup.paragraph(label, CELL_BOLD), markup.paragraph(value, CELL)] for label, value in rows]
    return ruled(cells, [_LABEL, WIDTH - _LABEL], heading=False)


def boxed(rows: Sequence[tuple[str, str]], *, bold: str) -> Table:
    """Label and value in two columns inside a frame, for what a reader looks for first; the row `bold` all in bold."""
    cells = [
        [markup.paragraph(label, CELL_BOLD), markup.paragraph(value, CELL_BOLD if label == bold else CELL)]
        for label, value in rows
    ]
    last = len(cells) - 1
    style = [
        *_CELLS,
        ("BOX", (0, 0), (-1, -1), RULE, colors.black),
        ("LEFTPADDING", (0, 0), (-1, -1), 2 * _PADDING),
        ("TOPPADDING", (0, 1), (-1, last), 0),
        ("BOTTOMPADDING", (0, 0), (-1, last - 1), _PADDING / 2),
    ]
    return Table(
        cells, colWidths=[_LABEL, WIDTH - _LABEL], style=TableStyle(style), splitInRow=1, spaceBefore=1 * mm,
        spaceAfter=2 * mm,
    )  # fmt: skip


def ruled(rows: list[list[Paragraph]], widths: Sequence[float], *, heading: bool) -> Table:
    """A table with hairlines between its rows; with `heading`, the first row is repeated on each page.

    A row taller than what is left of the page is split, so that no cell is too long to print.
    """
    last = len(rows) - 1
    style = [
        *_CELLS,
        ("LINEABOVE", (0, 0), (-1, 0), RULE, colors.black),
        ("LINEBELOW", (0, 0), (-1, last), HAIRLINE, colors.black),
        ("LINEBELOW", (0, last), (-1, last), RULE, colors.black),
    ]
    if heading:
        style.append(("LINEBELOW", (0, 0), (-1, 0), RULE, colors.black))
    return Table(
        rows,
        colWidths=list(widths),
        style=TableStyle(style),
        repeatRows=1 if heading else 0,
        splitInRow=1,
        spaceAfter=2 * mm,
    )
