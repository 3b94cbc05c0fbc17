"""Rows of a register that are about a linked record go to the one that is shown, and bring nothing twice."""

from __future__ import annotations

import pytest

from ala_desktop.services.duplicate_verdicts import Verdicts
from ala_desktop.services.duplicates import Duplicates
from ala_desktop.services.households import Households
from ala_desktop.services.registers.exporting import Exporting
from ala_desktop.services.registers.importing import Importing
from tests.bringing import Bring
from tests.registers import check_character

PEOPLE = "N. nucleo;Cognome;Nome;Data nascita;Codice Fiscale;Rel. parentela;ISEE;Tel."
APPLICATIONS = "Prot.;Data;Servizio;Richiedente;CF richiedente;ISEE;Note"
UNITS = "Codice alloggio;Indirizzo;Civico;Foglio;Mappale;Sub;Ascensore;Stato;Canone mensile"
ANNA = "RSSNNA80A41E648" + check_character("RSSNNA80A41E648")
PROVISIONAL = "12345678903"
FAMILY = (
    PEOPLE, f"1;Rossi;Anna;01/01/1980;{ANNA};intestatario;;0371", f"2;Rossi;Anna;01/01/1980;{PROVISIONAL};altro;;",
)  # fmt: skip


@pytest.fixture
def bring(desk, tmp_path):
    return Bring(desk, tmp_path)


@pytest.fixture
def linked(desk, bring):
    """Anna under her code, with the provisional one linked behind it; the ids of both."""
    bring("household", *FAMILY)
    anna, provisional = desk.find("person", fiscal_code=ANNA)[0].id, desk.find("person", fiscal_code=PROVISIONAL)[0].id
    Verdicts(desk).link("person", anna, provisional)
    return anna, provisional


def test_the_same_people_again_are_all_duplicates(desk, bring, linked):
    report = bring("household", *FAMILY, name="altro.csv")
    assert (report.taken, report.with_warnings, len(report.duplicates)) == (0, 0, 2)
    assert len(desk.find("person")) == 1


def test_a_row_with_the_other_code_goes_to_the_person_that_is_shown(desk, bring, linked):
    anna, _ = linked
    bring("housing_application", APPLICATIONS, f"9;01/02/2026;SAT;Rossi Anna;{PROVISIONAL};;")
    [case] = desk.find("housing_application")
    assert case["person_id"] == anna
    report = bring("household", PEOPLE, f"3;Rossi;Anna;01/01/1980;{PROVISIONAL};figlia;;0371 9", name="terzo.csv")
    assert [(item.record, item.field) for item in report.differences] == [(anna, "phone")]
    home = next(row for row in desk.find("household") if row["register_number"] == "3")
    assert [member.person.id for member in Households(desk).members(home.id) if member.person] == [anna]


def test_a_unit_is_found_by_the_code_of_either(desk, bring):
    rows = (UNITS, "BL1;Via Roma;1;1;2;3;;;", "BL2;Via Roma;1;1;2;03;;;")
    report = bring("housing_unit", *rows)
    assert report.with_warnings == 1  # the second one stands in the same place of the land register
    one, other = (desk.find("housing_unit", code=code)[0].id for code in ("BL1", "BL2"))
    Verdicts(desk).link("housing_unit", one, other)
    report = bring("housing_unit", *rows, name="altro.csv")
    assert (report.taken, report.with_warnings, len(report.duplicates)) == (0, 0, 2)
    assert len(desk.find("housing_unit")) == 1


def test_an_application_that_answers_to_a_linked_one_is_about_the_one_shown(desk, bring):
    rows = (APPLICATIONS, f"9;01/02/2026;SAT;Rossi Anna;{ANNA};;", f"09;01/02/2026;SAT;Rossi Anna;{ANNA};100;")
    bring("housing_application", *rows)
    one, other = desk.find("housing_application")
    Verdicts(desk).link("housing_application", one.id, other.id)
    report = bring("housing_application", *rows, name="altro.csv")
    assert (report.taken, report.with_warnings, len(report.duplicates)) == (0, 0, 2)


def test_an_export_has_what_is_shown_once(desk, bring, linked, tmp_path):
    anna, provisional = linked
    bring("housing_application", APPLICATIONS, f"9;01/02/2026;SAT;Rossi Anna;{ANNA};;")
    for kind in ("person", "household", "housing_application"):
        Exporting(desk).export(kind, tmp_path / f"{kind}.csv")
    people = (tmp_path / "person.csv").read_text("utf-8-sig")
    assert anna in people
    assert provisional not in people
    assert provisional not in (tmp_path / "household.csv").read_text("utf-8-sig")
    report = bring("household", *(tmp_path / "household.csv").read_text("utf-8-sig").splitlines(), name="torna.csv")
    assert (report.taken, report.with_warnings) == (0, 0)


def test_undoing_an_import_takes_linked_people_away_and_leaves_no_trace_of_the_link(desk, bring):
    report = bring("household", *FAMILY)
    people = [row.id for row in desk.find("person")]
    Verdicts(desk).link("person", *people)
    assert report.import_id
    Importing(desk).undo(report.import_id)
    assert desk.find("person") == []
    assert Verdicts(desk).links() == []
    assert Duplicates(desk).counts() == {}


def test_undoing_an_import_leaves_the_person_in_sight_whom_it_did_not_bring(desk, bring):
    bring("household", PEOPLE, f"1;Rossi;Anna;01/01/1980;{ANNA};intestatario;;0371")
    [anna] = desk.find("person")
    report = bring("household", PEOPLE, f"2;Rossi;Anna;01/01/1980;{PROVISIONAL};altro;;", name="secondo.csv")
    brought = next(row.id for row in desk.find("person") if row.id != anna.id)
    Verdicts(desk).link("person", brought, anna.id)
    assert report.import_id
    Importing(desk).undo(report.import_id)
    assert [row.id for row in desk.find("person")] == [anna.id]
