"""The wrapped data key: passphrase, recovery code, and a file that was cut. Never a way around them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ala_desktop.core.errors import Mendable
from ala_desktop.core.names import KEYS_FILE
from ala_desktop.models import keyring
from ala_desktop.models.keyring import Cost, Keyring, new_recovery_code, recovery_code_slip, sheet_secret
from tests.factory import CHEAP

FIRST, SECOND = "gelso nebbia cascina", "roggia filanda airone"


@pytest.fixture
def ring(tmp_path: Path) -> Keyring:
    return Keyring(tmp_path, CHEAP)


@pytest.fixture
def kept(ring: Keyring) -> tuple[bytes, str]:
    """The data key and the recovery code of a folder that was set up."""
    made = ring.new("Piera Invernizzi", FIRST)
    ring.keep()
    return made


def test_the_passphrase_gives_the_data_key(ring: Keyring, kept: tuple[bytes, str], tmp_path: Path):
    assert ring.unlock(FIRST) == kept[0]
    assert Keyring(tmp_path).unlock(FIRST) == kept[0]


def test_a_wrong_passphrase_is_told_in_words(ring: Keyring, kept: tuple[bytes, str]):
    with pytest.raises(Mendable, match="Frase d'accesso errata"):
        ring.unlock(FIRST.upper())


def test_a_short_passphrase_is_not_taken(ring: Keyring):
    with pytest.raises(Mendable, match="troppo corta"):
        ring.new("Piera Invernizzi", "corta")
    assert not ring.exists


def test_nothing_is_written_before_the_store_is_there(ring: Keyring):
    ring.new("Piera Invernizzi", FIRST)
    assert not ring.exists
    ring.keep()
    assert ring.exists


def test_neither_key_nor_code_nor_passphrase_stands_in_the_file(ring: Keyring, kept: tuple[bytes, str], tmp_path: Path):
    key, code = kept
    text = (tmp_path / KEYS_FILE).read_text(encoding="utf-8")
    for secret in (key.hex(), keyring.base64.b64encode(key).decode(), code, code.replace("-", ""), FIRST):
        assert secret not in text


def test_every_office_has_a_key_of_its_own(tmp_path: Path):
    keys = {Keyring(tmp_path / str(n), CHEAP).new("Piera", FIRST)[0] for n in range(5)}
    assert len(keys) == 5
    assert {len(key) for key in keys} == {32}


class TestRecovery:
    def test_the_code_gives_the_same_key_under_a_new_passphrase(self, ring: Keyring, kept: tuple[bytes, str]):
        key, _ = ring.recover(kept[1], "Piera Invernizzi", SECOND)
        ring.keep()
        assert key == kept[0]
        assert ring.unlock(SECOND) == kept[0]

    def test_the_earlier_passphrase_is_worth_nothing_afterwards(self, ring: Keyring, kept: tuple[bytes, str]):
        ring.recover(kept[1], "Piera Invernizzi", SECOND)
        ring.keep()
        with pytest.raises(Mendable, match="errata"):
            ring.unlock(FIRST)

    def test_a_code_is_redeemed_once(self, ring: Keyring, kept: tuple[bytes, str]):
        _, fresh = ring.recover(kept[1], "Piera Invernizzi", SECOND)
        ring.keep()
        with pytest.raises(Mendable, match="Codice di recupero errato"):
            ring.recover(kept[1], "Piera Invernizzi", SECOND)
        assert ring.recover(fresh, "Piera Invernizzi", FIRST)[0] == kept[0]

    def test_the_code_may_be_typed_with_slips_of_the_pen(self, ring: Keyring, kept: tuple[bytes, str]):
        typed = kept[1].lower().replace("-", " ").replace("0", "o").replace("1", "l")
        assert not recovery_code_slip(typed)
        assert ring.recover(typed, "Piera Invernizzi", SECOND)[0] == kept[0]

    def test_a_code_that_was_redeemed_and_not_kept_stays_good(self, ring: Keyring, kept: tuple[bytes, str]):
        ring.recover(kept[1], "Piera Invernizzi", SECOND)
        assert ring.unlock(FIRST) == kept[0]
        assert ring.recover(kept[1], "Piera Invernizzi", SECOND)[0] == kept[0]

    def test_a_short_passphrase_does_not_use_the_code_up(self, ring: Keyring, kept: tuple[bytes, str]):
        with pytest.raises(Mendable, match="troppo corta"):
            ring.recover(kept[1], "Piera Invernizzi", "corta")
        assert ring.recover(kept[1], "Piera Invernizzi", SECOND)[0] == kept[0]

    def test_the_code_is_no_passphrase(self, ring: Keyring, kept: tuple[bytes, str]):
        with pytest.raises(Mendable, match="errata"):
            ring.unlock(kept[1].replace("-", ""))


class TestTheCode:
    def test_it_has_seven_groups_of_four(self):
        assert [len(group) for group in new_recovery_code().split("-")] == [4] * 7

    def test_it_is_never_the_same(self):
        assert len({new_recovery_code() for _ in range(200)}) == 200

    def test_a_right_one_is_no_slip(self):
        assert not any(recovery_code_slip(new_recovery_code()) for _ in range(200))

    def test_one_wrong_character_is_nearly_always_noticed(self):
        noticed = tried = 0
        for _ in range(20):
            code = new_recovery_code()
            for place, was in enumerate(code):
                if was != "-":
                    wrong = "7" if was != "7" else "8"
                    tried += 1
                    noticed += recovery_code_slip(code[:place] + wrong + code[place + 1 :])
        assert noticed / tried > 0.98

    @pytest.mark.parametrize("typed", ["", "ABCD", "A" * 27, "A" * 29])
    def test_another_length_is_a_slip(self, typed: str):
        assert recovery_code_slip(typed)


class TestADamagedFile:
    @pytest.mark.parametrize("share", [0.0, 0.3, 0.7, 0.99])
    def test_a_file_that_was_cut_is_told_in_words(
        self, ring: Keyring, kept: tuple[bytes, str], tmp_path: Path, share: float
    ):
        path = tmp_path / KEYS_FILE
        content = path.read_bytes()
        path.write_bytes(content[: int(len(content) * share)])
        with pytest.raises(Mendable, match="non si leggono"):
            ring.unlock(FIRST)
        with pytest.raises(Mendable, match="non si leggono"):
            ring.recover(kept[1], "Piera Invernizzi", SECOND)

    @pytest.mark.parametrize("part", ["salt", "nonce", "wrapped"])
    def test_a_slot_that_was_changed_opens_nothing(
        self, ring: Keyring, kept: tuple[bytes, str], tmp_path: Path, part: str
    ):
        path = tmp_path / KEYS_FILE
        slots = json.loads(path.read_text(encoding="utf-8"))
        text = slots["slots"][0][part]
        slots["slots"][0][part] = ("B" if text[0] == "A" else "A") + text[1:]
        path.write_text(json.dumps(slots), encoding="utf-8")
        with pytest.raises(Mendable):
            ring.unlock(FIRST)

    @pytest.mark.parametrize("damage", [{"salt": "no base64!"}, {"memory": -1}, {"passes": 0}, {"memory": "64"}])
    def test_a_slot_that_makes_no_sense_is_told_in_words(
        self, ring: Keyring, kept: tuple[bytes, str], tmp_path: Path, damage: dict[str, object]
    ):
        path = tmp_path / KEYS_FILE
        slots = json.loads(path.read_text(encoding="utf-8"))
        for slot in slots["slots"]:
            slot.update(damage)
        path.write_text(json.dumps(slots), encoding="utf-8")
        with pytest.raises(Mendable, match="non si leggono"):
            ring.unlock(FIRST)

    def test_a_cut_while_writing_leaves_the_old_slots(
        self, ring: Keyring, kept: tuple[bytes, str], monkeypatch: pytest.MonkeyPatch
    ):
        def cut(_: int) -> None:
            raise OSError("la corrente")

        monkeypatch.setattr("os.fsync", cut)
        ring.recover(kept[1], "Piera Invernizzi", SECOND)
        with pytest.raises(Mendable, match="la corrente"):
            ring.keep()
        monkeypatch.undo()
        assert ring.unlock(FIRST) == kept[0]


def test_a_guess_costs_what_the_design_says():
    assert (Cost().memory, Cost().passes) == (65_536, 3)


def test_the_folder_knows_what_follows_from_its_sheet_and_changes_it_with_the_sheet(
    ring: Keyring, kept: tuple[bytes, str], tmp_path: Path
):
    key, code = kept
    assert Keyring(tmp_path).sheet(key) == sheet_secret(code)
    assert sheet_secret(code).hex() not in (tmp_path / KEYS_FILE).read_text(encoding="utf-8")

    _, fresh = ring.recover(code, "", SECOND)
    assert Keyring(tmp_path).sheet(key) == sheet_secret(code), "nothing is written before `keep`"
    ring.keep()

    assert Keyring(tmp_path).sheet(key) == sheet_secret(fresh)


@pytest.mark.parametrize("damage", ["absent", "rubbish", "of_another_key"])
def test_a_folder_that_does_not_know_its_sheet_still_opens(
    ring: Keyring, kept: tuple[bytes, str], tmp_path: Path, damage: str
):
    whole = json.loads((tmp_path / KEYS_FILE).read_text(encoding="utf-8"))
    sheet = whole.pop("sheet")
    if damage == "rubbish":
        whole["sheet"] = 7
    (tmp_path / KEYS_FILE).write_text(json.dumps(whole | ({"sheet": sheet} if damage == "of_another_key" else {})))

    assert ring.sheet(bytes(32) if damage == "of_another_key" else kept[0]) is None
    assert ring.unlock(FIRST) == kept[0]
