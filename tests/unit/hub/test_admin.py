"""The commands of `ala-hub`, and who the hub is."""

import json
import os
import shutil
from pathlib import Path

import pytest

from ala_desktop.core.errors import Mendable
from ala_desktop.hub import admin
from ala_desktop.hub.identity import KEY_FILE, load_or_make
from ala_desktop.hub.serving import open_store
from tests.hub_frames import Pen, creation, intake, line


def run(capsys, *arguments: str) -> tuple[int, str, str]:
    code = admin.run(arguments)
    told = capsys.readouterr()
    return code, told.out, told.err


def test_an_invitation_is_printed_for_people_and_for_programs(tmp_path: Path, capsys):
    code, out, _ = run(capsys, "invite", "A995", "--data", str(tmp_path))
    assert code == 0
    assert "Borghetto Lodigiano" in out

    code, out, _ = run(capsys, "--data", str(tmp_path), "invite", "A995", "--json")
    assert code == 0
    assert json.loads(out).keys() == {"code", "expires"}


def test_an_unknown_comune_is_an_error_that_can_be_mended(tmp_path: Path, capsys):
    code, out, err = run(capsys, "invite", "Z999", "--json", "--data", str(tmp_path))

    assert code == 1
    assert json.loads(out).keys() == {"title", "cause", "next_step"}
    assert "Z999" in err


def test_a_command_that_is_none_is_told_in_words(capsys):
    code, _, err = run(capsys, "revolt")

    assert code == 1
    assert "Comando non riconosciuto" in err


def test_devices_and_status_tell_what_is_there(tmp_path: Path, capsys):
    assert run(capsys, "devices", "--json", "--data", str(tmp_path))[1].strip() == "[]"
    assert "Nessun PC" in run(capsys, "devices", "--data", str(tmp_path))[1]
    store, pen = open_store(tmp_path), Pen()
    device = pen.enrol(store)
    hub = intake(store)
    sealed = pen.frame(line(creation()))
    hub.admit(device, sealed)
    store.close()

    devices = json.loads(run(capsys, "devices", "--json", "--data", str(tmp_path))[1])
    status = json.loads(run(capsys, "status", "--json", "--data", str(tmp_path))[1])

    assert [(item["comune"], item["name"], item["revoked"]) for item in devices] == [
        ("Borghetto Lodigiano", "PC 1", False)
    ]
    assert status["hub"] == load_or_make(tmp_path).hub
    assert status["comuni"] == [
        {"tenant": "A995", "comune": "Borghetto Lodigiano", "epoch": 1, "seq": 1, "devices": 1, "frames": 1,
         "bytes": len(sealed)}
    ]  # fmt: skip
    assert "1 salvataggi" in run(capsys, "status", "--data", str(tmp_path))[1]


def test_a_folder_that_cannot_be_is_told_in_words(tmp_path: Path, capsys):
    (tmp_path / "file").write_text("x")

    code, _, err = run(capsys, "status", "--data", str(tmp_path / "file" / "below"))

    assert code == 1
    assert "non si può usare" in err


def test_a_fault_leaves_a_report_and_says_where(tmp_path: Path, capsys, monkeypatch):
    monkeypatch.setattr(admin, "load_or_make", lambda folder: 1 // 0)

    code, out, err = run(capsys, "status", "--data", str(tmp_path), "--json")

    assert code == 2
    assert "rapporti" in json.loads(out)["cause"]
    assert "ZeroDivisionError" in next((tmp_path / "rapporti").iterdir()).read_text()
    assert "Traceback" not in err


def test_a_taken_port_is_told_in_words(tmp_path: Path, capsys):
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        code, _, err = run(capsys, "serve", "--data", str(tmp_path), "--port", port)

    assert code == 1
    assert port in err


@pytest.mark.parametrize("port", ["x", "-1", "65536", "²"])
def test_a_port_that_is_none_is_told_in_words(tmp_path: Path, capsys, port: str):
    code, _, err = run(capsys, "serve", "--data", str(tmp_path), f"--port={port}")

    assert code == 1
    assert "non è una porta" in err


def test_a_store_that_is_damaged_inside_is_told_in_words(tmp_path: Path, capsys):
    store, pen = open_store(tmp_path), Pen()
    device = pen.enrol(store)
    intake(store).admit(device, pen.frame(line(creation())))
    store.close()
    path = tmp_path / "centrale.db"
    path.write_bytes(path.read_bytes()[:4096] + b"\xff" * (path.stat().st_size - 4096))

    for command in (["status"], ["devices"], ["invite", "A995"]):
        code, _, err = run(capsys, *command, "--data", str(tmp_path))
        assert code == 1
        assert "danneggiato" in err


def test_a_key_that_cannot_be_read_is_told_in_words(tmp_path: Path, capsys):
    (tmp_path / KEY_FILE).mkdir()

    code, _, err = run(capsys, "status", "--data", str(tmp_path))

    assert code == 1
    assert "La chiave della centrale non si può usare" in err


def test_the_hub_stays_who_it_is(tmp_path: Path):
    first, again = load_or_make(tmp_path), load_or_make(tmp_path)

    assert (first.hub, first.public) == (again.hub, again.public)
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]
    if os.name == "posix":
        assert (tmp_path / KEY_FILE).stat().st_mode & 0o077 == 0


def test_whoever_makes_the_key_second_takes_the_first_ones(tmp_path: Path, monkeypatch):
    first = load_or_make(tmp_path)
    monkeypatch.setattr(Path, "exists", lambda self: False)

    assert load_or_make(tmp_path).hub == first.hub


def test_a_damaged_key_is_told_and_not_replaced(tmp_path: Path):
    load_or_make(tmp_path)
    (tmp_path / KEY_FILE).write_text("rovinata")

    with pytest.raises(Mendable) as told:
        load_or_make(tmp_path)

    assert "chiave della centrale" in told.value.title
    assert (tmp_path / KEY_FILE).read_text() == "rovinata"


def test_snapshot_and_horizon_tell_up_to_where(tmp_path: Path, capsys):
    here, copied = tmp_path / "centrale", tmp_path / "copia"
    on = ("--json", "--data", str(here))
    store, pen = open_store(here), Pen()
    intake(store).admit(pen.enrol(store), pen.frame(line(creation()), line(creation())))
    store.close()

    code, out, _ = run(capsys, "snapshot", "Borghetto Lodigiano", *on)
    assert code == 0
    made = json.loads(out)["made"]["A995"]
    assert (made["seq"], made["records"]) == (2, 2)
    assert run(capsys, "snapshot", "--data", str(here))[1].strip() == "Nulla di nuovo: A995."

    shutil.copytree(here, copied)
    assert json.loads(run(capsys, "horizon", "--backup", str(copied), *on)[1]) == {"horizon": {"A995": 2}}
    assert "Nulla di nuovo" in run(capsys, "horizon", "--backup", str(copied), "--data", str(here))[1]


def test_a_copy_of_the_hub_that_is_not_there_is_told(tmp_path: Path, capsys):
    code, out, _ = run(capsys, "horizon", "--backup", str(tmp_path / "nessuna"), "--json", "--data", str(tmp_path))

    assert code == 1
    assert json.loads(out)["title"] == "Copia della centrale non trovata"


def test_a_copy_is_only_read(tmp_path: Path, capsys):
    here, copied = tmp_path / "centrale", tmp_path / "copia"
    open_store(here).close()
    shutil.copytree(here, copied)
    before = {file.name: file.read_bytes() for file in copied.iterdir()}

    assert run(capsys, "horizon", "--backup", str(copied), "--data", str(here))[0] == 0

    assert {file.name: file.read_bytes() for file in copied.iterdir()} == before
