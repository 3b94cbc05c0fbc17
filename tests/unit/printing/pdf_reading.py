"""Reads printed files back, for the tests: pieces of text with page, place, font and size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pypdf import PdfReader
from reportlab.pdfbase.pdfmetrics import stringWidth


@dataclass(frozen=True)
class Piece:
    """A run of text as it stands on a page.

    Attributes:
        page: from 1.
        text: what it says.
        size: height of the type in points, after every scaling.
        font: name of the font.
        x: left edge of the line that it is on, in points from the left of the sheet.
        y: baseline in points from the bottom of the sheet.
        turned: whether it runs aslant.
    """

    page: int
    text: str
    size: float
    font: str
    x: float
    y: float
    turned: bool


def reader(pdf: bytes) -> PdfReader:
    return PdfReader(BytesIO(pdf), strict=True)


def pages(pdf: bytes) -> list[str]:
    """The text of each page, spaces made single."""
    return [" ".join(page.extract_text().split()) for page in reader(pdf).pages]


def text(pdf: bytes) -> str:
    """The text of all pages, spaces made single."""
    return " ".join(pages(pdf))


def pieces(pdf: bytes) -> list[Piece]:
    """Every piece of text that is not blank."""
    found: list[Piece] = []
    for number, page in enumerate(reader(pdf).pages, start=1):

        def visit(
            run: str, cm: list[float], tm: list[float], font: dict[str, Any] | None, size: float, page: int = number
        ) -> None:
            if not run.strip():
                return
            up = (tm[2] * cm[0] + tm[3] * cm[2], tm[2] * cm[1] + tm[3] * cm[3])
            scale = (up[0] ** 2 + up[1] ** 2) ** 0.5
            name = str(font["/BaseFont"]).split("+")[-1] if font else ""
            x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
            y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            found.append(Piece(page, run.strip("\n"), size * scale, name, x, y, turned=abs(up[0]) > 0.001))

        page.extract_text(visitor_text=visit)
    return found


def line_ends(pdf: bytes) -> list[float]:
    """Where each line of upright text ends, in points from the left of the sheet."""
    ends: dict[tuple[int, float, float], float] = {}
    for piece in pieces(pdf):
        if not piece.turned:
            place = (piece.page, round(piece.x, 1), round(piece.y, 1))
            ends[place] = ends.get(place, piece.x) + stringWidth(piece.text, piece.font, piece.size)
    return list(ends.values())


def fonts(pdf: bytes) -> Iterator[tuple[str, bool]]:
    """Each font that a page names, and whether the file embeds it."""
    for page in reader(pdf).pages:
        for font in page["/Resources"]["/Font"].values():  # pyright: ignore[reportIndexIssue, reportAttributeAccessIssue]
            described = font.get_object()
            descriptor = described.get("/FontDescriptor", {})
            yield str(described["/BaseFont"]), "/FontFile2" in descriptor
