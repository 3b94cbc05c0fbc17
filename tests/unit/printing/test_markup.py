"""Text reaches a page escaped and cleaned, through one module only."""

import ast
from pathlib import Path
from typing import Any

import pytest
from reportlab.lib.styles import ParagraphStyle

from ala_desktop import printing
from ala_desktop.printing import fonts, markup

STYLE = ParagraphStyle("any", fontName=fonts.REGULAR, fontSize=10)
PARAGRAPHS = {"Paragraph", "XPreformatted", "Preformatted", "ParaParser", "CJKParagraph", "TableOfContents"}


@pytest.fixture(autouse=True)
def _registered():
    fonts.register()


def drawn(text):
    return markup.paragraph(text, STYLE).getPlainText()


@pytest.mark.parametrize(
    "typed",
    [
        "<b>grassetto</b> & <i>corsivo",
        "a < b > c & d && &amp; &#60;",
        '<img src="file:///etc/passwd"/>',
        '<a href="http://example.org">qui</a>',
        '<font size="300">grande</font>',
        "</para><para>",
        "<br/>",
        "]]> <!-- -->",
        "virgolette \" e apostrofi ' e ` accenti",
    ],
)
def test_markup_that_people_type_is_drawn_as_they_typed_it(typed):
    assert drawn(typed) == typed


def test_line_ends_become_line_breaks():
    assert markup.safe("uno\r\ndue\u2028tre\x0cquattro") == "uno<br/>due<br/>tre<br/>quattro"


def test_control_bidi_and_zero_width_characters_go():
    assert markup.safe("a\x00b\x1bc\u202ed\u200be\ufefff\ud800g\u00adh") == "abcdefgh"


def test_letters_and_their_accents_are_joined():
    assert markup.safe("S\u0326tefa\u0306nescu") == "Ștefănescu"


def test_a_sign_of_the_second_font_is_drawn_with_it():
    assert markup.safe("ISEE ≤ 9.360") == f'ISEE <font name="{fonts.MONO}">≤</font> 9.360'


def test_a_sign_that_no_font_has_leaves_a_mark():
    assert drawn("nome 漢字") == "nome \ufffd\ufffd"


def test_label_number_and_text_are_escaped_alike():
    assert markup.labelled("<b>", "<i>", STYLE).getPlainText() == "<b> <i>"
    listed: Any = markup.listed("<1>", "<i>", STYLE)
    assert "".join(piece.text for piece in listed.bulletText) == "<1>"
    assert listed.getPlainText() == "<i>"


def test_blocks_are_the_lines_that_say_something():
    assert markup.blocks("uno\n\n  \r\ndue\u2029tre") == ["uno", "due", "tre"]


def test_one_line_is_cut_where_the_page_ends():
    short = markup.one_line("Comune di Lodi", STYLE, 300)
    long = markup.one_line("Comune di " + "Lodi " * 200, STYLE, 300)
    assert short.getPlainText() == "Comune di Lodi"
    assert long.getPlainText().endswith("Lo…")
    assert long.wrap(301, 100)[1] == short.wrap(301, 100)[1]


def modules():
    return [path for path in sorted(Path(printing.__path__[0]).glob("*.py")) if path.name != "markup.py"]


def paragraph_calls(source):
    """Calls that build a paragraph, by whatever way the name was reached, but through `markup`."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in PARAGRAPHS:
            yield node.lineno


def renamed_paragraphs(source):
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("reportlab"):
            yield from (alias.name for alias in node.names if alias.name in PARAGRAPHS and alias.asname)


@pytest.mark.parametrize("module", modules(), ids=lambda path: path.name)
def test_no_other_module_builds_a_paragraph(module):
    source = module.read_text(encoding="utf-8")
    assert list(paragraph_calls(source)) == []
    assert list(renamed_paragraphs(source)) == []


def test_the_lint_sees_a_raw_paragraph():
    assert list(paragraph_calls("x = Paragraph(text, style)\ny = platypus.Paragraph(text)")) == [1, 2]
    assert list(renamed_paragraphs("from reportlab.platypus import Paragraph as P")) == ["Paragraph"]


def test_the_lint_looks_at_every_printed_document():
    assert {"minutes.py", "minutes_items.py", "minutes_sections.py", "recovery_sheet.py", "styles.py"} <= {
        path.name for path in modules()
    }
