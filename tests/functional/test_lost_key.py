"""By commands: the only PC that had the comune's key is gone; a new one reads the notes with its recovery sheet."""

from __future__ import annotations

import json
import shutil

from tests.functional.test_commands import Office
from tests.hubs import HubProcess


def test_a_new_pc_with_the_sheet_of_the_lost_one_has_everything(tmp_path, hub: HubProcess):
    lost, new, theirs, foreign = (Office(tmp_path / name) for name in ("perso", "nuovo", "altrove", "altrove-2"))
    sheet = tmp_path / "foglio.txt"
    sheet.write_text(lost.ask("init", "--comune", "A995")["recovery_code"], encoding="utf-8")
    lost.ask("enrol", "--hub", hub.url, "--code", hub.invite())
    person = lost.ask("edit", "person", "new", "surname=Brambilla", "notes=seguita dai servizi")["id"]
    lost.ask("sync")
    digest = lost.ask("digest")
    shutil.rmtree(lost.folder)
    for office, comune in ((new, "A995"), (theirs, "A004"), (foreign, "A004")):
        office.ask("init", "--comune", comune)
        office.ask("enrol", "--hub", hub.url, "--code", hub.invite(comune))
        office.ask("sync")
    assert new.ask("show", "person", person)["notes"] is None

    told = foreign.fail("recover", "--comune-key", ALA_RECOVERY_CODE_FILE=str(sheet))
    assert told["title"] == "Il codice non apre la chiave del comune"
    done = new.run("recover", "--comune-key", ALA_RECOVERY_CODE_FILE=str(sheet))

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"comune": "Borghetto Lodigiano", "comune_key": True}
    assert new.ask("show", "person", person)["notes"] == "seguita dai servizi"
    assert new.ask("digest") == digest
    assert new.ask("verify")["clean"]
    again = new.fail("recover", "--comune-key", ALA_RECOVERY_CODE_FILE=str(sheet))
    assert again["title"] == "Questo PC ha già la chiave delle note riservate"
