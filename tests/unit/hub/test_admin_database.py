"""The commands of `ala-hub` on a PostgreSQL database: the store is there, the hub's key stays in the folder."""

import json
from pathlib import Path

from ala_desktop.hub import admin
from ala_desktop.hub.identity import KEY_FILE, load_or_make
from ala_desktop.hub.store_postgres import PostgresStore
from tests.hub_frames import Pen, creation, intake, line


def run(capsys, *arguments: str) -> tuple[int, str, str]:
    code = admin.run(arguments)
    told = capsys.readouterr()
    return code, told.out, told.err


def test_commands_work_on_the_database_and_leave_only_the_key_in_the_folder(tmp_path: Path, database: str, capsys):
    on = ("--data", str(tmp_path), "--database", database)

    assert "Nessuna centrale" in run(capsys, "status", *on)[1]
    code, out, _ = run(capsys, *on, "invite", "A995", "--json")
    assert code == 0
    assert json.loads(out).keys() == {"code", "expires"}
    store = PostgresStore(database)
    Pen().enrol(store)
    store.close()

    assert [item["name"] for item in json.loads(run(capsys, "devices", "--json", *on)[1])] == ["PC 1"]
    status = json.loads(run(capsys, "status", "--json", *on)[1])
    assert status["hub"] == load_or_make(tmp_path).hub
    assert [(item["tenant"], item["devices"]) for item in status["comuni"]] == [("A995", 1)]
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]


def test_a_hub_without_its_key_is_told_and_makes_no_other(tmp_path: Path, database: str, capsys):
    assert run(capsys, "invite", "A995", "--data", str(tmp_path / "one"), "--database", database)[0] == 0

    code, _, err = run(capsys, "invite", "A995", "--data", str(tmp_path / "two"), "--database", database)

    assert code == 1
    assert "Manca la chiave della centrale" in err
    assert not (tmp_path / "two" / KEY_FILE).exists()
    assert run(capsys, "status", "--data", str(tmp_path / "two"), "--database", database)[0] == 0


def test_the_key_of_another_hub_is_refused(tmp_path: Path, database: str, capsys):
    assert run(capsys, "invite", "A995", "--data", str(tmp_path / "one"), "--database", database)[0] == 0
    (tmp_path / "two").mkdir()
    load_or_make(tmp_path / "two")

    code, _, err = run(capsys, "serve", "--port", "0", "--data", str(tmp_path / "two"), "--database", database)

    assert code == 1
    assert "altra centrale" in err


def test_a_server_that_is_not_there_is_told_in_words(tmp_path: Path, capsys):
    url = "postgresql://centrale:segreta@127.0.0.1:9/hub"

    code, out, err = run(capsys, "status", "--json", "--data", str(tmp_path), "--database", url)

    assert code == 1
    assert "non risponde" in json.loads(out)["title"]
    assert "segreta" not in out + err


def test_an_empty_address_is_not_taken_for_the_folder(tmp_path: Path, capsys):
    code, _, err = run(capsys, "status", "--data", str(tmp_path), "--database", "")

    assert code == 1
    assert "l'indirizzo è vuoto" in err


def test_the_help_says_where_the_key_and_the_password_belong(capsys):
    try:
        admin.run(["serve", "--help"])
    except SystemExit:
        words = " ".join(capsys.readouterr().out.split())

    assert "centrale.key" in words
    assert "PGPASSWORD" in words


def test_the_documents_command_makes_views_and_follows_the_log(tmp_path: Path, database: str, capsys):
    store, pen = PostgresStore(database), Pen()
    intake(store).admit(pen.enrol(store), pen.frame(line(creation())))
    store.close()
    on = ("documents", "--data", str(tmp_path), "--database", database)

    first = json.loads(run(capsys, *on, "--json")[1])
    again = run(capsys, *on)

    assert first == {"views_made": True, "written": {"A995": 1}}
    assert again[0] == 0
    assert "Schede riscritte: 0, di 0 comuni" in again[1]
    assert list(tmp_path.iterdir()) == []


def test_documents_are_for_postgresql_only(tmp_path: Path, capsys):
    code, _, err = run(capsys, "documents", "--data", str(tmp_path))

    assert code == 1
    assert "solo in PostgreSQL" in err
