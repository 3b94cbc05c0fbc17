"""The office's own registers, as they are: every figure, every rule of their reader, and nothing written twice."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path

import pytest

from ala_desktop.core.errors import Mendable
from ala_desktop.services.desk import PORTION
from ala_desktop.services.registers.importing import Importing
from ala_desktop.services.registers.plan import Outcome
from ala_desktop.sync import picture
from ala_desktop.sync.capture import Change
from tests import factory
from tests.bringing import Bring

REGISTERS = Path(__file__).parents[3] / "data" / "registri"
EXPECTED = json.loads((REGISTERS / "atteso.json").read_text("utf-8"))["files"]
KINDS = {
    "alloggi.csv": "housing_unit",
    "nuclei.csv": "household",
    "domande.xlsx": "housing_application",
    "contributi.csv": "intervention",
}
UNITS = "Codice alloggio;Indirizzo;Civico;Foglio;Mappale;Sub;Ascensore;Stato;Canone mensile"
PEOPLE = "N. nucleo;Cognome;Nome;Data nascita;Codice Fiscale;Rel. parentela;ISEE;Tel."
APPLICATIONS = "Prot.;Data;Servizio;Richiedente;CF richiedente;ISEE;Note"
GRANTS = (
    "Anno;Misura;CF beneficiario;Proprietario;IBAN proprietario;Importo concesso;Importo liquidato;Data liquidazione"
)
ANNA, LUCA = "RSSNNA80A41E648V", "RSSLCU12B03E648O"


@pytest.fixture
def bring(desk, tmp_path):
    return Bring(desk, tmp_path)


def sample(desk, name, **options):
    importing = Importing(desk)
    return importing.run(importing.preview(KINDS[name], REGISTERS / name), **options)


def agrees(report, expected):
    """Whether a report says what `atteso.json` does; of refused rows it gives no reason in the same words."""
    told = report.as_json()
    assert all(refusal["reason"] for refusal in told["refused"])
    for name, value in expected.items():
        assert cells(told[name]) == cells(value) if name == "refused" else told[name] == value, name


def cells(refused):
    return [{key: refusal[key] for key in ("line", "column", "value")} for refusal in refused]


@pytest.mark.parametrize("order", list(permutations(KINDS))[::5], ids=" ".join)
def test_the_samples_give_the_expected_figures_in_any_order(desk, order):
    for name in order:
        agrees(sample(desk, name), EXPECTED[name])
    with desk.reading() as connection:
        run = connection.exec_driver_sql
        linked = [
            run(f"SELECT count(*) FROM {kind} WHERE person_id IS NOT NULL").scalar()
            for kind in ("housing_application", "intervention")
        ]
        assert linked == [169, 88]
        measures = run("SELECT service, year, name FROM measure ORDER BY service").all()
        assert [tuple(row) for row in measures] == [
            ("misura_unica", 2024, "Misura Unica"), ("morosita_incolpevole", 2024, "Morosità incolpevole"),
        ]  # fmt: skip
        assert picture.verify(connection, desk.rows) == []


@pytest.mark.parametrize("name", KINDS)
def test_the_same_sample_again_takes_nothing(desk, name):
    first = sample(desk, name)
    written = desk.me.next_device_seq
    again = sample(desk, name)
    assert (again.taken, again.with_warnings, again.import_id) == (0, 0, None)
    assert len(again.duplicates) == first.taken + first.with_warnings + len(first.duplicates)
    assert [r.line for r in again.refused] == [r.line for r in first.refused]
    assert desk.me.next_device_seq == written
    if name == "alloggi.csv":
        assert {"line": 43, "of": 12} in again.as_json()["duplicates"]


def test_a_preview_writes_nothing_and_says_what_was_recognised(desk):
    preview = Importing(desk).preview("housing_application", REGISTERS / "domande.xlsx")
    assert (preview.form, preview.encoding, preview.sheet, preview.header_row) == ("XLSX", "", "Domande 2025", 3)
    assert [column.heading for column in preview.columns] == list(preview.headings)
    assert (preview.unused, preview.row_count) == ((), 180)
    assert preview.row(1).outcome is Outcome.WITH_WARNINGS
    assert preview.row(1).remarks == ("CF richiedente: manca il codice fiscale: non collegata a una persona",)
    units = Importing(desk).preview("housing_unit", REGISTERS / "alloggi.csv")
    assert (units.encoding, units.separator, units.header_row) == ("Windows-1252", "punto e virgola", 1)
    assert units.row(6 - 1).outcome is Outcome.REFUSED
    assert units.row(6 - 1).line == 8
    assert units.report.import_id is None
    assert desk.me.next_device_seq == 1


def test_what_a_row_says_is_kept_as_its_reader_says(desk):
    sample(desk, "alloggi.csv")
    (home,) = desk.find("housing_unit", code="BL0005")
    assert home["address"] == "Via Roma angolo Via Lodi"
    assert (home["floor"], home["lift"], home["net_area_sqm"], home["rent_cents"]) == ("S1", 1, 8871, 40404)
    assert (home["occupancy"], home["condition"], home["occupancy_since"]) == ("libero", None, None)
    assert home["last_inspection"] == "2018-01-19"
    (formula,) = desk.find("housing_unit", code="BL0004")
    assert formula["address"] == '=HYPERLINK("x")'
    (repaired,) = desk.find("housing_unit", code="BL0002")
    assert (repaired["floor"], repaired["lift"], repaired["owner_body"], repaired["designation"]) == (
        "3", None, "comune", "SAP",
    )  # fmt: skip
    (works,) = desk.find("housing_unit", code="BL0011")
    assert (works["occupancy"], works["condition"], works["owner_body"]) == (
        None, "carenze_manutentive", "aler_pavia_lodi",
    )  # fmt: skip


def test_one_transaction_for_each_home_and_for_each_household(desk):
    sample(desk, "alloggi.csv")
    assert desk.me.next_device_seq == 1 + 137
    sample(desk, "nuclei.csv")
    assert desk.me.next_device_seq == 1 + 137 + 260


# --- homes ------------------------------------------------------------------------------------------------------------


def test_a_home_is_repeated_only_when_code_and_all_cells_are(bring):
    report = bring("housing_unit", UNITS, "A;Via Po;1;;;;;;", "A;Via Po;1;;;;;;", "B;Via Po;1;;;;;;")
    assert report.as_json()["duplicates"] == [{"line": 3, "of": 2}]
    assert (report.taken, report.with_warnings) == (2, 0)


def test_the_same_code_with_other_values_is_shown_and_not_applied(desk, bring):
    report = bring("housing_unit", UNITS, "A;Via Po;1;;;;;;", "A;Via Adda;1;;;;;;")
    assert (report.taken, report.with_warnings, report.warned_lines) == (1, 1, [3])
    assert [(d.line, d.field, d.stored, d.file) for d in report.differences] == [(3, "address", "Via Po", "Via Adda")]
    assert [row["address"] for row in desk.find("housing_unit")] == ["Via Po"]


def test_only_sheet_parcel_and_subunit_together_warn_and_only_under_another_code(bring):
    report = bring(
        "housing_unit", UNITS,
        "A;Via Po;1;10;20;3;;;", "B;Via Po;1;10;20;4;;;", "C;Via Adda;9;10;20;3;;;", "D;;;10;20;;;;", "E;;;10;20;;;;",
    )  # fmt: skip
    assert report.warned_lines == [4]
    assert "A" in report.warnings[0].reason
    assert report.taken == 4


def test_a_home_already_stored_under_another_code_warns_too(bring):
    bring("housing_unit", UNITS, "A;Via Po;1;10;20;3;;;")
    assert bring("housing_unit", UNITS, "B;Via Adda;1;10;20;3;;;").warned_lines == [2]


def test_a_home_without_code_is_taken_once_with_a_warning(bring):
    rows = (UNITS, ";Via Po;1;;;;;;", ";Via Po;2;;;;;;", ";Via Po;1;;;;;;")
    first = bring("housing_unit", *rows)
    assert (first.taken, first.with_warnings, len(first.duplicates)) == (0, 2, 1)
    assert len(bring("housing_unit", *rows).duplicates) == 3


@pytest.mark.parametrize(
    ("status", "axis", "value"),
    [
        ("libero", "occupancy", "libero"), ("ASSEGNATO", "occupancy", "assegnato"),
        ("in manutenzione", "condition", "in_manutenzione"), ("Carenze manut.", "condition", "carenze_manutentive"),
        ("Alienato", "availability", "alienato"),
    ],
)  # fmt: skip
def test_a_state_fills_one_axis_and_leaves_the_others_unknown(desk, bring, status, axis, value):
    bring("housing_unit", UNITS, f"A;;;;;;;{status};")
    (home,) = desk.find("housing_unit")
    axes = {"occupancy", "condition", "availability"}
    assert {name: home[name] for name in axes if home[name] is not None} == {axis: value}
    assert all(home[f"{name}_since"] is None for name in axes)


def test_a_row_beyond_the_headings_is_warned_of(bring):
    report = bring("housing_unit", UNITS, "A;Via Po;;;;;;;;12", "B;Via Po;;;;;;;;")
    assert (report.taken, report.warned_lines) == (1, [2])


# --- importing again --------------------------------------------------------------------------------------------------


def test_differences_are_applied_with_consent_and_only_they(desk, bring):
    bring("housing_unit", UNITS, "A;Via Po;1;;;;SI;libero;100,00", "B;Via Po;2;;;;;;")
    changed = (UNITS, "A;Via Adda;1;;;;;assegnato;", "B;Via Po;2;;;;;;")
    shown = bring("housing_unit", *changed)
    assert (shown.taken, shown.with_warnings, len(shown.duplicates), shown.applied) == (0, 1, 1, False)
    assert {d.field: (d.stored, d.file) for d in shown.differences} == {
        "address": ("Via Po", "Via Adda"), "occupancy": ("Libero", "Assegnato"),
    }  # fmt: skip
    assert desk.find("housing_unit", code="A")[0]["address"] == "Via Po"
    done = bring("housing_unit", *changed, accept_changes=True)
    assert done.applied
    (home,) = desk.find("housing_unit", code="A")
    assert (home["address"], home["occupancy"], home["lift"], home["rent_cents"]) == ("Via Adda", "assegnato", 1, 10000)
    Importing(desk).undo(str(done.import_id))
    (home,) = desk.find("housing_unit", code="A")
    assert (home["address"], home["occupancy"]) == ("Via Po", "libero")


def test_consent_also_settles_what_one_file_says_twice(desk, bring):
    bring("housing_unit", UNITS, "A;Via Po;1;;;;;;", "A;Via Adda;1;;;;;;", accept_changes=True)
    assert [row["address"] for row in desk.find("housing_unit")] == ["Via Adda"]


def test_a_value_put_back_by_hand_after_consent_is_left_by_the_undoing(desk, bring):
    bring("housing_unit", UNITS, "A;Via Po;1;;;;;;")
    done = bring("housing_unit", UNITS, "A;Via Adda;1;;;;;;", accept_changes=True)
    (home,) = desk.find("housing_unit")
    desk.save([Change("housing_unit", home.id, {"address": "Via Muzza"}, home.position)])
    report = Importing(desk).undo(str(done.import_id))
    assert [(left.id, left.name) for left in report.left] == [(home.id, "A Via Muzza 1")]
    assert desk.get("housing_unit", home.id)["address"] == "Via Muzza"


def test_a_preview_that_has_grown_old_is_judged_anew(desk, tmp_path):
    path = tmp_path / "r.csv"
    path.write_text(f"{UNITS}\nA;Via Po;1;;;;;;\n", encoding="utf-8")
    importing = Importing(desk)
    preview = importing.preview("housing_unit", path)
    factory.unit(desk, "A", address="Via Po", street_number="1")
    report = importing.run(preview)
    assert (report.taken, len(report.duplicates)) == (0, 1)
    assert len(desk.find("housing_unit")) == 1


def test_deleted_records_are_not_what_a_row_is_about(desk, bring):
    bring("housing_unit", UNITS, "A;Via Po;1;;;;;;")
    (home,) = desk.find("housing_unit")
    desk.save([Change("housing_unit", home.id, {"_deleted": 1}, home.position)])
    assert bring("housing_unit", UNITS, "A;Via Po;1;;;;;;").taken == 1


# --- what goes wrong --------------------------------------------------------------------------------------------------


def test_kinds_without_a_register_and_missing_columns_are_told(desk, bring):
    with pytest.raises(Mendable, match="Nessun registro di questo tipo"):
        bring("vote", "a;b")
    with pytest.raises(Mendable, match="Nel registro manca una colonna necessaria") as raised:
        bring("housing_unit", "Indirizzo;Civico", "Via Po;1")
    assert "Codice alloggio" in raised.value.cause
    with pytest.raises(Mendable, match="Il file non è un registro"):
        bring("housing_unit", "uno;due", "1;2")
    assert desk.me.next_device_seq == 1


def test_columns_that_fill_nothing_are_named(desk, tmp_path):
    path = tmp_path / "r.csv"
    path.write_text("Colore;CODICE ALLOGGIO ;indirizzo;Motivo\nblu;A;Via Po;x\n", encoding="utf-8")
    preview = Importing(desk).preview("housing_unit", path)
    assert preview.unused == ("Colore",)
    assert [(c.heading, c.field) for c in preview.columns] == [
        ("CODICE ALLOGGIO", "Codice alloggio"), ("indirizzo", "Indirizzo"),
    ]  # fmt: skip


def test_a_stopped_import_keeps_what_it_saved_and_can_be_undone(desk, tmp_path):
    path = tmp_path / "r.csv"
    rows = "".join(f"A{n};Via Po;{n};;;;;;\n" for n in range(PORTION + 500))
    path.write_text(f"{UNITS}\n{rows}", encoding="utf-8")
    importing = Importing(desk)
    seen = []
    report = importing.run(
        importing.preview("housing_unit", path), progress=lambda *done: seen.append(done), stop=lambda: bool(seen)
    )
    assert seen == [(PORTION, PORTION + 500)]
    assert (report.taken, report.not_done) == (PORTION, 500)
    (past,) = importing.history()
    assert (past.import_id, past.file, past.undone) == (report.import_id, "r.csv", False)
    assert past.figures["taken"] == PORTION
    again = importing.run(importing.preview("housing_unit", path))
    assert (again.taken, len(again.duplicates)) == (500, PORTION)
    assert importing.undo(str(report.import_id)).removed == PORTION
    assert len(desk.find("housing_unit")) == 500
    assert [past.undone for past in importing.history()] == [False, True]


def test_differences_that_a_stop_left_unapplied_are_counted(desk, bring):
    bring("housing_unit", UNITS, "A;Via Po;1;;;;;;", "B;Via Po;2;;;;;;")
    changed = (UNITS, "A;Via Adda;1;;;;;;", "B;Via Adda;2;;;;;;")
    stopped = bring("housing_unit", *changed, accept_changes=True, stop=lambda: True)
    assert (stopped.not_done, stopped.applied) == (2, False)
    assert len(desk.find("housing_unit", address="Via Po")) == 2
    assert bring("housing_unit", *changed, accept_changes=True).not_done == 0
    assert len(desk.find("housing_unit", address="Via Adda")) == 2


def test_an_import_cut_off_can_still_be_found_and_undone(desk, tmp_path):
    path = tmp_path / "r.csv"
    rows = "".join(f"A{n};Via Po;{n};;;;;;\n" for n in range(PORTION + 500))
    path.write_text(f"{UNITS}\n{rows}", encoding="utf-8")
    importing = Importing(desk)

    def cut(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        importing.run(importing.preview("housing_unit", path), progress=cut)
    (past,) = importing.history()
    assert importing.undo(past.import_id).removed == PORTION


def test_refused_rows_are_mended_and_imported_again(desk, tmp_path):
    importing = Importing(desk)
    preview = importing.preview("housing_unit", REGISTERS / "alloggi.csv")
    importing.run(preview)
    target = tmp_path / "rifiutate.csv"
    assert importing.write_refused(preview, target) == 4
    text = target.read_text("utf-8-sig")
    assert "Canone mensile: è negativo" in text
    still = importing.preview("housing_unit", target).report
    assert [refusal.value for refusal in still.refused] == ["quaranta", "31/02/2023", "-120,00", "XYZ"]
    for wrong, right in (("quaranta", "40"), ("31/02/2023", "28/02/2023"), ("'-120,00", "120,00"), ("XYZ", "SAS")):
        text = text.replace(wrong, right)
    target.write_text(text, encoding="utf-8-sig")
    report = importing.run(importing.preview("housing_unit", target))
    assert (report.taken, report.refused) == (4, ())
    assert len(desk.find("housing_unit")) == 141
