"""Setting an office up, opening it, getting back in: what is refused, and what a refusal leaves as it was."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ala_desktop.core.errors import Mendable
from ala_desktop.core.instance import Instance
from ala_desktop.core.names import KEYS_FILE
from ala_desktop.models.engine import STORE_FILE
from tests import factory
from tests.factory import BORGHETTO, PASSPHRASE, office
from tests.hubs import ROOT

OTHER = "roggia filanda airone"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "dati"


@pytest.fixture
def code(folder: Path) -> str:
    """The recovery code of an office that was set up and closed."""
    desk, made = office(folder).set_up(BORGHETTO, PASSPHRASE)
    factory.unit(desk)
    desk.close()
    return made


def units(folder: Path, passphrase: str) -> int:
    desk = office(folder).open(passphrase)
    try:
        return len(desk.find("housing_unit"))
    finally:
        desk.close()


def refused(asked) -> str:
    with pytest.raises(Mendable) as told:
        asked()
    assert all(told.value.as_json().values())
    return told.value.title


def test_the_code_opens_what_was_saved_and_is_used_up(folder: Path, code: str):
    desk, fresh = office(folder).recover(code, "Piera", OTHER)
    desk.close()

    assert units(folder, OTHER) == 1
    assert "errata" in refused(lambda: office(folder).open(PASSPHRASE))
    assert "errato" in refused(lambda: office(folder).recover(code, "Piera", PASSPHRASE))
    office(folder).recover(fresh, "Piera", PASSPHRASE)[0].close()


def test_whoever_redeems_the_code_signs_from_then_on(folder: Path, code: str):
    desk, fresh = office(folder).recover(code, "  Łucja   Dąbrowska ", OTHER)
    assert desk.author == "Łucja Dąbrowska"
    desk.close()

    desk, _ = office(folder).recover(fresh, "", OTHER)
    assert desk.author == "Łucja Dąbrowska"
    desk.close()


def test_a_store_that_does_not_open_leaves_passphrase_and_code_as_they_were(folder: Path, code: str):
    store = folder / STORE_FILE
    whole = store.read_bytes()
    store.write_bytes(b"\0" * 8192 + whole[8192:])

    assert "non si apre" in refused(lambda: office(folder).recover(code, "Piera", OTHER))

    store.write_bytes(whole)
    assert units(folder, PASSPHRASE) == 1
    office(folder).recover(code, "Piera", OTHER)[0].close()


def test_keys_that_cannot_be_written_leave_the_old_ones(folder: Path, code: str, monkeypatch: pytest.MonkeyPatch):
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("ala_desktop.core.files.os.fsync", full)
        assert refused(lambda: office(folder).recover(code, "Piera", OTHER)) == "Il disco è pieno"

    assert units(folder, PASSPHRASE) == 1


def test_an_office_is_not_set_up_over_another(folder: Path, code: str):
    assert "già un archivio" in refused(lambda: office(folder).set_up(BORGHETTO, PASSPHRASE))
    assert units(folder, PASSPHRASE) == 1


def test_setting_up_that_was_cut_off_begins_anew(folder: Path, monkeypatch: pytest.MonkeyPatch):
    class Cut(BaseException):
        pass

    def cut(*_: object) -> None:
        raise Cut

    monkeypatch.setattr(Path, "rename", cut)
    with pytest.raises(Cut):
        office(folder).set_up(BORGHETTO, PASSPHRASE)
    monkeypatch.undo()
    assert (folder / KEYS_FILE).exists()
    assert not office(folder).is_set_up

    office(folder).set_up(BORGHETTO, OTHER)[0].close()

    assert units(folder, OTHER) == 0


@pytest.mark.parametrize("begin", ["open", "recover"])
def test_where_no_office_is_nothing_is_made(folder: Path, begin: str):
    here = office(folder)
    ask = {"open": lambda: here.open(PASSPHRASE), "recover": lambda: here.recover("x", "Piera", PASSPHRASE)}[begin]

    assert refused(ask) == "Nessun archivio in questa cartella"
    assert not folder.exists()


def test_a_store_or_keys_that_are_gone_are_named(folder: Path, code: str):
    store, keys = folder / STORE_FILE, folder / KEYS_FILE
    store.rename(folder / "altrove")
    assert refused(lambda: office(folder).open(PASSPHRASE)) == "Manca il file dell'archivio"
    (folder / "altrove").rename(store)
    keys.unlink()
    assert refused(lambda: office(folder).open(PASSPHRASE)) == "Mancano le chiavi dell'archivio"


def test_a_store_that_was_emptied_is_not_taken_for_a_new_one(folder: Path, code: str):
    (folder / STORE_FILE).write_bytes(b"")
    assert refused(lambda: office(folder).open(PASSPHRASE)) == "L'archivio è danneggiato"
    assert refused(lambda: office(folder).open(PASSPHRASE)) == "L'archivio è danneggiato"


def test_a_page_that_does_not_hold_is_told_in_words_alone(folder: Path, code: str, capfd):
    store = folder / STORE_FILE
    content = bytearray(store.read_bytes())
    for place in range(4096, len(content), 4096):
        content[place + 100] ^= 255
    store.write_bytes(content)

    assert "danneggiato" in refused(lambda: office(folder).open(PASSPHRASE))
    assert capfd.readouterr() == ("", "")


def test_a_second_instance_is_refused_and_a_refusal_holds_nothing(folder: Path, code: str):
    held = Instance(folder)
    assert refused(lambda: office(folder).open(PASSPHRASE)) == "Il programma è già aperto"
    held.release()
    refused(lambda: office(folder).open("una frase sbagliata"))
    assert units(folder, PASSPHRASE) == 1


def test_a_name_that_is_a_file_is_told_in_words(tmp_path: Path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    title = "La cartella dei dati non si può usare"
    assert refused(lambda: office(tmp_path / "file").set_up(BORGHETTO, PASSPHRASE)) == title
    assert refused(lambda: office(tmp_path / "file" / "sotto").set_up(BORGHETTO, PASSPHRASE)) == title


@pytest.mark.skipif(os.name == "nt", reason="a folder has no such rights there")
def test_a_folder_that_may_not_be_written_is_told_in_words(tmp_path: Path, folder: Path, code: str):
    """Tried by a process of its own: root may write anywhere, unless it gave that privilege up."""
    secret = tmp_path / "frase.txt"
    secret.write_text(PASSPHRASE, encoding="utf-8")
    humbly = ["setpriv", "--bounding-set", "-dac_override"] if os.geteuid() == 0 else []
    folder.chmod(0o500)
    try:
        done = subprocess.run(
            [*humbly, sys.executable, "-m", "ala_desktop", "list", "housing_unit", "--json", "--data", str(folder)],
            cwd=ROOT,
            env={**os.environ, "ALA_PASSPHRASE_FILE": str(secret)},
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        folder.chmod(0o700)
    assert done.returncode == 1, done.stderr
    assert json.loads(done.stdout)["title"] == "L'archivio è in sola lettura"
