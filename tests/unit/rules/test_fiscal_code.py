from datetime import date

import pytest
from codicefiscale import codicefiscale

from ala_desktop.rules.fiscal_code import doubts, facts, fill

TODAY = date(2026, 11, 22)
ANNA = codicefiscale.encode("Bianchi", "Anna", "F", "12/03/1980", "Lodi")
EMRE = codicefiscale.encode("Yilmaz", "Emre", "M", "01/02/1991", "Turchia")


def test_a_code_tells_birth_date_sex_and_place():
    assert facts(ANNA, TODAY) == ("1980-03-12", "F", "Lodi")
    assert facts(EMRE.lower(), TODAY) == ("1991-02-01", "M", "Turchia")


def test_omocodia_tells_the_same():
    assert facts(codicefiscale.decode(ANNA)["omocodes"][7], TODAY) == ("1980-03-12", "F", "Lodi")


@pytest.mark.parametrize("code", ["", "12345678903", "BNCNNA80C52E648Y", "quasi"])
def test_a_wrong_or_provisional_code_tells_nothing(code):
    assert facts(code, TODAY) is None
    assert fill({"fiscal_code": code}, TODAY) == {}


def test_a_year_that_would_lie_ahead_belongs_to_the_century_before():
    code = codicefiscale.encode("Bianchi", "Anna", "F", "12/12/1926", "Lodi")
    told = facts(code, TODAY)
    assert told is not None
    assert told.birth_date == "1926-12-12"


def test_only_empty_fields_are_filled():
    assert fill({"fiscal_code": ANNA, "birth_place": "Codogno", "sex": None}, TODAY) == {
        "birth_date": "1980-03-12",
        "sex": "F",
    }


def test_disagreement_is_told_field_by_field():
    values = {"fiscal_code": ANNA, "surname": "Bianchi", "name": "Ada", "birth_date": "1980-03-13", "sex": "M"}
    assert set(doubts(values, TODAY)) == {"name", "birth_date", "sex"}
    assert doubts({"fiscal_code": ANNA, "surname": "BIANCHI", "name": "Anna"}, TODAY) == {}
