"""The one door through which text reaches a page: cleaned, escaped, and drawn only with signs that a font has.

reportlab reads its own small markup in the text of a paragraph (`<b>`, `<img src=...>`, `<a href=...>`), so what
people typed must never reach it as it is. Only this module builds a Paragraph; a unit test looks at the others.
"""

from __future__ import annotations

from html import escape
from itertools import groupby

from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Paragraph

from ala_desktop.core.text import clean_lines
from ala_desktop.printing import fonts

_REPLACEMENT = "\ufffd"
_LINE_ENDS = str.maketrans({"\u2028": "\n", "\u2029": "\n", "\x0b": "\n", "\x0c": "\n", "\x85": "\n", "\u00ad": None})


def safe(text: str) -> str:
    """`text` as reportlab markup that draws exactly it: nothing in it acts, nothing in it is lost unseen.

    Control, bidi and zero-width characters go; line ends become line breaks; a sign that the text font lacks is
    drawn from the second font, and one that neither has as U+FFFD, so that its place is seen.
    """
    lines = clean_lines(text.translate(_LINE_ENDS)).split("\n")
    return "<br/>".join(_drawable(line) for line in lines)


def blocks(text: str) -> list[str]:
    """The paragraphs of `text` (raw, one for each line that is not empty), for texts that may run over pages."""
    return [line for line in clean_lines(text.translate(_LINE_ENDS)).split("\n") if line.strip()]


def paragraph(text: str, style: ParagraphStyle) -> Paragraph:
    """`text` as it was typed, in `style`."""
    return Paragraph(safe(text), style)


def labelled(label: str, text: str, style: ParagraphStyle) -> Paragraph:
    """`label` in bold, then `text`, in one paragraph."""
    return Paragraph(f"<b>{safe(label)}</b> {safe(text)}", style)


def listed(number: str, text: str, style: ParagraphStyle) -> Paragraph:
    """`text` with `number` hanging in the indent of `style`."""
    return Paragraph(f"<bullet>{safe(' '.join(number.split()))}</bullet>{safe(text)}", style)


def one_line(text: str, style: ParagraphStyle, width: float) -> Paragraph:
    """`text` cut to one line of `width` points, with "…" where something was left out (running headers)."""
    line = " ".join(clean_lines(text).split())
    if _width(line, style) <= width:
        return paragraph(line, style)
    while line and _width(line + "…", style) > width:
        line = line[:-1].rstrip()
    return paragraph(line + "…", style)


def _drawable(line: str) -> str:
    return "".join(_in_font(font, "".join(signs)) for font, signs in groupby(line, key=_font_for))


def _font_for(sign: str) -> str:
    """The font that draws `sign`; empty when none does. All styles of the text font cover the same alphabets."""
    for font in (fonts.REGULAR, fonts.MONO):
        if fonts.has_sign(font, sign):
            return font
    return ""


def _in_font(font: str, signs: str) -> str:
    if font == fonts.REGULAR:
        return escape(signs, quote=False)
    if font == fonts.MONO:
        return f'<font name="{fonts.MONO}">{escape(signs, quote=False)}</font>'
    return _REPLACEMENT * len(signs)


def _width(line: str, style: ParagraphStyle) -> float:
    # In the wider of the two fonts, so that a line with signs of the second font fits as well.
    font = style.fontName if all(_font_for(sign) == fonts.REGULAR for sign in line) else fonts.MONO
    return stringWidth(line, font, style.fontSize)
