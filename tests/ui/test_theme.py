"""Colours that everybody can read, and fonts that write every name."""

import pytest
from PySide6.QtGui import QColor, QFontDatabase, QRawFont

from ala_desktop.ui import theme

SCHEMES = {"light": theme.LIGHT, "dark": theme.DARK, "contrast": theme.CONTRAST}


def luminance(tone):
    colour = QColor(tone)
    shares = (colour.redF(), colour.greenF(), colour.blueF())
    parts = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", SCHEMES)
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("text", "window"), ("text", "surface"), ("text", "raised"), ("muted", "window"), ("muted", "surface"),
        ("accent", "surface"), ("accent", "window"), ("on_accent", "accent"), ("on_chosen", "chosen"),
        ("on_side", "side"), ("on_side", "side_chosen"), ("error", "surface"), ("warning", "surface"),
        ("success", "surface"), ("text", "notice"), ("accent", "notice"),
    ],
)  # fmt: skip
def test_text_stands_out_from_its_ground(name, text, ground):
    tones = SCHEMES[name]
    assert contrast(getattr(tones, text), getattr(tones, ground)) >= 4.5


@pytest.mark.parametrize("name", SCHEMES)
def test_the_edge_of_a_field_can_be_seen(name):
    assert contrast(SCHEMES[name].edge, SCHEMES[name].surface) >= 3


def test_every_colour_of_the_sheet_is_filled_in():
    for tones in SCHEMES.values():
        assert "@" not in theme._sheet(tones)


def test_the_font_of_the_window_comes_with_the_program_and_writes_every_name(dressed):
    assert {"Noto Sans", "Titillium Web"} <= set(QFontDatabase.families())
    drawn = QRawFont.fromFont(dressed.font())
    assert drawn.familyName() == "Noto Sans"
    assert all(drawn.supportsCharacter(ord(letter)) for letter in "ȘțĐđŞłÑßŒ€²")


def test_the_system_decides_light_or_dark(dressed):
    assert theme.colours(dressed) in (theme.LIGHT, theme.DARK)
    assert theme.recolour(dressed, theme.DARK) is theme.DARK
    assert dressed.palette().window().color() == QColor(theme.DARK.window)
    theme.recolour(dressed, theme.LIGHT)
