"""Two PCs of a comune without a network, by commands and files alone; a third carries the same over HTTP."""

from __future__ import annotations

import json
import shutil

from tests.functional.test_commands import Office
from tests.hubs import HubProcess


def trip(office, hub, name):
    """One trip of a stick: letter out, answer back; returns what `sync` says of the answer."""
    letter, reply = office.folder / f"{name}.ala", office.folder / f"{name}-risposta.ala"
    office.ask("sync", "--to", letter)
    done = hub.ask("post", str(letter), "--reply", str(reply))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["declined"] == []
    return office.ask("sync", "--from", reply)


def join(office, hub):
    """Enrolment by file alone."""
    presentation, letter, reply = (office.folder / f"{what}.ala" for what in ("presentazione", "chiede", "risposta"))
    done = hub.ask("invite", "A995", "--presentation", str(presentation))
    code = json.loads(done.stdout)["code"]
    office.ask("init", "--comune", "A995")
    office.ask("enrol", "--presentation", presentation, "--code", code, "--to", letter)
    assert hub.ask("post", str(letter), "--reply", str(reply)).returncode == 0
    office.ask("sync", "--from", reply)


def test_a_comune_works_by_stick_alone_beside_one_that_has_the_network(hub, tmp_path):
    one, other = Office(tmp_path / "uno"), Office(tmp_path / "due")
    join(one, hub)
    other.ask("init", "--comune", "A995")
    other.ask("enrol", "--hub", hub.url, "--code", hub.invite())
    unit = one.ask("edit", "housing_unit", "new", "code=U1", "address=Via Roma")["id"]
    assert trip(one, hub, "prima")["acknowledged"] == 1
    assert other.ask("sync")["received"] == 1
    one.ask("edit", "housing_unit", unit, "address=Via di uno")
    other.ask("edit", "housing_unit", unit, "address=Via di due")
    other.ask("sync")

    assert trip(one, hub, "seconda")["conflicts"] == 1
    other.ask("sync")

    assert one.ask("digest") == other.ask("digest")
    (conflict,) = one.ask("conflicts", "list")
    assert other.ask("conflicts", "list") == [conflict]


def test_a_pc_joined_by_stick_takes_to_the_network_when_there_is_one(hub, tmp_path):
    one = Office(tmp_path / "uno")
    join(one, hub)
    one.ask("edit", "housing_unit", "new", "code=U1")
    assert "per file" in one.fail("sync")["title"]
    assert "risponde" in one.fail("hub", "http://127.0.0.1:9/")["title"]

    one.ask("hub", hub.url)

    assert one.ask("sync")["acknowledged"] == 1


def test_another_hub_cannot_take_the_place_of_ones_own(hub, tmp_path):
    one = Office(tmp_path / "uno")
    join(one, hub)
    other = HubProcess(tmp_path / "altra").start()
    try:
        refusal = one.fail("hub", other.url)
    finally:
        other.stop()
    assert "centrale" in refusal["title"].lower()
    assert "per file" in one.fail("sync")["title"]


def test_what_is_wrong_with_a_file_is_told_in_words(hub, tmp_path):
    one = Office(tmp_path / "uno")
    join(one, hub)
    letter = tmp_path / "lettera.ala"
    one.ask("sync", "--to", letter)
    shutil.copy(letter, tmp_path / "copia.ala")
    assert "non è per questo PC" in one.fail("sync", "--from", letter)["title"]
    assert "non esiste" in one.fail("sync", "--from", tmp_path / "assente.ala")["title"]
    assert "cartella" in one.fail("sync", "--to", tmp_path / "assente" / "lettera.ala")["title"].lower()
    assert "per file" in one.fail("sync")["title"]
    assert "non è completo" in one.fail("enrol", "--presentation", letter, "--code", "X")["title"]
    wrong = hub.ask("post", str(tmp_path / "frase.txt"), "--reply", str(tmp_path / "r.ala"))
    assert (wrong.returncode, "Traceback" in wrong.stderr) == (1, False)
