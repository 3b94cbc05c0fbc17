"""The comune's key under the code of a recovery sheet: opened with that sheet, for that comune and PC, and no other."""

import pytest

from ala_desktop.models.keyring import new_recovery_code, sheet_secret
from ala_desktop.sync import sheet
from ala_desktop.sync.protocol import Malformed

KEY, DEVICE = bytes(range(64)), "d" * 32
SECRET = sheet_secret("7F3K-Q9WD-0M2X-HT8B-4ZPC-V6NJ-1YRA")


def test_the_sheet_opens_what_was_left_under_it():
    assert sheet.unwrap(sheet.wrap(KEY, SECRET, "A995", DEVICE), SECRET, "A995", DEVICE) == KEY


@pytest.mark.parametrize(
    ("secret", "tenant", "device"),
    [
        (sheet_secret(new_recovery_code()), "A995", DEVICE),
        (SECRET, "A004", DEVICE),
        (SECRET, "A995", "e" * 32),
    ],
    ids=["another_sheet", "another_comune", "another_pc"],
)
def test_nothing_else_opens_it(secret: bytes, tenant: str, device: str):
    blob = sheet.wrap(KEY, SECRET, "A995", DEVICE)

    with pytest.raises(Malformed):
        sheet.unwrap(blob, secret, tenant, device)


@pytest.mark.parametrize("blob", ["", "{}", "[]", '{"nonce":"","sealed":""}', '{"nonce":"zz","sealed":"00"}', "x" * 50])
def test_what_was_not_left_so_does_not_open(blob: str):
    with pytest.raises(Malformed):
        sheet.unwrap(blob, SECRET, "A995", DEVICE)


def test_a_key_of_another_length_is_none():
    with pytest.raises(Malformed, match="lunghezza"):
        sheet.unwrap(sheet.wrap(bytes(32), SECRET, "A995", DEVICE), SECRET, "A995", DEVICE)


def test_the_token_tells_comuni_apart_and_opens_nothing():
    token = sheet.token_of(SECRET, "A995")

    assert token != sheet.token_of(SECRET, "A004")
    assert sheet.name_of(token) != token
    with pytest.raises(Malformed):
        sheet.unwrap(sheet.wrap(KEY, SECRET, "A995", DEVICE), bytes.fromhex(token), "A995", DEVICE)


def test_the_key_is_never_left_twice_in_the_same_letters():
    assert sheet.wrap(KEY, SECRET, "A995", DEVICE) != sheet.wrap(KEY, SECRET, "A995", DEVICE)


def test_the_code_is_the_same_however_it_is_typed():
    assert sheet_secret("7f3k q9wd om2x ht8b 4zpc v6nj lyra") == SECRET
