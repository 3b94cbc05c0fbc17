"""Natural keys, and what they make of two records."""

import pytest

from ala_desktop.rules.duplicates import LIKE_FORM, folded_code, likeness

LIKE_NAME = "Stesso nome e stessa data di nascita"
CODE = "RSSMRA80A41E648U"
ITS_OMOCODIA = "RSSMRA80A41E64UR"


def person(**values):
    return {"surname": "Rossi", "name": "Maria", "birth_date": "1980-01-01", **values}


def reason(kind, one, other):
    found = likeness(kind, one, other)
    return found.text if found else None


def test_a_codice_fiscale_is_compared_without_spaces_and_case():
    one, other = person(fiscal_code=CODE, surname="Bianchi"), person(fiscal_code=f"{CODE[:6].lower()} {CODE[6:]}")
    assert reason("person", one, other) == "Stesso codice fiscale"


def test_forms_of_omocodia_are_one_code_and_said_to_be_so():
    assert folded_code(ITS_OMOCODIA) == folded_code(CODE) == CODE[:15]
    one, other = person(fiscal_code=CODE, surname="Bianchi"), person(fiscal_code=ITS_OMOCODIA)
    assert reason("person", one, other) == LIKE_FORM


@pytest.mark.parametrize("filler", ["n.d.", "-", "00000000000", "nessuno"])
def test_a_filler_identifies_nobody(filler):
    one, other = person(fiscal_code=filler, surname="Bianchi"), person(fiscal_code=filler)
    assert reason("person", one, other) is None


def test_namesakes_born_on_one_day_may_be_one_while_a_definitive_code_is_missing():
    swapped = person(surname="MARIA", name="Rossi", fiscal_code="12345678903")
    assert reason("person", person(fiscal_code=CODE), swapped) == LIKE_NAME
    assert reason("person", person(), person(surname="Ròssi")) == LIKE_NAME
    assert reason("person", person(birth_date=None), person(birth_date=None)) is None
    assert reason("person", {"surname": "Rossi", "birth_date": "1980-01-01"}, person(name=None)) is None


def test_namesakes_with_two_definitive_codes_are_two():
    assert reason("person", person(fiscal_code=CODE), person(fiscal_code="RSSMRA80A41F205B")) is None


def test_one_cadastral_unit_is_one_home_whatever_its_zeros():
    home = {"cadastral_sheet": "12", "cadastral_parcel": "345", "cadastral_subunit": "7"}
    same = {"cadastral_sheet": "012", "cadastral_parcel": " 345", "cadastral_subunit": "007"}
    assert reason("housing_unit", home, same) == "Stesso foglio, mappale e subalterno"
    assert reason("housing_unit", home, {**same, "cadastral_subunit": None}) is None
    assert reason("housing_unit", {**home, "cadastral_subunit": "0"}, {**same, "cadastral_subunit": "00"}) is None


def test_a_protocol_number_is_of_one_year_and_one_service():
    one = {"protocol": "0123", "submitted_on": "2026-03-01", "service": "SAT"}
    same = {"protocol": "123", "submitted_on": "2026-05-09", "service": "SAT"}
    assert reason("housing_application", one, same) == "Stesso protocollo dello stesso anno"
    assert reason("housing_application", one, {**same, "submitted_on": "2025-05-09"}) is None
    assert reason("housing_application", one, {**same, "service": "SAP"}) is None


def test_a_grant_is_one_by_measure_year_amount_and_beneficiary_unless_paid_on_two_days():
    one = {"type": "contributo", "year": 2026, "service": "misura_unica", "beneficiary_fiscal_code": CODE,
           "granted_cents": 120000, "settled_on": None}  # fmt: skip
    assert reason("intervention", one, {**one, "settled_on": "2026-05-01"})
    assert reason("intervention", {**one, "settled_on": "2026-04-01"}, {**one, "settled_on": "2026-05-01"}) is None


def test_the_surest_reason_is_told_first():
    one = {"code": "BL1", "cadastral_sheet": "1", "cadastral_parcel": "2", "cadastral_subunit": "3"}
    found = likeness("housing_unit", one, dict(one))
    assert found
    assert (found.text, found.field) == ("Stesso codice alloggio", "code")
