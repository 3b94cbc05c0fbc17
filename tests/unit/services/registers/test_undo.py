"""Undoing an import: what it brought goes, what somebody worked on since stays and is listed."""

from __future__ import annotations

import pytest

from ala_desktop.core.errors import Mendable
from ala_desktop.services.desk import PORTION
from ala_desktop.services.registers import undo as import_undo
from ala_desktop.services.registers.importing import Importing
from ala_desktop.sync.capture import Change
from tests.bringing import Bring
from tests.registers import check_character

PEOPLE = "N. nucleo;Cognome;Nome;Codice Fiscale;Rel. parentela"
APPLICATIONS = "Prot.;Data;Servizio;Richiedente;CF richiedente"
ANNA = "RSSNNA80A41E648" + check_character("RSSNNA80A41E648")
PIO = "VRDPIA80A01E648" + check_character("VRDPIA80A01E648")
FAMILIES = (
    PEOPLE, f"1;Rossi;Anna;{ANNA};intestatario", "1;Rossi;Ugo;;figlio", f"2;Verdi;Pio;{PIO};intestatario",
)  # fmt: skip


@pytest.fixture
def bring(desk, tmp_path):
    """Imports lines of text; returns the id of the import."""
    bring = Bring(desk, tmp_path)
    return lambda kind, *lines: str(bring(kind, *lines).import_id)


def edit(desk, row, **values):
    desk.save([Change(row.kind, row.id, values, row.position)])


def reasons(report):
    return {(left.kind, left.name): left.reason for left in report.left}


def test_what_was_edited_since_stays_and_is_listed(desk, bring):
    group = bring("housing_unit", "Codice;Indirizzo", "A;Via Po", "B;Via Po")
    edit(desk, desk.find("housing_unit", code="A")[0], notes="chiavi dal custode")
    report = Importing(desk).undo(group)
    assert (report.removed, reasons(report)) == (1, {("housing_unit", "A Via Po"): import_undo.EDITED})
    assert [row["code"] for row in desk.find("housing_unit")] == ["A"]
    assert report.as_json()["left"][0]["reason"] == import_undo.EDITED


def test_an_edit_that_was_taken_back_is_an_edit_all_the_same(desk, bring):
    group = bring("housing_unit", "Codice;Indirizzo", "A;Via Po")
    edit(desk, desk.find("housing_unit")[0], notes="x")
    edit(desk, desk.find("housing_unit")[0], notes=None)
    assert len(Importing(desk).undo(group).left) == 1


def test_an_undone_or_unknown_import_is_told(desk, bring):
    group = bring("housing_unit", "Codice;Indirizzo", "A;Via Po")
    Importing(desk).undo(group)
    for name in (group, "0" * 32):
        with pytest.raises(Mendable, match="Importazione non trovata"):
            Importing(desk).undo(name)


def test_a_household_stays_whole_when_one_of_its_people_was_edited(desk, bring):
    group = bring("household", *FAMILIES)
    edit(desk, desk.find("person", name="Ugo")[0], phone="0371")
    report = Importing(desk).undo(group)
    assert reasons(report) == {
        ("person", "Rossi Ugo"): import_undo.EDITED,
        ("household_member", "figlio"): import_undo.TOGETHER,
        ("household_member", "intestatario"): import_undo.TOGETHER,
        ("household", "Rossi Anna"): import_undo.TOGETHER,
        ("person", "Rossi Anna"): import_undo.TOGETHER,
    }
    assert [row["name"] for row in desk.find("household")] == ["Rossi Anna"]
    assert {row["name"] for row in desk.find("person")} == {"Anna", "Ugo"}


def test_somebody_with_a_later_application_stays(desk, bring):
    group = bring("household", *FAMILIES)
    bring("housing_application", APPLICATIONS, f"1;1/1/2025;SAT;Verdi Pio;{PIO}")
    report = Importing(desk).undo(group)
    assert reasons(report)["person", "Verdi Pio"] == import_undo.REFERRED
    assert [row["name"] for row in desk.find("household")] == ["Verdi Pio"]
    assert desk.find("housing_application")[0]["person_id"] == desk.find("person")[0].id


def test_links_that_the_import_made_are_taken_back_with_the_person(desk, bring):
    bring("housing_application", APPLICATIONS, f"1;1/1/2025;SAT;Verdi Pio;{PIO}")
    group = bring("household", *FAMILIES)
    assert desk.find("housing_application")[0]["person_id"] is not None
    report = Importing(desk).undo(group)
    assert (report.left, report.restored) == ((), 1)
    assert desk.find("housing_application")[0]["person_id"] is None
    assert desk.find("person") == []
    bring("household", *FAMILIES)
    assert desk.find("housing_application")[0]["person_id"] is not None


def test_applications_that_were_only_linked_since_can_go(desk, bring):
    group = bring("housing_application", APPLICATIONS, f"1;1/1/2025;SAT;Verdi Pio;{PIO}")
    bring("household", *FAMILIES)
    assert Importing(desk).undo(group).left == ()
    assert desk.find("housing_application") == []


def test_a_link_by_hand_to_somebody_else_is_an_edit(desk, bring):
    group = bring("housing_application", APPLICATIONS, f"1;1/1/2025;SAT;Verdi Pio;{PIO}")
    bring("household", *FAMILIES)
    edit(desk, desk.find("housing_application")[0], person_id=desk.find("person", name="Anna")[0].id)
    assert len(Importing(desk).undo(group).left) == 1


def test_a_measure_stays_when_a_grant_that_needs_it_does(desk, bring):
    group = bring(
        "intervention", "Anno;Misura;CF beneficiario;Importo concesso", f"2024;Misura Unica;{ANNA};1",
        f"2023;Misura Unica;{ANNA};2",
    )  # fmt: skip
    edit(desk, desk.find("intervention", year=2024)[0], notes="pagato")
    report = Importing(desk).undo(group)
    assert report.removed == 2
    assert [row["year"] for row in desk.find("measure")] == [2024]
    assert reasons(report)["measure", "Misura Unica 2024"] == import_undo.REFERRED


def test_records_deleted_by_hand_since_are_left_alone(desk, bring):
    group = bring("housing_unit", "Codice;Indirizzo", "A;Via Po", "B;Via Po")
    edit(desk, desk.find("housing_unit", code="A")[0], _deleted=1)
    report = Importing(desk).undo(group)
    assert (report.removed, report.left) == (1, ())


def test_a_household_of_hundreds_is_taken_back_whole(desk, bring):
    group = bring("household", PEOPLE, *(f"1;Rossi;N{n};;figlio" for n in range(700)))
    assert Importing(desk).undo(group).removed == 1401
    assert desk.find("household_member") == []


def test_an_undoing_that_is_stopped_can_be_finished(desk, bring):
    group = bring("housing_unit", "Codice;Indirizzo", *(f"A{n};Via Po" for n in range(PORTION + 500)))
    seen = []
    report = Importing(desk).undo(group, progress=lambda *done: seen.append(done), stop=lambda: bool(seen))
    assert (report.removed, report.not_done, seen) == (PORTION, 500, [(PORTION, PORTION + 500)])
    assert not Importing(desk).history()[0].undone
    assert Importing(desk).undo(group).removed == 500
    assert Importing(desk).history()[0].undone
