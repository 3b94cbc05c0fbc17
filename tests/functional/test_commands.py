"""The commands as scripts use them: shapes of --json, exit codes, errors in Italian."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.factory import PASSPHRASE
from tests.hubs import ROOT

ASK = "address"


class Office:
    """One data folder, spoken to by commands alone."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir(parents=True)
        self.secret = folder.parent / "frase.txt"
        self.secret.write_text(PASSPHRASE + "\n", encoding="utf-8")

    def run(self, *arguments, **environment):
        return subprocess.run(
            [sys.executable, "-m", "ala_desktop", *map(str, arguments), "--data", str(self.folder / "dati"), "--json"],
            cwd=ROOT,
            env={**os.environ, "ALA_PASSPHRASE_FILE": str(self.secret), **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )

    def ask(self, *arguments):
        done = self.run(*arguments)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def fail(self, *arguments, **environment):
        done = self.run(*arguments, **environment)
        assert done.returncode == 1, done.stderr
        assert "Traceback" not in done.stderr
        problem = json.loads(done.stdout)
        assert set(problem) == {"title", "cause", "next_step"}
        assert all(problem.values())
        return problem


@pytest.fixture
def two(tmp_path, hub):
    offices = Office(tmp_path / "uno"), Office(tmp_path / "due")
    for office in offices:
        office.ask("init", "--comune", "A995")
        office.ask("enrol", "--hub", hub.url, "--code", hub.invite())
    return offices


def test_two_pcs_meet_at_a_hub_by_commands_alone(two):
    one, other = two
    unit = one.ask("edit", "housing_unit", "new", "code=U1", "address=Via Roma")["id"]
    assert one.ask("sync") == {
        "sent": 1, "acknowledged": 1, "rejected": [], "received": 0, "conflicts": 0, "position": {"epoch": 1, "seq": 1},
    }  # fmt: skip
    assert other.ask("sync")["received"] == 1
    one.ask("edit", "housing_unit", unit, "notes=Da ritinteggiare")
    other.ask("edit", "housing_unit", unit, "rent_cents=120,50")
    for office in (one, other, one, other):
        assert office.ask("sync")["conflicts"] == 0
    assert one.ask("digest") == other.ask("digest")
    shown = one.ask("show", "housing_unit", unit)
    assert (shown["notes"], shown["rent_cents"]) == ("Da ritinteggiare", 12050)

    one.ask("edit", "housing_unit", unit, f"{ASK}=Via di uno")
    other.ask("edit", "housing_unit", unit, f"{ASK}=Via di due")
    for office in (one, other, one, other):
        office.ask("sync")
    assert one.ask("digest") == other.ask("digest")
    (conflict,) = one.ask("conflicts", "list")
    assert other.ask("conflicts", "list") == [conflict]
    assert {conflict["in_force"]["value"], conflict["parked"]["value"]} == {"Via di uno", "Via di due"}
    assert (conflict["kind"], conflict["record"], conflict["field"]) == ("housing_unit", unit, ASK)
    other.ask("conflicts", "resolve", conflict["id"], "--keep", "parked")
    for office in (other, one):
        office.ask("sync")
    for office in two:
        assert office.ask("conflicts", "list") == []
        assert office.ask("show", "housing_unit", unit)["address"] == "Via di due"
        assert office.ask("verify")["clean"] is True
    assert one.ask("digest") == other.ask("digest")


def test_an_import_is_reported_undone_and_taken_only_once(tmp_path):
    office = Office(tmp_path / "uno")
    office.ask("init", "--comune", "Borghetto Lodigiano")
    register = ROOT / "tests/data/registri/alloggi.csv"
    dry = office.ask("import", "housing_unit", register, "--dry-run")
    assert office.ask("list", "housing_unit") == []
    done = office.ask("import", "housing_unit", register, "--refused", tmp_path / "rifiutate.csv")
    assert (done["taken"], done["with_warnings"], len(done["refused"]), done["not_rows"]) == (136, 1, 4, 2)
    assert dry["taken"] == done["taken"]
    assert (tmp_path / "rifiutate.csv").read_bytes().count(b"\n") == 5
    assert len(office.ask("list", "housing_unit", "--where", "designation=SAT")) > 0
    assert office.ask("import", "housing_unit", register)["taken"] == 0
    office.ask("export", "housing_unit", tmp_path / "alloggi.xlsx")
    assert office.ask("import", "--undo", done["import_id"])["removed"] == 137
    assert office.ask("list", "housing_unit") == []


def test_recovery_gives_a_new_passphrase_and_a_new_code(tmp_path):
    office = Office(tmp_path / "uno")
    made = office.ask("init", "--comune", "A995")
    office.ask("edit", "building", "new", "address=Via Roma")
    code, fresh = tmp_path / "codice.txt", tmp_path / "nuova.txt"
    code.write_text(made["recovery_code"], encoding="utf-8")
    fresh.write_text("un'altra frase lunga", encoding="utf-8")
    recovered = office.run("recover", ALA_RECOVERY_CODE_FILE=str(code), ALA_PASSPHRASE_FILE=str(fresh))
    assert recovered.returncode == 0, recovered.stderr
    assert "Frase" in office.fail("list", "building")["title"]
    office.secret = fresh
    assert len(office.ask("list", "building")) == 1
    assert "recupero" in office.fail("recover", ALA_RECOVERY_CODE_FILE=str(code))["title"]


def test_a_recovery_sheet_is_written_where_it_is_wanted_and_never_lost(tmp_path):
    assert Office(tmp_path / "uno").ask("init", "--comune", "A995")["recovery_sheet"] is None
    assert not list((tmp_path / "uno").rglob("*.pdf"))
    sheet = tmp_path / "foglio.pdf"
    assert Office(tmp_path / "due").ask("init", "--comune", "A995", "--sheet", sheet)["recovery_sheet"] == str(sheet)
    assert sheet.read_bytes().startswith(b"%PDF")
    third = Office(tmp_path / "tre")
    told = third.fail("init", "--comune", "A995", "--sheet", tmp_path / "manca" / "foglio.pdf")
    code = tmp_path / "codice.txt"
    code.write_text(told["next_step"].rpartition(" ")[2], encoding="utf-8")
    assert third.run("recover", ALA_RECOVERY_CODE_FILE=str(code)).returncode == 0


def test_errors_say_what_to_do_and_end_with_one(tmp_path):
    office = Office(tmp_path / "uno")
    assert "Nessun archivio" in office.fail("list", "building")["title"]
    assert "Comune" in office.fail("init", "--comune", "Z999")["title"]
    office.ask("init", "--comune", "A995")
    assert "già" in office.fail("init", "--comune", "A995")["title"]
    assert "Comando" in office.fail("danza")["title"]
    assert "Campo" in office.fail("edit", "building", "new", "colore=rosso")["title"]
    assert "Tipo" in office.fail("list", "castello")["title"]
    assert "negativo" in office.fail("edit", "housing_unit", "new", "code=U1", "rent_cents=-3")["cause"]
    assert "Codice" in office.fail("edit", "housing_unit", "new", "address=Via Roma")["title"]
    for command in (
        ("edit", "housing_unit", "new", "code=U1", f"building_id={'0' * 32}"),
        ("edit", "person", "new", "surname=Rossi", "_deleted=1"),
        ("import", "--undo", "x", "--dry-run"),
        ("minutes", "0" * 32, "--out", office.folder / "dati" / "archivio.db"),
        ("init", "--comune", "A995", "--sheet", office.folder / "dati" / "chiavi.json"),
        ("show", "building", "0" * 32),
        ("close", "0" * 32),
        ("conflicts", "resolve", "x", "--keep", "parked"),
    ):
        office.fail(*command)
    office.fail("import", "housing_unit", tmp_path / "non-esiste.csv")
    office.fail("sync")
    gone = office.ask("edit", "building", "new", "address=Via Roma")["id"]
    office.ask("edit", "building", gone, "_deleted=1")
    assert "eliminata" in office.fail("edit", "building", gone, "address=Via Po")["title"]
    wrong = tmp_path / "errata.txt"
    wrong.write_text("non è questa frase", encoding="utf-8")
    assert "Frase" in office.fail("list", "building", ALA_PASSPHRASE_FILE=str(wrong))["title"]
    store = office.folder / "dati" / "archivio.db"
    store.write_bytes(b"\0" * 8192 + store.read_bytes()[8192:])
    assert "archivio" in office.fail("list", "building")["title"].lower()
