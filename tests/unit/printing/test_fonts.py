"""The fonts that travel with the program write every name of Europe, and may travel."""

import unicodedata

import pytest

from ala_desktop.core.resources import resource
from ala_desktop.printing import fonts

LATIN = range(0xA1, 0x250)
MORE_LATIN = range(0x1E00, 0x1F00)
GREEK = range(0x370, 0x3FF)
CYRILLIC = range(0x400, 0x530)
NAMES = "Ștefănescu Đorđević Şahin Łukasz Žižek Ångström Gražulevičiūtė Þórðarson Őry Ġanni Παπαδόπουλος Шевченко Ћирић"


@pytest.fixture(autouse=True)
def _registered():
    fonts.register()


@pytest.mark.parametrize("font", [fonts.REGULAR, fonts.BOLD, fonts.ITALIC])
@pytest.mark.parametrize("alphabet", [LATIN, MORE_LATIN, CYRILLIC], ids=["latin", "more latin", "cyrillic"])
def test_each_style_covers_the_alphabet(font, alphabet):
    missing = [
        chr(code)
        for code in alphabet
        if unicodedata.category(chr(code))[0] in "LNPS" and not fonts.has_sign(font, chr(code))
    ]
    assert missing == []


@pytest.mark.parametrize("font", [fonts.REGULAR, fonts.BOLD, fonts.ITALIC])
def test_each_style_writes_modern_greek(font):
    letters = [chr(code) for code in GREEK if "COPTIC" not in unicodedata.name(chr(code), "COPTIC")]
    assert [sign for sign in letters if unicodedata.category(sign)[0] == "L" and not fonts.has_sign(font, sign)] == []


@pytest.mark.parametrize("font", [fonts.REGULAR, fonts.BOLD, fonts.ITALIC])
def test_each_style_writes_the_names(font):
    assert [sign for sign in NAMES if not fonts.has_sign(font, sign)] == []


def test_the_second_font_has_the_signs_that_offices_paste():
    assert [sign for sign in "≤≥≠→←↑↓☐☑☒✓" if not fonts.has_sign(fonts.MONO, sign)] == []


def test_a_sign_that_no_font_has_is_told_apart():
    assert not fonts.has_sign(fonts.REGULAR, "漢")
    assert not fonts.has_sign(fonts.MONO, "漢")


def test_registering_again_changes_nothing():
    fonts.register()
    assert fonts.has_sign(fonts.REGULAR, "Ș")


def test_every_font_stands_with_its_licence_and_all_stay_small():
    folder = resource("fonts")
    assert sum(file.stat().st_size for file in folder.iterdir()) < 4_000_000
    assert "SIL OPEN FONT LICENSE" in (folder / "OFL-NotoSans.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE" in (folder / "OFL-TitilliumWeb.txt").read_text(encoding="utf-8")
    assert "Bitstream Vera" in (folder / "LICENSE-DejaVu.txt").read_text(encoding="utf-8")
    told = (folder / "README.md").read_text(encoding="utf-8")
    families = {file.name.split("-")[0].removesuffix(".ttf") for file in folder.glob("*.ttf")}
    assert [family for family in families if family not in told] == []
