"""Households and the cases of their people: who is who, who belongs where, and what links to whom."""

from __future__ import annotations

import pytest

from ala_desktop.services.registers.importing import Importing
from ala_desktop.sync.capture import Change
from tests.bringing import Bring
from tests.registers import check_character

PEOPLE = "N. nucleo;Cognome;Nome;Data nascita;Codice Fiscale;Rel. parentela;ISEE;Tel."
APPLICATIONS = "Prot.;Data;Servizio;Richiedente;CF richiedente;ISEE;Note"
GRANTS = (
    "Anno;Misura;CF beneficiario;Proprietario;IBAN proprietario;Importo concesso;Importo liquidato;Data liquidazione"
)
ANNA = "RSSNNA80A41E648" + check_character("RSSNNA80A41E648")
LUCA = "RSSLCU12B03E648" + check_character("RSSLCU12B03E648")
FAMILY = (
    PEOPLE, f"1;Rossi;Anna;01/01/1980;{ANNA};intestatario;5.000,50;0371", "1;Rossi;Ugo;02.02.10;;figlio;;",
    "2;Rossi;Ugo;02.02.10;;intestatario;;",
)  # fmt: skip


@pytest.fixture
def bring(desk, tmp_path):
    return Bring(desk, tmp_path)


def members(desk):
    """Names of the people of each living household, by the household's name."""
    found = {}
    for home in desk.find("household"):
        links = desk.find("household_member", household_id=home.id)
        found[home["name"]] = [desk.get("person", link["person_id"])["name"] for link in links]
    return found


def test_rows_of_one_number_are_one_household_with_its_declared_isee(desk, bring):
    report = bring("household", *FAMILY)
    assert (report.taken, report.totals["households"], report.totals["people"]) == (3, 2, 3)
    assert members(desk) == {"Rossi Anna": ["Anna", "Ugo"], "Rossi Ugo": ["Ugo"]}
    home = desk.find("household", name="Rossi Anna")[0]
    assert (home["declared_isee_cents"], home["register_number"]) == (500050, "1")
    assert home["register_name"] == "registro.csv (22/11/2026)"
    relations = [link["relation"] for link in desk.find("household_member", household_id=home.id)]
    assert relations == ["intestatario", "figlio"]


def test_people_are_never_one_by_name_and_birth_date_alone(desk, bring):
    bring("household", *FAMILY)
    assert len(desk.find("person", name="Ugo")) == 2


def test_the_same_households_again_are_all_duplicates_even_after_an_edit(desk, bring):
    bring("household", *FAMILY)
    ugo = desk.find("person", name="Ugo")[0]
    desk.save([Change("person", ugo.id, {"phone": "0371 999", "fiscal_code": LUCA}, ugo.position)])
    report = bring("household", *FAMILY, name="altro nome.csv")
    assert (report.taken, report.with_warnings, len(report.duplicates)) == (0, 0, 3)


def test_a_household_of_another_register_with_the_same_number_is_another(desk, bring):
    bring("household", *FAMILY)
    report = bring("household", PEOPLE, f"1;Bianchi;Luca;03/02/2012;{LUCA};intestatario;;")
    assert report.totals["households"] == 1
    assert members(desk)["Bianchi Luca"] == ["Luca"]


def test_somebody_who_is_stored_already_is_linked_not_doubled(desk, bring):
    person = desk.new_id()
    desk.save([Change("person", person, {"surname": "Rossi", "name": "Anna", "fiscal_code": ANNA.lower()})])
    report = bring("household", PEOPLE, f"1;Rossi;Anna;;{ANNA[:6]} {ANNA[6:]};intestatario;;")
    assert (report.taken, report.differences) == (1, ())
    assert [p.id for p in desk.find("person")] == [person]
    assert members(desk) == {"Rossi Anna": ["Anna"]}


def test_somebody_in_two_households_is_one_person(desk, bring):
    report = bring(
        "household", PEOPLE, f"1;Rossi;Anna;;{ANNA};intestatario;;", f"1;Rossi;Luca;;{LUCA};figlio;;",
        "2;Verdi;Pio;;;intestatario;;", f"2;Rossi;Luca;;{LUCA.lower()};figlio;;0371",
    )  # fmt: skip
    assert members(desk) == {"Rossi Anna": ["Anna", "Luca"], "Verdi Pio": ["Pio", "Luca"]}
    assert [(d.line, d.field, d.file) for d in report.differences] == [(5, "phone", "0371")]


def test_a_newborn_joins_the_household_that_is_there(desk, bring):
    bring("household", *FAMILY)
    report = bring("household", *FAMILY, f"1;Rossi;Luca;03/02/2026;{LUCA};figlio;;")
    assert (report.taken, len(report.duplicates)) == (1, 3)
    assert members(desk)["Rossi Anna"] == ["Anna", "Ugo", "Luca"]


def test_a_renumbered_household_is_known_by_its_head(desk, bring):
    bring("household", *FAMILY)
    report = bring("household", PEOPLE, f"7;Rossi;Anna;01/01/1980;{ANNA};intestatario;5.000,50;0371")
    assert [(d.field, d.stored, d.file) for d in report.differences] == [("register_number", "1", "7")]
    assert len(desk.find("household")) == 2


def test_a_changed_isee_is_shown_and_applied_only_with_consent(desk, bring):
    bring("household", *FAMILY)
    changed = tuple(line.replace("5.000,50", "6.000,00") for line in FAMILY)
    report = bring("household", *changed)
    assert [(d.kind, d.stored, d.file) for d in report.differences] == [("household", "5.000,50 €", "6.000,00 €")]
    home = desk.find("household", name="Rossi Anna")[0]
    assert home["declared_isee_cents"] == 500050
    bring("household", *changed, accept_changes=True)
    assert desk.get("household", home.id)["declared_isee_cents"] == 600000


def test_a_wrong_check_character_is_kept_marked_and_warned_of(desk, bring):
    wrong = ANNA[:15] + ("A" if ANNA[15] != "A" else "B")
    report = bring("household", PEOPLE, f"1;Rossi;Anna;;{wrong};intestatario;;", "1;Rossi;Ugo;;;figlio;;")
    assert (report.taken, report.with_warnings, report.warned_lines) == (1, 1, [2])
    anna = desk.find("person", name="Anna")[0]
    assert anna["fiscal_code"] == wrong
    assert "carattere di controllo errato" in anna.text("fiscal_code_note")
    assert desk.find("person", name="Ugo")[0]["fiscal_code_note"] is None


@pytest.mark.parametrize("filler", ["n.d.", "-", "00000000000", "XXXXXXXXXXXXXXXX", "non disponibile"])
def test_a_filler_in_place_of_a_code_makes_nobody_one(desk, bring, filler):
    bring("household", PEOPLE, f"1;Rossi;Anna;;{filler};intestatario;;", f"2;Verdi;Pio;;{filler};intestatario;;")
    bring("housing_application", APPLICATIONS, f"1;1/1/2025;SAT;Verdi Pio;{filler};;")
    assert len(desk.find("person")) == 2
    assert desk.find("housing_application")[0]["person_id"] is None


def test_rows_without_number_are_households_of_one_and_known_again(desk, bring):
    rows = (PEOPLE, f";Rossi;Anna;;{ANNA};moglie;;", ";Rossi;Ugo;2/2/2010;;;;")
    report = bring("household", *rows)
    assert (report.with_warnings, report.totals["households"]) == (2, 2)
    assert len(bring("household", *rows).duplicates) == 2


def test_a_row_that_names_nobody_makes_no_household(desk, bring):
    report = bring("household", PEOPLE, "1;;;;;;5,00;")
    assert (report.with_warnings, report.import_id) == (1, None)
    assert desk.find("household") == []


def test_a_register_with_one_number_for_everybody_does_not_burst_the_log(desk, bring):
    rows = [f"1;Rossi;N{n};;;figlio;;" for n in range(700)]
    assert bring("household", PEOPLE, *rows).taken == 700
    assert len(desk.find("household")) == 1
    assert len(desk.find("household_member")) == 700


def test_a_mended_row_finds_its_household_again(desk, tmp_path, bring):
    importing = Importing(desk)
    bad = tmp_path / "nuclei.csv"
    bad.write_text("\n".join([*FAMILY, "1;Rossi;Eva;31/02/2020;;figlia;;"]), encoding="utf-8")
    preview = importing.preview("household", bad)
    importing.run(preview)
    target = tmp_path / "rifiutate.csv"
    assert importing.write_refused(preview, target) == 1
    target.write_text(target.read_text("utf-8-sig").replace("31/02/2020", "28/02/2020"), encoding="utf-8-sig")
    report = importing.run(importing.preview("household", target))
    assert (report.taken, report.with_warnings) == (1, 0)
    assert members(desk)["Rossi Anna"] == ["Anna", "Ugo", "Eva"]
    assert len(importing.run(importing.preview("household", target)).duplicates) == 1


# --- cases of people --------------------------------------------------------------------------------------------------


def test_an_application_and_a_grant_that_came_first_are_linked_when_the_person_comes(desk, bring):
    bring("housing_application", APPLICATIONS, f"1;1/1/2025;SAT;Altro Nome;{ANNA.lower()};1,00;")
    bring("intervention", GRANTS, f"2024;Misura Unica;{ANNA};Po;;100;;")
    before = desk.me.next_device_seq
    bring("household", *FAMILY)
    assert desk.me.next_device_seq == before + 2
    anna = desk.find("person", name="Anna")[0]
    application, grant = desk.find("housing_application")[0], desk.find("intervention")[0]
    assert (application["person_id"], grant["person_id"]) == (anna.id, anna.id)
    assert (application["isee_cents"], desk.find("household", name="Rossi Anna")[0]["declared_isee_cents"]) == (
        100, 500050,
    )  # fmt: skip


def test_a_case_without_code_is_warned_of_and_never_linked_by_name(desk, bring):
    bring("household", *FAMILY)
    report = bring("housing_application", APPLICATIONS, "1;1/1/2025;SAT;Rossi Anna;;;", "2;;SAP;Rossi Anna;;;@x")
    assert report.warned_lines == [2, 3]
    assert report.totals["sap"] == 1
    assert all(row["person_id"] is None for row in desk.find("housing_application"))
    assert bring("intervention", GRANTS, "2024;Misura Unica;;Rossi Anna;;1;;").warned_lines == [2]


def test_a_wrong_iban_is_kept_and_warned_of_and_a_wrong_code_is_the_persons_matter(desk, bring):
    wrong = ANNA[:15] + ("A" if ANNA[15] != "A" else "B")
    good, bad = "IT11X9835668660473672708063", "IT11X9835668660473672708064"
    report = bring(
        "intervention", GRANTS, f"2024;Misura Unica;{wrong};Po;{good};1;;", f"2024;Misura Unica;{ANNA};Po;{bad};2;;"
    )
    assert (report.taken, report.warned_lines, report.totals["wrong_iban"]) == (1, [3], 1)
    assert [row["landlord_iban"] for row in desk.find("intervention")] == [good, bad]


def test_both_names_of_a_measure_are_one_measure_of_that_year(desk, bring):
    bring(
        "intervention", GRANTS, f"2024;Morosità incolpevole;{ANNA};Po;;1;;",
        f"2024;FONDO MOROSITA' INCOLPEVOLE;{ANNA};Po;;2;;", f"2023;Morosità incolpevole;{ANNA};Po;;3;;",
    )  # fmt: skip
    assert [(m["name"], m["year"]) for m in desk.find("measure")] == [
        ("Morosità incolpevole", 2024), ("Morosità incolpevole", 2023),
    ]  # fmt: skip
    bring("intervention", GRANTS, f"2024;Morosità incolpevole;{LUCA};Po;;9;;")
    assert len(desk.find("measure")) == 2
    assert all(grant["type"] == "contributo" for grant in desk.find("intervention"))


def test_a_protocol_of_another_year_or_person_is_another_application(desk, bring):
    row = f"10;5/5/2024;SAT;Rossi Anna;{ANNA};;"
    bring("housing_application", APPLICATIONS, row)
    report = bring(
        "housing_application", APPLICATIONS, row, f"10;5/5/2025;SAT;Rossi Anna;{ANNA};;",
        f"10;6/6/2024;SAT;Rossi Luca;{LUCA};;",
    )  # fmt: skip
    assert (report.taken, len(report.duplicates)) == (2, 1)


def test_an_application_whose_missing_code_was_added_is_shown_as_different(desk, bring):
    bring("housing_application", APPLICATIONS, "10;5/5/2024;SAT;Rossi Anna;;;")
    report = bring("housing_application", APPLICATIONS, f"10;5/5/2024;SAT;ROSSI ANNA;{ANNA};;", accept_changes=True)
    assert {d.field for d in report.differences} == {"applicant", "applicant_fiscal_code"}
    assert [row["applicant_fiscal_code"] for row in desk.find("housing_application")] == [ANNA]


def test_two_like_grants_of_one_file_are_two_and_stay_two(desk, bring):
    first, second = (f"2024;Misura Unica;{ANNA};Po;;500;500;{day}" for day in ("1/3/2024", "1/4/2024"))
    assert bring("intervention", GRANTS, first, second).taken == 2
    assert len(bring("intervention", GRANTS, second, first).duplicates) == 2
    assert bring("intervention", GRANTS, f"2024;Misura Unica;{ANNA};Po;;500;500;1/5/2024").taken == 1


def test_a_grant_that_was_settled_since_is_shown_as_different(desk, bring):
    bring("intervention", GRANTS, f"2024;Misura Unica;{ANNA};Po;;500;;")
    report = bring("intervention", GRANTS, f"2024;Misura Unica;{ANNA};Po;;500;500;1/3/2024")
    assert (report.taken, report.with_warnings) == (0, 1)
    assert [(d.field, d.stored, d.file) for d in report.differences] == [
        ("settled_cents", "", "500,00 €"), ("settled_on", "", "01/03/2024"),
    ]  # fmt: skip
    assert report.totals["granted_cents"] == 0


def test_cases_without_protocol_or_amount_are_known_again_when_equal(bring):
    rows = (APPLICATIONS, f";5/5/2024;SAT;Rossi Anna;{ANNA};;", ";;SAT;Verdi Pio;;;")
    assert bring("housing_application", *rows).taken == 1
    assert len(bring("housing_application", *rows).duplicates) == 2
    assert bring("housing_application", APPLICATIONS, f";;SAT;Rossi Anna;{ANNA};;").taken == 1
