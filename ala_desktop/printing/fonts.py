"""The fonts that printed pages embed, and which of them has which sign.

What is printed goes through `markup`, which asks here. reportlab keeps its own table of fonts for the whole process;
`register` fills it once and is harmless when called again.
"""

from __future__ import annotations

from typing import Any, cast

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from ala_desktop.core.resources import resource

REGULAR = "NotoSans-Regular"
BOLD = "NotoSans-Bold"
ITALIC = "NotoSans-Italic"
MONO = "DejaVuSansMono"
"""For codes, and for the signs that Noto Sans lacks."""

_FILES = {
    REGULAR: "fonts/NotoSans-Regular.ttf",
    BOLD: "fonts/NotoSans-Bold.ttf",
    ITALIC: "fonts/NotoSans-Italic.ttf",
    MONO: "fonts/DejaVuSansMono.ttf",
}


def register() -> None:
    """Make the fonts known to reportlab.

    Raises:
        FileNotFoundError: this copy of the program lacks a font.
    """
    table: Any = pdfmetrics
    known = table.getRegisteredFontNames()
    for name, file in _FILES.items():
        if name not in known:
            table.registerFont(TTFont(name, str(resource(file))))
    # There is no bold italic: nothing that is printed uses it.
    table.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=ITALIC, boldItalic=BOLD)
    table.registerFontFamily(MONO, normal=MONO, bold=MONO, italic=MONO, boldItalic=MONO)


def has_sign(font: str, sign: str) -> bool:
    """Whether `font` (one of the names above, registered) can draw the character `sign`."""
    face = cast("TTFont", pdfmetrics.getFont(font)).face
    return ord(sign) in face.charToGlyph
