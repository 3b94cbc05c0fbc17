"""Each kind of field: what it reads, refuses, warns of and shows."""

from __future__ import annotations

from datetime import date

import pytest

from ala_desktop.fields.identifiers import fiscal_code_key, fiscal_code_problem, iban_problem, is_provisional
from ala_desktop.fields.kinds import Choice, Day, FiscalCode, Floor, Iban, Money, Number, Tags, Text, TimeOfDay, YesNo
from ala_desktop.fields.values import ValueProblem

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "code"),
    [("T", "T"), ("R", "R"), ("S1", "S1"), ("s1", "S1"), ("1", "1"), ("3°", "3"), ("3", "3"), ("-1", "S1"),
     ("piano terra", "T"), ("rialzato", "R"), ("0", "T"), ("10", "10"), ("attico", "ATTICO")],
)  # fmt: skip
def test_floors_are_kept_as_codes(text, code):
    assert Floor().parse(text, TODAY) == code


def test_floors_have_an_order():
    codes = ["2", "S1", "T", "1", "R", "S2", "10"]
    assert sorted(codes, key=Floor.order) == ["S2", "S1", "T", "R", "1", "2", "10"]


@pytest.mark.parametrize(
    ("text", "value"), [("SI", 1), ("sì", 1), ("s", 1), ("NO", 0), ("N", 0), ("", None), (" ", None)]
)
def test_an_empty_yes_or_no_is_unknown(text, value):
    assert YesNo().parse(text, TODAY) == value


def test_a_choice_is_found_by_identifier_label_or_another_way_of_writing_it():
    kind = Choice({"aler_pavia_lodi": "ALER Pavia-Lodi"}, {"ALER PV-LO": "aler_pavia_lodi"})
    assert {kind.parse(text, TODAY) for text in ("aler pavia lodi", "ALER Pavia-Lodi", "ALER PV-LO")} == {
        "aler_pavia_lodi"
    }
    with pytest.raises(ValueProblem):
        kind.parse("XYZ", TODAY)


def test_negative_rent_is_refused_with_its_reason():
    with pytest.raises(ValueProblem) as refused:
        Money().parse("-120,00", TODAY)
    assert "negativo" in refused.value.reason


def test_text_is_cleaned_and_a_newline_becomes_a_space():
    assert Text().parse(" Via Roma\nangolo  Via Lodi\u202e ", TODAY) == "Via Roma angolo Via Lodi"
    assert Text(lines=True).parse("una\r\ndue ", TODAY) == "una\ndue"


def test_text_that_looks_like_a_formula_is_text():
    assert Text().parse('=HYPERLINK("x")', TODAY) == '=HYPERLINK("x")'


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (Text(most=3), "abc", "abcd"), (Text(), "è", "e\u0300"), (Day(), "2026-02-28", "2026-02-30"), (Money(), 5, -5),
        (Number(greatest=9), 9, 10), (YesNo(), 1, 2), (TimeOfDay(), "09:30", "9:30"), (Tags(), "a\nb", "b\na"),
        (Money(), 5, "5"), (Text(), "5", 5), (Number(), 3, True), (Day(), "2026-11-22", "2026-W01-1"),
        (Day(), "2024-02-29", "٢٠٢٦-١١-٢٢"), (TimeOfDay(), "23:59", "24:00"), (TimeOfDay(), "00:00", "٠٩:٣٠"),
    ],
)  # fmt: skip
def test_what_comes_in_is_checked(kind, good, bad):
    assert kind.check(good) is None
    assert kind.check(None) is None
    assert kind.check(bad)


@pytest.mark.parametrize(("text", "value"), [("9.30", "09:30"), ("930", None), ("21", "21:00"), ("9:05", "09:05")])
def test_hours_are_read_as_people_write_them(text, value):
    if value is None:
        with pytest.raises(ValueProblem):
            TimeOfDay().parse("9305", TODAY)
    else:
        assert TimeOfDay().parse(text, TODAY) == value


@pytest.mark.parametrize("code", ["GHZNIO00R53F839E", "ghznio00r53f839e", "GHZ NIO 00R 53F 839 E", "DLLDGL56R23C81SR"])
def test_right_codes_pass_whatever_their_spacing_case_and_omocodia(code):
    assert fiscal_code_problem(code) is None
    assert FiscalCode().parse(code, TODAY) == code


def test_a_wrong_check_character_is_a_warning():
    assert FiscalCode().warnings("GHZNIO00R53F839F")
    assert FiscalCode().check("GHZNIO00R53F839F") is None


def test_a_provisional_code_has_a_check_digit():
    assert is_provisional("12345678903")
    assert fiscal_code_problem("12345678903") is None
    assert fiscal_code_problem("12345678904")


def test_codes_are_compared_without_spaces_and_case():
    assert fiscal_code_key("MRN NCL 89p 03F 205 P") == "MRNNCL89P03F205P"


def test_an_iban_is_checked_by_modulus_97_only():
    assert iban_problem("IT60 X054 2811 1010 0000 0123 456") is None
    assert Iban().warnings("IT60X0542811101000000123457")


def test_rooms_are_shown_without_idle_zeros_and_read_back():
    rooms = Number(scale=1, greatest=999, bare=True)
    assert [rooms.show(value) for value in (40, 45, 100, 0, None)] == ["4", "4,5", "10", "0", ""]
    assert [rooms.parse(text, TODAY) for text in ("4", "4,5", "4,0")] == [40, 45, 40]
    assert Number(scale=2).show(5000) == "50,00"
